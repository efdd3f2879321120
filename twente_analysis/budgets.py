"""Figures of a budget before they are added: how sure each is, whose euros, which listing, and the printed totals."""

import pandas as pd

from .hours import mark_hours, price_hours
from .tidy import DataError, check_choice, expand_lines

__all__ = [
    "choose_listings",
    "compare_totals",
    "counted_twice",
    "in_euros",
    "label_money",
    "means_per_year",
    "repeated_means",
    "select_budget",
    "single_out",
]

#: Checks of the audit that find means of TechWise's KPI tables printed twice.
REPEATED = ("techwise-blended-kpi", "techwise-blended-kpi-2014", "techwise-kpi2-founding-twice")
#: How sure an amount is; without a qualifier, or with another, it is pledged.
AMOUNTS = ("pledged", "asked", "in kind", "outside", "pm", "unknown")


def label_money(budgets: pd.DataFrame, funders: pd.DataFrame, price_levels: pd.DataFrame) -> pd.DataFrame:
    """Add to each figure how sure it is, what kind of payer pays, and whose euros it is counted in.

    Parameters
    ----------
    budgets
        What `load_budgets` gives.
    funders, price_levels
        What `load_funders` and `load_price_levels` give.

    Returns
    -------
    DataFrame
        The same rows with ``certainty`` (``pledged``; ``asked``, not granted; ``in kind``; ``outside``, which the
        source keeps out of its budget; ``pm``; ``unknown``, an amount of which the payer is PM or not known;
        ``unstated``; ``empty``), ``funder_type`` and ``price_level``.

    Raises
    ------
    DataError
        When a funder or document is not in the lists.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> money = label_money(ta.load_budgets("twam"), ta.load_funders(), ta.load_price_levels())
    >>> money.loc[money["line"] == 257, ["funder", "certainty", "funder_type"]].iloc[-1].tolist()
    ['sectorplan Bouw', 'pm', 'mixed']

    """
    types = dict(zip(funders["funder"], funders["funder_type"], strict=True))
    levels = dict(zip(price_levels["document"], price_levels["price_level"], strict=True))
    named = budgets["funder"].ne("")
    for column, known, rows in (
        ("funder", types, budgets[named]),
        ("document", levels, budgets),
        ("funder", types, budgets[~named & budgets["role"].eq("cover") & budgets["value"].notna()]),
    ):
        strange = rows[~rows[column].isin(known)]
        if len(strange):
            raise DataError(
                f"{len(strange)} row(s) with a {column} that is not in the list",
                remedy=f"Add it to the table of {'funders' if column == 'funder' else 'price levels'}.",
                rows=strange[["document", "line", column]],
            )
    kinds, certainty = budgets["funder"].map(types).where(named, "").astype("str"), _certainty(budgets)
    nobody = budgets["value"].notna() & certainty.eq("pm") & kinds.eq("unknown")
    return budgets.assign(
        certainty=certainty.mask(nobody, "unknown"),
        funder_type=kinds,
        price_level=budgets["document"].map(levels).astype("str"),
    )


def select_budget(budgets: pd.DataFrame, programme: str = "", year: int = 0) -> pd.DataFrame:
    """Keep the figures of a programme and a year; a figure for several years belongs to none of them.

    Raises
    ------
    DataError
        When there is no such programme, or no figure of that year.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> sorted(select_budget(ta.load_budgets("techwise", view="kpi"), year=2014)["table"].unique())
    ['kpi1_2014', 'kpi2_2014']

    """
    if programme:
        check_choice("programme", programme, budgets["programme"].drop_duplicates().tolist())
        budgets = budgets[budgets["programme"] == programme]
    if year:
        years = sorted({int(one) for one in budgets["period"] if one.isdecimal()})
        check_choice("year", year, [0, *years])
        budgets = budgets[budgets["period"] == str(year)]
    return budgets.reset_index(drop=True)


def in_euros(budgets: pd.DataFrame, rate: float | None = None, year: int = 0) -> pd.DataFrame:
    """Take the one view that answers: cost and cover per activity, or the means per action of a year.

    Parameters
    ----------
    budgets
        What `load_budgets` gives of one document with ``view=None``.
    rate
        Euros per hour; without it, hours stay out of the euros.
    year
        A year; 0 for the activities, over all years.

    Returns
    -------
    DataFrame
        Rows of one view, hours as cover in kind. Of the activities, cover that is hours is marked; nothing is added.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> euros = in_euros(ta.load_budgets("techwise", view=None), 75, 2014)
    >>> euros.query("role == 'cover' and unit == 'euro'")["value"].astype(int).sum()
    np.int64(922600)

    """
    if not year:
        chosen = budgets[budgets["view"] == "activities"].reset_index(drop=True)
        return chosen if rate is None else mark_hours(chosen, budgets, rate)
    return select_budget(means_per_year(budgets, rate), year=year)


