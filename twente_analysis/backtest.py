"""How the methods of `projection` would have done: on the years behind, and against later counts.

Here a method gets as few as three years, fewer than a published projection rests on, because a series of five leaves no
more; log-OLS gets four.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binom

from .forecasts import (
    COMPONENTS,
    FEWEST as FEWEST_OF,
    METHODS,
    Array,
    Predictive,
    fan,
    forecast,
    pooled_quantiles,
    predictive,
)
from .projection import FAN, RULES, TOLERANCE, check_horizon, project
from .series import join_groups, joined_reasons, read_series
from .tidy import DataError, check_choice, check_frame, dimensions, total_by
from .trends import classification

__all__ = ["FURTHER", "compare_later", "evaluate", "replay", "replay_total"]

#: Years ahead of the second test: five yearly points leave one origin for it, and none for more.
FURTHER = 2
#: The fewest years before an origin.
TRAINING = 3
LEVELS = {"80": 0.8, "95": 0.95}
BENCHMARK, PASSES = "benchmark", "no worse than naive"


def replay(frame: pd.DataFrame, by: str, enrolment: pd.DataFrame | None = None, horizon: int = 1) -> pd.DataFrame:
    """Make every forecast that could have been made in the years behind, and put the count beside it.

    Parameters
    ----------
    frame
        Tidy frame of counts, five years or more.
    by
        Dimension whose groups are forecast, each alone, the small ones too; with what `join_groups` gives, those that
        are projected, ``overige`` among them. A group that lacks a figure is left out.
    enrolment
        Students of the same years and groups; without it there is no lag ratio, and no rule for diplomas.
    horizon
        Years from the last count that is used, the origin, to the year that is forecast.

    Returns
    -------
    DataFrame
        One row per method, origin and group: the key with the ``year`` forecast, ``origin`` (last year used), ``n``
        (years used, 3 or more), `value`, ``counted``, ``error`` = value - counted, ``scale`` (mean yearly change,
        without sign, up to the origin), and for the methods with a distribution the fan's bounds and ``wis``. Those are
        ``naive``, ``drift``, ``log-ols`` and ``rule``, whose distribution is the pool of the three (of two on 3 years).

    Raises
    ------
    DataError
        As `project`, or when the series is too short for any origin or a group is held at a level (``scenario``).

    Notes
    -----
    Weighted interval score (Bracher and others, 2021) of the median and K = 2 intervals:
    wis = (|y - median| / 2 + sum of a/2 ((upper - lower) + 2/a (what y lies outside))) / (K + 1/2), a = 0.2 and 0.05.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> past = replay(ta.load_enrolment(), "bedrijfstak_mbo").query("method == 'naive'")
    >>> past.query("bedrijfstak_mbo == 'Hout en interieur'")[["value", "counted", "error"]].values.tolist()
    [[182.0, 168.0, 14.0], [168.0, 181.0, -13.0]]

    """
    check_choice("by", by, dimensions(frame))
    check_horizon(horizon)
    held = sorted(set(frame.loc[frame["status"].eq("scenario"), by]))
    if held:
        raise DataError(
            f"{'; '.join(held)} stands at a stated level, which every method forecasts without error",
            remedy="Give what is counted: projected_part(frame).",
        )
    alone, _ = _complete(frame, by)
    series = read_series(alone, by, enrolment)
    origins = range(TRAINING, len(series.years) - horizon + 1)
    if not origins:
        raise DataError(
            f"{len(series.years)} years leave no origin at horizon={horizon}",
            remedy=f"Give a horizon of 1 to {len(series.years) - TRAINING}.",
        )
    labels = series.labels[["indicator", "region_type", "region", by, "unit"]]
    rows = []
    for n in origins:
        history, counted = series.history[:, :n], series.history[:, n + horizon - 1]
        driver = series.driver[:, :n] if series.driver is not None else None
        for method, points, parts in _forecasts(history, horizon, driver, labels["indicator"].iloc[0]):
            rows.append(
                labels.assign(
                    year=series.years[n - 1] + horizon,
                    origin=series.years[n - 1],
                    horizon=horizon,
                    n=n,
                    method=method,
                    value=np.maximum(points, 0),
                    counted=counted,
                    scale=np.abs(np.diff(history, axis=1)).mean(axis=1),
                    **_bounds(parts),
                )
            )
    found = pd.concat(rows, ignore_index=True)
    found = found[found["value"].notna()]
    found["error"] = found["value"] - found["counted"]
    found["wis"] = _interval_score(found)
    front = ["indicator", "year", "region_type", "region", by, "method", "origin", "horizon", "n", "value", "counted"]
    return found[[*front, "unit", "error", "scale", *FAN, "wis"]].reset_index(drop=True)


def replay_total(frame: pd.DataFrame, by: str, enrolment: pd.DataFrame | None = None, horizon: int = 1) -> pd.DataFrame:
    """Make the forecasts of the total that could have been made in the years behind, as `project_total` makes them.

    Parameters
    ----------
    frame, by, enrolment, horizon
        As in `replay`.

    Returns
    -------
    DataFrame
        One row per method and origin: `value`, the sum of the groups' forecasts (small ones together, none below 0),
        ``counted``, ``error`` = value - counted, ``n`` (years used) and ``groups``. A method that has no forecast of
        some group has no row. There are as few rows per method as there are origins: two in a series of five years.

    Raises
    ------
    DataError
        As `replay` and `join_groups`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> past = replay_total(ta.load_technical("duo"), "domein").query("method == 'rule'")  # 5,606 + (5,606 - 5,421) / 4
    >>> past[["year", "value", "counted"]].astype(float).round(1).values.tolist()
    [[2018.0, 5652.2, 5623.0], [2019.0, 5656.7, 5722.0]]

    """
    past = replay(join_groups(frame, by), by, enrolment, horizon)
    key = ["indicator", "year", "region_type", "region", "method", "origin", "horizon", "n", "unit"]
    summed = past.groupby(key, sort=False)
    found = summed[["value", "counted"]].sum().assign(groups=summed.size()).reset_index()
    found = found[found["groups"] == past[by].nunique()].assign(error=lambda rows: rows["value"] - rows["counted"])
    front = [*key[:-1], "value", "counted", "unit", "error", "groups"]
    return found[front].reset_index(drop=True)


def evaluate(
    frame: pd.DataFrame, by: str | None = None, enrolment: pd.DataFrame | None = None, horizon: int = 1
) -> pd.DataFrame:
    """Score every method on the forecasts of `replay`, against naive on the same forecasts.

    Parameters
    ----------
    frame, enrolment, horizon
        As in `replay`.
    by
        As in `replay`; without it the classification of the frame, ``bedrijfstak_mbo`` or ``domein``.

    Returns
    -------
    DataFrame
        One row per method: its own ``n`` (forecasts), ``origins`` and ``groups``, ``left_out`` (groups without a figure
        in some year); ``mae`` in the frame's unit, ``naive_mae`` of naive on the same forecasts, ``mae_ratio`` of the
        two, ``mase`` (mean error over the series' own yearly change), ``wape`` (sum of errors over sum of counts);
        ``wis``, ``naive_wis``, ``wis_ratio`` and ``wis_width`` (what the intervals' widths alone add to the
        score, the rest being misses); for 80 and 95 % ``hits``, ``coverage`` and the ``least`` and ``most``
        hits that chance allows (binomial, 95 %; a hit by an interval without width is no chance);
        ``verdict``: ``benchmark``, ``no worse than naive``, or what is worse, joined by "; ".

    Raises
    ------
    DataError
        As `replay`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.in_scope(ta.load_enrolment(), "without transport and combinatie")
    >>> scores = evaluate(students, "bedrijfstak_mbo").set_index("method")
    >>> scores.loc[["drift", "half-drift"], "mae_ratio"].round(2).tolist(), int(scores.loc["rule", "n"])
    ([0.67, 0.75], 18)

    """
    check_frame(frame)
    by = classification(frame) if by is None else by
    past = replay(frame, by, enrolment, horizon)
    cell = [by, "origin"]
    naive = past[past["method"] == "naive"].set_index(cell)
    rows = []
    for method, part in past.groupby("method", sort=False):
        beside = naive.loc[pd.MultiIndex.from_frame(part[cell])]
        rows.append({"method": method} | _scores(part, beside) | _coverage(part) | {"groups": part[by].nunique()})
    scores = pd.DataFrame(rows)
    scores.insert(0, "indicator", past["indicator"].iloc[0])
    scores.insert(1, "unit", past["unit"].iloc[0])
    scores.insert(2, "horizon", horizon)
    scores["left_out"] = "; ".join(_complete(frame, by)[1])
    scores["verdict"] = [_verdict(row) for row in scores.to_dict("records")]
    counts = {name: "Int64" for name in scores.columns if name.startswith(("hits", "least", "most"))}
    return scores.astype(counts | {"left_out": "str", "verdict": "str"})


def compare_later(before: pd.DataFrame, later: pd.DataFrame, year: int, method: str = "rule") -> pd.DataFrame:
    """Project from one series and hold the result against what another counted years later: a test after the fact.

    Parameters
    ----------
    before
        Tidy frame with ``bedrijfstak_mbo``: `load_enrolment`.
    later
        What `to_bedrijfstak` gives.
    year
        The year of `later` to compare with.
    method
        As in `project`.

    Returns
    -------
    DataFrame
        One row per bedrijfstak, each projected alone: `value`, ``naive``, the fan's bounds, ``horizon`` (years ahead),
        ``counted``, ``miss`` = value - counted and ``naive_miss`` in the frame's unit, ``inside_80`` and ``inside_95``,
        ``confidence`` of the crosswalk, ``reason`` why the group would not be projected alone, empty where it would,
        and status. Part of each miss is the other way of counting, and the crosswalk was partly chosen on levels that
        go on: a test, no record.

    Raises
    ------
    DataError
        As `project`, or when the frames differ in indicator, unit or region or `later` lacks the year or a group.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> duo = ta.to_bedrijfstak(ta.load_enrolment("duo", mbo_niveau=[2, 3, 4]), ta.read_table("crosswalk_bedrijfstak"))
    >>> found = compare_later(ta.load_enrolment(), duo, 2015).set_index("bedrijfstak_mbo")
    >>> found.loc["Metaal, elektro- en installatietechniek", ["value", "counted", "miss"]].tolist()  # 1,743 - 44.25 x 2
    [1654.5, 1774.0, -119.5]

    """
    by = "bedrijfstak_mbo"
    for column in ("indicator", "unit", "region"):
        one, other = (set(frame[column]) for frame in (before, later))
        if one != other:
            raise DataError(
                f"The two series differ in {column}: {', '.join(sorted(one | other))}",
                remedy="Compare two series of the same indicator, unit and region.",
            )
    check_choice("column of the later series", "confidence", list(later.columns))
    last = int(before["year"].max())
    check_choice("year", year, sorted(int(one) for one in later["year"].unique() if one > last))
    alone, _ = _complete(before, by)
    found = project(alone, year - last, method, by)
    found = found[found["year"] == year].reset_index(drop=True)
    counts = later[later["year"] == year].set_index(by)
    for group in found[by]:
        check_choice("group of the later series", group, counts.index.tolist())
    beside = counts.loc[found[by]]
    counted = pd.Series(beside["value"].to_numpy(dtype=float), found.index).astype("Float64")
    why = joined_reasons(before, by)
    found = found.assign(
        horizon=year - last,
        counted=counted,
        miss=found["value"] - counted,
        naive_miss=found["naive"] - counted,
        inside_80=counted.between(found["lower_80"], found["upper_80"]),
        inside_95=counted.between(found["lower_95"], found["upper_95"]),
        confidence=beside["confidence"].tolist(),
        reason=found[by].map(lambda group: why.get(group, "")).astype("str"),
    )
    return found.drop(columns=["members"])


def _complete(frame: pd.DataFrame, by: str) -> tuple[pd.DataFrame, list[str]]:
    """Total each group that has a figure in every year, none joined; and name the groups left out."""
    counts = total_by(frame.drop(columns="period", errors="ignore"), by)
    years = counts["year"].nunique()
    given = counts[counts["value"].notna()].groupby(by)["year"].count().reindex(counts[by].unique(), fill_value=0)
    left_out = given.index[given < years].tolist()
    kept = counts[~counts[by].isin(left_out)]
    if kept.empty:
        raise DataError("No group has a figure in every year", remedy="Choose other years.")
    joined = frame.set_index(by)["members"].to_dict() if "members" in frame.columns else {}
    return kept.assign(members=kept[by].map(lambda group: joined.get(group, "")).astype("str")), sorted(left_out)


def _forecasts(
    history: Array, horizon: int, driver: Array | None, indicator: str
) -> Iterator[tuple[str, Array, Array | None]]:
    """Give each method's point for the last year ahead, and the quantiles of those with a distribution."""
    found: dict[str, Array] = {}
    for method in METHODS:
        if history.shape[1] < FEWEST_OF.get(method, TRAINING) or (method == "lag-ratio" and driver is None):
            continue
        found[method] = forecast(history, horizon, method, driver)[:, -1]
        quantiles = [predictive(history, horizon, method)] if method in COMPONENTS else None
        yield method, found[method], _last(quantiles)
    rule = RULES.get(indicator, ())
    if rule and set(rule) <= set(found):
        yield "rule", np.mean([found[one] for one in rule], axis=0), _last(fan(history, horizon))


def _last(parts: list[Predictive] | None) -> Array | None:
    """Quantiles of the fan in the last year ahead, cut at zero as they are published."""
    return None if parts is None else np.maximum(pooled_quantiles(parts, list(FAN.values()))[:, :, -1], 0)


def _bounds(quantiles: Array | None) -> dict[str, Any]:
    return dict.fromkeys(FAN, np.nan) if quantiles is None else dict(zip(FAN, quantiles, strict=True))


def _interval_score(past: pd.DataFrame) -> pd.Series:
    score = (past["counted"] - past["median"]).abs() / 2
    for name, level in LEVELS.items():
        low, high, counted = past[f"lower_{name}"], past[f"upper_{name}"], past["counted"]
        outside = (low - counted).clip(lower=0) + (counted - high).clip(lower=0)
        score += (1 - level) / 2 * (high - low) + outside
    return score / (len(LEVELS) + 0.5)


def _width_score(part: pd.DataFrame) -> float:
    """Give the part of the weighted interval score that the widths make, whatever was counted."""
    widths = [(1 - level) / 2 * (part[f"upper_{name}"] - part[f"lower_{name}"]) for name, level in LEVELS.items()]
    return float(sum(width.mean() for width in widths) / (len(LEVELS) + 0.5))


def _scores(part: pd.DataFrame, naive: pd.DataFrame) -> dict[str, Any]:
    error, beside = part["error"].abs(), naive["error"].abs()
    scaled = error / part["scale"].where(part["scale"] > 0)
    return {
        "n": len(part),
        "origins": part["origin"].nunique(),
        "mae": error.mean(),
        "naive_mae": beside.mean(),
        "mae_ratio": error.mean() / beside.mean() if beside.sum() else np.nan,
        "mase": scaled.mean(),
        "wape": error.sum() / part["counted"].sum() if part["counted"].sum() else np.nan,
        "wis": part["wis"].mean(),
        "naive_wis": naive["wis"].mean(),
        "wis_ratio": part["wis"].mean() / naive["wis"].mean() if naive["wis"].sum() else np.nan,
        "wis_width": _width_score(part),
    }


def _coverage(part: pd.DataFrame) -> dict[str, Any]:
    found: dict[str, Any] = {}
    known = part["median"].notna().all()
    for name, level in LEVELS.items():
        low, high = part[f"lower_{name}"], part[f"upper_{name}"]
        hit = part["counted"].between(low - TOLERANCE, high + TOLERANCE)
        hits, sure = hit.sum(), (hit & (high - low <= TOLERANCE)).sum()
        least, most = sure + binom.ppf([0.025, 0.975], len(part) - sure, level) if sure < len(part) else (sure, sure)
        found[f"hits_{name}"] = int(hits) if known else pd.NA
        found[f"least_{name}"], found[f"most_{name}"] = (int(least), int(most)) if known else (pd.NA, pd.NA)
        found[f"coverage_{name}"] = hits / len(part) if known else np.nan
    return found


def _verdict(row: dict[str, Any]) -> str:
    """Say in which score a method is worse than naive, and where its coverage is not what it says."""
    found = [f"worse than naive in {score}" for score in ("mae", "wis") if row[f"{score}_ratio"] > 1 + 1e-9]
    for name in LEVELS:
        hits = row[f"hits_{name}"]
        if not pd.isna(hits) and hits < row[f"least_{name}"]:
            found.append(f"{name} % coverage below its range")
        if not pd.isna(hits) and hits > row[f"most_{name}"]:
            found.append(f"{name} % coverage above its range")
    return "; ".join(found) or (BENCHMARK if row["method"] == "naive" else PASSES)
