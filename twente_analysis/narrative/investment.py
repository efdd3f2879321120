"""Sentences about money: cost and cover, what has no amount, hours, what counts twice, what is contested."""

from collections.abc import Callable, Mapping, Sized

import pandas as pd

from ..language import format_number, format_period, format_share, join, label, say, share_range
from .house import Text

__all__ = [
    "tell_contested",
    "tell_double",
    "tell_hours",
    "tell_investment",
    "tell_lacking",
    "tell_money_caveats",
    "tell_money_terms",
    "tell_multipliers",
    "tell_payers",
    "tell_promises",
    "tell_years",
]

#: Cost and cover are about as much when they differ by less than this part of the cost.
NEAR = 0.01


def tell_investment(total: pd.DataFrame, document: str, scope: str = "", *, language: str = "nl") -> Text:
    """Say what a document costs, what stands against it, and what is not certain, from one row of `cost_and_cover`.

    Parameters
    ----------
    scope
        The programme or year that it is about; empty for all.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> money = ta.label_money(ta.load_budgets("regiodeal"), ta.load_funders(), ta.load_price_levels())
    >>> print(*tell_investment(ta.cost_and_cover(money), "regiodeal", language="en").sentences[1].split())
    The cost is €160.7 million, the funding €161.0 million (euros of 2018). A footnote keeps ...

    """
    row = total.iloc[0]
    name = label("money_document", document, language) + (f" ({scope})" if scope else "")
    sentences = _lead(row, document, name, language)
    if not pd.isna(row["in_kind"]):
        sentences.append(say("investment.in_hours", language, value=row["in_kind"]))
    contributions = int(row["open_pm"] + row["open_in_kind"] + row["open_unstated"])
    numbers = {"cost": int(row["cost_open"]), "cover": contributions}
    counts = [say(f"investment.open_{what}", language, n=n) for what, n in numbers.items() if n]
    if counts:
        sentences.append(say("investment.open", language, parts=join(counts, language)))
    prices = str(row["price_level"])
    return Text("headline", sentences, (int(prices), int(prices)) if prices.isdecimal() else ())


def tell_payers(cover: pd.DataFrame, funder: str = "", *, language: str = "nl") -> Text:
    """Say which three funders put in most, and how much a chosen one does, from `cover_by_funder` of a document.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> money = ta.label_money(ta.load_budgets("regiodeal"), ta.load_funders(), ta.load_price_levels())
    >>> print(*tell_payers(ta.cover_by_funder(money), language="en").sentences[0].split())
    Largest contributions on paper: private parties with €64.8 million (40%), the state (Rijk) with €34.6 ...
    """
    largest = cover[cover["amount"].notna()].nlargest(3, "amount")
    parts = []
    for row in largest.itertuples():
        figures = {"amount": row.amount, "share": format_share(row.share, language, rough=True)}
        parts.append(say("investment.payer", language, funder=label("money_funder", row.funder, language), **figures))
    sentences = [say("investment.payers", language, parts=join(parts, language))]
    for row in cover[cover["funder"] == funder].itertuples():
        name = label("money_funder", row.funder, language)
        share = format_share(None if pd.isna(row.share) else row.share, language, rough=True)
        key = "chosen_none" if pd.isna(row.amount) else "chosen"
        sentences.append(say(f"investment.{key}", language, funder=name, amount=row.amount, share=share, n=row.open))
    return Text("finding", sentences)


