"""From an executed notebook to a page: one self-contained HTML file without scripts or remote requests.

All values are escaped by the template.
"""

from pathlib import Path
from typing import Any

import nbformat

from ..catalogue import region_name
from ..folders import data_folder
from ..language import LANGUAGES, format_number, format_share, label, say
from ..tables import Table
from ..tidy import DataError, check_choice
from .document import Block, Figure, Plain, Prose, Words, blocks, keep_language, key_sentences
from .index import environment
from .plan import Brief

__all__ = ["parameter_words", "render_page", "save_notebook"]

#: The forms of a chart's files: pictures for a memo, the figures for a spreadsheet; others follow by name.
PICTURES, FIGURES = ("png", "svg"), ("xlsx", "csv")
#: The words for the values of a parameter: the name of their labels, or how a number is written.
VALUES = {
    "publisher": "publisher",
    "scope": "scope",
    "indicator": "things",
    "document": "audit_document",
    "method": "method",
    "scenario": "scenario",
    "language": "language",
    "route": "route",
    "listings": "listings",
}
FRACTIONS = ("lever_", "coverage", "growth", "hbo_share", "retention")
#: Of the levers, those of a number; the others are added to a share.
GROWTH = ("lever_vmbo_t", "lever_fourth_year")


def save_notebook(notebook: str | Path, to: str | Path, language: str) -> Path:
    """Save a copy of a bilingual notebook with one language only, to work with in JupyterLab.

    What papermill noted about its run is left out: it names folders, and with them who ran it.

    Parameters
    ----------
    notebook
        Path of a notebook; or the name of one of the checkout's, such as ``trend``, whatever folder you work in.
    to
        Path of the copy; folders that it lies in are made.

    Raises
    ------
    DataError
        When there is no such notebook, or no such language.

    Examples
    --------
    >>> import nbformat, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     saved = save_notebook("flows", f"{folder}/flows.ipynb", "en")
    ...     print(nbformat.read(saved, as_version=4).cells[0].source.splitlines()[0])
    # From vmbo to mbo to hbo: who takes which step?

    """
    check_choice("language", language, LANGUAGES)
    copy = keep_language(nbformat.read(_find(notebook), as_version=4), language)
    for part in (copy, *copy.cells):
        part.metadata.pop("papermill", None)
    to = Path(to)
    to.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(copy, to)
    return to


def _find(notebook: str | Path) -> Path:
    """Find a notebook by its path, or one of the checkout's by its name alone."""
    if Path(notebook).is_file():
        return Path(notebook)
    own = {path.stem: path for path in sorted((data_folder().parent / "notebooks").glob("*.ipynb"))}
    if str(notebook) not in own:
        remedy = f"Give the path of a notebook, or one of these names: {', '.join(own)}."
        raise DataError("There is no such notebook", remedy=remedy, file=notebook)
    return own[str(notebook)]


def render_page(notebook: nbformat.NotebookNode, brief: Brief, provenance: dict[str, str]) -> str:
    """Write the page of a brief.

    Parameters
    ----------
    notebook
        Executed, and checked with `check_outputs`.
    provenance
        ``date``, ``version``, ``data_date``, ``notebook_hash``, ``data_hash``, ``assets`` (the folder of the chart
        files, relative to the page) and ``files`` (their names, a space between).

    """
    shown = [_for_template(block, brief.language) for block in blocks(notebook, brief.language)]
    headline = next((block for block in shown if block.get("role") == "headline"), None)
    if headline is not None:
        # What the box does not hold stays where the notebook tells it.
        headline["sentences"], rest = key_sentences(headline["sentences"])
        shown[shown.index(headline)] = {
            "kind": "text",
            "role": "caveats" if len(rest) > 1 else "finding",
            "sentences": rest,
        }
    return (
        environment(brief.language)
        .get_template("page.html.j2")
        .render(
            brief=brief,
            headline=headline,
            blocks=shown,
            contents=[heading for block in shown for heading in block.get("headings", [])],
            provenance=provenance,
            files=lambda figure: _files(provenance["files"].split(), f"{brief.name}-{figure.number}"),
            parameters=[parameter_words(brief, name) for name in brief.parameters],
        )
    )


def _files(names: list[str], stem: str) -> dict[str, list[str]]:
    """Sort the files of one chart into pictures and figures."""
    forms = [name.removeprefix(f"{stem}.") for name in names if name.startswith(f"{stem}.")]
    known = [[form for form in kind if form in forms] for kind in (PICTURES, FIGURES)]
    other = [form for form in forms if form not in PICTURES + FIGURES]
    return {
        "picture": [f"{stem}.{form}" for form in known[0] + other],
        "figures": [f"{stem}.{form}" for form in known[1]],
    }


def parameter_words(brief: Brief, name: str) -> tuple[str, str, str]:
    """Write a parameter as its name in words, its value in words, and its name in the notebook."""
    value, language = brief.parameters[name], brief.language
    unset = _label_of(brief, "parameter_unset", name)
    if value in ("", 0) and unset != name:
        text = unset
    elif isinstance(value, float) and name.startswith(FRACTIONS):
        text = format_share(value, language)
        if name.startswith("lever_") and name not in GROWTH:
            text = f"{format_number(100 * value, 'exact', language)} {label('unit', 'percentage points', language)}"
    elif isinstance(value, int | float) and not isinstance(value, bool) and "year" not in name:
        text = format_number(value, "exact", language)
    elif name == "open_data":
        text = Path(str(value)).name  # where it lies is nobody's business
    elif name in ("brin", "region"):
        text = f"{region_name(value, language)} ({value})"
    elif name == "sectors":
        codes = [code.strip() for code in str(value).split(",")]
        text = ", ".join(f"{label('sbi', code, language)} ({code})" for code in codes)
    elif name in VALUES:
        text = label(VALUES[name], str(value), language)
    else:
        text = str(value) or say("page.none", language)
    return _label_of(brief, "parameter", name), text, name


def _label_of(brief: Brief, group: str, name: str) -> str:
    """Give the words for a parameter, which may mean something of its own in one notebook."""
    own = f"{brief.notebook.stem} {name}"
    found = label(group, own, brief.language)
    return label(group, name, brief.language) if found == own else found


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
