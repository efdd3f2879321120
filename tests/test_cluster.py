"""Briefs made by the workers of a real scheduler on this machine: whatever happens to them, each is published once."""

import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress

import pytest
from checkouts import CHART, ROOT, Checkout, check_gone

from twente_analysis.briefs.forks import CAN_FORK

pytest.importorskip("distributed", reason="dask.distributed is not installed: pip install 'distributed>=2026.1'")
pytestmark = [pytest.mark.faults, pytest.mark.skipif(not CAN_FORK, reason="a worker forks the briefs")]

#: Says that it was made here, and waits as long as this machine is held up.
HELD = (
    """
import pathlib, time
pathlib.Path("made").touch()
while pathlib.Path("hold").exists():
    time.sleep(0.05)
"""
    + CHART
)
SIX = ("one", "two", "three", "four", "five", "six")
#: Kills the worker, three processes up: the warm parent and its guard are in between.
KILL = """
import os, pathlib
one = os.getppid()
for _ in range(2):
    one = int(pathlib.Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[1])
os.kill(one, 9)
"""


class Cluster:
    """A scheduler and workers, each worker with a checkout of its own, as on machines of their own."""

    def __init__(self, root, home):
        self.root, self.home, self.mark = root, home, uuid.uuid4().hex
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.processes = {}
        self.start_scheduler()

    def start_scheduler(self):
        self._start("scheduler", "--port", str(self.port))

    def start_worker(self, name, *options, library=ROOT):
        """Start a worker; its checkout has the data and notebooks that lie at home now, unless it has its own."""
        folder = self.root / name
        for part in ("data", "notebooks"):
            if not (folder / part).is_dir():
                shutil.copytree(self.home.root / part, folder / part)
        env = {"TWENTE_DATA": str(folder / "data"), "PYTHONPATH": str(library)}
        options = ("--nthreads", "1", "--local-directory", str(folder), *(options or ["--no-nanny"]))
        self._start(name, self.address, *options, kind="worker", env=env)
        return folder / "notebooks"

    def _start(self, name, *options, kind="scheduler", env=None):
        log = (self.root / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", "dask", kind, *options, "--host", "127.0.0.1", "--no-dashboard"],
            stdout=log,
            stderr=log,
            cwd=self.root,
            env=os.environ | {"MARK": self.mark, "PYTHONPATH": str(ROOT)} | (env or {}),
        )
        log.close()

    def signal(self, name, number):
        """Send a signal; one that ends a process is waited for."""
        self.processes[name].send_signal(number)
        if number in (signal.SIGKILL, signal.SIGTERM):
            self.processes[name].wait()

    def close(self):
        for name in self.processes:
            self.signal(name, signal.SIGKILL)
        check_gone(self.mark)


class Watch:
    """Counts how often each page is put in place, by looking at the folder all the time."""

    def __init__(self, folder):
        self.folder, self.seen, self.over = folder, set(), threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def _look(self):
        while not self.over.wait(0.01):
            for page in self.folder.glob("*-nl.html"):
                with suppress(OSError):
                    about = page.stat()
                    self.seen.add((page.name.removesuffix("-nl.html"), about.st_ino, about.st_mtime_ns))

    def counts(self):
        self.over.set()
        self.thread.join()
        return Counter(name for name, _, _ in self.seen)


@pytest.fixture
def home(tmp_path):
    found = Checkout(tmp_path / "home")
    found.write(**dict.fromkeys(SIX, HELD))
    yield found
    found.check()


@pytest.fixture
def cluster(tmp_path, home):
    found = Cluster(tmp_path, home)
    yield found
    found.close()


def until(true, run=None):
    """Wait until something is so."""
    while not true():
        assert run is None or run.poll() is None, run.communicate()[0]
        time.sleep(0.05)


def hold(cluster, *names):
    """Start workers whose briefs wait; give the folder of notebooks of each."""
    folders = [cluster.start_worker(name) for name in names]
    for folder in folders:
        (folder / "hold").touch()
    return folders


def check_once(home, watch, names=SIX):
    """Check that the run published each brief, once, and that no page was replaced by a second one."""
    home.check()
    told = {brief["brief"]: brief["outcome"] for brief in home.report()["briefs"]}
    assert told == {f"{name}-nl": "published" for name in names}
    assert len(home.report()["briefs"]) == len(names)
    assert watch.counts() == dict.fromkeys(names, 1)


