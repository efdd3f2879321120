"""From an executed notebook to a page: one self-contained HTML file without scripts or remote requests.

Markdown cells give headings and narrative; outputs of our own MIME type give charts, tables and texts; anything
else a cell prints is shown as plain text. All values are escaped by the template.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import nbformat
from bs4 import BeautifulSoup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import TagRemovePreprocessor

from ..catalogue import region_name
from ..cell import MIME, Payload, payload
from ..language import LANGUAGES, format_date, format_number, format_share, label, say
from ..tables import Table
from ..tidy import check_choice
from .kernels import BriefError
from .plan import Brief

__all__ = [
    "Figure",
    "check_outputs",
    "figures",
    "keep_language",
    "key_sentences",
    "render_index",
    "render_page",
    "save_notebook",
    "titled",
]

EXPECTED = ("chart", "table", "text")
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
#: So many characters a box of key figures and a card of the index may hold; a first sentence may be longer.
SHORT = 330
FRACTIONS = ("lever_", "coverage", "growth", "hbo_share", "retention")


@dataclass(frozen=True)
class Figure:
    """A chart of an executed notebook: its words, its figures and its pictures."""

    number: int
    content: Payload
    png: str
    svg: str

    def table(self, language: str) -> Table:
        """Put the figures behind the chart in a table."""
        found = self.content["figures"]
        rows = [
            [row[0], *(format_number(value, found["kind"], language) for value in row[1:])] for row in found["rows"]
        ]
        return Table(self.content["title"], found["columns"], [("", rows)])


def figures(notebook: nbformat.NotebookNode) -> list[Figure]:
    """Take the charts from an executed notebook, in order."""
    found = [output for cell in notebook.cells for output in cell.get("outputs", []) if _kind(output) == "chart"]
    return [
        Figure(number, output.data[MIME], output.data.get("image/png", ""), output.data[MIME].get("svg", ""))
        for number, output in enumerate(found, 1)
    ]


def check_outputs(notebook: nbformat.NotebookNode) -> None:
    """Raise a `BriefError` unless each cell tagged chart, table or text shows one, and each chart has its words."""
    stored = [cell for cell in notebook.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    for number, cell in enumerate(stored, 1):
        if cell.cell_type != "code":
            continue
        kinds = [_kind(output) for output in cell.outputs]
        if any(output.output_type == "error" for output in cell.outputs):
            raise BriefError(f"cell {number} shows an error")
        for kind in set(EXPECTED) & set(cell.metadata.get("tags", [])):
            if kinds.count(kind) != 1:
                raise BriefError(f"cell {number} is tagged {kind!r} and shows {kinds.count(kind)} of it")
    for figure in figures(notebook):
        wanting = [name for name in ("title", "source", "alt", "svg") if not figure.content.get(name, "").strip()]
        wanting += [] if figure.png else ["picture"]
        if wanting:
            raise BriefError(f"chart {figure.number} has no {wanting[0]}")


def titled(brief: Brief, notebook: nbformat.NotebookNode) -> Brief:
    """Fill the years of the data into the title of a brief.

    Raises
    ------
    BriefError
        When the title asks for years and no text of the executed notebook names any.

    """
    texts = [payload(output) for cell in notebook.cells for output in cell.get("outputs", [])]
    years = next((text["years"] for text in texts if text and text.get("years")), None)
    if years is None:
        if "{" in brief.title:
            raise BriefError("the title takes years from the data, and no text of the notebook names them")
        return brief
    return replace(brief, title=brief.title.format(first_year=years[0], last_year=years[-1]))


def key_sentences(sentences: list[str]) -> tuple[list[str], list[str]]:
    """Split a headline into the sentences that come first, whole and short enough together, and the rest.

    Examples
    --------
    >>> key_sentences(["a" * 200, "b" * 99, "c" * 40])[1] == ["c" * 40]
    True

    """
    kept = 1
    while kept < len(sentences) and len(" ".join(sentences[: kept + 1])) <= SHORT:
        kept += 1
    return sentences[:kept], sentences[kept:]


def keep_language(notebook: nbformat.NotebookNode, language: str) -> nbformat.NotebookNode:
    """Leave out the cells tagged with another language."""
    others = [other for other in LANGUAGES if other != language]
    kept, _ = TagRemovePreprocessor(remove_cell_tags=others).preprocess(notebook, {})
    return kept


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
        ``data_date``, ``notebook_hash``, ``data_hash``, ``other`` (the page in the other language, or empty),
        ``assets`` (the folder of the chart files, relative to the page) and ``files`` (their names, a space between).

    """
    kept = keep_language(notebook, brief.language)
    blocks = _without_empty(list(_blocks(kept, brief.language)))
    headline = next((block for block in blocks if block.get("role") == "headline"), None)
    if headline is not None:
        # What the box does not hold stays where the notebook tells it.
        headline["sentences"], rest = key_sentences(headline["sentences"])
        blocks[blocks.index(headline)] = {
            "kind": "text",
            "role": "caveats" if len(rest) > 1 else "finding",
            "sentences": rest,
        }
    return (
        _environment(brief.language)
        .get_template("page.html.j2")
        .render(
            brief=brief,
            headline=headline,
            blocks=blocks,
            contents=[heading for block in blocks for heading in block.get("headings", [])],
            provenance=provenance,
            files=lambda figure: _files(provenance["files"].split(), f"{brief.name}-{figure.number}"),
            parameters=[_parameter(brief, name) for name in brief.parameters],
        )
    )


