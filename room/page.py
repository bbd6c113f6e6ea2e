"""The page of the room, for the teacher: who is where, and what holds the room up. It only reads.

The hub starts it, and asks who comes: nobody but an administrator of the hub is let in.
See https://jupyterhub.readthedocs.io/en/stable/howto/services/
"""

import asyncio
import os
import sqlite3
from contextlib import suppress
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

import django
import psutil
from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from tornado.web import Application, HTTPError, RequestHandler, authenticated

from room import ending
from room.desks import Room

SECONDS = 3  # for which one look serves everybody who asks
PAGE = Template((Path(__file__).parent / "templates" / "watch.html").read_text(encoding="utf-8"))


class Watch:
    """The last look at every progress file; a file that cannot be read now keeps what it told."""

    def __init__(self, room):
        self.room, self.learners, self.errors = room, {}, {}

    def look(self):
        """Read the files again. A learner who has not begun has none."""
        from classroom.exercises.attendance import Learner, read_learner
        from classroom.exercises.record import GUESS, QUIZ, Score

        self.errors = {}
        for name, file in self.room.progress_files().items():
            try:
                if file.exists():
                    self.learners[name] = read_learner(name, file)
            except (sqlite3.Error, OSError, TypeError, ValueError) as error:
                self.errors[name] = str(error)
            self.learners.setdefault(name, Learner(name, {}, {GUESS: Score(), QUIZ: Score()}, {}))

    def html(self):
        """Return what the page shows, without the page around it."""
        from classroom.exercises.watching import (
            LEGEND,
            hints_asked,
            questions_table,
            told,
            who_is_where,
        )

        learners = list(self.learners.values())
        begun = [it for it in learners if it.states or it.answers]
        wrong = [
            f"{name}: the progress file cannot be read ({why})."
            for name, why in self.errors.items()
        ]
        return "".join(
            [
                f"<p><b>{len(begun)}</b> of {len(learners)} have begun.</p>",
                *(
                    f"<p class='told'>{escape(it)}</p>"
                    for it in [*(told(learners) if begun else []), *hints_asked(learners), *wrong]
                ),
                "<h2>Who is where</h2>",
                f"<div class='wide who'>{who_is_where(learners)._repr_html_()}</div>",
                f"<p class='quiet'>{LEGEND}</p>",
                "<h2>Right at the first answer, the hardest first</h2>",
                f"<div class='wide'>{questions_table(learners)._repr_html_()}</div>",
            ]
        )


class Page(HubOAuthenticated, RequestHandler):
    """The whole page, or what is new on it (`now`)."""

    allow_admin = True
    hub_users = frozenset()

    @authenticated
    async def get(self, part=""):
        if not self.current_user.get("admin"):
            raise HTTPError(403, "This page is for the teacher.")
        shown = self.settings["shown"]["html"]
        self.set_header("Cache-Control", "no-store")
        self.write(shown if part else PAGE.substitute(shown=shown, seconds=SECONDS))


def end_earlier(room):
    """End the page of a hub that was killed: it holds the port, and its token is worth nothing."""
    for process in ending.processes_of(room.id):
        with suppress(psutil.Error):
            if "room.page" in process.cmdline():
                process.kill()
                process.wait(5)


async def main():
    django.setup()
    room, shown = Room.load(os.environ["ROOM_FOLDER"]), {"html": ""}
    end_earlier(room)
    watch = Watch(room)
    prefix, address = os.environ["JUPYTERHUB_SERVICE_PREFIX"], os.environ["JUPYTERHUB_SERVICE_URL"]
    application = Application(
        [
            (prefix + "oauth_callback", HubOAuthCallbackHandler),
            (prefix + "(now)?", Page),
        ],
        cookie_secret=os.urandom(32),
        shown=shown,
    )
    application.listen(urlsplit(address).port, "127.0.0.1")
    while True:
        await asyncio.to_thread(watch.look)
        shown["html"] = watch.html()
        await asyncio.sleep(SECONDS)


if __name__ == "__main__":
    asyncio.run(main())
