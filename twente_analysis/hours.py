"""Hours that partners work, in euros, at the rate that a source implies where it prints both."""

import math
from numbers import Real

import pandas as pd

from .tidy import DataError

__all__ = ["hours_per_funder", "implied_rates", "mark_hours", "one_rate", "price_hours"]

#: Who pays where the source leaves it uncertain.
UNSURE = "onzeker"
#: Whose hours, by the view that counts them, stand behind which column of cover.
SIDES = {"partners": "partners", "companies": "bedrijven"}


def implied_rates(budgets: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Find euros per hour wherever a source prints hours and the euros they stand for side by side.

    Parameters
    ----------
    budgets, totals
        What `load_budgets` gives with ``view=None``, without and with ``totals=True``.

    Returns
    -------
    DataFrame
        One row per pair: ``route``, ``name``, ``hours``, ``euros``, ``rate``. Routes: ``total``, a partner's printed
        totals; ``activity``, an activity's hours beside the cover of the same side; ``kpi``, what the cost of an
        action leaves for its hours after the amounts named beside them, where another amount may be unnamed.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> budgets, totals = (ta.load_budgets("techwise", view=None, totals=one) for one in (False, True))
    >>> rates = implied_rates(budgets, totals)
    >>> rates[rates["name"] == "Saxion"].values.tolist()
    [['total', 'Saxion', 2070.0, 155250.0, 75.0]]

    """
    sums = totals[totals["view"].eq("partners") & totals["value"].notna()]
    by_total = sums.pivot_table(index="funder", columns="role", values="value", aggfunc="sum", sort=False).dropna()
    rows = [("total", name, row["hours"], row["cover"]) for name, row in by_total.iterrows()]
    for side, funder in SIDES.items():
        hours = budgets[budgets["view"].eq(side) & budgets["role"].eq("hours")]
        cover = budgets[budgets["view"].eq("activities") & budgets["funder"].eq(funder)]
        beside = _by_activity(cover)
        rows += [("activity", name, value, beside.get(name, 0)) for name, value in _by_activity(hours).items()]
    kpi = budgets[budgets["view"] == "kpi"]
    for (table, name), part in kpi.groupby(["table", "activity_id"], sort=False):
        cost, cover, hours = (part.loc[part["role"] == role, "value"].sum() for role in ("cost", "cover", "hours"))
        rows.append(("kpi", f"{table}/{name}", hours, cost - cover if cost else 0))
    frame = pd.DataFrame(rows, columns=["route", "name", "hours", "euros"]).astype({"hours": float, "euros": float})
    frame = frame[(frame["hours"] > 0) & (frame["euros"] > 0)]
    return frame.assign(rate=frame["euros"] / frame["hours"]).reset_index(drop=True)


def one_rate(rates: pd.DataFrame) -> float:
    """Give the one rate on which the pairs of `implied_rates` agree, those per KPI left aside.

    Raises
    ------
    DataError
        When they do not agree, or there are none: then no rate is implied.

    Examples
    --------
    >>> one_rate(pd.DataFrame({"route": ["total", "activity"], "rate": [75.0, 75.0]}))
    75.0

    """
    found = rates.loc[rates["route"] != "kpi", "rate"].round(6).unique()
    if len(found) != 1:
        raise DataError(
            f"The source implies {len(found)} rates per hour", remedy="Give the rate that you mean.", rows=rates
        )
    return float(found[0])


def price_hours(budgets: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Turn figures in hours into cover in euros, in kind; an unknown number of hours stays unknown.

    Parameters
    ----------
    rate
        Euros per hour, more than 0.

    Returns
    -------
    DataFrame
        The rows in hours only, `value` and `step` times `rate`, ``cover`` in ``euro`` with qualifier ``in kind``.

    Raises
    ------
    DataError
        When the rate is no number above 0.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> priced = price_hours(ta.load_budgets("techwise", view="partners"), 75)
    >>> int(priced["value"].sum())
    2116650

    """
    if isinstance(rate, bool) or not isinstance(rate, Real) or not 0 < rate < math.inf:
        raise DataError(f"A rate of {rate!r} per hour", remedy="Give euros per hour as a number, more than 0.")
    hours = budgets[budgets["role"] == "hours"]
    return hours.assign(
        role="cover",
        unit="euro",
        qualifier="in kind",
        value=hours["value"].astype("Float64") * rate,
        step=hours["step"].astype("Float64") * rate,
    )


def mark_hours(activities: pd.DataFrame, hours: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Mark as in kind each cover of partners or companies that is exactly their hours on the activity times the rate.

    Parameters
    ----------
    activities
        What `load_budgets` gives per activity; in a document without hours nothing is marked.
    hours
        What it gives of the views ``partners`` and ``companies``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> hours = pd.concat([ta.load_budgets("techwise", view=one) for one in ("partners", "companies")])
    >>> marked = mark_hours(ta.load_budgets("techwise"), hours, 75)
    >>> marked[marked["qualifier"] == "in kind"].groupby("funder")["value"].sum().astype(int).to_dict()
    {'bedrijven': 324000, 'partners': 2116650}

    """
    qualifier = activities["qualifier"].copy()
    for side, funder in SIDES.items():
        worked = _by_activity(hours[hours["view"].eq(side) & hours["role"].eq("hours")])
        euros = activities["activity_id"].map(worked).astype("Float64") * rate
        same = (
            activities["role"].eq("cover") & activities["funder"].eq(funder) & activities["value"].eq(euros)
        ).fillna(False)
        qualifier = qualifier.mask(same.astype(bool) & activities["value"].gt(0).fillna(False).astype(bool), "in kind")
    return activities.assign(qualifier=qualifier)


def hours_per_funder(hours: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Say per partner and company how many hours it works, what that is in euros, and what it invests beside.

    Parameters
    ----------
    hours
        What `load_budgets` gives of the views ``partners`` and ``companies``.

    Returns
    -------
    DataFrame
        One row per view and funder: ``view, funder, hours, in_kind, invested, euros``; missing where it gives none.
        The column for all companies together in the view of the partners is left out: they follow one by one. An
        amount of which the payer is not certain stands under ``onzeker``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> companies = hours_per_funder(ta.load_budgets("techwise", view="companies"), 75)
    >>> companies.loc[companies["funder"] == "Safan BV", ["hours", "in_kind", "invested", "euros"]].values.tolist()
    [[480.0, 36000.0, 80000.0, 116000.0]]

    """
    rows = []
    named = hours[hours["funder"] != "bedrijven"]
    named = named.assign(funder=named["funder"].mask(named["qualifier"].eq("unknown"), UNSURE))
    for (view, funder), part in named.groupby(["view", "funder"], sort=False):
        worked, invested = (part.loc[part["role"] == role, "value"].sum(min_count=1) for role in ("hours", "cover"))
        in_kind = worked * rate
        known = [one for one in (in_kind, invested) if not pd.isna(one)]
        rows.append((view, funder, worked, in_kind, invested, sum(known) if known else pd.NA))
    names = ["view", "funder", "hours", "in_kind", "invested", "euros"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[2:], "Float64"))


def _by_activity(frame: pd.DataFrame) -> pd.Series:
    """Sum per activity, those without any amount left out."""
    return frame.groupby("activity_id", sort=False)["value"].sum(min_count=1).dropna()
