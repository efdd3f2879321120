"""Where a yearly series goes: a point by one rule, the naive line, and a fan of three methods.

The rule is half-drift for students and the average of mean, naive and lag ratio for diplomas. The fan is the
equal-weight pool of the distributions of naive, drift and log-OLS: it does not depend on the method of the point. Up to
three years ahead a projection is ``estimated``; what lies further is a ``scenario``.
"""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS

from .forecasts import METHODS, Array, fan, forecast, pooled_probability, pooled_quantiles
from .series import Series, read_series, stack
from .tidy import DataError, check_choice

__all__ = ["RULES", "chance_above", "method_share", "pool_growth", "project", "project_total"]

#: The point of ``rule``, per indicator: the average of these methods.
RULES = {"enrolment": ("half-drift",), "diplomas": ("mean", "naive", "lag-ratio")}
#: Models that are estimated, by their letters alone: refused, each family with its own reason.
FAMILIES = {
    "a damped ETS has six parameters, and its interval comes out far too narrow": (
        *("ets", "ses", "holt", "holtwinters", "exponentialsmoothing", "theta", "tbats"),
    ),
    "ARIMA(1,1,1) has three on four differences, and the AICc that is to choose the order divides by zero there": (
        *("ar", "arma", "arima", "autoarima", "sarima", "sarimax", "var"),
    ),
    "Prophet's trend alone, with the three bends it would place, has five, and yearly points show no season": (
        *("prophet", "neuralprophet"),
    ),
    "a model that learns its form from examples has four here, each year from the year before": (
        *("ml", "machinelearning", "neuralnetwork", "lstm", "randomforest", "xgboost", "gradientboosting"),
        "gaussianprocess",
    ),
}
ESTIMATED = {name: why for why, names in FAMILIES.items() for name in names}
#: The most years ahead that are no scenario.
FAR = 3
#: The most years ahead at all: twice as far as the five points reach back.
FURTHEST = 10
#: How far a count may be off by the rounding of the computer alone.
TOLERANCE = 1e-6
#: The quantiles of the fan.
FAN = {"median": 0.5, "lower_80": 0.1, "upper_80": 0.9, "lower_95": 0.025, "upper_95": 0.975}
#: What a row of a projection needs said.
POINT_CUT, BOUND_CUT, OUTSIDE = "point cut at zero", "bound cut at zero", "point outside the 80 % fan"
PARTS_CUT, NO_LOG, BLANK_LEFT_OUT = "a part is cut at zero", "without log-ols: a year has 0", "blank cells left out"


