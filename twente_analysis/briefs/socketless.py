"""IPython's kernel in this process, without sockets, threads, debugger and history; nbclient meets it over a `Line`."""

import asyncio
import atexit
import codecs
import contextvars
import logging
import os
import sys
import tempfile
import threading
import time
from collections import deque
from contextlib import suppress
from functools import partial
from queue import Empty
from types import SimpleNamespace
from typing import Any

import zmq
from IPython.core import debugger
from IPython.core.shellapp import InteractiveShellApp
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets import Any as AnyTrait
from traitlets.config import Config

from .forks import INLINE

debugpy = sys.modules.pop("debugpy", None)
sys.modules["debugpy"] = None  # type: ignore[assignment] # it starts threads; to ipykernel it is not there
import ipykernel.debugger  # noqa: E402, F401

del sys.modules["debugpy"]  # to a cell it is
if debugpy is not None:
    sys.modules["debugpy"] = debugpy

from ipykernel.eventloops import enable_gui  # noqa: E402
from ipykernel.iostream import IOPubThread, OutStream  # noqa: E402
from ipykernel.ipkernel import IPythonKernel  # noqa: E402

__all__ = ["Manager", "ready"]


class Line:
    """Stands where the kernel has a socket and the client a channel: what is sent comes out of `get_msg`."""

    loop: asyncio.AbstractEventLoop
    send: Any = None

    def __init__(self, session: Session) -> None:
        self.session = session
        self.messages: deque[Any] = deque()
        self.arrived = asyncio.Event()

    def send_multipart(self, frames: Any, **_: Any) -> None:
        """Take a message in the form it has on a socket, so that what comes out has been through JSON as there."""
        parts: Any = self.session.feed_identities(frames)[1]
        self.messages.append(self.session.deserialize(parts))
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
    """What nbclient asks of a kernel's manager and client: there is no wire between the two."""

    has_kernel = ipykernel = allow_stdin = False

    async def start_kernel(self, **_: Any) -> None:
        """Let the kernel have this process, in the running event loop, as `ipykernel_launcher` does."""
        self.kernel = kernel = ready()
        self.session, self.shell_channel, self.iopub_channel = kernel.session, kernel.shell_stream, kernel.iopub_socket
        self.session.pid = os.getpid()  # the messages of any other process, such as one that a cell forks, are dropped
        self.shell_channel.send = self._ask
        self.shell_channel.loop = self.iopub_channel.loop = asyncio.get_running_loop()
        sys.path[:] = [place for place in sys.path if place]
        InteractiveShellApp().init_path()  # modules beside the notebook can be loaded
        sys.stdout, sys.stderr = (
            Stream(self.session, self.iopub_channel, name, number) for number, name in ((1, "stdout"), (2, "stderr"))
        )
        _log_elsewhere(sys.stderr.fileno())
        kernel.io_loop = IOLoop.current()
        kernel.io_loop.stop = lambda: os._exit(0)  # `exit` in a cell ends the kernel
        atexit.register(kernel.shell.atexit_operations)  # type: ignore[union-attr] # what its maker wished is forgotten
        # Stock runs every request in one context, so that a context variable set in a cell holds in the next.
        self.context = contextvars.copy_context()
        self.has_kernel = True

    def client(self) -> "Manager":
        """Give the client, which is this object."""
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
        asked = {"code": code, "store_history": store_history, "stop_on_error": stop_on_error, "allow_stdin": False}
        return self._ask(self.session.msg("execute_request", asked))

    def kernel_info(self) -> str:
        """Ask the kernel what it is."""
        return self._ask(self.session.msg("kernel_info_request"))

    def _ask(self, message: dict[str, Any]) -> str:
        asking = self.kernel.shell_main(None, [zmq.Message(part) for part in self.session.serialize(message)])
        self.task = self.shell_channel.loop.create_task(asking, context=self.context)
        return str(message["header"]["msg_id"])


