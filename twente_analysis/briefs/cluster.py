"""Has the briefs made by other machines, over dask.distributed; this machine alone publishes them.

Each worker holds one lot of briefs at a time. A brief leaves `Cluster.left` with the first answer to it, so that it
is published once, however often it was handed out.
"""

import logging
import math
import os
import threading
import time
from asyncio import CancelledError
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from ..errors import DataError, MachineError
from .forks import DiedError, Outcome, portable
from .plan import Brief, BriefError
from .record import Inputs

if TYPE_CHECKING:
    from distributed import Client

    from .beside import Answer

__all__ = ["Cluster", "lot_size"]

#: Under which name the scheduler knows our plugin.
PLUGIN = "twente-briefs"
#: How many seconds to wait for a scheduler or a worker that is gone to come back.
try:
    WAIT = float(os.environ.get("TWENTE_CLUSTER_WAIT", "60"))
except ValueError:
    raise MachineError("TWENTE_CLUSTER_WAIT is no number", remedy="Give seconds, such as 60.") from None
#: How many seconds to try at first, and how often to look who is there.
FIRST, LOOK = 10.0, 0.5
#: How many seconds a lot is out at least before it is late; later, twice the longest that any took.
LATE = 10.0
#: With how many workers a brief may go down before it is taken for the cause.
TRIES = 4
#: Briefs per thread in a lot: at least, and at most.
LEAST, MOST = 1, 8
#: What these say of a scheduler that is gone, with tracebacks, we say in a line.
LOGGERS = ("distributed", "distributed.client")


class LostError(RuntimeError):
    """The scheduler is gone."""


@dataclass(eq=False)
class Waiting:
    """A brief without an answer: how many workers went down with it, and which refused it, with the reason."""

    brief: Brief
    aside: Path
    parts: dict[str, str]
    downs: int = 0
    refusals: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Lot:
    """Briefs that a worker has, by number, and since when."""

    worker: str
    numbers: list[int]
    began: float
    future: Any = None


def lot_size(left: int, threads: int, all_threads: int) -> int:
    """Say how many of the briefs that are left go to a worker at once.

    While many are left a lot has eight per thread: few round trips, and little waiting for the last of a lot. Towards
    the end it is half of the worker's even share of what is left, so that no worker is long busy when others are done,
    with at least one per thread.

    Examples
    --------
    >>> [lot_size(left, 2, 4) for left in (1000, 40, 8, 3, 1)]
    [16, 10, 2, 2, 1]

    """
    share = math.ceil(left * threads / (2 * all_threads))
    return min(left, max(LEAST * threads, min(MOST * threads, share)))


