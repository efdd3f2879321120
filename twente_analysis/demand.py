"""How many must be replaced each year, by which route, and what does more supply close? For a brief on demand."""

import warnings
from collections.abc import Mapping, Sequence

import pandas as pd

from .coverage import USUAL, close_gap
from .openings import CONCEPTS, expansion_demand, replacement_demand
from .periods import check_numbers, fractions, only, per_year, split_period, yearly_rate
from .replacement import cohort_changes, net_outflow
from .tidy import DataError, check_choice, merge_sources

__all__ = [
    "assumed_fractions",
    "choose_routes",
    "chosen_coverage",
    "closing_steps",
    "cohort_replacement",
    "demand_routes",
    "grow_supply",
    "published_coverage",
    "select_jobs",
]

#: Numbers of extra graduates shown below the one that is asked for.
STEPS = (10, 20, 40, 60)
#: The routes of our own reckoning, by the name that chooses them.
#: Smaller groups of people are not used.
SMALL = 30
CHOICES = {"rate": ("rate", "rate_occupations"), "coverage": ("coverage",), "cohort": ("cohort",)}
ROUTES = ["route", "kind", "field", "net_supply", "coverage", "qualifier", "low", "high", "unit", "when", "region"]


def select_jobs(jobs: pd.DataFrame, sectors: str, year: int = 0) -> pd.DataFrame:
    """Keep the jobs of some economic activities in one year.

    Parameters
    ----------
    sectors
        Codes of ``sbi`` with a comma between them.
    year
        0 stands for the last year that the frame has.

    Raises
    ------
    DataError
        When the frame does not have that year or a sector, or a sector is named twice.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> select_jobs(ta.load_jobs(), "B-E, F")[["year", "sbi", "value"]].values.tolist()
    [[2024, 'B-E', 44.0], [2024, 'F', 19.1]]

    """
    chosen = [name.strip() for name in sectors.split(",")]
    for name in chosen:
        check_choice("sector", name, jobs["sbi"].drop_duplicates().tolist())
    if len(set(chosen)) < len(chosen):
        raise DataError(f"A sector is named twice: {sectors}", remedy="Name each sector once.")
    years = sorted(jobs["year"].dropna().unique().tolist())
    when = year or years[-1]
    check_choice("year", when, years)
    return jobs[(jobs["year"] == when) & jobs["sbi"].isin(chosen)].reset_index(drop=True)


def assumed_fractions(assumptions: pd.DataFrame, family: str) -> list[float]:
    """Give the assumptions of a family as fractions (per year), in their order: alternatives, for a range.

    Parameters
    ----------
    assumptions
        What `load_assumptions` gives.
    family
        A value of its column ``family``. What is stated over n years is spread evenly over them: the rate is for a
        count of jobs per year.

    Raises
    ------
    DataError
        When there is no such family, or one of it is not in % or % per year(s).

    Examples
    --------
    >>> import twente_analysis as ta
    >>> assumed_fractions(ta.load_assumptions(), "mbo share")
    [0.65, 0.45]
    >>> technical = assumed_fractions(ta.load_assumptions(), "replacement technical occupations")
    >>> round(min(technical), 3), round(max(technical), 3)  # 14 % and 37 % in six years
    (0.023, 0.062)

    """
    check_choice("family", family, sorted(set(assumptions["family"]) - {""}))
    found = []
    for row in assumptions[assumptions["family"] == family].itertuples():
        what, years = (row.unit, 1) if row.unit == "%" else split_period(str(row.unit))
        check_choice(f"unit of {row.id}", what, ["%"])
        found.append(yearly_rate(float(str(row.value)) / 100, years, "simple"))
    return found


def published_coverage(statements: pd.DataFrame) -> list[float]:
    """List the coverages of `load_coverage` as fractions; that demand is twice supply is read as 50 %.

    The share of jobs that cannot be filled is no coverage and stays out.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> published_coverage(ta.load_coverage())
    [0.28, 0.42, 0.5]

    """
    value = statements.assign(value=statements["value"].astype(float)).groupby("indicator", sort=False)["value"]
    shares = value.get_group("coverage") / 100
    return [*shares.tolist(), *(1 / value.get_group("replacement_demand_to_supply")).tolist()]


