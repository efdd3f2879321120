"""Runs a notebook with parameters in a kernel of its own. The only room that knows papermill's execution."""

from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

__all__ = ["BriefError", "run_notebook"]

#: A cell that takes longer has hung.
CELL_SECONDS = 600
#: Without it the kernel warns on every start that others on the machine could read along.
ENCRYPTED = Config({"KernelManager": {"transport_encryption": "auto"}})


class BriefError(RuntimeError):
    """A brief that cannot be published, with the reason in a line."""


def run_notebook(notebook: Path, parameters: dict[str, Any], output: Path) -> nbformat.NotebookNode:
    """Execute `notebook` in a clean namespace, from its own folder, into the file `output`.

    Raises
    ------
    BriefError
        When a cell raises: which cell, and what.

    """
    try:
        return papermill.execute_notebook(
            str(notebook),
            str(output),
            parameters,
            kernel_name="python3",
            cwd=str(notebook.parent),
            progress_bar=False,
            log_output=False,
            config=ENCRYPTED,
            execution_timeout=CELL_SECONDS,
        )
    except PapermillExecutionError as error:
        # papermill puts a cell with the parameters before this one; count as in the stored notebook.
        number = int(error.cell_index) + (0 if parameters else 1)
        raise BriefError(f"cell {number} raised {error.ename}: {error.evalue}") from error
