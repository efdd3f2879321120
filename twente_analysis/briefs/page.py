"""From an executed notebook to a page: one self-contained HTML file without scripts or remote requests.

All values are escaped by the template.
"""

from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import nbformat

from ..language import LANGUAGES, format_date, say
from ..tables import Table
from ..tidy import check_choice
from .document import Block, Figure, Plain, Prose, Words, blocks, keep_language
from .plan import Brief

__all__ = [
    "render_index",
    "render_page",
    "render_stale",
    "save_notebook",
]


def save_notebook(notebook: str | Path, to: str | Path, language: str) -> Path:
    """Save a copy of a bilingual notebook with one language only, to work with in JupyterLab."""
    check_choice("language", language, LANGUAGES)
    copy = keep_language(nbformat.read(notebook, as_version=4), language)
    to = Path(to)
    to.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(copy, to)
    return to


def render_page(notebook: nbformat.NotebookNode, brief: Brief, provenance: dict[str, str]) -> str:
    """Write the page of a brief.

    Parameters
    ----------
    notebook
        Executed, and checked with `check_outputs`.
    provenance
        ``date``, ``version``,
        ``notebook_hash``, ``data_hash``, ``other`` (the page in the other language, or empty) and
        ``assets`` (the folder of the chart files, relative to the page).

    """
    shown = [_for_template(block, brief.language) for block in blocks(notebook, brief.language)]
    return (
        _environment(brief.language)
        .get_template("page.html.j2")
        .render(
            brief=brief,
            blocks=shown,
            contents=[heading for block in shown for heading in block.get("headings", [])],
            provenance=provenance,
            parameters=brief.parameters,
        )
    )


def render_index(entries: list[dict[str, Any]], language: str, bilingual: bool) -> str:
    """Write the index of one language.

    Parameters
    ----------
    entries
        Each with ``name``, ``title``, ``headline``, ``thumbnail``, ``published`` and ``attempted`` (a date where the
        last attempt failed, else empty).
    bilingual
        Whether the index of the other language is there.

    """
    template = _environment(language).get_template("index.html.j2")
    return template.render(entries=entries, language=language, bilingual=bilingual)


def render_stale(language: str, attempted: date, published: date) -> str:
    """Write the notice that a page is not the newest."""
    template = _environment(language).get_template("stale.html.j2")
    return template.render(attempted=attempted.isoformat(), published=published.isoformat())


def _for_template(block: Block, language: str) -> dict[str, Any]:
    match block:
        case Prose():
            return {"kind": "markdown", "html": block.html, "headings": block.headings}
        case Figure():
            return {"kind": "chart", "figure": block, "table": block.table(language).html()}
        case Table():
            return {"kind": "table", "table": block.html()}
        case Words():
            return {"kind": "text", "role": block.role, "sentences": block.sentences}
        case Plain():
            return {"kind": "plain", "text": block.text}


def _environment(language: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__, "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals.update(
        say=lambda key, **figures: say(f"page.{key}", language, **figures),
        language=language,
        style=resources.files(__package__).joinpath("templates", "page.css").read_text("utf-8"),
    )
    environment.filters["day"] = lambda text: format_date(date.fromisoformat(text), language)
    return environment
