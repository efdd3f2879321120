"""A full disk, a folder that cannot be written, files that change or are damaged: what is published stays whole."""

import json
import os
import re
import shutil
import subprocess
import time
from contextlib import suppress

import pytest
from checkouts import CHART, ENGINES, OTHER_CHART, WAIT, Checkout

from twente_analysis.briefs.forks import CAN_FORK

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not CAN_FORK, reason="tells processes by /proc")]


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


@pytest.mark.parametrize(
    ("engine", "room"), [("twente", 4_000), ("twente", 40_000), ("twente", 200_000), ("nbclient", 40_000)]
)
def test_a_full_disk_costs_no_page(tmp_path, small_disk, engine, room):
    checkout = Checkout(tmp_path / "checkout", small_disk / "briefs")
    checkout.published(one=CHART)
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
    checkout.published(one=CHART)
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
    checkout.published(one=CHART)
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
    checkout.published(one=CHART, two=CHART)
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


@ENGINES
def test_a_notebook_that_is_replaced_while_it_runs_is_not_published(checkout, engine):
    checkout.published(one=CHART)
    checkout.write(one=WAIT)
    run = checkout.start("--force", "--engine", engine)
    checkout.began(run)
    checkout.write(one=CHART + "\nprint('new')")
    (checkout.notebooks / "go").touch()
    output, _ = run.communicate()
    assert "one.ipynb changed while it was made" in output
    assert run.returncode == 1


def test_a_chart_that_lost_its_content_is_put_in_place_again(checkout):
    checkout.published(one=CHART)
    charts = {path: path.read_bytes() for path in (checkout.out / "assets").rglob("*.*")}
    for options in ((), ("--force",)):
        for path, content in charts.items():
            path.write_bytes(bytes(len(content)))  # as a loss of power may leave it
        checkout.runs(*options)
        assert {path: path.read_bytes() for path in charts} == charts


def test_a_table_that_is_too_large_is_refused_before_it_is_read(checkout):
    checkout.published(one=CHART)
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


def test_what_a_link_leads_to_is_not_removed(checkout, tmp_path):
    checkout.published(one=CHART)
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
