"""Which yearly series may be projected: their groups, small ones together, as an array of counts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .ratios import OTHER
from .tidy import TRAILING, DataError, check_choice, check_frame, check_tidy, dimensions, merge_sources, total_by
from .trends import SMALL, refuse_hidden

__all__ = ["join_groups"]

Array = NDArray[np.float64]

#: The fewest years that are projected.
FEWEST = 5
#: The column that tells selections of a frame apart while they are read together.
SCOPE = "scope"
#: Why a group is not projected alone.
BELOW, BLANK, ABSENT, BREAK, TOGETHER = "below 30", "blank", "absent", "break", "the rest is below 30"


@dataclass(frozen=True)
class Series:
    """Yearly counts as an array, groups by years, with the columns that say what each group is, and the students."""

    labels: pd.DataFrame
    years: list[int]
    history: Array
    driver: Array | None

    def total(self) -> "Series":
        """Add the groups up: a series of one row."""
        labels = (
            self.labels[["region_type", "region", "unit"]]
            .iloc[:1]
            .assign(
                members="",
                source=merge_sources(self.labels["source"].tolist()),
                scenario=self.labels["scenario"].any(),
                missing=self.labels["missing"].sum(),
            )
        )
        labels.insert(0, "indicator", self.labels["indicator"].iloc[0])
        driver = self.driver if self.driver is None else self.driver.sum(axis=0, keepdims=True)
        return Series(labels, self.years, self.history.sum(axis=0, keepdims=True), driver)


def stack(parts: Sequence[Series]) -> Series:
    """Put series of the same years under each other, without their students."""
    labels = pd.concat([one.labels for one in parts], ignore_index=True)
    return Series(labels, parts[0].years, np.vstack([one.history for one in parts]), None)


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
    joined = _join(counts.assign(**{SCOPE: ""}), by, [breaks] if isinstance(breaks, str) else breaks)
    _refuse_small(joined[joined[by] == OTHER])
    return joined.drop(columns=SCOPE)


def joined_reasons(frame: pd.DataFrame, by: str, breaks: Collection[str] = ()) -> dict[str, str]:
    """Name the groups that may not be projected alone, by name, with why; as `join_groups`."""
    return _reasons(_count(frame, by).assign(**{SCOPE: ""}), by, breaks)[""]


def _count(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    check_choice("by", by, dimensions(frame))
    _check_frame(frame)
    return total_by(frame.drop(columns="period", errors="ignore"), by)


def _reasons(counts: pd.DataFrame, by: str, breaks: Collection[str] = ()) -> dict[str, dict[str, str]]:
    """Say, per scope, of each group that may not be projected alone why; a group has a row for each year it is in."""
    rows, years = counts.groupby([by, SCOPE])["value"], counts["year"].nunique()
    groups = pd.DataFrame({"there": rows.size(), "given": rows.count(), "least": rows.min()}).reset_index()
    for group in breaks:
        check_choice("group", group, groups[by].unique().tolist())
    why = np.select(
        [
            groups["there"] < years,
            groups["given"] < groups["there"],
            groups["least"].lt(SMALL),
            groups[by].isin(breaks),
        ],
        [ABSENT, BLANK, BELOW, BREAK],
        "",
    )
    found: dict[str, dict[str, str]] = {}
    for scope, part in groups.assign(why=why).groupby(SCOPE, sort=False):
        reasons = part.set_index(by)["why"].to_dict()
        table = counts[counts[SCOPE] == scope]
        for group in part.sort_values("least", kind="stable").loc[part["why"].eq(""), by]:
            joined = [name for name, reason in reasons.items() if reason]
            together = table[table[by].isin(joined)].groupby("year")["value"].sum()
            if not joined or (len(joined) > 1 and len(together) == years and together.ge(SMALL).all()):
                break
            reasons[group] = TOGETHER
        found[str(scope)] = {group: reason for group, reason in reasons.items() if reason}
    return found


def _join(counts: pd.DataFrame, by: str, breaks: Collection[str] = ()) -> pd.DataFrame:
    """Total, per scope, the groups that have a reason as ``overige``, after the others."""
    reasons = _reasons(counts, by, breaks)
    small = np.array([group in reasons[scope] for scope, group in zip(counts[SCOPE], counts[by], strict=True)])
    rows = counts.assign(**{by: counts[by].mask(small, OTHER), "small": small})
    rows = rows.sort_values(["year", "small"], kind="stable")
    joined = total_by(rows, [SCOPE, by])
    missing = rows.groupby(["year", SCOPE, by], sort=False)["missing"].sum()
    names = zip(joined[SCOPE], joined[by], strict=True)
    told = [reasons[scope] if group == OTHER else {} for scope, group in names]
    return joined.assign(
        missing=missing.array,
        members=["; ".join(one) for one in told],
        reasons=["; ".join(one.values()) for one in told],
    ).astype({by: "str", "members": "str", "reasons": "str"})


def _refuse_small(rows: pd.DataFrame) -> None:
    if not rows["value"].ge(SMALL).all():
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
    for one in [frame] if enrolment is None else [frame, enrolment]:
        check_frame(one)
    if by is None:
        _check_frame(frame)
        joined = total_by(frame.drop(columns="period", errors="ignore"))
        if "missing" in frame.columns:  # of totals that left cells out
            joined["missing"] += joined["year"].map(frame.groupby("year")["missing"].sum())
        joined = joined.assign(members="")
        _refuse_small(joined)
    elif "members" not in frame.columns:
        joined = join_groups(frame, by)
    else:
        check_choice("by", by, dimensions(frame))
        _refuse_negative(frame)
        joined = frame
    students = None if enrolment is None else {"": enrolment}
    found = _read({"": frame}, joined.assign(**{SCOPE: ""}), by or "indicator", students)[""]
    if isinstance(found, DataError):
        raise found
    return found


def read_scopes(
    scopes: Mapping[str, pd.DataFrame], by: str, enrolment: Mapping[str, pd.DataFrame] | None = None
) -> dict[str, Series]:
    """Read several selections of one frame, such as its scopes, at once; those that may not be projected are absent."""
    rows = _stack(scopes)
    _check_frame(rows)
    found = _read(scopes, _join(total_by(rows, [SCOPE, by]), by), by, enrolment)
    return {name: one for name, one in found.items() if isinstance(one, Series)}


def _stack(scopes: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put frames of the same columns under each other, the name of the scope among the dimensions."""
    rows = pd.concat([frame.drop(columns="period", errors="ignore") for frame in scopes.values()], ignore_index=True)
    names = np.repeat(list(scopes), [len(frame) for frame in scopes.values()])
    rows.insert(list(rows.columns).index("value"), SCOPE, pd.array(names, dtype="str"))
    return rows


