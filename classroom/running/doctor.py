"""Say what is wrong with this set-up, and the cure: `make doctor`.

It must run when nothing is installed, and when a module of ours is broken. So it is run as a file,
and imports only the standard library until a check needs more.
Django's own checks: see https://docs.djangoproject.com/en/5.2/ref/django-admin/#check
"""

import importlib.metadata
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from traceback import extract_tb
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
HERE = "classroom/running"
OURS = ("classroom", "speedster", "speedy", "whatfires")
KERNEL = Path(sys.prefix, "share", "jupyter", "kernels", "django_extensions", "kernel.json")
LOCK = ROOT / "requirements.txt"
SWITCH = "DJANGO_ALLOW_ASYNC_UNSAFE"

REINSTALL = "make -B setup (or: python -m pip install -r requirements.txt)"
CORRECT = "correct the environment (docs/running.md, Settings)"
REKERNEL = "make -B setup (or: python manage.py install_kernel)"
RENAME = "rename {}, or move it out of this folder"
MOVE = "move the files in {}/profile_default/startup aside, one by one; unset PYTHONSTARTUP"
SECONDS = 30  # in which IPython begins
CLEAN = "make clean: of the copies that Python keeps in __pycache__, one was cut short"
UNOPTIMIZED = "unset PYTHONOPTIMIZE"
RESTORE = (
    "put the project's own files back as they were: git status names what was changed, git restore "
    "undoes it; or download the project again"
)


class Finding(NamedTuple):
    """One line of the report; a cure means that something is wrong."""

    what: str
    cure: str = ""

    def __str__(self):
        return f"✗ {self.what} -> {self.cure}" if self.cure else f"✓ {self.what}"


def check_interpreter(version=sys.version_info):
    """Find whether this Python is new enough."""
    what = f"Python {version[0]}.{version[1]}, {sys.executable}"
    if version < (3, 11):
        return Finding(f"{what}; 3.11 or newer was expected", "install a newer one, make -B setup")
    if sys.flags.optimize:
        return Finding(f"{what}; it leaves out what `assert` asserts", UNOPTIMIZED)
    return Finding(what)


def check_packages(lock=LOCK):
    """Find whether the packages are those of the lock."""
    try:
        from packaging.requirements import Requirement
    except ModuleNotFoundError:
        return Finding("packages: none of requirements.txt is here", "make -B setup")
    lines = [line for line in lock.read_text().splitlines() if line and line[0] not in " #"]
    wanted = [Requirement(line) for line in lines]
    wrong = [
        f"{each.name} {installed(each.name)} (expected {each.specifier})"
        for each in wanted
        if (each.marker is None or each.marker.evaluate())
        and installed(each.name) not in each.specifier
    ]
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        return Finding(f"packages: {', '.join(wrong[:3])}{more}", REINSTALL)
    from classroom.running.installing import half_installed, name_of

    if half := [name_of(it) for it in half_installed(sys.prefix)]:
        return Finding(f"packages: {', '.join(half)} half installed", "make -B setup")
    return Finding("packages: as in requirements.txt")


