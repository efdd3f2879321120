"""A papermill engine without sockets: IPython's own kernel, in a process forked for one notebook.

papermill and nbclient around it are as they are; they meet the kernel over a `Line` where a socket would be. In a
process that was forked for a brief the kernel runs there; elsewhere (``papermill --engine twente``) one is forked for
it. ``docs/engine.md`` shows the whole. This is the only room that knows papermill's execution.
"""

import asyncio
import codecs
import contextvars
import logging
import os
import sys
import tempfile
import threading
import time
from collections import deque
from pathlib import Path
from queue import Empty
from types import SimpleNamespace
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillException, PapermillExecutionError
from papermill.iorw import load_notebook_node
from traitlets.config import Config

from .pool import CAN_FORK, Child, Died, Limit, Tell, TimedOut

__all__ = ["CELL_SECONDS", "ENGINES", "BriefError", "TwenteEngine", "run_notebook"]

#: A cell that takes longer has hung.
CELL_SECONDS = 600
#: An awaiting cell meets nbclient's own time limit first; a busy one is killed by the parent so much later.
LATE = 1.0
ENGINES = ("twente", "nbclient")
#: Without it the stock kernel warns on every start that others on the machine could read along.
ENCRYPTED = Config({"KernelManager": {"transport_encryption": "auto"}})


class BriefError(RuntimeError):
    """A brief that cannot be published, with the reason in a line."""


class TwenteEngine(NBClientEngine):
    """Runs a notebook in an IPython kernel without sockets, in a forked process.

    Registered with papermill as ``twente``. Takes the options of papermill's own engine, and `tell`, by which a process
    that was forked for one notebook says so and reports to its parent.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, tell: Tell | None = None, **options: Any) -> Any:
        """Run the cells of the notebook that papermill manages."""
        if not CAN_FORK:
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
    notebook: Path, parameters: dict[str, Any], output: Path | None, engine: str = "nbclient", tell: Tell | None = None
) -> nbformat.NotebookNode:
    """Execute `notebook` in a clean namespace, from its own folder.

    Parameters
    ----------
    output
        File for the executed notebook; None keeps it in memory.
    engine
        One of `ENGINES`.
    tell
        How a process that was forked for this notebook reports to its parent.

    Raises
    ------
    BriefError
        When a cell raises: which cell, and what.

    """
    # Imported late: papermill loads this module for its engine while it is being imported itself.
    from papermill import execute_notebook  # noqa: PLC0415

    own = {"config": ENCRYPTED} if engine == "nbclient" else {"tell": tell}
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
            execution_timeout=CELL_SECONDS,
            **own,
        )
    except PapermillExecutionError as error:
        # papermill puts a cell with the parameters before this one; count as in the stored notebook.
        number = int(error.cell_index) + (0 if parameters else 1)
        raise BriefError(f"cell {number} raised {error.ename}: {error.evalue}") from error


def _run_here(run: Any, nb_man: Any, kernel_name: str, tell: Tell, options: dict[str, Any]) -> Any:
    """Run the cells in this process, which ends with the notebook; `run` is papermill's own way to run them."""
    seconds = options.get("execution_timeout")

    def begin(cell: Any, cell_index: int) -> None:
        # nbclient waits in the thread that runs the cell, so that only the parent can end a busy one.
        tell(Limit(seconds and seconds + LATE, f"cell {cell_index} took longer than {seconds} seconds"))

    return run(
        nb_man,
        kernel_name,
        km=Manager(),
        on_cell_start=lambda cell, cell_index: tell(cell_index),
        on_cell_execute=begin,
        on_cell_executed=lambda **_: tell(Limit(None)),
        **options,
    )


def _run_in_fork(run: Any, nb_man: Any, kernel_name: str, options: dict[str, Any]) -> Any:
    """Run the cells in a process forked for them; as with a kernel of papermill's own, its death is not ours."""
    bar, nb_man.pbar = nb_man.pbar, None  # drawn by this process: the child's stderr belongs to the cells
    at = 0

    def heard(cell_index: int) -> None:
        nonlocal at
        at = cell_index
        if bar is not None:
            bar.update(at - bar.n)

    def work(tell: Tell) -> nbformat.NotebookNode:
        _run_here(run, nb_man, kernel_name, tell, options)
        return nb_man.nb

    child = Child(work, heard)
    try:
        outcome = child.wait()
    finally:
        child.close()
        nb_man.pbar = bar
    if outcome.error is None:
        nb_man.nb = outcome.value
        return nb_man.nb
    if nb_man.output_path and Path(nb_man.output_path).is_file():
        nb_man.nb = load_notebook_node(nb_man.output_path)  # as far as it came
    if isinstance(outcome.error, TimedOut):
        raise CellTimeoutError.error_from_timeout_and_cell(
            "Cell execution timed out", options["execution_timeout"], nb_man.nb.cells[at]
        )
    if isinstance(outcome.error, Died):
        raise DeadKernelError(f"Kernel died ({outcome.error})")
    raise outcome.error


