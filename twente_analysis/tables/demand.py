"""Tables about demand: coverage and gap, what closes it, vacancies, tightness, and the assumptions behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from ..catalogue import citation, cited, region_name
from ..language import format_number, format_period, format_share, join, label, say
from .house import Table

__all__ = [
    "table_activities",
    "table_allocation",
    "table_assumptions",
    "table_base",
    "table_closing",
    "table_coverage",
    "table_example",
    "table_published_coverage",
    "table_tightness",
    "table_vacancies",
]

Groups = Sequence[tuple[str, Sequence[Sequence[str]]]]
ROUNDED = ("assumption", "example")  # what we reckon from assumptions has fewer digits than what is printed


def table_example(grown: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show demand, net supply, gap and growth of the worked example, one row of `grow_supply`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_example(ta.grow_supply(ta.coverage_gap(1000, 0.42), 0.1), language="en")  # 1000 / 0.42
    Worked example: demand, net supply and gap
    Worked example                               Value
    Demand (about, persons a year)               2,400
    Net supply (chosen, persons a year)          1,000
    Gap (about, persons a year)                  1,400
    ...

    """
    row = grown.iloc[0]
    growth, whole = (format_number(row[name], "whole_percent", language) for name in ("growth", "growth_needed"))
    rows = [
        ["demand", format_number(row["demand"], "hundreds", language)],
        ["supply", format_number(row["net_supply"], language=language)],
        ["gap", format_number(row["gap"], "hundreds", language)],
        ["growth", format_share(row["closed"], language)],
        ["needed", whole],
    ]
    named = [[say(f"demand.row_{name}", language, growth=growth), value] for name, value in rows]
    return _table("example", ("example", "value"), [("", named)], language)


