"""Makes one brief in a folder of its own: the executed notebook's page, charts and their figures.

Runs in a process forked for the brief, from a parent that `warm_up` has readied; `publish` puts the result in place.
"""

import contextlib
import importlib
import io
import os
import shutil
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import nbformat

from ..catalogue import read_table, tables
from ..cell import payload
from ..charts import plot_history, show
from ..errors import DataError, broken
from ..export import to_csv
from ..folders import data_folder
from ..language import LANGUAGES
from ..load import load_history
from .document import Figure, blocks, check_outputs, figures, hash_files, key_sentences, picture, provenance, titled
from .forks import Outcome, Tell, portable
from .index import environment
from .kernels import run_notebook
from .page import render_page
from .parents import loading, only_thread, run_forked
from .plan import Brief, BriefError
from .record import Entry
from .socketless import ready
from .workbook import write_workbook

__all__ = ["PAGE", "make", "serve", "warm_up"]

PAGE, CHARTS = "page.html", "charts"
#: More than ten times the largest there is.
PAGE_BYTES = 20_000_000
#: What libraries load when they are first used: once here is not once in every fork.
FIRST_USED = (
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "IPython.utils.wildcard",
    "mistune.plugins.def_list",
    "mistune.plugins.task_lists",
    "mistune.plugins.url",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "tornado.platform.asyncio",
)


def make(brief: Brief, aside: Path, engine: str = "nbclient", **options: Any) -> Entry:
    """Run a brief and write its page and charts into the folder `aside`; `options` are those of `run_notebook`.

    Returns
    -------
    dict
        What the record keeps of it: language, title with its years, headline, and where its charts and
        thumbnail belong.

    Raises
    ------
    BriefError
        When a cell raises or the brief lacks a chart, a table or words.

    """
    mask = os.umask(0)
    os.umask(mask)
    notebook = run_notebook(brief.notebook, brief.parameters, None, engine, **options)
    os.umask(mask)  # a cell may have set another, by which nobody could read the charts
    check_outputs(notebook)
    brief = titled(brief, notebook)
    shutil.rmtree(aside, ignore_errors=True)  # of a parent that died
    charts = aside / CHARTS
    charts.mkdir(parents=True)
    drawn = figures(notebook)
    for figure in drawn:
        _write_chart(figure, brief, charts)
    assets = Path("assets") / brief.name / hash_files(*sorted(charts.iterdir()))[:16]
    files = " ".join(sorted(path.name for path in charts.iterdir()))
    made = provenance(brief) | {"assets": assets.as_posix(), "files": files}
    page = render_page(notebook, brief, made).encode()
    if len(page) > PAGE_BYTES:
        raise BriefError(f"the page has {len(page):,} bytes, more than the {PAGE_BYTES:,} that a reader can open")
    (aside / PAGE).write_bytes(page)
    return {
        "language": brief.language,
        "title": brief.title,
        "headline": _headline(notebook),
        "assets": assets.as_posix(),
        # The chart itself, sharp in any size: a smaller picture of it would cost more than all its other files.
        "thumbnail": f"{assets.as_posix()}/{brief.name}-{drawn[0].number}.svg" if drawn else "",
    }


def warm_up() -> None:
    """Load and check what every brief uses, so that a process forked from here finds it ready.

    Raises
    ------
    DataError
        When a table breaks its schema.

    """
    for library in FIRST_USED:
        importlib.import_module(library)
    for name in tables(data_folder()):
        read_table(name)
    for language in LANGUAGES:
        environment(language).get_template("page.html.j2")
    # A chart and a line of narrative, thrown away: fonts, formatters, grammar and the schema of notebooks stay loaded.
    with contextlib.redirect_stdout(io.StringIO()):
        show(plot_history(load_history()))
    narrative = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("## -")])
    nbformat.validate(narrative)
    blocks(narrative, LANGUAGES[0])


def _make(task: tuple[int, tuple[Brief, Path]], tell: Tell) -> Entry:
    _, (brief, aside) = task
    return make(brief, aside, "twente", tell=tell)


def serve(line: Connection, work: Callable[[Any, Tell], Any] = _make) -> None:
    """Be the warm parent: say whether the data are right, then do the lots of tasks that come over the line."""
    try:
        with loading():
            warm_up()
            ready()
        if not only_thread():
            raise RuntimeError("a library started a thread while it was loaded: a fork would copy its locks, not it")
    except (DataError, OSError) as error:
        line.send(Outcome(error=portable(error)))
        return
    except Exception as error:  # noqa: BLE001 - whatever it is, who waits must hear of it
        line.send(Outcome(error=broken(error)))
        return
    with contextlib.suppress(EOFError, BrokenPipeError):  # nobody wants the briefs any more
        line.send(Outcome())
        while True:
            tasks, jobs, limit = line.recv()
            for (number, _), outcome in run_forked(list(tasks.items()), work, jobs, line, limit):
                line.send((number, outcome))


def _headline(notebook: nbformat.NotebookNode) -> str:
    texts = [payload(output) for cell in notebook.cells for output in cell.get("outputs", [])]
    found = [" ".join(key_sentences(text["sentences"])[0]) for text in texts if text and text.get("role") == "headline"]
    return found[0] if found else ""


def _write_chart(figure: Figure, brief: Brief, folder: Path) -> None:
    stem = f"{brief.name}-{figure.number}"
    (folder / f"{stem}.png").write_bytes(picture(figure))
    (folder / f"{stem}.svg").write_text(figure.svg, "utf-8")
    write_workbook(figure, brief.language, folder / f"{stem}.xlsx")
    columns, rows = figure.written(brief.language)
    # Excel takes a CSV for UTF-8 only with a byte order mark.
    (folder / f"{stem}.csv").write_text("\ufeff" + to_csv(columns, rows, brief.language), "utf-8")