class Cluster:
    """The workers of a scheduler, in the place of a `WarmParent` of this machine.

    Parameters
    ----------
    address
        Of the scheduler, as ``tcp://host:8786`` or ``tls://host:8786``.
    limit
        Seconds that a brief may take.
    inputs
        What the briefs are made from here; a worker with anything else refuses them.
    warn
        Hears which worker refused, and why.

    Raises
    ------
    MachineError
        When dask.distributed is not installed, or the scheduler cannot be reached.

    """

    def __init__(self, address: str, limit: float, inputs: Inputs, warn: Callable[[str], None]) -> None:
        self.address, self.limit, self.inputs, self.warn = address, limit, inputs, warn
        self.left: dict[int, Waiting] = {}
        self.out: dict[str, Lot] = {}
        self.answers: SimpleQueue[Lot] = SimpleQueue()
        self.longest = 0.0
        self.warned: set[str] = set()
        try:
            import distributed  # noqa: F401, PLC0415 - installed on request
        except ModuleNotFoundError as error:
            if error.name not in ("dask", "distributed"):
                raise
            told = "dask.distributed is not installed, which --cluster needs"
            raise MachineError(told, remedy="Run: pip install 'distributed>=2026.1'.") from error
        self.loggers = {logging.getLogger(name): logging.getLogger(name).level for name in LOGGERS}
        for logger in self.loggers:
            logger.setLevel(logging.CRITICAL)
        self.client = self._connected(FIRST)

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go()
        for logger, level in self.loggers.items():
            logger.setLevel(level)

    def ready(self) -> None:
        """Wait until there is a worker.

        Raises
        ------
        MachineError
            When none comes.

        """
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            with suppress(LostError):
                if self._threads():
                    return
            time.sleep(LOOK)
        raise MachineError(
            f"the scheduler has had no worker for {WAIT:g} seconds",
            remedy="Start `dask worker` on other machines; see docs/operations.md.",
            file=self.address,
        )

    def do(self, tasks: Sequence[tuple[Brief, Path]]) -> Iterator[tuple[int, Outcome]]:
        """Have the tasks done, and give the number of each with its outcome; the files are then where they belong.

        Raises
        ------
        DataError
            When the data break their schema.

        """
        yield from self._take_up(tasks)
        since = time.monotonic()
        while self.left:
            try:
                threads = self._threads()
                self._mourn(threads)
                self._hand_out(threads)
                yield from self._taken_in()
            except LostError:
                try:
                    self._reconnect()
                except MachineError:
                    yield from self._give_up(f"the scheduler did not come back within {WAIT:g} seconds")
            yield from self._hopeless()
            if self.out:
                since = time.monotonic()
            elif time.monotonic() > since + WAIT:
                yield from self._give_up(f"no worker could take it for {WAIT:g} seconds")

    # --- what is left ---

    def _take_up(self, tasks: Sequence[tuple[Brief, Path]]) -> Iterator[tuple[int, Outcome]]:
        from .beside import parts_of  # noqa: PLC0415 - loads dask

        for number, (brief, aside) in enumerate(tasks):
            try:
                self.left[number] = Waiting(brief, aside, parts_of(self.inputs, brief))
            except OSError as error:
                yield number, Outcome(error=portable(error))

    def _settled(self, number: int, outcome: Outcome) -> tuple[int, Outcome]:
        del self.left[number]
        return number, outcome

    def _hopeless(self) -> Iterator[tuple[int, Outcome]]:
        """Fail the briefs with which one worker after the other went down."""
        for number in [number for number, one in self.left.items() if one.downs >= TRIES]:
            told = f"{TRIES} workers went down with it"
            yield self._settled(number, Outcome(error=DiedError(told)))

    def _give_up(self, reason: str) -> Iterator[tuple[int, Outcome]]:
        for number in list(self.left):
            refusals = self.left[number].refusals
            told = "; ".join(f"{worker}: {why}" for worker, why in refusals.items())
            yield self._settled(number, Outcome(error=BriefError(f"{reason} ({told})" if told else reason)))

    # --- who has what ---

    def _mourn(self, threads: Mapping[str, int]) -> None:
        """Take back what workers had that are no more, or that have not answered when all their time was up."""
        for worker, lot in list(self.out.items()):
            rounds = math.ceil(len(lot.numbers) / threads.get(worker, 1))
            silent = time.monotonic() > lot.began + rounds * self.limit + WAIT
            if silent:
                self._warn_once(f"{worker} gave no answer")
            if silent or worker not in threads:
                self._went_down(self.out.pop(worker))

    def _went_down(self, lot: Lot, times: int = 1) -> None:
        lot.future.release()
        for number in self.left.keys() & set(lot.numbers):
            self.left[number].downs += times

    def _hand_out(self, threads: Mapping[str, int]) -> None:
        held = {number for lot in self.out.values() for number in lot.numbers}
        # Last, and each alone, come those that may have brought a worker down.
        free = sorted(self.left.keys() - held, key=lambda number: (self.left[number].downs > 0, number))
        for worker in sorted(threads.keys() - self.out.keys(), key=lambda one: -threads[one]):
            fit = [number for number in free if worker not in self.left[number].refusals]
            if not fit and not free:
                fit = self._late(worker)
            if not fit:
                continue
            size = lot_size(len(fit), threads[worker], sum(threads.values()))
            first = [number for number in fit[:size] if not self.left[number].downs] or fit[:1]
            self._send(worker, first)
            free = [number for number in free if number not in first]

    def _late(self, worker: str) -> list[int]:
        """Give the briefs that have been out for long with one other worker and no second one."""
        now, after = time.monotonic(), max(LATE, 2 * self.longest)
        late = [number for lot in self.out.values() if now > lot.began + after for number in lot.numbers]
        twice = {number for number in late if sum(number in lot.numbers for lot in self.out.values()) > 1}
        return [one for one in late if one in self.left and one not in twice and worker not in self.left[one].refusals]

    def _send(self, worker: str, numbers: list[int]) -> None:
        from distributed.client import ClosedClientError  # noqa: PLC0415 - installed on request

        from .beside import Order, make_lot  # noqa: PLC0415 - loads dask

        orders = [Order(self.left[number].brief, self.left[number].parts) for number in numbers]
        lot = Lot(worker, numbers, time.monotonic())
        try:
            lot.future = self.client.submit(make_lot, orders, self.limit, workers=[worker], pure=False, retries=0)
        except (OSError, ClosedClientError) as error:
            raise LostError from error
        lot.future.add_done_callback(lambda _: self.answers.put(lot))
        self.out[worker] = lot

    # --- what comes back ---

    def _taken_in(self) -> Iterator[tuple[int, Outcome]]:
        """Wait a moment for an answer, and give what it settles."""
        from .beside import damage, unpacked  # noqa: PLC0415 - loads dask

        try:
            lot = self.answers.get(timeout=LOOK)
        except Empty:
            return
        if self.out.get(lot.worker) is not lot:
            return
        answers = self._read(lot)
        self.longest = max(self.longest, time.monotonic() - lot.began)
        del self.out[lot.worker]
        for number, answer in zip(lot.numbers, answers, strict=bool(answers)):
            if number not in self.left:
                continue  # another worker was first
            if answer.refused:
                self._refused(lot.worker, number, answer.refused)
            elif answer.outcome.error is not None:
                yield self._settled(number, answer.outcome)
            elif problem := damage(answer):
                self.left[number].downs += 1
                self._warn_once(f"{lot.worker}: {problem}")
            else:
                yield self._settled(number, unpacked(answer, self.left[number].aside))

    def _read(self, lot: Lot) -> "list[Answer]":
        """Fetch the answers to a lot; none where the worker went down, refusals where it could not begin."""
        from distributed import KilledWorker  # noqa: PLC0415 - installed on request

        from .beside import Answer  # noqa: PLC0415 - loads dask

        if lot.future.status == "error":
            error = lot.future.exception(timeout=WAIT)
            if isinstance(error, KilledWorker):  # one that came back under its old address, and went down again
                self._went_down(lot, TRIES if len(lot.numbers) == 1 else 1)
                return []
            if isinstance(error, DataError):
                raise error
            why = error.__cause__ or error  # dask says of an error on the way only that there was one
            told = " ".join(str(why).split())
            return [Answer(refused=f"{type(why).__name__}: {told}")] * len(lot.numbers)
        if lot.future.status == "cancelled":
            raise LostError
        if lot.future.status == "finished":
            with suppress(OSError, CancelledError):
                answers: list[Answer] = lot.future.result(timeout=WAIT)
                return answers
        self._went_down(lot)  # after it had finished, before we had fetched what it made
        return []

    def _refused(self, worker: str, number: int, reason: str) -> None:
        self.left[number].refusals[worker] = reason
        self._warn_once(f"worker {worker} was left out: {reason}")

    def _warn_once(self, text: str) -> None:
        if text not in self.warned:
            self.warned.add(text)
            self.warn(text)

    # --- the scheduler ---

    def _threads(self) -> dict[str, int]:
        """Say which workers there are, and how many threads each has."""
        if self.client.status != "running":
            raise LostError
        try:
            found: dict[str, int] = self.client.sync(self.client.scheduler.ncores, callback_timeout=WAIT)
        except OSError as error:
            raise LostError from error
        return found

    def _reconnect(self) -> None:
        """Find the scheduler again; what was out is handed in again, for nobody here would hear of it any more."""
        self._let_go()
        self.out.clear()
        self.client = self._connected(WAIT)

    def _connected(self, seconds: float) -> "Client":
        from distributed import Client  # noqa: PLC0415 - installed on request

        remedy = "Start `dask scheduler` there, or correct --cluster; see docs/operations.md."
        try:
            _check_address(self.address)
        except (OSError, ValueError) as error:
            raise MachineError(f"the scheduler cannot be called ({error})", remedy=remedy, file=self.address) from error
        until = time.monotonic() + seconds
        while True:
            try:
                client = Client(self.address, timeout=LOOK + max(until - time.monotonic(), 0), set_as_default=False)
                break
            except OSError as error:
                if time.monotonic() > until:
                    told = f"no scheduler answers ({error})"
                    raise MachineError(told, remedy=remedy, file=self.address) from error
                time.sleep(LOOK)
        # A worker that hangs would hold this up; one that has not heard warms up with its first lot.
        threading.Thread(target=_announce, args=[client], daemon=True).start()
        return client

    def _let_go(self) -> None:
        for lot in self.out.values():
            lot.future.release()
        with suppress(OSError):
            self.client.close(timeout=LOOK)


def _check_address(address: str) -> None:
    """Raise an error where dask could not even try to connect: it would wait for long, and end with a traceback."""
    from distributed.comm import parse_address, parse_host_port  # noqa: PLC0415 - installed on request
    from distributed.comm.registry import get_backend  # noqa: PLC0415
    from distributed.security import Security  # noqa: PLC0415

    scheme, place = parse_address(address)
    get_backend(scheme)
    parse_host_port(place)
    terms = Security().get_connection_args("client")
    if scheme == "tls" and terms["ssl_context"] is None:
        raise ValueError("dask has no certificates for tls://; its settings distributed.comm.tls name them")
    if scheme != "tls" and terms["require_encryption"]:
        raise ValueError("the settings of dask ask for encryption, so for tls://")


def _announce(client: "Client") -> None:
    from .beside import OURS  # noqa: PLC0415 - loads dask

    with suppress(Exception):  # it only makes the start quicker
        client.register_plugin(OURS, PLUGIN)
