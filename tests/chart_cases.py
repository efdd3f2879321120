"""Every chart with the parameters that the notebooks give an analyst, the value drawn by default first."""

import random
import tempfile
import warnings
from functools import cache
from itertools import combinations, product
from pathlib import Path

from test_projection_brief import FORECAST, population

import twente_analysis as ta
from twente_analysis.charts.sizes import SIZES

LANGUAGES = ["nl", "en"]
REGIOVISIE = list(ta.SCOPES["bedrijfstak_mbo"])
BY_DUO = list(ta.SCOPES["domein"])
SCOPES = [*REGIOVISIE, *(scope for scope in BY_DUO if scope not in REGIOVISIE)]
SERIES = {"indicator": ["enrolment", "diplomas"], "publisher": ["regiovisie", "duo"], "scope": SCOPES}
METHODS = ["rule", "naive", "mean", "drift", "half-drift", "log-ols", "lag-ratio", "damped-holt"]
SCENARIOS = ["", "transport at zero", "transport at first year", "transport at last year", "cohort"]
FOURTH, SCHOOLS = "vmbo techniek leerjaar 4", "vmbo techniek bb+kb en g/l"
LEVERS = {
    "none": {},
    "pupils": {("", "vmbo-t"): 0.1, ("", FOURTH): -0.2},
    "shares": {
        ("mbo", "mbo techniek"): 0.05,
        (FOURTH, "gl"): 0.1,
        (SCHOOLS, "ROC van Twente"): -0.1,
        ("mbo 4", "hbo"): 0.1,
    },
}
FUNDERS = {
    "techwise": ["", "investeringssubsidie"],
    "twam": ["", "ROC van Twente", "Twentse zorginstellingen en politie en gemeenten"],
    "regiodeal": ["", "Rijk"],
}
PROGRAMMES = {
    "twam": ["", "Programmalijn 1: Meer mobiliteit op Twentse arbeidsmarkt",
             "Programmalijn 2: Meer zicht op onbekend of ongekend talent",
             "Programmalijn 3: Beter opleiden en kwalificeren",
             "Programmalijn 4: Meer promotie Twentse arbeidsmarkt"],
    "regiodeal": ["", "Techniek als motor", "Arbeidsmarkt & Talent", "Bereikbaarheid & Vestigingsklimaat",
                  "Circulaire Economie & Duurzaamheid"],
}  # fmt: skip


@cache
def load(name, *arguments, **chosen):
    """Load a frame once."""
    return getattr(ta, name)(*arguments, **chosen)


def series(indicator, publisher, scope, first=0):
    """Give the series of an indicator in a scope, and its first and last year."""
    whole = load("load_technical", publisher, indicator)
    years = ta.year_span(whole, first, 0)
    return ta.select_years(ta.in_scope(whole, scope), *years), ta.classification(whole), years


def scopes(indicator, publisher, scope, language):
    return ta.plot_scopes(ta.compare_scopes(load("load_technical", publisher, indicator)), scope, language=language)


def panels(indicator, publisher, scope, highlight, language):
    frame, by, _ = series(indicator, publisher, scope)
    chosen = frame[by].iloc[0] if highlight == "first" else ""
    return ta.plot_series(frame, by, chosen, scope, language=language)


def contributions(scope, first, highlight, language, **chosen):
    start = first and (2009 if chosen["publisher"] == "regiovisie" else 2016)
    frame, by, years = series(scope=scope, first=start, **chosen)
    parts = ta.contributions(frame, *years, by=by, blank="not counted")
    chosen = parts[by].iloc[0] if highlight == "first" else ""
    return ta.plot_contributions(parts, years, chosen, scope, language=language)


def history(indicator, language):
    return ta.plot_history(load("load_history", indicator), language=language)


def vmbo(region, language):
    return ta.plot_vmbo(load("load_vmbo_exams", region), language=language)


def index(scope, first, language):
    frames = [series(name, "regiovisie", scope, first) for name in ("enrolment", "diplomas")]
    indices = [ta.index_to(frame, years[0]) for frame, _, years in frames]
    return ta.plot_index(*indices, scope=scope, language=language)


@cache
def tree(levers):
    drawn = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    return ta.pull_levers(drawn, LEVERS[levers], *(["points"] if levers == "shares" else []))


def flows(root, levers, language):
    steps = tree(levers)
    return ta.plot_flows(steps[steps["root"] == root], language=language)


def parts(levers, language):
    steps = tree(levers)
    return ta.plot_parts(steps[steps["root"] == FOURTH], language=language)


