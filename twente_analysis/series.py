"""Which yearly series may be projected: their groups, small ones together, as an array of counts."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .ratios import OTHER
from .tidy import TRAILING, DataError, check_choice, check_tidy, dimensions, merge_sources, total_by
from .trends import SMALL, refuse_hidden

__all__ = ["join_groups"]

Array = NDArray[np.float64]

#: The fewest years that are projected.
FEWEST = 5
#: Why a group is not projected alone.
BELOW, BLANK, ABSENT, BREAK, TOGETHER = "below 30", "blank", "absent", "break", "the rest is below 30"


@dataclass(frozen=True)
class Series:
    """Yearly counts as an array, groups by years, with the columns that say what each group is, and the students."""

    labels: pd.DataFrame
    years: list[int]
    history: Array
    driver: Array | None


def join_groups(frame: pd.DataFrame, by: str, breaks: str | Collection[str] = ()) -> pd.DataFrame:
    """Total a frame per year and group, with the groups that may not be projected alone as one, ``overige``.

    Parameters
    ----------
    frame
        Tidy frame of counts.
    by
        Dimension that names the groups.
    breaks
        Groups that you know to have a break inside the series.

    Returns
    -------
    DataFrame
        Tidy, one row per year and group, with ``missing`` (cells left out), ``members`` (the groups in ``overige``) and
        ``reasons``, in their order, by name: ``below 30`` (a cell is), ``blank`` (a cell without a figure), ``absent``
        (a year without a row), ``break``, or ``the rest is below 30`` for the next smallest group, which is
        taken in where ``overige`` would be a single group or below 30 itself.

    Raises
    ------
    DataError
        When a key occurs twice, counts are hidden, a group of `breaks` is not there, or all groups together are below
        30.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> joined = join_groups(ta.load_diplomas(), "bedrijfstak_mbo")
    >>> joined.loc[joined["bedrijfstak_mbo"] == "overige", ["members", "reasons"]].iloc[0].tolist()
    ['Carrosserie en autoschadeherstel; Combinatie bedrijf; Grafische beroepen', 'below 30; blank; below 30']

    """
    counts = _count(frame, by)
    reasons = _reasons(counts, by, [breaks] if isinstance(breaks, str) else breaks)
    small = counts[by].isin(list(reasons))
    rest, parts = counts[~small], counts[small]
    if len(parts):
        other = total_by(parts.assign(**{by: OTHER}), by)
        other["missing"] = other["year"].map(parts.groupby("year")["missing"].sum())
        if not other["value"].ge(SMALL).all():
            _refuse_small(other)
        rest = pd.concat([rest, other[rest.columns]]).sort_values("year", kind="stable", ignore_index=True)
    told = {"members": "; ".join(reasons), "reasons": "; ".join(reasons.values())}
    return rest.assign(**{name: rest[by].map({OTHER: text}).fillna("") for name, text in told.items()}).astype(
        {by: "str", "members": "str", "reasons": "str"}
    )


def joined_reasons(frame: pd.DataFrame, by: str, breaks: Collection[str] = ()) -> dict[str, str]:
    """Name the groups that may not be projected alone, by name, with why; as `join_groups`."""
    return _reasons(_count(frame, by), by, breaks)


def _count(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    check_choice("by", by, dimensions(frame))
    _check_frame(frame)
    return total_by(frame.drop(columns="period", errors="ignore"), by)


def _reasons(counts: pd.DataFrame, by: str, breaks: Collection[str]) -> dict[str, str]:
    table = counts.pivot(index=by, columns="year", values="value")
    status = counts.pivot(index=by, columns="year", values="status")
    for group in breaks:
        check_choice("group", group, table.index.tolist())
    found: dict[str, str] = {}
    for group, row in table.iterrows():
        if status.loc[group].isna().any():
            found[group] = ABSENT
        elif row.isna().any():
            found[group] = BLANK
        elif row.lt(SMALL).any():
            found[group] = BELOW
        elif group in breaks:
            found[group] = BREAK
    sizes = table.drop(index=list(found)).min(axis=1).sort_values(kind="stable")
    for group in sizes.index:
        if not found or (len(found) > 1 and table.loc[list(found)].sum().ge(SMALL).all()):
            break
        found[group] = TOGETHER
    return {group: found[group] for group in table.index if group in found}


def _refuse_small(rows: pd.DataFrame) -> None:
    raise DataError(
        f"All there is adds up to fewer than {SMALL} in some year",
        remedy="Show the counts alone: a few students more or less would turn any projection.",
        rows=rows[["year", "value"]],
    )


def _check_frame(frame: pd.DataFrame) -> None:
    """Raise a `DataError` where a frame is not tidy, has no year, or hides counts."""
    names = list(frame.columns)
    before = names[: names.index("value")] if "value" in names else names
    check_tidy(frame[[*before, *[name for name in TRAILING if name in names and name not in before]]])
    if frame.empty or frame["year"].isna().any():
        raise DataError(
            "The frame has no rows, or rows without a year", remedy="Select dated rows: a series has years."
        )
    refuse_hidden(frame)
    _refuse_negative(frame)


def _refuse_negative(rows: pd.DataFrame) -> None:
    below = rows[rows["value"].lt(0).fillna(False)]
    if len(below):
        raise DataError(f"{len(below)} count(s) below 0", remedy="Give counts of 0 or more.", rows=below)


def read_series(frame: pd.DataFrame, by: str | None = None, enrolment: pd.DataFrame | None = None) -> Series:
    """Bring a frame to an array of groups by years, and the students of the same groups beside it."""
    whole = frame
    if by is None:
        _check_frame(frame)
        total = total_by(frame.drop(columns="period", errors="ignore"))
        if "missing" in frame.columns:  # of totals that left cells out
            total["missing"] += total["year"].map(frame.groupby("year")["missing"].sum())
        frame = total.assign(members="")
        if total["value"].lt(SMALL).any():
            _refuse_small(total)
    elif "members" not in frame.columns:
        frame = join_groups(frame, by)
    else:
        check_choice("by", by, dimensions(frame))
        _refuse_negative(frame)
    years = sorted(int(year) for year in frame["year"].unique())
    lacking = sorted(set(range(years[0], years[-1] + 1)) - set(years))
    if lacking:
        raise DataError(
            f"The series has no {', '.join(map(str, lacking))}", remedy="Give every year, or a later start."
        )
    if len(years) < FEWEST:
        raise DataError(
            f"The series has {len(years)} years; a projection needs {FEWEST}",
            remedy="Give a longer series, or show the counts alone: on fewer points no interval is honest.",
        )
    labels = _labels(frame, by)
    history = _matrix(frame, by, labels, years)
    driver = None
    if enrolment is not None:
        check_choice("indicator of the students", enrolment["indicator"].iloc[0], ["enrolment"])
        _check_frame(enrolment)
        _check_alike(whole, enrolment[enrolment["year"].isin(years)], by)
        for column in ("region_type", "region"):
            check_choice(f"{column} of the students", enrolment[column].iloc[0], labels[column].unique().tolist())
        if by:
            member = {one: OTHER for text in labels["members"] for one in text.split("; ") if one}
            enrolment = enrolment.assign(**{by: enrolment[by].astype("str").replace(member)})
        students = total_by(enrolment[enrolment["year"].isin(years)].drop(columns="period", errors="ignore"), by)
        driver = _matrix(students, by, labels, years)
    return Series(labels, years, history, driver)


def _check_alike(frame: pd.DataFrame, students: pd.DataFrame, by: str | None) -> None:
    """Raise a `DataError` where the students summed over are of another scope; groups kept apart are matched later."""
    for name in set(dimensions(frame)) & set(dimensions(students)) - {by}:
        apart = sorted(set(frame[name].astype("str")) ^ set(students[name].astype("str")))
        if apart:
            raise DataError(
                f"The students are of another scope: {name} {', '.join(apart)} is in one of the two frames alone",
                remedy="Take both frames in the same scope, or project per group (by=).",
            )


def _labels(frame: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """Say what each group is: its key, unit, source, the names in it and whether a year is a scenario."""
    groups = frame.groupby(by, sort=False) if by else frame.groupby("indicator", sort=False)
    labels = groups.first()[["region_type", "region", "unit", "members"]].assign(
        source=groups["source"].agg(lambda found: merge_sources(found.tolist())),
        scenario=groups["status"].agg(lambda found: found.eq("scenario").any()),
        missing=groups["missing"].sum(),
    )
    return labels.reset_index(names=by or "indicator").assign(indicator=frame["indicator"].iloc[0])


def _matrix(frame: pd.DataFrame, by: str | None, labels: pd.DataFrame, years: list[int]) -> Array:
    key = by or "indicator"
    table = frame.pivot(index=key, columns="year", values="value")
    table = table.reindex(index=labels[key] if by else table.index, columns=years)
    if table.isna().any(axis=None):
        raise DataError(
            "A group has no figure in some year",
            remedy="Choose other years or a scope without the group; students and diplomas need the same groups.",
            rows=table[table.isna().any(axis=1)],
        )
    return table.to_numpy(dtype=float)
