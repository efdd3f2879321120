"""Renders the planned briefs and publishes them: built aside, checked, then put in place in a single rename.

A brief that fails publishes nothing: the last good page stays and says that it is not the newest.
"""

import io
import json
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from PIL import Image

from ..catalogue import data_folder, read_table, tables
from ..cell import payload
from ..export import to_csv
from ..language import LANGUAGES
from ..tidy import DataError
from .document import Figure, check_outputs, figures, hash_files, key_sentences, picture, provenance, titled
from .kernels import BriefError, run_notebook
from .page import render_index, render_page, render_stale
from .plan import Brief, read_plan
from .workbook import write_workbook

__all__ = ["list_leftovers", "remove_leftovers", "render_briefs"]

STATE = "briefs.json"
THUMBNAIL = (480, 360)
Entry = dict[str, Any]


def render_briefs(
    only: str | None = None,
    language: str | None = None,
    out: str | Path | None = None,
    figures_to: str | Path | None = None,
    report: Callable[[str, str], None] = lambda name, outcome: None,
) -> pd.DataFrame:
    """Render the briefs of ``notebooks/briefs.toml`` and publish their pages, charts and index.

    Parameters
    ----------
    only, language
        Keep one family of briefs, or one language.
    out
        Folder of the pages; ``briefs/`` of the checkout when None.
    figures_to
        Folder for copies of the charts; ``figures/`` of the checkout for the default `out`, else none.
    report
        Called with the name of each brief and its outcome, as soon as it is known.

    Returns
    -------
    DataFrame
        One row per brief: ``brief``, ``outcome`` (``published`` or ``failed``), ``page`` and ``reason``.

    Raises
    ------
    DataError
        When the plan or the data is wrong; then no brief is rendered.

    """
    plan, folder, copies = _places(out, figures_to)
    briefs = [_linked(brief, folder, language) for brief in read_plan(plan, only, language)]
    for name in tables(data_folder()):
        read_table(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"cannot be made ({error.strerror})", remedy="Choose another folder.", file=folder) from error
    state: dict[str, Entry] = _read_state(folder)
    rows = []
    for brief in briefs:
        reason = ""
        try:
            state[brief.name] = _publish(brief, folder, copies)
        except BriefError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - whatever happens to one brief, the others are made
            reason = f"{type(error).__name__}: {error}"
        if reason:
            _mark_stale(brief, folder, state)
        outcome = "failed" if reason else "published"
        report(brief.name, f"{outcome}: {reason}" if reason else outcome)
        page = folder / f"{brief.name}.html"
        rows.append(
            {
                "brief": brief.name,
                "outcome": outcome,
                "page": str(page) if page.exists() else "",
                "reason": reason,
            }
        )
        _write(folder / STATE, json.dumps(state, indent=1, ensure_ascii=False).encode())
    planned = read_plan(plan)
    bilingual = {brief.language for brief in planned if brief.name in state} == set(LANGUAGES)
    for each in LANGUAGES:
        entries = [
            {"name": brief.name, "question": brief.question, **state[brief.name]}
            for brief in planned
            if brief.language == each and brief.name in state
        ]
        if not entries and not any(brief.language == each for brief in briefs):
            continue
        name = "index.html" if each == "nl" else f"index-{each}.html"
        _write(folder / name, render_index(entries, each, bilingual).encode())
    return pd.DataFrame(rows)


def list_leftovers(out: str | Path | None = None) -> list[str]:
    """List the briefs that were published in `out` and are in the plan no more.

    Their pages stay where they are, so that a link to one still works; the index does not name them.
    """
    plan, folder, _ = _places(out, None)
    return sorted(set(_read_state(folder)) - {brief.name for brief in read_plan(plan)})


def remove_leftovers(out: str | Path | None = None, figures_to: str | Path | None = None) -> list[str]:
    """Remove the pages, charts and record of what `list_leftovers` lists, and give their names."""
    _, folder, copies = _places(out, figures_to)
    names = list_leftovers(out)
    state = _read_state(folder)
    for name in names:
        (folder / f"{name}.html").unlink()
        for charts in (folder / "assets", copies):
            if charts is not None:
                shutil.rmtree(charts / name, ignore_errors=True)
        del state[name]
    if names:
        _write(folder / STATE, json.dumps(state, indent=1, ensure_ascii=False).encode())
    return names


def _places(out: str | Path | None, figures_to: str | Path | None) -> tuple[Path, Path, Path | None]:
    """Find the plan, the folder of the pages and the folder for copies of the charts."""
    root = data_folder().parent
    copies = Path(figures_to) if figures_to is not None else root / "figures" if out is None else None
    return root / "notebooks" / "briefs.toml", Path(out) if out is not None else root / "briefs", copies


