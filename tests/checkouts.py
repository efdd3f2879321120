"""A checkout of its own for a test, the runs that are started in it, and what still runs of them."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
#: What runs in the background ignores an interrupt, with nohup a terminal that closes; so would all that it starts.
HEARS = """import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)"""
COMMAND = [sys.executable, "-c", f"{HEARS}\nfrom twente_analysis.cli import main; main()"]
PARAMETERS = 'level: int = 1\nlanguage: str = "nl"\nopen_data: str = ""'
#: A cell with a chart, so that a brief has pictures, figures, a thumbnail and copies.
CHART = """
import twente_analysis as ta
ta.show(ta.plot_history(ta.load_history("enrolment"), language=language))
print("level", level, language)
"""

#: Another chart, so that the folder of the charts is another.
OTHER_CHART = CHART.replace("enrolment", "diplomas")
#: A cell that waits until the test lets it go on.
WAIT = """
import pathlib, time
pathlib.Path("begun").touch()
while not pathlib.Path("go").exists():
    time.sleep(0.05)
"""
#: The pages of earlier runs by their notebooks, with which most tests begin.
WHOLE = {}
ENGINES = pytest.mark.parametrize("engine", ["twente", "nbclient"])

#: Starts two processes that no signal to the group of the brief reaches, one of them without its environment and forked
#: twice, and notes which they are.
LEAVE = """
import pathlib, subprocess, time
def leave(name):
    note = pathlib.Path(f"{name}.left")
    before = len(note.read_text().split()) if note.exists() else 0
    stay = ["sh", "-c", f"echo $$ >>{note}; exec sleep 600"]
    subprocess.Popen(stay, start_new_session=True)
    subprocess.run(["setsid", "--fork", *stay], env={"PATH": "/usr/bin:/bin"}, check=True)
    while not note.exists() or len(note.read_text().split()) < before + 2:
        time.sleep(0.01)
leave(%r)
"""


def leaving(name, code):
    """Have a cell leave two processes, which `Checkout.check` looks for, before the rest of its code."""
    return LEAVE % name + code


def processes(mark, left=()):
    """Find what still runs of all that was started with a mark in its environment, or has one of these numbers."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            zombie = "\nState:\tZ" in (folder / "status").read_text()
            if not zombie and (folder.name in left or f"MARK={mark}".encode() in (folder / "environ").read_bytes()):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:80])
    return found


def check_gone(mark, left=()):
    """Check that nothing runs any more that was started with a mark or was left, or will within a moment."""
    until = time.monotonic() + 20
    while (found := processes(mark, left)) and time.monotonic() < until:
        time.sleep(0.05)
    assert found == []


class Checkout:
    """A checkout with its own small notebooks, and the runs that are started in it."""

    def __init__(self, root, pages=None):
        self.root, self.out, self.copies = root, pages or root / "briefs", root / "figures"
        self.mark = uuid.uuid4().hex
        self.command, self.names_pages = COMMAND, True
        self.packages = [ROOT]
        self.notebooks = root / "notebooks"
        self.notebooks.mkdir(parents=True)
        shutil.copytree(ROOT / "data", root / "data")

    def write(self, **cells):
        """Write a notebook per name, in the order of the plan, each with its cell after the parameters."""
        plan = ""
        for name, code in cells.items():
            made = [
                nbformat.v4.new_markdown_cell("# Klein\n\n## Kop", id="title"),
                nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}, id="parameters"),
                nbformat.v4.new_code_cell(code, id="code"),
            ]
            kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
            nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=kernel), self.notebooks / f"{name}.ipynb")
            plan += f'[{name}]\nnotebook = "{name}.ipynb"\ntitle.nl = "{name}"\nlanguages = ["nl"]\n'
        (self.notebooks / "briefs.toml").write_text(plan, "utf-8")

    def start(self, *options, rights=(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT):
        """Start a run as a process of its own, with a mark by which it and all it starts can be found."""
        env = os.environ | {"TWENTE_DATA": str(self.root / "data"), "MARK": self.mark}
        env["PYTHONPATH"] = os.pathsep.join(map(str, self.packages))
        return subprocess.Popen(
            [*rights, *self.command, "briefs", *(["--out", str(self.out)] * self.names_pages), *options],
            stdout=stdout,
            stderr=stderr,
            text=True,
            env=env,
        )

    def began(self, run):
        """Wait until the waiting cell runs."""
        while not (self.notebooks / "begun").exists():
            assert run.poll() is None, run.communicate()[0]
            time.sleep(0.02)

    def run(self, *options, **how):
        """Run to the end; give the exit code and what was printed."""
        done = self.start(*options, **how)
        output, _ = done.communicate()
        return done.returncode, output

    def runs(self, *options):
        """Run as if nothing had happened: all is published, nothing is left behind."""
        code, output = self.run(*options)
        assert code == 0, output
        self.check()
        assert [path.name for path in self.out.glob(".*") if path.name != ".lock"] == []
        return output

    def published(self, **cells):
        """Have what a run publishes of these notebooks: made by a run the first time, then a copy of what that made."""
        self.write(**cells)
        key = tuple(cells.items())
        if key in WHOLE:
            shutil.copytree(WHOLE[key], self.out)
        else:
            self.runs()
            WHOLE[key] = shutil.copytree(self.out, self.root / "whole")

    def report(self):
        """Read the newest report."""
        return json.loads(max((self.out / "runs").glob("*.json"), key=lambda path: path.stat().st_mtime_ns).read_text())

    def check(self):
        """Check that each page is whole, that what it links to is there, and that no process is left."""
        for page in self.out.glob("*.html"):
            text = page.read_text("utf-8")
            assert text.rstrip().endswith("</html>"), page.name
            soup = BeautifulSoup(text, "html.parser")
            targets = [link.get("href") or link.get("src") for link in soup.find_all(["a", "img"])]
            near = [one for one in targets if not re.match("#|data:|https?:", one)]
            assert [one for one in near if not (self.out / one).is_file()] == [], page.name
            assert all((self.out / one).stat().st_size for one in near), page.name
        for one in [self.out / "briefs.json", *(self.out / "runs").glob("*.json")]:
            if one.exists():
                json.loads(one.read_text("utf-8"))
        check_gone(self.mark, self.left())

    def check_copies(self):
        """Check that the charts that lie in `figures/` are those of the pages."""
        made = {path.name: path.read_bytes() for path in (self.out / "assets").rglob("*.*")}
        assert {path.name: path.read_bytes() for path in self.copies.rglob("*.*")} == made

    def left(self, name="*"):
        """Give the numbers of the processes that a brief left, or all briefs."""
        return [one for note in self.notebooks.glob(f"{name}.left") for one in note.read_text().split()]

    def page(self, name):
        return BeautifulSoup((self.out / f"{name}-nl.html").read_text("utf-8"), "html.parser").get_text()
