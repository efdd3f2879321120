"""Notebooks run by one engine or another as a program of its own, and what is the same in two of them."""

import copy
import json
import os
import re
import subprocess
import sys

import nbformat

from twente_analysis.briefs.forks import INLINE
from twente_analysis.briefs.kernels import run_notebook
from twente_analysis.briefs.make_many import serve as serve_tasks
from twente_analysis.briefs.parents import ONE_THREAD


def serve(line):
    """Be a warm parent that runs notebooks, each in a fork with the environment of the test that asks."""
    serve_tasks(line, _run)


def _run(task, tell):
    _, (environment, *asked) = task
    os.environ.clear()
    os.environ.update(environment)
    run_notebook(*asked, engine="twente", tell=tell)


def merged(outputs):
    """The outputs with the parts of a stream joined: how stock cuts it depends on its timers."""
    found = []
    for output in outputs:
        if found and output.get("name", "") == found[-1].get("name", "-"):
            found[-1].text += output.text
        else:
            found.append(output)
    return found


def comparable(notebook):
    """The notebook without what differs from run to run: timestamps, durations, random ids, process ids."""
    notebook = copy.deepcopy(notebook)
    for key in ("start_time", "end_time", "duration", "input_path", "output_path"):
        notebook.metadata.papermill.pop(key, None)
    for number, cell in enumerate(notebook.cells):
        for key in ("start_time", "end_time", "duration"):
            cell.metadata.get("papermill", {}).pop(key, None)
        if "execution" in cell.metadata:
            cell.metadata.execution = dict.fromkeys(cell.metadata.execution, "")
        if cell.cell_type == "code":
            cell.outputs = merged(cell.get("outputs", []))
        for tag in ("injected-parameters", "papermill-error-cell-tag"):
            if tag in cell.metadata.get("tags", []):
                cell.id = f"{tag}-{number}"
    text = nbformat.writes(notebook)
    text = re.sub(r"ipykernel_\d+", "ipykernel_0", text)
    return re.sub(r"0x[0-9a-f]{8,}", "0x0", text)


#: Runs the notebooks of a folder with one engine and its options, as a program of its own: pytest has its hands on
#: warnings, streams and the backend of matplotlib, which a fork would inherit.
EXECUTE = """
import json, sys
from pathlib import Path
import papermill
from twente_analysis.briefs.kernels import ENCRYPTED
folder, engine, options = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
if engine == "nbclient":
    options["config"] = ENCRYPTED
if engine == "warm":  # as a brief: forked from a process that has loaded everything and has a kernel ready
    from twente_analysis.briefs import forks, make_many, socketless
    make_many.warm_up()
    socketless.ready()
def run(path, to, **more):
    name = engine.replace("warm", "twente")
    papermill.execute_notebook(str(path), str(to), engine_name=name, progress_bar=False, **more)
for path in sorted(folder.glob("*.ipynb")):
    to = folder / engine / path.name
    to.parent.mkdir(exist_ok=True)
    try:
        if engine == "warm":
            child = forks.Child(lambda tell: run(path, to, tell=tell, **options))
            error = child.wait().error
            child.close()
            if error is not None:
                raise error
        else:
            run(path, to, **options)
    except Exception as error:
        to.with_suffix(".error").write_text(f"{type(error).__name__}: {error}")
"""


def execute(notebooks, folder, engine, **options):
    """Run notebooks by name; give each as far as it came, with what was raised."""
    folder.mkdir(exist_ok=True)
    for name, notebook in notebooks.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    command = [sys.executable, "-c", EXECUTE, str(folder), engine, json.dumps(options)]
    # Where pytest runs it, stock does not capture what subprocesses write.
    env = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    if engine == "warm":
        env |= dict.fromkeys(ONE_THREAD, "1") | {"MPLBACKEND": INLINE}
    done = subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=env)
    assert done.returncode == 0, done.stderr
    found = {}
    for name in notebooks:
        error = folder / engine / f"{name}.error"
        raised = re.sub(r"ipykernel_\d+", "", error.read_text()) if error.exists() else ""
        found[name] = nbformat.read(folder / engine / f"{name}.ipynb", as_version=4), raised
    return found


def assert_same(ours, stock):
    assert ours[1] == stock[1]
    assert comparable(ours[0]).splitlines() == comparable(stock[0]).splitlines()