def _read(
    frames: Mapping[str, pd.DataFrame],
    joined: pd.DataFrame,
    by: str,
    enrolment: Mapping[str, pd.DataFrame] | None,
) -> dict[str, Series | DataError]:
    """Bring joined groups to arrays, scope by scope."""
    years = _years(joined)
    labels = _labels(joined, by)
    history = _matrix(joined, by, labels, years)
    driver = _driver(enrolment, by, labels, years) if enrolment else None
    found: dict[str, Series | DataError] = {}
    for name, frame in frames.items():
        rows = labels[SCOPE] == name
        try:
            _refuse_small(joined[(joined[SCOPE] == name) & (joined[by] == OTHER)])
            for table in (history, driver):
                _refuse_gaps(table, rows)
            students = None
            if driver is not None and enrolment is not None:
                _check_alike(frame, enrolment[name][enrolment[name]["year"].isin(years)], by)
                students = driver.to_numpy(dtype=float)[rows]
            own = labels[rows].drop(columns=SCOPE).reset_index(drop=True)
            found[name] = Series(own, years, history.to_numpy(dtype=float)[rows], students)
        except DataError as error:
            found[name] = error
    return found


def _years(frame: pd.DataFrame) -> list[int]:
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
    return years


def _driver(enrolment: Mapping[str, pd.DataFrame], by: str, labels: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Give the students of the groups, those of the members of ``overige`` together."""
    for frame in enrolment.values():
        check_choice("indicator of the students", frame["indicator"].iloc[0], ["enrolment"])
        for column in ("region_type", "region"):
            check_choice(f"{column} of the students", frame[column].iloc[0], labels[column].unique().tolist())
    students = _stack(enrolment)
    _check_frame(students)
    students = students[students["year"].isin(years)]
    if by in dimensions(students):
        told = labels.loc[labels[by] == OTHER, [SCOPE, "members"]].itertuples(index=False)
        joined = {(scope, member) for scope, members in told for member in members.split("; ")}
        small = [one in joined for one in zip(students[SCOPE], students[by].astype("str"), strict=True)]
        students = students.assign(**{by: students[by].astype("str").mask(small, OTHER)})
    return _matrix(total_by(students, [SCOPE, by] if by != "indicator" else SCOPE), by, labels, years)


def _check_alike(frame: pd.DataFrame, students: pd.DataFrame, by: str) -> None:
    """Raise a `DataError` where the students summed over are of another scope; groups kept apart are matched later."""
    for name in set(dimensions(frame)) & set(dimensions(students)) - {by}:
        apart = sorted(set(frame[name].astype("str")) ^ set(students[name].astype("str")))
        if apart:
            raise DataError(
                f"The students are of another scope: {name} {', '.join(apart)} is in one of the two frames alone",
                remedy="Take both frames in the same scope, or project per group (by=).",
            )


def _labels(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Say what each group is: its key, unit, source, the names in it and whether a year is a scenario."""
    groups = frame.groupby([by, SCOPE], sort=False)
    labels = (
        groups[["region_type", "region", "unit", "members"]]
        .first()
        .assign(
            source=groups["source"].agg(merge_sources),
            scenario=frame["status"].eq("scenario").groupby([frame[by], frame[SCOPE]]).any(),
            missing=groups["missing"].sum(),
        )
    )
    labels = labels.reset_index()
    return labels.assign(indicator=frame["indicator"].iloc[0])


def _matrix(frame: pd.DataFrame, by: str, labels: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Give the counts of the labelled groups, by years; a group that is not there has none."""
    if by == "indicator":  # students beside a series of diplomas
        frame = frame.assign(indicator=labels["indicator"].iloc[0])
    table = frame.pivot(index=[by, SCOPE], columns="year", values="value")
    return table.reindex(index=pd.MultiIndex.from_frame(labels[[by, SCOPE]]), columns=years)


def _refuse_gaps(table: pd.DataFrame | None, rows: pd.Series) -> None:
    if table is not None and table[rows.to_numpy()].isna().any(axis=None):
        gaps = table[rows.to_numpy()].droplevel(SCOPE)
        raise DataError(
            "A group has no figure in some year",
            remedy="Choose other years or a scope without the group; students and diplomas need the same groups.",
            rows=gaps[gaps.isna().any(axis=1)],
        )