def means_per_year(budgets: pd.DataFrame, rate: float | None = None) -> pd.DataFrame:
    """Take the means per action and period (``2013``, ``2013/2017``), hours as cover in kind at `rate`.

    An action that names one payer without an amount, no hours and no other amount is paid by that payer: its amount is
    the action's cost. Single years come before spans of years.

    Parameters
    ----------
    budgets
        What `load_budgets` gives of one document with ``view=None``; only TechWise has such means, of others no row
        is left.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> means = means_per_year(ta.load_budgets("techwise", view=None), 75)
    >>> means[means["role"] == "cost"].groupby("period")["value"].sum().astype(int).to_dict()
    {'2013': 1494150, '2013/2017': 331350, '2014': 939600}
    >>> means[means["line"].eq(258)][["role", "funder", "printed", "value"]].values.tolist()
    [['cover', 'investeringssubsidie', '', 145000.0], ['cost', '', '€ 145.000', 145000.0]]

    """
    chosen = _sole_payers(budgets[budgets["view"] == "kpi"])
    means = chosen if rate is None else pd.concat([chosen, price_hours(chosen, rate)], ignore_index=True)
    spans = means["period"].str.contains("/", regex=False)
    return means.assign(spans=spans).sort_values(["spans", "period"], kind="stable", ignore_index=True)[budgets.columns]


def single_out(money: pd.DataFrame, funder: str = "") -> pd.DataFrame:
    """Add a column ``payer``: the kind of payer, and ``chosen`` for one funder that is to stand apart.

    Raises
    ------
    DataError
        When there is no such funder.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> money = label_money(ta.load_budgets("twam"), ta.load_funders(), ta.load_price_levels())
    >>> single_out(money, "EFRO").query("funder == 'EFRO'")[["funder_type", "payer"]].values.tolist()
    [['public', 'chosen']]

    """
    if funder:
        check_choice("funder", funder, [one for one in money["funder"].drop_duplicates() if one])
    chosen = money["funder"].eq(funder) & (funder != "")
    return money.assign(payer=money["funder_type"].mask(chosen, "chosen"))


def choose_listings(budgets: pd.DataFrame, listings: str = "first") -> pd.DataFrame:
    """Keep one listing of each activity that a document lists under several goals.

    Parameters
    ----------
    budgets
        What `load_budgets` gives with ``repeats=True``.
    listings
        ``first``, ``last``, or ``all`` to have the money of such an activity more than once. The amounts of two
        listings may differ: which one holds is a choice.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> every = ta.load_budgets("twam", repeats=True).query("activity_id == 'twam-hr-agenda-port-of-twente'")
    >>> [int(choose_listings(every, one).query("role == 'cost'")["value"].sum()) for one in ("first", "last", "all")]
    [20000, 30000, 65000]

    """
    check_choice("listings", listings, ["first", "last", "all"])
    if listings == "all":
        return budgets.reset_index(drop=True)
    listed = budgets.groupby(["document", "view", "activity_id"])["listing"]
    wanted = listed.transform("min" if listings == "first" else "max")
    return budgets[budgets["listing"] == wanted].reset_index(drop=True)


def counted_twice(budgets: pd.DataFrame) -> pd.DataFrame:
    """Say of each activity that is listed more than once what adding up all listings would count double.

    Parameters
    ----------
    budgets
        What `load_budgets` gives with ``repeats=True``.

    Returns
    -------
    DataFrame
        One row per activity: ``activity_id, activity, listings`` (how many), ``cost`` (of the first), ``lowest``,
        ``highest`` (where listings differ) and ``double`` (of all but the first), in euros; ``lines``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> int(counted_twice(ta.load_budgets("twam", repeats=True))["double"].sum())
    3295000

    """
    costs = budgets[budgets["role"].eq("cost") & budgets["value"].notna()].sort_values("listing", kind="stable")
    rows = [
        {
            "activity_id": name,
            "activity": part["activity"].iloc[0],
            "listings": int(part["listing"].nunique()),
            "cost": float(part["value"].iloc[0]),
            "lowest": float(part["value"].min()),
            "highest": float(part["value"].max()),
            "double": float(part.loc[part["listing"] > part["listing"].min(), "value"].sum()),
            "lines": ", ".join(part["line"].astype("str")),
        }
        for name, part in costs.groupby("activity_id", sort=False)
        if part["listing"].max() > part["listing"].min()
    ]
    names = ["activity_id", "activity", "listings", "cost", "lowest", "highest", "double", "lines"]
    return pd.DataFrame(rows, columns=names)


