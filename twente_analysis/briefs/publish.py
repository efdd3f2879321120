"""Renders the planned briefs and publishes them: built aside, checked, then put in place in a single rename.

A brief that fails publishes nothing: the last good page stays and says that it is not the newest.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import MachineError, check_choice
from ..folders import data_folder, open_data_folder
from .forks import CAN_FORK, DiedError, Outcome, TimedOutError
from .parents import StockPool, WarmParent, usable_cores
from .plan import Brief, BriefError, read_plan
from .published import BUILD, Published
from .record import Inputs
from .runs import hold, locked

if TYPE_CHECKING:
    import pandas as pd

    from .cluster import Cluster

__all__ = ["ENGINES", "Run", "list_leftovers", "publish_briefs", "remove_leftovers", "render_briefs"]

#: How briefs are run: forked from a warm parent, or by papermill's own engine in a pool of processes.
ENGINES = ("twente", "nbclient")
#: Letters of a reason at most: it is a line, in the report and in a mail.
LONGEST = 500
#: The modules that make a brief: with what every brief uses loaded, or with what only some use too.
WORKSHOP, WORKSHOP_OF_MANY = "twente_analysis.briefs.make", "twente_analysis.briefs.make_many"
NOTHING = Outcome()
Row = dict[str, str]


@dataclass(frozen=True)
class Run:
    """Which briefs to render, where to, and how.

    Parameters
    ----------
    only, language
        Keep one family of briefs or these, or one language.
    out
        Folder of the pages; ``briefs/`` of the checkout when None.
    figures_to
        Folder for copies of the charts; ``figures/`` of the checkout for the default `out`, else none.
    force
        Render what is unchanged too.
    jobs
        How many briefs at a time; the cores that may be used when None.
    engine
        ``twente`` forks each brief from a parent that has loaded what they use; ``nbclient`` is papermill's own engine
        in a pool of processes, and what is used where a process cannot be forked.
    limit
        Seconds that a brief may take; with ``nbclient`` each of its cells. One that takes longer fails.
    keep
        How many reports of runs to keep beside the pages.
    prune
        Remove the pages and charts of briefs that are in the plan no more.
    cluster
        Address of a scheduler of dask.distributed, whose workers make the briefs instead of this machine.

    """

    only: str | Sequence[str] | None = None
    language: str | None = None
    out: str | Path | None = None
    figures_to: str | Path | None = None
    force: bool = False
    jobs: int | None = None
    engine: str = "twente"
    limit: float = 300
    keep: int = 30
    prune: bool = False
    cluster: str | None = None


@dataclass(frozen=True)
class Done:
    """What became of a run: a row per brief, and the briefs of earlier runs that are in the plan no more."""

    rows: list[Row]
    leftovers: list[str]


def render_briefs(
    only: str | Sequence[str] | None = None,
    language: str | None = None,
    out: str | Path | None = None,
    report: Callable[[str, str], None] = lambda name, outcome: None,
    **how: Any,
) -> "pd.DataFrame":
    """Render the briefs of ``notebooks/briefs.toml`` and publish their pages, charts and index.

    Parameters
    ----------
    only, language
        Keep one family of briefs or these, or one language.
    out
        Folder of the pages; ``briefs/`` of the checkout when None.
    report
        Called with the name of each brief and its outcome, as soon as it is known.
    **how
        ``figures_to``: folder for copies of the charts; ``figures/`` of the checkout for the default `out`, else none.
        ``force``: render what is unchanged too. ``jobs``: how many briefs at a time, as many as there are cores when
        left out. ``engine``: ``twente``, or ``nbclient`` for papermill's own. ``limit``: seconds that a brief may take.
        ``keep``: how many reports of runs to keep. ``cluster``: address of a scheduler of dask.distributed, whose
        workers make the briefs.

    Returns
    -------
    DataFrame
        One row per brief: ``brief``, ``outcome`` (``published``, ``unchanged`` or ``failed``), ``page`` and ``reason``.

    Raises
    ------
    DataError
        When the plan or the data is wrong; then no brief is rendered.
    LockedError
        When another run holds the folder.
    MachineError
        When the pages cannot be written, or the cluster cannot be reached.

    Examples
    --------
    >>> # Not run as a test: every brief starts a kernel, which takes seconds.
    >>> render_briefs("flows", "en", out="pages")  # doctest: +SKIP
          brief    outcome                 page reason
    0  flows-en  published  pages/flows-en.html

    """
    import pandas as pd  # noqa: PLC0415 - a run that finds nothing changed does without

    return pd.DataFrame(publish_briefs(Run(only, language, out, **how), report).rows)


def publish_briefs(run: Run, report: Callable[[str, str], None] = lambda name, outcome: None) -> Done:
    """Do what `render_briefs` does, without pandas."""
    check_choice("engine", run.engine, ENGINES if run.cluster is None else ENGINES[:1])
    plan, folder, copies = _places(run.out, run.figures_to)
    with hold(folder, asdict(run), run.keep) as account:
        planned = read_plan(plan)
        briefs = read_plan(plan, run.only, run.language)
        published = Published(folder, copies)
        published.sweep()
        inputs = Inputs(data_folder(), open_data_folder())
        account.content["inputs"] = inputs.common
        rows: dict[str, Row] = {}

        def settle(brief: Brief, outcome: str, made: Outcome = NOTHING) -> None:
            reason = _reason(made.error) if made.error is not None else ""
            page = published.page(brief)
            there = str(page) if page.exists() else ""
            rows[brief.name] = {"brief": brief.name, "outcome": outcome, "page": there, "reason": reason}
            made_from = inputs.own(brief) | {"all": read[brief.name]}
            account.settle(brief.name, outcome, reason, seconds=round(made.seconds, 2), inputs=made_from)
            report(brief.name, f"{outcome}: {reason}" if reason else outcome)

        # Each is read before any is made, so that what changes meanwhile is seen.
        read = {brief.name: inputs.of(brief) for brief in briefs}
        unchanged = [brief for brief in briefs if not run.force and published.keeps(brief, read[brief.name])]
        for brief in unchanged:
            settle(brief, "unchanged")
        makers = partial(_makers, run, inputs, account.warn)
        for brief, aside, outcome in _made([brief for brief in briefs if brief not in unchanged], folder, makers):
            made = _placed(outcome, published, brief, aside, inputs)
            settle(brief, "published" if made.error is None else "failed", made)
        published.write_indexes(planned, {brief.language for brief in briefs})
        published.sweep()  # what briefs of a killed run may still have written when this one began
        for told in published.uncopied:
            account.warn(told)
        leftovers = published.left_over(planned)
        if run.prune:
            published.remove(leftovers)
        for name in leftovers:
            account.warn(f"{name} is in the plan no more; its page {'was removed' if run.prune else 'stays'}")
    return Done([rows[brief.name] for brief in briefs], leftovers)


def _placed(made: Outcome, published: Published, brief: Brief, aside: Path, inputs: Inputs) -> Outcome:
    """Publish what was made, or mark the page that stays; what was read while files changed is not published."""
    if made.error is None and (changed := inputs.changed(brief)):
        told = f"{', '.join(changed[:3])} changed while it was made; run again"
        made = replace(made, error=BriefError(told))
    if made.error is None:
        try:
            published.place(made.value, brief, aside, inputs.of(brief))
        except OSError as error:
            made = replace(made, error=error)
    if made.error is not None:
        published.mark_stale(brief)
    return made


def list_leftovers(out: str | Path | None = None) -> list[str]:
    """List the briefs that were published in `out` and are in the plan no more.

    Their pages stay where they are, so that a link to one still works; the index does not name them.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "trend-2007-nl.html").write_text("a page of long ago")
    ...     _ = pathlib.Path(folder, "briefs.json").write_text('{"trend-2007-nl": {}}')
    ...     list_leftovers(folder)
    ['trend-2007-nl']

    """
    plan, folder, _ = _places(out, None)
    return Published(folder, None).left_over(read_plan(plan))


def remove_leftovers(out: str | Path | None = None, figures_to: str | Path | None = None) -> list[str]:
    """Remove the pages, charts and record of what `list_leftovers` lists, and give their names.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "trend-2007-nl.html").write_text("a page of long ago")
    ...     _ = pathlib.Path(folder, "briefs.json").write_text('{"trend-2007-nl": {}}')
    ...     remove_leftovers(folder), list_leftovers(folder)
    (['trend-2007-nl'], [])

    """
    plan, folder, copies = _places(out, figures_to)
    with locked(folder):
        published = Published(folder, copies)
        names = published.left_over(read_plan(plan))
        published.remove(names)
    return names


def _places(out: str | Path | None, figures_to: str | Path | None) -> tuple[Path, Path, Path | None]:
    """Find the plan, the folder of the pages and the folder for copies of the charts."""
    root = data_folder().parent
    copies = Path(figures_to) if figures_to is not None else root / "figures" if out is None else None
    return root / "notebooks" / "briefs.toml", Path(out) if out is not None else root / "briefs", copies


def _reason(error: BaseException) -> str:
    """Say in one line what went wrong: a brief has a line of the run's output, and no more."""
    told = " | ".join(str(error).splitlines())
    told = told if len(told) <= LONGEST else f"{told[:LONGEST]} ..."
    if isinstance(error, BriefError | TimedOutError):
        return told
    if isinstance(error, DiedError):
        return f"the kernel died ({told})"
    return f"{type(error).__name__}: {told}"


