"""What a brief does wrong costs that brief alone, and what it leaves ends with it."""

import re
import sys

import pytest
from checkouts import CHART, WAIT, leaving, processes

from twente_analysis.briefs.forks import CAN_FORK

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not CAN_FORK, reason="tells processes by /proc")]
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
    checkout.began(run)
    run.terminate()
    output, _ = run.communicate()
    assert "The run was asked to end" in output
    assert mail.read_text().startswith("143 The run was asked to end")
    (checkout.notebooks / "begun").unlink()
    checkout.write(one=CHART)


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
