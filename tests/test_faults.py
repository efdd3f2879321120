"""What is published stays whole, whatever happens to a run: each fault is brought about, then the pages are read."""

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
from checkouts import CHART, COMMAND, Checkout, leaving, processes

from twente_analysis.briefs.forks import CAN_FORK

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not CAN_FORK, reason="tells processes by /proc")]
#: A cell that waits until the test lets it go on.
WAIT = """
import pathlib, time
pathlib.Path("begun").touch()
while not pathlib.Path("go").exists():
    time.sleep(0.05)
"""
ENGINES = pytest.mark.parametrize("engine", ["twente", "nbclient"])


@pytest.fixture
def checkout(tmp_path):
    found = Checkout(tmp_path)
    yield found
    found.check()


def began(checkout, run):
    """Wait until the waiting cell runs."""
    while not (checkout.notebooks / "begun").exists():
        assert run.poll() is None, run.communicate()[0]
        time.sleep(0.02)


#: What a brief does to itself or to the run, and what is then said of it.
DEEDS = {
    "raises": ("1 / 0", "cell 3 raised ZeroDivisionError: division by zero"),
    "exits": ("import sys; sys.exit(3)", "cell 3 raised SystemExit: 3"),
    "kills-itself": ("import os; os.kill(os.getpid(), 9)", "the kernel died (killed by SIGKILL)"),
    "kills-its-parent": ("import os; os.kill(os.getppid(), 9)", "the kernel died (the parent of the briefs died)"),
    "ends-its-group": ("import os; os.killpg(0, 15)", "the kernel died (killed by SIGTERM)"),
    "hangs": ("while True:\n    pass", "took longer than 9 seconds"),
    "sleeps": ("import time; time.sleep(600)", "took longer than 9 seconds"),
    "takes-all-memory": ("import resource as r; r.setrlimit(r.RLIMIT_AS, (1, 1)); bytes(10**9)", "MemoryError"),
}


def test_each_brief_that_goes_wrong_fails_alone(checkout):
    good = {"one": CHART} | dict.fromkeys(DEEDS, "print('level', level, language)") | {"two": CHART}
    checkout.write(**good)
    checkout.runs()
    done = {"one": CHART} | {name: deed for name, (deed, _) in DEEDS.items()} | {"two": CHART}
    checkout.write(**{name: leaving(name, code) for name, code in done.items()})
    code, output = checkout.run("--force", "--limit", "9")
    assert code == 1, output
    checkout.check()
    assert [name for name in done if len(checkout.left(name)) < 2] == []
    assert {"one-nl: published", "two-nl: published"} <= set(output.splitlines()), output
    told = {line.partition("-nl: failed: ")[0]: line for line in output.splitlines() if ": failed: " in line}
    assert told.keys() == DEEDS.keys()
    for name, (_, reason) in DEEDS.items():
        assert reason in told[name]
        assert "level 1 nl" in checkout.page(name)
        assert "is mislukt" in checkout.page(name)
    outcomes = {brief["brief"].removesuffix("-nl"): brief["outcome"] for brief in checkout.report()["briefs"]}
    assert outcomes == dict.fromkeys(good, "failed") | {"one": "published", "two": "published"}
    assert (checkout.report()["state"], checkout.report()["exit_code"]) == ("ended", 1)
    checkout.write(**good)
    checkout.runs()
    assert not any("is mislukt" in checkout.page(name) for name in good)


@pytest.mark.parametrize("deed", ["import os; os.kill(os.getpid(), 9)", "import os; os.kill(os.getppid(), 9)"])
def test_in_the_pool_of_papermills_own_engine_too(checkout, deed):
    # A process of the pool that is killed clears up nothing.
    bad = deed if "getppid" in deed else leaving("bad", deed)
    checkout.write(one=leaving("one", CHART), raises=leaving("raises", "1 / 0"), bad=bad, two=CHART)
    code, output = checkout.run("--engine", "nbclient")
    assert code == 1, output
    assert len(checkout.left()) >= 4
    assert re.search("bad-nl: failed: .*died|terminated", output), output
    assert {"one-nl: published", "two-nl: published"} <= set(output.splitlines())


def test_what_a_brief_leaves_ends_with_it_and_not_with_another(checkout):
    # The first goes on until nothing is left of the second, and still has its own.
    wait = """
import os
def there(name):
    return [one for one in pathlib.Path(name + ".left").read_text().split() if pathlib.Path("/proc", one).exists()]
while not pathlib.Path("second-nl.left").exists() or there("second-nl"):
    time.sleep(0.05)
assert len(there("first-nl")) == 2
"""
    checkout.write(first=leaving("first-nl", wait + CHART), second=leaving("second-nl", CHART))
    code, output = checkout.run("--jobs", "2", "--limit", "60")
    assert code == 0, output
    # Nothing of it is left when the run is over, not a moment later.
    assert processes(checkout.mark, checkout.left()) == []


