"""A run, its warm parent or its group is killed, stopped or asked to end: what is published stays whole."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from checkouts import CHART, COMMAND, ENGINES, OTHER_CHART, WAIT, leaving

from twente_analysis.briefs.forks import CAN_FORK

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not CAN_FORK, reason="tells processes by /proc")]


def test_a_warm_parent_that_is_killed_is_replaced(checkout):
    once = "import os, pathlib\nif not pathlib.Path('done').exists():\n    pathlib.Path('done').touch()\n    os.kill("
    checkout.write(one=CHART, bad=once + "os.getppid(), 9)\n" + CHART, two=CHART)
    code, output = checkout.run()
    assert code == 0, output
    assert output.count(": published") == 3


#: As in a run, but it waits for less long: for its parent to have loaded everything (a minute), or to say something
#: once a brief has taken as long as it may (ten seconds).
HASTY = "from twente_analysis.briefs import parents; parents.%s; from twente_analysis.cli import main; main()"


def test_a_warm_parent_that_is_stopped_is_replaced(checkout):
    checkout.write(one=leaving("one", "import os; os.kill(os.getppid(), 19)"), two=CHART)
    checkout.command = [sys.executable, "-c", HASTY % "SILENCE = 1"]
    code, output = checkout.run("--limit", "5", "--jobs", "1")
    assert code == 1, output
    assert "two-nl: published" in output


@ENGINES
def test_a_run_killed_at_any_moment_leaves_whole_pages(checkout, engine):
    seed = int(os.environ.get("FAULTS_SEED", random.SystemRandom().randrange(10**6)))
    sys.stdout.write(f"FAULTS_SEED={seed}")  # pytest shows it when the test fails
    moments = random.Random(seed)
    checkout.write(one=leaving("one", CHART), two=CHART)
    checkout.names_pages = False  # copies of charts too then: `figures/` where the pages go to `briefs/`
    began = time.monotonic()
    checkout.runs("--engine", engine)
    whole = time.monotonic() - began
    times = 20 if engine == "twente" else 6
    # Half of them with pages of an earlier run, half as the first run of all.
    for number in range(times):
        if number >= times // 2:
            shutil.rmtree(checkout.out, ignore_errors=True)
            shutil.rmtree(checkout.copies, ignore_errors=True)
        run = checkout.start("--force", "--engine", engine)
        with suppress(subprocess.TimeoutExpired):
            run.wait(moments.uniform(0.1, whole))
        run.kill()
        run.communicate()
        checkout.check()
        there = [path.stem.removesuffix("-nl") for path in checkout.out.glob("*-nl.html")]
        assert [checkout.page(name).count("level 1 nl") for name in there] == [1] * len(there)
        assert number >= times // 2 or len(there) == 2
    checkout.runs()
    checkout.runs("--force")
    checkout.check_copies()


def test_the_first_page_of_all_leads_to_an_index_though_the_run_is_killed_after_it(checkout):
    checkout.write(one=CHART)
    checkout.command = [sys.executable, "-c", f"{KILLED}\nfrom twente_analysis.cli import main; main()"]
    assert checkout.run()[0] == -signal.SIGKILL
    assert "level 1 nl" in checkout.page("one")
    checkout.check()


def test_a_brief_that_stopped_its_parent_ends_with_a_run_that_is_killed(checkout):
    checkout.write(one=leaving("one", "import os; os.kill(os.getppid(), 19)" + WAIT))
    run = checkout.start()
    checkout.began(run)
    run.kill()
    run.communicate()
    checkout.check()


def test_a_parent_that_is_stopped_while_it_loads_ends_the_run(checkout, tmp_path):
    checkout.published(one=CHART, two=CHART)
    (tmp_path / "packages" / "seaborn").mkdir(parents=True)
    stop = "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"
    (tmp_path / "packages" / "seaborn" / "__init__.py").write_text(stop, "utf-8")
    checkout.packages.insert(0, tmp_path / "packages")
    checkout.command = [sys.executable, "-c", HASTY % "LOADING = 5"]
    code, output = checkout.run("--force", "--limit", "5", "--jobs", "1")
    assert code == 5, output
    assert "after 5 seconds the parent of the briefs had not loaded what they use" in output
    checkout.check()
    assert "level 1 nl" in checkout.page("one")


@pytest.mark.parametrize(
    ("engine", "number"),
    [
        ("twente", signal.SIGTERM),
        ("twente", signal.SIGINT),
        ("twente", signal.SIGHUP),
        ("nbclient", signal.SIGTERM),
        ("nbclient", signal.SIGINT),
    ],
)
def test_a_run_that_is_asked_to_end_tidies_up(checkout, engine, number):
    checkout.write(one=leaving("one", WAIT))
    run = checkout.start("--engine", engine)
    checkout.began(run)
    run.send_signal(number)
    if number != signal.SIGINT:
        run.send_signal(number)  # who is impatient breaks nothing off
    output, _ = run.communicate()
    assert run.returncode in (128 + number, 1), output
    checkout.check()
    assert [path.name for path in checkout.out.glob(".*") if path.name != ".lock"] == []
    assert checkout.report()["state"] == "broken off"
    (checkout.notebooks / "go").touch()
    checkout.runs()


def test_a_second_run_says_who_holds_the_folder(checkout):
    checkout.write(one=WAIT)
    first = checkout.start()
    checkout.began(first)
    code, output = checkout.run()
    assert code == 4
    assert re.search(rf"process {first.pid} on \S+, since 20\d\d-\d\d-\d\d \d\d:\d\d UTC \(0 min\)", output), output
    (checkout.notebooks / "go").touch()
    output, _ = first.communicate()
    assert (first.returncode, output.splitlines()[0]) == (0, "one-nl: published")
    assert len(list((checkout.out / "runs").glob("*.json"))) == 1


def test_the_lock_of_a_killed_run_holds_nobody_up(checkout):
    checkout.write(one=WAIT)
    first = checkout.start()
    checkout.began(first)
    first.kill()
    first.communicate()
    (checkout.notebooks / "go").touch()
    checkout.runs()
    assert f"(process {first.pid}) ended without a word" in checkout.report()["warnings"][0]
    states = [json.loads(path.read_text())["state"] for path in sorted((checkout.out / "runs").glob("*.json"))]
    assert states == ["broken off", "ended"]


def test_a_run_whose_group_is_killed_leaves_nothing_running(checkout):
    checkout.write(one=leaving("one", WAIT))
    run = checkout.start(rights=["setsid"])
    checkout.began(run)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    checkout.check()


#: Runs as the command does, but is killed when it would write the record: the page is there, the record is not.
KILLED = """
import os, signal
import twente_analysis.briefs.published as published
published.write_record = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""


