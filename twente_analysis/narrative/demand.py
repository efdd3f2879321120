"""Sentences about demand: how many to replace, what supply gives, vacancies, and what the figures do not tell."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..catalogue import cited, region_name
from ..language import format_number, format_period, format_share, join, label, say
from .house import Text

__all__ = [
    "tell_allocation",
    "tell_base",
    "tell_closing",
    "tell_cohorts",
    "tell_demand",
    "tell_demand_caveats",
    "tell_rate",
    "tell_school",
    "tell_supply",
]

#: The level from which nobody goes straight to hbo, and CBS's group with more in it than its short name says.
NO_HBO, INDUSTRY = "2", "B-E"


def tell_demand(routes: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the routes give a year, and what is published beside them, from `choose_routes`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> jobs, chosen = ta.select_jobs(ta.load_jobs(), "F", 2011), ta.chosen_coverage(ta.load_coverage(), "3-4")
    >>> published = [ta.load_monitor("labour_market_leavers"), ta.load_monitor("graduates_inflow")]
    >>> routes = ta.demand_routes(jobs, {}, (ta.coverage_gap(840, 0.42), chosen), published)  # 840 / 0.42 = 2000
    >>> print(*tell_demand(routes, language="en").sentences)
    Worked example: with a supply of 840 a year that covers 42% of demand, demand is about 2,000 a year. The regional
    monitor has more than 5,000 leavers and about 7,200 graduates a year. But that is all of Twente, all sectors and mbo
    3 up to university: a much larger group, in people and not in jobs.

    """
    found = routes.set_index("route")
    sentences = []
    if "rate" in found.index:
        rate, single = found.loc["rate"], found.loc["rate_occupations"]
        figures = {"region": region_name(rate["region"], language), "year": rate["when"]}
        figures |= {"sectors": _sectors(rate, language), "lowest": single["low"], "highest": single["high"]}
        sentences.append(say("demand.headline", language, low=rate["low"], high=rate["high"], **figures))
    if "cohort" in found.index:
        sentences.append(say("demand.headline_cohort", language, **_cohort(found.loc["cohort"], "high", language)))
    if "rate" not in found.index and "coverage" in found.index:
        row = found.loc["coverage"]
        share = format_share(row["coverage"], language)
        sentences.append(
            say("demand.headline_coverage", language, demand=row["high"], supply=row["net_supply"], coverage=share)
        )
    leavers, graduates = (found.loc[name] for name in ("labour_market_leavers", "graduates_inflow"))
    published = {"leavers": _counted(leavers, language), "graduates": _counted(graduates, language)}
    published["field"] = label("monitor_field", leavers["field"], language)
    published["region"] = region_name(leavers["region"], language)
    return Text("headline", [*sentences, say("demand.headline_published", language, **published)])