def chosen_coverage(statements: pd.DataFrame, mbo_niveau: str, coverage: float = 0) -> pd.DataFrame:
    """Give the coverage to reckon with: the published one of a level, or one of your own.

    Parameters
    ----------
    statements
        What `load_coverage` gives.
    mbo_niveau
        Level of the published coverage: ``2`` or ``3-4``.
    coverage
        A fraction above 0 and up to 1 to use instead of it; 0 for the published one.

    Returns
    -------
    DataFrame
        One row as `load_assumptions` gives, id ``coverage``, with ``mbo_niveau`` and ``fraction``; ``kind`` says
        whether it is published or chosen.

    Raises
    ------
    DataError
        When the level has no published coverage, or the fraction is not one.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> chosen_coverage(ta.load_coverage(), "2")[["value", "unit", "region", "kind"]].values.tolist()
    [[28.0, '%', 'CR12', 'published']]

    """
    known = statements[statements["indicator"] == "coverage"]
    check_choice("mbo_niveau", str(mbo_niveau), known["mbo_niveau"].tolist())
    row = known[known["mbo_niveau"] == str(mbo_niveau)].iloc[0]
    made = {name: row[name] for name in ("mbo_niveau", "value", "unit", "region", "source")}
    made |= {"id": "coverage", "period": row["period"], "family": "", "kind": "published"}
    # 0 % covered is no coverage: it asks for the published one.
    if coverage != 0 or isinstance(coverage, bool):
        share = fractions("coverage", coverage, above=0)[0]
        made |= dict.fromkeys(("source", "period", "region", "mbo_niveau"), "")
        made |= {"value": share * 100, "kind": "illustrative"}
    return pd.DataFrame([made]).assign(fraction=float(made["value"]) / 100)


def cohort_replacement(stocks: pd.DataFrame | None) -> pd.DataFrame | None:
    """Give the yearly replacement demand of age cohorts: net outflow, less what shrinkage does not refill.

    Parameters
    ----------
    stocks
        What `load_stocks` gives: employed persons by ``age_band``, two moments five years apart; None for none.

    Returns
    -------
    DataFrame or None
        Tidy, one row in persons per year; None where there are no stocks, as nothing is made up.

    Raises
    ------
    DataError
        As `net_outflow`, or when an age group has fewer than 30 persons.

    Warns
    -----
    UserWarning
        When it is less than 1.5 or more than 4 % of the first stock a year.

    Examples
    --------
    >>> key = {"indicator": "employed", "year": [2010] * 3 + [2015] * 3, "region_type": "corop", "region": "CR12"}
    >>> rest = {"value": [40, 200, 160, 50, 200, 170], "unit": "persons", "status": "", "source": "d/t#1"}
    >>> stocks = pd.DataFrame(key | {"age_band": ["15-19", "20-24", "25+"] * 2} | rest)
    >>> stocks = stocks.astype({"year": "Int64", "value": "Int64"})
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     cohort_replacement(stocks)[["value", "unit"]].values.tolist()  # 360 become 170; 400 become 420
    [[38.0, 'persons per year']]

    """
    if stocks is None:
        return None
    small = stocks[stocks["value"].lt(SMALL).fillna(False)]
    if len(small):
        raise DataError(
            f"{len(small)} age group(s) have fewer than {SMALL} persons",
            remedy="Give a larger group; leave out bands with nobody at the young end. So few may be recognised.",
            rows=small,
        )
    cohorts = cohort_changes(stocks)
    found = per_year(replacement_demand(net_outflow(stocks), expansion_demand(stocks)))
    rate = float(found["value"].item()) / float(cohorts["start"].sum())
    low, high = USUAL["total"]
    if not low <= rate <= high:
        warnings.warn(
            f"{rate:.1%} a year lies outside {low:.1%}-{high:.1%}, what net replacement usually is: are the stocks of "
            "the same group and definition?",
            stacklevel=2,
        )
    return found