def test_charts_stay_that_a_page_names_and_the_record_does_not(checkout):
    checkout.published(one=CHART, two=CHART)
    checkout.write(one=OTHER_CHART, two=CHART)
    checkout.command = [sys.executable, "-c", f"{KILLED}\nfrom twente_analysis.cli import main; main()"]
    assert checkout.run("--only", "one")[0] == -signal.SIGKILL
    checkout.command = COMMAND
    checkout.check()
    checkout.run("--only", "two")
    checkout.check()
    checkout.write(one="1 / 0", two=CHART)
    assert checkout.run()[0] == 1
    checkout.check()


#: Runs as the command does, but is killed when it would make the third copy of a chart.
KILLED_COPYING = """
import os, shutil, signal
made, copy = [], shutil.copy2
def copy2(*paths):
    made.append(paths)
    return copy(*paths) if len(made) < 3 else os.kill(os.getpid(), signal.SIGKILL)
shutil.copy2 = copy2
"""


def test_copies_of_charts_are_finished_by_the_next_run(checkout):
    checkout.write(one=CHART)
    checkout.names_pages = False  # copies go to `figures/` where the pages go to `briefs/`
    checkout.runs()
    checkout.write(one=OTHER_CHART)
    checkout.command = [sys.executable, "-c", f"{KILLED_COPYING}\nfrom twente_analysis.cli import main; main()"]
    assert checkout.run()[0] == -signal.SIGKILL
    checkout.command = COMMAND
    checkout.runs()
    checkout.check_copies()
