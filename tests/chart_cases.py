"""Every chart with the parameters that the notebooks give an analyst, the value drawn by default first."""

import tempfile
import warnings
from functools import cache
from itertools import combinations, product
from pathlib import Path

import numpy as np
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


def flows(root, language, **levers):
    steps = tree(*((name, change) for name, change in levers.items() if change))
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
    """Say whether a publisher has the indicator, the scope, the years and the school."""
    duo = chosen["publisher"] == "duo"
    return (
        not (duo and chosen["indicator"] == "diplomas")
        and chosen["scope"] in (BY_DUO if duo else REGIOVISIE)
        and of_years(chosen, *(((2010, 2018), (2018,)) if duo else ((2008,), (2009,))))
        and (duo or chosen["brin"] == "27YU")
    )


def of_years(chosen, first_years, last_years):
    """Say whether the years are those of a series, and two at least."""
    first, last = chosen["first_year"], chosen["last_year"]
    return first in (0, *first_years) and last in (0, *last_years) and not (first and last and first >= last)


def of_series(chosen):
    """Say whether a series can be projected so."""
    return (
        of_publisher(chosen)
        and (chosen["method"] != "lag-ratio" or chosen["indicator"] == "diplomas")
        and not (chosen["indicator"] == "diplomas" and chosen["scenario"] == "cohort")
        and not (chosen["scenario"].startswith("transport") and "transport" in chosen["scope"])
        and not (chosen["publisher"] == "regiovisie" and chosen["beside"])
        # Less than five years are refused.
        and (not chosen["last_year"] or bool(chosen["first_year"]))
    )


def of_root(chosen):
    """Say whether each lever that is pulled stands in the chart."""
    return all(PULLED[name][-1] == chosen["root"] for name, change in chosen.items() if name in PULLED and change)


def of_stocks(chosen):
    """Say whether what the route counts is in hand."""
    return bool(chosen["stocks"]) or chosen["route"] != "cohort"


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
#: Years that leave two, fewer than are in hand, or more; and the school with the longest name.
COUNTS = SERIES | {"first_year": [0, 2008, 2010, 2018], "last_year": [0, 2009, 2018], "brin": ["27YU", "02PA"]}
GROUPS = COUNTS | {"highlight": ["", "longest"]}
JOBS = {
    "region": ["CR12", "CR11"], "year": [0, 2010], "stocks": ["", "small", "large"],
    "sectors": ["B-E,F", "F", "A,J,L,R-U", "A,B-E,F,G-I,J,K,L,M-N,O-Q,R-U"],
}  # fmt: skip
PULLS = {name: [0.0, 0.05, -0.15] for name in PULLED}
DOCUMENTS = ["techwise", "techniekpact", "twam", "regiodeal"]
#: Per plot_ function: how it is called, the values of each parameter with the default first, and what goes together.
CHARTS = {
    "plot_scopes": (scopes, COUNTS, of_publisher),
    "plot_series": (panels, GROUPS, of_publisher),
    "plot_contributions": (contributions, GROUPS, of_publisher),
    "plot_index": (
        index, {"scope": REGIOVISIE, "first_year": [0, 2008], "last_year": [0, 2009, 2010]}, None,
    ),
    "plot_history": (history, {"indicator": SERIES["indicator"]}, None),
    "plot_vmbo": (vmbo, {"region": ["CR12", "CR25"]}, None),
    "plot_flows": (
        flows,
        {"root": ["vmbo-t", SCHOOLS, "mbo 4"]} | {name: by for name, by in PULLS.items() if PULLED[name][-1] != FOURTH},
        of_root,
    ),
    "plot_parts": (
        flows, {"root": [FOURTH]} | {name: by for name, by in PULLS.items() if PULLED[name][-1] == FOURTH}, of_root,
    ),
    "plot_routes": (routes, {"route": ["all", "rate", "coverage", "cohort"], **DEMAND, **JOBS}, of_stocks),
    "plot_closing": (
        closing,
        {**DEMAND, "extra_graduates": [90, 1, 2500], "hbo_share": [0.35, 0.0, 1.0], "retention": [0.8, 0.05, 1.0]},
        None,
    ),
    "plot_verdicts": (verdicts, {"document": ["", "regiovisie", *DOCUMENTS]}, None),
    "plot_targets": (targets, {"programme": ["", "techniekagenda", *DOCUMENTS]}, None),
    "plot_funders": (
        funders,
        {"document": ["twam", "techwise", "regiodeal"], "programme": several(PROGRAMMES), "funder": several(FUNDERS),
         "year": [0, 2013, 2014], "listings": ["first", "last"]},
        of_document,
    ),
    "plot_projection": (
        projection,
        COUNTS | {"publisher": ["duo", "regiovisie"], "first_year": [0, 2010], "last_year": [0, 2018],
                  "horizon": [3, 1, 6], "method": METHODS, "scenario": SCENARIOS, "beside": [False, True]},
        of_series,
    ),
    "plot_misses": (misses, {}, None),
}  # fmt: skip
PAPER = {"size": list(SIZES), "language": LANGUAGES}


