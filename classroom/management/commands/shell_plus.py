"""shell_plus for today's Jupyter: --lab, --notebook and --kernel, each with our own kernel.

Upstream's --notebook needs Notebook 6 and its --kernel IPython 8. All the rest is upstream's.
Arguments after `--` go to Jupyter, and win over ours.
See https://django-extensions.readthedocs.io/en/latest/shell_plus.html
"""

import os
import re
import sys
import webbrowser
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import CommandError
from django_extensions.management.commands import shell_plus as upstream
from django_extensions.management.commands.shell_plus import shell_runner

from classroom.publishing import desk
from classroom.publishing.belongings import write_whole
from classroom.running import homes, kernel
from classroom.running.refusals import not_installed
from speedster import environment

# A lesson needs no network and no question about it: no news feed, no look for updates (both in
# overrides.json), no search for extensions.
OURS = kernel.ROOT / "classroom" / "running" / "lab_settings"
LAYOUT = OURS / "default-37a8.jupyterlab-workspace"  # the name that JupyterLab gives to its first
LOOK = (
    "Correct the arguments, or a configuration of yours: `jupyter --paths` names its folders, and "
    "`make doctor` looks at it."
)
OFFLINE = [
    f"--LabApp.app_settings_dir={OURS}",
    "--LabApp.extension_manager=readonly",
]


@contextmanager
def needing(what):
    """Turn a missing package into the one line that says what to do about it."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise CommandError(f"{what} needs more: {not_installed(error.name)}") from error
    except Exception as error:  # of whatever Jupyter does as it is imported
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise CommandError(
            f"{what} cannot be imported ({why}): `make doctor` says more."
        ) from error


def has_browser():
    """Tell whether a browser window can open here, rather than a text browser in the terminal."""
    windowed = map(environment.text, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    if sys.platform.startswith("linux") and not any(windowed):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def is_root():
    """Tell whether Jupyter would refuse to start without --allow-root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def but_for(asked, ours):
    """Leave out of our arguments what is asked for otherwise: Jupyter takes no setting twice."""
    named = {argument.partition("=")[0] for argument in asked}
    return [argument for argument in ours if argument.partition("=")[0] not in named]


class Command(upstream.Command):
    def get_imported_objects(self, options):
        return kernel.names(options, self.style)

    @shell_runner(flags=["--lab"], name="JupyterLab")
    def get_jupyterlab(self, options):
        with needing("--lab"):
            from jupyterlab.labapp import LabApp
        return lambda: self.run_jupyter(LabApp, options)

    @shell_runner(flags=["--notebook"], name="Jupyter Notebook")
    def get_notebook(self, options):
        with needing("--notebook"):
            from notebook.app import JupyterNotebookApp
        return lambda: self.run_jupyter(JupyterNotebookApp, options)

    @shell_runner(flags=["--kernel"], name="IPython Kernel")
    def get_kernel(self, options):
        with needing("--kernel"):
            from ipykernel.kernelapp import IPKernelApp

        def run_kernel():
            os.environ.update(kernel.ASYNC_SWITCH)
            kernel.hand_on(options)
            where = options["connection_file"]
            IPKernelApp.launch_instance([*kernel.EXTENDED, *(["-f", where] if where else [])])

        return run_kernel

    def run_jupyter(self, application, options):
        """Serve the project on this machine's loopback, behind a token, until it is stopped."""
        self.install_kernel()
        kernel.hand_on(options)
        self.stdout.write(f"Jupyter serves {settings.BASE_DIR}; Ctrl-C, twice, stops it.")
        with kernel.found_first(), homes.writable() as said:
            for line in [*said, *self.copies()]:
                self.stdout.write(line)
            self.stdout.flush()
            asked = self.asked_arguments(options)
            ours = but_for(asked, [*OFFLINE, *self.server_arguments(options)])
            self.begun(application, [*ours, *asked]).start()

    def begun(self, application, arguments):
        """Begin a server; say where the reason may lie if it ends at once, as a setting may ask."""
        try:
            return application.initialize_server(arguments)
        except Exception as error:  # of whatever a configuration asks for
            why = " ".join(f"{type(error).__name__}: {error}".split())
            raise CommandError(f"Jupyter served nothing ({why}). {LOOK}") from error
        except SystemExit as error:
            if error.code == 0:  # it was asked for its version, say
                raise
            raise CommandError(f"Jupyter served nothing; what it says stands above. {LOOK}") from (
                error
            )

    def install_kernel(self):
        """Write kernel.json; one that is there and cannot be written is taken as it is."""
        try:
            kernel.install()
        except OSError as error:
            self.stderr.write(f"The kernel stays as it was installed, since {error}.")

    def copies(self):
        """Bring the learner's copies up to date; return what there is to say of it."""
        try:
            return desk.lay_out(settings.BASE_DIR)
        except OSError as error:
            return [f"{desk.DESK}/ cannot be written ({error}): read the course in notebooks/."]

    def server_arguments(self, options):
        """Return the server's arguments for this machine and this user."""
        arguments = [
            f"--ServerApp.root_dir={settings.BASE_DIR}",
            "--Application.log_level=WARN",  # the address is logged as critical, and stands alone
            # The class that Jupyter takes, and all kernels: or a configuration of theirs wins.
            f"--AsyncMappingKernelManager.default_kernel_name={kernel.NAME}",
            "--KernelSpecManager.allowed_kernelspecs=[]",
            *self.first_page(options),
            *self.first_look(),
            *self.proxies(),
        ]
        if options["no_browser"] or not has_browser():
            arguments.append("--no-browser")
        if is_root():
            arguments.append("--allow-root")
        return arguments

    def proxies(self):
        """Return the arguments that let in who comes through a proxy of a known address.

        On whatever port: Jupyter takes another one where its own is taken. The token stays.
        """
        known = environment.platform_origins("\0") + environment.origins("DJANGO_TRUSTED_ORIGINS")
        patterns = [re.escape(it).replace("\0", r"\d+").replace(r"\*", "[^/]+") for it in known]
        asked = f"--ServerApp.allow_origin_pat=^({'|'.join(patterns)})$"
        return ["--ServerApp.allow_remote_access=True", asked] if known else []

    def first_look(self):
        """Return the argument that names JupyterLab's layouts for this project.

        The first shows the outline of the lesson rather than files; then it is the learner's own.
        """
        layouts = settings.BASE_DIR / ".jupyter" / "workspaces"
        try:
            layouts.mkdir(parents=True, exist_ok=True)
            if not (layouts / LAYOUT.name).exists():
                write_whole(layouts / LAYOUT.name, LAYOUT.read_bytes())
        except OSError:  # a project that cannot be written: Jupyter's own folder serves
            return []
        return [f"--LabApp.workspaces_dir={layouts}"]

    def first_page(self, options):
        """Return the arguments that open the first lesson, and its folder in the file browser.

        Without the folder where a root of the user's own is asked for: ours would not be in it.
        """
        here = desk.DESK if (settings.BASE_DIR / desk.DESK / desk.START).exists() else "notebooks"
        pages = [
            f"--LabApp.default_url=/lab/tree/{here}/{desk.START}",
            f"--JupyterNotebookApp.default_url=/notebooks/{here}/{desk.START}",
        ]
        if any("root_dir" in it or "notebook-dir" in it for it in self.asked_arguments(options)):
            return pages
        return [f"--FileContentsManager.preferred_dir={settings.BASE_DIR / here}", *pages]

    def asked_arguments(self, options):
        """Return what follows `--`, else NOTEBOOK_ARGUMENTS, without touching either list."""
        return list(self.extra_args or self.get_notebook_arguments(options))