def test_a_warm_parent_that_is_killed_is_replaced(checkout):
    once = "import os, pathlib\nif not pathlib.Path('done').exists():\n    pathlib.Path('done').touch()\n    os.kill("
    checkout.write(one=CHART, bad=once + "os.getppid(), 9)\n" + CHART, two=CHART)
    code, output = checkout.run()
    assert code == 0, output
    assert output.count(": published") == 3


@ENGINES
def test_a_run_killed_at_any_moment_leaves_whole_pages(checkout, engine):
    seed = int(os.environ.get("FAULTS_SEED", random.SystemRandom().randrange(10**6)))
    sys.stdout.write(f"FAULTS_SEED={seed}")  # pytest shows it when the test fails
    moments = random.Random(seed)
    checkout.write(one=leaving("one", CHART), two=CHART)
    began = time.monotonic()
    checkout.runs("--engine", engine)
    whole = time.monotonic() - began
    for moment in [moments.uniform(0.1, whole) for _ in range(20 if engine == "twente" else 5)]:
        run = checkout.start("--force", "--engine", engine)
        with suppress(subprocess.TimeoutExpired):
            run.wait(moment)
        run.kill()
        run.communicate()
        checkout.check()
        assert [checkout.page(name).count("level 1 nl") for name in ("one", "two")] == [1, 1]
    checkout.runs()
    checkout.runs("--force")


@ENGINES
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_asked_to_end_tidies_up(checkout, engine, number):
    checkout.write(one=leaving("one", WAIT))
    run = checkout.start("--engine", engine)
    began(checkout, run)
    run.send_signal(number)
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
    began(checkout, first)
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
    began(checkout, first)
    first.kill()
    first.communicate()
    (checkout.notebooks / "go").touch()
    checkout.runs()
    assert f"(process {first.pid}) ended without a word" in checkout.report()["warnings"][0]
    states = [json.loads(path.read_text())["state"] for path in sorted((checkout.out / "runs").glob("*.json"))]
    assert states == ["broken off", "ended"]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 3 MB that a test may fill or make read-only."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@ENGINES
@pytest.mark.parametrize("room", [4_000, 40_000, 200_000])
def test_a_full_disk_costs_no_page(tmp_path, small_disk, engine, room):
    checkout = Checkout(tmp_path / "checkout", small_disk / "briefs")
    checkout.write(one=CHART)
    checkout.runs()
    before = checkout.page("one")
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"0" * 4096)
    os.truncate(filler, filler.stat().st_size - room)
    code, output = checkout.run("--force", "--engine", engine)
    assert code in (1, 5), output
    assert "No space left on device" in output
    checkout.check()
    assert before.partition("Klein")[2].strip() in checkout.page("one")
    filler.unlink()
    checkout.runs()
    assert checkout.page("one") == before


def test_a_read_only_folder_is_an_unfit_machine(tmp_path, small_disk):
    checkout = Checkout(tmp_path / "checkout", small_disk / "briefs")
    checkout.write(one=CHART)
    checkout.runs()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    code, output = checkout.run("--force")
    assert code == 5, output
    assert "Read-only file system" in output
    assert "twente doctor" in output
    checkout.check()
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    checkout.runs()


def test_a_folder_of_another_user_is_an_unfit_machine(tmp_path):
    if os.geteuid() or not shutil.which("setpriv"):
        pytest.skip("only root may give a folder away, and setpriv its rights")
    checkout = Checkout(tmp_path / "checkout", tmp_path / "pages")
    checkout.write(one=CHART)
    checkout.out.mkdir(mode=0o755)
    os.chown(checkout.out, 65534, 65534)
    code, output = checkout.run(rights=["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"])
    assert code == 5, output
    assert "Permission denied" in output


def test_a_clock_that_was_set_back_stops_nothing(checkout):
    checkout.write(one=CHART)
    checkout.runs()
    # As after a run while the clock was two years ahead.
    later = time.time() + 2 * 365 * 86400
    record = checkout.out / "briefs.json"
    record.write_text(re.sub(r'"published": "\d{4}', '"published": "2099', record.read_text("utf-8")), "utf-8")
    (report,) = (checkout.out / "runs").glob("*.json")
    report.write_text(re.sub(r'(began|ended)": "\d{4}', r'\1": "2099', report.read_text()), "utf-8")
    report.rename(report.with_name("2099" + report.name[4:]))
    for path in checkout.out.rglob("*"):
        os.utime(path, (later, later))
    checkout.runs()
    checkout.runs("--force", "--keep", "1")
    (left,) = (checkout.out / "runs").glob("*.json")
    assert left.name < "2099"
    assert "2099" not in (checkout.out / "index.html").read_text("utf-8")