def parameters(name):
    """Give the values of each parameter of a chart, size and language among them."""
    return PAPER | CHARTS[name][1]


@cache
def possible(name):
    """Give every case whose values go together, those nearest to the default first; size and language go with all."""
    _, values, goes = CHARTS[name]
    default = {key: given[0] for key, given in values.items()}
    every = (dict(zip(values, case, strict=True)) for case in product(*values.values()))
    return sorted((case for case in every if goes is None or goes(case)), key=lambda case: far(case, default))


def far(case, default):
    return sum(case[key] != value for key, value in default.items())


def singles(name):
    """Give cases that hold each value once, the others at default; where those do not go together, as near to it."""
    default = {key: given[0] for key, given in PAPER.items()}
    cases = [default | {key: value} | possible(name)[0] for key, given in PAPER.items() for value in given]
    seen = {pair for case in cases for pair in case.items()}
    for key, given in CHARTS[name][1].items():
        for value in given:
            if (key, value) not in seen:
                case = default | next(one for one in possible(name) if one[key] == value)
                cases.append(case)
                seen |= set(case.items())
    return [dict(one) for one in dict.fromkeys(tuple(case.items()) for case in cases)]


def payers():
    """Give a case per funder of a document, in every size and the languages in turn."""
    default = {key: given[0] for key, given in parameters("plot_funders").items()}
    named = {one: money(document=one, programme="", year=0)["funder"] for one in FUNDERS}
    every = [{"document": one, "funder": payer} for one, all_ in named.items() for payer in all_.unique() if payer]
    return [
        default | {"size": size, "language": LANGUAGES[(number + at) % 2]} | case
        for number, case in enumerate(every)
        for at, size in enumerate(SIZES)
    ]


def pairs(name):
    """Give few cases that hold every pair of values that go together and that no case of `singles` holds."""
    values = {key: list(given) for key, given in parameters(name).items()}
    every = [dict(zip(PAPER, one, strict=True)) | case for case in possible(name) for one in product(*PAPER.values())]
    codes, single = (
        np.array([[given.index(case[key]) for key, given in values.items()] for case in cases])
        for cases in (every, singles(name))
    )
    # In another order, or of equals the first would always be the one nearest to the default.
    order = np.random.default_rng(0).permutation(len(every))
    columns = list(combinations(codes[order].T, 2))
    left = [np.zeros((one.max() + 1, other.max() + 1), bool) for one, other in columns]
    for (one, other), open_pairs in zip(columns, left, strict=True):
        open_pairs[one, other] = True
    for (one, other), open_pairs in zip(combinations(single.T, 2), left, strict=True):
        open_pairs[one, other] = False
    cases = []
    while any(open_pairs.any() for open_pairs in left):
        gained = sum(pair[one, other].astype(int) for (one, other), pair in zip(columns, left, strict=True))
        best = int(np.argmax(gained))
        cases.append(every[order[best]])
        for (one, other), open_pairs in zip(columns, left, strict=True):
            open_pairs[one[best], other[best]] = False
    return cases


def draw(name, case):
    """Draw a chart in the size, language and with the parameters of a case."""
    chosen = dict(case)
    with ta.chart_size(chosen.pop("size")):
        return CHARTS[name][0](**chosen)
