"""Who has briefs made: a warm parent that forks, or a pool of processes with papermill's own engine."""

import gc
import importlib
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Pipe, wait
from pathlib import Path
from typing import Any

from .forks import GRACE, INLINE, LOOK, Child, DiedError, Outcome, Tell, how_it_ended

__all__ = ["StockPool", "WarmParent", "only_thread", "run_forked", "usable_cores"]

#: Libraries that start threads as soon as they are imported; a fork copies no thread, only the locks they hold.
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class WarmParent:
    """A fresh process without threads, which loads everything once and forks a child for each task.

    Parameters
    ----------
    module
        Has ``serve(descriptor, jobs)``, which speaks over the line: an `Outcome` when ready, then, for a list of tasks,
        the number of a task with its `Outcome`, as they end.

    """

    def __init__(self, module: str, jobs: int) -> None:
        self.module, self.jobs = module, jobs
        self._start()

    def __enter__(self) -> "WarmParent":
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()  # by which it knows that it can end
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def ready(self) -> None:
        """Wait until all is loaded; raise what came in between."""
        try:
            error = self.line.recv().error
        except EOFError:
            raise DiedError(f"the parent of the briefs died ({how_it_ended(self.process.wait())})") from None
        if error is not None:
            raise error

    def do(self, tasks: Sequence[Any]) -> Iterator[tuple[int, Outcome]]:
        """Have the tasks done, and give the number of each with its outcome; a parent that dies is replaced once."""
        left = dict(enumerate(tasks))
        for last in (False, True):
            try:
                self.line.send(left)
                while left:
                    number, outcome = self.line.recv()
                    del left[number]
                    yield number, outcome
            except (EOFError, OSError):
                how = how_it_ended(self.process.wait())
                if not last:
                    self.line.close()
                    self._start()
                    self.ready()
        for number in left:
            yield number, Outcome(error=DiedError(f"the parent of the briefs died ({how})"))

    def _start(self) -> None:
        self.line, theirs = Pipe()
        root = str(Path(__file__).parents[2])
        code = (
            f"import sys; sys.path.pop(0); {root!r} in sys.path or sys.path.insert(0, {root!r}); "
            f"from {self.module} import serve; serve({theirs.fileno()}, {self.jobs})"
        )
        # Only a process that starts with these has no threads; the backend is the one a kernel would set.
        backend = {"MPLBACKEND": os.environ.get("MPLBACKEND") or INLINE}
        self.process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-c", code],
            env=os.environ | dict.fromkeys(ONE_THREAD, "1") | backend,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )
        theirs.close()


class StockPool:
    """The same for papermill's own engine, which starts a kernel for each task: a pool of processes.

    Parameters
    ----------
    module
        Has ``warm_up()`` and ``make(*task)``.

    """

    def __init__(self, module: str, jobs: int) -> None:
        self.module = module
        self.pool = ProcessPoolExecutor(jobs, get_context("spawn"))

    def __enter__(self) -> "StockPool":
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(cancel_futures=True)

    def ready(self) -> None:
        """Have the data checked; raise what is wrong with it."""
        self.pool.submit(_call, self.module, "warm_up").result()

    def do(self, tasks: Sequence[Any]) -> Iterator[tuple[int, Outcome]]:
        """Have the tasks done, and give the number of each with its outcome."""
        asked = {self.pool.submit(_call, self.module, "make", *task): number for number, task in enumerate(tasks)}
        for done in as_completed(asked):
            error = done.exception()
            yield asked[done], Outcome(error=error) if error else Outcome(value=done.result())


def _call(module: str, name: str, *given: Any) -> Any:
    return getattr(importlib.import_module(module), name)(*given)


def run_forked(tasks: Sequence[Any], work: Callable[[Any, Tell], Any], jobs: int, stop: Any = None) -> Iterator[Any]:
    """Do each task in a process of its own, `jobs` at a time.

    Parameters
    ----------
    work
        Called in the child with the task and `tell`.
    stop
        A connection; when its other side is gone, so is the reader of the outcomes, and the work stops.

    Yields
    ------
    tuple
        The task and its `Outcome`, in the order in which they end.

    """
    gc.collect()
    gc.freeze()  # what is there now is no garbage: children need not look at it, and so share it with this process
    waiting = deque(tasks)
    running: dict[Child, Any] = {}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                task = waiting.popleft()
                child = Child(partial(_apart, work, task, stop), siblings=list(running))
                running[child] = task
            heard = wait([child.line for child in running] + [stop] * (stop is not None), LOOK)
            if stop is not None and stop in heard:
                return
            for child in [child for child in running if child.look()]:
                task = running.pop(child)
                child.close()
                yield task, child.outcome
    finally:
        for child in running:
            child.close()
        gc.unfreeze()


def _apart(work: Callable[[Any, Tell], Any], task: Any, stop: Any, tell: Tell) -> Any:
    if stop is not None:
        stop.close()  # else the other side would not see that the parent is gone
    return work(task, tell)


def usable_cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def only_thread() -> bool:
    """Whether this process has no thread but this one, those of libraries included."""
    listed = Path("/proc/self/task")
    return threading.active_count() == 1 and (not listed.is_dir() or len(list(listed.iterdir())) == 1)
