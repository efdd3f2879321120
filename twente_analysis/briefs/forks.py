"""A process forked for one piece of work, and the parent that watches its exit and its time.

``docs/engine.md`` shows the whole and names the pitfalls of forking; each is answered in `_become` or `Child`.
"""

import atexit
import contextlib
import gc
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, NoReturn

from .orphans import adopt, die_with

__all__ = [
    "CAN_FORK",
    "INLINE",
    "Child",
    "DiedError",
    "Limit",
    "Outcome",
    "Tell",
    "TimedOutError",
    "how_it_ended",
    "portable",
]

CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"  # macOS frameworks do not survive a fork
#: How long a process may take to end after its answer, and how often the parent looks whether one has died.
GRACE, LOOK = 5.0, 0.2
INLINE = "module://matplotlib_inline.backend_inline"
Tell = Callable[[Any], None]


class DiedError(RuntimeError):
    """The process ended without an answer."""


class TimedOutError(RuntimeError):
    """The process was killed because it took too long."""


@dataclass(frozen=True)
class Limit:
    """How long the child may be silent from now on, None for as long as it likes; what is `late` then, and where."""

    seconds: float | None
    late: str = "took too long"
    cell: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What a piece of work gave, a value or the exception that ended it, and how long it took."""

    value: Any = None
    error: BaseException | None = None
    seconds: float = 0.0


class Child:
    """A forked process that does one piece of work and answers once.

    Parameters
    ----------
    work
        Called in the child with a function `tell`; a `Limit` holds until the next one. What it returns must be
        picklable.
    heard
        Called in the parent with what the child tells.
    siblings
        Other children alive, whose ends of the line this one must not keep open.

    """

    def __init__(
        self,
        work: Callable[[Tell], Any],
        heard: Callable[[Any], None] = lambda told: None,
        siblings: Sequence["Child"] = (),
    ) -> None:
        self.heard = heard
        self.deadline: float | None = None
        self.late, self.leads = "", False
        self.outcome: Outcome | None = None
        self.status: int | None = None
        self.line, theirs = Pipe()
        # What is buffered here would be written twice.
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            if stream is not None and not stream.closed:
                stream.flush()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            for line in [self.line, *(sibling.line for sibling in siblings)]:
                line.close()
            _become(work, theirs, parent)
        theirs.close()

    def look(self) -> bool:
        """Take in what the child said, and whether it is over; kill it when its time is up."""
        while self.outcome is None and self.line.poll():
            try:
                told = self.line.recv()
            except (EOFError, OSError):
                break
            if isinstance(told, Outcome):
                self.outcome, self.deadline = told, time.monotonic() + GRACE
            elif told == "ready":
                self.leads = True
            else:
                self.heard(told)
                if isinstance(told, Limit):
                    self.late = told.late
                    self.deadline = None if told.seconds is None else time.monotonic() + told.seconds
        if self.deadline is not None and time.monotonic() > self.deadline:
            self.outcome = self.outcome or Outcome(error=TimedOutError(self.late))
            self.kill()
        return self._reap(os.WNOHANG)

    def wait(self) -> Outcome:
        """Wait until the child is over."""
        while not self.look():
            wait([self.line], LOOK)
        return self.outcome or Outcome()

    def kill(self) -> None:
        """End the process with all that its cells started, at once."""
        with contextlib.suppress(ProcessLookupError):
            # Before it leads a group of its own, a signal to its group would end this process and its other children.
            (os.killpg if self.leads else os.kill)(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Leave nothing behind, whether or not it was over."""
        self.kill()
        if self.status is None:
            self._reap(0)
        self.line.close()

    def _reap(self, how: int) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, how)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                if self.outcome is None and how:
                    # It may have answered between the last look and its end.
                    self.look()
                if self.outcome is None:
                    self.outcome = Outcome(error=DiedError(how_it_ended(self.status)))
        return self.status is not None


def _become(work: Callable[[Tell], Any], line: Connection, parent: int) -> NoReturn:
    """Turn a fork into a process of its own, do the work, answer and end; nothing of the parent's runs on."""
    try:
        atexit._clear()  # what the parent wants done at its end is not ours to do
        die_with(parent)  # its crash must not leave children running
        adopt()  # what the cells start and leave stays apart from what those of another brief do
        os.setsid()  # a group of its own, before it answers: killing this one must not signal the batch
        signal.signal(signal.SIGINT, signal.default_int_handler)  # as while a kernel runs a cell
        line.send("ready")
        numpy = sys.modules.get("numpy.random")
        if numpy is not None:
            numpy.seed()  # Python reseeds `random` after a fork; numpy does not: all children would draw the same
        gc.set_threshold(20_000)  # it lives for seconds: less looking for garbage, at a few MB more
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # cells read nothing from the terminal
        sys.stdin = os.fdopen(0)
        try:
            answer = Outcome(value=work(line.send))
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
            answer = Outcome(error=portable(error))
        with contextlib.suppress(BrokenPipeError):
            line.send(answer)
        threading._shutdown()  # type: ignore[attr-defined] # threads that the cells started end first
        gc.freeze()  # the shell would look for garbage once more, in a process that ends
        atexit._run_exitfuncs()  # what the cells want done at their end is
        os._exit(0)
    except BaseException:  # noqa: BLE001 - nothing may climb into the parent's own stack
        traceback.print_exc()
    finally:
        os._exit(1)


def portable(error: Exception) -> Exception:
    """Give the error itself when it survives the way to the parent, else what it says."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - any failure means that it does not
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def how_it_ended(status: int) -> str:
    """Name the signal or the exit status."""
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
