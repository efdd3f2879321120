"""Every chart with the parameters that the notebooks give an analyst, the value drawn by default first."""

import random
import tempfile
import warnings
from functools import cache
from itertools import combinations, product
from pathlib import Path

import pandas as pd
from test_demand import STOCKS
from test_projection_brief import FORECAST, population

import twente_analysis as ta
from twente_analysis.charts.sizes import SIZES
from twente_analysis.language import label

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
    "pupils": {"lever_vmbo_t": 0.1, "lever_fourth_year": -0.2},
    "shares": {"lever_mbo_to_technical": 0.05, "lever_gemengd": 0.1, "lever_to_roc": -0.1, "lever_mbo_4_to_hbo": 0.1},
}
#: Per lever of the notebook: the step that it pulls, and the root in whose chart that step stands.
PULLED = {
    "lever_vmbo_t": ("", "vmbo-t", "vmbo-t"),
    "lever_vmbo_t_to_mbo": ("vmbo-t", "mbo", "vmbo-t"),
    "lever_mbo_to_technical": ("mbo", "mbo techniek", "vmbo-t"),
    "lever_fourth_year": ("", FOURTH, FOURTH),
    "lever_gemengd": (FOURTH, "gl", FOURTH),
    "lever_to_roc": (SCHOOLS, "ROC van Twente", SCHOOLS),
    "lever_mbo_4_to_hbo": ("mbo 4", "hbo", "mbo 4"),
    "lever_hbo_to_technical": ("hbo", "technisch hoger onderwijs", "mbo 4"),
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


@cache
def loaded(indicator, publisher, first_year=0, last_year=0, brin="27YU"):
    """Load a series, with its years; from before its first year on, those of a longer file: the ones in hand twice."""
    whole = load("load_technical", publisher, indicator).assign(region=brin)
    ahead = int(whole["year"].min()) - first_year if first_year else 0
    if ahead > 0:
        whole = pd.concat([whole.assign(year=whole["year"] - ahead), whole]).reset_index(drop=True)
    return whole, ta.year_span(whole, first_year, last_year)


@cache
def series(scope, **chosen):
    """Give the series of an indicator in a scope, how its groups are classified, and its first and last year."""
    whole, years = loaded(**chosen)
    return ta.select_years(ta.in_scope(whole, scope), *years), ta.classification(whole), years


def longest(frame, by, highlight, language):
    """Give the group with the longest name where that is to be highlighted."""
    return max(frame[by], key=lambda name: len(label(by, name, language))) if highlight == "longest" else ""


@cache
def compared(**chosen):
    whole, years = loaded(**chosen)
    return ta.select_years(ta.compare_scopes(whole), *years)


def scopes(scope, language, **chosen):
    return ta.plot_scopes(compared(**chosen), scope, language=language)


def panels(scope, highlight, language, **chosen):
    frame, by, _ = series(scope=scope, **chosen)
    return ta.plot_series(frame, by, longest(frame, by, highlight, language), scope, language=language)


def contributions(scope, highlight, language, **chosen):
    frame, by, years = series(scope=scope, **chosen)
    parts = ta.contributions(frame, *years, by=by, blank="not counted")
    return ta.plot_contributions(parts, years, longest(parts, by, highlight, language), scope, language=language)


def history(indicator, language):
    return ta.plot_history(load("load_history", indicator), language=language)


def vmbo(region, language):
    """Draw the exams of Twente, by the name of another region: the figures of others are in no table here."""
    return ta.plot_vmbo(load("load_vmbo_exams").assign(region=region), language=language)


def index(scope, language, **years):
    frames = [series(scope, publisher="regiovisie", indicator=one, **years) for one in ("enrolment", "diplomas")]
    indices = [ta.index_to(frame, since) for frame, _, (since, _) in frames]
    return ta.plot_index(*indices, scope=scope, language=language)


@cache
def tree(*pulled):
    """Give the tree with levers pulled one after the other, each a name and its change."""
    steps = ta.flow_tree(load("load_flows"), load("load_vmbo_pupils"), load("load_composition"))
    for name, change in pulled:
        start, step, _ = PULLED[name]
        steps = ta.pull_levers(steps, {(start, step): change}, "points" if start else "growth")
    return steps


def flows(root, levers, language, **alone):
    steps = tree(*LEVERS[levers].items(), *alone.items())
    draw_steps = ta.plot_parts if root == FOURTH else ta.plot_flows
    return draw_steps(steps[steps["root"] == root], language=language)


@cache
def cohorts(stocks, region):
    """Read employed persons by age from a file of one's own, as small as in another test or as large as Twente's."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "stocks.csv")
        file.write_text(STOCKS.replace("CR12", region), "utf-8")
        frame = ta.load_stocks(file if stocks else "")
    return ta.cohort_replacement(frame if stocks != "large" else frame.assign(value=frame["value"] * 100))


@cache
def demand(mbo_niveau, supply, coverage, stocks="", **asked):
    # The jobs of Twente, by the name of another region: those of others are in no table here.
    asked = {"region": "CR12", "sectors": "B-E,F", "year": 0} | asked
    jobs = load("load_jobs", "CR12", "a10").assign(region=asked["region"])
    jobs = ta.select_jobs(jobs, asked["sectors"], asked["year"])
    assumptions = load("load_assumptions")
    shares = ta.assumed_fractions(assumptions, "mbo share")
    chosen = ta.chosen_coverage(load("load_coverage"), mbo_niveau, coverage)
    gap = ta.coverage_gap(supply, chosen["fraction"].item())
    estimates = {"rate": ta.rate_times_jobs(jobs, ta.assumed_fractions(assumptions, "replacement"), shares)}
    single = ta.assumed_fractions(assumptions, "replacement technical occupations")
    estimates["rate_occupations"] = ta.rate_times_jobs(jobs, single, shares, of="occupation")
    monitors = [load("load_monitor", "labour_market_leavers"), load("load_monitor", "graduates_inflow")]
    return ta.demand_routes(jobs, estimates, (gap, chosen), monitors, cohorts(stocks, asked["region"])), gap


def routes(route, language, **chosen):
    return ta.plot_routes(ta.choose_routes(demand(**chosen)[0], route), language=language)


def closing(extra_graduates, language, hbo_share=0.35, retention=0.8, **chosen):
    steps = ta.closing_steps(demand(**chosen)[1], extra_graduates, hbo_share, retention)
    return ta.plot_closing(steps, language=language)


@cache
def audited(language):
    return ta.audit_sources(load("load_sources"), language=language)


def verdicts(document, language):
    return ta.plot_verdicts(ta.select_audit(audited(language), document or None), language=language)


@cache
def goals(programme):
    steps = ta.target_readings(tree(), load("load_statements"))
    readings = ta.goal_readings(load("load_targets", programme), load("load_target_readings"), steps)
    judged = ta.judge_goals(load("load_targets", programme), readings, load("load_target_figures"))
    return load("load_targets", programme), ta.scale_goals(readings, judged), judged


def targets(programme, language):
    return ta.plot_targets(*goals(programme), language=language)


@cache
def money(document, programme, year, listings="first"):
    whole, totals = load("load_whole_budget", document)
    rates = ta.implied_rates(whole, totals)
    every = ta.in_euros(ta.select_budget(whole, programme), ta.one_rate(rates) if len(rates) else None, year)
    return ta.label_money(ta.choose_listings(every, listings), load("load_funders"), load("load_price_levels"))


@cache
def paid(funder, **chosen):
    one, by = ta.single_out(money(**chosen), funder), ta.PARTS[chosen["document"]]
    return ta.cover_by_funder(one, by, kind="payer"), ta.cost_and_cover(one, by), one


def funders(funder, language, **chosen):
    return ta.plot_funders(*paid(funder, **chosen), funder, language=language)


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
    """Say whether a publisher has the indicator, the scope and the first year."""
    duo = chosen["publisher"] == "duo"
    return (
        not (duo and chosen["indicator"] == "diplomas")
        and chosen["scope"] in (BY_DUO if duo else REGIOVISIE)
        and chosen.get("first_year", 0) in (0, 2016 if duo else 2009)
    )


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
    frame = money(document=document, programme=programme, year=year)
    return bool(frame.loc[frame["funder"].eq(funder) & frame["role"].eq("cover"), "value"].gt(0).any())


def several(choices):
    return list(dict.fromkeys(one for named in choices.values() for one in named))


DEMAND = {"mbo_niveau": ["3-4", "2"], "supply": [1000, 20, 40000], "coverage": [0.0, 0.5, 0.95]}
GROUPS = SERIES | {"highlight": ["", "longest"]}
DUO = {"publisher": "duo"}
DOCUMENTS = ["techwise", "techniekpact", "twam", "regiodeal"]
#: Per plot_ function: how it is called, the values of each parameter with the default first, and what goes together.
CHARTS = {
    "plot_scopes": (scopes, SERIES, of_publisher),
    "plot_series": (panels, GROUPS, of_publisher),
    "plot_contributions": (contributions, GROUPS | {"first_year": [0, 2009, 2016]}, of_publisher),
    "plot_index": (index, {"scope": REGIOVISIE, "first_year": [0, 2009]}, None),
    "plot_history": (history, {"indicator": SERIES["indicator"]}, None),
    "plot_vmbo": (vmbo, {"region": ["CR12", "CR25"]}, None),
    "plot_flows": (flows, {"root": ["vmbo-t", SCHOOLS, "mbo 4"], "levers": list(LEVERS)}, None),
    "plot_parts": (flows, {"root": [FOURTH], "levers": list(LEVERS)}, None),
    "plot_routes": (routes, {"route": ["all", "rate", "coverage"], **DEMAND}, None),
    "plot_closing": (closing, {**DEMAND, "extra_graduates": [90, 1, 2500]}, None),
    "plot_verdicts": (verdicts, {"document": ["", "regiovisie", *DOCUMENTS]}, None),
    "plot_targets": (targets, {"programme": ["", "techniekagenda", *DOCUMENTS]}, None),
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
#: Two years, more years than are in hand, and the years without the last, of the school with the longest name.
CUT = [
    {"first_year": 2008, "last_year": 2009}, {"first_year": 2018} | DUO,
    {"first_year": 2010, "last_year": 2018} | DUO, {"last_year": 2018, "brin": "02PA"} | DUO,
]  # fmt: skip
EVERY_SECTOR = "A,B-E,F,G-I,J,K,L,M-N,O-Q,R-U"
PULLS = [{"root": root, name: by} for name, (*_, root) in PULLED.items() for by in (0.05, -0.15)]
#: Per chart what stands apart from the pairs: the values in which a case differs from the default.
FURTHER = {
    "plot_scopes": CUT,
    "plot_series": CUT,
    "plot_contributions": CUT,
    "plot_index": [{"first_year": 2008, "last_year": 2009}, {"last_year": 2010}],
    "plot_flows": [case for case in PULLS if case["root"] != FOURTH],
    "plot_parts": [case for case in PULLS if case["root"] == FOURTH],
    "plot_routes": [
        {"region": "CR11", "year": 2010, "sectors": "F"}, {"sectors": "A,J,L,R-U"}, {"sectors": EVERY_SECTOR},
        {"stocks": "small", "route": "cohort"}, {"stocks": "large"}, {"stocks": "large", "region": "CR11"},
    ],
    "plot_closing": [{"hbo_share": 0.0}, {"hbo_share": 1.0}, {"retention": 0.05}, {"hbo_share": 0.0, "retention": 1.0}],
    "plot_funders": [{"listings": "last"}],  # and every funder
    "plot_projection": [{"first_year": 2010, "last_year": 2018}, {"brin": "02PA"}],
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


def further(name):
    """Give the cases that stand apart, each in every size and the languages in turn; of money also every funder."""
    default = {key: given[0] for key, given in parameters(name).items()}
    named = {one: money(document=one, programme="", year=0)["funder"] for one in FUNDERS if name == "plot_funders"}
    payers = [{"document": one, "funder": payer} for one, every in named.items() for payer in every.unique() if payer]
    return [
        default | {"size": size, "language": LANGUAGES[(number + at) % 2]} | case
        for number, case in enumerate([*FURTHER[name], *payers])
        for at, size in enumerate(SIZES)
    ]


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
