"""What single methods say of the years after a short yearly series, as arrays: one row per series.

Nothing is estimated that five points cannot carry. A history is an array of series by years, oldest first; a result
has a row per series and a column per year ahead.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from .tidy import DataError, check_choice

Array = NDArray[np.float64]

#: Weight of the newest level, of the newest change, and what is left of a trend a year on: round numbers, fixed
#: before any score was seen, because five points cannot carry an estimate of them.
LEVEL, TREND, DAMPING = 0.8, 0.2, 0.9
METHODS = ("naive", "mean", "drift", "half-drift", "log-ols", "lag-ratio", "damped-holt")
#: The fewest years of which a method can say anything.
FEWEST = {"log-ols": 4}
#: The methods whose predictive distributions make the fan.
COMPONENTS = ("naive", "drift", "log-ols")
#: What a spread may be by the rounding of the computer alone, over the size of the count: it is none.
ROUNDING = 1e-12
#: Bisections of the mixture's distribution function: more than a float has digits.
BISECTIONS = 64


@dataclass(frozen=True)
class Predictive:
    """A t-distribution for each series and year ahead, of the count or of its logarithm, moved by `offset` counts.

    A logarithm is that of the count over `base`. Series of which the method can say nothing have ``nan``.
    """

    centre: Array
    scale: Array
    df: int
    logarithmic: bool = False
    offset: float | Array = 0.0
    base: float | Array = 1.0

    def quantile(self, level: float | Array) -> Array:
        """Give the count that is not exceeded with this probability; levels in front of series and years."""
        found = self.centre + stdtrit(self.df, level) * self.scale
        return (np.exp(found) * self.base if self.logarithmic else found) + self.offset

    def moved(self, by: Array) -> "Predictive":
        """Give the same spread, with the count in the middle moved."""
        return replace(self, offset=self.offset + by)

    def probability(self, count: Array) -> Array:
        """Give the probability that `count` is not exceeded; without spread that jumps from 0 to 1 at the centre."""
        with np.errstate(divide="ignore", invalid="ignore"):
            from_start = count - self.offset
            point = np.log(np.maximum(from_start, 0) / self.base) if self.logarithmic else from_start
            found = stdtr(self.df, (point - self.centre) / self.scale)
        if (self.scale > 0).all():
            return found
        least = self.centre - ROUNDING * (1 if self.logarithmic else np.abs(self.centre))
        jump = np.where(np.isnan(self.centre), np.nan, point >= least)
        return np.where(self.scale > 0, found, jump)


def forecast(history: Array, horizon: int, method: str, driver: Array | None = None) -> Array:
    """Give the point that a method puts in each of the coming years.

    Parameters
    ----------
    history
        Counts, series by years.
    horizon
        Years ahead.
    method
        One of `METHODS`.
    driver
        For ``lag-ratio``: the students of the same series and years.

    Returns
    -------
    array
        Series by years ahead; ``nan`` where the method can say nothing: a logarithm of 0, a ratio to 0.

    Examples
    --------
    >>> series = np.array([[100.0, 104.0, 112.0, 110.0, 116.0]])
    >>> forecast(series, 2, "drift").tolist(), forecast(series, 2, "half-drift").tolist()  # 116 + 16 / 4
    ([[120.0, 124.0]], [[118.0, 120.0]])

    """
    check_choice("method", method, METHODS)
    _check_length(history, FEWEST.get(method, 3))
    if method == "lag-ratio":
        if driver is None or driver.shape != history.shape:
            raise DataError(
                "The lag ratio needs the students of the same groups and years",
                remedy="Give enrolment=: the frame of students, in the same scope.",
            )
        return _lag_ratio(history, horizon, driver)
    return _ALONE[method](history, np.arange(1.0, horizon + 1))


def predictive(history: Array, horizon: int, method: str) -> Predictive:
    """Give the distribution that a method puts on each of the coming years.

    Parameters
    ----------
    history, horizon
        As in `forecast`.
    method
        One of `COMPONENTS`. With n years, yearly changes d and h years ahead: ``naive`` is the last count, spread
        sqrt(mean d^2) sqrt(h), t with n - 1 degrees of freedom; ``drift`` the last count plus h times the mean change,
        spread sd(d) sqrt(h (1 + h / (n - 1))), n - 2; ``log-ols`` the regression of the logarithm on the year with its
        standard error of prediction, n - 2, taken back to counts.

    Examples
    --------
    >>> found = predictive(np.array([[100.0, 104.0, 112.0, 110.0, 116.0]]), 1, "naive")
    >>> found.centre.item(), round(found.scale.item(), 6), found.df  # sqrt((16 + 64 + 4 + 36) / 4)
    (116.0, 5.477226, 4)

    """
    check_choice("method", method, COMPONENTS)
    _check_length(history, FEWEST.get(method, 3))
    years, ahead = history.shape[1], np.arange(1.0, horizon + 1)
    changes = np.diff(history, axis=1)
    if method == "naive":
        spread = np.sqrt((changes**2).mean(axis=1, keepdims=True))
        return Predictive(_naive(history, ahead), spread * np.sqrt(ahead), years - 1)
    if method == "drift":
        spread = changes.std(axis=1, ddof=1, keepdims=True)
        spread[spread <= np.abs(history).max(axis=1, keepdims=True) * ROUNDING] = 0  # a straight line has none
        return Predictive(_drift(history, ahead), spread * np.sqrt(ahead * (1 + ahead / (years - 1))), years - 2)
    return Predictive(*_log_line(history, ahead), years - 2, logarithmic=True, base=history[:, -1:])


def fan(history: Array, horizon: int) -> list[Predictive]:
    """Give the distributions that are pooled: naive, drift and, from four years, log-OLS."""
    return [predictive(history, horizon, one) for one in COMPONENTS if history.shape[1] >= FEWEST.get(one, 3)]


def pooled_quantiles(parts: Sequence[Predictive], levels: Sequence[float]) -> Array:
    """Invert the distribution function of an equal-weight mixture.

    Parameters
    ----------
    parts
        Distributions of the same series and years. One that says nothing of a series does not count for it.
    levels
        Probabilities between 0 and 1.

    Returns
    -------
    array
        Levels by series by years ahead. Bisection between the lowest and highest quantile of the parts, so the same
        in every run and for every order of the series.

    Examples
    --------
    >>> parts = fan(np.array([[100.0, 104.0, 112.0, 110.0, 116.0]]), 1)
    >>> pooled_quantiles(parts, [0.1, 0.5, 0.9]).round(1).ravel().tolist()
    [110.5, 119.0, 126.7]

    """
    wanted = np.reshape(levels, (-1, 1, 1))
    ends = [one.quantile(wanted) for one in parts]
    low, high = reduce(np.fmin, ends), reduce(np.fmax, ends)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        reached = pooled_probability(parts, middle) >= wanted
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return high


def pooled_probability(parts: Sequence[Predictive], count: Array) -> Array:
    """Give the probability, by an equal-weight mixture, that `count` is not exceeded."""
    told = np.sum([~np.isnan(one.centre) for one in parts], axis=0)
    with np.errstate(invalid="ignore"):  # where no part says anything
        return sum(np.where(np.isnan(one.centre), 0, one.probability(count)) for one in parts) / told


def _naive(history: Array, ahead: Array) -> Array:
    return np.repeat(history[:, -1:], len(ahead), axis=1)


def _mean(history: Array, ahead: Array) -> Array:
    return np.repeat(history.mean(axis=1, keepdims=True), len(ahead), axis=1)


def _drift(history: Array, ahead: Array) -> Array:
    last = history[:, -1:]
    return last + (last - history[:, :1]) / (history.shape[1] - 1) * ahead


def _half_drift(history: Array, ahead: Array) -> Array:
    return _drift(history, ahead / 2)


def _log_line(history: Array, ahead: Array) -> tuple[Array, Array]:
    """Centre and standard error of prediction of the logarithm of the count over the last one, by least squares.

    Over the last one, so that a series that stands still has logarithms of exactly 0. A series with a zero has ``nan``.
    """
    years = history.shape[1]
    past, coming = (np.column_stack([np.ones(len(at)), at]) for at in (np.arange(years), years - 1 + ahead))
    known = history.min(axis=1) > 0
    logs = np.log(history[known] / history[known, -1:]).T
    line = np.linalg.lstsq(past, logs)[0]
    noise = ((logs - past @ line) ** 2).sum(axis=0) / (years - 2)
    unsure = 1 + (coming @ np.linalg.inv(past.T @ past) * coming).sum(axis=1)
    centre, scale = np.full((2, len(history), len(ahead)), np.nan)
    centre[known], scale[known] = (coming @ line).T, np.sqrt(np.outer(noise, unsure))
    scale[scale <= ROUNDING] = 0  # a line in logarithms has none
    return centre, scale


def _log_ols(history: Array, ahead: Array) -> Array:
    return np.exp(_log_line(history, ahead)[0]) * history[:, -1:]


def _damped_holt(history: Array, ahead: Array) -> Array:
    level, trend = history[:, 0], history[:, 1] - history[:, 0]
    for count in history.T[1:]:
        before, carried = level, DAMPING * trend
        level = LEVEL * count + (1 - LEVEL) * (before + carried)
        trend = TREND * (level - before) + (1 - TREND) * carried
    return level[:, None] + trend[:, None] * np.cumsum(DAMPING**ahead)


def _lag_ratio(history: Array, horizon: int, driver: Array) -> Array:
    """Diplomas over last year's students, times the students: those counted, then those of half-drift."""
    students = np.hstack([driver[:, -1:], np.maximum(_half_drift(driver, np.arange(1.0, horizon)), 0)])
    before = driver[:, :-1].sum(axis=1, keepdims=True)
    ratio = history[:, 1:].sum(axis=1, keepdims=True) / np.where(before > 0, before, np.nan)
    return ratio * students


def _check_length(history: Array, fewest: int) -> None:
    if history.shape[1] < fewest:
        raise DataError(
            f"The series has {history.shape[1]} years; this method needs {fewest}",
            remedy="Give a longer series, or use method='naive'.",
        )


#: What each method of one series alone makes of a history and the years ahead.
_ALONE: dict[str, Callable[[Array, Array], Array]] = {
    "naive": _naive,
    "mean": _mean,
    "drift": _drift,
    "half-drift": _half_drift,
    "log-ols": _log_ols,
    "damped-holt": _damped_holt,
}
