"""Series that meet and still make no one line: from one classification to another, and across a break.

A crosswalk says which groups belong together and how sure that is; no figure is moved or shared out.
"""

import pandas as pd

from .tidy import DataError, check_choice, total_by

__all__ = ["across_break", "to_bedrijfstak"]

#: What a group is called that the crosswalk assigns to no bedrijfstak.
UNASSIGNED = "niet toegewezen"
#: From the exams of this year on DUO gives tl a sector, so technical passes before and after do not compare.
SECTORS_FROM = 2019
#: The last year in which nearly all programmes have a kenniscentrum.
LAST_COMPLETE = 2015
CONFIDENCE = ("high", "medium", "low")


def to_bedrijfstak(frame: pd.DataFrame, crosswalk: pd.DataFrame) -> pd.DataFrame:
    """Bring DUO's students to the Regiovisie's eleven bedrijfstakken, as far as the crosswalk goes.

    Parameters
    ----------
    frame
        Tidy frame with ``kenniscentrum`` and ``domein``: `load_enrolment` by ``duo``.
    crosswalk
        ``read_table("crosswalk_bedrijfstak")``: by kenniscentrum, or by domein for a programme without one.

    Returns
    -------
    DataFrame
        Tidy, one row per year and ``bedrijfstak_mbo``, with the lowest ``confidence`` of its parts; what is not
        assigned stands in the row ``niet toegewezen``. From 2016 more and more programmes have no kenniscentrum and
        ever fewer students are assigned: the confidence of those years is ``low``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_enrolment("duo", mbo_niveau=[2, 3, 4]).query("year == 2015")
    >>> found = to_bedrijfstak(students, ta.read_table("crosswalk_bedrijfstak")).set_index("bedrijfstak_mbo")
    >>> found.loc["Bouw en grond-, weg- en waterbouw", ["value", "confidence"]].tolist()  # 452 + 192 without a centre
    [np.int64(644), 'medium']

    """
    by_centre = crosswalk[crosswalk["kenniscentrum"] != ""].set_index("kenniscentrum")
    by_domain = crosswalk[crosswalk["kenniscentrum"] == ""].set_index("domein")
    centre = frame["kenniscentrum"]
    found = {
        column: centre.map(by_centre[column]).where(centre != "", frame["domein"].map(by_domain[column]))
        for column in ("bedrijfstak_mbo", "confidence")
    }
    group = found["bedrijfstak_mbo"].fillna(UNASSIGNED)
    late = found["confidence"].notna() & frame["year"].gt(LAST_COMPLETE)
    ranks = found["confidence"].mask(late, "low").map({word: number for number, word in enumerate(CONFIDENCE)})
    rank = ranks.groupby([frame["year"], group]).max()
    leading = [name for name in frame.columns if name in ("indicator", "year", "period", "region_type", "region")]
    trailing = frame.columns[list(frame.columns).index("value") :].tolist()
    assigned = frame[[*leading, *trailing]].copy()
    assigned.insert(len(leading), "bedrijfstak_mbo", group.astype("str"))
    total = total_by(assigned, "bedrijfstak_mbo").drop(columns="missing")
    words = [rank.get((row.year, row.bedrijfstak_mbo)) for row in total.itertuples()]
    total.insert(len(leading) + 1, "confidence", [CONFIDENCE[int(one)] if pd.notna(one) else "" for one in words])
    return total.astype({"confidence": "str"})


def across_break(before: pd.DataFrame, after: pd.DataFrame, years: tuple[int, int]) -> pd.DataFrame:
    """Put the last year before a break beside the first year after it, per bedrijfstak.

    Parameters
    ----------
    before
        Tidy frame with ``bedrijfstak_mbo``.
    after
        Result of `to_bedrijfstak`.
    years
        The year before and the year after.

    Returns
    -------
    DataFrame
        One row per bedrijfstak: ``before`` and ``after`` in the frames' unit, ``difference``, ``confidence``. No
        growth: part of each difference is the other way of counting.

    Raises
    ------
    DataError
        When the frames differ in indicator, unit or region, or do not have the years.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_enrolment("duo", mbo_niveau=[2, 3, 4])
    >>> after = to_bedrijfstak(students, ta.read_table("crosswalk_bedrijfstak"))
    >>> table = across_break(ta.load_enrolment(), after, (2011, 2015)).set_index("bedrijfstak_mbo")
    >>> table.loc["Metaal, elektro- en installatietechniek", ["before", "after", "confidence"]].tolist()
    [np.int64(1743), np.int64(1774), 'high']

    """
    for column in ("indicator", "unit", "region"):
        one, other = (set(frame[column]) for frame in (before, after))
        if one != other:
            raise DataError(
                f"The two series differ in {column}: {', '.join(sorted(one | other))}",
                remedy="Compare two series of the same indicator, unit and region.",
            )
    parts = []
    for frame, year in ((before, years[0]), (after, years[1])):
        check_choice("year", year, sorted(frame["year"].dropna().unique().tolist()))
        parts.append(frame[frame["year"] == year].set_index("bedrijfstak_mbo"))
    groups = parts[0].index.union(parts[1].index, sort=False)
    table = pd.DataFrame({"before": parts[0]["value"].reindex(groups), "after": parts[1]["value"].reindex(groups)})
    table["difference"] = table["after"] - table["before"]
    table["confidence"] = parts[1]["confidence"].reindex(groups).fillna("")
    return table.reset_index(names="bedrijfstak_mbo")