class Kernel(IPythonKernel):
    """IPython's kernel, with lines for sockets."""

    session: Session
    shell_stream = AnyTrait()
    _supports_kernel_subshells = False

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Requests come one at a time: nothing waits that could be aborted."""


class Direct(IOPubThread):
    """Sends at once, where stock has a thread do it."""

    thread = io_loop = None

    def __init__(self, line: Line) -> None:
        self.line = line

    def send_multipart(self, *frames: Any, **_: Any) -> None:
        """Send over the line."""
        self.line.send_multipart(*frames)

    def schedule(self, f: Any) -> None:
        """Do it now."""
        f()


class Stream(OutStream):
    """Stands for stdout or stderr in the cells, and shows what subprocesses write to the file descriptor.

    The descriptor leads to a file that is read along: it takes any amount at once, where a pipe would need a thread.
    """

    def __init__(self, session: Session, line: Line, name: str, number: int) -> None:
        super().__init__(session, Direct(line), name, watchfd=False)
        self._original_stdstream_copy = os.dup(number)  # what `fileno` gives, as in stock
        self.number, self.file = number, tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
        os.dup2(self.file.fileno(), number)
        self.seen, self.since, self.decoder = 0, 0.0, codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, string: str) -> int | None:  # type: ignore[override]
        """Keep the text for the next message."""
        if not self._is_master_process():
            return os.write(self.number, string.encode())  # a process that a cell forked has no line
        self._read_along()
        if self.since and time.monotonic() - self.since > self.flush_interval:
            self._flush()  # a timer of stock's would have sent what came before
        return super().write(string)

    def flush(self) -> None:
        """Send what there is."""
        if self._is_master_process():
            self._read_along()
            self._flush()

    def _read_along(self) -> None:
        about = os.fstat(self.file.fileno())
        if about.st_size > self.seen:
            found = os.pread(self.file.fileno(), about.st_size - self.seen, self.seen)
            self.seen += len(found)
            self.since = self.since or time.monotonic() - (time.time() - about.st_mtime)
            super().write(self.decoder.decode(found))

    def _schedule_flush(self) -> None:
        self.since = self.since or time.monotonic()

    def _flush(self) -> None:
        self.since = 0.0
        with suppress(UnicodeEncodeError):  # half a character cannot be sent: stock drops what it stands in too
            super()._flush()


def ready() -> Kernel:
    """Give the kernel of this process, with lines that nobody listens to yet; a fork finds that of its parent."""
    if not Kernel.initialized():
        session = Session(key=b"")
        kernel: Kernel = Kernel.instance(
            session=session,
            shell_stream=Line(session),
            iopub_socket=Line(session),
            shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),  # whose cells can be stopped
            log=logging.getLogger("twente_analysis.kernel"),
            # All kernels share one file for their history: locked by another, it would print an error into a cell. And
            # stock sleeps after each cell, so that its thread for output can catch up.
            config=Config({"HistoryManager": {"enabled": False}, "IPythonKernel": {"_execute_sleep": 0.0}}),
        )
        kernel.shell.enable_gui = partial(enable_gui, kernel=kernel)  # type: ignore[union-attr] # asks an application
        kernel.shell.extension_manager.load_extension("storemagic")  # type: ignore[union-attr]
        debugger.Pdb = debugger.InterruptiblePdb  # type: ignore[misc]
        os.environ.setdefault("MPLBACKEND", INLINE)
        # The inline backend hooks into the shell when it is loaded: the first figure of a notebook has that done.
        sys.modules.pop("matplotlib_inline.backend_inline", None)
        vars(sys.modules.get("matplotlib.pyplot", SimpleNamespace()))["_backend_mod"] = None
        if pandas := sys.modules.get("pandas"):
            pandas.set_option("display.max_columns", 20)  # as loaded by a kernel
    return Kernel.instance()


def _log_elsewhere(number: int) -> None:
    """Let what papermill logs go where it went: stderr is the cells' from now on, and so is the root logger."""
    root, log = logging.getLogger(), logging.getLogger("papermill")
    log.setLevel(log.getEffectiveLevel())
    log.handlers, root.handlers, log.propagate = [*root.handlers, *log.handlers] or [logging.StreamHandler()], [], False
    root.setLevel(logging.WARNING)
    for handler in log.handlers:
        if type(handler) is logging.StreamHandler:
            handler.setStream(os.fdopen(os.dup(number), "w", buffering=1))