def installed(name):
    """Return the version of a package that is installed, or 0 for one that is missing."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "0"


def check_files():
    """Find whether a file beside manage.py is taken for a module of Python or of a package."""
    if found := hiding():
        return Finding(f"files: {found} takes the place of what is imported", RENAME.format(found))
    return Finding("files: none beside manage.py takes the place of what is imported")


def hiding(root=ROOT):
    """Name the files beside manage.py that Python finds before the modules of these names."""
    own = {*OURS, "docs", "lite", "manage", "room", "tests"}
    names = {it.stem: it.name for it in root.iterdir()
             if it.suffix == ".py" or os.access(it / "__init__.py", os.R_OK)}  # fmt: skip
    if not (others := names.keys() - own):
        return ""  # to ask for every package that is installed takes a tenth of a second
    taken = {*sys.stdlib_module_names, *importlib.metadata.packages_distributions()}
    return ", ".join(sorted(names[it] for it in others & taken))


def check_kernel(path=KERNEL):
    """Find whether Jupyter can start the kernel, with this project in it."""
    try:
        spec = json.loads(path.read_text())
        interpreter, environment = spec["argv"][0], spec["env"]
        root = environment["PYTHONPATH"].replace("$$", "$")
    except FileNotFoundError:
        return Finding("kernel: django_extensions is not installed", REKERNEL)
    except (ValueError, LookupError, TypeError, AttributeError, OSError) as error:
        return Finding(f"kernel: {path} is damaged ({error!r})", REKERNEL)
    if not Path(interpreter).exists():
        return Finding(f"kernel: its interpreter {interpreter} is gone", REKERNEL)
    if Path(root) != ROOT:
        return Finding(f"kernel: it belongs to the project in {root}", REKERNEL)
    if SWITCH not in environment:  # without it no notebook cell, in its event loop, may query
        return Finding(f"kernel: {SWITCH} is not set in it", REKERNEL)
    return Finding("kernel: django_extensions is installed")


def check_winner(path=KERNEL):
    """Find whether Jupyter itself, as it is configured here, would start this kernel."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_core.application import JupyterApp
    from jupyter_server.gateway.gateway_client import GatewayClient
    from jupyter_server.serverapp import ServerApp

    server = ServerApp(raise_config_file_errors=True)
    # It reads what JupyterLab reads, whose own class asks Node.js for a registry at its import.
    lab = JupyterApp(config_file_name="jupyter_lab_config", raise_config_file_errors=True)
    try:
        for app in (server, lab):
            app.load_config_file(suppress_errors=False)
        server.update_config(lab.config)
        server.gateway_config = GatewayClient(parent=server)
        found = server.kernel_spec_manager_class(parent=server).find_kernel_specs()
        kernels = server.kernel_manager_class(parent=server)
    except (Exception, SystemExit) as error:  # of whatever Python stands in a configuration
        why = " ".join(f"{type(error).__name__}: {error}".split())
        what = f"Jupyter: its configuration cannot be taken ({why})"
        return Finding(what, f"correct it, or move it aside: {files_of(server, lab)}")
    wins, there = found.get(path.parent.name), KernelSpecManager().find_kernel_specs()
    if wins is None and path.parent.name in there:
        what = f"Jupyter: it is configured to start {', '.join(sorted(found)) or 'none'} alone"
        cure = f"allow {path.parent.name} in {files_of(server, lab)}"
        return Finding(what, f"{cure}, or use make lab, which does")
    if wins is None:
        return Finding("Jupyter: it finds no kernel django_extensions", REKERNEL)
    if Path(wins).resolve() == path.parent.resolve():
        if (first := kernels.default_kernel_name) not in found:
            what = f"Jupyter: a new notebook starts {first}, which is not here"
            return Finding(what, f"correct default_kernel_name in {files_of(server, lab)}")
        return Finding("Jupyter: it starts this project's kernel")
    what = f"Jupyter: editors and plain `jupyter lab` start another django_extensions, in {wins}"
    theirs = os.environ.get("JUPYTER_PATH", "").split(os.pathsep)
    if any(it and Path(wins).is_relative_to(it) for it in theirs):
        return Finding(what, "unset JUPYTER_PATH, or use make lab, which starts the right one")
    return Finding(what, "rename that folder, or use make lab, which starts the right one")


def files_of(*apps):
    """Name the files from which Jupyter was configured, or where it looks for them."""
    read = dict.fromkeys(file for app in apps for file in app.loaded_config_files)
    return ", ".join(read) or ", ".join(apps[0].config_file_paths)


def check_home():
    """Find whether what Jupyter and its kernels keep in the home folder can be written."""
    from classroom.running import homes

    lacking = {name: usual for name, usual in homes.HOMES.items()
               if not homes.can_be_written(name, usual)}  # fmt: skip
    if lacking:
        named = [name for name in lacking if os.environ.get(name, "").strip()]
        places = [os.environ[it] if it in named else usual for it, usual in lacking.items()]
        what = f"home: {', '.join(places)} cannot be written; make lab takes a temporary folder"
        home = f"set HOME to a folder of yours (now {os.environ.get('HOME')})"
        return Finding(what, f"unset {' '.join(named)}" if named else home)
    return Finding("home: what Jupyter keeps there can be written")


def check_startup_files():
    """Say which names of the lessons the start-up files of IPython take, and which end a kernel."""
    try:
        folder = Path(os.environ.get("IPYTHONDIR") or "~/.ipython").expanduser()
    except RuntimeError:  # the home of an account that is not there
        return Finding("IPython start-up files: IPYTHONDIR leads nowhere", "unset IPYTHONDIR")
    files = [it for it in folder.glob("profile_default/startup/*.py") if it.is_file()]
    if (files or "PYTHONSTARTUP" in os.environ) and not begins():
        return Finding("IPython start-up files: one of them ends each kernel", MOVE.format(folder))
    taken = {f"{file.name} takes {name}" for file in files for name in names_taken(file)}
    if taken:
        said = ", ".join(sorted(taken))
        return Finding(f"IPython start-up files: {said}; the notebooks take it back")
    return Finding("IPython start-up files: none takes a name of the lessons")


def begins():
    """Tell whether IPython runs a line of ours after the start-up files, as a kernel does."""
    command = [sys.executable, "-m", "IPython", "--no-banner", "-c", "print('be' + 'gun')"]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    return "begun" in done.stdout


def names_taken(file):
    """List the names of the lessons that a Python file gives another meaning."""
    import classroom

    try:
        words = set(re.findall(r"\w+", file.read_text(errors="replace")))
    except OSError:  # one of somebody else's
        words = set()
    return words & {*classroom.__all__, "date", "timedelta", "assign", "assign_many"}


def check_settings():
    """Find whether Django starts with this environment, and as this project."""
    try:
        import django

        from speedster import environment

        environment.choose_settings()
        django.setup()
    except Exception as error:
        if isinstance(error, ImportError) or broken(error):
            raise
        foreign = "DJANGO_SETTINGS_MODULE" in str(error)
        cure = "unset DJANGO_SETTINGS_MODULE" if foreign else CORRECT
        return Finding(f"settings: {error}", cure)
    return Finding("settings: Django starts")