class Line:
    """Stands where the kernel has a socket and the client a channel: what is sent comes out of `get_msg`."""

    def __init__(self, session: Any, send: Any = None) -> None:
        self.session, self.send = session, send
        self.loop = asyncio.get_running_loop()
        self.messages: deque[dict[str, Any]] = deque()
        self.arrived = asyncio.Event()

    def send_multipart(self, frames: list[Any], **_: Any) -> None:
        """Take a message in the form it has on a socket, so that what comes out has been through JSON as there."""
        _, frames = self.session.feed_identities(frames)
        self.messages.append(self.session.deserialize(frames))
        self.loop.call_soon_threadsafe(self.arrived.set)  # a thread of a cell's may send too

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Wait for the next message; raise `queue.Empty` when none comes in `timeout` seconds."""
        while not self.messages:
            self.arrived.clear()
            try:
                await asyncio.wait_for(self.arrived.wait(), timeout)
            except TimeoutError:
                raise Empty from None
        return self.messages.popleft()


class Manager:
    """What nbclient asks of a kernel's manager and client, with the kernel in this process."""

    has_kernel = ipykernel = allow_stdin = False

    async def start_kernel(self, **_: Any) -> None:
        """Start the kernel in the running event loop, and let it have the output of this process."""
        import zmq  # noqa: PLC0415
        from jupyter_client.session import Session  # noqa: PLC0415

        self.frame = zmq.Message
        self.session = Session(key=b"")
        self.shell_channel, self.iopub_channel = Line(self.session, self._ask), Line(self.session)
        self.kernel = _kernel(self.session, self.shell_channel, self.iopub_channel)
        # Stock runs every request in one context, so that a context variable set in a cell holds in the next.
        self.context = contextvars.copy_context()
        self.has_kernel = True

    def client(self) -> "Manager":
        """Give the client, which is this object: there is no wire between the two."""
        return self

    def start_channels(self) -> None:
        """Do nothing: the lines are there."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return at once: the kernel is there."""

    async def is_alive(self) -> bool:
        """Say yes: when the kernel dies, so does who asks, and the parent sees it."""
        return True

    def execute(self, code: str, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Ask the kernel to run a cell, and give the number of the request."""
        content = {"code": code, "silent": False, "store_history": store_history, "user_expressions": {}}
        return self._ask(
            self.session.msg("execute_request", content | {"allow_stdin": False, "stop_on_error": stop_on_error})
        )

    def kernel_info(self) -> str:
        """Ask the kernel what it is."""
        return self._ask(self.session.msg("kernel_info_request"))

    def _ask(self, message: dict[str, Any]) -> str:
        frames = [self.frame(part) for part in self.session.serialize(message)]
        asking = self.kernel.shell_main(None, frames)
        self.task = self.shell_channel.loop.create_task(asking, context=self.context)
        return str(message["header"]["msg_id"])


def _kernel(session: Any, shell: Line, iopub: Line) -> Any:
    """Make IPython's kernel as `ipykernel_launcher` does, but for its sockets, threads, debugger and history."""
    with without_debugpy():
        from ipykernel.ipkernel import IPythonKernel  # noqa: PLC0415
        from IPython.core import debugger  # noqa: PLC0415
    from tornado.ioloop import IOLoop  # noqa: PLC0415
    from traitlets import Any as AnyTrait  # noqa: PLC0415

    class Kernel(IPythonKernel):
        shell_stream = AnyTrait()
        _supports_kernel_subshells = False

        def _abort_queues(self, subshell_id: str | None = None) -> None:
            """Requests come one at a time: nothing waits that could be aborted."""

    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    # The inline backend hooks into the shell when it is loaded: one that the parent loaded knows no shell.
    sys.modules.pop("matplotlib_inline.backend_inline", None)
    if "" not in sys.path:
        sys.path.insert(0, "")  # modules beside the notebook, as in stock
    originals = [_spare(1), _spare(2)]
    _log_elsewhere(originals[1])
    sys.stdout, sys.stderr = (
        _stream(session, iopub, name, original)
        for name, original in zip(("stdout", "stderr"), originals, strict=True)
    )
    kernel = Kernel.instance(
        session=session,
        shell_stream=shell,
        iopub_socket=iopub,
        # Cells that await are cancelled by an interrupt in this thread only.
        shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
        log=logging.getLogger("twente_analysis.kernel"),
        # History in a file is shared by all kernels; locked by another, it would print an error into a cell.
        config=Config({"HistoryManager": {"enabled": False}}),
    )
    kernel.io_loop = IOLoop.current()
    kernel.io_loop.stop = lambda: os._exit(0)  # `exit` in a cell ends the kernel, as in stock
    kernel.shell.extension_manager.load_extension("storemagic")
    debugger.Pdb = debugger.InterruptiblePdb
    if "matplotlib.pyplot" in sys.modules:
        # pyplot looked for a shell when the parent imported it; there is one now.
        sys.modules["matplotlib.pyplot"].install_repl_displayhook()
    return kernel


class without_debugpy:  # noqa: N801 - reads as a phrase
    """Keep ipykernel from loading debugpy, which starts threads; a cell may still import it."""

    def __enter__(self) -> None:
        self.absent = "debugpy" not in sys.modules and "ipykernel.debugger" not in sys.modules
        if self.absent:
            sys.modules["debugpy"] = None  # type: ignore[assignment]
            import ipykernel.debugger  # noqa: F401, PLC0415

    def __exit__(self, *_: object) -> None:
        if self.absent:
            del sys.modules["debugpy"]


def _stream(session: Any, iopub: Line, name: str, original: int) -> Any:
    """Make the stream that stands for stdout or stderr in the cells."""
    from ipykernel.iostream import IOPubThread, OutStream  # noqa: PLC0415

    class Direct(IOPubThread):
        """Sends at once, where stock has a thread do it."""

        thread = io_loop = None

        def __init__(self) -> None:
            """Start no thread and open no socket."""

        def schedule(self, f: Any) -> None:
            f()

        def send_multipart(self, *frames: Any, **_: Any) -> None:
            iopub.send_multipart(*frames)

    class Stream(OutStream):
        """Also shows what subprocesses write: the file descriptor leads to a file that is read along."""

        def __init__(self) -> None:
            super().__init__(session, Direct(), name, watchfd=False)
            self._original_stdstream_copy = original
            # A file takes any amount without being read, which a pipe without a reading thread does not.
            self.file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
            self.number = {"stdout": 1, "stderr": 2}[name]
            os.dup2(self.file.fileno(), self.number)
            self.seen, self.since = 0, 0.0
            self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

        def write(self, string: str) -> int | None:
            if not self._is_master_process():
                return os.write(self.number, string.encode())  # a process that a cell forked
            self._read_along()
            if self.since and time.monotonic() - self.since > self.flush_interval:
                self._flush()  # stock's timer would have sent what came before
            return super().write(string)

        def flush(self) -> None:
            if self._is_master_process():
                self._read_along()
                self._flush()

        def _read_along(self) -> None:
            size = os.fstat(self.file.fileno()).st_size
            if size > self.seen:
                found = os.pread(self.file.fileno(), size - self.seen, self.seen)
                self.seen += len(found)
                super().write(self.decoder.decode(found))

        def _schedule_flush(self) -> None:
            self.since = self.since or time.monotonic()

        def _flush(self) -> None:
            self.since = 0.0
            super()._flush()

    return Stream()


def _spare(number: int) -> int:
    """Keep a way to where the process's own output went."""
    return os.dup(number)


def _log_elsewhere(number: int) -> None:
    """Let what papermill logs go where it went; stderr is the cells' from now on."""
    handlers = [
        handler
        for logger in (logging.getLogger(), logging.getLogger("papermill"))
        for handler in logger.handlers
        if type(handler) is logging.StreamHandler
    ]
    for handler in handlers:
        handler.setStream(os.fdopen(os.dup(number), "w", buffering=1))