def tell_promises(
    money: pd.DataFrame, compared: pd.DataFrame, statements: pd.DataFrame, *, language: str = "nl"
) -> Text:
    """Say which money is only asked for, estimated or not pledged yet, and of which companies no name is given.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> whole, totals = ta.load_whole_budget("techwise")
    >>> money = ta.label_money(ta.in_euros(whole, 75), ta.load_funders(), ta.load_price_levels())
    >>> compared = ta.compare_totals(whole, totals, 75)
    >>> print(*tell_promises(money, compared, ta.load_statements("techwise"), language="en").sentences[0].split())
    Of the grant of €1.9 million, €700,000 was not yet pledged (line 273).
    """
    document, sentences = money["document"].iloc[0], []
    said = statements.set_index("id")
    printed = _printed_cost(money, compared)
    if printed is not None:
        key = "printed_cost_outside" if money["certainty"].eq("outside").any() else "printed_cost"
        sentences.append(say(f"investment.{key}", language, printed=printed))
    for funder, part in money[money["certainty"] == "asked"].groupby("funder"):
        asked = float(part["value"].sum())
        totals = compared[compared["funder"].eq(funder) & compared["project"].isin(money["project"])]
        wrong = totals[totals["difference"].abs() > totals["rounding"]]
        figures = {"asked": asked, "printed": asked + float(wrong["difference"].sum())}
        key = "asked_printed" if len(wrong) else "asked"
        sentences.append(say(f"investment.{key}", language, **figures))
    if document == "techwise" and money["view"].eq("activities").all():
        goal, pledged = said.loc["techwise-273-1"], said.loc["techwise-273-2"]
        rest = float(goal["value"] - pledged["value"])
        sentences.append(say("investment.grant", language, goal=float(goal["value"]), rest=rest, line=goal["line"]))
        sentences.append(say("investment.companies_warning", language, **_named_companies(money, compared)))
    if document == "twam" and len(set(money["programme"])) > 1:
        cost = float(money[money["role"] == "cost"]["value"].sum())
        whole, years = (float(said.loc[one, "value"]) for one in ("twam-81-2", "twam-81-1"))
        figures = {"whole": whole, "years": years, "line": said.loc["twam-81-2", "line"], "cost": cost}
        sentences.append(say("investment.estimate", language, **figures))
    return Text("finding", sentences or [say("investment.no_promise", language)])


