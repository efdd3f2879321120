"""Who pays what for what: cost against cover, what each funder puts in, and what others add to a public euro.

An amount that a source leaves open (PM, in kind, only a name) is never a zero: it is counted beside the sums.
"""

from collections.abc import Sequence

import pandas as pd

from .budgets import AMOUNTS
from .tidy import DataError, check_choice

__all__ = ["PARTS", "cost_and_cover", "cover_by_funder", "multipliers"]

#: By what each document divides its money best.
PARTS = {"techwise": "goal", "twam": "programme", "regiodeal": "project"}
#: What lacks an amount; a blank or a dash (`empty`) is neither that nor a zero.
OPEN = ("pm", "in kind", "unstated")
#: What makes a figure one cell of a document; hours and what they are worth are two.
CELL = ["document", "table", "line", "column", "item", "role"]
#: Columns without which nothing is added.
NEEDED = (*CELL, "view", "activity_id", "listing", "unit", "value", "step", "is_total", "certainty", "price_level")
#: Payers of whom it is not known whether they are a government.
UNSURE = ("mixed", "unknown")


def cost_and_cover(
    money: pd.DataFrame, by: str | Sequence[str] = (), *, mix_prices: bool = False, double: bool = False
) -> pd.DataFrame:
    """Set cost against cover, in total or per programme, project, goal, activity or period.

    Parameters
    ----------
    money
        What `label_money` gives, of one view.
    by
        Columns to divide by; nothing for one row.
    mix_prices
        Add figures of several documents, whose euros are of other years; ``price_level`` then names all of them.
    double
        Add all listings of an activity that is listed more than once.

    Returns
    -------
    DataFrame
        One row per part: `by`, ``price_level``, ``cost``; of the cover ``pledged``, ``asked``, ``in_kind``,
        ``pm``, ``unknown`` in euros (missing where there is no such amount) and their sum ``cover``; beside it
        ``outside``, what the source keeps out of its budget; ``gap`` (cost less cover), ``gap_high`` (cost less what is
        pledged, asked for or in kind); ``rounding``, which the printed digits leave; and how many lack an amount:
        ``cost_open`` (activities that say something of cost or cover), ``open_pm``, ``open_in_kind``, ``open_unstated``
        (contributions). The gap is what the amounts say: each open one may change it.

    Raises
    ------
    DataError
        When figures of two views, of two documents or of two listings would be added, totals to parts, or a cell to
        itself; or when `money` lacks a column, or has no column that `by` names.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> money = ta.label_money(ta.load_budgets("twam"), ta.load_funders(), ta.load_price_levels())
    >>> total = cost_and_cover(money).iloc[0]
    >>> total[["cost", "pledged", "pm", "unknown", "gap", "gap_high"]].astype(int).tolist()
    [11002000, 10349500, 95000, 557500, 0, 652500]

    """
    columns = _columns(by)
    _check_addable(money, columns, mix_prices=mix_prices, double=double)
    euros = money[money["unit"].eq("euro") & money["role"].isin(["cost", "cover"])]
    if not len(euros):
        raise DataError("There is no cost or cover to add", remedy="Choose another view, programme or year.")
    rows = [
        {**dict(zip(columns, names, strict=True)), "price_level": _levels(part), **_sums(part)}
        for names, part in _parts(euros, columns)
    ]
    return pd.DataFrame(rows)


