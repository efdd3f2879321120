"""Sentences about demand: how many to replace, what supply gives, vacancies, and what the figures do not tell."""

from collections.abc import Mapping

import pandas as pd

from .catalogue import citation, region_name
from .language import format_number, format_period, format_share, join, label, say
from .narrative import Text

__all__ = [
    "tell_allocation",
    "tell_base",
    "tell_closing",
    "tell_cohorts",
    "tell_coverage",
    "tell_demand",
    "tell_demand_caveats",
    "tell_rate",
    "tell_school",
    "tell_supply",
]


def tell_demand(routes: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how many jobs must be refilled each year by our own routes, and what is published beside them.

    Parameters
    ----------
    routes
        What `demand_routes` gives of jobs, the leavers and the graduates.

    """
    found = routes.set_index("route")
    sentences = []
    if "rate" in found.index:
        rate, single = found.loc["rate"], found.loc["rate_occupations"]
        sectors = join([label("sbi", one, language) for one in rate["field"].split(",")], language)
        figures = {"region": region_name(rate["region"], language), "year": rate["when"], "sectors": sectors}
        spread = {"lowest": single["low"], "highest": single["high"]}
        sentences.append(say("demand.headline", language, low=rate["low"], high=rate["high"], **figures, **spread))
    if "cohort" in found.index:
        cohort = found.loc["cohort"]
        when = format_period(str(cohort["when"]), language)
        sentences.append(say("demand.headline_cohort", language, value=cohort["high"], when=when))
    leavers, graduates = (found.loc[name] for name in ("labour_market_leavers", "graduates_inflow"))
    published = {"leavers": _counted(leavers, language), "graduates": _counted(graduates, language)}
    field = label("monitor_field", leavers["field"], language)
    where = region_name(leavers["region"], language)
    return Text(
        "headline", [*sentences, say("demand.headline_published", language, **published, field=field, region=where)]
    )


def tell_supply(grown: pd.DataFrame, steps: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say in short what growth the gap asks for, and what a growth and extra graduates close of it.

    Parameters
    ----------
    grown
        What `grow_supply` gives of one supply and coverage.
    steps
        What `closing_steps` gives of them.

    """
    row = grown.iloc[0]
    shares = {name: format_share(row[name], language) for name in ("coverage", "growth", "closed")}
    short = say("demand.short", language, supply=row["net_supply"], needed=row["growth_needed"], **shares)
    numbers = [steps["extra"].min(), steps["extra"].max()]
    closed = [
        say(
            "demand.extra_closes", language, extra=extra, span=_span(steps[steps["extra"] == extra]["closed"], language)
        )
        for extra in dict.fromkeys(numbers)
    ]
    return Text(
        "finding",
        [
            say("demand.short_absent", language),
            short,
            say("demand.short_extra", language, closed=join(closed, language)),
        ],
    )


def tell_rate(estimates: Mapping[str, pd.DataFrame], routes: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how rate times jobs is reckoned, which parts are assumed, and that the published figures look ahead.

    Parameters
    ----------
    estimates
        What `rate_times_jobs` gives, by the names that `demand_routes` knows.
    routes
        What `demand_routes` gives of them.

    """
    estimate, single = estimates["rate"], estimates["rate_occupations"]
    leavers = routes.set_index("route").loc["labour_market_leavers"]
    reckoned = say(
        "demand.reckoned",
        language,
        jobs=float(estimate["jobs"].iloc[0]),
        shares=_span(estimate["share"], language),
        rates=_span(estimate["rate"], language),
        single=_span(single["rate"], language),
    )
    edition = citation(leavers.to_frame().T, language).rsplit(", ", 2)[0]
    scope = say("demand.two_scopes", language, when=format_period(str(leavers["when"]), language), edition=edition)
    return Text("finding", [reckoned, *(say(f"demand.{name}", language) for name in ("assumed", "margin")), scope])


def tell_school(scopes: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how many diplomas the school gave, and why that is no supply.

    Parameters
    ----------
    scopes
        What `compare_scopes` gives of the diplomas of technical mbo.

    """
    found = scopes[scopes["indicator"] == "diplomas"]
    last = found[found["year"] == found["year"].max()].set_index("scope")
    row = last.loc["all"]
    figures = {"year": row["year"], "every": row["value"], "without": last.loc["without transport", "value"]}
    said = say("demand.school", language, school=region_name(row["region"], language), **figures)
    return Text("finding", [said, say("demand.school_no_supply", language)])


def tell_cohorts(cohorts: pd.DataFrame | None, *, language: str = "nl") -> Text:
    """Say what the route by age takes and gives, or that its figures are not in hand."""
    if cohorts is None:
        return Text("finding", [say("demand.cohort_absent", language)])
    row = cohorts.iloc[0]
    figures = {"value": row["value"], "when": format_period(row["period"], language)}
    return Text("finding", [say("demand.cohort", language, **figures, region=region_name(row["region"], language))])


def tell_coverage(grown: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what demand and gap belong to one supply and coverage, and what growth does, from `grow_supply`."""
    row = grown.iloc[0]
    figures = {
        "supply": row["net_supply"],
        "coverage": format_share(row["coverage"], language),
        "demand": row["demand"],
        "gap": row["gap"],
        "more": format_share(row["growth"], language),
        "after": format_share(row["coverage_after"], language),
        "closed": format_share(row["closed"], language),
        "needed": row["growth_needed"],
    }
    return Text("finding", [say(f"demand.{name}", language, **figures) for name in ("example", "growth", "growth_all")])


def tell_closing(steps: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the largest number of extra graduates closes of the gap in both readings, from `closing_steps`."""
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
    """Say what the Regio Deal's two figures do and do not say together, from `base_readings`."""
    row = readings.set_index("reading").loc["technical"]
    growth = format_share(row["growth"], language)
    return Text("finding", [say("demand.base", language, level=row["level"], growth=growth, base=row["base"])])


def tell_allocation(compared: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the estimate is and how far it lies from the monitor, from `compare_allocation`."""
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
    start = say("demand.estimate", language, period=when, estimate=last["estimate"])
    method = say("demand.estimate_method", language, share=format_share(last["share"], language))
    found = [say("demand.misses", language, misses=join(misses, language))] if misses else []
    return Text("finding", [start, method, *found])


def tell_demand_caveats(statements: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the figures of demand do not tell, from `load_coverage`."""
    shares = [format_share(float(one) / 100, language) for one in statements[statements["unit"] == "%"]["value"]]
    names = ("net", "ages", "supply", "share", "comparable", "stock", "monitor", "sectors", "expansion")
    figures = {"first": shares[0], "second": shares[1]}
    return Text("caveats", [say(f"demand_caveat.{name}", language, **figures) for name in names])


def _span(values: pd.Series, language: str) -> str:
    """Write one share, or the lowest and the highest of several."""
    low, high = (format_share(one, language) for one in (values.min(), values.max()))
    return low if low == high else say("demand.range", language, low=low, high=high)


def _counted(row: pd.Series, language: str) -> str:
    value = format_number(row["low"], language=language)
    return f"{label('qualifier', row['qualifier'], language)} {value}".strip()
