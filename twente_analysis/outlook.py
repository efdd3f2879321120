"""A projection as a reader gets it: under a stated scenario, in every scope, and rounded as far as the fan allows."""

from contextlib import suppress

import numpy as np
import pandas as pd

from .cohorts import follow_cohort
from .projection import FAN, FAR, OUTSIDE, add_up, check_asked, give_points, project_total
from .series import read_scopes
from .tidy import DataError, check_choice, merge_sources, total_by
from .trends import SCOPES, TRANSPORT, classification, in_scope

__all__ = ["SCENARIOS", "cohort_scenario", "project_scenario", "project_scopes", "projected_part", "round_projection"]

#: What is stated of transport, in a year of which nothing can be known: it falls away, or has its first or last count.
TRANSPORT_AT = ("transport at zero", "transport at first year", "transport at last year")
COHORT = "cohort"
#: The groups beside transport, where a scenario holds that at a level.
REST = "rest"
#: The names a user may give; empty for none.
SCENARIOS = ("", *TRANSPORT_AT, COHORT)
#: The ages whose inhabitants the scenario ``cohort`` follows: a choice, stated with the result.
COHORT_AGES = (16, 20)
TRANSPORT_GROUP = {"bedrijfstak_mbo": TRANSPORT, "domein": "Transport, scheepvaart en logistiek"}
#: Rounded to hundreds where the 80 % fan is at least two hundred wide and the point is no small number, else to tens.
WIDE, LARGE = 200, 1000
FIGURES = ("value", "naive", *FAN)
#: Bounds of a fan this wide are rounded to thousands: of them only the size can be read.
VAST, THOUSAND = 10_000, 1000
#: A fan this many times as wide as projection and count says nothing, even where it holds the count.
NOTHING = 3


def projected_part(frame: pd.DataFrame, scenario: str = "") -> pd.DataFrame:
    """Keep the groups that a method projects: not those that a scenario or a scope holds at a stated level.

    Raises
    ------
    DataError
        When the scenario is unknown, is about transport and the frame has no counts of it, or nothing is left.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> kept = projected_part(ta.load_enrolment(), "transport at zero")
    >>> int(kept.query("year == 2011")["value"].sum())
    5404

    """
    check_choice("scenario", scenario, SCENARIOS)
    by = classification(frame)
    held = set(frame.loc[frame["status"].eq("scenario"), by])
    if scenario in TRANSPORT_AT:
        group = TRANSPORT_GROUP[by]
        if group in held or group not in set(frame[by]):
            raise DataError(
                f"scenario={scenario!r} needs counts of {group!r}, which this scope does not have",
                remedy="Use scope='all' with it, or no scenario.",
            )
        held |= {group}
    kept = frame[~frame[by].isin(held)]
    if kept.empty:
        raise DataError("No group is left to project", remedy="Choose another scope or scenario.")
    return kept


