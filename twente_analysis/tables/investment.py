"""Tables about money: cost against cover, who pays, hours, printed totals, and what others add."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd

from ..language import format_euro, format_number, format_period, format_share, join, label, say
from .house import Table, stay_dutch

__all__ = [
    "table_double",
    "table_funders",
    "table_hours",
    "table_investment",
    "table_key_figures",
    "table_multipliers",
    "table_payments",
    "table_printed_totals",
]

#: Of the cover, what is said apart where there is any.
KINDS = ("pledged", "asked", "in_kind", "pm", "unknown")
#: From this cost on, the amounts per part are in thousands.
LARGE = 1e8
THOUSAND = 1000
#: Contributions without an amount.
OPEN = ("open_pm", "open_in_kind", "open_unstated")


def table_key_figures(total: pd.DataFrame, double: pd.DataFrame, document: str, *, language: str = "nl") -> Table:
    """Show cost, cover, gap and what counts twice, for a memo, from `cost_and_cover` in one row and `counted_twice`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> money = ta.label_money(ta.load_budgets("regiodeal"), ta.load_funders(), ta.load_price_levels())
    >>> total, double = ta.cost_and_cover(money), ta.counted_twice(money)
    >>> table_key_figures(total, double, "regiodeal", language="en").groups[0][1][:2]
    [['Cost', '€160,666,877'], ['Funding', '€160,986,877']]
    """
    row, euros = total.iloc[0], partial(format_euro, full=True)
    shown = [name for name in ("cost", "cover", *KINDS) if not pd.isna(row[name])]
    rows = [[_key(name, document, language), euros(row[name], language)] for name in shown]
    rows.append([say("investment.key_gap", language), _gap(row, language, euros)])
    if not pd.isna(row["outside"]):
        rows.append([_key("outside", document, language), euros(row["outside"], language)])
    if len(double):
        rows.append([say("investment.key_double", language), euros(double["double"].sum(), language)])
    counts = [
        [say(f"investment.key_{name}", language), format_number(row[name], language=language)]
        for name in ("cost_open", *OPEN)
        if row[name]
    ]
    groups = [(say("investment.in_euros", language), rows), (say("investment.in_numbers", language), counts)]
    name = label("money_document", document, language)
    notes = [say("investment.note_key", language), *_gap_notes(row, language)]
    caption = say("investment.table_key", language, prices=row["price_level"])
    strong = [_key("cost", document, language), _key("cover", document, language)]
    names = [name[0].upper() + name[1:], say("investment.column_figure", language)]
    return Table(caption, names, groups if counts else groups[:1], notes, strong)


def table_investment(
    parts: pd.DataFrame,
    total: pd.DataFrame,
    document: str,
    repeated: pd.DataFrame | None = None,
    *,
    language: str = "nl",
) -> Table:
    """Show cost against cover per part and in total, from `cost_and_cover`; `repeated_means` give a note on them.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> money = ta.label_money(ta.load_budgets("regiodeal"), ta.load_funders(), ta.load_price_levels())
    >>> parts, total = ta.cost_and_cover(money, "project"), ta.cost_and_cover(money)
    >>> table_investment(parts, total, "regiodeal", language="en").groups[0][1][0]  # in thousands
    ['Advanced Manufacturing Program', '6,000', '4,500', '1,500', '–', '–', '0']
    """
    by = str(parts.columns[0])
    both = [frame.assign(unsure=frame[["pm", "unknown"]].sum(axis=1, min_count=1)) for frame in (parts, total)]
    both = [frame.assign(cover_open=frame[list(OPEN)].sum(axis=1)) for frame in both]
    last = both[1].iloc[0]
    amounts = [name for name in ("cost", "pledged", "asked", "in_kind", "unsure", "outside") if not pd.isna(last[name])]
    thousands = last["cost"] >= LARGE
    # The key figures say them too; a table of many amounts has no room for them.
    counts = [name for name in ("cost_open", "cover_open") if last[name] and not thousands]

    def write(value: float, language: str) -> str:
        return _euros(value / THOUSAND if thousands and not pd.isna(value) else value, language)

    def cells(row: pd.Series) -> list[str]:
        written = [*(write(row[name], language) for name in amounts), _gap(row, language, write)]
        return written + [format_number(row[name], language=language) for name in counts]

    name = format_period if by == "period" else part_name
    rows = [[name(row[by], language), *cells(row)] for _, row in both[0].iterrows()]
    dutch = stay_dutch([row[0] for row in rows if by != "period" and row[0] in set(both[0][by])], language)
    rows.append([say("investment.total", language), *cells(last)])
    short = ("asked", "in_kind", "outside")
    heads = [
        say(f"investment.short_{name}", language) if name in short else _key(name, document, language)
        for name in amounts
    ]
    names = [label("money_part", by, language), *heads]
    names += [say(f"investment.column_{name}", language) for name in ("gap", *counts)]
    notes = [] if by == "period" else [say("investment.note_parts", language)]
    notes += [say("investment.note_counts", language)] if counts else []
    notes += [say("investment.note_doubt", language)] if "unsure" in amounts else []
    notes += [say("investment.note_outside", language)] if "outside" in amounts else []
    if repeated is not None and len(repeated):
        double = float(repeated["amount"].sum())
        notes.append(say("investment.note_repeated", language, double=double, once=float(last["cost"]) - double))
    notes += _gap_notes(last, language)[-1:] if counts else []
    key = "table_years" if by == "period" else "table_parts"
    caption = say(f"investment.{key}", language, prices=last["price_level"])
    if thousands:
        caption = say("investment.table_thousands", language, caption=caption)
        notes.append(say("investment.note_thousands", language))
    return Table(caption, names, [("", rows)], notes, [rows[-1][0]], dutch)


def table_funders(cover: pd.DataFrame, funders: pd.DataFrame, funder: str = "", *, language: str = "nl") -> Table:
    """Show what each funder puts in, per kind of payer, from `cover_by_funder` of a document; `funder` is emphasised.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> money = ta.label_money(ta.load_budgets("regiodeal"), ta.load_funders(), ta.load_price_levels())
    >>> table_funders(ta.cover_by_funder(money), ta.load_funders(), language="en").groups[0][1][0]
    ['the state (Rijk)', '34,600,936', '21%', '0']
    """
    known = funders.set_index("funder")
    own = cover.sort_values("amount", ascending=False, na_position="last", kind="stable")
    groups = []
    for kind in known["funder_type"].drop_duplicates():
        part = own[own["funder"].map(known["funder_type"]) == kind]
        rows = []
        for row in part.itertuples():
            share = format_share(None if pd.isna(row.share) else row.share, language, rough=True)
            shown = [_euros(row.amount, language), share, format_number(row.open, language=language)]
            rows.append([label("money_funder", row.funder, language), *shown])
        if rows:
            groups.append((label("money_type", kind, language).capitalize(), rows))
    names = [say(f"investment.column_{name}", language) for name in ("funder", "amount", "share", "open")]
    judged = own["funder"][own["funder"].map(known["basis"]) == "judgement"].tolist()
    notes = [say("investment.note_funders", language)]
    outside = float(own["outside"].sum())
    notes += [say("investment.note_funders_outside", language, outside=outside)] if outside else []
    if judged:
        listed = join([label("money_funder", one, language) for one in judged], language)
        notes.append(say("investment.note_judged", language, funders=listed))
    caption = say("investment.table_funders", language, prices=cover["price_level"].iloc[0])
    return Table(caption, names, groups, notes, [label("money_funder", funder, language)])


def table_payments(money: pd.DataFrame, funder: str = "", *, language: str = "nl") -> Table:
    """Show per activity what it costs and who pays what, from `label_money`; with a funder, only what it pays for.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> money = ta.label_money(ta.load_budgets("regiodeal"), ta.load_funders(), ta.load_price_levels())
    >>> table_payments(money, language="en").groups[1]
    ('Advanced Manufacturing Program: Educatie (cost: 1,000,000)', [['private parties', '500,000'], ['education',
     '500,000']])
    """
    euros = money[money["unit"].eq("euro") & money["role"].isin(["cost", "cover"]) & money["certainty"].ne("empty")]
    groups = []
    for _, part in euros.groupby("activity_id", sort=False):
        cover = part[part["role"] == "cover"]
        if funder and not cover["funder"].eq(funder).any():
            continue
        cost = part[part["role"] == "cost"]
        total = _amount(cost.iloc[0], language) if len(cost) else say("investment.no_cost", language)
        heading = say("investment.activity", language, activity=_activity(part.iloc[0]), cost=total)
        rows = [[label("money_funder", row["funder"], language), _amount(row, language)] for _, row in cover.iterrows()]
        groups.append((heading, rows))
    names = [say(f"investment.column_{name}", language) for name in ("funder", "amount")]
    strong = [label("money_funder", funder, language)] if funder else []
    caption = say(f"investment.table_payments{'_of' if funder else ''}", language, funder=funder)
    dutch = stay_dutch([name for name, _ in groups], language)
    return Table(caption, names, groups, [say("investment.note_payments", language)], strong, dutch)


def table_double(double: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the activities that stand under several goals, from `counted_twice`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_double(ta.counted_twice(ta.load_whole_budget("twam")[0]), language="en").groups[0][1][2]
    ['Zorgpact (lines 236, 241, 278)', '3', '10,000', '20,000']
    """
    rows = []
    for row in double.itertuples():
        cost = _euros(row.cost, language)
        if row.lowest != row.highest:
            cost = say("investment.between", language, low=row.lowest, high=row.highest)
        name = say("investment.listed", language, activity=row.activity, lines=row.lines)
        rows.append([name, format_number(row.listings, language=language), cost, _euros(row.double, language)])
    dutch = stay_dutch([row[0] for row in rows], language)
    last = [say("investment.total", language), "", "", _euros(double["double"].sum(), language)]
    names = ("activity", "listings", "cost_each", "double")
    return _table("double", names, [*rows, last], language, strong=[last[0]], dutch=dutch)


