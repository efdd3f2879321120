"""Diplomas per enrolled student: the ratio, and whether intensity or mix moved it."""

import pandas as pd

from .tidy import DataError, dimensions
from .trends import SMALL, group_columns, refuse_blank, totals

__all__ = ["OTHER", "diplomas_per_student", "split_intensity_mix"]

#: What groups are called that stand together because one alone is too small.
OTHER = "overige"


def diplomas_per_student(enrolment: pd.DataFrame, diplomas: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Divide the diplomas of a year by the students enrolled in it. A ratio, no success rate.

    Returns
    -------
    DataFrame
        One row per year (and group): ``enrolment``, ``diplomas``, ``ratio`` (diplomas per student), ``small``,
        ``status``.
        The ratio is left out where one of the two is missing or below 30.

    Raises
    ------
    DataError
        When the two frames differ in region, years or groups.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> ratio = diplomas_per_student(ta.load_enrolment(), ta.load_diplomas())  # 1,657 / 6,303 = 0.263
    >>> ratio["ratio"].round(3).tolist()
    [0.263, 0.271, 0.271, 0.258, 0.437]

    """
    _check_same(enrolment, diplomas)
    key = [*group_columns(by), "year"]
    both = totals(enrolment, by).merge(
        totals(diplomas, by)[[*key, "value", "status"]], on=key, suffixes=("", "_diplomas"), validate="one_to_one"
    )
    both = both.rename(columns={"value": "enrolment", "value_diplomas": "diplomas"})
    both["small"] = both[["enrolment", "diplomas"]].lt(SMALL).any(axis=1).astype(bool)
    both["ratio"] = (both["diplomas"] / both["enrolment"]).mask(both["small"])
    scenario = both["status"].eq("scenario") | both["status_diplomas"].eq("scenario")
    both["status"] = both["status_diplomas"].mask(scenario, "scenario")
    return both[[*key, "enrolment", "diplomas", "ratio", "small", "status"]]


def split_intensity_mix(
    ratios: pd.DataFrame, first_year: int, last_year: int, by: str, blank: str = "refuse"
) -> pd.DataFrame:
    """Split the change of the diplomas per student into intensity and mix.

    Intensity: a group gives more diplomas per student of its own. Mix: groups with more diplomas per student
    than the total take a larger place. Each is weighted with the mean of the two years, so that the parts add
    up without a rest (Marshall-Edgeworth weights).

    Parameters
    ----------
    ratios
        What `diplomas_per_student` gives with the same `by`.
    blank
        As in `contributions`.

    Returns
    -------
    DataFrame
        One row per group: ``intensity`` and ``mix`` in diplomas per 100 students; groups with a cell below 30 in one
        of the two years stand together in one row, ``overige``. The rows sum to the change of the total's ratio.
        ``first`` and ``last``: the group's diplomas per 100 students of all groups; these sum to the two ratios.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> ratios = diplomas_per_student(ta.load_enrolment(), ta.load_diplomas(), "bedrijfstak_mbo")
    >>> parts = split_intensity_mix(ratios, 2007, 2011, "bedrijfstak_mbo")  # from 26.3 to 43.7 per 100
    >>> parts[["intensity", "mix", "first", "last"]].sum().round(1).tolist()
    [12.4, 5.0, 26.3, 43.7]

    """
    years = [ratios[ratios["year"] == year].set_index(by) for year in (first_year, last_year)]
    if any(year.empty for year in years) or not years[0].index.equals(years[1].index):
        raise DataError(
            f"{first_year} and {last_year} do not have the same groups",
            remedy="Choose two years in the frame.",
        )
    counts = ["enrolment", "diplomas"]
    refuse_blank(pd.concat([year[year[counts].isna().any(axis=1)].reset_index() for year in years]), blank)
    small = pd.concat([year[year[counts].fillna(0).lt(SMALL).any(axis=1)] for year in years]).index
    years = [_join_small(year[counts].fillna(0), small) for year in years]
    none = pd.concat([year[year["enrolment"].eq(0)].reset_index() for year in years])
    if len(none):
        raise DataError("A group without students has no ratio", remedy="Leave it out of both frames.", rows=none)
    (weight0, rate0), (weight1, rate1) = [
        (year["enrolment"] / year["enrolment"].sum(), year["diplomas"] / year["enrolment"]) for year in years
    ]
    overall = (weight0 * rate0).sum() + (weight1 * rate1).sum()
    return pd.DataFrame(
        {
            "intensity": (rate1 - rate0) * (weight0 + weight1) * 50,
            "mix": (weight1 - weight0) * (rate0 + rate1 - overall) * 50,
            "first": weight0 * rate0 * 100,
            "last": weight1 * rate1 * 100,
        }
    ).reset_index(names=by)


def _check_same(enrolment: pd.DataFrame, diplomas: pd.DataFrame) -> None:
    """Raise a `DataError` unless both frames are about the same region, years and groups."""
    shared = [name for name in dimensions(enrolment) if name in dimensions(diplomas)]
    for name in ("region", "year", *shared):
        one, other = (set(frame[name].dropna()) for frame in (enrolment, diplomas))
        if one != other:
            apart = ", ".join(map(str, sorted(one ^ other)))
            raise DataError(
                f"Students and diplomas are not about the same {name}: only one of them has {apart}",
                remedy="Bring both to the same scope, years and region first.",
            )


def _join_small(year: pd.DataFrame, small: pd.Index) -> pd.DataFrame:
    """Put the groups of `small` together: a ratio of their own would rest on too few."""
    return year.groupby(year.index.where(~year.index.isin(small), OTHER), sort=False).sum()
