"""The engine without sockets against papermill's own: the same notebooks, to the byte; and the pitfalls of forking."""

import ast
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
import tomllib
from pathlib import Path

import nbformat
import numpy as np
import pytest
from engines import EXECUTE, assert_same, execute, merged

from twente_analysis.briefs.forks import CAN_FORK, INLINE, Limit, TimedOutError
from twente_analysis.briefs.parents import ONE_THREAD, run_forked

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not CAN_FORK, reason="needs fork")


def notebook_of(*cells, tags=()):
    made = [nbformat.v4.new_code_cell(textwrap.dedent(cell).strip(), id=f"c{n}") for n, cell in enumerate(cells)]
    for cell in made:
        cell.metadata.tags = list(tags)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=made, metadata=kernel)


SAME = {
    "a traceback through the library": ["import twente_analysis as ta\nta.load_enrolment(publisher='x')"],
    "a traceback through functions of the cells": ["def f(x):\n    return 1 / x", "f(0)"],
    "a syntax error": ["x = = 1"],
    "errors that are allowed by none": ["print('before')\nraise ValueError('stuk')", "print('never')"],
    "a chain of errors": ["try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('x') from e"],
    "sys.exit": ["import sys", "sys.exit(3)", "1"],
    "sys.exit without a reason": ["import sys; sys.exit(0)", "1"],
    "exit at the end": ["1", "exit()"],
    "counts and results": ["1 + 1", "_", "In[1], Out[1]", "None", "'a'; 'b'"],
    "magics": ["%pwd", "%%capture kept\nprint('x')", "kept.stdout", "%config InlineBackend.rc", "%env HOME"],
    "a magic that is not there": ["%nosuchmagic 1"],
    "history": ["a = 1", "%history", "%recall 1"],
    "shell commands": ["!echo een; echo twee >&2", "x = !echo drie\nx", "!exit 3", "_exit_code"],
    "a shell cell": ["%%bash\necho vier\necho vijf >&2", "%%bash\nexit 2"],
    "subprocesses": [
        "import subprocess, time\nprint('voor')\nsubprocess.run(['echo', 'x'])\ntime.sleep(0.1)\nprint('na')",
        "import os, time\nos.system('echo fout >&2'); time.sleep(0.1)",
        "os.write(1, b'descriptor\\n'); time.sleep(0.1)",
    ],
    "much output of a subprocess": [
        "!seq 1 3000 | tail -n 3",
        "import os, time\nos.system('yes | head -c 100000 | wc -c'); time.sleep(0.1)",
    ],
    "output of a process the cell forked": [
        """
        import os, time, warnings
        warnings.simplefilter("ignore")  # from Python 3.12 on stock warns of a fork, as its kernel has threads
        pid = os.fork()
        if pid == 0:
            print("uit het kind", flush=True)
            time.sleep(0.3)
            os._exit(0)
        os.waitpid(pid, 0); time.sleep(0.3)
        """
    ],
    "output over time": ["import time\nprint('a')\ntime.sleep(0.6)\nprint('b')\ntime.sleep(0.6)", "print('c')"],
    "both streams": ["import sys\nprint('uit')\nprint('fout', file=sys.stderr)\nprint('uit')"],
    "warnings": ["import warnings\nwarnings.warn('let op')", "import logging\nlogging.warning('log')"],
    "await": [
        "import asyncio\nawait asyncio.sleep(0.01)\nprint('klaar')",
        "task = asyncio.create_task(asyncio.sleep(0.01, 'later'))",
        "await task",
        "async def f():\n    raise ValueError('in await')\nawait f()",
    ],
    "asyncio.run where a loop runs": ["import asyncio\nasync def f(): pass\nc = f()\nasyncio.run(c)"],
    "a loop of one's own": [
        "import asyncio\nasyncio.get_event_loop().is_running(), asyncio.get_running_loop() is not None"
    ],
    "threads": ["import threading\nt = threading.Thread(target=lambda: print('uit draad'))\nt.start(); t.join()"],
    "context variables hold": ["import contextvars\nv = contextvars.ContextVar('v')\nv.set(3);", "v.get()"],
    "display": [
        "from IPython.display import display, HTML, clear_output\nh = display('eerst', display_id='x')",
        "h.update('daarna')",
        "display(HTML('<b>x</b>'), {'a': (1, 2)})",
        "print('weg')\nclear_output()\nprint('blijft')",
        "print('weg')\nclear_output(wait=True)\nprint('blijft')",
    ],
    "figures": [
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "fig, ax = plt.subplots()\nax.bar(['a'], [1])",
        "fig",
        "%matplotlib inline\nplt.plot([2, 1]); plt.show(); print(plt.get_backend())",
        "%config InlineBackend.figure_formats = ['svg']\nprint(plt.isinteractive(), plt.get_fignums())",
    ],
    "frames": ["import pandas as pd\npd.DataFrame({'a': [1.5]})", "pd.Series([1])", "pd.options.display.max_rows"],
    "input is refused": ["input('naam? ')"],
    "a password is refused": ["import getpass\ngetpass.getpass()"],
    "a widget's text": [
        """
        import comm
        c = comm.create_comm(target_name="jupyter.widget", comm_id="w1",
                             data={"state": {"_model_name": "IntSliderModel", "_model_module": "m", "value": 7}})
        from IPython.display import display
        view = {"application/vnd.jupyter.widget-view+json": {"model_id": "w1"}, "text/plain": "IntSlider(7)"}
        display(view, raw=True)
        """,
        "c.send({'method': 'update', 'state': {'value': 8}})",
    ],
    "what a cell sees of its process": [
        "import sys, os\n__name__, sys.stdin.read(), sys.stdout.isatty(), sys.path[0], os.getcwd() == sys.path[0]",
        "sys.modules['__main__'].__dict__ is globals()",
        "sorted(name for name in globals() if not name.startswith('_'))",
        "os.environ['MPLBACKEND'], os.environ['TERM'], os.environ['PAGER']",
    ],
    "an object that cannot be shown": [
        "class Stuk:\n    def __repr__(self): raise ValueError('repr')\nStuk()",
    ],
    "interrupted": ["raise KeyboardInterrupt"],
    "figures that wait": [
        "import matplotlib.pyplot as plt\nplt.isinteractive()",
        "plt.ioff()\nfig, ax = plt.subplots()\nax.plot([1, 2]);",
        "plt.isinteractive()",
    ],
    "numbers json does not know": [
        "from IPython.display import display\ndisplay({'application/json': {'x': [1.5, None]}}, raw=True)"
    ],
}


