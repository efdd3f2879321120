"""Tables of a trend: every scope, a series per group, and diplomas per student; what is left out is said below."""

from typing import Any

import pandas as pd

from ..language import format_number, join, label, say, within
from ..ratios import split_intensity_mix
from ..tidy import total_by
from ..trends import growth_rate
from .house import Table

__all__ = ["table_ratio", "table_scopes", "table_series"]


def table_scopes(scopes: pd.DataFrame, scope: str = "all", *, language: str = "nl") -> Table:
    """Show every scope's path over the years, with its growth from the first to the last.

    Parameters
    ----------
    scopes
        One or more results of `compare_scopes` under each other.
    scope
        The scope to emphasise.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_scopes(ta.compare_scopes(ta.load_diplomas()), language="en")
    Technical diplomas per scope, 2007-2011
    Scope                                  2007   2008   2009   2010   2011   Change (%)
    Technical diplomas
    Total                                  1,657  1,836  2,007  2,281  3,073  +85.5%
    Without transport and logistics        1,538  1,699  1,623  1,748  1,492  −3.0%
    ...

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

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_series(ta.load_diplomas(), "bedrijfstak_mbo", language="en")
    Technical diplomas per sector of industry, 2007-2011
    Sector of industry               2007   2008   2009   2010   2011   Change (diplomas)  Change (%)
    ...
    Transport and logistics          119    137    384    533    1,581  +1,462             +1,228.6%
    Total                            1,657  1,836  2,007  2,281  3,073  +1,416             +85.5%
    ...

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
    if growth["change"].isna().any():
        notes.append(say("trend.one_end", language))
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

    Examples
    --------
    >>> import twente_analysis as ta
    >>> ratios = ta.diplomas_per_student(ta.load_enrolment(), ta.load_diplomas(), by="bedrijfstak_mbo")
    >>> table_ratio(ratios, "bedrijfstak_mbo", language="en")
    Diplomas per 100 students, 2007-2011
    Sector of industry               2007  2008  2009  2010  2011  Intensity  Mix
    ...
    Transport and logistics          24.0  13.3  20.9  15.3  97.4  +11.4      +3.9
    ...
    Total                            26.3  27.1  27.1  25.8  43.7  +12.4      +5.0
    ...

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