def content(folder):
    """Give the hash of each published file."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "runs"]
    hashes = {path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return {path: one for path, one in hashes.items() if path.name not in ("briefs.json", ".lock")}


def test_the_files_are_those_of_one_machine(home, cluster, tmp_path):
    home.runs("--engine", "twente")
    alone, home.out = home.out, tmp_path / "pages"
    (tmp_path / "first").mkdir()
    shutil.copyfile(ROOT / "requirements.lock", tmp_path / "first" / "requirements.lock")  # a copy is no other lock
    folders = [cluster.start_worker(name) for name in ("first", "second")]
    until(lambda: (tmp_path / "second.log").read_text().count("Registered to") == 1)
    watch = Watch(home.out)
    home.runs("--cluster", cluster.address)
    check_once(home, watch)
    assert [(folder / "made").exists() for folder in folders] == [True, True]
    assert content(home.out) == content(alone)
    assert home.report()["warnings"] == []
    assert "0 of 6 briefs published, 6 unchanged" in home.runs("--cluster", cluster.address)
    # What was loaded is loaded no more: the next run has the new notebook made.
    home.write(**dict.fromkeys(SIX, "print('level', level * 2, language)"))
    for folder in folders:
        shutil.copytree(home.notebooks, folder, dirs_exist_ok=True)
    home.runs("--cluster", cluster.address)
    assert "level 2 nl" in home.page("six")


def test_what_a_killed_worker_had_is_made_by_another(home, cluster):
    first, second = hold(cluster, "first", "second")
    watch = Watch(home.out)
    run = home.start("--cluster", cluster.address)
    until((first / "made").exists, run)
    cluster.signal("first", signal.SIGKILL)
    (second / "hold").unlink()
    output, _ = run.communicate()
    assert run.returncode == 0, output
    check_once(home, watch)
    # The parent that it kept, and what that had forked, went with it.
    cluster.signal("second", signal.SIGTERM)
    cluster.signal("scheduler", signal.SIGTERM)
    check_gone(cluster.mark)


def test_a_run_outlives_its_scheduler(home, cluster):
    folders = hold(cluster, "first", "second")
    watch = Watch(home.out)
    run = home.start("--cluster", cluster.address)
    until(lambda: all((folder / "made").exists() for folder in folders), run)
    cluster.signal("scheduler", signal.SIGKILL)
    for folder in folders:
        (folder / "hold").unlink()
    for name in ("first", "second"):
        cluster.processes[name].wait()  # a worker of dask ends with its scheduler, and its service starts it again
    cluster.start_scheduler()
    for name in ("first", "second"):
        cluster.start_worker(name)
    output, _ = run.communicate()
    assert run.returncode == 0, output
    check_once(home, watch)
    assert "Traceback" not in output


def test_a_scheduler_that_stays_away_costs_what_was_left(home, cluster, monkeypatch):
    monkeypatch.setenv("TWENTE_CLUSTER_WAIT", "4")
    (folder,) = hold(cluster, "first")
    run = home.start("--cluster", cluster.address)
    until((folder / "made").exists, run)
    cluster.signal("scheduler", signal.SIGKILL)
    output, _ = run.communicate()
    assert run.returncode == 1, output
    assert output.count("failed: the scheduler did not come back within 4 seconds") == 6, output
    assert home.report()["state"] == "ended"


def test_what_a_slow_worker_has_is_also_given_to_another(home, cluster):
    first, second = hold(cluster, "first", "second")
    watch = Watch(home.out)
    run = home.start("--cluster", cluster.address)
    until((first / "made").exists, run)
    cluster.signal("first", signal.SIGSTOP)
    (second / "hold").unlink()
    output, _ = run.communicate()
    assert run.returncode == 0, output
    # It goes on, and has an answer that nobody waits for.
    (first / "hold").unlink()
    cluster.signal("first", signal.SIGCONT)
    time.sleep(3)
    check_once(home, watch)
    home.runs("--cluster", cluster.address, "--force")


def differ_in(part, folder):
    """Give a worker's checkout, or the library it takes, other content than at home."""
    if part == "data":
        with (folder / "data/reference/columns.json").open("a") as file:
            file.write("\n")
    elif part == "notebook":
        for notebook in (folder / "notebooks").glob("*.ipynb"):
            notebook.write_text(notebook.read_text("utf-8").replace("# Klein", "# Ander"), "utf-8")
    elif part == "lock":
        (folder / "requirements.lock").write_text("pandas==1.0\n")
    else:
        shutil.copytree(ROOT / "twente_analysis", folder / "twente_analysis")
        shutil.copyfile(ROOT / "requirements.lock", folder / "requirements.lock")
        with (folder / "twente_analysis/trends.py").open("a") as file:
            file.write("# other\n")
        return folder
    return ROOT