def test_a_notebook_that_is_deleted_during_the_run_costs_its_own_brief(checkout):
    checkout.write(one=CHART, two=CHART)
    checkout.runs()
    checkout.write(one="import pathlib; pathlib.Path('two.ipynb').unlink()\n" + CHART, two=CHART)
    code, output = checkout.run("--force", "--jobs", "1")
    assert code == 1
    assert "one-nl: published" in output
    assert re.search("two-nl: failed: .*No such file.*two.ipynb", output), output
    # The report lies where the pages are.
    assert "two.ipynb" in checkout.report()["briefs"][1]["reason"]
    assert str(checkout.root) not in json.dumps(checkout.report())
    assert "is mislukt" in checkout.page("two")
    checkout.write(one=CHART, two=CHART)
    checkout.runs()


@ENGINES
def test_data_that_change_during_the_run_are_not_mixed(checkout, engine):
    columns = checkout.root / "data/reference/columns.json"
    change = "pathlib.Path('../data/reference/columns.json').open('a').write('\\n')"
    checkout.write(one=f"import pathlib; {change}\n" + CHART, two=CHART)
    code, output = checkout.run("--jobs", "1", "--engine", engine)
    assert code == 1
    assert output.count("failed: columns.json changed while it was made; run again") == 2, output
    assert not list(checkout.out.glob("*-nl.html"))
    assert columns.read_text("utf-8").endswith("}\n\n")
    checkout.write(one=CHART, two=CHART)
    checkout.runs("--engine", engine)


def test_what_went_wrong_is_handed_to_the_command_for_failures(checkout, tmp_path):
    checkout.write(one="1 / 0")
    mail = tmp_path / "mail.txt"
    script = f"import os, sys; open({str(mail)!r}, 'w').write(os.environ['TWENTE_EXIT_CODE'] + ' ' + sys.stdin.read())"
    (tmp_path / "mail.py").write_text(script)
    hook = f"{sys.executable} {tmp_path / 'mail.py'}"
    assert checkout.run("--on-failure", hook)[0] == 1
    assert mail.read_text() == "1 one-nl: failed: cell 3 raised ZeroDivisionError: division by zero\n"
    (checkout.root / "data/raw/enrolment.csv").unlink(missing_ok=True)
    (checkout.notebooks / "briefs.toml").write_text("[one]\nnotebook = 'none.ipynb'\n")
    assert checkout.run("--on-failure", hook)[0] == 3
    assert mail.read_text().startswith("3 ")
    checkout.write(one=WAIT)
    run = checkout.start("--on-failure", hook)
    began(checkout, run)
    run.terminate()
    output, _ = run.communicate()
    assert "The run was asked to end" in output
    assert mail.read_text().startswith("143 The run was asked to end")
    (checkout.notebooks / "begun").unlink()
    checkout.write(one=CHART)