def table_hours(hours: pd.DataFrame, rate: float, *, language: str = "nl") -> Table:
    """Show the hours per partner and company in euros and what they invest beside, from `hours_per_funder`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> whole, totals = ta.load_whole_budget("techwise")
    >>> hours = ta.hours_per_funder(whole[whole["view"] == "companies"], 75)
    >>> table_hours(hours, 75, language="en").groups[0][1][0]
    ['Aebi Schmidt Nederland BV', '480', '36,000', '27,000', '63,000']
    """
    groups, names = [], ("hours", "in_kind", "invested", "euros")
    for view, part in hours.groupby("view", sort=False):
        rows = [
            [label("money_funder", row["funder"], language), *(_euros(row[name], language) for name in names)]
            for _, row in part.iterrows()
        ]
        sums = [_euros(part[name].sum(min_count=1), language) for name in names]
        rows.append([say(f"investment.total_{view}", language), *sums])
        groups.append((label("money_view", str(view), language), rows))
    columns = [say(f"investment.column_{name}", language) for name in ("who", "hours", "worth", "invested", "together")]
    caption = say("investment.table_hours", language, rate=format_number(rate, language=language))
    strong = [say(f"investment.total_{view}", language) for view in hours["view"].drop_duplicates()]
    return Table(caption, columns, groups, [say("investment.note_hours", language)], strong)


