"""What an analyst meets in JupyterLab: an error in a line, help on a function, and the start notebook to its end."""

import re

import nbformat
import pytest
from jupyter_client.manager import KernelManager

import twente_analysis as ta
from twente_analysis.briefs.kernels import ENCRYPTED, BriefError, run_notebook

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


def inspect(client, code):
    """Ask what the Contextual Help asks, with the cursor at the end of `code`."""
    client.inspect(code, len(code), 0)
    content = client.get_shell_msg(timeout=60)["content"]
    return ANSI.sub("", content["data"].get("text/plain", "")) if content["found"] else ""


def test_an_error_is_a_line_above_the_traceback(kernel):
    error = run(kernel, "series = ta.load_enrolment()\nta.plot_series(series, 'bedrijfstak_mbo', 'Bouw')")
    first, *rest = error["traceback"]
    assert first.startswith("DataError: highlight='Bouw' is no group of bedrijfstak_mbo. What to do: Leave it empty")
    # The analyst's own line comes next, without the frames of what runs a cell.
    assert "ta.plot_series(series, 'bedrijfstak_mbo', 'Bouw')" in "\n".join(rest).splitlines()[3]
    assert "IPython" not in "".join(rest)
    assert error["ename"] == "DataError"
    assert error["evalue"].startswith("highlight='Bouw' is no group of bedrijfstak_mbo.\nWhat to do:")


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
        "cell 1 raised DataError: indicator='diploma' is not known.\n"
        "What to do: Did you mean 'diplomas'? Choose one of: 'enrolment', 'diplomas'."
    )
    (output,) = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[-1].outputs
    assert output.traceback[0].startswith("DataError: indicator='diploma' is not known. What to do: Did you mean")


@pytest.mark.parametrize("name", ["load_enrolment", "plot_series", "describe", "show"])
def test_the_help_shows_signature_and_docstring(kernel, name):
    text = inspect(kernel, f"ta.{name}")
    assert f"Signature:\nta.{name}(" in text or f"Signature: ta.{name}(" in text
    assert getattr(ta, name).__doc__.splitlines()[0] in text
    assert ">>> " in text
