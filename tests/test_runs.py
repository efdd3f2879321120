"""What a run tells: its lines, its report, the command for failures; and what it meets in the folders it works with."""

import json
import os
import platform
import pty
import re
import shutil
import subprocess
import sys
import termios
import time
from contextlib import suppress
from importlib.metadata import version

import pytest
from checkouts import CHART, ENGINES, WAIT

from twente_analysis.briefs import console
from twente_analysis.briefs.forks import CAN_FORK

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not CAN_FORK, reason="tells processes by /proc")]
SLOW = "import time; time.sleep(0.4)\n"


def on_a_terminal(checkout, *options):
    """Run on a terminal; give what stands in it as it was sent."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    run = checkout.start(*options, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # how Linux says that nobody holds the other side any more
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    return run.wait(), shown.decode()


def test_a_run_tells_its_report_its_lines_and_on_a_terminal_how_far_it_is(checkout):
    checkout.write(one=SLOW + CHART, two=CHART)
    output = checkout.runs()
    lines = ["one-nl: published", "two-nl: published"]
    told = [f"Open {checkout.out.resolve() / 'index.html'}"]
    assert sorted(output.splitlines()[:2]) == lines
    assert output.splitlines()[2:] == ["2 of 2 briefs published.", *told]
    assert not re.search(r"[^\n -~]", output)

    report = checkout.report()
    packages = {"ipykernel", "matplotlib", "nbconvert", "numpy", "pandas", "papermill", "twente-analysis"}
    packages |= {"scipy", "seaborn", "statsmodels"}
    assert report["versions"] == {"python": platform.python_version()} | {name: version(name) for name in packages}
    assert report["inputs"].keys() == {"data", "library", "lock", "open_data"}
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in report["inputs"].values())
    seconds = {one["brief"]: one["seconds"] for one in report["briefs"]}
    assert seconds["one-nl"] >= 0.4
    assert 0 < max(seconds.values()) <= report["seconds"]
    assert min(seconds.values()) > 0
    assert report["warnings"] == []

    # A run that finds all unchanged has the same lines and inputs, and took no time for them.
    code, shown = on_a_terminal(checkout)
    assert code == 0
    assert re.search(r"\r[^\n]*0/2 \[", shown), shown
    assert re.search(r"\r[^\n]*1/2 \[", shown), shown
    left = [re.sub(r".*\r", "", line.rstrip("\r")) for line in shown.split("\n")]
    assert [line for line in left if line.startswith(("one", "two"))] == [
        line.replace("published", "unchanged") for line in lines
    ]
    assert {one["seconds"] for one in checkout.report()["briefs"]} == {0}
    assert checkout.report()["inputs"] == report["inputs"]

    with (checkout.root / "data/reference/columns.json").open("a") as file:
        file.write("\n")
    checkout.write(two=CHART)
    assert checkout.run("--language", "nl")[0] == 0
    after = checkout.report()
    assert {name for name, one in after["inputs"].items() if one != report["inputs"][name]} == {"data"}
    assert after["warnings"] == ["one-nl is in the plan no more; its page stays"]


def test_the_command_for_failures_has_a_minute_and_is_told_how_it_ended(checkout, tmp_path, monkeypatch):
    assert console.HOOK_SECONDS == 60
    shorter = (
        "from twente_analysis.briefs import console; console.HOOK_SECONDS = 1; from twente_analysis.cli import main"
    )
    checkout.command = [sys.executable, "-c", f"{shorter}; main()"]
    (checkout.notebooks / "briefs.toml").write_text("[one", "utf-8")
    script = "import os, time; print(os.environ['TWENTE_EXIT_CODE'], os.environ['MARK'], input(), flush=True)"
    # What it starts ends with it when its time is up; `Checkout.check` looks for that.
    stay = "import subprocess; subprocess.Popen(['setsid', '--fork', 'sleep', '600']); time.sleep(600)"
    (tmp_path / "hook.py").write_text(f"{script}; {stay}", "utf-8")
    monkeypatch.setenv("TWENTE_ON_FAILURE", f"{sys.executable} '{tmp_path / 'hook.py'}'")
    code, output = checkout.run()
    assert code == 3
    assert f"3 {checkout.mark} {checkout.notebooks / 'briefs.toml'}: the plan cannot be read" in output
    assert re.search(r"--on-failure did not work: .*timed out after (0\.9|1)", output), output
    assert "Traceback" not in output
    # What is said of the run itself comes after it, and one that does not exist costs nothing else.
    assert "What to do:" in output.partition("did not work")[2]
    code, output = checkout.run("--on-failure", "/nowhere/mail -s x")
    assert (code, "did not work: [Errno 2]" in output) == (3, True), output


def test_a_plan_in_another_encoding_is_refused_in_a_line(checkout):
    checkout.write(one=CHART)
    plan = checkout.notebooks / "briefs.toml"
    plan.write_bytes(plan.read_text("utf-8").replace('title.nl = "one"', 'title.nl = "één"').encode("latin-1"))
    code, output = checkout.run()
    assert code == 3
    first, second = output.splitlines()
    assert re.fullmatch(rf"{re.escape(str(plan))}: the plan cannot be read \('utf-8' codec .*\)\.", first)
    assert second == "What to do: Correct or restore the file."
    assert not list(checkout.out.glob("*.html"))
    assert (checkout.report()["exit_code"], checkout.report()["state"]) == (3, "ended")


def test_pages_that_are_damaged_are_made_again_and_stop_nothing(checkout):
    said = "print('level', level, language)"
    checkout.write(bytes=said, cut=said, whole=said)
    checkout.runs()
    before = (checkout.out / "cut-nl.html").read_bytes()
    (checkout.out / "bytes-nl.html").write_bytes(b"\xff\xfe<!--stale-->\x00\xc3<!--/stale-->\x80")
    (checkout.out / "cut-nl.html").write_bytes(before[:200])
    notebook = checkout.notebooks / "bytes.ipynb"
    good = notebook.read_text("utf-8")
    notebook.write_text(good.replace(said, "1 / 0"), "utf-8")
    code, output = checkout.run()
    assert code == 1, output
    outcomes = dict(line.split(": ", 1) for line in output.splitlines()[:3])
    assert outcomes == {
        "bytes-nl": "failed: cell 3 raised ZeroDivisionError: division by zero",
        "cut-nl": "published",
        "whole-nl": "unchanged",
    }
    assert (checkout.out / "cut-nl.html").read_bytes() == before
    notebook.write_text(good, "utf-8")
    checkout.runs()
    assert "level 1 nl" in checkout.page("bytes")


def test_what_the_doctor_does_not_look_at_is_not_for_the_doctor(checkout):
    checkout.write(one=CHART)
    checkout.out.mkdir()
    (checkout.out / "runs").write_text("in the way")
    code, output = checkout.run()
    assert (code, "File exists" in output, "What to do: Mend that here" in output) == (5, True, True), output
    assert "twente doctor" not in output


def test_a_page_does_not_name_the_folder_of_open_data(checkout, tmp_path, monkeypatch):
    monkeypatch.setenv("TWENTE_OPENDATA", str(shutil.copytree(checkout.root / "data/reference", tmp_path / "anna/run")))
    chosen = shutil.copytree(checkout.root / "data/reference", tmp_path / "bernard" / "of-one-brief")
    checkout.write(one=CHART, two="raise ValueError(open_data)")
    plan = checkout.notebooks / "briefs.toml"
    given = f"parameters = {{ open_data = {json.dumps(str(chosen))} }}\n"
    plan.write_text("[two]".join(part + given for part in plan.read_text("utf-8").split("[two]")), "utf-8")
    assert checkout.run()[0] == 1
    assert "of-one-brief" in checkout.page("one")
    for path in checkout.out.rglob("*"):
        if path.is_file():
            assert [one for one in ("anna", "bernard") if one.encode() in path.read_bytes()] == [], path


@pytest.mark.parametrize("where", ["a full disk", "a pipe that nobody reads"])
def test_a_run_that_nobody_hears_publishes_as_any_other(checkout, where):
    checkout.write(one=CHART, two=CHART)
    if where == "a full disk":
        output = os.open("/dev/full", os.O_WRONLY)
    else:
        reader, output = os.pipe()
        os.close(reader)
    run = checkout.start("--jobs", "1", stdout=output, stderr=output)
    os.close(output)
    assert run.wait() == 0
    assert {path.name for path in checkout.out.glob("*.html")} == {"index.html", "one-nl.html", "two-nl.html"}
    assert [one["outcome"] for one in checkout.report()["briefs"]] == ["published", "published"]
    assert "two-nl.html" in (checkout.out / "index.html").read_text("utf-8")


def damaged(checkout, package, fault):
    """Have the runs find a package that cannot be loaded."""
    packages = checkout.root / "packages"
    (packages / package).mkdir(parents=True)
    kind, _, told = fault.partition(": ")
    (packages / package / "__init__.py").write_text(f"raise {kind}({told!r})", "utf-8")
    checkout.packages.insert(0, packages)


@pytest.mark.parametrize(
    ("package", "engine", "fault"),
    [
        ("seaborn", "twente", "ImportError: libx.so: not found"),
        ("papermill", "nbclient", "EOFError: cut off"),
        ("scipy", "twente", "MemoryError: none left"),
        ("filelock", "twente", "ImportError: libx.so: not found"),
    ],
)
def test_a_package_that_cannot_be_loaded_is_an_unfit_machine(checkout, package, engine, fault):
    checkout.write(one=CHART, two=CHART)
    damaged(checkout, package, fault)
    # More briefs than are made at a time: a warm parent loads what only some of them use once for all.
    code, output = checkout.run("--engine", engine, "--jobs", "1")
    assert code == 5, output
    assert f"what this needs cannot be loaded ({fault})" in output
    assert "Traceback" not in output
    # It sends to the doctor, who sees it too.
    env = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, checkout.packages))}
    doctor = "from twente_analysis.doctor import _loading; print(_loading())"
    said = subprocess.run([sys.executable, "-c", doctor], env=env, capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"not ok  loading: what the briefs use cannot be loaded ({fault})")


@ENGINES
def test_a_package_that_cannot_be_loaded_holds_up_no_brief_that_is_made_without_it(checkout, engine):
    checkout.write(one=CHART, two="import seaborn")
    damaged(checkout, "seaborn", "ImportError: libx.so: not found")
    code, output = checkout.run("--engine", engine, "--jobs", "2")
    assert (code, "one-nl: published" in output) == (1, True), output
    assert "two-nl: failed: cell 3 raised ImportError: libx.so: not found" in output


def test_what_is_asked_wrongly_is_told_from_what_is_wrong(checkout, monkeypatch):
    checkout.write(one=CHART)
    code, output = checkout.run("--only", "oen")
    assert code == 2
    assert "Did you mean 'one'?" in output
    assert checkout.run("--language", "en")[0] == 2
    monkeypatch.setenv("TWENTE_CLUSTER_WAIT", "long")
    code, output = checkout.run("--cluster", "tcp://127.0.0.1:1")
    assert code == 5
    assert "TWENTE_CLUSTER_WAIT is no number" in output


def test_the_report_says_while_a_run_goes_on_what_is_done_and_from_what(checkout):
    checkout.write(one=CHART, two=WAIT)
    run = checkout.start("--jobs", "1")
    checkout.began(run)
    while not (report := checkout.report())["briefs"]:
        time.sleep(0.05)  # the second begins before the first is published
    (checkout.notebooks / "go").touch()
    run.communicate()
    assert (report["state"], [one["brief"] for one in report["briefs"]]) == ("running", ["one-nl"])
    first, second = checkout.report()["briefs"]
    assert first == report["briefs"][0]
    assert first["inputs"].keys() == {"all", "notebook", "open_data of the brief"}
    assert {name for name in first["inputs"] if first["inputs"][name] != second["inputs"][name]} == {"all", "notebook"}
    assert first["inputs"]["all"] == json.loads((checkout.out / "briefs.json").read_text("utf-8"))["one-nl"]["inputs"]


def test_a_log_of_another_encoding_costs_no_brief(checkout, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    checkout.write(one="raise ValueError('omvang \u2265 10' + 'x' * 9999)", two=CHART)
    (tmp_path / "hook.py").write_text("import sys; print(len(sys.stdin.buffer.read()))", "utf-8")
    code, output = checkout.run("--jobs", "1", "--on-failure", f"{sys.executable} {tmp_path / 'hook.py'}")
    assert code == 1
    # The reason is a line, and no longer than a person reads.
    first, second, *_ = output.splitlines()
    assert first.startswith("one-nl: failed: cell 3 raised ValueError: omvang \\u2265 10xxx")
    assert len(first) < 600
    assert second == "two-nl: published"
    assert "did not work" not in output


def test_streams_that_are_closed_cost_no_brief(checkout):
    checkout.write(one=CHART)
    closed = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
    assert checkout.run(rights=closed) == (0, "")
    assert "level 1 nl" in checkout.page("one")


@pytest.mark.parametrize("options", [("--out", ""), ("--limit", "inf"), ("--limit", "9999999"), ("--jobs", "0")])
def test_an_option_that_makes_no_sense_is_wrong_usage(checkout, options):
    checkout.write(one=CHART)
    checkout.names_pages = False
    code, output = checkout.run(*options)
    assert code == 2
    assert options[0] in output


def test_reports_of_a_clock_that_ran_ahead_go_first(checkout):
    checkout.write(one="print('level', level, language)")
    checkout.runs()
    (report,) = (checkout.out / "runs").glob("*.json")
    for day in range(1, 4):
        content = re.sub(r'(began|ended)": "\d{4}', r'\1": "2099', report.read_text())
        report.with_name(f"2099-01-0{day}T00-00-00-1.json").write_text(content)
    for _ in range(2):
        checkout.runs("--keep", "4")
    names = sorted(path.name for path in (checkout.out / "runs").glob("*.json"))
    assert [name[:4] == "2099" for name in names] == [False, False, False, True]


def test_reports_and_records_that_are_damaged_stop_nothing(checkout):
    checkout.published(one=CHART)
    (report,) = (checkout.out / "runs").glob("*.json")
    began = '"began": "2026-01-01T00:00:00"'  # without a zone
    report.with_name("2030.json").write_text(re.sub(r'"began": "[^"]*"', began, report.read_text()))
    os.mkfifo(report.with_name("2031.json"))
    (checkout.out / "briefs.json").write_text('{"one-nl": {"assets": "../..", "published": "x"}}')
    code, output = checkout.run()
    assert code == 0, output
    assert "level 1 nl" in checkout.page("one")
    assert "one-nl.html" in (checkout.out / "index.html").read_text("utf-8")
    report.with_name("2031.json").unlink()


def test_charts_of_a_page_that_is_gone_go_and_nothing_else(checkout):
    checkout.published(one=CHART, two=CHART)
    (checkout.out / "two-nl.html").unlink()
    checkout.write(one=CHART)
    mine = checkout.out / "assets" / "mine" / "0123456789abcdef"
    mine.mkdir(parents=True)
    (mine / "style.css").write_text("mine")
    checkout.runs()
    assert not list((checkout.out / "assets" / "two-nl").glob("*"))
    assert (mine / "style.css").exists()


def test_a_cell_decides_neither_who_reads_its_charts_nor_how_large_its_page_is(checkout):
    checkout.write(one="import os; os.umask(0o777)" + CHART, two="print('x' * 30_000_000)")
    code, output = checkout.run()
    assert code == 1, output
    assert "one-nl: published" in output
    assert re.search(r"two-nl: failed: the page has 30,\d{3},\d{3} bytes, more than the 20,000,000", output), output
    assert all(path.stat().st_mode & 0o400 for path in (checkout.out / "assets").rglob("*"))
