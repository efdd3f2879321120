"""The worker's side of a cluster: a warm parent beside each worker of dask.distributed, which forks the briefs.

A worker has threads, and a process with threads cannot safely fork: so the worker only talks to the warm parent. It
packs what was made, and who asked unpacks that.
"""

import hashlib
import platform
import re
import shutil
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from distributed import Worker, WorkerPlugin, get_worker

from ..errors import DataError
from ..folders import data_folder, open_data_folder
from .forks import CAN_FORK, Outcome
from .parents import WarmParent
from .plan import Brief
from .record import Inputs
from .runs import versions

__all__ = ["OURS", "Answer", "Order", "damage", "make_lot", "parts_of", "unpacked"]

WORKSHOP_OF_MANY = "twente_analysis.briefs.make_many"
PAGE = "page.html"
FILE = re.compile(r"page\.html|charts/[A-Za-z0-9_-][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Order:
    """A brief to make, and what it is to be made from, as `parts_of` has it."""

    brief: Brief
    parts: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """What became of an order: `refused` says why this machine did not take it, `files` are content with its sha256."""

    outcome: Outcome = field(default_factory=Outcome)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    refused: str = ""


def parts_of(inputs: Inputs, brief: Brief) -> dict[str, str]:
    """Say what a brief is made from on this machine: its inputs, and the packages that decide how it looks.

    Raises
    ------
    OSError
        When its notebook or its folder of published files cannot be read.

    """
    packages = {"python": platform.python_version()} | versions()
    return inputs.parts(brief) | {"packages": " ".join(f"{name} {one}" for name, one in packages.items())}


def make_lot(orders: Sequence[Order], limit: float) -> list[Answer]:
    """Make briefs on this worker, as many at a time as it has threads; this is the task that dask hands to a worker.

    Raises
    ------
    DataError
        When the data, which are those of who asks, break their schema.

    """
    worker = get_worker()
    return OURS.make(orders, worker.state.nthreads, limit, Path(worker.local_directory))


class Beside(WorkerPlugin):
    """The warm parent of this process: started with the worker, renewed when what it has loaded changes."""

    idempotent = True  # the next run finds it warm

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.parent: WarmParent | None = None
        self.loaded: dict[str, str] = {}

    def __reduce__(self) -> str:
        return "OURS"  # whoever sends it, what arrives is that of the process where it arrives

    def setup(self, worker: Worker) -> None:
        """Warm up while the first briefs are still on their way."""
        threading.Thread(target=self._warm_up, daemon=True).start()

    def teardown(self, worker: Worker) -> None:
        """End the parent with the worker."""
        self._end()

    def make(self, orders: Sequence[Order], jobs: int, limit: float, folder: Path) -> list[Answer]:
        """Make what can be made here from the same as where it was asked for; refuse the rest."""
        with self.turn, tempfile.TemporaryDirectory(dir=folder, prefix="briefs-") as build:
            try:
                inputs = Inputs(data_folder(), open_data_folder())
            except DataError as error:
                return [Answer(refused=error.problem)] * len(orders)
            orders = [_here(order, inputs) for order in orders]
            answers = [Answer(refused=_difference(order, inputs)) for order in orders]
            taken = [number for number, answer in enumerate(answers) if not answer.refused]
            if taken:
                parent = self._renewed(inputs)
                parent.jobs, parent.limit = jobs, limit
                tasks = [(orders[number].brief, Path(build) / str(number)) for number in taken]
                for place, outcome in parent.do(tasks):
                    brief, aside = tasks[place]
                    answers[taken[place]] = _packed(outcome, aside, inputs.changed(brief))
            return answers

    def _warm_up(self) -> None:
        with self.turn:
            try:
                self._renewed(Inputs(data_folder(), open_data_folder()))
            except (DataError, OSError, RuntimeError):
                self._end()  # the first brief will hear of it

    def _renewed(self, inputs: Inputs) -> WarmParent:
        """Give a parent that has loaded these inputs: the present one, or else a new one."""
        if not CAN_FORK:
            raise RuntimeError("this machine cannot fork processes; a worker needs Linux")
        if self.parent is None or inputs.common != self.loaded:
            self._end()
            self.loaded = inputs.common  # read before the parent reads: what changes in between is seen next time
            self.parent = WarmParent(WORKSHOP_OF_MANY, 1, 0)
            try:
                self.parent.ready()
            except BaseException:
                self._end()
                raise
        return self.parent

    def _end(self) -> None:
        parent, self.parent = self.parent, None
        if parent is not None:
            parent.__exit__()


#: The one of this process.
OURS = Beside()


def _here(order: Order, inputs: Inputs) -> Order:
    """Give the order with its notebook as it lies on this machine, beside the data."""
    notebook = inputs.data.parent / "notebooks" / order.brief.notebook.name
    return replace(order, brief=replace(order.brief, notebook=notebook))


def _difference(order: Order, inputs: Inputs) -> str:
    """Say what of this machine is not as where the brief was asked for."""
    try:
        here = parts_of(inputs, order.brief)
    except OSError as error:
        return f"{Path(error.filename or '').name}: {error.strerror}"
    differ = [name for name, part in order.parts.items() if here.get(name) != part]
    return f"it would not make it from the same {', '.join(differ)}" if differ else ""


def _packed(outcome: Outcome, aside: Path, changed: list[str]) -> Answer:
    if changed:
        return Answer(refused=f"{', '.join(changed[:3])} changed while it was made")
    if outcome.error is not None:
        return Answer(outcome)
    found = {path.relative_to(aside).as_posix(): path.read_bytes() for path in aside.rglob("*") if path.is_file()}
    return Answer(outcome, {name: (hashlib.sha256(content).hexdigest(), content) for name, content in found.items()})


def damage(answer: Answer) -> str:
    """Say what is wrong with files that came; nothing when all are there and whole, and none lies elsewhere."""
    charts = hashlib.sha256()
    for name, (digest, content) in sorted(answer.files.items()):
        if not FILE.fullmatch(name) or hashlib.sha256(content).hexdigest() != digest:
            return f"{name} did not come as it was sent"
        if name != PAGE:
            charts.update(Path(name).name.encode() + b"\0" + content)
    if PAGE not in answer.files:
        return "no page came"
    # Their folder is named by what `hash_files` says of them.
    return (
        ""
        if charts.hexdigest().startswith(Path(answer.outcome.value["assets"]).name)
        else "its charts are not those that were made"
    )


def unpacked(answer: Answer, aside: Path) -> Outcome:
    """Put the files of a brief into its folder aside."""
    try:
        shutil.rmtree(aside, ignore_errors=True)
        (aside / "charts").mkdir(parents=True)
        for name, (_, content) in answer.files.items():
            (aside / name).write_bytes(content)
    except OSError as error:
        return Outcome(error=error)
    return answer.outcome