@cache
def demand(mbo_niveau, supply, coverage):
    jobs = ta.select_jobs(ta.load_jobs("CR12", "a10"), "B-E,F", 0)
    assumptions = ta.load_assumptions()
    shares = ta.assumed_fractions(assumptions, "mbo share")
    chosen = ta.chosen_coverage(ta.load_coverage(), mbo_niveau, coverage)
    gap = ta.coverage_gap(supply, chosen["fraction"].item())
    estimates = {"rate": ta.rate_times_jobs(jobs, ta.assumed_fractions(assumptions, "replacement"), shares)}
    single = ta.assumed_fractions(assumptions, "replacement technical occupations")
    estimates["rate_occupations"] = ta.rate_times_jobs(jobs, single, shares, of="occupation")
    monitors = [ta.load_monitor("labour_market_leavers"), ta.load_monitor("graduates_inflow")]
    return ta.demand_routes(jobs, estimates, (gap, chosen), monitors, ta.cohort_replacement(ta.load_stocks(""))), gap


def routes(route, mbo_niveau, supply, coverage, language):
    return ta.plot_routes(ta.choose_routes(demand(mbo_niveau, supply, coverage)[0], route), language=language)


def closing(mbo_niveau, supply, coverage, extra, language):
    steps = ta.closing_steps(demand(mbo_niveau, supply, coverage)[1], extra, 0.35, 0.8)
    return ta.plot_closing(steps, language=language)


def verdicts(document, language):
    audit = ta.audit_sources(load("load_sources"), language=language)
    return ta.plot_verdicts(ta.select_audit(audit, document or None), language=language)


@cache
def goals(programme):
    targets, figures = ta.load_targets(programme), ta.load_target_figures()
    steps = ta.target_readings(tree("none"), ta.load_statements())
    readings = ta.goal_readings(targets, ta.load_target_readings(), steps)
    judged = ta.judge_goals(targets, readings, figures)
    return targets, ta.scale_goals(readings, judged), judged


def targets(programme, language):
    return ta.plot_targets(*goals(programme), language=language)


@cache
def money(document, programme, year):
    whole, totals = ta.load_whole_budget(document)
    rates = ta.implied_rates(whole, totals)
    every = ta.in_euros(ta.select_budget(whole, programme), ta.one_rate(rates) if len(rates) else None, year)
    return ta.label_money(ta.choose_listings(every), ta.load_funders(), ta.load_price_levels())


def funders(document, programme, funder, year, language):
    chosen, by = ta.single_out(money(document, programme, year), funder), ta.PARTS[document]
    cover, found = ta.cover_by_funder(chosen, by, kind="payer"), ta.cost_and_cover(chosen, by)
    return ta.plot_funders(cover, found, chosen, funder, language=language)