def project(
    frame: pd.DataFrame,
    horizon: int,
    method: str = "rule",
    by: str | None = None,
    enrolment: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Project yearly counts, with the naive line and the fan beside the point.

    Parameters
    ----------
    frame
        Tidy frame of one indicator, unit and region, of five years or more without a gap; or what `join_groups` gives.
    horizon
        Years ahead, 1 to 10. Beyond 3 the status is ``scenario``.
    method
        ``rule``, which is what `RULES` says for the indicator, or a single method: ``naive``, ``mean``, ``drift``,
        ``half-drift``, ``log-ols``, ``lag-ratio`` (of diplomas), ``damped-holt`` (fixed weights). An estimated model
        (`ESTIMATED`: ETS, ARIMA and the like) is refused.
    by
        Dimension whose groups are projected, small ones together (`join_groups`); without it the whole, as one series.
    enrolment
        Tidy frame of the students of the same years and groups, for ``lag-ratio`` and the rule of diplomas.

    Returns
    -------
    DataFrame
        Tidy, one row per group and coming year, `value` in the frame's unit and ``method`` among the dimensions. Then
        ``naive``, the ``median`` and the bounds ``lower_80, upper_80, lower_95, upper_95`` of the fan, ``n`` (years the
        projection rests on), ``members`` (groups in ``overige``) and ``notes``, joined by "; ": ``point cut at zero``,
        ``bound cut at zero`` (nothing lies below 0), ``point outside the 80 % fan``, ``blank cells left out``,
        ``without log-ols: a year has 0``.

    Raises
    ------
    DataError
        When there are fewer than five years, a gap or fewer than 30 in all, a key occurs twice, the frame mixes
        indicators, units or regions or has hidden counts, or the method or horizon is unknown, estimated or without its
        students.

    Notes
    -----
    Method: ``docs/methods.md``, *Projections*.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> found = project(ta.load_technical("duo"), 1)  # 5,722 + (5,722 - 5,421) / 4 / 2
    >>> found[["year", "value", "naive", "status"]].values.tolist()
    [[2020, 5759.625, 5722.0, 'estimated']]
    >>> found[["lower_80", "median", "upper_80"]].round().values.tolist()
    [[5649.0, 5777.0, 5877.0]]

    """
    check_asked(horizon, method)
    series = read_series(frame, by, enrolment)
    return _assemble(series, horizon, method, by)


def project_total(
    frame: pd.DataFrame, horizon: int, method: str = "rule", by: str = "", enrolment: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Project the total of the groups from the bottom up: the sum of the groups' points, in every year.

    Parameters
    ----------
    frame, horizon, method, by, enrolment
        As in `project`; `by` is required.

    Returns
    -------
    DataFrame
        As `project` gives without `by`; ``members`` names the groups that are added. The note ``a part is cut at zero``
        says that a group's point was, ``cut_groups`` which, and ``cut`` by how much that raises the total. The fan is
        that of the total's own series: how groups rise and fall together is then as it was counted, and nothing is
        assumed about it.

    Raises
    ------
    DataError
        As `project`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_technical("regiovisie", "enrolment")
    >>> parts = project(students, 2, by="bedrijfstak_mbo").groupby("year")["value"].sum()
    >>> total = project_total(students, 2, by="bedrijfstak_mbo")
    >>> (total["value"] - parts.to_numpy()).round(9).tolist()
    [0.0, 0.0]

    """
    check_asked(horizon, method)
    series = read_series(frame, by, enrolment)
    return add_up([(series, give_points(series, horizon, method))], method)


def add_up(parts: Sequence[tuple[Series, Array]], method: str) -> pd.DataFrame:
    """Give the rows of `project_total` for several series of groups at once, each with the points of its groups."""
    points, horizon = [one for _, one in parts], parts[0][1].shape[1]
    names = [series.labels.iloc[:, 0].to_numpy() for series, _ in parts]
    total = _assemble(stack([series.total() for series, _ in parts]), horizon, "naive", None)
    total = total.assign(
        method=method,
        value=pd.array(np.concatenate([np.maximum(one, 0).sum(axis=0) for one in points]), dtype="Float64"),
        members=np.repeat(["; ".join(sorted(one)) for one in names], horizon),
        cut=pd.array(np.concatenate([np.maximum(-one, 0).sum(axis=0) for one in points]), dtype="Float64"),
        cut_groups=[
            "; ".join(sorted(group[below])) for group, one in zip(names, points, strict=True) for below in (one < 0).T
        ],
    )
    outside = ~total["value"].between(total["lower_80"], total["upper_80"])
    told = {OUTSIDE: outside.tolist(), PARTS_CUT: total["cut"].gt(0).tolist()}
    kept = total["notes"].str.replace(f"(; )?{OUTSIDE}", "", regex=True)
    notes = [_joined([note, *one]) for note, one in zip(kept, _told(told), strict=True)]
    return total.assign(notes=notes).astype(dict.fromkeys(("method", "members", "cut_groups", "notes"), "str"))


def method_share(frame: pd.DataFrame, horizon: int, by: str | None = None) -> pd.DataFrame:
    """Say how much of the fan's width is there because the three methods put their middle in different places.

    Parameters
    ----------
    frame, horizon, by
        As in `project`.

    Returns
    -------
    DataFrame
        One row per group and coming year: ``least`` and ``most``, the lowest and highest median of naive, drift and
        log-OLS; ``width``, of the 80 % fan, not cut at zero; ``width_agreed``, what it would be if each method kept its
        own spread around the median of the fan; ``share`` = 1 - width_agreed / width, a fraction, missing where the fan
        has no width. Log-OLS taken back to counts has no variance, so the share is one of widths.

    Raises
    ------
    DataError
        As `project`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> method_share(ta.load_technical("duo"), 3)[["year", "least", "most", "share"]].round(2).values.tolist()
    [[2020, 5722.0, 5797.25, 0.08], [2021, 5722.0, 5872.5, 0.16], [2022, 5722.0, 5947.75, 0.21]]

    """
    check_asked(horizon, "naive")
    series = read_series(frame, by)
    parts = fan(series.history, horizon)
    low, middle, high = pooled_quantiles(parts, [0.1, 0.5, 0.9])
    medians = np.stack([one.quantile(0.5) for one in parts])
    agreed = pooled_quantiles(
        [one.moved(middle - centre) for one, centre in zip(parts, medians, strict=True)], [0.1, 0.9]
    )
    width, narrow = high - low, agreed[1] - agreed[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(width > np.abs(middle) * 1e-9, 1 - narrow / width, np.nan)
    found = {"least": np.nanmin(medians, axis=0), "most": np.nanmax(medians, axis=0), "width": width}
    return _rows(series, horizon, found | {"width_agreed": narrow, "share": share})


def chance_above(frame: pd.DataFrame, horizon: int, target: float, by: str | None = None) -> pd.DataFrame:
    """Give the chance, by the fan, that a count is above a target.

    Parameters
    ----------
    frame, horizon, by
        As in `project`.
    target
        A number in the frame's unit, above 0.

    Returns
    -------
    DataFrame
        One row per group and coming year: ``target`` and ``chance``, a fraction. It holds if things go on as they did,
        and is no better than the fan: see what `evaluate` says of that.

    Raises
    ------
    DataError
        As `project`, or when the target is not above 0.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> chance_above(ta.load_technical("duo"), 3, 5722.0)[["year", "chance"]].round(2).values.tolist()
    [[2020, 0.74], [2021, 0.78], [2022, 0.8]]

    """
    check_asked(horizon, "naive")
    if not isinstance(target, int | float) or not target > 0:
        raise DataError(f"target={target!r} is not above 0", remedy="Give a number in the frame's unit.")
    series = read_series(frame, by)
    wanted = np.full((len(series.history), horizon), float(target))
    chance = 1 - pooled_probability(fan(series.history, horizon), wanted)
    return _rows(series, horizon, {"target": wanted, "chance": chance})


def pool_growth(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Pull each group's yearly growth towards that of all groups, the more so the less its own years agree.

    Parameters
    ----------
    frame
        As in `project`.
    by
        Dimension whose groups are pooled; three or more.

    Returns
    -------
    DataFrame
        One row per group: ``growth`` per year and ``pooled`` as fractions, ``se`` of the logarithm of growth,
        ``weight`` of the group's own growth, ``mean`` (growth of the pool), ``tau2`` (variance between groups, of the
        logarithm), ``members``.

    Raises
    ------
    DataError
        As `project`, or when there are fewer than three groups.

    Notes
    -----
    Slope b of log(count + 1/2) on the year. Its squared standard error on three degrees of freedom is itself a
    guess, so s2 = half its own and half the mean of all groups. tau2 by DerSimonian and Laird; w = tau2 / (tau2 + s2).

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.in_scope(ta.load_technical("regiovisie", "enrolment"), "without transport and combinatie")
    >>> found = pool_growth(students, "bedrijfstak_mbo").set_index("bedrijfstak_mbo")
    >>> found.loc["Grafische beroepen", ["growth", "weight", "pooled", "tau2"]].astype(float).round(4).tolist()
    [0.2102, 0.5276, 0.0997, 0.0058]

    """
    series = read_series(frame, by)
    if len(series.history) < 3:
        raise DataError("Fewer than three groups have nothing to pool", remedy="Give a frame with more groups.")
    at = np.column_stack([np.ones(len(series.years)), np.arange(len(series.years))])
    fits = [OLS(one, at).fit() for one in np.log(series.history + 0.5)]
    slope, own = (np.array([getattr(fit, name)[1] for fit in fits]) for name in ("params", "bse"))
    noise = (own**2 + (own**2).mean()) / 2
    tau2 = _between(slope, noise)
    weight = tau2 / (tau2 + noise) if tau2 else np.zeros(len(slope))
    mean = np.average(slope, weights=1 / (tau2 + noise))
    return series.labels[[by, "members"]].assign(
        growth=np.expm1(slope),
        se=np.sqrt(noise),
        weight=weight,
        mean=np.expm1(mean),
        pooled=np.expm1(weight * slope + (1 - weight) * mean),
        tau2=tau2,
    )


def _between(slope: Array, noise: Array) -> float:
    """Variance between groups, by DerSimonian and Laird; 0 where the slopes differ no more than chance makes them."""
    if not noise.all():
        return float(slope.var(ddof=1))
    trust = 1 / noise
    off = (trust * (slope - np.average(slope, weights=trust)) ** 2).sum() - (len(slope) - 1)
    return float(max(0, off / (trust.sum() - (trust**2).sum() / trust.sum())))


def check_horizon(horizon: int) -> None:
    """Raise a `DataError` when years ahead are no whole number of 1 to `FURTHEST`."""
    if isinstance(horizon, bool) or not isinstance(horizon, int | np.integer) or horizon < 1:
        raise DataError(f"horizon={horizon!r} is no number of years ahead", remedy="Give a whole number of 1 or more.")
    if horizon > FURTHEST:
        raise DataError(
            f"horizon={horizon} is further than {FURTHEST} years ahead: a few yearly points say nothing of so far",
            remedy=f"Give 1 to {FURTHEST} years; beyond {FAR} the result is a scenario.",
        )


def check_asked(horizon: int, method: str) -> None:
    """Raise a `DataError` when the years ahead or the method are no choice."""
    check_horizon(horizon)
    if why := ESTIMATED.get(re.sub(r"[^a-z]", "", str(method).lower())):
        raise DataError(
            f"method={method!r} estimates more than five yearly points can carry: {why}",
            remedy="Use method='rule', or 'damped-holt' with its fixed weights; the fan then says how unsure it is.",
        )
    check_choice("method", method, ("rule", *METHODS))


def give_points(series: Series, horizon: int, method: str) -> Array:
    """Give the point of each group in each coming year, not yet cut at zero."""
    indicator = series.labels["indicator"].iloc[0]
    if method == "rule":
        check_choice("indicator (for method='rule')", indicator, list(RULES))
    methods = RULES[indicator] if method == "rule" else (method,)
    points = np.mean([forecast(series.history, horizon, one, series.driver) for one in methods], axis=0)
    if np.isnan(points).any():
        raise DataError(
            f"{method} can say nothing of a series with a zero in it", remedy="Use method='naive', or join the group."
        )
    return points


def _assemble(series: Series, horizon: int, method: str, by: str | None) -> pd.DataFrame:
    points = give_points(series, horizon, method)
    naive = forecast(series.history, horizon, "naive")
    bounds = dict(zip(FAN, pooled_quantiles(fan(series.history, horizon), list(FAN.values())), strict=True))
    every = np.ones_like(points, dtype=bool)
    told = {
        POINT_CUT: points < 0,
        BOUND_CUT: np.any([bound < 0 for bound in bounds.values()], axis=0),
        OUTSIDE: (points < bounds["lower_80"] - TOLERANCE) | (points > bounds["upper_80"] + TOLERANCE),
        NO_LOG: (series.history.min(axis=1) <= 0)[:, None] & every,
        BLANK_LEFT_OUT: series.labels["missing"].gt(0).to_numpy()[:, None] & every,
    }
    figures = {"value": points, "naive": naive} | bounds
    rows = _rows(series, horizon, {name: np.maximum(figure, 0) for name, figure in figures.items()})
    rows = rows.assign(
        method=method,
        n=len(series.years),
        members=np.repeat(series.labels["members"].to_numpy(), horizon),
        notes=[_joined(one) for one in _told({note: where.ravel().tolist() for note, where in told.items()})],
    )
    groups = [by] if by else []
    front = ["indicator", "year", "region_type", "region", *groups, "method", "value", "unit", "status", "source"]
    rows = rows[[*front, "naive", *FAN, "n", "members", "notes"]]
    return rows.astype(dict.fromkeys((*groups, "method", "members", "notes"), "str") | {"n": "Int64"})


def _told(told: dict[str, list[bool]]) -> list[list[str]]:
    """Name, for each row, the notes that hold for it."""
    return [[note for note, holds in zip(told, row, strict=True) if holds] for row in zip(*told.values(), strict=True)]


def _joined(notes: list[str]) -> str:
    return "; ".join(filter(None, notes))


def _rows(series: Series, horizon: int, figures: dict[str, Array]) -> pd.DataFrame:
    """One row per group and coming year: key, unit, status and source, then the figures."""
    labels = series.labels.loc[series.labels.index.repeat(horizon)].reset_index(drop=True)
    ahead = np.tile(np.arange(1, horizon + 1), len(series.labels))
    scenario = labels["scenario"].astype(bool) | (ahead > FAR)
    first = ("indicator", "year", "region_type", "region")
    groups = [labels.columns[0]] if labels.columns[0] != "indicator" else []
    rows = labels.assign(year=series.years[-1] + ahead, status=np.where(scenario, "scenario", "estimated"))
    rows = rows[[*first, *groups, "unit", "status", "source"]].astype({"year": "Int64", "status": "str"})
    return rows.assign(**{name: pd.array(figure.ravel(), dtype="Float64") for name, figure in figures.items()})