#: Another chart, so that the folder of the charts is another.
OTHER_CHART = CHART.replace("load_enrolment", "load_diplomas")
#: Runs as the command does, but is killed when it would write the record: the page is there, the record is not.
KILLED = """
import os, signal
import twente_analysis.briefs.published as published
published.write_record = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""


def test_charts_stay_that_a_page_names_and_the_record_does_not(checkout):
    checkout.write(one=CHART, two=CHART)
    checkout.runs()
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


def test_a_chart_that_lost_its_content_is_put_in_place_again(checkout):
    checkout.write(one=CHART)
    checkout.runs()
    charts = {path: path.read_bytes() for path in (checkout.out / "assets").rglob("*.*")}
    for options in ((), ("--force",)):
        for path, content in charts.items():
            path.write_bytes(bytes(len(content)))  # as a loss of power may leave it
        checkout.runs(*options)
        assert {path: path.read_bytes() for path in charts} == charts


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
    pages, copies = (checkout.root / name for name in ("briefs/assets", "figures"))
    made = {path.name: path.read_bytes() for path in pages.rglob("*.*")}
    assert {path.name: path.read_bytes() for path in copies.rglob("*.*")} == made


def test_a_run_whose_group_is_killed_leaves_nothing_running(checkout):
    checkout.write(one=leaving("one", WAIT))
    run = checkout.start(rights=["setsid"])
    began(checkout, run)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    checkout.check()


def test_a_table_that_is_too_large_is_refused_before_it_is_read(checkout):
    checkout.write(one=CHART)
    checkout.runs()
    with (checkout.root / "data" / "raw" / "regiovisie_enrolment.csv").open("r+b") as file:
        file.truncate(10**12)  # a thousand billion bytes, all but the first not on the disk
    code, output = checkout.run()
    assert code == 3, output
    assert "1,000,000,000,000 bytes, more than the" in output
    assert "level 1 nl" in checkout.page("one")


def test_a_page_is_published_also_when_its_charts_cannot_be_copied(checkout):
    checkout.write(one=CHART)
    checkout.names_pages = False  # copies go to `figures/` where the pages go to `briefs/`
    checkout.runs()
    shutil.rmtree(checkout.root / "figures" / "one-nl")
    (checkout.root / "figures" / "one-nl").write_text("in the way")
    checkout.write(one=OTHER_CHART)
    assert checkout.run()[0] == 0
    checkout.check()
    assert "one-nl were not copied" in checkout.report()["warnings"][0]


@ENGINES
def test_a_notebook_that_is_replaced_while_it_runs_is_not_published(checkout, engine):
    checkout.write(one=CHART)
    checkout.runs()
    checkout.write(one=WAIT)
    run = checkout.start("--force", "--engine", engine)
    began(checkout, run)
    checkout.write(one=CHART + "\nprint('new')")
    (checkout.notebooks / "go").touch()
    output, _ = run.communicate()
    assert "one.ipynb changed while it was made" in output
    assert run.returncode == 1


def test_a_warm_parent_that_is_stopped_is_replaced(checkout):
    checkout.write(one=leaving("one", "import os; os.kill(os.getppid(), 19)"), two=CHART)
    code, output = checkout.run("--limit", "5", "--jobs", "1")
    assert code == 1, output
    assert "two-nl: published" in output


def test_a_page_leads_to_the_other_language_only_while_it_is_there(checkout):
    def leads():
        pages = {path.stem: path.read_text("utf-8") for path in sorted(checkout.out.glob("one-*.html"))}
        return {name: [other for other in pages if f'href="{other}.html"' in text] for name, text in pages.items()}

    checkout.write(one="if language == 'en': 1 / 0")
    plan = checkout.notebooks / "briefs.toml"
    dutch = plan.read_text("utf-8")
    plan.write_text(dutch.replace('languages = ["nl"]', 'title.en = "One"'), "utf-8")
    assert checkout.run()[0] == 1
    assert leads() == {"one-nl": []}
    both = plan.read_text("utf-8")
    checkout.write(one="print('level', level, language)")
    plan.write_text(both, "utf-8")
    checkout.runs()
    assert leads() == {"one-en": ["one-nl"], "one-nl": ["one-en"]}
    assert "0 of 2 briefs published, 2 unchanged" in checkout.runs()
    (checkout.out / "one-en.html").unlink()
    checkout.runs("--language", "nl")
    assert leads() == {"one-nl": []}
    checkout.runs("--language", "en")
    assert leads() == {"one-en": ["one-nl"], "one-nl": ["one-en"]}
    assert "0 of 2 briefs published, 2 unchanged" in checkout.runs()
    plan.write_text(dutch, "utf-8")
    checkout.runs("--prune")
    assert leads() == {"one-nl": []}


def test_a_brief_that_fails_has_one_line(checkout):
    checkout.write(one="raise ValueError('bad cell\\ntwo-nl: published')")
    _, output = checkout.run()
    assert [line for line in output.splitlines() if line.startswith("two-nl")] == []


def test_what_a_link_leads_to_is_not_removed(checkout, tmp_path):
    checkout.write(one=CHART)
    checkout.runs()
    precious = tmp_path / "precious"
    (precious / "dir").mkdir(parents=True)
    shutil.rmtree(checkout.out / "assets" / "one-nl")
    (checkout.out / "assets" / "one-nl").symlink_to(precious)
    (checkout.out / ".build-x").symlink_to(precious)
    checkout.runs()
    assert (precious / "dir").is_dir()


def test_an_editors_mark_among_the_data_stops_nothing_and_a_pipe_is_refused(checkout):
    checkout.write(one=CHART)
    (checkout.root / "data/raw/.#enrolment.csv").symlink_to("nowhere")
    checkout.runs()
    os.mkfifo(checkout.root / "data/raw/pipe.csv")
    code, output = checkout.run()
    assert code == 3, output
    assert "no plain file" in output
    (checkout.root / "data/raw/pipe.csv").unlink()
