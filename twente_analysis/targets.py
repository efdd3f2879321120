"""The targets held against figures: what each would take a year, how it can be read, and whether it can be judged.

Strict: without a base that its document prints, or without a later count of what the target counts, a target is *not
measurable*, and the frame says why. A figure with another definition may stand beside it, and judges nothing.
"""

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from .tidy import DataError, check_choice

__all__ = [
    "REASONS",
    "STATUSES",
    "count_goals",
    "goal_chances",
    "goal_path",
    "goal_readings",
    "judge_goals",
    "needed_per_year",
    "reach_chance",
    "scale_goals",
]

STATUSES = ("reached", "on course", "off course", "not measurable")
#: Why a target cannot be judged, the first that holds before the others.
REASONS = ("no figure", "no base", "several readings", "other definition", "no later count", "no deadline")
#: What a target's figure is added to, so that it means nothing without a base.
ON_BASE = ("growth", "points", "increment", "growth or points", "level or increment")
#: The quantiles of a fan, from its lowest column to its highest.
FAN = {"lower_95": 0.025, "lower_80": 0.1, "median": 0.5, "upper_80": 0.9, "upper_95": 0.975}
#: Where the years of a path start: the base's own year, the first of the programme's term, or the document's.
STARTS = ("base", "term", "document")


def goal_path(targets: pd.DataFrame, goal: str) -> pd.DataFrame:
    """Add up the yearly growth that leads to a goal, on the year before and on the first year.

    Parameters
    ----------
    targets, goal
        What `load_targets` gives, and the id of a goal that has steps of growth.

    Returns
    -------
    DataFrame
        One row per step: ``year``, ``step`` (fraction), ``compound`` (growth since the start when each step is on the
        year before) and ``simple`` (when each is on the start), ``target`` (what the document says of the whole),
        fractions; ``printed`` and ``source``.

    Raises
    ------
    DataError
        When the goal has no steps of growth.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> path = goal_path(ta.load_targets(), "techwise-101-1")  # 1.05 x 1.10 x 1.10 x 1.05 x 1.05
    >>> path[["compound", "simple"]].iloc[-1].round(4).tolist()
    [0.4007, 0.35]

    """
    steps = targets[(targets["part_of"] == goal) & (targets["kind"] == "growth")]
    choices = targets.loc[(targets["role"] == "step") & (targets["kind"] == "growth"), "part_of"].unique().tolist()
    check_choice("goal", goal, choices)
    growth = steps["target"].astype(float) / 100
    whole = float(targets.loc[targets["id"] == goal, "target"].item()) / 100
    frame = pd.DataFrame({"year": _last_year(steps["deadline"]), "step": growth})
    frame = frame.assign(compound=(1 + growth).cumprod() - 1, simple=growth.cumsum(), target=whole)
    return frame.assign(printed=steps["printed"], source=steps["source"]).reset_index(drop=True)


