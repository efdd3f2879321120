"""A papermill engine without sockets: IPython's own kernel, in a process forked for one notebook.

papermill and nbclient around it are as they are; they meet the kernel over a `Line` where a socket would be. In a
process that was forked for a brief the kernel runs there; elsewhere (``papermill --engine twente``) one is forked for
it. ``docs/engine.md`` shows the whole. This is the only room that knows papermill's execution.
"""

from contextlib import closing
from pathlib import Path
from typing import Any

import nbformat
from IPython import get_ipython
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillException, PapermillExecutionError
from papermill.iorw import load_notebook_node
from traitlets.config import Config

from .forks import CAN_FORK, Child, DiedError, Limit, Tell, TimedOutError
from .plan import BriefError

__all__ = ["CELL_SECONDS", "BriefError", "TwenteEngine", "run_notebook"]

#: A cell that takes longer has hung.
CELL_SECONDS = 600
#: Without it the stock kernel warns on every start that others on the machine could read along.
ENCRYPTED = Config({"KernelManager": {"transport_encryption": "auto"}})


class TwenteEngine(NBClientEngine):
    """Runs a notebook in an IPython kernel without sockets, in a forked process.

    Registered with papermill as ``twente``. Takes the options of papermill's own engine, and `tell`, by which a process
    that was forked for one notebook says so and reports to its parent.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, tell: Tell | None = None, **options: Any) -> Any:
        """Run the cells of the notebook that papermill manages."""
        # In a shell, or a kernel of Jupyter, there is one already, which a fork would find.
        if tell is None and (not CAN_FORK or get_ipython() is not None):
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        language = nb_man.nb.metadata.get("kernelspec", {}).get("language", "python")
        if language != "python" or not kernel_name.startswith("python"):
            raise PapermillException(
                f"engine 'twente' runs Python notebooks; this one asks for kernel {kernel_name!r} ({language}). "
                "Leave out --engine."
            )
        if tell is not None:
            return _run_here(super().execute_managed_notebook, nb_man, kernel_name, tell, options)
        return _run_in_fork(super().execute_managed_notebook, nb_man, kernel_name, options)


papermill_engines.register("twente", TwenteEngine)


def run_notebook(
    notebook: Path, parameters: dict[str, Any], output: Path | None, engine: str = "nbclient", **options: Any
) -> nbformat.NotebookNode:
    """Execute `notebook` in a clean namespace, from its own folder.

    Parameters
    ----------
    output
        File for the executed notebook; None keeps it in memory.
    engine
        One of `ENGINES`.
    **options
        Those of papermill, such as `execution_timeout`, seconds per cell; and `tell`, by which a process that was
        forked for this notebook reports to its parent.

    Raises
    ------
    BriefError
        When a cell raises: which cell, and what.

    """
    # Imported late: papermill loads this module for its engine while it is being imported itself.
    from papermill import execute_notebook  # noqa: PLC0415

    try:
        return execute_notebook(
            str(notebook),
            None if output is None else str(output),
            parameters,
            engine_name=engine,
            kernel_name="python3",
            cwd=str(notebook.parent),
            progress_bar=False,
            log_output=False,
            **{"execution_timeout": CELL_SECONDS} | ({"config": ENCRYPTED} if engine == "nbclient" else {}) | options,
        )
    except PapermillExecutionError as error:
        # papermill puts a cell with the parameters before this one; count as in the stored notebook.
        number = int(error.cell_index) + (0 if parameters else 1)
        raise BriefError(f"cell {number} raised {error.ename}: {error.evalue}") from error


def _run_here(run: Any, nb_man: Any, kernel_name: str, tell: Tell, options: dict[str, Any]) -> Any:
    """Run the cells in this process, which ends with the notebook; `run` is papermill's own way to run them."""
    from .socketless import Manager  # noqa: PLC0415 - what a kernel needs is loaded by who runs one

    seconds = options.get("execution_timeout")

    def begin(cell: Any, cell_index: int) -> None:
        # nbclient waits in the thread that runs the cell, so that only the parent can end a busy one; an awaiting one
        # meets nbclient's own time limit first.
        tell(Limit(seconds and seconds + 1.0, f"cell {cell_index} took longer than {seconds} seconds", cell_index))

    return run(
        nb_man,
        kernel_name,
        km=Manager(),
        on_cell_execute=begin,
        on_cell_executed=lambda **_: tell(Limit(None)),
        **options,
    )


def _run_in_fork(run: Any, nb_man: Any, kernel_name: str, options: dict[str, Any]) -> Any:
    """Run the cells in a process forked for them; as with a kernel of papermill's own, its death is not ours."""
    bar, nb_man.pbar = nb_man.pbar, None  # drawn by this process: the child's stderr belongs to the cells
    at = 0

    def heard(told: Limit) -> None:
        nonlocal at
        at = at if told.cell is None else told.cell
        if bar is not None:
            bar.update(at - bar.n)

    def work(tell: Tell) -> nbformat.NotebookNode:
        _run_here(run, nb_man, kernel_name, tell, options)
        return nb_man.nb

    with closing(Child(work, heard)) as child:
        outcome = child.wait()
    nb_man.pbar = bar
    if outcome.error is None:
        nb_man.nb = outcome.value
        if bar is not None:
            bar.update(bar.total - bar.n)
        return nb_man.nb
    if nb_man.output_path and Path(nb_man.output_path).is_file():
        nb_man.nb = load_notebook_node(nb_man.output_path)  # as far as it came
    if isinstance(outcome.error, TimedOutError):
        raise CellTimeoutError.error_from_timeout_and_cell(
            "Cell execution timed out", options["execution_timeout"], nb_man.nb.cells[at]
        )
    if isinstance(outcome.error, DiedError):
        raise DeadKernelError(f"Kernel died ({outcome.error})")
    raise outcome.error
