"""Tables of a projection: the coming years, groups, scopes, the record, and what others report of theirs."""

import pandas as pd

from ..language import format_number, format_share, join, label, say
from ..outlook import at_edge, half_up, repeated, round_projection, says_nothing, years_of_test
from ..projection import FAR, POINT_CUT, RULES
from ..ratios import OTHER
from ..tidy import DataError
from .house import Table

__all__ = [
    "table_accuracy",
    "table_later",
    "table_projected_groups",
    "table_projected_scopes",
    "table_projection",
    "table_record",
]

LEVELS, ENDS = ("80", "95"), ("least", "most")
#: The measures of accuracy that are a miss of a figure.
MISSES = ("mape", "error")
#: The scopes that divide a total, by leerweg and by level.
DIVIDE = ("bol", "bbl", "niveau 2", "niveau 3", "niveau 4")


def table_projection(projected: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the coming years of one series, scenario years apart, rounded, from `project_scenario`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_projection(ta.project_scenario(ta.load_technical("duo"), 3), language="en")
    Projection of technical students, rounded
    Year  Our projection  80% range       95% range       Last count repeated
    2020  5,800           5,600 to 5,900  5,500 to 6,000  5,722
    2021  5,800           5,600 to 6,000  5,500 to 6,100  5,722
    2022  5,900           5,600 to 6,100  5,400 to 6,200  5,722
    ...

    """
    groups = []
    for status, part in round_projection(projected).groupby("status", sort=False):
        rows = [
            [
                str(row["year"]),
                format_number(row["value"], language=language),
                *(_span(row, level, language) for level in ("80", "95")),
                format_number(row["naive"], language=language),
            ]
            for row in part.to_dict("records")
        ]
        groups.append((say(f"projection.rows_{status}", language), rows))
    method = projected["method"].iloc[0]
    shown = say("projection.column_method", language, method=_uncapital(label("method", method, language)))
    names = [say("projection.column_year", language), say("projection.ours", language) if method == "rule" else shown]
    names += [say("projection.column_chance", language, level=level) for level in ("80", "95")]
    caption = say("projection.table", language, things=_things(projected, language))
    names.append(say(f"projection.{repeated(projected)}", language))
    # One heading says nothing: it is there where the scenario years begin.
    groups = (
        groups
        if len(groups) > 1 or groups[0][0] != say("projection.rows_estimated", language)
        else [("", groups[0][1])]
    )
    return Table(caption, names, groups, [say("projection.note_rounded", language)])


def table_projected_groups(joined: pd.DataFrame, projected: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show each group's last count and what to expect, at most three years ahead, with the members of ``overige``.

    Parameters
    ----------
    joined
        What `join_groups` gives.
    projected
        What `project` gives of it.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> joined = ta.join_groups(ta.load_technical("duo"), "domein")
    >>> table_projected_groups(joined, ta.project(joined, 3, by="domein"), language="en")
    Projection of technical students per group for 2022, rounded
    Domain                           Counted in 2019  Projection 2022  80% range
    Finishing, wood, maintenance     303              340              260 to 460
    Construction and infrastructure  728              760              640 to 920
    ...

    """
    by = next((name for name in ("bedrijfstak_mbo", "domein") if name in projected.columns), None)
    if by is None:
        raise DataError("This projection has no groups", remedy="Give by=... to project.")
    counts = joined[joined["year"] == joined["year"].max()].set_index(by)
    year = min(int(projected["year"].max()), int(projected["year"].min()) + FAR - 1)
    shown = round_projection(projected)
    shown = shown[shown["year"] == year]
    rows = [
        [
            label(by, row[by], language),
            format_number(float(counts["value"].loc[row[by]]), language=language),
            format_number(row["value"], language=language),
            _span(row, "80", language),
        ]
        for row in shown.to_dict("records")
    ]
    notes = [say("projection.note_groups", language), say(f"projection.note_{by}", language)]
    first = joined[joined["year"] == joined["year"].min()].set_index(by)["value"]
    notes += [
        say(
            "projection.note_zero",
            language,
            group=label(by, group, language),
            then=float(first.loc[group]),
            now=float(counts["value"].loc[group]),
            first_year=int(joined["year"].min()),
            last_year=_last(joined),
        )
        for group in shown.loc[shown["notes"].str.contains(POINT_CUT), by]
    ]
    together = joined[joined["members"].ne("")].head(1)
    for members, reasons in zip(together["members"], together["reasons"], strict=True):
        named = [
            f"{label(by, name, language)} ({label('reason', reason, language)})"
            for name, reason in zip(members.split("; "), reasons.split("; "), strict=True)
        ]
        notes.append(say("projection.members", language, members=join(named, language)))
    names = [label("dimension", by, language).capitalize(), say("projection.column_last", language, year=_last(joined))]
    names += [say("projection.column_year_of", language, year=year)]
    names += [say("projection.column_chance", language, level="80")]
    caption = say("projection.table_groups", language, things=_things(projected, language), year=year)
    return Table(caption, names, [("", rows)], notes)


def table_projected_scopes(found: pd.DataFrame, scope: str = "all", *, language: str = "nl") -> Table:
    """Show the last year in every scope and with transport at a level, rounded, from `project_scopes`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_projected_scopes(ta.project_scopes(ta.load_technical("duo"), 3), language="en")
    Projection of technical students for 2022 in each scope, rounded
    Scope                                             Last count  Projection 2022  80% range       Last count repeated
    Total                                             5,722       5,900            5,600 to 6,100  5,722
    Bol                                               2,913       2,700            2,300 to 3,100  2,913
    ...

    """
    found = round_projection(found)
    year = int(found["year"].iloc[0])
    groups = []
    marked: dict[str, list[str]] = {"edge": [], "vast": []}
    for held, part in found.groupby(found["scenario"].ne(""), sort=False):
        names = "scenario" if held else "scope"
        rows = []
        for row in part.to_dict("records"):
            name = label(names, row[names], language)
            name += f" ({format_number(row['level'], language=language)})" if held else ""
            why = "edge" if at_edge(row) else "vast" if row["upper_80"] - row["lower_80"] > row["value"] else ""
            if why:
                marked[why].append(name)
                name += " *"
            rows.append(
                [
                    name,
                    format_number(float(row["last"]), language=language),
                    format_number(row["value"], language=language),
                    _span(row, "80", language),
                    format_number(row["naive"], language=language),
                ]
            )
        groups.append((say("projection.rows_held", language) if held else "", rows))
    columns = [say("table.scope", language), say("projection.column_last_count", language)]
    columns.append(say("projection.column_year_of", language, year=year))
    columns += [say("projection.column_chance", language, level="80"), say("projection.column_naive", language)]
    caption = say("projection.table_scopes", language, things=_things(found, language), year=year)
    note = [say(f"projection.{why}", language, scopes=join(names, language)) for why, names in marked.items() if names]
    note += [say("projection.note_held", language)] if found["scenario"].ne("").any() else []
    if {"bol", "bbl"} & set(found["scope"]):
        note += [" ".join(_parts(found, language)), say("projection.note_terms", language)]
    left_out = [label("scope", name, language) for name in found["left_out"].iloc[0].split("; ") if name]
    if left_out:
        note.append(say("projection.scopes_left_out", language, scopes=join(left_out, language)))
    strong = label("scope", scope, language)
    strong += " *" if any(strong in names for names in marked.values()) else ""
    return Table(caption, columns, groups, note, [strong])


def cut_names(cut_groups: str, language: str) -> str:
    """Name the groups of ``cut_groups``: those whose projection is put at zero."""
    names = [
        say("projection.other", language)
        if name == OTHER
        # A group has a name in one classification or the other.
        else label("domein", label("bedrijfstak_mbo", name, language), language)
        for name in cut_groups.split("; ")
    ]
    return join(names, language)


def _parts(found: pd.DataFrame, language: str) -> list[str]:
    """Say why the scopes that divide the total do not add up to it: rounding, and groups put at zero."""
    divided = found[found["scenario"].eq("") & found["scope"].isin(("all", *DIVIDE)) & found["cut_groups"].ne("")]
    cuts = half_up(divided["cut"], 10)
    return [
        say("projection.note_parts", language),
        *(
            say("projection.note_parts_cut", language, scope=label("scope", scope, language),
                groups=cut_names(groups, language), cut=float(cut))
            for scope, groups, cut in zip(divided["scope"], divided["cut_groups"], cuts, strict=True)
        ),
    ]  # fmt: skip


def table_record(record: pd.DataFrame, method: str = "rule", *, language: str = "nl") -> Table:
    """Show how each method did on the years behind against naive, from `evaluate`; `method` is emphasised.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_technical("duo")
    >>> record = ta.evaluate(ta.join_groups(students, "domein"), "domein")
    >>> table = table_record(record, language="en")
    >>> dict(zip(table.columns, table.groups[0][1][4], strict=True))
    {'Method': 'Our rule (= extending half the trend)', 'Difference (students)': '25.7',
     'Compared with repeating': '1.18', 'Difference (%)': '3.6%', 'Range, compared with repeating': '1.29',
     'In 80%': '16', 'In 95%': '16'}

    """
    names = _method_names(record, language)
    record, groups = record[record["method"].isin(list(names))], []
    for n, part in record.groupby("n", sort=False):
        rows = [
            [
                names[row["method"]],
                format_number(row["mae"], "decimal", language),
                _ratio(row["mae_ratio"], language),
                format_number(row["wape"], "percent", language),
                _ratio(row["wis_ratio"], language),
                *(_hits(row, level, language) for level in ("80", "95")),
            ]
            for row in part.to_dict("records")
        ]
        # How many hits a good range has depends on the number of forecasts alone.
        known = part[part["hits_80"].notna()].head(1).to_dict("records")
        spans = {f"{end}_{level}": int(row[f"{end}_{level}"]) for row in known for end in ENDS for level in LEVELS}
        groups.append((say("projection.rows_record", language, n=int(n), **spans), rows))
    unit = label("unit", record["unit"].iloc[0], language)
    heads = ("method", "mae", "mae_ratio", "wape", "wis_ratio", "hits_80", "hits_95")
    columns = [say(f"projection.column_{name}_record", language, unit=unit) for name in heads]
    notes = [say("projection.note_record", language), say("projection.note_hits", language)]
    fewer = [names[name] for name in record.loc[record["n"] < record["n"].max(), "method"]]
    if fewer:
        notes.append(say("projection.note_fewer", language, n=len(fewer), methods=join(fewer, language)))
    strong = [names.get(method, names.get("rule", ""))]
    caption = say("projection.table_record", language, ahead=_ahead(record["horizon"].iloc[0], language))
    return Table(caption, columns, groups, notes, strong)


def _method_names(record: pd.DataFrame, language: str) -> dict[str, str]:
    """Name the methods of a record; one that is the rule itself has no row of its own."""
    names = {name: label("method", name, language) for name in record["method"]}
    parts = RULES.get(record["indicator"].iloc[0], ())
    if "rule" in names and len(parts) == 1:
        same = names.pop(parts[0])
        names["rule"] = say("projection.rule_is", language, method=_uncapital(same))
    return names


def table_accuracy(
    record: pd.DataFrame, accuracy: pd.DataFrame, method: str = "rule", *, language: str = "nl"
) -> Table:
    """Put our miss one year ahead beside what institutions report of theirs, from `load_accuracy`: least to most.

    An institution has one row: the misses it reports for the shortest time ahead, without sign. What it says in another
    measure, such as the share of occupations whose direction was right, stands in the data alone.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_technical("duo")
    >>> record = ta.evaluate(ta.join_groups(students, "domein"), "domein")
    >>> table_accuracy(record, ta.load_accuracy(), language="en")
    How far others were off
    Who and what                                                                       Ahead     Miss
    This brief: technical students per group, one school                               1 year    3.6%
    NCES (education statistics, US): pupils, students, degrees, whole US               1 year    0.3 to 3.5%
    ...

    """
    row = record[record["method"] == method].iloc[0]
    own = say("projection.own_things", language, things=_things(record, language))
    rows = [[own, _ahead(row["horizon"], language), format_share(float(row["wape"]), language)]]
    missed = accuracy[accuracy["measure"].isin(MISSES) & accuracy["qualifier"].fillna("").eq("")]
    for institution, part in missed.groupby("institution", sort=False):
        shortest = part["horizon"].astype("Int64").fillna(0)
        near = part[shortest == shortest.min()]
        who = f"{label('institution', institution, language)}: {label('accuracy', institution, language)}"
        rows.append([who, _ahead(shortest.min(), language), _reported(near, language)])
    columns = [say(f"projection.column_{name}", language) for name in ("what", "ahead", "missed")]
    notes = [say("projection.note_accuracy", language)]
    return Table(say("projection.table_accuracy", language), columns, [("", rows)], notes, [own])


def table_later(compared: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the test after the fact of every bedrijfstak, misses in students, from `compare_later`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> duo = ta.load_enrolment("duo", mbo_niveau=[2, 3, 4])
    >>> later = ta.to_bedrijfstak(duo, ta.read_table("crosswalk_bedrijfstak"))
    >>> compared = ta.compare_later(ta.load_enrolment(), later, 2015)
    >>> table_later(compared, language="en")
    Test after the fact: projection from 2007-2011 and the count of 2015
    Sector of industry                            Projection  80% range       Counted  Difference  If repeated  Match
    Count outside the 80% range (2)
    Construction and civil works                  1,000       900 to 1,100    644      +357        +419         fair
    ...

    """
    by = "bedrijfstak_mbo"
    shown = round_projection(compared).assign(miss=half_up(compared["miss"]), empty=says_nothing(compared))
    groups = []
    for inside, part in shown.groupby("inside_80", sort=True):
        rows = [
            [
                say("projection.nothing", language, group=label(by, row[by], language))
                if inside and row["empty"]
                else label(by, row[by], language),
                format_number(row["value"], language=language),
                _span(row, "80", language),
                format_number(row["counted"], language=language),
                *(format_number(row[name], "difference", language) for name in ("miss", "naive_miss")),
                label("confidence", row["confidence"], language),
            ]
            for row in part.to_dict("records")
        ]
        groups.append((say(f"projection.rows_{'inside' if inside else 'outside'}", language, n=len(part)), rows))
    names = ("projected", "chance", "counted", "miss", "naive_miss", "confidence")
    columns = [label("dimension", by, language).capitalize()]
    columns += [say(f"projection.column_{name}", language, level="80") for name in names]
    alone = [
        f"{label(by, row[by], language)} ({label('reason', row['reason'], language)})"
        for row in compared[compared["reason"].ne("")].to_dict("records")
    ]
    notes = [say("projection.note_later", language)]
    if alone:
        notes.append(say("projection.note_alone", language, groups=join(alone, language)))
    caption = say("projection.table_later", language, **years_of_test(compared))
    return Table(caption, columns, groups, notes)


def _things(frame: pd.DataFrame, language: str) -> str:
    return label("things", frame["indicator"].iloc[0], language)


def _last(frame: pd.DataFrame) -> int:
    return int(frame["year"].max())


def _span(row: dict[str, object], level: str, language: str) -> str:
    low, high = (format_number(float(str(row[f"{end}_{level}"])), language=language) for end in ("lower", "upper"))
    return say("demand.range", language, low=low, high=high)


def _ratio(value: float, language: str) -> str:
    """Write how many times that of naive, with two places: 0,97 is not 1,0."""
    if pd.isna(value):
        return format_number(None, language=language)
    return format_number(value, "hundredths", language)


def _hits(row: dict[str, object], level: str, language: str) -> str:
    hits = row[f"hits_{level}"]
    return format_number(None if pd.isna(hits) else int(str(hits)), language=language)


def _reported(part: pd.DataFrame, language: str) -> str:
    """Write misses as printed, without sign, from the least to the most, with their unit."""
    values = part["value"].astype(float).abs()
    ends = [format_number(end, "decimal", language) for end in dict.fromkeys((values.min(), values.max()))]
    unit = part["unit"].iloc[0]
    text = say("demand.range", language, low=ends[0], high=ends[-1]) if len(ends) > 1 else ends[0]
    return text + ("%" if unit == "%" else f" {label('unit', unit, language)}")


def _ahead(years: int, language: str) -> str:
    return say("projection.horizon", language, n=int(years)) if years else say("projection.short", language)


def _uncapital(text: str) -> str:
    return text[:1].lower() + text[1:]