def grow_supply(gaps: pd.DataFrame, growth: float) -> pd.DataFrame:
    """Give how much supply must grow to close the gap, and what a growth of it does.

    Parameters
    ----------
    gaps
        What `coverage_gap` gives.
    growth
        Growth of the net supply as a fraction, 0 or more.

    Returns
    -------
    DataFrame
        The rows with ``growth``, ``growth_needed`` (1/c - 1), ``coverage_after`` and ``closed`` (part of the gap) as
        fractions, the last two at most 1; no ``closed`` where there is no gap.

    Examples
    --------
    >>> from twente_analysis import coverage_gap
    >>> grown = grow_supply(coverage_gap(1000, 0.42), 0.1)
    >>> grown[["growth_needed", "coverage_after", "closed"]].round(3).values.tolist()
    [[1.381, 0.462, 0.072]]

    """
    more = check_numbers("growth", growth, lambda one: one >= 0, "a fraction, 0 or more; 10 % is 0.1")[0]
    gap = gaps["gap"].where(gaps["gap"] > 0)
    return gaps.assign(
        growth=more,
        growth_needed=gaps["gap"] / gaps["net_supply"],
        coverage_after=(gaps["coverage"] * (1 + more)).clip(upper=1),
        closed=(more * gaps["net_supply"] / gap).clip(upper=1),
    )


def closing_steps(gaps: pd.DataFrame, extra: int, hbo_share: float, retention: float) -> pd.DataFrame:
    """Give what several numbers of extra graduates close of the gap, up to `extra`, in two readings.

    Parameters
    ----------
    gaps
        What `coverage_gap` gives, one row.
    extra, hbo_share, retention
        As `close_gap`; smaller numbers of extra graduates stand before `extra`.

    Returns
    -------
    DataFrame
        As `close_gap` gives, one row per number and ``reading``: ``all`` (everyone enters) or ``rest`` (after those
        who go on to hbo and those who leave).

    Examples
    --------
    >>> from twente_analysis import coverage_gap
    >>> steps = closing_steps(coverage_gap(1000, 0.42), 90, 0.35, 0.8)
    >>> steps.query("extra == 90")[["reading", "entering", "closed"]].round(3).values.tolist()
    [['all', 90.0, 0.065], ['rest', 46.8, 0.034]]

    """
    check_choice("number of gaps", len(gaps), [1])
    check_numbers("extra", extra, lambda one: one > 0, "persons, above 0")
    numbers = [*(one for one in STEPS if one < extra), extra]
    readings = {"all": (0.0, 1.0), "rest": (hbo_share, retention)}
    parts = [
        close_gap(gaps, number, *shares).assign(reading=reading)
        for number in numbers
        for reading, shares in readings.items()
    ]
    return pd.concat(parts, ignore_index=True)