def test_workers_that_have_something_else_are_refused_by_name(home, cluster, monkeypatch):
    monkeypatch.setenv("TWENTE_CLUSTER_WAIT", "4")
    parts = ("data", "library", "lock", "notebook")
    for part in parts:
        for one in ("data", "notebooks"):
            shutil.copytree(home.root / one, cluster.root / part / one)
        cluster.start_worker(part, library=differ_in(part, cluster.root / part))
    until(lambda: all("Registered to" in (cluster.root / f"{part}.log").read_text() for part in parts))
    code, output = home.run("--cluster", cluster.address)
    assert code == 1, output
    for part in parts:
        told = rf"failed: no worker could take it .*tcp://127.0.0.1:\d+: it would not make it from the same {part}[;)]"
        assert len(re.findall(told, output)) == 6, output
    assert not list(home.out.glob("*-nl.html"))
    # One that has the same is enough; the report names the others.
    cluster.start_worker("same")
    watch = Watch(home.out)
    code, output = home.run("--cluster", cluster.address)
    assert code == 0, output
    check_once(home, watch)
    warned = [one.rpartition(" ")[2] for one in home.report()["warnings"]]
    assert warned
    assert set(warned) <= set(parts)


def test_a_brief_that_goes_wrong_fails_alone(home, cluster):
    deeds = {
        "raises": "1 / 0",
        "hangs": "while True:\n    pass",
        "ends-its-parent": "import os; os.kill(os.getppid(), 9)",
        "ends-its-worker": KILL,
    }
    home.write(**{"one": CHART} | deeds | {"two": CHART})
    for name in ("first", "second"):
        cluster.start_worker(name, "--nanny")
    code, output = home.run("--cluster", cluster.address, "--limit", "9")
    assert code == 1, output
    told = {line.partition("-nl: ")[0]: line.partition("-nl: ")[2] for line in output.splitlines() if "-nl: " in line}
    assert told == {
        "one": "published",
        "two": "published",
        "raises": "failed: cell 3 raised ZeroDivisionError: division by zero",
        "hangs": "failed: took longer than 9 seconds",
        "ends-its-parent": "failed: the kernel died (the parent of the briefs died)",
        "ends-its-worker": "failed: the kernel died (4 workers went down with it)",
    }
    home.check()


def test_a_cluster_that_is_not_there_is_an_unfit_machine(home, cluster, monkeypatch):
    monkeypatch.setenv("TWENTE_CLUSTER_WAIT", "3")
    code, output = home.run("--cluster", cluster.address)
    assert (code, "had no worker for 3 seconds" in output) == (5, True), output
    cluster.signal("scheduler", signal.SIGKILL)
    code, output = home.run("--cluster", cluster.address)
    assert (code, "no scheduler answers" in output) == (5, True), output
    assert "Traceback" not in output
    for address, told in {
        "tls://127.0.0.1:1": "dask has no certificates for tls://; its settings distributed.comm.tls name them",
        "tcp://127.0.0.1": "missing port number in address '127.0.0.1'",
        "http://127.0.0.1:1": "unknown address scheme 'http'",
    }.items():
        code, output = home.run("--cluster", address)
        first, second = output.splitlines()
        assert (code, first.startswith(f"{address}: the scheduler cannot be called ({told}")) == (5, True), output
        assert second.startswith("What to do: ")
    assert home.run("--cluster", cluster.address, "--jobs", "2")[0] == 2


