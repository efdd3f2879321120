"""Who has briefs made: a warm parent that forks, or a pool of processes with papermill's own engine."""

import atexit
import gc
import importlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import Any

from ..errors import DataError, broken
from .forks import GRACE, INLINE, LOOK, Child, DiedError, Outcome, Tell, how_it_ended, portable
from .orphans import adopt, children, end_children, guard

__all__ = ["StockPool", "WarmParent", "become_parent", "load", "only_thread", "run_forked", "usable_cores"]

#: Libraries that start threads as soon as they are imported; a fork copies no thread, only the locks they hold.
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


#: How many seconds longer than a task may take the parent may be silent.
SILENCE = 10.0
#: How many seconds it may take at least to load everything: three where nothing else is at work.
LOADING = 60.0
#: jsonschema, when loaded, has this compile the grammar of web addresses: a second, for a check nobody asks for;
#: where it is absent, jsonschema does without.
SLOW = "rfc3987_syntax"


class WarmParent:
    """A fresh process without threads, which loads everything once and forks a child for each task.

    Parameters
    ----------
    module
        Has ``serve(line)``, which speaks over a connection: an `Outcome` when ready, then, for each lot of tasks, the
        number of a task with its `Outcome`, as they end.
    jobs
        How many tasks at a time; may change between lots.
    limit
        Seconds that a task may take; may change between lots.

    """

    def __init__(self, module: str, jobs: int, limit: float) -> None:
        self.module, self.jobs, self.limit = module, jobs, limit
        self.over = False
        self._start()

    def __enter__(self) -> "WarmParent":
        return self

    def __exit__(self, *_: object) -> None:
        self.over = True
        self.line.close()  # by which it knows that it can end
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._stop()

    def ready(self) -> None:
        """Wait until all is loaded; raise what came in between."""
        allowed = max(self.limit, LOADING)
        try:
            if not self.line.poll(allowed):
                self._stop()
                raise DiedError(f"after {allowed:g} seconds the parent of the briefs had not loaded what they use")
            error = self.line.recv().error
        except EOFError:
            raise DiedError(f"the parent of the briefs died ({how_it_ended(self.process.wait())})") from None
        if error is not None:
            raise error

    def do(self, tasks: Sequence[Any]) -> Iterator[tuple[int, Outcome]]:
        """Have the tasks done, and give the number of each with its outcome.

        A parent that dies is replaced. What is left is then done once more together, and after that one by one: only a
        task that ends its parent fails.
        """
        left = dict(enumerate(tasks))
        for _ in range(2):
            yield from self._do(left)
        for number in list(left):
            alone = {number: left[number]}
            yield from self._do(alone)
            if alone:
                yield number, Outcome(error=DiedError("the parent of the briefs died"))

    def _do(self, left: dict[int, Any]) -> Iterator[tuple[int, Outcome]]:
        """Have tasks done and take each out of `left`, until all are or the parent dies; then there is a new one."""
        try:
            if left:
                self.line.send((left, self.jobs, self.limit))
            while left:
                # It ends each task in time itself; when it says nothing for longer, it was stopped.
                if not self.line.poll(self.limit + SILENCE):
                    self._stop()
                number, outcome = self.line.recv()
                del left[number]
                yield number, outcome
        except (EOFError, OSError):
            if self.over:  # a worker of a cluster ends it while a thread still waits for briefs
                raise
            self.line.close()
            self.process.wait()
            self._start()
            self.ready()

    def _start(self) -> None:
        self.line, theirs = Pipe()
        root = str(Path(__file__).parents[2])
        code = (
            f"import sys; sys.path.pop(0); {root!r} in sys.path or sys.path.insert(0, {root!r}); "
            f"from {__name__} import {become_parent.__name__} as become; "
            f"become({self.module!r}, {theirs.fileno()}, {os.getpid()})"
        )
        # Only a process that starts with these has no threads; the backend is the one a kernel would set.
        backend = {"MPLBACKEND": os.environ.get("MPLBACKEND") or INLINE}
        self.process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-c", code],
            env=os.environ | dict.fromkeys(ONE_THREAD, "1") | backend,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # who kills the group of the run does not kill the guard
        )
        theirs.close()

    def _stop(self) -> None:
        """End it at once, and have its guard end what it and the briefs left."""
        self.process.terminate()
        try:
            self.process.wait(2 * GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def become_parent(module: str, descriptor: int, run: int) -> None:
    """Become a warm parent, below its guard: load the module and have it serve."""
    guard(descriptor, run)
    end_soon()
    line = Connection(descriptor)
    try:
        serve = load(module).serve
    except Exception as error:  # noqa: BLE001 - a package can be damaged in any way
        line.send(Outcome(error=broken(error)))
        return
    serve(line)


class StockPool:
    """The same for papermill's own engine, which starts a kernel for each task: a pool of processes.

    Parameters
    ----------
    module
        Has ``warm_up()`` and ``make(*task, execution_timeout=)``.
    jobs
        How many tasks at a time.
    limit
        Seconds that a cell may take.

    """

    def __init__(self, module: str, jobs: int, limit: float) -> None:
        self.module, self.limit = module, limit
        self.others = set(active_children())
        self.pool = self._pool(jobs)

    def __enter__(self) -> "StockPool":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:  # nobody waits for what is being made
            for process in set(active_children()) - self.others:
                process.terminate()
        self.pool.shutdown(cancel_futures=True)

    def ready(self) -> None:
        """Have the data checked; raise what is wrong with it."""
        try:
            self.pool.submit(_call, self.module, "warm_up").result()
        except (DataError, OSError, BrokenProcessPool):
            raise
        except Exception as error:
            raise broken(error) from error

    def do(self, tasks: Sequence[Any]) -> Iterator[tuple[int, Outcome]]:
        """Have the tasks done, and give the number of each with its outcome."""
        asked = {self._submit(self.pool, task): number for number, task in enumerate(tasks)}
        lost = []
        for done in as_completed(asked):
            if isinstance(done.exception(), BrokenProcessPool):
                lost.append(asked[done])
            else:
                yield asked[done], _outcome(done)
        for number in sorted(lost):
            # One of them ended its process, and the pool with it: each alone, only that one fails.
            with self._pool(1) as alone:
                yield number, _outcome(self._submit(alone, tasks[number]))

    def _pool(self, jobs: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(jobs, get_context("spawn"), _begin)

    def _submit(self, pool: ProcessPoolExecutor, task: Any) -> "Future[Outcome]":
        return pool.submit(_timed, self.module, task, self.limit)


def _begin() -> None:
    """Have this process of a pool end with the one that started it or when asked to, with all that it started."""

    def end(*_: object) -> None:
        end_children()
        os._exit(1)

    def watch() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            end()

    adopt()
    end_soon()
    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=watch, daemon=True).start()


def _call(module: str, name: str, *given: Any, **options: Any) -> Any:
    return getattr(load(module), name)(*given, **options)


def load(module: str) -> Any:
    """Load a module and what it uses without what is slow; to a cell it is there."""
    sys.modules[SLOW] = None  # type: ignore[assignment] # so that it cannot be loaded
    try:
        with loading():
            return importlib.import_module(module)
    finally:
        del sys.modules[SLOW]


@contextmanager
def loading() -> Iterator[None]:
    """Look for no garbage in what is loaded meanwhile, all of which stays: the looking takes a sixth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def end_soon() -> None:
    """Have this process look for no garbage when it ends: in all that it loaded that takes most of a second."""
    atexit.register(gc.freeze)


def _timed(module: str, task: Any, limit: float) -> Outcome:
    began, spared = time.monotonic(), children()
    try:
        return Outcome(_call(module, "make", *task, execution_timeout=limit), None, time.monotonic() - began)
    except Exception as error:  # noqa: BLE001 - whatever it is, who asked must hear of it
        return Outcome(None, portable(error), time.monotonic() - began)
    finally:
        end_children(spared)


def _outcome(done: "Future[Outcome]") -> Outcome:
    error = done.exception()
    if error is None:
        return done.result()
    return Outcome(error=DiedError(str(error)) if isinstance(error, BrokenProcessPool) else error)


def run_forked(
    tasks: Sequence[Any],
    work: Callable[[Any, Tell], Any],
    jobs: int,
    stop: Any = None,
    limit: float | None = None,
) -> Iterator[Any]:
    """Do each task in a process of its own, `jobs` at a time; what it leaves running is killed before it is given.

    Parameters
    ----------
    work
        Called in the child with the task and `tell`.
    stop
        A connection; when its other side is gone, so is the reader of the outcomes, and the work stops.
    limit
        Seconds that a task may take; None for as long as it likes.

    Yields
    ------
    tuple
        The task and its `Outcome`, in the order in which they end.

    """
    gc.collect()
    gc.freeze()  # what is there now is no garbage: children need not look at it, and so share it with this process
    waiting = deque(tasks)
    running: dict[Child, tuple[Any, float]] = {}
    adopt()
    spared = children()
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                task = waiting.popleft()
                child = Child(partial(_apart, work, task, stop), siblings=list(running))
                running[child] = task, time.monotonic()
            heard = wait([child.line for child in running] + [stop] * (stop is not None), LOOK)
            if stop is not None and stop in heard:
                return
            now = time.monotonic()
            for child, (_, began) in running.items():
                if limit is not None and now > began + limit and child.outcome is None:
                    child.deadline, child.late = began, f"took longer than {limit:g} seconds"
            for child in [child for child in running if child.look()]:
                task, began = running.pop(child)
                child.close()
                end_children(spared | {other.pid for other in running})
                yield task, replace(child.outcome or Outcome(), seconds=time.monotonic() - began)
    finally:
        for child in running:
            child.close()
        end_children(spared)
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