def table_printed_totals(compared: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the printed totals that differ from the sum of their parts, from `compare_totals`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> whole, totals = ta.load_whole_budget("regiodeal")
    >>> table_printed_totals(ta.compare_totals(whole, totals), language="en").groups[0][1][1]
    ['Gebiedsontwikkeling en Bereikbaarheid Topwerklocaties: cost', '92,300,000', '88,430,000', '+3,870,000', 'no']
    """
    known = compared[compared["difference"].notna()]
    rows = [
        [
            say(
                "investment.of_total",
                language,
                where=row.project or label("money_table", row.table, language),
                what=label("money_funder", row.funder, language) or label("money_role", row.role, language),
            ),
            *(_euros(value, language) for value in (row.printed, row.computed)),
            format_number(row.difference, "difference", language),
            say(f"investment.{'yes' if abs(row.difference) <= row.rounding else 'no'}", language),
        ]
        for row in known[known["difference"].abs() > 0].itertuples()
    ]
    same = int((known["difference"] == 0).sum())
    note = say("investment.note_totals", language, n=same, all=len(known))
    names = ("printed_total", "printed", "computed", "difference", "rounds")
    return _table("totals", names, rows, language, notes=[note])


def table_multipliers(found: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show how many euros of others stand beside a euro of each base, from `multipliers`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> money = ta.label_money(ta.load_budgets("regiodeal"), ta.load_funders(), ta.load_price_levels())
    >>> table_multipliers(ta.multipliers(money, ["public"]), language="en").groups[0][1][0]
    ['government', '81,550,032', '79,436,845', '0', '0.97']
    """
    rows = []
    for row in found.itertuples():
        euros = [_euros(value, language) for value in (row.euros, row.others, row.unsure)]
        rows.append([label("money_base", row.base, language), *euros, _span(row.low, row.high, language)])
    return _table("multipliers", ("base", "of_base", "of_others", "unsure", "per_euro"), rows, language)


def open_words(row: pd.Series, language: str) -> str:
    """Say which contributions have no amount: ``3 PM, 1 in kind``."""
    found = [say(f"investment.{name}", language, n=int(row[name])) for name in OPEN if row[name]]
    return ", ".join(found)


def part_name(name: str, language: str) -> str:
    """Name a part of a document: as the document does, or shorter where the texts have a shorter name."""
    return label("money_part_name", name, language)


def _activity(row: pd.Series) -> str:
    """Name an activity with its project, which alone names a project that the source does not divide."""
    if not row["project"]:
        return str(row["activity"])
    return str(row["project"]) + ("" if row["activity"] == "Totaal" else f": {row['activity']}")


def _amount(row: pd.Series, language: str) -> str:
    """Write an amount with what the source says of it, or the words that stand in its place."""
    if pd.isna(row["value"]):
        return label("money_certainty", row["certainty"], language)
    words = label("money_amount", row["certainty"], language)
    return f"{_euros(row['value'], language)} {words}".strip()


def _gap(row: pd.Series, language: str, write: Callable[[float, str], str]) -> str:
    low, high = (None if pd.isna(row[name]) else float(row[name]) for name in ("gap", "gap_high"))
    if low is None or high is None or low == high:
        return format_number(None, language=language) if low is None else write(low, language)
    return say("investment.to", language, low=write(low, language), high=write(high, language))


def _gap_notes(row: pd.Series, language: str) -> list[str]:
    notes = []
    if not pd.isna(row["gap_high"]) and row["gap_high"] != row["gap"]:
        notes.append(say("investment.note_range", language))
    if open_words(row, language):
        notes.append(say("investment.note_open", language))
    return notes


def _key(name: str, document: str, language: str) -> str:
    if name == "pledged":
        return label("money_pledged", document, language)
    return say(f"investment.column_{name}", language)


def _span(low: float, high: float, language: str) -> str:
    first, last = (format_number(one, "hundredths", language) for one in (low, high))
    return first if first == last else say("investment.to", language, low=first, high=last)


def _euros(value: float, language: str) -> str:
    return format_number(None if pd.isna(value) else float(value), language=language)


def _table(
    name: str, columns: Sequence[str], rows: Sequence[Sequence[str]], language: str, **more: Sequence[str]
) -> Table:
    return Table(
        caption=say(f"investment.table_{name}", language),
        columns=[say(f"investment.column_{column}", language) for column in columns],
        groups=[("", rows)],
        notes=more.get("notes") or [say(f"investment.note_{name}", language)],
        strong=more.get("strong", []),
        dutch=more.get("dutch", []),
    )