def table_coverage(grown: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show demand and gap for each supply and coverage, and what a growth of the supply does, from `grow_supply`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_coverage(ta.grow_supply(ta.coverage_gap(1000, 0.42), 0.1), language="en")
    Worked example: yearly demand and gap by supply and coverage
    Coverage  Demand  Gap    Coverage with 10% more supply  Gap that then goes  Growth needed for the whole gap
    Supply of 1,000 a year
    42%       2,400   1,400  46.2%                          7.2%                138%
    ...

    """
    groups = []
    for supply, part in grown.groupby("net_supply", sort=False):
        rows = [
            [
                format_share(row.coverage, language),
                *(format_number(value, "hundreds", language) for value in (row.demand, row.gap)),
                format_number(row.coverage_after, "percent", language),
                format_number(row.closed, "percent", language),
                format_number(row.growth_needed, "whole_percent", language),
            ]
            for row in part.itertuples()
        ]
        groups.append((say("demand.supply_of", language, supply=supply), rows))
    more = format_share(grown["growth"].iloc[0], language)
    names = [say(f"demand.column_{name}", language, more=more) for name in ("coverage", "demand", "gap")]
    names += [say(f"demand.column_{name}", language, more=more) for name in ("after", "closed_by", "needed")]
    return Table(say("demand.table_coverage", language), names, groups, [say("demand.note_coverage", language)])


def table_closing(steps: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show what extra graduates close of the gap in both readings, from `closing_steps`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_closing(ta.closing_steps(ta.coverage_gap(1000, 0.42), 90, 0.35, 0.8), language="en")
    Worked example: what extra graduates close of the gap
    Extra graduates  All: share of the gap  Coverage  After hbo and leaving: persons  Share of the gap  Coverage
    ...
    90               6.5%                   45.8%     46.8                            3.4%              44.0%
    ...

    """
    rows = []
    for extra, part in steps.groupby("extra", sort=False):
        every, rest = (part[part["reading"] == one].iloc[0] for one in ("all", "rest"))
        ends = [one[name] for one in (every, rest) for name in ("closed", "coverage_after")]
        shares = [format_number(end, "percent", language) for end in ends]
        entering = format_number(rest["entering"], "decimal", language)
        rows.append([format_number(extra, language=language), *shares[:2], entering, *shares[2:]])
    names = ("extra", "closed_all", "after_all", "entering", "closed_rest", "after_rest")
    return _table("closing", names, [("", rows)], language)


def table_published_coverage(statements: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the published statements of `load_coverage` beside each other, with what keeps them from comparing.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table = table_published_coverage(ta.load_coverage(), language="en")
    >>> dict(zip(table.columns, table.groups[0][1][1], strict=True))
    {'Statement': 'Part of the replacement demand for technical mbo that graduates fill', 'Figure': '42%',
     'Region': 'Twente', 'Level': 'mbo 3 and 4', 'Unit': 'graduates'}

    """
    groups: dict[str, list[list[str]]] = {}
    for _, row in statements.iterrows():
        value = format_number(float(row["value"]), language=language)
        figure = value + "%" if row["unit"] == "%" else say("demand.times", language, value=value)
        # The same share stands for two things, so the words come first.
        groups.setdefault(citation(row.to_frame().T, language), []).append(
            [
                label("coverage_statement", row["indicator"], language),
                figure,
                region_name(row["region"], language),
                label("coverage_niveau", row["mbo_niveau"], language),
                label("coverage_unit", row["indicator"], language),
            ]
        )
    names = ("statement", "figure", "region", "niveau", "share_of")
    return _table("published", names, [*groups.items()], language, prose=("region", "niveau", "share_of"))


def table_vacancies(monitor: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the open vacancies of the monitors, those of each definition apart, with their edition.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_vacancies(ta.load_monitor("vacancies_open"), language="en")
    Open vacancies in Twente according to the monitors
    Edition                                                      Period             Which                  Vacancies
    Open vacancies on the internet
    Kennispunt Twente, Twentse Arbeidsmarktmonitor (4e kw 2020)  December 2020      all                    6,213
    ...

    """
    groups = []
    for definition, part in monitor.groupby("definition", sort=False):
        rows = [
            [
                _edition(row, language),
                format_period(row["period"], language),
                label("monitor_field", row["field"], language),
                " ".join([_qualified(row, language), label("monitor_note", row["note"], language)]).strip(),
            ]
            for _, row in part.sort_values(["field", "period"]).iterrows()
        ]
        groups.append((label("monitor_definition", str(definition), language), rows))
    names = ("edition", "period", "which", "vacancies")
    return _table("vacancies", names, groups, language, prose=("period", "which"))


def table_base(readings: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show what a growth says of the level before it in each reading, from `base_readings`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_base(ta.base_readings(ta.load_vacancies("regiodeal")), language="en")  # 2500 / 1.55
    The Regio Deal: the level before the growth, by reading
    Reading                               Now (more than)  Growth  Before
    the growth is of technical vacancies  2,500            55%     1,600
    ...

    """
    rows = [
        [
            label("vacancy_reading", row.reading, language),
            format_number(row.level, language=language),
            format_share(row.growth, language),
            say("demand.unknown", language) if pd.isna(row.base) else format_number(row.base, "hundreds", language),
        ]
        for row in readings.itertuples()
    ]
    period = format_period(readings["period"].iloc[0], language)
    return _table("base", ("reading", "level", "growth", "base"), [("", rows)], language, period=period)


def table_allocation(compared: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the estimates beside the monitor, from `compare_allocation`: the quarters that it has, and the last one.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> vacancies, jobs = ta.load_vacancies("cbs", "total"), ta.load_jobs(["CR10", "CR11", "CR12"], "total")
    >>> allocated = ta.allocate_vacancies(vacancies, jobs, "CR12")
    >>> compared = ta.compare_allocation(allocated, vacancies, ta.load_monitor("vacancies_open"))
    >>> table_allocation(compared, language="en")
    Estimate: open vacancies in Twente by its share of the jobs
    Period             Overijssel (CBS)  Twente's share of the jobs  Estimate Twente  Monitor  Difference
    quarter 2 of 2018  16,500            51.7%                       8,500            6,700    +27%
    ...

    """
    shown = compared[compared["published"].notna() | (compared["period"] == compared["period"].max())]
    rows = [
        [
            format_period(row.period, language),
            format_number(row.whole, language=language),
            format_share(row.share, language),
            format_number(row.estimate, "hundreds", language),
            format_number(row.published, language=language),
            format_number(row.miss, "whole_change", language),
        ]
        for row in shown.itertuples()
    ]
    return _table("allocation", ("period", "whole", "share", "estimate", "monitor", "miss"), [("", rows)], language)


def table_activities(allocated: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the estimates per economic activity of the last quarter, from `allocate_sections`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> corops, levels = ["CR10", "CR11", "CR12"], ["section", "total"]
    >>> allocated = ta.allocate_sections(ta.load_vacancies("cbs", levels), ta.load_jobs(corops, levels), "CR12")
    >>> table_activities(allocated, language="en")
    Estimate: open vacancies in Twente by economic activity
    Activity              Overijssel (CBS)  Twente's share of the jobs  Estimate Twente
    manufacturing         1,500             57.7%                       900
    ...

    """
    period = allocated["period"].max()
    rows = [
        [
            label("sbi", row.sbi, language),
            format_number(row.value / row.share * 1000, "hundreds", language),
            format_share(row.share, language),
            format_number(row.value * 1000, "hundreds", language),
        ]
        for row in allocated[allocated["period"] == period].astype({"value": float}).itertuples()
    ]
    when = format_period(period, language)
    return _table("activities", ("activity", "whole", "share", "estimate"), [("", rows)], language, period=when)


def table_tightness(points: pd.DataFrame, limits: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the few points of the spanningsindicator, with UWV's word where it fits, and the limits of the words.

    Parameters
    ----------
    points
        What `classify_fitting` gives.
    limits
        What `load_class_limits` gives: of it, those whose words stand in `points`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> points, limits = ta.load_monitor("spanningsindicator"), ta.load_class_limits()
    >>> table = table_tightness(ta.classify_fitting(points, limits, "UWV", "ww-6-months"), limits, language="en")
    >>> dict(zip(table.columns, table.groups[0][1][3], strict=True))
    {'Edition': 'SamenTwente, monitor juni 2024', 'Period': 'quarter 1 of 2024', 'Moment': 'quarter',
     'Vacancies per job-seeker': 'more than 3.0', "UWV's rating": 'tight labour market'}

    """
    word = {"nl": "class", "en": "label_en"}[language]
    rows = [
        [
            _edition(row, language),
            format_period(row["period"], language),
            label("tightness_definition", row["definition"], language),
            _qualified(row, language, "decimal"),
            row[word].partition(":")[0] or say("demand.no_word", language),
        ]
        for _, row in points.sort_values("period").iterrows()
    ]
    sources = sorted(set(points["class_source"]) - {""})
    known = limits[limits["source"].isin(sources)].sort_values("lower", na_position="first")
    words = []
    for _, row in known.iterrows():
        ends = "low" if pd.isna(row["lower"]) else "high" if pd.isna(row["upper"]) else "both"
        bounds = {
            name: "" if pd.isna(row[name]) else format_number(row[name], "exact", language)
            for name in ("lower", "upper")
        }
        words.append(say(f"demand.limit_{ends}", language, word=row[word].partition(":")[0], **bounds))
    columns = ("edition", "period", "moment", "ratio", "word")
    table = _table("tightness", columns, [("", rows)], language, prose=("period", "moment", "word"))
    stated = say("demand.limits", language, words="; ".join(words), sources=", ".join(sources))
    return replace(table, notes=[*table.notes, stated])


def table_assumptions(
    assumptions: Sequence[pd.DataFrame], examples: Mapping[str, float], *, language: str = "nl"
) -> Table:
    """Show what the brief starts from: assumptions with their source, and the values of the worked example.

    Parameters
    ----------
    assumptions
        Rows of `load_assumptions` that are used, and what `chosen_coverage` gives.
    examples
        The other values, by their name in the texts; below 1 a share, else a number of persons.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_assumptions([ta.load_assumptions("hbo-share-mbo4")], {"supply": 1000}, language="en")
    What this brief starts from
    Assumption                                                        Value  Period  Region          Origin
    Regiovisie Twente Techniek (ca. 2012), running text, line 142
    For reference: share of mbo 4 who went on to hbo (not used here)  45%    2008    ROC van Twente  published
    Worked example: chosen values, may be changed
    Net supply, persons a year                                        1,000  –       –               chosen by us
    What is chosen by us is no measurement. Change it in the notebook and the brief follows.

    """
    dash, own = say("demand.none", language), label("assumption_kind", "illustrative", language)
    example = say("demand.example_source", language)
    groups: dict[str, list[list[str]]] = {}
    for frame in assumptions:
        for _, row in frame.iterrows():
            named = citation(row.to_frame().T, language) if "#" in row["source"] else row["source"].split(" (http")[0]
            # A published share of something else is an assumption where it is used.
            kind = "used_as" if row["family"] == "mbo share" else row["kind"]
            groups.setdefault(named or example, []).append(
                [
                    label("assumption", row["id"], language),
                    f"{format_share(row['value'] / 100, language)} {label('rate_unit', row['unit'], language)}".strip(),
                    format_period(row["period"], language) or say("demand.no_period", language),
                    region_name(row["region"], language) if row["region"] else dash,
                    label("assumption_kind", kind, language),
                ]
            )
    for name, value in examples.items():
        shown = format_share(value, language) if value < 1 else format_number(value, language=language)
        groups.setdefault(example, []).append([label("assumption", name, language), shown, dash, dash, own])
    names = ("assumption", "value", "period", "region", "kind")
    return _table("assumptions", names, [*groups.items()], language, prose=("region", "kind"))


def route_scope(row: Mapping[str, object], language: str) -> str:
    """Say what a route is about: which jobs (of more than four sectors how many) or people, where and when."""
    kind = str(row["kind"])
    names = [label("sbi", one, language) for one in str(row["field"]).split(",")]
    figures = {
        "field": label("monitor_field", str(row["field"]), language),
        "sectors": join(names, language) if len(names) < 5 else say("demand.activities", language, n=len(names)),
        "when": format_period(str(row["when"]), language),
        "region": region_name(str(row["region"]), language),
        "supply": row["net_supply"],
        "coverage": "" if kind != "example" else format_share(float(str(row["coverage"])), language),
    }
    return say(f"demand.scope_{kind}", language, **figures)


def route_figure(row: Mapping[str, object], language: str) -> str:
    """Write the figure of a route: a range, or a number with what the source puts before it."""
    kind = "hundreds" if row["kind"] in ROUNDED else "number"
    low, high = (format_number(float(str(row[name])), kind, language) for name in ("low", "high"))
    before = label("qualifier", str(row["qualifier"]), language)
    return f"{before} {low if low == high else say('demand.range', language, low=low, high=high)}".strip()


def _table(
    name: str, columns: Sequence[str], groups: Groups, language: str, *, prose: Sequence[str] = (), **figures: str
) -> Table:
    words = {column: say(f"demand.column_{column}", language) for column in columns}
    return Table(
        caption=say(f"demand.table_{name}", language),
        columns=list(words.values()),
        groups=groups,
        notes=[say(f"demand.note_{name}", language, **figures)],
        prose=[words[column] for column in prose],
    )


def _qualified(row: pd.Series, language: str, kind: str = "number") -> str:
    value = format_number(float(row["value"]), kind, language)
    return f"{label('qualifier', row['qualifier'], language)} {value}".strip()


def _edition(row: pd.Series, language: str) -> str:
    """Name the edition: the document, without the place in it."""
    return "; ".join(cited(row.to_frame().T, language))