def project_scenario(
    frame: pd.DataFrame,
    horizon: int,
    method: str = "rule",
    scenario: str = "",
    enrolment: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Project the total from the bottom up, with transport at a stated level where a scenario says so.

    Parameters
    ----------
    frame
        Tidy frame with a classification, in scope.
    horizon, method, enrolment
        As in `project_total`.
    scenario
        One of `SCENARIOS`. ``transport at ...``: the other groups are projected, and transport is added at that level.
        ``cohort`` leaves the projection as it is: its line stands beside it (`cohort_scenario`).

    Returns
    -------
    DataFrame
        As `project_total` gives, with ``scenario`` and ``level`` (what transport is held at, else missing). With
        transport at a level every year has status ``scenario``.

    Raises
    ------
    DataError
        As `project_total` and `projected_part`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_enrolment()
    >>> rest = ta.project_total(projected_part(students, "transport at zero"), 1, by="bedrijfstak_mbo")
    >>> held = project_scenario(students, 1, scenario="transport at first year")  # 496 in 2007
    >>> (held["value"] - rest["value"]).round(9).tolist(), held["status"].tolist()
    ([496.0], ['scenario'])

    """
    part = projected_part(frame, scenario)
    # A group that the scope itself holds is part of the total; what a scenario holds is added to it.
    part = part if scenario in TRANSPORT_AT else frame
    return _hold(project_total(part, horizon, method, classification(frame), enrolment), frame, scenario)


def _hold(total: pd.DataFrame, frame: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Add transport at the level of a scenario to the projection of the other groups."""
    if scenario not in TRANSPORT_AT:
        return total.assign(scenario=scenario, level=pd.array([pd.NA] * len(total), dtype="Float64"))
    by = classification(frame)
    group = frame[frame[by] == TRANSPORT_GROUP[by]]
    counts = total_by(group.drop(columns="period", errors="ignore")).sort_values("year")
    place = -1 if scenario == "transport at last year" else 0
    level = 0.0 if scenario == "transport at zero" else counts["value"].iloc[place]
    if pd.isna(level):
        raise DataError(f"scenario={scenario!r} rests on a blank cell", remedy="Choose another scenario.")
    source = merge_sources([total["source"].iloc[0], counts["source"].iloc[place]])
    moved = {name: total[name] + float(level) for name in FIGURES}
    held = total.assign(**moved, status="scenario", source=source, scenario=scenario, level=float(level))
    return held.astype({"status": "str", "source": "str", "scenario": "str", "level": "Float64"})


def cohort_scenario(frame: pd.DataFrame, horizon: int, population: pd.DataFrame) -> pd.DataFrame:
    """Let enrolment follow the inhabitants of 16 to 20, as `follow_cohort` does.

    Raises
    ------
    DataError
        When the frame is of diplomas, or as `follow_cohort`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> key = {"indicator": "population", "year": 2019, "region_type": "corop", "region": "CR12"}
    >>> ages = {"age": [str(age) for age in range(15, 21)], "value": [5000] + [10000] * 5}
    >>> people = pd.DataFrame(key | ages | {"unit": "persons", "status": "", "source": "own/table#1"})
    >>> people = people.astype({"year": "Int64", "value": "Int64"})
    >>> cohort_scenario(ta.load_technical("duo"), 1, people)["value"].round().tolist()  # 5,722 x 45,000 / 50,000
    [5150.0]

    """
    check_choice("indicator (for scenario='cohort')", frame["indicator"].iloc[0], ["enrolment"])
    if "age" not in population.columns:
        raise DataError(
            "scenario='cohort' needs the population by age, which is not carried over",
            remedy="Fetch CBS's table 03759ned by age (twente fetch cbs) and give its folder as open_data.",
        )
    return follow_cohort(frame, population, horizon, COHORT_AGES)


def project_scopes(
    frame: pd.DataFrame, horizon: int, method: str = "rule", enrolment: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Project the last year in every scope that has counts in all years, and with transport at a level.

    Parameters
    ----------
    frame, horizon, method, enrolment
        As in `project_scenario`; the frames with all groups, not yet in scope.

    Returns
    -------
    DataFrame
        The row of the last year, at most three ahead, per ``scope`` and ``scenario``, with ``last``, the last count,
        and ``left_out``, the scopes that cannot be projected, such as a leerweg with a handful of students. A scope
        that itself holds transport has no row: the scenarios say the same.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> found = project_scopes(ta.load_enrolment(), 3).set_index(["scope", "scenario"])
    >>> found.loc[("without transport", ""), ["year", "last"]].tolist()
    [2014, 5404]

    """
    check_asked(horizon, method)
    by, ahead = classification(frame), min(horizon, FAR)
    there = {name: part for name in SCOPES[by] if (part := _scope_part(frame, by, name)) is not None}
    last = {name: part.groupby("year")["value"].sum(min_count=1).sort_index() for name, part in there.items()}
    parts = {name: part for name, part in there.items() if last[name].notna().sum() == frame["year"].nunique()}
    if TRANSPORT_GROUP[by] in set(parts.get("all", frame.iloc[:0])[by]):
        parts[REST] = projected_part(parts["all"], TRANSPORT_AT[0])
    students = enrolment
    if enrolment is not None:
        students = {name: in_scope(enrolment, "all" if name == REST else name) for name in parts}
    points = {}
    for name, series in read_scopes(parts, by, students).items() if parts else ():
        with suppress(DataError):
            points[name] = series, give_points(series, ahead, method)
    kept = [name for name in there if name in points and (name != "all" or REST not in parts or REST in points)]
    if not kept:
        raise DataError("No scope can be projected", remedy="Show the counts alone.")
    totals = add_up(list(points.values()), method).iloc[ahead - 1 :: ahead]
    ends, plain = {name: end for end, name in enumerate(points)}, _hold(totals, frame, "")
    rows, scopes = [], []
    for name in kept:
        rows.append(plain.iloc[[ends[name]]])
        held = TRANSPORT_AT[1:] if name == "all" and REST in points else ()
        rows += [_hold(totals.iloc[[ends[REST]]], parts[name], scenario) for scenario in held]
        scopes += [name] * (1 + len(held))
    left_out = "; ".join(name for name in there if name not in kept)
    counted = [last[name].iloc[-1] for name in scopes]
    return pd.concat(rows, ignore_index=True).assign(scope=scopes, last=counted, left_out=left_out)


def _scope_part(frame: pd.DataFrame, by: str, name: str) -> pd.DataFrame | None:
    """Give the rows of a scope, or none where the frame has none of them or the scope holds a group at a level."""
    scope = SCOPES[by][name]
    if scope.held or not all(frame[dimension].isin(kept).any() for dimension, kept in scope.only.items()):
        return None
    return in_scope(frame, name)


def round_projection(projected: pd.DataFrame) -> pd.DataFrame:
    """Round point and fan to tens or hundreds: no more digits than the fan allows.

    Parameters
    ----------
    projected
        What `project`, `project_scenario` or `project_scopes` gives.

    Returns
    -------
    DataFrame
        The same, with ``step``: 100 where the widest 80 % fan of the series, up to three years ahead, is at least 200
        wide and its point at least 1,000, else 10. A half goes up. Where an interval is 10,000 wide its bounds are
        rounded to thousands. Naive is a count and stays one, as does a point that is the same.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> found = round_projection(project_scenario(ta.load_technical("duo"), 3))
    >>> found[["value", "naive", "lower_80", "upper_80"]].iloc[-1].tolist()
    [5900.0, 5722.0, 5600.0, 6100.0]

    """
    key = [name for name in ("bedrijfstak_mbo", "domein", "scope", "scenario") if name in projected.columns]
    near = projected[projected["year"] - projected["year"].min() < FAR]
    series = near.assign(width=near["upper_80"] - near["lower_80"]).groupby(key or "indicator", sort=False)
    wide = series["width"].max().ge(WIDE) & series["value"].min().ge(LARGE)
    index = pd.MultiIndex.from_frame(projected[key]) if len(key) > 1 else projected[key[0] if key else "indicator"]
    step = np.where(wide.reindex(index).to_numpy(dtype=bool), 100, 10)
    rounded = {name: half_up(projected[name], step) for name in ("value", "median")}
    rounded["value"] = rounded["value"].where(projected["value"].ne(projected["naive"]), projected["value"])
    for level in ("80", "95"):
        low, high = f"lower_{level}", f"upper_{level}"
        coarse = np.where(projected[high] - projected[low] >= VAST, np.maximum(step, THOUSAND), step)
        rounded |= {bound: half_up(projected[bound], coarse) for bound in (low, high)}
    return projected.assign(**rounded, step=step)


def repeated(projected: pd.DataFrame) -> str:
    """Name what the naive line of a projection repeats: every group, or all but the one that stands at a level."""
    return "row_naive_level" if "level" in projected and projected["level"].notna().any() else "row_naive"


def at_edge(row: pd.Series) -> bool:
    """Say whether a rounded projection lies on the edge of its 80 % fan or outside it: its methods then disagree.

    Examples
    --------
    >>> at_edge(pd.Series({"value": 2500.0, "lower_80": 2500.0, "upper_80": 5200.0, "notes": ""}))
    True

    """
    low, high = row["lower_80"], row["upper_80"]
    return OUTSIDE in row["notes"] or bool(low < high and not low < row["value"] < high)


def years_of_test(compared: pd.DataFrame) -> dict[str, int]:
    """Name the years of a test after the fact: the first and last that it rests on, and the year compared with.

    Examples
    --------
    >>> years_of_test(pd.DataFrame({"year": [2015], "horizon": [4], "n": [5]}))
    {'first_year': 2007, 'from_year': 2011, 'year': 2015}

    """
    year, ahead, n = (int(compared[name].iloc[0]) for name in ("year", "horizon", "n"))
    return {"first_year": year - ahead - n + 1, "from_year": year - ahead, "year": year}


def says_nothing(compared: pd.DataFrame) -> pd.Series:
    """Mark the rows whose 80 % fan is so wide, beside projection and count, that holding the count is no merit.

    Examples
    --------
    >>> wide = {"value": [2188, 936], "counted": [305, 536], "lower_80": [0, 508], "upper_80": [24068, 1919]}
    >>> says_nothing(pd.DataFrame(wide)).tolist()
    [True, False]

    """
    return compared["upper_80"] - compared["lower_80"] > NOTHING * compared[["value", "counted"]].max(axis=1)


def half_up(figures: pd.Series, step: int | np.ndarray = 1) -> pd.Series:
    """Round to a multiple of `step`; a half goes up, so that differences of rounded figures stay true.

    Examples
    --------
    >>> half_up(pd.Series([29.5, -26.5, 8.5])).tolist()
    [30.0, -26.0, 9.0]

    """
    return np.floor(figures.astype("Float64") / step + 0.5) * step
