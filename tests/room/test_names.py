"""Names become logins and folders only when they are plain; two learners of one name are two."""

import re

import pytest

from classroom.running.kernel import ROOT
from room.names import RoomError, login_of, logins


def test_a_number_makes_as_many_learners():
    assert list(logins("3")) == ["learner-01", "learner-02", "learner-03"]


def test_a_file_gives_a_name_a_line(tmp_path):
    file = tmp_path / "names.txt"
    file.write_text(
        "﻿Ada  Lovelace\n\n# late\nGrace\ngrace\nŽofie O'Hara\nZoë O’Hara\nİpek\n"
        "प्रिया\nعلی\u200cرضا\nGr\u00adace\ufe0f\n",
        encoding="utf-8",
    )
    assert logins(str(file)) == {
        "ada-lovelace": "Ada Lovelace",
        "grace": "Grace",
        "grace-2": "grace",
        "žofie-ohara": "Žofie O'Hara",
        "zoë-ohara": "Zoë O’Hara",
        "i̇pek": "İpek",
        "प्रिया": "प्रिया",
        "علیرضا": "علی\u200cرضا",
        "grace-3": "Gr\u00adace\ufe0f",
    }


@pytest.mark.parametrize(
    "name",
    ["../etc", "a/b", ".ssh", "-rf", "a\\b", "nul\0", "x;y", "a.", "teacher", "x" * 41, "💥"],
)
def test_what_would_be_no_plain_folder_is_refused(name):
    with pytest.raises(RoomError, match="expected"):
        login_of(name)


@pytest.mark.parametrize("asked", ["0", "201", "missing.txt"])
def test_what_is_no_class_is_refused(asked):
    with pytest.raises(RoomError, match="expected"):
        logins(asked)


def test_a_room_installs_what_the_course_is_locked_to():
    course, room = (
        set(re.findall(r"^[\w.-]+==\S+", (ROOT / name).read_text(), re.M))
        for name in ("requirements.txt", "room/requirements.txt")
    )
    assert course and course <= room


def test_who_is_called_like_the_second_of_a_name_sits_at_their_own_desk(tmp_path):
    file = tmp_path / "names.txt"
    file.write_text("Ada\nada\nAda-2\nAda\n")
    assert logins(str(file)) == {"ada": "Ada", "ada-3": "ada", "ada-2": "Ada-2", "ada-4": "Ada"}