def repeated_means(means: pd.DataFrame, audit: pd.DataFrame) -> pd.DataFrame:
    """Say which means of the tables per action and year are printed twice, as the audit finds them.

    Parameters
    ----------
    means
        What `means_per_year` gives.
    audit
        What `audit_sources` gives.

    Returns
    -------
    DataFrame
        One row per check: ``id``, ``period``, ``amount`` (counted too much, in euros) and ``lines``. No row for
        another document.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> means = means_per_year(ta.load_budgets("techwise", view=None), 75)
    >>> found = repeated_means(means, ta.audit_sources(ta.load_sources()))
    >>> found[["period", "amount"]].values.tolist()
    [['2013/2014', 17800.0], ['2013', 22000.0], ['2014', 22000.0]]

    """
    rows = []
    cost = means[means["role"] == "cost"]
    for check in audit[audit["id"].isin(REPEATED)].to_dict("records") if len(means) else []:
        stated, once = (expand_lines(check[f"{side}_lines"].partition(" ")[2]) for side in ("stated", "recomputed"))
        own = cost[cost["line"].isin(stated)]
        # Of hours the amount beside them is what stands twice.
        twice = check["difference"] if check["unit"] == "euro" else own.loc[~own["line"].isin(once), "value"].sum()
        years = sorted(own["period"].unique())
        period = "/".join(dict.fromkeys((years[0], years[-1])))
        lines = check["stated_lines"].partition(" ")[2]
        rows.append({"id": check["id"], "period": period, "amount": float(twice), "lines": lines})
    return pd.DataFrame(rows, columns=["id", "period", "amount", "lines"])


def compare_totals(parts: pd.DataFrame, totals: pd.DataFrame, rate: float | None = None) -> pd.DataFrame:
    """Hold each total that a document prints against the sum of its parts; nothing is repaired.

    Parameters
    ----------
    parts, totals
        What `load_budgets` gives without and with ``totals=True``, of the same views.
    rate
        Euros per hour, to count hours in totals in euros.

    Returns
    -------
    DataFrame
        One row per printed total: ``document, table, project, activity_id`` (of a total of one row),
        ``role, funder, printed, computed, difference`` (printed less computed; missing where no part has a figure, or
        the total is of more than its table), ``rounding``, which the printed digits leave, and ``open`` (parts without
        an amount).

    Examples
    --------
    >>> import twente_analysis as ta
    >>> found = compare_totals(ta.load_budgets("regiodeal"), ta.load_budgets("regiodeal", totals=True))
    >>> talent = found[(found["table"] == "talent") & (found["role"] == "cost")].iloc[0]
    >>> talent[["printed", "computed", "difference"]].astype(int).tolist()
    [13699097, 5974097, 7725000]

    """
    if rate is not None:
        parts = pd.concat([parts, price_hours(parts, rate)], ignore_index=True)
    rows = []
    given = totals[totals["value"].notna()]
    # Of two totals over the same column of a table, the first is of more than the table.
    wider = given.duplicated(["document", "table", "activity_id", "role", "funder"], keep="last")
    for total in given.assign(wider=wider).to_dict("records"):
        own = parts[(parts["table"] == total["table"]) & (parts["document"] == total["document"])]
        own = own[own["role"].eq(total["role"]) & own["unit"].eq(total["unit"])]
        if total["activity_id"]:
            own = own[own["activity_id"] == total["activity_id"]]
        # A column for all companies together has parts that are named after each.
        named = own["funder"] == total["funder"]
        # An amount of which the payer is not certain is in no payer's total.
        own = own[named & own["qualifier"].ne("unknown")] if named.any() else own
        computed = pd.NA if total["wider"] else own["value"].sum(min_count=1)
        rows.append(
            {
                **{name: total[name] for name in ("document", "table", "project", "activity_id", "role", "funder")},
                "printed": float(total["value"]),
                "computed": computed,
                "difference": total["value"] - computed,
                "rounding": float((own["step"].sum() + total["step"]) / 2),
                "open": int((own["value"].isna() & ~own["status"].isin(["blank", "dash"])).sum()),
            }
        )
    return pd.DataFrame(rows).astype({"computed": "Float64", "difference": "Float64"})


def _sole_payers(means: pd.DataFrame) -> pd.DataFrame:
    """Give the payer that alone stands at an action, without an amount, the cost of that action."""
    place = ["table", "activity_id"]
    given = means[means["role"].isin(["cover", "hours"])]
    alone = given[given["status"].eq("unstated") & ~given.duplicated(place, keep=False)]
    cost = means[means["role"].eq("cost") & means["value"].notna()].drop_duplicates(place)
    amounts = alone[place].merge(cost[[*place, "value", "step"]], on=place, how="left").set_index(alone.index)
    paid = means.copy()
    for name in ("value", "step"):
        paid.loc[alone.index, name] = amounts[name]
    paid.loc[amounts.index[amounts["value"].notna()], "status"] = ""
    return paid


def _certainty(budgets: pd.DataFrame) -> pd.Series:
    """Name how sure each figure is: by its qualifier, else whether there is an amount, else by its status."""
    given = budgets["qualifier"].where(budgets["qualifier"].isin(AMOUNTS), "pledged")
    absent = budgets["status"].map({"pm": "pm", "ntb": "pm", "unstated": "unstated", "blank": "empty", "dash": "empty"})
    absent = absent.mask(budgets["qualifier"].eq("in kind") & absent.eq("unstated"), "in kind")
    return given.where(budgets["value"].notna(), absent).astype("str")
