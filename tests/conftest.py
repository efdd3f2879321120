"""What every test shares: no screen, and a copy of the data that a test may damage."""

import os
import shutil
from pathlib import Path

import matplotlib as mpl
import pytest

mpl.use("Agg")
ROOT = Path(__file__).parents[1]


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A copy of the data folder, which the library uses instead of the real one."""
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data", folder)
    monkeypatch.setenv("TWENTE_DATA", str(folder))
    return folder


@pytest.fixture(scope="session")
def open_data():
    """The folder with published files that TWENTE_OPENDATA names; without it, a test of real files is skipped."""
    folder = Path(os.environ.get("TWENTE_OPENDATA", "absent"))
    if not folder.is_dir():
        pytest.skip("TWENTE_OPENDATA names no folder with published files")
    return folder
