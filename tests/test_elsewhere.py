"""The notebooks outside of `twente briefs`: plain papermill and the scheduler of JupyterLab give the same figures."""

import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import nbformat
import papermill
import pytest
from nbconvert.preprocessors import ExecutePreprocessor

from twente_analysis.briefs.document import check_outputs, figures
from twente_analysis.briefs.kernels import run_notebook
from twente_analysis.briefs.plan import check_parameters
from twente_analysis.cell import payload

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
#: The cheapest notebook with a chart; the others take minutes.
CHEAP = "sources"
#: What a notebook leaves where it runs, beside itself: the start notebook shows how to save, the others save nothing.
SAVES = {"start": ["scratch"]}
chosen = pytest.mark.parametrize(
    "name",
    [name if name == CHEAP else pytest.param(name, marks=pytest.mark.slow) for name in NOTEBOOKS],
)


def contents(notebook):
    """What a notebook shows: words, figures and pictures."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [found for found in map(payload, outputs) if found], [figure.png for figure in figures(notebook)]


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """A function that runs a notebook as `twente briefs` does, once."""
    # A copy: a notebook runs in its own folder, and what it saves must not land among the analyst's own files.
    folder, done = tmp_path_factory.mktemp("ours"), {}
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns("scratch"))

    def run(name):
        if name not in done:
            path = folder / "notebooks" / f"{name}.ipynb"
            done[name] = run_notebook(path, check_parameters(path, {}) | {"language": "en"}, folder / f"{name}.ipynb")
        return contents(done[name])

    return run


@chosen
def test_plain_papermill_gives_the_same_figures(ours, name, tmp_path):
    out = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "-p", "language", "en"]
    path = str(ROOT / "notebooks" / f"{name}.ipynb")
    done = subprocess.run([*command, path, str(out)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    notebook = nbformat.read(out, as_version=4)
    check_outputs(notebook)
    assert contents(notebook) == ours(name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.ipynb", *SAVES.get(name, [])]


@chosen
def test_jupyterlab_and_its_scheduler_give_the_same_figures(ours, name, tmp_path):
    # jupyter-scheduler copies the notebook to a folder of its own, pastes `name = value` below the cell tagged
    # `parameters`, and runs it there with nbconvert.
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    place = next(number for number, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", []))
    pasted = nbformat.v4.new_code_cell('language = "en"', metadata={"tags": ["injected-parameters"]})
    notebook.cells.insert(place + 1, pasted)
    assert notebook.metadata.kernelspec["name"] == "python3"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the kernel's port, which is not ours
        ExecutePreprocessor(kernel_name="python3", store_widget_state=True, cwd=str(tmp_path)).preprocess(
            notebook, {"metadata": {"path": str(tmp_path)}}
        )
    check_outputs(notebook)
    assert contents(notebook) == ours(name)
    assert [path.name for path in tmp_path.iterdir()] == SAVES.get(name, [])


def test_a_stored_notebook_is_one_that_papermill_and_jupyterlab_take():
    for name in NOTEBOOKS:
        path = ROOT / "notebooks" / f"{name}.ipynb"
        nbformat.validate(nbformat.read(path, as_version=4))
        assert set(papermill.inspect_notebook(str(path))) == set(check_parameters(path, {}))
