"""Renders the planned briefs and publishes them: built aside, checked, then put in place in a single rename.

A brief that fails publishes nothing: the last good page stays and says that it is not the newest.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError, check_choice
from ..folders import data_folder, open_data_folder
from ..language import LANGUAGES
from .forks import CAN_FORK, DiedError, Outcome, TimedOutError
from .index import render_index, render_stale
from .parents import StockPool, WarmParent, usable_cores
from .plan import Brief, BriefError, read_plan
from .record import Entry, Inputs, is_whole, read_record, stamps, write_file, write_record

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ENGINES", "Run", "list_leftovers", "publish_briefs", "remove_leftovers", "render_briefs"]

#: How briefs are run: forked from a warm parent, or by papermill's own engine in a pool of processes.
ENGINES = ("twente", "nbclient")
WORKSHOP = "twente_analysis.briefs.make"
Row = dict[str, str]


@dataclass(frozen=True)
class Run:
    """Which briefs to render, where to, and how.

    Parameters
    ----------
    only, language
        Keep one family of briefs, or one language.
    out
        Folder of the pages; ``briefs/`` of the checkout when None.
    figures_to
        Folder for copies of the charts; ``figures/`` of the checkout for the default `out`, else none.
    force
        Render what is unchanged too.
    jobs
        How many briefs at a time; the cores that may be used when None.
    engine
        ``twente`` forks each brief from a parent that has loaded everything; ``nbclient`` is papermill's own engine in
        a pool of processes, and what is used where a process cannot be forked.

    """

    only: str | None = None
    language: str | None = None
    out: str | Path | None = None
    figures_to: str | Path | None = None
    force: bool = False
    jobs: int | None = None
    engine: str = "twente"


def render_briefs(
    only: str | None = None,
    language: str | None = None,
    out: str | Path | None = None,
    report: Callable[[str, str], None] = lambda name, outcome: None,
    **how: Any,
) -> "pd.DataFrame":
    """Render the briefs of ``notebooks/briefs.toml`` and publish their pages, charts and index.

    Parameters
    ----------
    only, language
        Keep one family of briefs, or one language.
    out
        Folder of the pages; ``briefs/`` of the checkout when None.
    report
        Called with the name of each brief and its outcome, as soon as it is known.
    **how
        ``figures_to``: folder for copies of the charts; ``figures/`` of the checkout for the default `out`, else none.
        ``force``: render what is unchanged too. ``jobs``: how many briefs at a time, as many as there are cores when
        left out. ``engine``: ``twente``, or ``nbclient`` for papermill's own.

    Returns
    -------
    DataFrame
        One row per brief: ``brief``, ``outcome`` (``published``, ``unchanged`` or ``failed``), ``page`` and ``reason``.

    Raises
    ------
    DataError
        When the plan or the data is wrong; then no brief is rendered.

    """
    import pandas as pd  # noqa: PLC0415 - a run that finds nothing changed does without

    return pd.DataFrame(publish_briefs(Run(only, language, out, **how), report))


def publish_briefs(run: Run, report: Callable[[str, str], None] = lambda name, outcome: None) -> list[Row]:
    """Do what `render_briefs` does, and give its rows without pandas."""
    check_choice("engine", run.engine, ENGINES)
    plan, folder, copies = _places(run.out, run.figures_to)
    briefs = [_linked(brief, folder, run.language) for brief in read_plan(plan, run.only, run.language)]
    record = read_record(folder)
    inputs = Inputs(data_folder(), open_data_folder())
    wanted = {brief.name: inputs.of(brief) for brief in briefs}
    rows: dict[str, Row] = {}

    def settle(brief: Brief, outcome: str, reason: str = "") -> None:
        report(brief.name, f"{outcome}: {reason}" if reason else outcome)
        page = folder / f"{brief.name}.html"
        there = str(page) if page.exists() else ""
        rows[brief.name] = {"brief": brief.name, "outcome": outcome, "page": there, "reason": reason}

    changed = []
    for brief in briefs:
        entry = record.get(brief.name, {})
        if not run.force and entry.get("inputs") == wanted[brief.name] and is_whole(folder, entry):
            entry |= {"unchanged": True, "attempted": ""}
            if copies is not None and not (copies / brief.name).is_dir():
                _copy_charts(folder / entry["assets"], copies / brief.name)
            settle(brief, "unchanged")
        else:
            changed.append(brief)
    for brief, aside, outcome in _made(changed, folder, run):
        error = outcome.error
        if error is None:
            try:
                record[brief.name] = _place(outcome.value, brief, aside, folder, copies)
                record[brief.name]["inputs"] = wanted[brief.name]
            except OSError as problem:
                error = problem
        if error is None:
            settle(brief, "published")
        else:
            _mark_stale(brief, folder, record)
            settle(brief, "failed", _reason(error))
        write_record(folder, record)
    write_record(folder, record)
    _write_indexes(briefs, read_plan(plan), folder, record)
    return [rows[brief.name] for brief in briefs]


def list_leftovers(out: str | Path | None = None) -> list[str]:
    """List the briefs that were published in `out` and are in the plan no more.

    Their pages stay where they are, so that a link to one still works; the index does not name them.
    """
    plan, folder, _ = _places(out, None)
    return sorted(set(read_record(folder)) - {brief.name for brief in read_plan(plan)})


def remove_leftovers(out: str | Path | None = None, figures_to: str | Path | None = None) -> list[str]:
    """Remove the pages, charts and record of what `list_leftovers` lists, and give their names."""
    _, folder, copies = _places(out, figures_to)
    names = list_leftovers(out)
    record = read_record(folder)
    for name in names:
        (folder / f"{name}.html").unlink()
        for charts in (folder / "assets", copies):
            if charts is not None:
                shutil.rmtree(charts / name, ignore_errors=True)
        del record[name]
    if names:
        write_record(folder, record)
    return names


def _places(out: str | Path | None, figures_to: str | Path | None) -> tuple[Path, Path, Path | None]:
    """Find the plan, the folder of the pages and the folder for copies of the charts."""
    root = data_folder().parent
    copies = Path(figures_to) if figures_to is not None else root / "figures" if out is None else None
    return root / "notebooks" / "briefs.toml", Path(out) if out is not None else root / "briefs", copies


def _reason(error: BaseException) -> str:
    if isinstance(error, BriefError | TimedOutError):
        return str(error)
    if isinstance(error, DiedError):
        return f"the kernel died ({error})"
    return f"{type(error).__name__}: {error}"


def _linked(brief: Brief, folder: Path, language: str | None) -> Brief:
    """Drop the link to the other language where that page is neither there nor being made."""
    there = (folder / f"{brief.family}-{brief.other}.html").exists()
    return brief if language is None or there else replace(brief, other="")


def _made(briefs: list[Brief], folder: Path, run: Run) -> Iterator[tuple[Brief, Path, Outcome]]:
    """Have the briefs made aside, on the same file system as where they go; give each as soon as it is ready."""
    if not briefs:
        return
    jobs = min(run.jobs or usable_cores(), len(briefs))
    makers = WarmParent(WORKSHOP, jobs) if run.engine == "twente" and CAN_FORK else StockPool(WORKSHOP, jobs)
    with makers:
        makers.ready()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataError(
                f"cannot be made ({error.strerror})", remedy="Choose another folder.", file=folder
            ) from error
        with tempfile.TemporaryDirectory(dir=folder, prefix=".build-") as build:
            tasks = [(brief, Path(build) / brief.name) for brief in briefs]
            for number, outcome in makers.do(tasks):
                yield *tasks[number], outcome


def _place(made: Entry, brief: Brief, aside: Path, folder: Path, copies: Path | None) -> Entry:
    """Put the charts and the page of a brief in place; the page last, since readers start there."""
    assets = folder / made["assets"]
    if not assets.exists():
        assets.parent.mkdir(parents=True, exist_ok=True)
        (aside / "charts").rename(assets)
    page = folder / f"{brief.name}.html"
    (aside / "page.html").replace(page)
    for old in assets.parent.iterdir():
        if old.name != assets.name:
            shutil.rmtree(old)
    if copies is not None:
        _copy_charts(assets, copies / brief.name)
    files = stamps(folder, [page, *assets.iterdir()])
    return {**made, "published": date.today().isoformat(), "attempted": "", "unchanged": False, "files": files}


def _write_indexes(briefs: list[Brief], planned: list[Brief], folder: Path, record: dict[str, Entry]) -> None:
    found = [brief for brief in planned if brief.name in record]
    bilingual = {brief.language for brief in found} == set(LANGUAGES)
    for each in LANGUAGES:
        entries = [
            {"name": brief.name, "question": brief.question, "unchanged": False, **record[brief.name]}
            for brief in found
            if brief.language == each
        ]
        if not entries and not any(brief.language == each for brief in briefs):
            continue
        name = "index.html" if each == "nl" else f"index-{each}.html"
        write_file(folder / name, render_index(entries, each, bilingual).encode())


def _copy_charts(assets: Path, to: Path) -> None:
    """Replace the copies of an earlier run by this run's charts."""
    aside = to.with_name(f".{to.name}-new")
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(assets, aside, ignore=shutil.ignore_patterns("thumbnail.png"))
    shutil.rmtree(to, ignore_errors=True)
    aside.rename(to)


def _mark_stale(brief: Brief, folder: Path, record: dict[str, Entry]) -> None:
    """Say on the last good page and in the index that the brief was not renewed."""
    page = folder / f"{brief.name}.html"
    if brief.name not in record or not page.exists():
        record.pop(brief.name, None)
        return
    today = date.today()
    record[brief.name]["attempted"] = today.isoformat()
    notice = render_stale(brief.language, today, date.fromisoformat(record[brief.name]["published"]))
    marked = re.sub(
        r"<!--stale-->.*?<!--/stale-->",
        lambda _: f"<!--stale-->{notice}<!--/stale-->",
        page.read_text("utf-8"),
        flags=re.S,
    )
    write_file(page, marked.encode())