def demand_routes(
    jobs: pd.DataFrame,
    estimates: Mapping[str, pd.DataFrame],
    example: tuple[pd.DataFrame, pd.DataFrame],
    published: Sequence[pd.DataFrame],
    cohorts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put the routes to a yearly demand beside each other. They differ in scope and unit and do not add up.

    Parameters
    ----------
    jobs
        What `select_jobs` gives.
    estimates
        What `rate_times_jobs` gives of them, by the name of the route: a range over rates and shares each.
    example
        A worked example: what `coverage_gap` gives, one row, and what `chosen_coverage` gives.
    published
        Frames of one row each, in persons per year, such as the leavers and the graduates of `load_monitor`.
    cohorts
        What `cohort_replacement` gives, of the region of the jobs.

    Returns
    -------
    DataFrame
        One row per route: ``route``, ``kind`` (``assumption``, ``cohort``, ``example``, ``published``), ``field``,
        ``net_supply``, ``coverage``, ``qualifier``, ``low``, ``high``, ``unit``, ``when``, ``region``, ``source``.

    Raises
    ------
    DataError
        When a unit is not a number of jobs or persons per year (a stock such as open vacancies is no route), a figure
        is gross, or the cohorts are of another region than the jobs.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> jobs, chosen = ta.select_jobs(ta.load_jobs(), "F", 2011), ta.chosen_coverage(ta.load_coverage(), "3-4")
    >>> estimates = {"rate": ta.rate_times_jobs(jobs, [0.027, 0.03], 0.65)}  # of 17.2 thousand jobs
    >>> routes = demand_routes(jobs, estimates, (ta.coverage_gap(840, 0.42), chosen), [])
    >>> routes[["route", "low", "high"]].round(0).values.tolist()
    [['rate', 302.0, 335.0], ['coverage', 2000.0, 2000.0]]

    """
    gaps, chosen = example
    check_choice("number of gaps", len(gaps), [1])
    gap, rows = gaps.iloc[0], []
    for name, estimate in estimates.items():
        check_choice("route of an estimate", name, CHOICES["rate"])
        where, when, demand = only(estimate, "region"), only(estimate, "year"), estimate["demand"].astype(float)
        front = [name, "assumption", ",".join(jobs["sbi"]), None, None, "about", demand.min(), demand.max()]
        cited = merge_sources(estimate["source"].drop_duplicates().tolist())
        rows.append([*front, only(estimate, "unit"), when, where, cited])
    if cohorts is not None:
        check_choice("indicator of the cohorts", only(cohorts, "indicator"), ["replacement_demand"])
        check_choice("region of the cohorts", only(cohorts, "region"), [only(jobs, "region")])
        rows.append(_published("cohort", "cohort", cohorts))
    front = ["coverage", "example", "", gap["net_supply"], gap["coverage"], "about", gap["demand"], gap["demand"]]
    rows.append([*front, gap["unit"], "", only(chosen, "region") or only(jobs, "region"), ""])
    rows += [_published(only(frame, "indicator"), "published", frame) for frame in published]
    routes = pd.DataFrame(rows, columns=[*ROUTES, "source"])
    for found in routes["unit"]:
        check_choice("unit of a route", found, ["jobs per year", "persons per year"])
    gross = [name for name in routes["route"] if CONCEPTS.get(name) == "gross"]
    if gross:
        raise DataError(
            f"{', '.join(gross)} is gross: everyone who leaves, moves to other work included",
            remedy="Show net figures only; gross ones are several times as large.",
        )
    return routes.astype({"net_supply": float, "coverage": float})


def choose_routes(routes: pd.DataFrame, route: str) -> pd.DataFrame:
    """Keep one of our own routes beside the published figures; ``all`` keeps all that there are.

    Raises
    ------
    DataError
        When the route is not known, or takes figures that are not in hand.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> chosen, leavers = ta.chosen_coverage(ta.load_coverage(), "3-4"), ta.load_monitor("labour_market_leavers")
    >>> jobs = ta.select_jobs(ta.load_jobs(), "F", 2011)
    >>> routes = demand_routes(jobs, {}, (ta.coverage_gap(840, 0.42), chosen), [leavers])
    >>> choose_routes(routes, "coverage")[["route", "high"]].values.tolist()
    [['coverage', 2000.0], ['labour_market_leavers', 5000.0]]

    """
    check_choice("route", route, ["all", *CHOICES])
    if route == "all":
        return routes
    kept = routes["route"].isin(CHOICES[route])
    if not kept.any():
        raise DataError(
            f"There are no figures for the route {route!r}",
            remedy="Give employed persons by age at two moments five years apart (`stocks`, see load_stocks).",
        )
    return routes[kept | (routes["kind"] == "published")].reset_index(drop=True)


def _published(name: str, kind: str, frame: pd.DataFrame) -> list[object]:
    """Make a route of the one row of a tidy frame."""
    check_choice("number of rows", len(frame), [1])
    row = frame.iloc[0]
    value = float(row["value"])
    front = [name, kind, row.get("field", ""), None, None, row.get("qualifier", ""), value, value]
    return [*front, row["unit"], row.get("period", ""), row["region"], row["source"]]