#: Damages the first answer to each brief but the last, whose every answer it damages; the name is that of its chart.
DAMAGE = """
from twente_analysis.briefs import beside
seen = set()
def packed(*made, whole=beside._packed):
    answer = whole(*made)
    name = next(one for one in answer.files if one.endswith(".svg"))
    brief = name.removeprefix("charts/").removesuffix("-nl-1.svg")
    if brief not in seen or brief == "six":
        seen.add(brief)
        digest, content = answer.files["page.html"]
        if brief in ("one", "six"):
            answer.files["page.html"] = digest, content.replace(b"level 1", b"level 9")
        elif brief == "two":
            del answer.files["page.html"]
        elif brief == "three":
            del answer.files[name]
        elif brief == "four":
            answer.files["../../four-nl.html"] = digest, content
        elif brief == "five":
            answer.files["charts/five-nl-1.csv"] = digest, content  # whole, but another
    return answer
if beside._packed.__module__ == beside.__name__:  # dask loads this twice
    beside._packed = packed
"""


def test_damaged_answers_and_other_packages_cost_no_page(home, cluster):
    (cluster.root / "damage.py").write_text(DAMAGE)
    other = cluster.root / "site" / "nbconvert-0.1.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: nbconvert\nVersion: 0.1\n")
    cluster.start_worker("first", "--no-nanny", "--preload", str(cluster.root / "damage.py"))
    cluster.start_worker("second", library=f"{other.parent}{os.pathsep}{ROOT}")
    until(lambda: all("Registered to" in (cluster.root / f"{name}.log").read_text() for name in ("first", "second")))
    watch = Watch(home.out)
    code, output = home.run("--cluster", cluster.address)
    assert code == 1, output
    assert output.count(": published") == 5
    assert "six-nl: failed: the kernel died (4 workers went down with it)" in output
    home.check()
    assert watch.counts() == dict.fromkeys(SIX[:5], 1)
    assert all("level 1 nl" in home.page(name) for name in SIX[:5])
    assert {path.name for path in home.root.rglob("*-nl.html")} == {f"{name}-nl.html" for name in SIX[:5]}
    told = {one.partition("127.0.0.1:")[2].partition(": ")[2] for one in home.report()["warnings"]}
    assert told == {
        "it would not make it from the same packages",
        "page.html did not come as it was sent",
        "no page came",
        "its charts are not those that were made",
        "../../four-nl.html did not come as it was sent",
    }


def test_a_worker_that_never_answers_does_not_hold_a_run_up(home, cluster, monkeypatch):
    monkeypatch.setenv("TWENTE_CLUSTER_WAIT", "2")
    # An error so deep that dask cannot send it: what was asked stays without an answer, while the worker lives.
    lost = "def packed(*made):\n    return packed(*made)\nbeside._packed = packed"
    (cluster.root / "lost.py").write_text(f"from twente_analysis.briefs import beside\n{lost}")
    home.write(one=CHART)
    cluster.start_worker("first", "--no-nanny", "--preload", str(cluster.root / "lost.py"))
    until(lambda: "Registered to" in (cluster.root / "first.log").read_text())
    code, output = home.run("--cluster", cluster.address, "--limit", "1")
    assert code == 1, output
    assert "one-nl: failed: the kernel died (4 workers went down with it)" in output
    (told,) = home.report()["warnings"]
    assert told.endswith(" gave no answer")


def test_without_dask_a_run_says_what_to_install(home):
    absent = "import sys; sys.modules['distributed'] = None; from twente_analysis.cli import main; main()"
    home.command = [sys.executable, "-c", absent]
    code, output = home.run("--cluster", "tcp://127.0.0.1:1")
    assert code == 5, output
    assert "pip install 'distributed" in output


def test_files_that_did_not_come_as_sent_or_belong_elsewhere_are_damage():
    from twente_analysis.briefs.beside import Answer, damage
    from twente_analysis.briefs.forks import Outcome

    def sent(name, body=b"x", digest=None):
        return {name: (digest or hashlib.sha256(body).hexdigest(), body)}

    page, made = (
        sent("page.html"),
        Outcome({"assets": f"assets/a-nl/{hashlib.sha256(b'a-1.svg' + bytes(1) + b'x').hexdigest()[:16]}"}),
    )
    assert damage(Answer(made, page | sent("charts/a-1.svg"))) == ""
    assert damage(Answer(made, page)) == "its charts are not those that were made"
    assert "page.html did not come" in damage(Answer(made, sent("page.html", digest="0" * 64)))
    assert damage(Answer(made, sent("charts/a.svg"))) == "no page came"
    for name in ("../x", "/etc/x", "charts/../../x", "charts/.x", "charts/a/b", "x.html", "charts/", "page.html\n"):
        assert "did not come" in damage(Answer(made, page | sent(name)))