def cover_by_funder(
    money: pd.DataFrame, by: str | Sequence[str] = (), *, kind: str = "funder", mix_prices: bool = False
) -> pd.DataFrame:
    """Say how much each funder, or each kind of funder, puts in.

    Parameters
    ----------
    money
        What `label_money` gives, of one view, each activity once.
    by
        Columns to divide by, as in `cost_and_cover`.
    kind
        ``funder``, ``funder_type`` or ``payer`` (what `single_out` adds).

    Returns
    -------
    DataFrame
        One row per part and funder: `by`, `kind`, ``price_level``, ``amount`` in euros (missing where it gives none),
        of which ``in_kind`` and ``pm``, ``share`` of the amounts of the part (a fraction); beside it ``outside``, what
        the source keeps out of its budget, and ``open``, the number of contributions without an amount.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> money = ta.label_money(ta.load_budgets("techwise"), ta.load_funders(), ta.load_price_levels())
    >>> cover_by_funder(money)[["funder", "amount"]].astype({"amount": int}).values.tolist()
    [['partners', 2116650], ['investeringssubsidie', 1900000], ['bedrijven', 1619000]]

    """
    check_choice("kind", kind, ["funder", "funder_type", "payer"])
    columns = _columns(by)
    _check_addable(money, columns, mix_prices=mix_prices)
    cover = money[money["role"].eq("cover") & money["unit"].eq("euro") & money["certainty"].ne("empty")]
    rows = []
    for names, part in _parts(cover, columns):
        whole = _counted(part).sum()
        for funder, own in part.groupby(kind, sort=False):
            amount = _counted(own).sum(min_count=1)
            rows.append(
                {
                    **dict(zip(columns, names, strict=True)),
                    kind: funder,
                    "price_level": _levels(part),
                    "amount": amount,
                    "in_kind": own.loc[own["certainty"] == "in kind", "value"].sum(min_count=1),
                    "pm": own.loc[own["certainty"] == "pm", "value"].sum(min_count=1),
                    "outside": own.loc[own["certainty"] == "outside", "value"].sum(min_count=1),
                    "share": amount / whole if whole else pd.NA,
                    "open": int(own["value"].isna().sum()),
                }
            )
    numbers = dict.fromkeys(["amount", "in_kind", "pm", "outside", "share"], "Float64")
    return pd.DataFrame(rows, columns=[*columns, kind, "price_level", *numbers, "open"]).astype(numbers)


def multipliers(money: pd.DataFrame, bases: Sequence[str] = ("public",)) -> pd.DataFrame:
    """Say how many euros of others stand beside each euro of a payer.

    Parameters
    ----------
    money
        What `label_money` gives of one document, each activity once.
    bases
        ``public`` for all governments together, or a funder.

    Returns
    -------
    DataFrame
        One row per base: ``base``, ``price_level``, ``euros`` (of the base) and ``others``, both as certain;
        ``unsure`` (amounts of whom or whether is not known), ``low`` and ``high`` (euros of others per euro, with these
        on the side of the base, or of the others), and ``open``, contributions without an amount. What the source
        keeps out of its budget is not among them.

    Raises
    ------
    DataError
        When a base puts in no amount.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> money = ta.label_money(ta.load_budgets("techwise"), ta.load_funders(), ta.load_price_levels())
    >>> multipliers(money)[["euros", "others", "low"]].round(3).values.tolist()
    [[1900000.0, 3735650.0, 1.966]]

    """
    _check_addable(money, [])
    cover = money[money["role"].eq("cover") & money["unit"].eq("euro") & money["certainty"].ne("empty")]
    unsure = cover["certainty"].isin(["pm", "unknown"]) | cover["funder_type"].isin(UNSURE)
    rows = []
    for base in bases:
        named = base == "public"
        if not named:
            check_choice("base", base, ["public", *cover["funder"].drop_duplicates()])
        own = cover["funder_type"].eq("public") if named else cover["funder"].eq(base)
        doubtful = unsure if named else cover["certainty"].isin(["pm", "unknown"])
        counted = _counted(cover)
        euros, others, rest = (float(counted[chosen].sum()) for chosen in (own & ~doubtful, ~own & ~doubtful, doubtful))
        if not euros:
            raise DataError(f"{base} puts in no amount", remedy="Choose a payer with an amount.")
        rows.append(
            {
                **{"base": base, "price_level": _levels(cover), "euros": euros, "others": others, "unsure": rest},
                **{"low": others / (euros + rest), "high": (others + rest) / euros},
                "open": int(cover["value"].isna().sum()),
            }
        )
    return pd.DataFrame(rows)