def check_modules():
    """Find whether all can be imported that the commands, the board and the lessons import."""
    from importlib import import_module
    from pkgutil import walk_packages

    from django.apps import apps

    if not apps.ready:
        return Finding("modules: Django has to start first", "correct the settings (line above)")
    import classroom
    import speedy

    for module in walk_packages(speedy.__path__, "speedy."):
        import_module(module.name)
    for name in classroom.__all__:
        getattr(classroom, name)
    return Finding("modules: those of this project can be imported")


def check_database():
    """Find whether the database answers, has every migration and no other, and the models, too."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.state import ProjectState

    from classroom.running import refusals

    if not apps.ready:
        return Finding("database: Django has to start first", "correct the settings (line above)")
    try:
        executor = MigrationExecutor(connection)
        loader = executor.loader
        missing = executor.migration_plan(loader.graph.leaf_nodes())
        here = apps.app_configs.keys() & loader.migrated_apps
        applied = loader.applied_migrations.keys() - loader.disk_migrations.keys()
        unknown = sorted(it for it in applied if it[0] in here)
        models = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
        changed = sorted(models.changes(graph=loader.graph))
        tables = connection.introspection
        lost = {*tables.django_table_names()} - {*tables.table_names()}
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        cure = refusals.way_out(error, connection.settings_dict["NAME"])
        return Finding(f"database: no answer ({reason})", cure)
    if missing:
        return Finding(f"database: {len(missing)} migrations are not applied", refusals.PREPARE)
    if unknown:
        named = ", ".join(".".join(it) for it in unknown)
        aside = refusals.way_out(refusals.DAMAGED[0], connection.settings_dict["NAME"])
        cure = f"go back to the files that have them; or {aside}"
        return Finding(f"database: it has migrations that this project lacks: {named}", cure)
    if changed:
        what = f"database: models of {', '.join(changed)} were changed, without a migration"
        return Finding(what, refusals.MIGRATE)
    if lost:
        cure = refusals.way_out("no such table", connection.settings_dict["NAME"])
        return Finding(f"database: it has no table {', '.join(sorted(lost))}", cure)
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and (closed := refusals.not_writable(Path(name))):
        cure = refusals.way_out("readonly", name)
        return Finding(f"database: {closed} may not be written", cure)
    return Finding(f"database: {connection.vendor}, migrated")


def check_switch(environ=os.environ):
    """Find whether the switch leaks into everything started here, the web server among it."""
    if SWITCH in environ:
        what = f"async switch: {SWITCH} is set here, so a web server started here has it too"
        return Finding(what, f"unset {SWITCH}")
    return Finding(f"async switch: {SWITCH} is not set outside the kernel")


CHECKS = [
    check_interpreter,
    check_packages,
    check_files,
    check_kernel,
    check_winner,
    check_home,
    check_startup_files,
    check_settings,
    check_modules,
    check_database,
    check_switch,
]


def checked(check):
    """Return what a check finds; of one that fails itself, its error."""
    try:
        return check()
    except (Exception, SystemExit) as error:
        name, usual = check.__name__.removeprefix("check_"), REINSTALL
        if not isinstance(error, (ImportError, SyntaxError)):  # of an odd proxy, say
            usual = f"{CORRECT}; where that is in order, {REINSTALL}"
        if sys.flags.optimize:  # some packages need what it leaves out
            usual = UNOPTIMIZED
        elif found := hiding():
            usual = RENAME.format(found)
        what = " ".join(f"{type(error).__name__}: {error}".split())
        cure = CLEAN if isinstance(error, EOFError) else RESTORE if broken(error) else usual
        return Finding(f"{name}: {what}{broken(error)}", cure)


def broken(error):
    """Name the line of this project that cannot be run as it stands; "" where it is another's.

    A line that raises on purpose is whole, and one that imports from another's package may be.
    """
    if isinstance(error, ImportError) and f"{error.name}".split(".")[0] not in OURS:
        return ""
    frames = [it for it in extract_tb(error.__traceback__) if "<frozen" not in it.filename]
    file, line, said = frames[-1][0], frames[-1].lineno, frames[-1].line
    if isinstance(error, SyntaxError) and error.filename:
        file, line, said = error.filename, error.lineno, ""
    place = Path(file).relative_to(ROOT) if Path(file).is_relative_to(ROOT) else Path("?")
    ours = place.parts[0] in OURS and not said.startswith("raise ")
    return f" ({place.as_posix()}, line {line})" if ours else ""


def main():
    """Print a line for each check and return how many of them found something wrong."""
    findings = list(map(checked, CHECKS))
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal without these glyphs still reads it
    print(*findings, sep="\n")
    return sum(bool(finding.cure) for finding in findings)


if __name__ == "__main__":
    # The project, not the folder of this file: its platform.py is not the standard library's.
    sys.path[:] = [str(ROOT), *(it for it in sys.path if Path(it).resolve() != ROOT / HERE)]
    try:
        sys.exit(1 if main() else 0)
    except KeyboardInterrupt:
        sys.exit("Interrupted. It can be run again.")
