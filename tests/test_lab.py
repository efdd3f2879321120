"""What an analyst meets in JupyterLab: an error in a line, help on a function, and the start notebook to its end."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest
from jupyter_client.manager import KernelManager

import twente_analysis as ta
from twente_analysis.briefs.kernels import ENCRYPTED, BriefError, run_notebook
from twente_analysis.memo.pdf import PROGRAMS

ROOT = Path(__file__).parents[1]
TOKEN = "of-this-test-alone"
CHROMIUM = next(filter(None, map(shutil.which, PROGRAMS)), None)
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def kernel():
    """A real kernel, and a client that talks with it as JupyterLab does."""
    manager = KernelManager(kernel_name="python3", config=ENCRYPTED)
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    run(client, "import twente_analysis as ta")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client, code):
    """Execute a cell; what it sent as an error, if anything."""
    found = []
    client.execute_interactive(code, timeout=60, output_hook=found.append)
    return next((message["content"] for message in found if message["msg_type"] == "error"), None)


def inspect(client, code, detail=0):
    """Ask what the Contextual Help asks, with the cursor at the end of `code`."""
    client.inspect(code, len(code), detail)
    content = client.get_shell_msg(timeout=60)["content"]
    return ANSI.sub("", content["data"].get("text/plain", "")) if content["found"] else ""


def test_an_error_is_a_line_above_the_traceback(kernel):
    error = run(kernel, "series = ta.load_enrolment()\nta.plot_series(series, 'bedrijfstak_mbo', 'Bouw')")
    first, *rest = error["traceback"]
    assert first.startswith("ChoiceError: highlight='Bouw' is not known. What to do: Choose one of: '', ")
    # The analyst's own line comes next, without the frames of what runs a cell.
    assert "ta.plot_series(series, 'bedrijfstak_mbo', 'Bouw')" in "\n".join(rest).splitlines()[3]
    assert "IPython" not in "".join(rest)
    assert error["ename"] == "ChoiceError"
    assert error["evalue"].startswith("highlight='Bouw' is not known.\nWhat to do:")


def test_the_rows_concerned_stand_below_the_line(kernel):
    error = run(kernel, "ta.check_tidy(ta.load_diplomas().assign(status=''))")
    first, *rest = error["traceback"]
    assert first == (
        "DataError: 1 row with no value and no status that says why in 'value'. "
        "What to do: Correct these rows at their source."
    )
    assert "Combinatie bedrijf" in "".join(rest)


def test_a_failed_brief_reports_the_same_line(tmp_path):
    cell = nbformat.v4.new_code_cell("import twente_analysis as ta\nta.load_indicator('diploma')")
    notebook = nbformat.v4.new_notebook(
        cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    nbformat.write(notebook, tmp_path / "wrong.ipynb")
    with pytest.raises(BriefError) as failed:
        run_notebook(tmp_path / "wrong.ipynb", {}, tmp_path / "out.ipynb")
    assert str(failed.value) == (
        "cell 1 raised ChoiceError: indicator='diploma' is not known.\n"
        "What to do: Did you mean 'diplomas'? Choose one of: 'enrolment', 'diplomas'."
    )
    (output,) = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[-1].outputs
    assert output.traceback[0].startswith("ChoiceError: indicator='diploma' is not known. What to do: Did you mean")


@pytest.mark.parametrize("name", ["load_enrolment", "plot_series", "describe", "show"])
def test_the_help_shows_signature_and_docstring(kernel, name):
    text = inspect(kernel, f"ta.{name}")
    assert f"Signature:\nta.{name}(" in text or f"Signature: ta.{name}(" in text
    assert getattr(ta, name).__doc__.splitlines()[0] in text
    assert ">>> " in text


@pytest.fixture
def lab(data, tmp_path):
    """JupyterLab as `make lab` starts it, on a copy of the notebooks, for this test alone; where it answers."""
    (command,) = re.findall(r"^lab:.*\n\t\$\(BIN\)/jupyter lab (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.M)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns("scratch"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR")
    own = {name: str(tmp_path / "home" / name) for name in (*own, "JUPYTERLAB_WORKSPACES_DIR")}
    options = [f"--ServerApp.port={port}", "--ServerApp.ip=127.0.0.1", f"--IdentityProvider.token={TOKEN}"]
    options += ["--no-browser", "--allow-root", f"--ServerApp.root_dir={tmp_path}"]
    with (tmp_path / "lab.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *command.replace("$(LAB)", "").split(), *options],
            cwd=tmp_path,
            env=os.environ | own | {"PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait(lambda: answers(f"{address}/api?token={TOKEN}"), "JupyterLab to answer")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def answers(address):
    try:
        return urlopen(address, timeout=5).status == 200
    except OSError:
        return False


def wait(condition, what, seconds=240):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"no sign of {what}"
        time.sleep(0.5)


def outputs_of(path):
    """The outputs of the saved notebook once every code cell has run; None before."""
    try:
        saved = nbformat.read(path, as_version=4)
    except nbformat.reader.NotJSONError:  # it is being saved
        return None
    cells = [cell for cell in saved.cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    failed = any(output.output_type == "error" for output in outputs)
    return outputs if failed or all(cell.execution_count for cell in cells) else None


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine (Debian: apt install chromium)")
def test_a_newcomer_runs_the_start_notebook_from_the_menu(lab, tmp_path):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra test)")
    pictures = Path(os.environ.get("TWENTE_PICTURES") or tmp_path)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(60_000)
        page.goto(f"{lab}/lab?token={TOKEN}")
        browse(page, "notebooks")
        browse(page, "start.ipynb")
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        menu(page, "Run", "Run All Cells")
        saved = tmp_path / "notebooks/start.ipynb"

        def done():
            page.keyboard.press("Control+s")
            return outputs_of(saved)

        wait(done, "the last cell")
        outputs = outputs_of(saved)
        assert [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"] == []
        assert {path.name for path in (tmp_path / "notebooks/scratch").iterdir()} == {
            "briefs",
            "scopes.png",
            "trend.ipynb",
        }
        assert (tmp_path / "notebooks/scratch/briefs/trend-enrolment-nl.html").exists()

        # What the eye gets from the picture, a screen reader gets from its alternative text: first the message.
        page.get_by_role("heading", name="3. Teken een grafiek").scroll_into_view_if_needed()
        picture = page.locator('img[alt^="Studenten techniek: "][alt*=". 4 lijngrafieken naast elkaar"]')
        picture.wait_for()
        picture.scroll_into_view_if_needed()
        page.get_by_role("heading", name="3. Draw a chart").evaluate("one => one.scrollIntoView()")
        page.screenshot(path=pictures / "jupyterlab.png")

        menu(page, "Help", "Show Contextual Help")
        page.locator(".jp-Notebook .cm-line", has_text="ta.load_indicator").get_by_text("load_indicator").click()
        help_ = page.locator(".jp-Inspector")
        help_.get_by_text("Load a series of the Regiovisie").wait_for()
        page.screenshot(path=pictures / "contextual-help.png")
        assert "Signature:" in help_.inner_text()
        assert ">>> " in help_.inner_text()
        browser.close()


def browse(page, name):
    """Open a folder or file in the file browser."""
    page.locator(".jp-DirListing-item", has_text=name).first.dblclick()


def menu(page, name, item):
    """Choose an item of a menu of the menu bar."""
    page.locator(".lm-MenuBar-item", has_text=name).click()
    page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()