def goal_readings(
    targets: pd.DataFrame, readings: pd.DataFrame, tree_readings: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Say for each goal with a figure in how many ways it can be read, and what must be reached in each.

    Parameters
    ----------
    targets, readings
        What `load_targets` and `load_target_readings` give.
    tree_readings
        What `target_readings` gives of the steps from vmbo to mbo to hbo; it goes before the other readings.

    Returns
    -------
    DataFrame
        One row per goal and reading (``printed`` where there is only one): ``kind``; ``base`` and ``wanted`` in
        ``unit``, missing where no base is published; ``base_is`` ``printed`` where the document names it as the base,
        ``taken`` where we take another published figure; ``start`` (year) and ``start_is`` (see ``STARTS``);
        ``wanted_high``, the upper end of a range; ``due`` (year); ``at_most`` where less is better; ``source``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> found = goal_readings(ta.load_targets(), ta.load_target_readings())
    >>> found.loc[found["id"] == "regiovisie-183-1", ["base", "wanted"]].round(1).values.tolist()  # x 1.1; + 10
    [[61.0, 67.1], [61.0, 71.0]]

    """
    rows: list[dict[str, Any]] = []
    tree = tree_readings if tree_readings is not None else pd.DataFrame({"target": []})
    for goal in targets[(targets["role"] == "goal") & (targets["kind"] != "commitment")].to_dict("records"):
        taken = readings[readings["id"] == goal["id"]].to_dict("records")
        if goal["id"] in set(tree["target"]):
            taken = tree[tree["target"] == goal["id"]].assign(base_period="").to_dict("records")
        rows += [_reading(goal, one) for one in taken or [{}]]
    if not rows:
        raise DataError("No target has a figure", remedy="Choose a programme with targets that have one.")
    return pd.DataFrame(rows).astype({"start": "Int64", "due": "Int64", "base": float, "wanted": float})


def needed_per_year(readings: pd.DataFrame) -> pd.DataFrame:
    """Reckon what each year must bring from base to target, as a number and as a rate.

    Returns
    -------
    DataFrame
        The rows of `goal_readings` with a base, a deadline and a year in between, and ``years``; ``linear``, the same
        number of the unit each year; ``compound``, the same growth each year, as a fraction of the year before, missing
        where the path is one year: that is the whole change, no rate.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> found = needed_per_year(goal_readings(ta.load_targets("regiodeal"), ta.load_target_readings()))
    >>> found[["base", "wanted", "years", "linear"]].values.tolist()  # 300 more in four years
    [[700.0, 1000.0, 4.0, 75.0]]
    >>> round(float(found["compound"].item()), 4)  # 1.0933 four times is 1000 / 700
    0.0933

    """
    years = (readings["due"] - readings["start"]).astype("Float64")
    kept = readings[(years.fillna(0) > 0) & readings["base"].notna() & readings["wanted"].notna()]
    years = years[kept.index].astype(float)
    ratio = kept["wanted"] / kept["base"].where(kept["base"].gt(0) & years.gt(1))
    found = kept.assign(years=years, linear=(kept["wanted"] - kept["base"]) / years, compound=ratio ** (1 / years) - 1)
    return found.reset_index(drop=True)


def reach_chance(fan: Mapping[str, float], wanted: float, *, at_most: bool = False) -> tuple[float, float]:
    """Read the chance of a target from the fan of one year: between which two bounds it lies.

    Between two lines of the fan the chance is interpolated on normal scores, and both bounds are the same number;
    beyond the 95 % lines the fan says no more than that the chance is below 2.5 % or above 97.5 %.

    Parameters
    ----------
    fan
        Values under ``lower_95, lower_80, median, upper_80, upper_95``, in the unit of `wanted`.
    at_most
        The target is not to exceed `wanted`.

    Examples
    --------
    >>> fan = {"lower_95": 80, "lower_80": 90, "median": 100, "upper_80": 110, "upper_95": 120}
    >>> reach_chance(fan, 90), reach_chance(fan, 130)
    ((0.9, 0.9), (0.0, 0.025))

    """
    values = [float(fan[name]) for name in FAN if name in fan]
    if len(values) < len(FAN) or np.isnan([*values, wanted]).any() or (np.diff(values) < 0).any():
        raise DataError(
            f"This is no fan: {dict(fan)}", remedy=f"Give {', '.join(FAN)}, none below the one before, and a target."
        )
    shares = list(FAN.values())  # at least: what lies below the target is missed; at most: what lies above it
    place = int(np.searchsorted(values, wanted, side="right" if at_most else "left"))
    if place == 0:
        below = (0.0, shares[0])
    elif place == len(values):
        below = (shares[-1], 1.0)
    else:
        scores = [NormalDist().inv_cdf(one) for one in shares[place - 1 : place + 1]]
        below = (NormalDist().cdf(float(np.interp(wanted, values[place - 1 : place + 1], scores))),) * 2
    low, high = below if at_most else (1 - below[1], 1 - below[0])
    return round(low, 6), round(high, 6)


def goal_chances(readings: pd.DataFrame, fans: pd.DataFrame | None = None) -> pd.DataFrame:
    """Give the chance of each goal where a projection of what it counts covers its deadline.

    Parameters
    ----------
    readings, fans
        Result of `goal_readings`, and projections: ``id`` of the target, ``year``, ``unit`` and the five lines of a fan
        (see `reach_chance`). Only a series that counts what the target counts belongs here.

    Returns
    -------
    DataFrame
        The readings with ``chance_low`` and ``chance_high`` (fractions, missing where there is no chance to give) and
        ``cover``: ``covered``, ``no series`` for the target, ``not projected`` for its deadline, or ``no base``; of a
        range ``top_low`` and ``top_high``, the chance of its upper end.

    Examples
    --------
    >>> fan = {"lower_95": 80, "lower_80": 90, "median": 100, "upper_80": 110, "upper_95": 120}
    >>> goal = {"id": "a", "unit": "persons", "due": 2022, "wanted": 90.0, "wanted_high": np.nan, "at_most": False}
    >>> fans = pd.DataFrame([{"id": "a", "year": 2022, "unit": "persons", **fan}])
    >>> goal_chances(pd.DataFrame([goal]), fans)[["chance_low", "chance_high", "cover"]].values.tolist()
    [[0.9, 0.9, 'covered']]
    """
    known = fans if fans is not None else pd.DataFrame({"id": [], "year": [], "unit": []})
    rows = []
    for reading in readings.to_dict("records"):
        own = known[known["id"] == reading["id"]]
        then = own[own["year"].isin([reading["due"]])]
        cover = "no base" if np.isnan(reading["wanted"]) else "covered" if len(then) else "not projected"
        cover = cover if len(own) else "no series"
        chances = [(np.nan, np.nan)] * 2
        if cover == "covered":
            _same_unit(reading["id"], [reading["unit"]], then["unit"])
            lines, ends = then.iloc[0][list(FAN)].to_dict(), (reading["wanted"], reading["wanted_high"])
            for place, end in enumerate(ends if not np.isnan(ends[1]) else ends[:1]):
                chances[place] = reach_chance(lines, end, at_most=reading["at_most"])
        rows.append([*chances[0], cover, *chances[1]])
    names = ["chance_low", "chance_high", "cover", "top_low", "top_high"]
    return readings.join(pd.DataFrame(rows, readings.index, names))


def judge_goals(targets: pd.DataFrame, readings: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Say of each goal whether it is reached, on course or off course, or why it is not measurable.

    Before its deadline a goal is on course when the latest count lies on or beyond the straight line from base to
    target; after it, off course means missed. A count judges the readings in its own unit that do not
    start later than it; several readings judge only where each has a count and they agree.

    Parameters
    ----------
    targets, readings, figures
        What `load_targets`, `goal_readings` and `load_target_figures` give; only figures with ``match`` ``same`` judge.

    Returns
    -------
    DataFrame
        One row per goal: ``id, programme, status`` (one of ``STATUSES``), ``reason`` and ``reasons`` (of ``REASONS``,
        the first and all of them; empty where it is judged), ``due``, ``latest``, ``latest_period`` and ``latest_unit``
        (the last count of the same, not older than the start), ``nearby``, ``nearby_period``, ``nearby_unit`` and
        ``nearby_figure`` (the last with another definition), ``source``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> targets = ta.load_targets("regiodeal")
    >>> judged = judge_goals(targets, goal_readings(targets, ta.load_target_readings()), ta.load_target_figures())
    >>> judged["status"].unique().tolist()
    ['not measurable']

    """
    rows = []
    for goal in targets[targets["role"] == "goal"].to_dict("records"):
        own = readings[readings["id"] == goal["id"]].to_dict("records")
        found = figures[figures["id"] == goal["id"]]
        alike, nearby = found[found["match"] == "same"], _latest(found[found["match"] == "nearby"])
        _same_unit(goal["id"], [reading["unit"] for reading in own] or alike["unit"].tolist(), alike["unit"])
        counts = [_latest(_counting(alike, goal, reading)) for reading in own]
        same = max(counts, key=lambda one: one["period"], default=_latest(alike[:0]))
        reasons = _blocking(goal, own, same, nearby)
        if not set(reasons) & {"no figure", "no base", "other definition", "no later count"}:
            outcomes = {_outcome(*pair) if pair[1]["period"] else "" for pair in zip(own, counts, strict=True)}
            status = (outcomes.pop() if len(outcomes) == 1 else "") or "several readings"
            reasons = [] if status in STATUSES else [status]
        row = {name: goal[name] for name in ("id", "programme")} | {"status": "not measurable" if reasons else status}
        row |= {"reason": next(iter(reasons), ""), "reasons": "; ".join(reasons)}
        row |= {"due": _last_year(pd.Series([goal["deadline"]])).item()}
        row |= {"latest": same["value"], "latest_period": same["period"], "latest_unit": same["unit"]}
        row |= {f"nearby{end}": nearby[name] for end, name in
                (("", "value"), ("_period", "period"), ("_unit", "unit"), ("_figure", "figure"))}  # fmt: skip
        rows.append(row | {"source": goal["source"]})
    return pd.DataFrame(rows).astype({"due": "Int64", "latest": float, "nearby": float})


def count_goals(judged: pd.DataFrame) -> pd.DataFrame:
    """Count ``goals`` per ``programme``, ``status`` and ``reason`` (empty where judged), also what does not occur.

    Examples
    --------
    >>> judged = pd.DataFrame({"programme": "twam", "status": "not measurable", "reason": ["no base", "no base"]})
    >>> count_goals(judged).query("goals > 0").values.tolist()
    [['twam', 'not measurable', 'no base', 2]]
    """
    outcomes = [(status, "") for status in STATUSES[:-1]] + [(STATUSES[-1], reason) for reason in REASONS]
    rows = [
        {"programme": programme, "status": status, "reason": reason}
        | {"goals": int(((part["status"] == status) & (part["reason"] == reason)).sum())}
        for programme, part in judged.groupby("programme", sort=False)
        for status, reason in outcomes
    ]
    return pd.DataFrame(rows)


def scale_goals(readings: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """Put base and latest count on one scale: as a fraction of what each goal wants.

    The readings that have a base, as `goal_readings` gives them, with ``base_share``, ``latest_share`` (missing without
    a count) and ``status``.

    Examples
    --------
    >>> readings = pd.DataFrame({"id": ["a"], "base": [700], "wanted": [1000], "unit": "persons"})
    >>> judged = pd.DataFrame({"id": ["a"], "latest": [850], "latest_unit": "persons", "status": "on course"})
    >>> scale_goals(readings, judged)[["base_share", "latest_share"]].values.tolist()
    [[0.7, 0.85]]
    """
    found = readings[readings["base"].notna() & (readings["wanted"].abs() > 0)]
    own = judged.set_index("id")
    state = own.reindex(found["id"]).set_axis(found.index)
    latest = state["latest"].where(state["latest_unit"] == found["unit"])
    shares = {"base_share": found["base"] / found["wanted"], "latest_share": latest / found["wanted"]}
    return found.assign(**shares, status=state["status"]).reset_index(drop=True)


def _reading(goal: Mapping[str, Any], taken: Mapping[str, Any]) -> dict[str, Any]:
    """Give one reading of a goal: as the document has it, or with what is taken as its base."""
    printed = not taken or pd.isna(taken["base"])
    base = goal["baseline"] if printed else taken["base"]
    period = goal["baseline_period"] if printed else taken["base_period"]
    kind, target = str(taken.get("kind", goal["kind"])), float(goal["target"])
    start = float("nan") if pd.isna(base) else float(base)
    high = float("nan") if pd.isna(goal["target_high"]) else float(goal["target_high"])
    ends = ({"level": end, "growth": start * (1 + end / 100)}.get(kind, start + end) for end in (target, high))
    first, year = _start(goal, period)
    row = {"id": goal["id"], "reading": taken.get("reading", "printed"), "kind": kind, "base": start}
    row |= dict(zip(("wanted", "wanted_high"), ends, strict=True)) | {
        "base_is": "" if pd.isna(base) else "printed" if printed else "taken"
    }
    row |= {"start": pd.NA if pd.isna(base) else year, "start_is": "" if pd.isna(base) else first}
    row |= {"due": _last_year(pd.Series([goal["deadline"]])).item(), "unit": taken.get("unit", goal["unit"])}
    row |= {"at_most": goal["qualifier"] == "less than" or bool(row["wanted"] < start) or target < 0}
    return row | {"source": (not printed and taken["source"]) or goal["source"]}


def _start(goal: Mapping[str, Any], period: str) -> tuple[str, int]:
    """Say where a path starts (see ``STARTS``) and in which year."""
    years = {"base": period[:4], "term": goal["term"][:4], "document": str(goal["published"])}
    return next((name, int(years[name])) for name in STARTS if years[name])


def _counting(alike: pd.DataFrame, goal: Mapping[str, Any], reading: Mapping[str, Any]) -> pd.DataFrame:
    """Keep the counts that judge a reading: in its unit, and not from before it starts."""
    start = _start(goal, goal["baseline_period"])[1] if pd.isna(reading["start"]) else reading["start"]
    return alike[(alike["unit"] == reading["unit"]) & (alike["period"].str[:4].astype(int) >= start)]


def _last_year(periods: pd.Series) -> pd.Series:
    """Take the year in which a period ends, in the notation of CBS; an empty one has none."""
    return pd.to_numeric(periods.str.extract(r"(\d{4})(?:[A-Z]{2}\d{2})?$")[0]).astype("Int64")


def _latest(figures: pd.DataFrame) -> dict[str, Any]:
    if figures.empty:
        return {"value": float("nan"), "period": "", "unit": "", "figure": ""}
    return dict(figures.sort_values("period", kind="stable").iloc[-1])


def _blocking(
    goal: Mapping[str, Any], readings: list[dict[str, Any]], same: Mapping[str, Any], nearby: Mapping[str, Any]
) -> list[str]:
    """Name everything that keeps a goal from being judged, in the order of ``REASONS``."""
    if goal["kind"] == "commitment":
        return ["no figure"]
    holds = {
        "no base": goal["kind"] in ON_BASE and pd.isna(goal["baseline"]),
        "several readings": len(readings) > 1,
        "other definition": not same["period"] and bool(nearby["period"]),
        "no later count": not same["period"] and not nearby["period"],
        "no deadline": not goal["deadline"],
    }
    return [reason for reason in REASONS if holds.get(reason)]


def _outcome(reading: Mapping[str, Any], latest: Mapping[str, Any]) -> str:
    """Judge one reading by the latest count; a reason where it cannot be judged."""
    sign = -1 if reading["at_most"] else 1
    if sign * latest["value"] >= sign * reading["wanted"]:
        return "reached"
    if pd.isna(reading["due"]):
        return "no deadline"
    year = int(str(latest["period"])[:4])
    if year >= reading["due"]:
        return "off course"
    if np.isnan(reading["base"]):
        return "no base"
    years = (year - reading["start"]) / (reading["due"] - reading["start"])
    expected = reading["base"] + years * (reading["wanted"] - reading["base"])
    return "on course" if sign * latest["value"] >= sign * expected else "off course"


def _same_unit(goal: str, known: list[str], units: Any) -> None:
    wrong = [one for one in units if one not in known]
    if wrong:
        raise DataError(
            f"The target {goal} is in {' or '.join(map(repr, sorted({*known})))}, a figure beside it in {wrong[0]!r}",
            remedy="Give a figure in the unit of the target, or mark it as nearby.",
        )
