"""How many openings: expansion, replacement limited where employment shrinks, and gross separations kept apart.

Frames are tidy. Their unit says over how long a flow runs: ``persons per year``, ``persons per 5 years``. Two families
of figures never meet. Net ones see the balance of an age cohort; gross ones count everyone who leaves.
"""

from itertools import product

import pandas as pd

from .periods import apply_rates, check_stock, ends, flow, only, split_period, weakest, with_period
from .tidy import LEADING, WITH_VALUE, DataError, check_choice, dimensions, merge_sources, total_by

__all__ = [
    "check_comparable",
    "expansion_demand",
    "job_openings",
    "replacement_demand",
    "separations",
]

#: Which indicators are net (the balance of a cohort) and which are gross (everyone who leaves).
CONCEPTS = {
    **dict.fromkeys(("net_outflow", "net_entrants", "expansion_demand", "replacement_demand", "job_openings"), "net"),
    "separations": "gross",
}
GROSS_RATES = ["exit_rate", "transfer_rate"]


def expansion_demand(stocks: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Give the change of employment between two years (uitbreidingsvraag); negative where it shrinks.

    Parameters
    ----------
    stocks
        Tidy frame of employment at two moments, in persons or jobs.
    by
        Dimension to keep; all others are summed over.

    Returns
    -------
    DataFrame
        Tidy, one row (per group), `value` in the stocks' unit per period of n years.

    Raises
    ------
    DataError
        When there are not two moments, a figure is missing or negative, or a group stands in one year only.

    Notes
    -----
    Source of the definition: ROA, De arbeidsmarkt naar opleiding en beroep tot 2022, chapter 2.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> jobs = ta.load_jobs().query("sbi == 'F' and year in (2011, 2016)")  # 17.2 and 15.1 thousand
    >>> expansion_demand(jobs)[["period", "value", "unit"]].round(1).values.tolist()
    [['2011/2016', -2.1, 'thousand jobs per 5 years']]

    """
    change = ends(stocks, by)
    return flow(change, "expansion_demand", change["last"] - change["first"])


def replacement_demand(outflow: pd.DataFrame, expansion: pd.DataFrame) -> pd.DataFrame:
    """Give the leavers who are replaced (vervangingsvraag): all of them, but where employment shrinks only the rest.

    RD = R where ED >= 0, else max(0, R + ED).

    Parameters
    ----------
    outflow
        What `net_outflow` gives: uncapped, one row per group.
    expansion
        What `expansion_demand` gives for the same groups, region and period.

    Returns
    -------
    DataFrame
        Tidy, one row per group, in the unit of the two.

    Raises
    ------
    DataError
        When one is gross or another indicator, or they differ in region, unit, period or groups.

    Notes
    -----
    Source: ROA's job openings (see `job_openings`); that a shrinking group refills only part is general practice.

    Examples
    --------
    >>> key = {"year": [2015] * 3, "region_type": "corop", "region": "CR12", "group": ["grows", "shrinks", "collapses"]}
    >>> rest = {"unit": "persons per 5 years", "status": "", "source": "d/t#1"}
    >>> outflow = pd.DataFrame({"indicator": "net_outflow"} | key | {"value": [100.0, 100.0, 100.0]} | rest)
    >>> expansion = pd.DataFrame({"indicator": "expansion_demand"} | key | {"value": [30.0, -40.0, -150.0]} | rest)
    >>> replacement_demand(outflow, expansion)["value"].tolist()
    [100.0, 60.0, 0.0]

    """
    both = _beside({"net_outflow": outflow, "expansion_demand": expansion})
    _refuse_negative(both, "net_outflow")
    shrinkage = both["expansion_demand"].clip(upper=0)
    return flow(both, "replacement_demand", (both["net_outflow"] + shrinkage).clip(lower=0))


def job_openings(expansion: pd.DataFrame, replacement: pd.DataFrame) -> pd.DataFrame:
    """Give the openings for newcomers (baanopeningen): growth, if there is any, plus replacement.

    JO = max(0, ED) + RD per group. Add groups only afterwards (`total_by`): the openings of a total are not those of
    the total's expansion, as shrinking groups count as 0.

    Returns
    -------
    DataFrame
        Tidy, one row per group, in the unit of the two.

    Raises
    ------
    DataError
        As `replacement_demand`.

    Notes
    -----
    Source of the definition: ROA, De arbeidsmarkt naar opleiding en beroep tot 2022, chapter 2.

    Examples
    --------
    >>> key = {"year": [2025] * 2, "region_type": "country", "region": "NL", "group": ["grows", "shrinks"]}
    >>> rest = {"unit": "jobs per 6 years", "status": "", "source": "d/t#1"}
    >>> expansion = pd.DataFrame({"indicator": "expansion_demand"} | key | {"value": [30.0, -10.0]} | rest)
    >>> replacement = pd.DataFrame({"indicator": "replacement_demand"} | key | {"value": [100.0, 50.0]} | rest)
    >>> job_openings(expansion, replacement)["value"].tolist()  # together 180, not 30 - 10 + 150 = 170
    [130.0, 50.0]

    """
    both = _beside({"expansion_demand": expansion, "replacement_demand": replacement})
    _refuse_negative(both, "replacement_demand")
    return flow(both, "job_openings", both["expansion_demand"].clip(lower=0) + both["replacement_demand"])


def separations(stock: pd.DataFrame, rates: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Count everyone who leaves an occupation: exits from work plus transfers to another occupation. Gross.

    Parameters
    ----------
    stock
        Tidy frame of employment at one moment, in persons.
    rates
        Tidy frame with the indicators ``exit_rate`` and ``transfer_rate`` for each category of the stock's dimensions
        that it has, `value` a fraction, unit such as ``fraction per year``. May be of another region.

    Returns
    -------
    DataFrame
        Tidy, one row (per group), in the stock's unit per period of the rates, status ``scenario``. `total_by` and
        `check_comparable` refuse to put it with net figures.

    Raises
    ------
    DataError
        When a rate is absent or no fraction, or the stock has a missing or negative figure.

    Notes
    -----
    Source of the definition: BLS, Occupational separations methodology.

    Examples
    --------
    >>> key = {"year": 2015, "region_type": "corop", "region": "CR12", "age_band": ["15-19", "20-24"]}
    >>> rest = {"unit": "persons", "status": "", "source": "d/t#1"}
    >>> stock = pd.DataFrame({"indicator": "employed"} | key | {"value": [100.0, 200.0]} | rest).astype(
    ...     {"year": "Int64", "value": "Float64"})
    >>> rate = stock.assign(unit="fraction per year")
    >>> rates = pd.concat([rate.assign(indicator="exit_rate", value=0.05), rate.assign(indicator="transfer_rate",
    ...     value=[0.10, 0.06])])
    >>> separations(stock, rates)[["value", "unit"]].values.tolist()  # 100 x 0.15 + 200 x 0.11
    [[37.0, 'persons per year']]

    """
    stock = check_stock(stock, 1)
    check_choice("column", "indicator", list(rates.columns))
    found = set(rates["indicator"])
    if found != set(GROSS_RATES):
        raise DataError(
            f"The rates are {', '.join(sorted(found))}",
            remedy=f"Gross separations need both of: {', '.join(GROSS_RATES)}.",
        )
    parts = [apply_rates(stock, rates[rates["indicator"] == name]) for name in GROSS_RATES]
    if (parts[0] + parts[1] > stock["value"]).any():
        raise DataError("More would leave than there are", remedy="Exit and transfer rate are together at most 1.")
    leavers = stock.assign(value=parts[0] + parts[1]).astype({"value": "Float64"})
    total = total_by(leavers, by)
    years = split_period(only(rates, "unit"))[1]
    total = total.assign(unit=with_period(only(stock, "unit"), years), status="scenario")
    return flow(total, "separations", total["value"])


def check_comparable(*frames: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    """Return the frames, or say why their figures cannot stand beside each other or be added.

    Raises
    ------
    DataError
        When net figures meet gross ones, or the regions, units (with the number of years) or periods differ.

    Examples
    --------
    >>> net = pd.DataFrame({"indicator": ["net_outflow"], "region": "CR12", "unit": "persons per year"})
    >>> try:
    ...     check_comparable(net, net.assign(indicator="separations"))
    ... except DataError as error:
    ...     print(error.problem)
    Net and gross figures do not compare: net_outflow is net, separations is gross

    """
    for column, frame in product(("indicator", "region", "unit"), frames):
        check_choice("column", column, list(frame.columns))
    known = {name for frame in frames for name in frame["indicator"].drop_duplicates()}
    for name in sorted(known):
        check_choice("indicator", name, list(CONCEPTS))
    if len({CONCEPTS[name] for name in known}) > 1:
        listed = ", ".join(f"{name} is {CONCEPTS[name]}" for name in sorted(known))
        raise DataError(
            f"Net and gross figures do not compare: {listed}",
            remedy="Compare net with net: gross separations count moves between occupations too, and are several times "
            "as large.",
        )
    remedies = {
        "region": "Select one region.",
        "unit": "Bring them to one unit first; per_year converts counts over several years.",
        "period": "Select one period: what leaves in other years is another figure.",
    }
    for column, remedy in remedies.items():
        held = [frame for frame in frames if column in frame.columns]
        values = {str(value) for frame in held for value in frame[column].drop_duplicates()}
        if len(values) > 1:
            raise DataError(f"The figures differ in {column}: {', '.join(sorted(values))}", remedy=remedy)
    return frames


def _beside(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Put two indicators of the same groups and period beside each other, each in a column of its name."""
    one, other = check_comparable(*frames.values())
    for name, frame in frames.items():
        found = frame["indicator"].drop_duplicates().tolist()
        if found != [name]:
            raise DataError(f"A frame of {name} is needed, not of {', '.join(found)}", remedy=f"Give {name} there.")
    key, others = ([name for name in LEADING[1:] if name in frame] + dimensions(frame) for frame in (one, other))
    if set(key) != set(others):
        raise DataError(
            f"Only one of the two frames has: {', '.join(sorted(set(key) ^ set(others)))}",
            remedy="Bring both to the same period and dimensions (total_by).",
        )
    for name in key:
        apart = set(one[name].dropna()) ^ set(other[name].dropna())
        if apart:
            raise DataError(
                f"The two frames are not about the same {name}: only one has {', '.join(map(str, sorted(apart)))}",
                remedy="Give both for the same region, period and groups.",
            )
    for frame in (one, other):
        wrong = frame[frame.duplicated(key, keep=False) | frame["value"].isna() | ~frame["status"].isin(WITH_VALUE)]
        if len(wrong):
            raise DataError(
                f"{len(wrong)} row(s) without a figure or with the same key as another",
                remedy="Give one figure for each group.",
                rows=wrong,
            )
    apart = one[key].merge(other[key], on=key, how="outer", indicator="frame").query("frame != 'both'")
    if len(apart):
        raise DataError(
            f"{len(apart)} group(s) stand in one of the two frames only", remedy="Give both for each group.", rows=apart
        )
    names = list(frames)
    both = one.assign(**{names[0]: one["value"]}).merge(
        other[[*key, "value", "status", "source"]].rename(columns={"value": names[1]}),
        on=key,
        suffixes=("", "_other"),
    )
    both["status"] = weakest(both["status"], both["status_other"])
    both["source"] = [merge_sources(pair) for pair in zip(both["source"], both["source_other"], strict=True)]
    return both


def _refuse_negative(frame: pd.DataFrame, column: str) -> None:
    wrong = frame[frame[column].lt(0)]
    if len(wrong):
        raise DataError(f"{len(wrong)} row(s) with a negative {column}", remedy="It must be 0 or more.", rows=wrong)