@cache
def prognosis():
    """Give a forecast of DUO's form, as a fetched file would."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*unverified")
        Path(folder, "forecast.csv").write_text(FORECAST, "utf-8")
        return ta.find_prognosis(open_data=folder)


@cache
def projected(horizon, method, scenario, **chosen):
    frame, _, (_, last) = series(**chosen)
    students = series(**chosen | {"indicator": "enrolment"})[0] if chosen["indicator"] == "diplomas" else None
    cohort = ta.cohort_scenario(frame, horizon, population(last)) if scenario == "cohort" else None
    return frame, ta.project_scenario(frame, horizon, method, scenario, students), cohort


def projection(scope, beside, language, **chosen):
    frame, expected, cohort = projected(scope=scope, **chosen)
    others = {"prognosis": prognosis() if beside else None, "cohort": cohort}
    return ta.plot_projection(frame, expected, others, scope, language=language)


@cache
def later():
    duo = ta.load_enrolment("duo", mbo_niveau=["2", "3", "4"])
    counts = ta.to_bedrijfstak(duo, ta.read_table("crosswalk_bedrijfstak"))
    return ta.compare_later(ta.load_enrolment(), counts, 2015), counts


def misses(language):
    return ta.plot_misses(*later(), language=language)


def of_publisher(chosen):
    """Say whether a publisher has the indicator and the scope."""
    duo = chosen["publisher"] == "duo"
    return not (duo and chosen["indicator"] == "diplomas") and chosen["scope"] in (BY_DUO if duo else REGIOVISIE)


def of_series(chosen):
    """Say whether a series can be projected so."""
    return (
        of_publisher(chosen)
        and (chosen["method"] != "lag-ratio" or chosen["indicator"] == "diplomas")
        and not (chosen["indicator"] == "diplomas" and chosen["scenario"] == "cohort")
        and not (chosen["scenario"].startswith("transport") and "transport" in chosen["scope"])
        and not (chosen["publisher"] == "regiovisie" and chosen["beside"])
    )


def of_document(chosen):
    """Say whether a document has the programme, the funder and the year."""
    document = chosen["document"]
    return (
        chosen["programme"] in PROGRAMMES.get(document, [""])
        and chosen["funder"] in FUNDERS[document]
        and (not chosen["year"] or document == "techwise")
        and (not chosen["funder"] or pays(document, chosen["programme"], chosen["year"], chosen["funder"]))
    )


def pays(document, programme, year, funder):
    """Say whether a funder puts in an amount."""
    frame = money(document, programme, year)
    return bool(frame.loc[frame["funder"].eq(funder) & frame["role"].eq("cover"), "value"].gt(0).any())


def several(choices):
    return list(dict.fromkeys(one for named in choices.values() for one in named))


DEMAND = {"mbo_niveau": ["3-4", "2"], "supply": [1000, 20, 40000], "coverage": [0.0, 0.5, 0.95]}
#: Per plot_ function: how it is called, the values of each parameter with the default first, and what goes together.
CHARTS = {
    "plot_scopes": (scopes, SERIES, of_publisher),
    "plot_series": (panels, SERIES | {"highlight": ["", "first"]}, of_publisher),
    "plot_contributions": (
        contributions, SERIES | {"highlight": ["", "first"], "first": [0, 1]}, of_publisher,
    ),
    "plot_index": (index, {"scope": REGIOVISIE, "first": [0, 2009]}, None),
    "plot_history": (history, {"indicator": SERIES["indicator"]}, None),
    "plot_vmbo": (vmbo, {"region": ["CR12"]}, None),
    "plot_flows": (flows, {"root": ["vmbo-t", SCHOOLS, "mbo 4"], "levers": list(LEVERS)}, None),
    "plot_parts": (parts, {"levers": list(LEVERS)}, None),
    "plot_routes": (routes, {"route": ["all", "rate", "coverage"], **DEMAND}, None),
    "plot_closing": (closing, {**DEMAND, "extra": [90, 1, 2500]}, None),
    "plot_verdicts": (
        verdicts, {"document": ["", "regiovisie", "techwise", "techniekpact", "twam", "regiodeal"]}, None,
    ),
    "plot_targets": (
        targets, {"programme": ["", "techniekagenda", "techwise", "techniekpact", "twam", "regiodeal"]}, None,
    ),
    "plot_funders": (
        funders,
        {"document": ["twam", "techwise", "regiodeal"], "programme": several(PROGRAMMES), "funder": several(FUNDERS),
         "year": [0, 2013, 2014]},
        of_document,
    ),
    "plot_projection": (
        projection,
        SERIES | {"publisher": ["duo", "regiovisie"], "horizon": [3, 1, 6], "method": METHODS, "scenario": SCENARIOS,
                  "beside": [False, True]},
        of_series,
    ),
    "plot_misses": (misses, {}, None),
}  # fmt: skip


def parameters(name):
    """Give the values of each parameter of a chart, size and language among them."""
    return {"size": list(SIZES), "language": LANGUAGES, **CHARTS[name][1]}


def goes(name, chosen):
    possible = CHARTS[name][2]
    return possible is None or possible(chosen)


def singles(name):
    """Give cases that hold each value once, the others at default; where those do not go together, as near to it."""
    values = parameters(name)
    cases, seen = [], set()
    every = [dict(zip(values, case, strict=True)) for case in product(*values.values())]
    default = {key: given[0] for key, given in values.items()}
    every.sort(key=lambda case: sum(case[key] != default[key] for key in case))
    for key, given in values.items():
        for value in given:
            if (key, value) not in seen:
                case = next(one for one in every if one[key] == value and goes(name, one))
                cases.append(case)
                seen |= set(case.items())
    return cases


def pairs(name):
    """Give cases that hold every pair of values that go together, few of them."""
    values = parameters(name)
    every = [dict(zip(values, case, strict=True)) for case in product(*values.values())]
    every = [case for case in every if goes(name, case)]
    random.Random(0).shuffle(every)
    held = [set(combinations(case.items(), 2)) for case in every]
    open_pairs, cases = set().union(*held), []
    for least in range(len(held[0]), 0, -1):
        for case, own in zip(every, held, strict=True):
            if len(own & open_pairs) >= least:
                cases.append(case)
                open_pairs -= own
    return cases


def draw(name, case):
    """Draw a chart in the size, language and with the parameters of a case."""
    chosen = dict(case)
    with ta.chart_size(chosen.pop("size")):
        return CHARTS[name][0](**chosen)