def _makers(run: Run, inputs: Inputs, warn: Callable[[str], None], count: int) -> "WarmParent | StockPool | Cluster":
    """Choose who makes so many briefs."""
    if run.cluster is not None:
        from .cluster import Cluster  # noqa: PLC0415 - what it needs is installed on request

        return Cluster(run.cluster, run.limit, inputs, warn)
    jobs = min(run.jobs or usable_cores(), count)
    if run.engine != "twente" or not CAN_FORK:
        # Cells run in kernels of their own, which load what they use.
        return StockPool(WORKSHOP, jobs, run.limit)
    return WarmParent(WORKSHOP_OF_MANY if count > min(jobs, usable_cores()) else WORKSHOP, jobs, run.limit)


def _made(
    briefs: list[Brief], folder: Path, hire: Callable[[int], "WarmParent | StockPool | Cluster"]
) -> Iterator[tuple[Brief, Path, Outcome]]:
    """Have the briefs made aside, on the same file system as where they go; give each as soon as it is ready."""
    if not briefs:
        return
    makers = hire(len(briefs))
    with makers, tempfile.TemporaryDirectory(dir=folder, prefix=BUILD, ignore_cleanup_errors=True) as build:
        tasks = [(brief, Path(build) / brief.name) for brief in briefs]
        try:
            makers.ready()
            for number, outcome in makers.do(tasks):
                yield *tasks[number], outcome
        except (DiedError, BrokenExecutor) as error:
            remedy = "Run again. If it happens again, see what ends or stops processes here, such as too little memory."
            told = f"the process that makes the briefs did not get ready ({error})"
            raise MachineError(told, remedy=remedy) from error