def _sums(part: pd.DataFrame) -> dict[str, object]:
    cost, cover = (part[part["role"] == role] for role in ("cost", "cover"))
    amounts = {name: cover.loc[cover["certainty"] == name, "value"].sum(min_count=1) for name in AMOUNTS}
    total, known = cost["value"].sum(min_count=1), _counted(cover).sum(min_count=1)
    sure = cover.loc[cover["certainty"].isin(["pledged", "asked", "in kind"]), "value"].sum()
    costed = cost.loc[cost["value"].notna(), "activity_id"]
    lacking = cover["certainty"].where(cover["value"].isna())
    return {
        "cost": total,
        **{name.replace(" ", "_"): amount for name, amount in amounts.items()},
        "cover": known,
        "gap": total - known,
        "gap_high": total - sure,
        "rounding": float(part["step"].sum()) / 2,
        "cost_open": len(set(part.loc[part["certainty"] != "empty", "activity_id"]) - set(costed)),
        **{f"open_{name.replace(' ', '_')}": int((lacking == name).sum()) for name in OPEN},
    }


def _counted(cover: pd.DataFrame) -> pd.Series:
    """Give the amounts that the source counts in its budget."""
    return cover["value"].where(cover["certainty"] != "outside")


def _columns(by: str | Sequence[str]) -> list[str]:
    return [by] if isinstance(by, str) else list(by)


def _parts(frame: pd.DataFrame, columns: list[str]) -> list[tuple[tuple[object, ...], pd.DataFrame]]:
    return list(frame.groupby(columns, sort=False)) if columns else [((), frame)]


def _levels(part: pd.DataFrame) -> str:
    return " + ".join(sorted(part["price_level"].unique()))


def _check_addable(money: pd.DataFrame, columns: list[str], *, mix_prices: bool = False, double: bool = False) -> None:
    """Refuse to add what is the same money, or money of other years."""
    held = list(money.columns) if isinstance(money, pd.DataFrame) else []
    absent = [name for name in NEEDED if name not in held]
    if absent:
        raise DataError(
            f"The figures have no column {', '.join(map(repr, absent))}",
            remedy="Give the frame that label_money makes of load_budgets.",
        )
    for name in columns:
        check_choice("by", name, held)
    totals = money[money["is_total"] == "yes"]
    if len(totals):
        raise DataError(
            f"{len(totals)} printed total(s) stand among the figures: they count their parts once more",
            remedy="Load the parts alone (load_budgets without totals), and hold totals against them: compare_totals.",
            rows=totals[[*CELL, "value"]],
        )
    twice = money[money.duplicated(CELL, keep=False)]
    if len(twice):
        raise DataError(
            f"{len(twice)} row(s) are of a cell that stands there more than once",
            remedy="Give each figure once; join no frame to itself.",
            rows=twice[[*CELL, "value"]],
        )
    parts = [part for _, part in _parts(money, columns)]
    if any(len(set(part["document"])) > 1 for part in parts) and not mix_prices:
        raise DataError(
            "Figures of several documents do not add up: their euros are of other years, and they overlap",
            remedy="Choose one document, divide by document, or say mix_prices=True.",
            rows=money[["document", "price_level"]].drop_duplicates(),
        )
    views = money[["document", "view"]].drop_duplicates()
    if views["document"].duplicated().any():
        raise DataError("Figures of two views are the same euros", remedy="Choose one view.", rows=views)
    listings = money[money["activity_id"] != ""].groupby(["document", "activity_id"])["listing"].nunique()
    if (listings > 1).any() and not double:
        raise DataError(
            f"{int((listings > 1).sum())} activities are listed more than once",
            remedy="Choose one listing with choose_listings, or say double=True.",
            rows=listings[listings > 1].reset_index(),
        )
