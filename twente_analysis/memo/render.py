"""Runs the notebook of a brief and writes what it says as a Word document, slides or a PDF."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from ..briefs.document import blocks, check_outputs, provenance, titled
from ..briefs.kernels import run_notebook
from ..briefs.plan import read_plan
from ..catalogue import data_folder
from ..charts.sizes import VARIABLE
from ..errors import MachineError
from ..tidy import DataError, check_choice
from .contents import Memo

__all__ = ["FORMS", "render_memo"]

#: What writes each form: module and function. Loaded when asked for, as the two of `office` are an extra.
FORMS = {"docx": ("word", "save_docx"), "pptx": ("slides", "save_pptx"), "pdf": ("pdf", "save_pdf")}
#: A kernel that is told to stop now and then logs that it was interrupted, which looks like a failure.
QUIET = ["--log-level=CRITICAL"]


def render_memo(brief: str, to: str = "docx", language: str = "nl", out: str | Path | None = None) -> Path:
    """Run a brief of ``notebooks/briefs.toml`` and write it as a document for a memo.

    Parameters
    ----------
    brief
        Its name in the plan, such as ``flows``.
    to
        ``docx``, ``pptx`` (charts that can be edited) or ``pdf`` (tagged; needs Chromium).
    out
        File to write; ``<brief>-<language>.<to>`` in the current folder when None.

    Returns
    -------
    Path
        The file written, whole or not at all.

    Raises
    ------
    DataError
        When the brief or form is not known, or what the form needs is not installed.
    BriefError
        When a cell of the notebook fails, or a chart has no words.

    Examples
    --------
    >>> # Not run as a test: it starts a kernel, which takes seconds.
    >>> render_memo("flows", "docx", "en").name  # doctest: +SKIP
    'flows-en.docx'

    """
    check_choice("to", to, list(FORMS))
    found = read_plan(data_folder().parent / "notebooks" / "briefs.toml", brief, language)[0]
    save = _writer(to)
    target = Path(out) if out is not None else Path(f"{found.name}.{to}")
    if target.suffix.lower() != f".{to}":
        raise DataError(f"{target.name!r} does not end in .{to}", remedy=f"Give a file that ends in .{to}.")
    with tempfile.TemporaryDirectory(prefix="twente-memo-") as folder:
        with _sized("slide" if to == "pptx" else "memo"):
            copy = Path(folder) / found.notebook.name
            notebook = run_notebook(found.notebook, found.parameters, copy, extra_arguments=QUIET)
        check_outputs(notebook)
        memo = Memo(titled(found, notebook), blocks(notebook, language), provenance(found), notebook)
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.stem}.new.{to}")
        try:
            save(memo, aside)
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
    return target


@contextmanager
def _sized(size: str) -> Iterator[None]:
    """Let the kernel that starts inside the block draw its charts in a size: a slide shows some as pictures."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = size
    try:
        yield
    finally:
        os.environ.pop(VARIABLE)
        if before is not None:
            os.environ[VARIABLE] = before


def _writer(to: str) -> Callable[[Memo, Path], None]:
    """Load what writes a form, before a kernel starts."""
    module, name = FORMS[to]
    try:
        return getattr(import_module(f".{module}", __package__), name)
    except ModuleNotFoundError as error:
        if error.name not in ("docx", "pptx"):
            raise
        raise MachineError(
            f"python-{error.name} is not installed", remedy="Run: pip install 'python-docx>=1.1' 'python-pptx>=1.0'."
        ) from error
