"""What each table for a reader is: cells as text, written for a page, for a notebook and for a terminal."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import jinja2

from ..cell import bundle
from ..incoming import show_plainly

__all__ = ["Table", "stay_dutch"]

#: A table of more rows than this, headings of groups too, may go over two pages of paper.
LONG = 8
#: So many columns go beside each other on a phone as they are, a few words over two lines.
FEW = 4
#: In characters of a figure: a line of a phone (320 px), the least for the names of the rows, between two columns, and
#: what is narrow, such as a figure of a year with the space beside it. A letter of a heading there is smaller.
LINE, NAME, GAP, NARROW, SMALLER = 36, 8, 0.75, 7, 0.9
_TEMPLATE = jinja2.Environment(
    autoescape=True, finalize=show_plainly, trim_blocks=True, lstrip_blocks=True
).from_string("""\
{# A page has a style sheet; in JupyterLab a table brings its own, or words would stand at the right of their cells. #}
{% macro left(wanted=true) %}
{% if styled and wanted %} style="text-align: left; white-space: normal; vertical-align: top"{% endif %}
{% endmacro %}
{# A line may end after a stroke between words, and not between the sign and the number of an amount. #}
{% macro words(text) %}
{% for part in text.replace("€ ", "€\u00a0").split("/") %}
{% if not loop.first %}/<wbr>{% endif %}
{{ part -}}
{% endfor %}
{% endmacro %}
{% macro own(text) %}{% if text in dutch %} lang="nl"{% endif %}{% endmacro %}
{# Some browsers take a table that a style sheet lays out otherwise for no table, unless it says that it is one. #}
{% macro role(name) %}{% if phone %} role="{{ name }}"{% endif %}{% endmacro %}
{% macro named(column) %}{% if phone.named %} data-label="{{ column }}"{% endif %}{% endmacro %}
{% macro table(name, groups, headed) %}
<div class="table" role="region" tabindex="0" aria-label="{{ name }}"\
{% if styled %} style="overflow: auto; max-height: 32em"{% endif %}>
<table{% if classes %} class="{{ classes }}"{% endif %}{{ role("table") }}\
{% if phone.beside %} style="--beside: {{ phone.beside }}"{% endif %}>
{% if headed %}
<caption{{ left() }}><span>{{ name }}</span></caption>
{% endif %}
<thead{{ role("rowgroup") }}><tr{{ role("row") }}>{% for column in columns %}\
<th{{ role("columnheader") }} scope="col"{% if column in prose %} class="prose"{% endif %}\
{{ left(loop.first or column in prose) }}>{{ words(column) }}</th>{% endfor %}</tr></thead>
{% for group, rows in groups %}
<tbody{{ role("rowgroup") }}>
{% if group and headed %}
<tr{{ role("row") }}><th{{ role("rowheader") }} scope="rowgroup" colspan="{{ columns | length }}"\
{{ own(group) }}{{ left() }}><span>{{ group }}</span></th></tr>
{% endif %}
{% for row in rows %}
<tr{{ role("row") }}{% if row[0] in strong %} class="strong"{% endif %}>\
<th{{ role("rowheader") }} scope="row"{{ own(row[0]) }}{{ named(columns[0]) }}{{ left() }}>{{ words(row[0]) }}</th>\
{% for cell in row[1:] %}
<td{{ role("cell") }}\
{% if columns[loop.index] in prose %} class="prose"{% elif loop.index in phone.narrow %} class="narrow"{% endif %}\
{{ own(cell) }}{{ named(columns[loop.index]) }}\
{{ left(columns[loop.index] in prose) }}>{{ words(cell) }}</td>\
{% endfor %}</tr>
{% endfor %}
</tbody>
{% endfor %}
</table>
</div>
{% endmacro %}
{% if folded %}
<p class="folded">{{ caption }}</p>
{% for group in groups %}
<details class="fold"><summary>{{ group[0] }}</summary>
{{ table(group[0], [group], false) }}
</details>
{% endfor %}
{% else %}
{{ table(caption, groups, true) }}
{% endif %}
{% for note in notes %}
<p class="note">{{ note }}</p>
{% endfor %}
""")


@dataclass(frozen=True, repr=False)
class Table:
    """Cells as text, ready to read: the first column names the row.

    Parameters
    ----------
    groups
        Pairs of a heading (may be empty) and its rows.
    strong
        First cells of the rows to emphasise.
    dutch
        Cells and headings of groups that stay Dutch in a table in another language, such as the title of a table as it
        is printed.
    prose
        Names of the columns that hold words: their cells wrap and start at the left. With two such columns beside
        the first, the cells of a row stand below each other on a narrow screen, each after the name of its column;
        so do figures of more columns than fit beside each other.
    folded
        A table of its own for each group, which the reader opens; each group needs a heading.

    """

    caption: str
    columns: Sequence[str]
    groups: Sequence[tuple[str, Sequence[Sequence[str]]]]
    notes: Sequence[str] = ()
    strong: Sequence[str] = ()
    dutch: Sequence[str] = ()
    prose: Sequence[str] = ()
    folded: bool = False

    def html(self, *, styled: bool = False) -> str:
        """Write the table as HTML; every text is escaped. `styled` is for a notebook, which has no style sheet of ours.

        Examples
        --------
        >>> "<script>" in Table("a", ["b"], [("", [["<script>"]])]).html()
        False

        """
        lines = sum(len(rows) + bool(name) for name, rows in self.groups)
        phone = self._on_a_phone()
        classes = ([phone["shape"]] if phone else []) + ["long"] * (lines > LONG)
        return _TEMPLATE.render(asdict(self), styled=styled, phone=phone, classes=" ".join(classes))

    def _on_a_phone(self) -> dict[str, Any]:
        """Say how the cells of a row stand where a row is wider than the screen; nothing where it fits.

        Below the name of the row, beside each other under the head of the table (``headed``); or each on a line of its
        own after the name of its column, words (``stacked``) or figures (``listed``), narrow ones beside each other.
        """
        if len({*self.columns[1:]} & {*self.prose}) > 1:
            return {"shape": "stacked", "named": True}
        names, *columns = zip(*(row for _, rows in self.groups for row in rows), strict=True)
        heads = [SMALLER * _longest(name.split()) for name in self.columns[1:]]
        words = [max(head, _longest(" ".join(cells).split())) for head, cells in zip(heads, columns, strict=False)]
        name = max(NAME, _longest(" ".join(names).replace("/", "/ ").split()))
        if len(self.columns) <= FEW and name + sum(words) + GAP * len(words) <= LINE:
            return {}
        widths = [max(head, _longest(cells)) for head, cells in zip(heads, columns, strict=False)]
        if sum(widths) + GAP * (len(widths) - 1) <= LINE:
            tracks = " ".join(f"{width:g}fr" for width in widths)
            return {"shape": "headed", "narrow": range(1, len(self.columns)), "beside": tracks}
        narrow = [place for place, width in enumerate(widths, 1) if width <= NARROW and self.columns[place].isdigit()]
        if len(narrow) < FEW:
            return {"shape": "listed", "named": True}
        lines = -(-len(narrow) * NARROW // LINE)
        tracks = f"repeat({-(-len(narrow) // lines)}, 1fr)"
        return {"shape": "listed", "named": True, "narrow": narrow, "beside": tracks}

    def __repr__(self) -> str:
        """Write the table as text for a terminal, columns under each other.

        Examples
        --------
        >>> Table("Caption", ["a", "b"], [("Group", [["x", "1"], ["longer", "2"]])], notes=["Note."])
        Caption
        a       b
        Group
        x       1
        longer  2
        Note.

        """
        rows = [list(self.columns), *(list(row) for _, group in self.groups for row in group)]
        widths = [max(len(row[place]) for row in rows) for place in range(len(self.columns))]
        written = iter(["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows])
        lines = [self.caption, next(written)]
        for name, group in self.groups:
            lines += [name] if name else []
            lines += [next(written) for _ in group]
        return "\n".join([*lines, *self.notes])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return bundle("table", asdict(self), text_html=self.html(styled=True), text_plain=repr(self))


def _longest(texts: Sequence[str]) -> int:
    return max(map(len, texts), default=0)


def stay_dutch(cells: Sequence[str], language: str) -> Sequence[str]:
    """Keep the cells that stay Dutch for a reader of another language."""
    return [] if language == "nl" else cells