@pytest.fixture(scope="module")
def pathological(tmp_path_factory):
    """Each notebook above by both engines."""
    folder = tmp_path_factory.mktemp("pathological")
    made = {name: notebook_of(*cells) for name, cells in SAME.items()}
    made["errors that a tag allows"] = notebook_of("1 / 0", "print('verder')", tags=["raises-exception"])
    return {engine: execute(made, folder, engine) for engine in ("twente", "warm", "nbclient")}


@pytest.mark.parametrize("engine", ["twente", "warm"])
@pytest.mark.parametrize("name", [*SAME, "errors that a tag allows"])
def test_a_pathological_notebook_does_as_in_papermill(name, engine, pathological):
    assert_same(pathological[engine][name], pathological["nbclient"][name])


def test_what_cannot_be_sent_and_what_takes_longer_than_the_cells(tmp_path):
    """Half a character stops nothing; a thread that a cell started comes to its end."""
    late = """
    import threading, time
    def work():
        time.sleep(0.5)
        open('laat', 'w').write('klaar')
    threading.Thread(target=work).start()
    """
    made = {"a": notebook_of("print('a\\ud800b')", "1 + 1", f"import os\nos.chdir({str(tmp_path)!r})", late)}
    notebook, raised = execute(made, tmp_path / "made", "twente", execution_timeout=20)["a"]
    assert not raised
    assert notebook.cells[1].outputs[0]["data"]["text/plain"] == "2"
    assert (tmp_path / "laat").read_text() == "klaar"


def test_in_a_shell_papermills_own_engine_runs(tmp_path):
    """A shell has a kernel already, which a fork would find."""
    nbformat.write(notebook_of("6 * 7"), tmp_path / "a.ipynb")
    code = f"""
import papermill
made = papermill.execute_notebook({str(tmp_path / "a.ipynb")!r}, None, engine_name="twente", progress_bar=False)
print(made.cells[0].outputs[0]["data"]["text/plain"])
"""
    done = subprocess.run([sys.executable, "-m", "IPython", "-c", code], check=False, capture_output=True, text=True)
    assert done.stdout.strip().endswith("42"), done.stdout + done.stderr