def tell_supply(grown: pd.DataFrame, chosen: pd.DataFrame, routes: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what net supply, coverage and gap are, and what the worked example starts from.

    Parameters
    ----------
    grown
        What `grow_supply` gives of one supply and coverage.
    chosen
        What `chosen_coverage` gives.
    routes
        What `choose_routes` gives: with an estimate among them, the example is kept apart from it.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> jobs, chosen = ta.select_jobs(ta.load_jobs(), "F", 2011), ta.chosen_coverage(ta.load_coverage(), "3-4")
    >>> published = [ta.load_monitor("labour_market_leavers"), ta.load_monitor("graduates_inflow")]
    >>> routes = ta.demand_routes(jobs, {}, (ta.coverage_gap(1000, 0.42), chosen), published)
    >>> grown = ta.grow_supply(ta.coverage_gap(1000, 0.42), 0.1)
    >>> print(tell_supply(grown, chosen, routes, language="en").sentences[1])
    Suppose that supply is 1,000 a year and covers 42% of demand. The 1,000 is a round number that we chose. The
    coverage is published: it is of technical mbo 3 and 4 in Twente, without a year.

    """
    row, picked = grown.iloc[0], chosen.iloc[0]
    figures = {"supply": row["net_supply"], "coverage": format_share(row["coverage"], language)}
    figures["start"] = say(f"demand.coverage_{picked['kind']}", language, **_of(picked, language))
    words = ["supply_is", "supply_example"]
    words += ["supply_apart"] * ("rate" in set(routes["route"])) + ["no_hbo"] * (picked["mbo_niveau"] == NO_HBO)
    return Text("finding", [say(f"demand.{name}", language, demand=row["demand"], **figures) for name in words])


def tell_rate(estimates: Mapping[str, pd.DataFrame], routes: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how rate times jobs is reckoned, which parts are assumed, and that the published figures look ahead.

    Parameters
    ----------
    estimates
        What `rate_times_jobs` gives, by the names that `demand_routes` knows.
    routes
        What `choose_routes` gives of them.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> jobs, chosen = ta.select_jobs(ta.load_jobs(), "F", 2011), ta.chosen_coverage(ta.load_coverage(), "3-4")
    >>> rates = {"rate": ta.rate_times_jobs(jobs, [0.027, 0.03], 0.65)}  # of 17.2 thousand jobs
    >>> rates["rate_occupations"] = ta.rate_times_jobs(jobs, [0.02], 0.65, of="occupation")
    >>> published = [ta.load_monitor("labour_market_leavers"), ta.load_monitor("graduates_inflow")]
    >>> routes = ta.demand_routes(jobs, rates, (ta.coverage_gap(840, 0.42), chosen), published)
    >>> print(tell_rate(rates, routes, language="en").sentences[0])
    Route 1, jobs times a rate: 17,200 jobs of employees (CBS, December 2011), times 65% for technical mbo, times 2.7%
    to 3% a year that must be refilled. For separate technical occupations the last is 2% a year: their rate in six
    years, divided by six.

    """
    estimate, single = estimates["rate"], estimates["rate_occupations"]
    found = routes.set_index("route")
    sentences = []
    if "rate" in found.index:
        figures = {"jobs": float(estimate["jobs"].iloc[0]), "year": found.loc["rate", "when"]}
        spans = {"shares": _span(estimate["share"], language), "rates": _span(estimate["rate"], language)}
        spans["single"] = _span(single["rate"], language)
        sentences = [say(f"demand.{name}", language, **figures, **spans) for name in ("reckoned", "assumed", "margin")]
    leavers = found.loc["labour_market_leavers"]
    edition = "; ".join(cited(leavers.to_frame().T, language))
    when = format_period(str(leavers["when"]), language)
    return Text("finding", [*sentences, say("demand.two_scopes", language, when=when, edition=edition)])


def tell_school(scopes: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how many diplomas the school gave, and why that is no supply.

    Parameters
    ----------
    scopes
        What `compare_scopes` gives of the diplomas of technical mbo.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> print(tell_school(ta.compare_scopes(ta.load_diplomas()), language="en").sentences[0])
    ROC van Twente gave 3,073 diplomas in technical programmes in 2011; without transport and logistics, where a one-off
    company training course counts, 1,492.

    """
    found = scopes[scopes["indicator"] == "diplomas"]
    last = found[found["year"] == found["year"].max()].set_index("scope")
    row = last.loc["all"]
    figures = {"year": row["year"], "every": row["value"], "without": last.loc["without transport", "value"]}
    said = say("demand.school", language, school=region_name(row["region"], language), **figures)
    return Text("finding", [said, say("demand.school_no_supply", language)])


def tell_cohorts(cohorts: pd.DataFrame | None, *, language: str = "nl") -> Text:
    """Say what the route by age takes and gives, or that its figures are not in hand.

    Examples
    --------
    >>> print(tell_cohorts(None, language="en").sentences[0])
    Route 3 follows each age group for five years and counts how many are then no longer at work. That takes the number
    of people in technical work by age, at two moments five years apart. For Twente it is not published, and we do ...

    """
    if cohorts is None:
        return Text("finding", [say("demand.cohort_absent", language)])
    return Text("finding", [say("demand.cohort", language, **_cohort(cohorts.iloc[0], "value", language))])


def tell_closing(steps: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the largest number of extra graduates closes of the gap in both readings, from `closing_steps`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> steps = ta.closing_steps(ta.coverage_gap(1000, 0.42), 90, 0.35, 0.8)
    >>> print(tell_closing(steps, language="en").sentences[0])
    If all 90 extra graduates take technical work in the region, that closes 6.5% of the gap and coverage becomes 45.8%.
    If some go on to hbo or elsewhere, about 47 remain and the share of the gap is 3.4%.

    """
    last = steps[steps["extra"] == steps["extra"].max()].set_index("reading")
    every, rest = last.loc["all"], last.loc["rest"]
    sentence = say(
        "demand.closing",
        language,
        extra=every["extra"],
        closed=format_share(every["closed"], language),
        after=format_share(every["coverage_after"], language),
        entering=rest["entering"],
        closed_rest=format_share(rest["closed"], language),
    )
    return Text("finding", [sentence, say("demand.closing_example", language)])


def tell_base(readings: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the Regio Deal's two figures do and do not say together, from `base_readings`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> readings = ta.base_readings(ta.load_vacancies("regiodeal"))  # 2500 / 1.55 is about 1,600
    >>> print(*tell_base(readings, language="en").sentences)
    The Regio Deal has more than 2,500 technical vacancies, and in the same sentence a growth of 55%. If that growth is
    of technical vacancies, there were about 1,600 before. That is one reading: the growth may be of all vacancies.

    """
    row = readings.set_index("reading").loc["technical"]
    growth = format_share(row["growth"], language)
    return Text("finding", [say("demand.base", language, level=row["level"], growth=growth, base=row["base"])])


def tell_allocation(compared: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how the estimate is made, how far it lies from the monitor, and what it is, from `compare_allocation`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> vacancies, jobs = ta.load_vacancies("cbs", "total"), ta.load_jobs(["CR10", "CR11", "CR12"], "total")
    >>> allocated = ta.allocate_vacancies(vacancies, jobs, "CR12")
    >>> compared = ta.compare_allocation(allocated, vacancies, ta.load_monitor("vacancies_open"))
    >>> print(*tell_allocation(compared, language="en").sentences[:2])
    CBS counts vacancies by province only. Twente has 52.5% of the jobs of Overijssel. We give it the same share of the
    vacancies. This estimate comes out too high where the monitor has the same quarter: in quarter 2 of 2018 about 8,500
    against 6,700 (+27%) and in quarter 4 of 2018 about 8,500 against 6,800 (+25%). So do not use it as a count.

    """
    known = compared[compared["published"].notna()]
    misses = [
        say(
            "demand.miss",
            language,
            period=format_period(row.period, language),
            estimate=row.estimate,
            published=row.published,
            miss=row.miss,
        )
        for row in known.itertuples()
    ]
    last = compared.iloc[-1]
    when = format_period(last["period"], language)
    method = say("demand.estimate_method", language, share=format_share(last["share"], language))
    found = [say("demand.misses", language, misses=join(misses, language))] if misses else []
    return Text("finding", [method, *found, say("demand.estimate", language, period=when, estimate=last["estimate"])])


def tell_demand_caveats(statements: pd.DataFrame, routes: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the figures of demand do not tell, as far as they are shown.

    Parameters
    ----------
    statements
        What `load_coverage` gives.
    routes
        What `choose_routes` gives.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> jobs, chosen = ta.select_jobs(ta.load_jobs(), "F", 2011), ta.chosen_coverage(ta.load_coverage(), "3-4")
    >>> published = [ta.load_monitor("labour_market_leavers"), ta.load_monitor("graduates_inflow")]
    >>> routes = ta.demand_routes(jobs, {}, (ta.coverage_gap(840, 0.42), chosen), published)
    >>> print(tell_demand_caveats(ta.load_coverage(), routes, language="en").sentences[3])
    28%, 42%, 'twice' and 'one in two' are not comparable: they differ in region, level and unit.

    """
    shares = [format_share(float(one) / 100, language) for one in statements[statements["unit"] == "%"]["value"]]
    found = routes.set_index("route")
    names = ["net", "supply", "comparable", "stock", "monitor"]
    figures = {"first": shares[0], "second": shares[1]}
    if "cohort" not in found.index:
        names.insert(1, "ages")
    if "rate" in found.index:
        names += ["share", "employees", "sectors", "expansion"]
        figures["sectors"] = _sectors(found.loc["rate"], language)
        if INDUSTRY in found.loc["rate", "field"].split(","):
            names.insert(names.index("sectors") + 1, "industry")
    return Text("caveats", [say(f"demand_caveat.{name}", language, **figures) for name in names])


def _sectors(row: pd.Series, language: str) -> str:
    return join([label("sbi", one, language) for one in row["field"].split(",")], language)


def _cohort(row: pd.Series, figure: str, language: str) -> dict[str, Any]:
    """Give value, period and region of the route by age, from a route or from the frame it is made of."""
    when = format_period(str(row["when"] if "when" in row else row["period"]), language)
    return {"value": row[figure], "when": when, "region": region_name(row["region"], language)}


def _of(row: pd.Series, language: str) -> dict[str, str]:
    """Name level and region of a published coverage; one of your own has neither."""
    if not row["mbo_niveau"]:
        return {}
    return {
        "niveau": label("coverage_niveau", row["mbo_niveau"], language),
        "region": region_name(row["region"], language),
    }


def _span(values: pd.Series, language: str) -> str:
    """Write one share, or the lowest and the highest of several."""
    low, high = (format_share(one, language) for one in (values.min(), values.max()))
    return low if low == high else say("demand.range", language, low=low, high=high)


def _counted(row: pd.Series, language: str) -> str:
    value = format_number(row["low"], language=language)
    return f"{label('qualifier', row['qualifier'], language)} {value}".strip()
