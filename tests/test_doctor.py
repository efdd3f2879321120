"""`twente doctor` on a sound machine and on machines that are really damaged, one part each."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from twente_analysis import doctor
from twente_analysis.doctor import examine

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
COMMAND = [sys.executable, "-c", "from twente_analysis.cli import main; main()", "doctor"]


def finding(name, pages=None):
    """What it says of one part; what comes after that is not looked at."""
    return next(one for one in examine(pages) if one.name == name)


def test_a_sound_machine_is_fit(tmp_path):
    done = subprocess.run([*COMMAND, "--out", str(tmp_path)], capture_output=True, text=True, check=False)
    lines = {line[8:].partition(":")[0]: line for line in done.stdout.splitlines()}
    assert set(lines) >= {"Python", "lock", "packages", "data", "font", "pages", "charts", "disk", "kernel"}
    # While a dependency is being added, the lock is behind.
    unfit = [line for name, line in lines.items() if line.startswith("not ok") and name != "lock"]
    assert unfit == []
    assert done.returncode == (5 if lines["lock"].startswith("not ok") else 0)
    assert ("Fit to make briefs." in done.stdout) == (done.returncode == 0)


def test_a_package_of_another_version_is_named(tmp_path, monkeypatch):
    (tmp_path / "numpy-0.1.dist-info").mkdir()
    (tmp_path / "numpy-0.1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 0.1\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = finding("packages")
    assert not found.well
    assert found.found.startswith("numpy 0.1 instead of 2.")
    assert "make briefs" in str(found)


def test_a_lock_that_is_gone_or_newer_than_what_is_installed_is_named(data, monkeypatch):
    # A copy of the data alone goes with the lock beside the code.
    assert str(LOCK) in finding("lock").found or "does not pin" in finding("lock").found
    monkeypatch.setattr(doctor, "__file__", str(data / "code" / "doctor.py"))
    assert finding("lock").found == f"{data.parent / 'requirements.lock'} is missing"
    assert not finding("lock").well
    shutil.copy(LOCK, data.parent)
    (data.parent / ".venv").mkdir()
    (data.parent / ".venv" / "ready").touch()
    os.utime(data.parent / ".venv" / "ready", (0, 0))
    found = finding("lock")
    assert not found.well
    assert "changed since" in found.found or "does not pin" in found.found
    (data.parent / "requirements.lock").write_text("numpy==2.0\n", "utf-8")
    assert "does not pin" in finding("lock").found


def test_a_row_that_is_wrong_is_named_with_its_file(data):
    shutil.copy(LOCK, data.parent)
    path = data / "raw/regiovisie_diplomas.csv"
    path.write_text(path.read_text("utf-8").replace("2007", "twenty", 1), "utf-8")
    found = finding("data")
    assert "regiovisie_diplomas.csv" in str(found)
    assert "the check itself failed" not in str(found)


def test_damaged_data_is_named(data):
    shutil.copy(LOCK, data.parent)
    path = data / "raw/regiovisie_diplomas.csv"
    path.write_text(path.read_text("utf-8").replace(",1581,1581,", ",1581,1582,"), "utf-8")
    found = finding("data")
    assert not found.well
    assert "regiovisie_diplomas.csv" in found.found
    assert "git checkout" in found.mend
    shutil.rmtree(data)
    assert [one.well for one in examine()] == [False]


@pytest.fixture
def open_folder():
    """A folder that every user may enter; those that pytest gives are for their owner alone."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def finding_of_a_user(pages):
    """What it says of the pages to a user whom the rights of a folder hold: they do not hold root."""
    if os.geteuid():
        return finding("pages", pages)
    os.seteuid(65534)
    try:
        return finding("pages", pages)
    finally:
        os.seteuid(0)


def test_a_folder_that_may_not_be_written_is_named(open_folder):
    pages = open_folder / "pages"
    pages.mkdir(mode=0o555)
    found = finding_of_a_user(pages)
    assert not found.well
    assert found.found == f"{pages} cannot be written (Permission denied)"
    assert "--out" in found.mend


def test_a_folder_that_may_not_be_entered_is_named(open_folder):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o000)
    found = finding_of_a_user(closed / "pages")
    assert not found.well
    assert found.found == f"{closed / 'pages'} cannot be reached (Permission denied)"
    assert "--out" in found.mend


def test_what_another_user_left_deep_in_the_pages_is_named(open_folder):
    charts = open_folder / "assets" / "trend-nl"
    charts.mkdir(parents=True)
    for folder in (open_folder, charts.parent):
        folder.chmod(0o777)
    charts.chmod(0o555)
    assert finding_of_a_user(open_folder).found == f"{charts} cannot be written (Permission denied)"
    charts.chmod(0o777)
    (open_folder / "briefs.json").touch(mode=0o200)
    assert finding_of_a_user(open_folder).found == f"{open_folder / 'briefs.json'} cannot be read"
    (open_folder / "briefs.json").chmod(0o644)
    assert finding_of_a_user(open_folder).well


def test_a_full_disk_is_named(tmp_path):
    small = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)]
    if shutil.which("mount") is None or subprocess.run(small, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        found = finding("disk", tmp_path / "pages")
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
    assert not found.well
    assert "Free space" in found.mend


def test_a_kernel_and_a_font_cache_that_do_not_work_end_with_5(tmp_path):
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text('{"argv": ["/nowhere/python", "-m", "ipykernel_launcher"], "display_name": "x"}')
    # Not even root can write in /proc.
    damaged = os.environ | {"JUPYTER_PATH": str(tmp_path), "MPLCONFIGDIR": "/proc/nowhere", "PATH": str(tmp_path)}
    done = subprocess.run(COMMAND, env=damaged, capture_output=True, text=True, check=False)
    assert done.returncode == 5, done.stderr
    assert "not ok  kernel: python3 does not start" in done.stdout
    assert "jupyter kernelspec" in done.stdout
    assert "not ok  font: matplotlib's cache of fonts cannot be written" in done.stdout
    assert "absent  Chromium: not found" in done.stdout
    assert "to mend." in done.stdout