def render_index(entries: list[dict[str, Any]], language: str, bilingual: bool) -> str:
    """Write the index of one language.

    Parameters
    ----------
    entries
        Each with ``name``, ``question`` (may be empty), ``title``, ``headline``, ``thumbnail``, ``published`` and
        ``attempted`` (a date where the last attempt failed, else empty).
    bilingual
        Whether the index of the other language is there.

    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        groups.setdefault(entry["question"], []).append(entry)
    template = _environment(language).get_template("index.html.j2")
    return template.render(groups=groups, language=language, bilingual=bilingual)


def render_stale(language: str, attempted: date, published: date) -> str:
    """Write the notice that a page is not the newest."""
    template = _environment(language).get_template("stale.html.j2")
    return template.render(attempted=attempted.isoformat(), published=published.isoformat())


def _blocks(notebook: nbformat.NotebookNode, language: str) -> Iterator[dict[str, Any]]:
    charts = iter(figures(notebook))
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown":
            yield _markdown(cell.source, f"part-{number}")
        for output in cell.get("outputs", []):
            content = payload(output)
            if content is None:
                text = output.get("text") or output.get("data", {}).get("text/plain")
                # What goes to stderr is for the log, not for the reader.
                if text and output.get("name") != "stderr":
                    yield {"kind": "plain", "text": text}
            elif content["kind"] == "chart":
                figure = next(charts)
                yield {"kind": "chart", "figure": figure, "table": figure.table(language).html()}
            elif content["kind"] == "table":
                cells = {key: value for key, value in content.items() if key != "kind"}
                yield {"kind": "table", "table": Table(**cells).html()}
            else:
                yield {"kind": "text", "role": content["role"], "sentences": content["sentences"]}


def _without_empty(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out a heading under which nothing follows: a part that this brief has nothing to say of."""
    heads = [block["kind"] == "markdown" and block["bare"] for block in blocks]
    return [block for block, head, after in zip(blocks, heads, [*heads[1:], True], strict=True) if not (head and after)]


def _markdown(source: str, anchor: str) -> dict[str, Any]:
    """Render narrative; the first-level heading is the brief's own, so the notebook's is left out."""
    renderer = IPythonRenderer(escape=True, exclude_anchor_links=True)
    soup = BeautifulSoup(MarkdownWithMath(renderer=renderer).render(source), "html.parser")
    for heading in soup.find_all("h1"):
        heading.decompose()
    headings = []
    for number, heading in enumerate(soup.find_all("h2"), 1):
        heading["id"] = f"{anchor}-{number}"
        headings.append((heading["id"], heading.get_text()))
    others = [one for one in soup.find_all(True, recursive=False) if one.name != "h2"]
    return {"kind": "markdown", "html": str(soup), "headings": headings, "bare": bool(headings) and not others}


def _files(names: list[str], stem: str) -> dict[str, list[str]]:
    """Sort the files of one chart into pictures and figures."""
    forms = [name.removeprefix(f"{stem}.") for name in names if name.startswith(f"{stem}.")]
    known = [[form for form in kind if form in forms] for kind in (PICTURES, FIGURES)]
    other = [form for form in forms if form not in PICTURES + FIGURES]
    return {
        "picture": [f"{stem}.{form}" for form in known[0] + other],
        "figures": [f"{stem}.{form}" for form in known[1]],
    }


def _parameter(brief: Brief, name: str) -> tuple[str, str, str]:
    """Write a parameter as its name in words, its value in words, and its name in the notebook."""
    value, language = brief.parameters[name], brief.language
    unset = _label_of(brief, "parameter_unset", name)
    if value in ("", 0) and unset != name:
        text = unset
    elif isinstance(value, float) and name.startswith(FRACTIONS):
        text = format_share(value, language)
    elif isinstance(value, int | float) and not isinstance(value, bool) and "year" not in name:
        text = format_number(value, "exact", language)
    elif name in ("brin", "region"):
        text = f"{region_name(value, language)} ({value})"
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


def _kind(output: Any) -> str | None:
    content = payload(output)
    return None if content is None else content["kind"]


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


def picture(figure: Figure) -> bytes:
    """Decode the PNG of a chart."""
    return base64.b64decode(figure.png)