ENDS = {
    "a busy cell takes too long": ["print('voor')", "while True:\n    pass"],
    "an awaiting cell takes too long": ["import asyncio\nawait asyncio.sleep(60)"],
    "the process exits": ["print('voor')", "import os\nos._exit(1)", "1"],
    "the process is killed": ["import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"],
}


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ended")
    made = {name: notebook_of(*cells) for name, cells in ENDS.items()}
    return {engine: execute(made, folder, engine, execution_timeout=2) for engine in ("twente", "nbclient")}


@pytest.mark.parametrize("name", ENDS)
def test_a_kernel_that_dies_or_hangs_fails_as_in_papermill(name, ended):
    (ours, raised), (stock, stock_raised) = ended["twente"][name], ended["nbclient"][name]
    assert raised.split(" (")[0].splitlines() == stock_raised.splitlines()
    assert raised.startswith(("CellTimeoutError: A cell timed out", "DeadKernelError: Kernel died ("))
    shown, stock_shown = ([told(cell) for cell in notebook.cells] for notebook in (ours, stock))
    assert shown == stock_shown


def told(cell):
    """What a cell put out; stock may show how its kernel was interrupted when it was too late."""
    return merged([output for output in cell.outputs if output.get("ename") != "KeyboardInterrupt"])


def test_how_a_kernel_died_is_said(ended):
    assert ended["twente"]["the process exits"][1] == "DeadKernelError: Kernel died (exit status 1)"
    assert ended["twente"]["the process is killed"][1] == "DeadKernelError: Kernel died (killed by SIGKILL)"


def test_another_language_is_refused(tmp_path):
    notebook = notebook_of("1")
    notebook.metadata.kernelspec.update(name="ir", language="R")
    _, raised = execute({"r": notebook}, tmp_path, "twente")["r"]
    assert raised.startswith("PapermillException: engine 'twente' runs Python notebooks; this one asks for kernel 'ir'")


@pytest.fixture
def installed(tmp_path):
    """The environment of a process that finds the entry point as an installation writes it."""
    points = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["papermill.engine"]
    about = tmp_path / "site" / "twente_engine-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: twente-engine\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[papermill.engine]\n" + "".join(f"{k} = {v}\n" for k, v in points.items()))
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), str(ROOT)])}


@pytest.mark.parametrize("first", ["papermill", "twente_analysis.briefs.kernels"])
def test_papermill_has_the_engine_whoever_is_loaded_first(installed, first):
    code = f"import {first}, papermill.engines as e; print(e.papermill_engines.get_engine('twente').execute_notebook)"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, env=installed)
    assert "TwenteEngine" in done.stdout, done.stderr


def test_plain_papermill_finds_the_engine(tmp_path, installed):
    nbformat.write(
        notebook_of("import os, sys\n'twente_analysis.briefs.socketless' in sys.modules"), tmp_path / "a.ipynb"
    )
    command = [sys.executable, "-m", "papermill", tmp_path / "a.ipynb", tmp_path / "b.ipynb", "--engine", "twente"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=installed)
    assert done.returncode == 0, done.stderr
    (cell,) = nbformat.read(tmp_path / "b.ipynb", as_version=4).cells
    assert cell.outputs[0].data["text/plain"] == "True"
    assert "Executing: 100%" in done.stderr
    assert "Input Notebook" in done.stderr


def test_the_engine_does_not_burden_papermill():
    code = "import sys, twente_analysis.briefs.kernels; print([n for n in ('pandas', 'ipykernel') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"


def in_forks(work, tasks, jobs=2):
    return dict(run_forked(tasks, work, jobs))


def test_each_child_draws_its_own_numbers():
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002 - what cells may still use
    draw = np.random.random
    found = in_forks(lambda task, tell: (random.random(), float(draw())), range(4))
    assert len({outcome.value for outcome in found.values()}) == 4
    assert len({outcome.value[1] for outcome in found.values()}) == 4


def test_killing_the_group_of_one_child_spares_the_others():
    def work(task, tell):
        if task == 0:
            os.killpg(0, signal.SIGKILL)
        time.sleep(0.3)
        return os.getsid(0) == os.getpid()

    found = in_forks(work, range(3), jobs=3)
    assert str(found[0].error) == "killed by SIGKILL"
    assert [found[1].value, found[2].value] == [True, True]


def gone(pid):
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.1)
    return False


