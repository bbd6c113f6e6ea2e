"""What stands for a process where there is none, run in a Python that has processes."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from classroom.publishing.notebooks import ROOT


def test_what_stands_for_a_python_imports_a_file_of_its_folder_each_time(tmp_path):
    for name in ("first", "second"):
        folder = Path(tmp_path, name)
        folder.mkdir()
        Path(folder, "act.py").write_text(f"print('{name} acts')")
        Path(folder, "start.py").write_text("import act")
    code = f"""
        import os, sys
        from pathlib import Path
        from classroom.running.platform import run_afresh

        for name in ("first", "first", "second"):
            done = run_afresh(["start.py"], Path({str(tmp_path)!r}, name), dict(os.environ))
            print(done.returncode, done.stdout + done.stderr, end="")
        print([name for name in ("act", "start") if name in sys.modules])
    """
    command = [sys.executable, "-c", dedent(code)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["0 first acts"] * 2 + ["0 second acts", "[]"], done.stderr


def test_what_stands_for_a_python_ends_as_a_process_does():
    code = """
        import os, sys
        from classroom.running.platform import run_afresh, run_python

        limit, where = sys.getrecursionlimit(), {"cwd": os.getcwd(), "env": dict(os.environ)}
        leave = [f"sys.exit({it})" for it in ("", "3", "True", "'bye'", "''", "[]")]
        for how in [*leave, "os._exit(0)", "os._exit(4)", "sys.setrecursionlimit(2000)"]:
            act = ["-c", f"import os, sys; print('acts', flush=True); {how}"]
            ends = [
                (done.returncode, done.stdout, done.stderr)
                for done in (run_afresh(act, **where), run_python(*act, **where))
            ]
            print(how, *ends, "alike:", ends[0] == ends[1] and sys.getrecursionlimit() == limit)
    """
    command = [sys.executable, "-c", dedent(code)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 9, done.stderr
    assert [it for it in lines if not it.endswith("alike: True")] == []
