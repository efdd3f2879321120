"""What every test shares: no screen, and a copy of the data that a test may damage."""

import math
import os
import shutil
from pathlib import Path

import matplotlib as mpl
import nbformat
import pytest
from hypothesis import settings

import twente_analysis as ta
from twente_analysis.briefs import forks, kernels, parents

pytest.register_assert_rewrite("checkouts")
mpl.use("Agg")
# How long an example takes says how busy the machine is.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
ROOT = Path(__file__).parents[1]


@pytest.hookimpl(trylast=True)  # after pytest has put tests with the same fixtures together
def pytest_collection_modifyitems(items):
    """Begin with the files that take longest, so that no process of the suite ends long after the others.

    Tests of faults often wait, for a run that hangs or a kernel that dies: one such file beside two that are busy.
    """
    marked = {mark: {item.path: None for item in items if item.get_closest_marker(mark)} for mark in ("faults", "slow")}
    places = {path: 1.5 * number for number, path in enumerate(marked["slow"])}
    places |= {path: 3 * number - 0.1 for number, path in enumerate(marked["faults"])}
    items.sort(key=lambda item: places.get(item.path, math.inf))


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A copy of the data folder, which the library uses instead of the real one."""
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data", folder)
    monkeypatch.setenv("TWENTE_DATA", str(folder))
    return folder


@pytest.fixture
def checkout(tmp_path):
    """A checkout whose pages are whole when the test is over, and of whose runs nothing is left."""
    from checkouts import Checkout

    found = Checkout(tmp_path)
    yield found
    found.check()


@pytest.fixture(scope="session")
def open_data():
    """The folder with published files that TWENTE_OPENDATA names; without it, a test of real files is skipped."""
    folder = Path(os.environ.get("TWENTE_OPENDATA", "absent"))
    if not folder.is_dir():
        pytest.skip("TWENTE_OPENDATA names no folder with published files")
    return folder


@pytest.fixture(scope="session")
def run_notebook():
    """A function that runs a notebook with parameters into a file, forked from a process that has loaded everything."""
    if not forks.CAN_FORK:
        yield kernels.run_notebook
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
        parent = parents.WarmParent("engines", 1, 600)
    with parent:
        parent.ready()

        def run(notebook, parameters, output):
            ((_, outcome),) = parent.do([(dict(os.environ), notebook, parameters, output)])
            if outcome.error is not None:
                raise outcome.error
            return nbformat.read(output, as_version=4)

        yield run


@pytest.fixture(scope="session")
def every_brief(tmp_path_factory):
    """Every brief of the plan in both languages, rendered once for the whole suite: the folder of the pages."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return render_all(place / "every")
    # The processes that share the suite share the pages: the first renders them, another waits for it.
    import fcntl

    folder, done = place.parent / "every", place.parent / "every.done"
    with (place.parent / "every.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            render_all(folder)
            done.touch()
    return folder


def render_all(folder):
    """Render every brief into the folder, and give it."""
    done = ta.render_briefs(out=folder)
    assert done.loc[done["outcome"] == "failed", ["brief", "reason"]].to_numpy().tolist() == []
    return folder
