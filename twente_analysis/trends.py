"""How does a series develop: changes, indices, shares, growth and what each group contributes to it.

Every function takes a tidy frame of counts and gives a frame; ``by`` names the one dimension that is kept,
all others are summed over. Percentages that would rest on a cell below 30 are left out and marked ``small``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from .tidy import LEADING, DataError, check_choice, check_columns, check_frame, dimensions, merge_sources, total_by

__all__ = [
    "SCOPES",
    "Scope",
    "classification",
    "compare_scopes",
    "contributions",
    "growth_rate",
    "in_scope",
    "index_to",
    "select_years",
    "share_of",
    "year_span",
    "yearly_change",
]

#: Below this count no percentage is given: chance moves it too much, and it may disclose persons.
SMALL = 30
BLANKS = ("refuse", "not counted")
#: Status of a group that stands in one of two years only: it has no row in the other, which is no blank cell.
ABSENT = "absent"


@dataclass(frozen=True)
class Scope:
    """Which groups a total covers: those left out, those held at their figure of one year.

    `only` narrows it to categories of other dimensions.
    """

    without: tuple[str, ...] = ()
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    held_at: int | None = None


TRANSPORT, COMBINATIE = "Transport en logistiek", "Combinatie bedrijf"
#: The scopes of each classification. Regiovisie line 118: Transport's growth of 2010 was largely a one-off company
#: training. The fall of Combinatie bedrijf from 313 to 1 looks like recoding, which the document does not confirm.
SCOPES: Mapping[str, Mapping[str, Scope]] = {
    "bedrijfstak_mbo": {
        "all": Scope(),
        "without transport": Scope(without=(TRANSPORT,)),
        "without transport and combinatie": Scope(without=(TRANSPORT, COMBINATIE)),
        "transport at its 2007 level": Scope(held=(TRANSPORT,), held_at=2007),
    },
    "domein": {
        "all": Scope(),
        "bol": Scope(only={"type_mbo": ("BOLVT", "BOLDT")}),
        "bbl": Scope(only={"type_mbo": ("BBL",)}),
        "niveau 2": Scope(only={"mbo_niveau": ("2",)}),
        "niveau 3": Scope(only={"mbo_niveau": ("3",)}),
        "niveau 4": Scope(only={"mbo_niveau": ("4",)}),
        "without transport": Scope(without=("Transport, scheepvaart en logistiek",)),
    },
}
#: The scope that is put beside the whole in a headline: the first of these that there is.
CONTRASTS = ("bbl", "without transport")


def select_years(frame: pd.DataFrame, first_year: int, last_year: int) -> pd.DataFrame:
    """Keep the rows from `first_year` up to and including `last_year`.

    Raises
    ------
    DataError
        When one of the two years is not in the frame, or the first is not before the last.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> select_years(ta.load_diplomas(), 2008, 2010).groupby("year")["value"].sum().tolist()
    [1836, 2007, 2281]
    """
    years = sorted(frame["year"].dropna().unique().tolist())
    check_choice("first_year", first_year, years)
    check_choice("last_year", last_year, years)
    if first_year >= last_year:
        raise DataError(
            f"first_year={first_year} is not before last_year={last_year}",
            remedy="Choose a first year before the last.",
        )
    return frame[frame["year"].between(first_year, last_year)]


def year_span(frame: pd.DataFrame, first_year: int = 0, last_year: int = 0) -> tuple[int, int]:
    """Give the first and last year to show; 0 stands for the first or last that the frame has.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> year_span(ta.load_enrolment(), 2008)
    (2008, 2011)

    """
    chosen = first_year or int(frame["year"].min()), last_year or int(frame["year"].max())
    select_years(frame, *chosen)
    return chosen


def in_scope(frame: pd.DataFrame, scope: str) -> pd.DataFrame:
    """Keep the groups that a scope covers.

    Parameters
    ----------
    frame
        Tidy frame with a classification that has scopes (``bedrijfstak_mbo``, ``domein``).
    scope
        One of `SCOPES` for that classification.

    Returns
    -------
    DataFrame
        The rows in scope. Rows of a group that the scope holds at one year's figure carry that figure in every
        year, with status ``scenario``: they are no counts.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> held = in_scope(ta.load_enrolment(), "transport at its 2007 level")
    >>> held.query("bedrijfstak_mbo == 'Transport en logistiek'")["value"].tolist()
    [496, 496, 496, 496, 496]

    """
    column = classification(frame)
    check_choice("scope", scope, list(SCOPES[column]))
    chosen = SCOPES[column][scope]
    kept = frame[~frame[column].isin(chosen.without)].copy()
    for dimension, categories in chosen.only.items():
        kept = kept[kept[dimension].isin(categories)]
    if kept.empty:
        raise DataError(f"No row is in scope {scope!r}", remedy="Choose another scope.")
    for group in chosen.held:
        rows = kept[column].eq(group)
        at = kept[rows & kept["year"].eq(chosen.held_at)]
        if len(at) != 1:
            raise DataError(
                f"{group!r} has {len(at)} rows in {chosen.held_at}; one is needed to hold it at that level",
                remedy="Apply the scope before selecting years, on a frame with this one dimension.",
            )
        later = rows & kept["year"].ne(chosen.held_at)
        kept.loc[later, "value"] = at["value"].item()
        kept.loc[later, "status"] = "scenario"
        kept.loc[later, "source"] = at["source"].item()
    return kept


def compare_scopes(*frames: pd.DataFrame) -> pd.DataFrame:
    """Total each scope of the frames' classification per year and indicator, as `total_by`, with ``scope``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> compare_scopes(ta.load_enrolment()).query("scope == 'without transport'")["value"].tolist()[::4]
    [5807, 5404]

    """
    for frame in frames:
        check_columns("frame", frame, ["indicator", "year", "value"], "load_enrolment")
        refuse_hidden(frame)
    totals = [
        total_by(in_scope(part, name)).assign(scope=name)
        for frame in frames
        for _, part in frame.groupby("indicator", sort=False)
        for name, scope in SCOPES[classification(frame)].items()
        # A school may not have every leerweg or level.
        if all(part[dimension].isin(categories).any() for dimension, categories in scope.only.items())
    ]
    return pd.concat(totals, ignore_index=True)


def yearly_change(frame: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Compare each year with the one before.

    Returns
    -------
    DataFrame
        One row per year (and group): the totals, ``change`` in the frame's unit, ``growth`` as a fraction and
        ``small``. Empty for the first year and where a figure is missing.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> yearly_change(ta.load_enrolment())["change"].tolist()
    [<NA>, 462, 646, 1433, -1816]

    """
    total = totals(frame, by)
    before = total.assign(year=total["year"] + 1).set_index([*group_columns(by), "year"])["value"]
    previous = total.set_index([*group_columns(by), "year"]).index.map(before.get)
    previous = pd.Series(previous, index=total.index, dtype=total["value"].dtype)
    total["change"] = total["value"] - previous
    return _with_growth(total, previous)


