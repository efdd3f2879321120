"""Every notebook as it is stored, as a brief and by plain papermill, some by JupyterLab's scheduler: all the same."""

import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import nbformat
import papermill
import pytest
from engines import assert_same, execute
from nbconvert.preprocessors import ExecutePreprocessor

from twente_analysis.briefs.document import check_outputs, figures
from twente_analysis.briefs.forks import CAN_FORK
from twente_analysis.briefs.plan import check_parameters
from twente_analysis.cell import payload

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
#: The cheapest notebook with a chart; the others take minutes.
CHEAP = "sources"
#: That one runs with a parameter, as every brief does; the others as they are stored.
GIVEN = {CHEAP: {"language": "en"}}
#: What a notebook leaves where it runs, beside itself: the start notebook shows how to save, the others save nothing.
SAVES = {"start": ["scratch"]}
chosen = pytest.mark.parametrize(
    "name",
    [name if name == CHEAP else pytest.param(name, marks=pytest.mark.slow) for name in NOTEBOOKS],
)


def said(notebook, stream):
    """What cells wrote to a stream."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.text for output in outputs if output.get("name") == stream]


def contents(notebook):
    """What a notebook shows: words, figures and pictures."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [found for found in map(payload, outputs) if found], [figure.png for figure in figures(notebook)]


@pytest.fixture(scope="module")
def brief(run_notebook, tmp_path_factory):
    """A function that runs a notebook as a brief is run, once: forked from a parent that has loaded everything."""
    done = {}

    def run(name):
        if name not in done:
            # A brief runs in the folder of its notebook: a copy, for what it saves is not for the analyst's own files.
            folder = tmp_path_factory.mktemp(name)
            copy = Path(shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", folder))
            done[name] = run_notebook(copy, GIVEN.get(name, {}), folder / "out.ipynb")
        return done[name]

    return run


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """A function that runs a notebook with the command of papermill, once, in an empty folder."""
    done = {}

    def run(name):
        if name not in done:
            folder = tmp_path_factory.mktemp(name)
            given = [word for one in GIVEN.get(name, {}).items() for word in ("-p", *one)]
            command = [sys.executable, "-m", "papermill", "--no-progress-bar", *given]
            notebook = str(ROOT / "notebooks" / f"{name}.ipynb")
            # Where pytest runs it, a kernel of papermill does not capture what subprocesses write.
            subprocess.run([*command, notebook, str(folder / "out.ipynb")], cwd=folder, check=True, capture_output=True)
            assert sorted(path.name for path in folder.iterdir()) == ["out.ipynb", *SAVES.get(name, [])]
            done[name] = nbformat.read(folder / "out.ipynb", as_version=4)
        return done[name]

    return run


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_runs_and_says_nothing_on_stderr(brief, name):
    check_outputs(brief(name))
    assert contents(brief(name))[0]
    assert said(brief(name), "stderr") == []


@chosen
def test_plain_papermill_runs_it_whole(stock, name):
    check_outputs(stock(name))
    # In a fork what warns while it is loaded has been loaded already; here it would be seen.
    assert said(stock(name), "stderr") == []


@pytest.mark.skipif(not CAN_FORK, reason="needs fork")
@chosen
def test_a_brief_makes_the_same_notebook(brief, stock, name, tmp_path):
    assert_same((brief(name), ""), (stock(name), ""))
    if name == CHEAP:  # without a parent that has loaded everything the engine does the same
        stored = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
        (tmp_path / "works").mkdir()
        made = execute({name: stored}, tmp_path, "twente", cwd=str(tmp_path / "works"), parameters=GIVEN[name])
        assert_same(made[name], (stock(name), ""))


#: nbconvert has cells run by what papermill has them run by: not each notebook once more.
SCHEDULED = [CHEAP, pytest.param("trend", marks=pytest.mark.slow)]


@pytest.mark.parametrize("name", SCHEDULED)
def test_jupyterlab_and_its_scheduler_give_the_same_figures(run_notebook, name, tmp_path):
    # jupyter-scheduler copies the notebook to a folder of its own, pastes `name = value` below the cell tagged
    # `parameters`, and runs it there with nbconvert.
    stored, works = ROOT / "notebooks" / f"{name}.ipynb", tmp_path / "works"
    works.mkdir()
    notebook = nbformat.read(stored, as_version=4)
    place = next(number for number, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", []))
    pasted = nbformat.v4.new_code_cell('language = "en"', metadata={"tags": ["injected-parameters"]})
    notebook.cells.insert(place + 1, pasted)
    assert notebook.metadata.kernelspec["name"] == "python3"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the kernel's port, which is not ours
        ExecutePreprocessor(kernel_name="python3", store_widget_state=True, cwd=str(works)).preprocess(
            notebook, {"metadata": {"path": str(works)}}
        )
    check_outputs(notebook)
    assert contents(notebook) == contents(run_notebook(stored, {"language": "en"}, tmp_path / "brief.ipynb"))
    assert [path.name for path in works.iterdir()] == SAVES.get(name, [])


def test_a_stored_notebook_is_one_that_papermill_and_jupyterlab_take():
    for name in NOTEBOOKS:
        path = ROOT / "notebooks" / f"{name}.ipynb"
        nbformat.validate(nbformat.read(path, as_version=4))
        assert set(papermill.inspect_notebook(str(path))) == set(check_parameters(path, {}))
