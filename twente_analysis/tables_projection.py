"""Tables of a projection: the coming years, groups, scopes, the record, and what others report of theirs."""

import pandas as pd

from .language import format_number, format_share, join, label, say
from .outlook import half_up, round_projection
from .projection import FAR, POINT_CUT
from .tables import Table
from .tidy import DataError

__all__ = [
    "table_accuracy",
    "table_later",
    "table_projected_groups",
    "table_projected_scopes",
    "table_projection",
    "table_record",
]

LEVELS, ENDS = ("80", "95"), ("least", "most")


def table_projection(projected: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the coming years of one series, scenario years apart, rounded, from `project_scenario`."""
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
    method = label("method", projected["method"].iloc[0], language)
    names = [say("projection.column_year", language), say("projection.column_method", language, method=method)]
    names += [say("projection.column_chance", language, level=level) for level in ("80", "95")]
    caption = say("projection.table", language, things=_things(projected, language))
    names.append(say("projection.column_naive", language))
    return Table(caption, names, groups, [say("projection.note_rounded", language)])


def table_projected_groups(joined: pd.DataFrame, projected: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show each group's last count and what to expect, at most three years ahead, with the members of ``overige``.

    Parameters
    ----------
    joined
        What `join_groups` gives.
    projected
        What `project` gives of it.

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
    notes = [say("projection.note_groups", language)]
    if shown["notes"].str.contains(POINT_CUT).any():
        notes.append(say("projection.note_zero", language))
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
    """Show the last year in every scope and with transport at a level, rounded, from `project_scopes`."""
    found = round_projection(found)
    year = int(found["year"].iloc[0])
    groups = []
    for held, part in found.groupby(found["scenario"].ne(""), sort=False):
        names = "scenario" if held else "scope"
        rows = [
            [
                label(names, row[names], language)
                + (f" ({format_number(row['level'], language=language)})" if held else ""),
                format_number(float(row["last"]), language=language),
                format_number(row["value"], language=language),
                _span(row, "80", language),
                format_number(row["naive"], language=language),
            ]
            for row in part.to_dict("records")
        ]
        groups.append((say("projection.rows_held", language) if held else "", rows))
    columns = [say("table.scope", language), say("projection.column_last_count", language)]
    columns.append(say("projection.column_year_of", language, year=year))
    columns += [say("projection.column_chance", language, level="80"), say("projection.column_naive", language)]
    caption = say("projection.table_scopes", language, things=_things(found, language), year=year)
    note = [say("projection.note_held", language)] if found["scenario"].ne("").any() else []
    left_out = [label("scope", name, language) for name in found["left_out"].iloc[0].split("; ") if name]
    if left_out:
        note.append(say("projection.scopes_left_out", language, scopes=join(left_out, language)))
    return Table(caption, columns, groups, note, [label("scope", scope, language)])


def table_record(record: pd.DataFrame, method: str = "rule", *, language: str = "nl") -> Table:
    """Show how each method did on the years behind against naive, from `evaluate`; `method` is emphasised."""
    groups = []
    for n, part in record.groupby("n", sort=False):
        rows = [
            [
                label("method", row["method"], language),
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
    names = ("method", "mae", "mae_ratio", "wape", "wis_ratio", "hits_80", "hits_95")
    columns = [say(f"projection.column_{name}_record", language, unit=unit) for name in names]
    notes = [say("projection.note_record", language), say("projection.note_hits", language)]
    strong = [label("method", method, language)]
    return Table(say("projection.table_record", language), columns, groups, notes, strong)


def table_accuracy(
    record: pd.DataFrame, accuracy: pd.DataFrame, method: str = "rule", *, language: str = "nl"
) -> Table:
    """Put our miss one year ahead beside what institutions report of their own forecasts, from `load_accuracy`."""
    row = record[record["method"] == method].iloc[0]
    own = say("projection.own_things", language, things=_things(record, language)).capitalize()
    ahead = accuracy["horizon"].astype("Int64").fillna(0)
    years = sorted(set(ahead) | {int(row["horizon"])})
    ours = [format_share(float(row["wape"]), language) if year == row["horizon"] else "" for year in years]
    groups = [(say("projection.own_rows", language), [[own, *ours]])]
    what = {"nl": "what_nl", "en": "what_en"}[language]
    for (institution, measure), part in accuracy.assign(ahead=ahead).groupby(["institution", "measure"], sort=False):
        rows = []
        for (name, edition), series in part.groupby([what, "edition"], sort=False):
            again = len(set(part.loc[part[what] == name, "edition"])) > 1
            held = {one["ahead"]: _reported(one, language) for one in series.to_dict("records")}
            rows.append([f"{name}, {edition}" if again else str(name), *(held.get(year, "") for year in years)])
        heading = f"{label('institution', institution, language)}: {label('measure', measure, language)}"
        groups.append((heading, rows))
    columns = [say("projection.column_what", language)]
    columns += [
        say("projection.horizon", language, n=year) if year else say("projection.short", language) for year in years
    ]
    sources = ", ".join(dict.fromkeys(source.split("/")[0].split(" ")[0] for source in accuracy["source"]))
    notes = [say("projection.note_accuracy", language), say("projection.note_sources", language, sources=sources)]
    return Table(say("projection.table_accuracy", language), columns, groups, notes)


def table_later(compared: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the test after the fact of every bedrijfstak, misses in students, from `compare_later`."""
    by = "bedrijfstak_mbo"
    whole = compared.assign(value=half_up(compared["value"]), miss=half_up(compared["miss"]))
    groups = []
    for inside, part in whole.groupby("inside_80", sort=True):
        rows = [
            [
                label(by, row[by], language),
                format_number(row["value"], language=language),
                _span(row, "80", language),
                format_number(row["counted"], language=language),
                *(format_number(row[name], "difference", language) for name in ("miss", "naive_miss")),
                label("confidence", row["confidence"], language),
            ]
            for row in part.to_dict("records")
        ]
        groups.append((say(f"projection.rows_{'inside' if inside else 'outside'}", language, n=len(part)), rows))
    names = ("projected", "range", "counted", "miss", "naive_miss", "confidence")
    columns = [label("dimension", by, language).capitalize()]
    columns += [say(f"projection.column_{name}", language, level="80") for name in names]
    alone = [
        f"{label(by, row[by], language)} ({label('reason', row['reason'], language)})"
        for row in compared[compared["reason"].ne("")].to_dict("records")
    ]
    notes = [say("projection.note_later", language)]
    if alone:
        notes.append(say("projection.note_alone", language, groups=join(alone, language)))
    year = int(compared["year"].iloc[0])
    return Table(say("projection.table_later", language, year=year), columns, groups, notes)


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


def _reported(row: dict[str, object], language: str) -> str:
    """Write a figure as printed, with what stands before it and its unit."""
    value = float(str(row["value"]))
    shown = format_share(value / 100, language)
    if row["unit"] != "%":
        shown = f"{format_number(value, 'decimal', language)} {label('unit', str(row['unit']), language)}"
    return f"{label('qualifier', str(row['qualifier']), language)} {shown}".strip()