def tell_hours(hours: pd.DataFrame, rates: pd.DataFrame, money: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how many hours stand for how many euros, at which rate, and where the source shows it.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> whole, totals = ta.load_whole_budget("techwise")
    >>> money = ta.label_money(ta.in_euros(whole, 75), ta.load_funders(), ta.load_price_levels())
    >>> hours = ta.hours_per_funder(whole[whole["view"].isin(["partners", "companies"])], 75)
    >>> print(*tell_hours(hours, ta.implied_rates(whole, totals), money, language="en").sentences[0].split())
    Partners and companies promise 32,542 hours together. At 75 euros an hour that is €2.4 million. That is ...
    """
    pairs = rates[rates["route"] != "kpi"]
    worked, worth = (float(hours[name].sum()) for name in ("hours", "in_kind"))
    sentences = [say("investment.hours", language, hours=worked, worth=worth, rate=pairs["rate"].iloc[0])]
    sentences.append(say("investment.rate", language, n=len(pairs), rate=pairs["rate"].iloc[0]))
    kpi = rates[rates["route"] == "kpi"]
    same = int(kpi["rate"].round(6).eq(round(pairs["rate"].iloc[0], 6)).sum())
    sentences.append(say("investment.rate_kpi", language, n=same, all=len(kpi)))
    companies = hours[hours["view"] == "companies"]
    promised = money[(money["funder"] == "bedrijven") & (money["role"] == "cover")]["value"].sum()
    if money["view"].eq("activities").all() and promised:
        named = float(companies["euros"].sum())
        figures = {"promised": promised, "named": named, "rest": promised - named, "n": len(companies)}
        sentences.append(say("investment.companies", language, **figures))
    return Text("finding", sentences)


def tell_double(double: pd.DataFrame, repeated: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what adding all listings would count twice, from `counted_twice` and `repeated_means`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> double = ta.counted_twice(ta.load_whole_budget("twam")[0])
    >>> print(tell_double(double, double[:0], language="en").sentences[0])
    5 activities are listed under several goals. Whoever adds up all lines counts €3,295,000 twice. Here each ...
    """
    sentences = []
    if len(double):
        sentences.append(say("investment.double", language, n=len(double), double=double["double"].sum()))
    for row in double[double["lowest"] != double["highest"]].itertuples():
        figures = {"activity": row.activity, "low": row.lowest, "high": row.highest, "first": row.cost}
        sentences.append(say("investment.differs", language, **figures))
    parts = []
    for row in repeated.itertuples():
        words = {"what": label("money_repeated", row.id, language), "period": format_period(row.period, language)}
        parts.append(say("investment.double_part", language, amount=row.amount, lines=row.lines, **words))
    if parts:
        sentences.append(say("investment.double_kpi", language, parts=join(parts, language)))
    return Text("finding", sentences)


def tell_lacking(frames: Mapping[str, Sized], *, language: str = "nl") -> Text | None:
    """Say which of hours, years, double entries, differing totals and calendar a document lacks; None if none.

    Examples
    --------
    >>> print(*tell_lacking({"hours": []}, language="en").sentences)
    This document counts no hours of partners in a table.
    """
    lacking = [say(f"investment.no_{name}", language) for name, frame in frames.items() if not len(frame)]
    return Text("finding", [" ".join(lacking)]) if lacking else None


def tell_multipliers(found: pd.DataFrame, statements: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how many euros of others stand beside each euro of a base, and what the document says of it.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> money = ta.label_money(ta.load_budgets("regiodeal"), ta.load_funders(), ta.load_price_levels())
    >>> found, printed = ta.multipliers(money, ["public"]), ta.load_statements("regiodeal")
    >>> print(tell_multipliers(found, printed, language="en").sentences[0])
    For each euro of government money there is €0.97 from others.
    """
    sentences = []
    for row in found.itertuples():
        low, high = (_cents(one, language) for one in (row.low, row.high))
        amount = low if low == high else say("investment.to", language, low=low, high=high)
        base = label("money_base", row.base, language)
        sentences.append(say("investment.per_euro", language, base=base, amount=amount))
        share = share_range(1 / (1 + row.high), 1 / (1 + row.low), language)
        sentences.append(say("investment.base_share", language, base=base, share=share))
        sentences[-1] = sentences[-1][0].upper() + sentences[-1][1:]
    printed = statements[statements["kind"].eq("ratio") & statements["unit"].eq("times")]
    printed = printed[printed["subject"].str.contains("geïnvesteerde euro")]
    for row in printed.itertuples():
        sentences.append(say("investment.printed_multiplier", language, value=row.value, line=row.line))
    if not len(printed):
        sentences.append(say("investment.no_multiplier", language))
    return Text("finding", sentences)


def tell_contested(
    money: pd.DataFrame,
    compared: pd.DataFrame,
    budgets: pd.DataFrame,
    statements: pd.DataFrame,
    *,
    language: str = "nl",
) -> Text:
    """Say of which figures on the page the document disagrees with itself, or leaves doubt; nothing is repaired.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> whole, totals = ta.load_whole_budget("techwise")
    >>> money = ta.label_money(ta.in_euros(whole, 75), ta.load_funders(), ta.load_price_levels())
    >>> compared = ta.compare_totals(whole, totals, 75)
    >>> print(tell_contested(money, compared, whole, ta.load_statements("techwise"), language="en").sentences[2])
    The total of all KPIs is printed as €5,555,650; Table 1 has €5,635,650. The difference is €80,000, as much as ...
    """
    document = money["document"].iloc[0]
    found: dict[str, Callable[[], list[str]]] = {
        "techwise": lambda: _contested_techwise(budgets, compared, statements, language),
        "twam": lambda: _contested_twam(budgets, compared, language),
        "regiodeal": lambda: _contested_regiodeal(money, compared, statements, language),
    }
    return Text("caveats", found[document]() or [say("investment.nothing_contested", language)])


def tell_money_caveats(document: str, *, language: str = "nl") -> Text:
    """Say how to read the figures: price level, blanks, PM, and who counts as government.

    Examples
    --------
    >>> print(tell_money_caveats("twam", language="en").sentences[1])
    A blank cell or a dash is no zero: the document says nothing there.
    """
    names = ["price", "blank", "pm", "school", "judged"]
    return Text("caveats", [say(f"investment_caveat.{name}", language) for name in names] + _own(document, language))


def tell_years(means: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say for which years a document divides its means, and which cost has no payer, from `means_per_year`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> whole, totals = ta.load_whole_budget("techwise")
    >>> print(tell_years(ta.means_per_year(whole, 75), language="en").sentences[1])
    Of €18,000 of this cost the tables name no payer: that is the difference (lines 254, 310 and 332).
    """
    years = sorted({one for one in means["period"] if one.isdecimal()})
    sentences = [say("investment.years", language, years=join(years, language))]
    money = means[means["role"].isin(["cost", "cover"]) & means["unit"].eq("euro")]
    gaps = money["value"].where(money["role"] == "cost", -money["value"]).groupby(money["line"]).sum()
    # A cover that has an amount, and none in print, is the payer who stands there alone.
    alone = money[money["role"].eq("cover") & money["printed"].eq("")].groupby("line")["value"].sum()
    for name, part in (("open", gaps[gaps != 0]), ("alone", alone[alone != 0])):
        figures = {"value": float(part.sum()), "lines": join(part.index.astype("str"), language)}
        sentences += [say(f"investment.years_{name}", language, **figures)] * bool(len(part))
    return Text("finding", sentences)


def tell_money_terms(document: str, *, language: str = "nl") -> Text:
    """Explain the abbreviations in the names of a document's parts and payers.

    Examples
    --------
    >>> print(*tell_money_terms("twam", language="en").sentences)
    JWL stands for jeugdwerkloosheidsmiddelen: money of state and municipalities against youth unemployment (our ...
    """
    return Text("finding", [say(f"investment_terms.{document}", language)])


def _lead(row: pd.Series, document: str, name: str, language: str) -> list[str]:
    """Say first that money is only asked for, where cost and cover are about as much; else the cost and the gap."""
    amounts = {"name": name, "cost": row["cost"], "prices": row["price_level"]}
    if document != "regiodeal" or pd.isna(row["asked"]) or abs(row["gap"]) >= NEAR * row["cost"]:
        return [say("investment.cost", language, **amounts), _gap(row, language)]
    figures = say("investment.figures", language, **amounts, cover=row["cover"])
    beside = "" if pd.isna(row["outside"]) else say("investment.without", language, outside=row["outside"])
    doubt = float(row["gap_high"] - row["gap"])
    unsure = say("investment.unsure", language, value=doubt) if doubt else ""
    lead = say("investment.even_asked", language, name=name, asked=row["asked"])
    return [lead, " ".join(filter(None, (figures, beside, unsure)))]


def _gap(row: pd.Series, language: str) -> str:
    """Say what stands against cost: less, more or as much, and how much of it is not certain."""
    gap = float(row["gap"])
    key = "even" if abs(gap) <= row["rounding"] else "short" if gap > 0 else "over"
    sentences = [say(f"investment.{key}", language, gap=abs(gap), cover=row["cover"])]
    if not pd.isna(row["outside"]):
        sentences.append(say("investment.without", language, outside=row["outside"]))
    if row["gap_high"] != gap:
        sentences.append(say("investment.unsure", language, value=float(row["gap_high"]) - gap))
    return " ".join(sentences)


def _printed_cost(money: pd.DataFrame, compared: pd.DataFrame) -> float | None:
    """Give the cost with the printed totals of the projects instead of their parts, where these differ."""
    totals = compared[
        compared["role"].eq("cost") & compared["project"].ne("") & compared["project"].isin(money["project"])
    ]
    if not totals["difference"].abs().gt(totals["rounding"]).any():
        return None
    return float(money[money["role"] == "cost"]["value"].sum()) + float(totals["difference"].sum())


def _named_companies(money: pd.DataFrame, compared: pd.DataFrame) -> dict[str, float]:
    """Give the cover of companies, and of how much of it a company is named: the printed total of their table."""
    promised = float(money[(money["funder"] == "bedrijven") & (money["role"] == "cover")]["value"].sum())
    whole = compared[compared["table"].eq("companies") & compared["role"].eq("cover")]
    named = float(whole.loc[whole["funder"].eq("bedrijven") & whole["activity_id"].eq(""), "printed"].sum())
    return {"promised": promised, "named": named, "rest": promised - named}


def _own(document: str, language: str) -> list[str]:
    return [say("investment_caveat.regiodeal_asked", language)] if document == "regiodeal" else []


def _cents(value: float, language: str) -> str:
    return say("euro.amount", language, value=format_number(value, "hundredths", language))


def _contested_techwise(
    budgets: pd.DataFrame, compared: pd.DataFrame, statements: pd.DataFrame, language: str
) -> list[str]:
    said = statements.set_index("id")
    cost = budgets[(budgets["view"] == "activities") & (budgets["role"] == "cost")]["value"].sum()
    grant = {"goal": said.loc["techwise-273-1", "value"], "pledged": said.loc["techwise-273-2", "value"]}
    grant["line"] = said.loc["techwise-273-1", "line"]
    doubt = budgets[budgets["view"].eq("partners") & budgets["qualifier"].eq("unknown")].iloc[0]
    whole = compared[compared["table"].eq("kpi4_2013") & compared["computed"].isna()]["printed"].iloc[0]
    return [
        say("investment_contested.grant", language, rest=grant["goal"] - grant["pledged"], **grant),
        say("investment_contested.smeot", language, value=doubt["value"], line=doubt["line"]),
        say("investment_contested.kpi_total", language, cost=cost, total=whole, value=cost - whole),
        say("investment_contested.ntb", language, n=int((budgets["status"] == "ntb").sum())),
    ]


def _contested_twam(budgets: pd.DataFrame, compared: pd.DataFrame, language: str) -> list[str]:
    civ = budgets[(budgets["activity_id"] == "twam-civ-htsm-oost") & (budgets["funder"] == "Rijk")]
    sentences = []
    if len(civ) > 1:
        first, last = civ["value"].tolist()
        lines = dict(zip(("line_first", "line_last"), civ["line"], strict=True))
        sentences.append(say("investment_contested.civ", language, first=first, last=last, rest=last - first, **lines))
    agenda = budgets[budgets["table"].eq("agenda") & budgets["funder"].eq("Rijk") & budgets["value"].notna()]
    totals = compared[(compared["table"] == "agenda") & (compared["funder"] == "Rijk")]
    for row in totals.itertuples() if len(agenda) == 1 else ():
        figures = {"activity": agenda["activity"].iloc[0], "line": agenda["line"].iloc[0]}
        figures |= {"printed": row.printed, "computed": row.computed}
        sentences.append(say("investment_contested.agenda", language, **figures))
    factor = compared[compared["role"] == "multiplier"]["printed"]
    return sentences + [say("investment_contested.multiplier", language, value=one / 1e6) for one in factor]


def _contested_regiodeal(
    money: pd.DataFrame, compared: pd.DataFrame, statements: pd.DataFrame, language: str
) -> list[str]:
    sentences = []
    wrong = compared[compared["difference"].abs() > compared["rounding"]]
    for row in wrong[wrong["project"].isin(money["project"])].itertuples():
        what = label("money_funder", row.funder, language) or label("money_role", row.role, language)
        figures = {"printed": row.printed, "computed": row.computed, "project": row.project, "what": what}
        sentences.append(say("investment_contested.total", language, **figures))
    for _, part in money[money["mark"].eq("*") & money["value"].notna()].groupby("activity_id"):
        row = part.iloc[0]
        sentences.append(say("investment_contested.outside", language, activity=row["activity"], value=row["value"]))
    for _, part in money.groupby("activity_id", sort=False):
        cost, cover = (part[part["role"] == role]["value"] for role in ("cost", "cover"))
        if cost.isna().all() and cover.notna().any():
            activity = part["activity"].iloc[0]
            sentences.append(say("investment_contested.no_cost", language, activity=activity, value=cover.sum()))
    for table, key in (("circular_textile", "invest_nl"), ("pdeng", "pdeng")):
        if money["table"].eq(table).any():
            payer = {"circular_textile": "privaat", "pdeng": "onderwijs"}[table]
            value = money[(money["table"] == table) & (money["funder"] == payer)]["value"].sum()
            line = statements.set_index("id").loc["regiodeal-45-1", "line"]
            sentences.append(say(f"investment_contested.{key}", language, value=value, line=line))
    return sentences