def _linked(brief: Brief, folder: Path, language: str | None) -> Brief:
    """Drop the link to the other language where that page is neither there nor being made."""
    there = (folder / f"{brief.family}-{brief.other}.html").exists()
    return brief if language is None or there else replace(brief, other="")


def _publish(brief: Brief, folder: Path, copies: Path | None) -> Entry:
    """Run one brief and put its charts and page in place; the page last, since readers start there."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".build-") as aside:
        notebook = run_notebook(brief.notebook, brief.parameters, Path(aside) / brief.notebook.name)
        check_outputs(notebook)
        brief = titled(brief, notebook)
        charts = Path(aside) / "charts"
        charts.mkdir()
        drawn = figures(notebook)
        for figure in drawn:
            _write_chart(figure, brief, charts)
        if drawn:
            _write_thumbnail(drawn[0], charts / "thumbnail.png")
        assets = Path("assets") / brief.name / hash_files(*sorted(charts.iterdir()))[:16]
        if not (folder / assets).exists():
            (folder / assets).parent.mkdir(parents=True, exist_ok=True)
            charts.rename(folder / assets)
    other = f"{brief.family}-{brief.other}.html" if brief.other else ""
    files = " ".join(sorted(path.name for path in (folder / assets).iterdir()))
    made = provenance(brief) | {"other": other, "assets": assets.as_posix(), "files": files}
    page = render_page(notebook, brief, made)
    _write(folder / f"{brief.name}.html", page.encode())
    for old in (folder / assets).parent.iterdir():
        if old.name != assets.name:
            shutil.rmtree(old)
    if copies is not None:
        _copy_charts(folder / assets, copies / brief.name)
    return {
        "language": brief.language,
        "title": brief.title,
        "headline": _headline(notebook),
        "thumbnail": f"{assets.as_posix()}/thumbnail.png" if drawn else "",
        "published": date.today().isoformat(),
        "attempted": "",
    }


def _headline(notebook: nbformat.NotebookNode) -> str:
    texts = [payload(output) for cell in notebook.cells for output in cell.get("outputs", [])]
    found = [" ".join(key_sentences(text["sentences"])[0]) for text in texts if text and text.get("role") == "headline"]
    return found[0] if found else ""


def _write_chart(figure: Figure, brief: Brief, folder: Path) -> None:
    stem = f"{brief.name}-{figure.number}"
    (folder / f"{stem}.png").write_bytes(picture(figure))
    (folder / f"{stem}.svg").write_text(figure.svg, "utf-8")
    write_workbook(figure, brief.language, folder / f"{stem}.xlsx")
    found = figure.content["figures"]
    # Excel takes a CSV for UTF-8 only with a byte order mark.
    (folder / f"{stem}.csv").write_text("\ufeff" + to_csv(found["columns"], found["rows"], brief.language), "utf-8")


def _write_thumbnail(figure: Figure, path: Path) -> None:
    with Image.open(io.BytesIO(picture(figure))) as image:
        image.thumbnail(THUMBNAIL)
        image.save(path)


def _copy_charts(assets: Path, to: Path) -> None:
    """Replace the copies of an earlier run by this run's charts."""
    aside = to.with_name(f".{to.name}-new")
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(assets, aside, ignore=shutil.ignore_patterns("thumbnail.png"))
    shutil.rmtree(to, ignore_errors=True)
    aside.rename(to)


def _mark_stale(brief: Brief, folder: Path, state: dict[str, Entry]) -> None:
    """Say on the last good page and in the index that the brief was not renewed."""
    page = folder / f"{brief.name}.html"
    if brief.name not in state or not page.exists():
        state.pop(brief.name, None)
        return
    today = date.today()
    state[brief.name]["attempted"] = today.isoformat()
    notice = render_stale(brief.language, today, date.fromisoformat(state[brief.name]["published"]))
    marked = re.sub(
        r"<!--stale-->.*?<!--/stale-->",
        lambda _: f"<!--stale-->{notice}<!--/stale-->",
        page.read_text("utf-8"),
        flags=re.S,
    )
    _write(page, marked.encode())


def _read_state(folder: Path) -> dict[str, Entry]:
    path = folder / STATE
    if not path.exists():
        return {}
    try:
        found: dict[str, Entry] = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise DataError("the record of earlier runs is damaged", remedy="Remove it; pages stay.", file=path) from error
    return {name: entry for name, entry in found.items() if (folder / f"{name}.html").exists()}


def _write(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it, so that a reader never sees half of it."""
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(content)
    aside.replace(path)