def index_to(frame: pd.DataFrame, base_year: int, by: str | None = None) -> pd.DataFrame:
    """Express each figure with the base year at 100.

    Returns
    -------
    DataFrame
        One row per year (and group): the totals with `value` as an index, ``count`` with the figure itself and
        ``small``, where the index is left out.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> index_to(ta.load_enrolment(), 2007)["value"].round(1).tolist()
    [100.0, 107.3, 117.6, 140.3, 111.5]

    """
    total = totals(frame, by)
    base = _in_year(total, by, base_year)
    ratio = _with_growth(total, total[by or "indicator"].map(base["value"]))
    ratio = ratio.rename(columns={"value": "count"})
    ratio.insert(list(ratio.columns).index("count"), "value", (1 + ratio.pop("growth")) * 100)
    return ratio.assign(unit=f"index ({base_year} = 100)")


def share_of(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Give each group's part of the total of its year.

    Returns
    -------
    DataFrame
        One row per year and group: the totals, ``share`` as a fraction of the known figures of that year, and
        ``small``, where the share is left out.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> shares = share_of(ta.load_diplomas(), "bedrijfstak_mbo").set_index(["bedrijfstak_mbo", "year"])["share"]
    >>> round(shares["Transport en logistiek", 2011], 3)
    np.float64(0.514)

    """
    total = totals(frame, by)
    whole = total.groupby("year")["value"].transform("sum")
    total["small"] = total["value"].lt(SMALL).fillna(False).astype(bool)
    total["share"] = (total["value"] / whole).mask(total["small"])
    return total


def growth_rate(frame: pd.DataFrame, first_year: int, last_year: int, by: str | None = None) -> pd.DataFrame:
    """Compute the growth between two years, in all and per year (compound).

    Returns
    -------
    DataFrame
        One row (per group): ``first`` and ``last`` in the frame's unit, ``change``, ``growth`` and
        ``growth_rate`` (per year) as fractions, ``small``, ``missing`` (cells left out of both years) and
        ``status``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> total = growth_rate(ta.load_enrolment(), 2007, 2011)  # 7,028 / 6,303 = 1.115; 1.115 ** (1/4) = 1.0276
    >>> total[["first", "last", "change"]].values.tolist(), total[["growth", "growth_rate"]].round(4).values.tolist()
    ([[6303, 7028, 725]], [[0.115, 0.0276]])

    """
    ends = _ends(frame, first_year, last_year, by)
    ends["change"] = ends["last"] - ends["first"]
    ends = _with_growth(ends.rename(columns={"last": "value"}), ends["first"]).rename(columns={"value": "last"})
    ends["growth_rate"] = (1 + ends["growth"]) ** (1 / (last_year - first_year)) - 1
    return ends


def contributions(frame: pd.DataFrame, first_year: int, last_year: int, by: str, blank: str = "refuse") -> pd.DataFrame:
    """Say how many percentage points each group adds to the growth of the total.

    Parameters
    ----------
    frame
        Tidy frame of counts.
    blank
        What to do with a group that has no figure in one of the two years: ``refuse``, or ``not counted``, which
        lets it add nothing to that year, as the published total does, and keeps its status in the result.

    Returns
    -------
    DataFrame
        One row per group, largest contribution first: ``first``, ``last``, ``change`` in the frame's unit,
        ``contribution`` in percentage points, ``status``. The contributions sum to the growth of the total.

    Raises
    ------
    DataError
        When a group has no figure in one of the two years and `blank` is ``refuse``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> parts = contributions(ta.load_enrolment(), 2007, 2011, "bedrijfstak_mbo")
    >>> round(parts["contribution"].sum(), 1), round(parts["contribution"].iloc[0], 1)  # 725/6303, 1128/6303
    (np.float64(11.5), np.float64(17.9))

    """
    ends = _ends(frame, first_year, last_year, by)
    refuse_blank(ends[ends[["first", "last"]].isna().any(axis=1)], blank)
    known = ends[["first", "last"]].fillna(0)
    ends["change"] = known["last"] - known["first"]
    ends["contribution"] = ends["change"] / known["first"].sum() * 100
    return ends.sort_values("contribution", ascending=False, ignore_index=True)


def classification(frame: pd.DataFrame) -> str:
    """Name the classification of a frame's groups, the one that has scopes.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> classification(ta.load_enrolment())
    'bedrijfstak_mbo'

    """
    check_frame(frame)
    for column in SCOPES:
        if column in frame.columns:
            return column
    raise DataError("The frame has no classification with scopes", remedy=f"Scopes exist for: {', '.join(SCOPES)}.")


def group_columns(by: str | None) -> list[str]:
    """List the column that names the groups, if there is one."""
    return [] if by is None else [by]


def totals(frame: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """Total a frame per year and group, after checking that `by` is one of its dimensions."""
    if by is not None:
        check_choice("by", by, dimensions(frame))
    refuse_hidden(frame)
    if frame["year"].isna().any():
        raise DataError("The frame has rows without a year", remedy="Select the dated rows: a trend needs years.")
    return total_by(frame, by)


def _in_year(total: pd.DataFrame, by: str | None, year: int) -> pd.DataFrame:
    found = total[total["year"] == year]
    check_choice("year", year, sorted(total["year"].dropna().unique().tolist()))
    return found.set_index(group_columns(by) or ["indicator"])


def _ends(frame: pd.DataFrame, first_year: int, last_year: int, by: str | None) -> pd.DataFrame:
    """Put the figures of two years beside each other: one row per group."""
    total = totals(select_years(frame, first_year, last_year), by)
    first, last = _in_year(total, by, first_year), _in_year(total, by, last_year)
    # A group may stand in one of the two years only; it has no figure in the other.
    groups = last.index.union(first.index, sort=False)
    first, last = first.reindex(groups), last.reindex(groups)
    same = [name for name in (*LEADING, "unit") if name in first.columns and name not in ("year", "period")]
    ends = last[same].fillna(first[same]).assign(first=first["value"], last=last["value"])
    ends["missing"] = first["missing"].fillna(1) + last["missing"].fillna(1)
    status = last["status"].fillna(ABSENT)
    ends["status"] = status.where(status != "", first["status"].fillna(ABSENT))
    pairs = pd.concat([first["source"], last["source"]], axis=1)
    ends["source"] = [merge_sources(pair.dropna().tolist()) for _, pair in pairs.iterrows()]
    return ends.reset_index(drop=by is None)


def _with_growth(frame: pd.DataFrame, base: pd.Series) -> pd.DataFrame:
    """Add ``growth`` since `base`, left out where either figure is small or the base is zero."""
    base = base.astype(frame["value"].dtype)
    small = frame["value"].lt(SMALL) | base.lt(SMALL)
    growth = (frame["value"] / base.mask(base.eq(0)) - 1).mask(small.fillna(False))
    return frame.assign(growth=growth.astype("Float64"), small=small.fillna(False).astype(bool))


def refuse_hidden(frame: pd.DataFrame) -> None:
    """Raise a `DataError` for hidden counts: a trend of bounds is another trend for each choice between them."""
    hidden = frame[frame["status"].eq("suppressed")]
    if len(hidden):
        raise DataError(
            f"{len(hidden)} of {len(frame)} figures are hidden (1 to 4)",
            remedy="Add them with total_by, which gives low and high; a trend needs figures that are known.",
        )


def refuse_blank(rows: pd.DataFrame, blank: str) -> None:
    """Raise a `DataError` for groups without a figure, unless they are not to be counted."""
    check_choice("blank", blank, BLANKS)
    if len(rows) and blank == "refuse":
        raise DataError(
            f"{len(rows)} group(s) have no figure in one of the two years",
            remedy="Choose other years or a scope without the group, or say blank='not counted'.",
            rows=rows,
        )