def test_what_a_cell_left_running_ends_with_it():
    def work(task, tell):
        return subprocess.Popen(["sleep", "600"]).pid

    assert gone(in_forks(work, [0])[0].value)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a child that its parent is gone")
def test_children_do_not_outlive_a_parent_that_crashes():
    code = (
        "import time; from twente_analysis.briefs.forks import Child; "
        "print(Child(lambda tell: time.sleep(600)).pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert gone(pid)


def test_a_limit_is_a_kill_by_the_parent():
    def work(task, tell):
        tell(Limit(0.5, "cell 3 took longer than 0.5 seconds"))
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.Signals)
        time.sleep(600)

    outcome = in_forks(work, [0])[0]
    assert isinstance(outcome.error, TimedOutError)
    assert str(outcome.error) == "cell 3 took longer than 0.5 seconds"


def test_a_child_that_starts_a_thread_or_leaves_a_fork_still_ends():
    def work(task, tell):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        return 7

    assert in_forks(work, [0])[0].value == 7


def test_an_error_that_cannot_travel_is_told():
    class OddError(Exception):
        def __init__(self, one, two):
            super().__init__(one)

    def work(task, tell):
        raise OddError("een", "twee")

    assert str(in_forks(work, [0])[0].error) == "OddError: een"


def test_no_process_or_descriptor_is_left():
    in_forks(lambda task, tell: task, range(3))

    def left():
        children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
        return len(list(Path("/proc/self/fd").iterdir())), children

    before = left()
    assert len(in_forks(lambda task, tell: task, range(40))) == 40
    assert left() == before


def test_no_text_is_written_twice_and_the_end_of_the_parent_is_its_own():
    code = """
import atexit
from twente_analysis.briefs.forks import Child
atexit.register(print, "einde")
print("een", end=" ")
child = Child(lambda tell: atexit.register(print, "kind", flush=True) and None)
child.wait(); child.close()
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "een kind\neinde\n"


def test_the_warm_parent_has_no_thread_debugger_or_polars():
    code = """
import sys
from twente_analysis.briefs import make_many, socketless
from twente_analysis.briefs.parents import only_thread
make_many.warm_up()
socketless.ready()
print(only_thread(), sorted({"debugpy", "polars"} & set(sys.modules)))
import debugpy
"""
    env = os.environ | dict.fromkeys(ONE_THREAD, "1") | {"MPLBACKEND": "agg"}
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, env=env)
    assert done.stdout == "True []\n", done.stderr


def test_a_fork_finds_all_that_a_brief_loads(tmp_path):
    """What is loaded before the fork is loaded once; else each brief would load it again."""
    code = f"""
import pathlib, sys
from twente_analysis.briefs import forks, make_many, plan, socketless
make_many.warm_up()
socketless.ready()
brief = plan.read_plan(pathlib.Path({str(ROOT / "notebooks" / "briefs.toml")!r}))[0]
def work(tell):
    before = set(sys.modules)
    make_many.make(brief, pathlib.Path({str(tmp_path)!r}), "twente", tell=tell)
    return sorted(set(sys.modules) - before)
child = forks.Child(work)
print(child.wait())
child.close()
"""
    env = os.environ | dict.fromkeys(ONE_THREAD, "1") | {"MPLBACKEND": INLINE}
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, env=env)
    # The first figure loads the backend, which then finds the notebook's own shell.
    assert "Outcome(value=['matplotlib_inline.backend_inline'], error" in done.stdout, done.stdout + done.stderr


def test_the_kernel_writes_no_history(tmp_path):
    env = os.environ | {"IPYTHONDIR": str(tmp_path / "ipython")}
    nbformat.write(notebook_of("a = 1", "%history"), tmp_path / "a.ipynb")
    command = [sys.executable, "-c", EXECUTE, str(tmp_path), "twente", "{}"]
    subprocess.run(command, check=True, env=env, capture_output=True)
    assert not list((tmp_path / "ipython").rglob("history.sqlite"))


def test_the_engine_is_small():
    """Lines that say something, without blanks, comments and docstrings."""
    total = 0
    for name in ("forks", "kernels", "socketless"):
        tree = ast.parse((ROOT / "twente_analysis" / "briefs" / f"{name}.py").read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(
                node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module
            ) and ast.get_docstring(node):
                node.body = node.body[1:] or [ast.Pass()]
        total += len(ast.unparse(tree).splitlines())
    assert total < 400
