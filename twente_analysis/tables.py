"""Analysis frames as tables for a reader: numbers in the reader's notation, what is left out said below."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import jinja2
import pandas as pd

from .cell import bundle
from .incoming import show_plainly
from .language import format_number, join, label, say, within
from .ratios import split_intensity_mix
from .tidy import total_by
from .trends import growth_rate

__all__ = [
    "Table",
    "table_ratio",
    "table_scopes",
    "table_series",
]

_TEMPLATE = jinja2.Environment(
    autoescape=True, finalize=show_plainly, trim_blocks=True, lstrip_blocks=True
).from_string("""\
{# A page has a style sheet; in JupyterLab a table brings its own, or words would stand at the right of their cells. #}
{% macro left(wanted=true) %}
{% if styled and wanted %} style="text-align: left; white-space: normal; vertical-align: top"{% endif %}
{% endmacro %}
{% macro table(name, groups, headed) %}
<div class="table" role="region" tabindex="0" aria-label="{{ name }}"\
{% if styled %} style="overflow: auto; max-height: 32em"{% endif %}>
<table{% if stacked %} class="stacked"{% endif %}>
{% if headed %}
<caption{{ left() }}><span>{{ name }}</span></caption>
{% endif %}
<thead><tr>{% for column in columns %}<th scope="col"{% if column in prose %} class="prose"{% endif %}\
{{ left(loop.first or column in prose) }}>{{ column }}</th>{% endfor %}</tr></thead>
{% for group, rows in groups %}
<tbody>
{% if group and headed %}
<tr><th scope="rowgroup" colspan="{{ columns | length }}"{{ left() }}><span>{{ group }}</span></th></tr>
{% endif %}
{% for row in rows %}
<tr{% if row[0] in strong %} class="strong"{% endif %}>\
<th scope="row"{% if row[0] in dutch %} lang="nl"{% endif %}{{ left() }}>{{ row[0] }}</th>\
{% for cell in row[1:] %}
<td{% if columns[loop.index] in prose %} class="prose"{% endif %}\
{% if stacked %} data-label="{{ columns[loop.index] }}"{% endif %}\
{{ left(columns[loop.index] in prose) }}>{{ cell }}</td>\
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
        First cells that stay Dutch in a table in another language, such as the title of a table as it is printed.
    prose
        Names of the columns that hold words: their cells wrap and start at the left.
    folded
        A table of its own for each group, which the reader opens; each group needs a heading.
    stacked
        On a narrow screen the cells of a row stand below each other, each after the name of its column.

    """

    caption: str
    columns: Sequence[str]
    groups: Sequence[tuple[str, Sequence[Sequence[str]]]]
    notes: Sequence[str] = ()
    strong: Sequence[str] = ()
    dutch: Sequence[str] = ()
    prose: Sequence[str] = ()
    folded: bool = False
    stacked: bool = False

    def html(self, *, styled: bool = False) -> str:
        """Write the table as HTML; every text is escaped. `styled` is for a notebook, which has no style sheet of ours.

        Examples
        --------
        >>> "<script>" in Table("a", ["b"], [("", [["<script>"]])]).html()
        False

        """
        return _TEMPLATE.render(asdict(self), styled=styled)

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


def table_scopes(scopes: pd.DataFrame, scope: str = "all", *, language: str = "nl") -> Table:
    """Show every scope's path over the years, with its growth from the first to the last.

    Parameters
    ----------
    scopes
        One or more results of `compare_scopes` under each other.
    scope
        The scope to emphasise.

    """
    years = sorted(scopes["year"].unique().tolist())
    groups = []
    for indicator, part in scopes.groupby("indicator", sort=False):
        wide = part.pivot(index="scope", columns="year", values="value").reindex(part["scope"].unique())
        growth = wide[years[-1]] / wide[years[0]] - 1
        rows = [
            [label("scope", name, language), *_numbers(wide.loc[name], language), _growth(growth[name], language)]
            for name in wide.index
        ]
        groups.append((label("things", str(indicator), language).capitalize(), rows))
    columns = [say("table.scope", language), *map(str, years), say("table.growth", language)]
    names = [label("things", one, language) for one in scopes["indicator"].unique()]
    things = join([names[0].capitalize(), *names[1:]], language)
    return Table(
        caption=say("table.scopes", language, things=things, first_year=years[0], last_year=years[-1]),
        columns=columns,
        groups=groups,
        notes=_missing_notes(scopes[scopes["scope"] == "all"], language),
        strong=[label("scope", scope, language)],
    )


def table_series(
    frame: pd.DataFrame, by: str, highlight: str = "", scope: str = "all", *, language: str = "nl"
) -> Table:
    """Show a series per group and year, the change over the period and the total.

    A percentage that would rest on a cell below 30 is left out, and said so below the table.
    """
    frame = total_by(frame, by)
    years = sorted(frame["year"].unique().tolist())
    wide = frame.pivot(index=by, columns="year", values="value").reindex(frame[by].unique())
    # A group may stand in neither the first year nor the last.
    growth = growth_rate(frame, years[0], years[-1], by).set_index(by).reindex(wide.index)
    growth["small"] = growth["small"].fillna(False).astype(bool)
    total = total_by(frame).set_index("year")
    ends = growth_rate(frame, years[0], years[-1])
    rows = [
        [
            label(by, name, language),
            *_numbers(wide.loc[name], language),
            format_number(_or_none(growth.loc[name, "change"]), "difference", language),
            _growth(growth.loc[name, "growth"], language),
        ]
        for name in wide.index
    ]
    last = [within(say("table.total", language), scope, language), *_numbers(total["value"], language)]
    last += [format_number(ends["change"].item(), "difference", language)]
    last += [_growth(ends["growth"].item(), language)]
    indicator, unit = frame["indicator"].iloc[0], label("unit", frame["unit"].iloc[0], language)
    notes = _missing_notes(total.reset_index(), language)
    if growth["small"].any():
        notes.append(say("trend.small", language))
    notes += _scenario_notes(frame, by, language)
    return Table(
        caption=within(
            say(
                "table.series",
                language,
                things=label("things", indicator, language).capitalize(),
                dimension=label("dimension", by, language),
                first_year=years[0],
                last_year=years[-1],
            ),
            scope,
            language,
        ),
        columns=[
            label("dimension", by, language).capitalize(),
            *map(str, years),
            say("table.change", language, unit=unit),
            say("table.growth", language),
        ],
        groups=[("", [*rows, last])],
        notes=notes,
        strong=[last[0], label(by, highlight, language)],
    )


def table_ratio(ratios: pd.DataFrame, by: str, scope: str = "all", *, language: str = "nl") -> Table:
    """Show the diplomas per 100 students of a year per group, and what intensity and mix added to the total.

    Parameters
    ----------
    ratios
        What `diplomas_per_student` gives with `by`.

    """
    years = sorted(ratios["year"].unique().tolist())
    totals = ratios.groupby("year")[["enrolment", "diplomas"]].sum()
    total = totals["diplomas"] / totals["enrolment"]
    wide = ratios.pivot(index=by, columns="year", values="ratio").reindex(ratios[by].unique())
    parts = split_intensity_mix(ratios, years[0], years[-1], by, blank="not counted").set_index(by)[
        ["intensity", "mix"]
    ]
    named = within(say("table.total", language), scope, language)
    wide.loc[named], parts.loc[named] = total, parts.sum()
    joined = [label(by, name, language) for name in wide.index if name not in parts.index]
    rows = [
        [label(by, name, language)]
        + [format_number(_or_none(value), "per_hundred", language) for value in _row(wide, name, years)]
        + [format_number(_or_none(value), "points", language) for value in _row(parts, name, ["intensity", "mix"])]
        for name in [*wide.index[:-1], *(name for name in parts.index if name not in wide.index), named]
    ]
    return Table(
        caption=within(say("table.ratio", language, first_year=years[0], last_year=years[-1]), scope, language),
        columns=[
            label("dimension", by, language).capitalize(),
            *map(str, years),
            say("table.intensity", language),
            say("table.mix", language),
        ],
        groups=[("", rows)],
        notes=[say("trend.ratio", language), say("trend.intensity_mix_meaning", language)]
        + ([say("trend.joined", language, groups=join(joined, language))] if joined else [])
        + _scenario_notes(ratios, by, language),
        strong=[named],
    )


def _numbers(values: pd.Series, language: str) -> list[str]:
    return [format_number(_or_none(value), language=language) for value in values]


def _row(wide: pd.DataFrame, name: str, columns: list[Any]) -> list[Any]:
    """Take a row, or as many missing cells where the frame does not have it."""
    return list(wide.loc[name, columns]) if name in wide.index else [None] * len(columns)


def _growth(fraction: Any, language: str) -> str:
    return format_number(_or_none(fraction), "change", language)


def _or_none(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _scenario_notes(frame: pd.DataFrame, by: str, language: str) -> list[str]:
    """Say of each group that is a worked example that it is no count."""
    groups = frame.loc[frame["status"] == "scenario", by].unique()
    return [say("trend.scenario", language, group=label(by, name, language)) for name in groups]


def _missing_notes(totals: pd.DataFrame, language: str) -> list[str]:
    missing = totals[totals["missing"] > 0]
    return [
        say(
            "trend.missing_in",
            language,
            n=int(row.missing),
            year=row.year,
            things=label("things", row.indicator, language),
        )
        for row in missing.itertuples()
    ]
