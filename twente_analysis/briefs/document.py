"""What an executed notebook says, as blocks that a page, a memo and slides all take: nothing is read twice.

Markdown cells give narrative; outputs of our own MIME type give charts, tables and texts; anything else a cell prints
is plain text. Every value is still text here: who writes a page or a file escapes it.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import TagRemovePreprocessor

from ..catalogue import fingerprint, recorded
from ..cell import MIME, Payload, payload
from ..incoming import show_hidden
from ..language import LANGUAGES, format_number, label, say
from ..tables import Table
from .kernels import BriefError
from .plan import Brief

__all__ = [
    "Block",
    "Figure",
    "Plain",
    "Prose",
    "Words",
    "blocks",
    "check_outputs",
    "figures",
    "hash_files",
    "keep_language",
    "key_sentences",
    "picture",
    "provenance",
    "titled",
]

#: So many characters a box of key figures and a card of the index may hold; a first sentence may be longer.
SHORT = 400
#: Roles of how a row is drawn, not of what its figures are.
DRAWN = ("", "chosen", "rest", "total", "apart")
#: Roles of rows whose name says what they are.
TOLD = ("naive", "bound", "least", "most")
EXPECTED = ("chart", "table", "text")
#: The addresses that a link of the narrative may have.
LEADS_ON = r"https?://|mailto:|#|[\w./-]*$"


@dataclass(frozen=True)
class Figure:
    """A chart of an executed notebook: its words, its figures and its pictures."""

    number: int
    content: Payload
    png: str
    svg: str

    def kinds(self, language: str) -> list[str]:
        """Say of each row of figures what it is where it is no plain count, such as an estimate."""
        found = self.content["figures"]
        roles = [found.get("roles", {}).get(row[0], "") for row in found["rows"]]
        return ["" if role in DRAWN else label("figure_role", role, language) for role in roles]

    def written(self, language: str) -> tuple[list[str], list[list[Any]]]:
        """Give the columns and rows of the figures behind the chart, with the kind of figure where any is no count."""
        found, kinds = self.content["figures"], self.kinds(language)
        if not any(kinds):
            return list(found["columns"]), [list(row) for row in found["rows"]]
        rows = [[*row, kind] for row, kind in zip(found["rows"], kinds, strict=True)]
        return [*found["columns"], say("memo.role", language)], rows

    def table(self, language: str) -> Table:
        """Put the figures behind the chart in a table; a name says what is no count, unless it does already."""
        found, roles = self.content["figures"], self.content["figures"].get("roles", {})
        rows = []
        for (name, *values), kind in zip(found["rows"], self.kinds(language), strict=True):
            told = not kind or roles[name] in TOLD or kind.lower() in name.lower()
            shown = name if told else f"{name} ({kind})"
            rows.append([shown, *(format_number(value, found["kind"], language) for value in values)])
        return Table(self.content["title"], found["columns"], [("", rows)])


@dataclass(frozen=True)
class Prose:
    """Narrative as HTML of its own tags only, with anchor and text of each second heading; `bare` when that is all."""

    html: str
    headings: Sequence[tuple[str, str]]
    bare: bool


@dataclass(frozen=True)
class Words:
    """Sentences with a role: ``headline``, ``finding``, ``caveats`` or ``sources``."""

    role: str
    sentences: Sequence[str]


@dataclass(frozen=True)
class Plain:
    """What a cell printed."""

    text: str


Block = Prose | Figure | Table | Words | Plain


def blocks(notebook: nbformat.NotebookNode, language: str) -> list[Block]:
    """Take what a reader of one language sees from an executed notebook, in order.

    A heading under which nothing follows is left out: a part that this brief has nothing to say of.
    """
    found = list(_every_block(notebook, language))
    heads = [isinstance(block, Prose) and block.bare for block in found]
    return [block for block, head, after in zip(found, heads, [*heads[1:], True], strict=True) if not (head and after)]


def _every_block(notebook: nbformat.NotebookNode, language: str) -> Iterator[Block]:
    kept = keep_language(notebook, language)
    charts = iter(figures(kept))
    for number, cell in enumerate(kept.cells, 1):
        if cell.cell_type == "markdown":
            yield _prose(cell.source, f"part-{number}")
        for output in cell.get("outputs", []):
            content = payload(output)
            if content is None:
                text = output.get("text") or output.get("data", {}).get("text/plain")
                # What goes to stderr is for the log, not for the reader.
                if text and output.get("name") != "stderr":
                    yield Plain(text)
            elif content["kind"] == "chart":
                yield next(charts)
            elif content["kind"] == "table":
                yield Table(**{key: value for key, value in content.items() if key != "kind"})
            elif content["role"] == "remarks":
                lead, *remarks = content["sentences"]
                yield from (Words("finding", [lead]), Words("caveats", remarks))
            else:
                yield Words(content["role"], content["sentences"])


def figures(notebook: nbformat.NotebookNode) -> list[Figure]:
    """Take the charts from an executed notebook, in order."""
    found = [output for cell in notebook.cells for output in cell.get("outputs", []) if _kind(output) == "chart"]
    return [
        Figure(number, output.data[MIME], output.data.get("image/png", ""), output.data[MIME].get("svg", ""))
        for number, output in enumerate(found, 1)
    ]


def picture(figure: Figure) -> bytes:
    """Decode the PNG of a chart."""
    return base64.b64decode(figure.png)


def check_outputs(notebook: nbformat.NotebookNode) -> None:
    """Raise a `BriefError` unless each cell tagged chart, table or text shows one, and each chart has its words.

    A cell tagged ``optional`` too has something to show in some of the briefs of its notebook.
    """
    stored = [cell for cell in notebook.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    for number, cell in enumerate(stored, 1):
        if cell.cell_type != "code":
            continue
        kinds = [_kind(output) for output in cell.outputs]
        if any(output.output_type == "error" for output in cell.outputs):
            raise BriefError(f"cell {number} shows an error")
        for kind in set(EXPECTED) & set(cell.metadata.get("tags", [])):
            fewest = 0 if "optional" in cell.metadata.get("tags", []) else 1
            if not fewest <= kinds.count(kind) <= 1:
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
    >>> key_sentences(["a" * 200, "b" * 159, "c" * 40])[1] == ["c" * 40]
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


def provenance(brief: Brief) -> dict[str, str]:
    """Say how a brief is made: ``date``, ``version``, ``notebook_hash``, ``data_date`` and ``data_hash``."""
    return {
        "date": date.today().isoformat(),
        "version": version("twente-analysis"),
        "notebook_hash": hash_files(brief.notebook),
        "data_date": recorded().isoformat(),
        "data_hash": fingerprint(),
    }


def hash_files(*paths: Path) -> str:
    """Give the sha256 of the names and contents of files."""
    found = hashlib.sha256()
    for path in paths:
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _prose(source: str, anchor: str) -> Prose:
    """Render narrative; the first-level heading is the brief's own, so the notebook's is left out."""
    soup = BeautifulSoup(_markdown().render(show_hidden(source)), "html.parser")
    for heading in soup.find_all("h1"):
        heading.decompose()
    # Markdown takes any address: a link may lead on, but do nothing, and a page loads nothing.
    for link in soup.find_all("a", href=True):
        if not re.match(LEADS_ON, str(link["href"])):
            link.unwrap()
    for image in soup.find_all("img"):
        image.replace_with(str(image.get("alt", "")))
    headings = []
    for number, heading in enumerate(soup.find_all("h2"), 1):
        heading["id"] = here = f"{anchor}-{number}"
        headings.append((here, heading.get_text()))
    others = [one for one in soup.find_all(True, recursive=False) if one.name != "h2"]
    return Prose(str(soup), headings, bare=bool(headings) and not others)


@cache
def _markdown() -> MarkdownWithMath:
    """Make what renders narrative once: it compiles its grammar each time."""
    return MarkdownWithMath(renderer=IPythonRenderer(escape=True, exclude_anchor_links=True))


def _kind(output: Any) -> str | None:
    content = payload(output)
    return None if content is None else content["kind"]
