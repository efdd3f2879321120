"""Open vacancies, a stock: how many of a province's are a region's, and what a growth says of the level before it."""

import pandas as pd

from .tidy import LEADING, DataError, check_choice, check_tidy, dimensions, merge_sources

__all__ = ["allocate_sections", "allocate_vacancies", "base_readings", "compare_allocation"]

#: The arbeidsmarktregio that has the gemeenten of a COROP.
SAME = {"CR12": "AM05"}
#: The definition of the monitor that counts what CBS counts, for all it says.
DEFINITION = "openstaande vacatures"
#: All activities together, as CBS writes it, and our name of those that are not named.
WHOLE, REST = "A-U", "other"
#: Published in tenths of a thousand: a sum of sections differs from the total by the rounding of each.
ROUNDING = 0.05


def allocate_vacancies(vacancies: pd.DataFrame, jobs: pd.DataFrame, region: str) -> pd.DataFrame:
    """Estimate a region's open vacancies: those of the larger region times its share of the jobs, per year and ``sbi``.

    Parameters
    ----------
    vacancies
        Tidy frame of the larger region by ``sbi``, such as ``load_vacancies("cbs", "total")``.
    jobs
        Tidy frame of jobs by ``sbi`` in all parts of the larger region, `region` among them, at the same level.
    region
        Code of the part.

    Returns
    -------
    DataFrame
        Tidy, the rows of `vacancies` with the part as region, status ``estimated``, and ``share``, the part's share of
        the jobs of that year, as a fraction. The parts add up to the larger region.

    Raises
    ------
    DataError
        When a figure is missing or negative, units or regions are mixed, or a year or ``sbi`` has no jobs in a part.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> jobs = pd.concat([ta.load_jobs(part, "total") for part in ("CR10", "CR11", "CR12")])
    >>> found = allocate_vacancies(ta.load_vacancies("cbs", "total"), jobs, "CR12").query("period == '2018KW02'")
    >>> found[["value", "share"]].astype(float).round(3).values.tolist()  # 16.5 x 295.9 / (196.3 + 80.6 + 295.9)
    [[8.524, 0.517]]

    """
    for name, frame in (("vacancies", vacancies), ("jobs", jobs)):
        _check(name, frame)
        _refuse(name, frame, frame["value"].isna())
    parts = jobs["region"].drop_duplicates().tolist()
    check_choice("region", region, parts)
    wholes = vacancies["region"].drop_duplicates().tolist()
    if len(parts) < 2 or len(wholes) != 1:
        raise DataError(
            f"The jobs are of {len(parts)} region(s), the vacancies of {len(wholes)}",
            remedy="Give the vacancies of one region and the jobs of all parts of it.",
        )
    wide = jobs.pivot(index=["year", "sbi"], columns="region", values="value")
    key = pd.MultiIndex.from_frame(vacancies[["year", "sbi"]])
    found = wide.reindex(key)
    absent = found.isna().any(axis=1).to_numpy() | found.sum(axis=1).le(0).to_numpy()
    if absent.any():
        raise DataError(
            f"{int(absent.sum())} row(s) of the vacancies have no jobs of that year and sbi in each region",
            remedy="Select years and one level of sbi that both frames have; jobs per section of all parts are in "
            "CBS table 83582NED (twente fetch cbs).",
            rows=vacancies[absent],
        )
    share = (found[region] / found.sum(axis=1)).to_numpy()
    places = jobs.groupby(["year", "sbi"])["source"].agg(merge_sources).reindex(key)
    made = vacancies.assign(region=region, value=(vacancies["value"] * share).astype("Float64"), status="estimated")
    made["region_type"] = jobs.loc[jobs["region"] == region, "region_type"].iloc[0]
    made["source"] = [merge_sources(pair) for pair in zip(vacancies["source"], places, strict=True)]
    return check_tidy(made.astype({"source": "str"})).assign(share=share).reset_index(drop=True)


def allocate_sections(vacancies: pd.DataFrame, jobs: pd.DataFrame, region: str) -> pd.DataFrame:
    """Estimate a region's open vacancies per economic activity, as far as the jobs of all parts are in hand.

    Parameters
    ----------
    vacancies, jobs
        As `allocate_vacancies`, with the published total (``A-U``) beside the sections. Activities that one of the two
        lacks are taken together as ``other``: the total less the others. Years in which a part has no figure of a
        section (CBS keeps one confidential that could show a company) are left out.
    region
        Code of the part.

    Returns
    -------
    DataFrame
        As `allocate_vacancies`, without the total.

    Raises
    ------
    DataError
        As `allocate_vacancies`, or when no year has every figure.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> jobs = ta.load_jobs(["CR10", "CR11", "CR12"], ["section", "total"])
    >>> found = allocate_sections(ta.load_vacancies("cbs", ["section", "total"]), jobs, "CR12").query("year == 2020")
    >>> found.tail(2)[["sbi", "value"]].round(2).values.tolist()  # 1.5 x 40.3 / 69.8; (13.0 - 1.5) x 256.6 / 496.2
    [['C', 0.87], ['other', 5.95]]

    """
    for name, frame in (("vacancies", vacancies), ("jobs", jobs)):
        _check(name, frame)
        check_choice(f"total among the {name}", WHOLE, frame["sbi"].drop_duplicates().tolist())
    shared = (set(vacancies["sbi"]) & set(jobs["sbi"])) - {WHOLE}
    split = [_with_rest(frame, shared) for frame in (vacancies, jobs)]
    if not all(REST in set(frame["sbi"]) for frame in split):
        split = [frame[frame["sbi"] != REST] for frame in split]
    whole = [set(frame["year"]) - set(frame.loc[frame["value"].isna(), "year"]) for frame in split]
    years = whole[0] & whole[1]
    if not years:
        raise DataError("There is no year with every figure in both frames", remedy="Give fewer sections.")
    kept = [frame[frame["year"].isin(years)].reset_index(drop=True) for frame in split]
    return allocate_vacancies(kept[0], kept[1], region)


def compare_allocation(estimates: pd.DataFrame, vacancies: pd.DataFrame, monitor: pd.DataFrame) -> pd.DataFrame:
    """Hold estimates of all vacancies against the monitor where both have the same quarter.

    Parameters
    ----------
    estimates
        What `allocate_vacancies` gives of the total.
    vacancies
        What it started from.
    monitor
        What ``load_monitor("vacancies_open")`` gives; of it, all vacancies by the definition that names no source.

    Returns
    -------
    DataFrame
        One row per quarter: ``period``, ``whole``, ``share`` (estimate over whole), ``estimate``, ``published``,
        ``miss`` (estimate over published, minus 1) and ``source``; counts in vacancies, no ``published`` where the
        monitor has none.

    Raises
    ------
    DataError
        When a quarter stands there twice, the two frames are not of the same quarters in the same order, or the monitor
        is of another region.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> jobs = pd.concat([ta.load_jobs(part, "total") for part in ("CR10", "CR11", "CR12")])
    >>> whole = ta.load_vacancies("cbs", "total")
    >>> compared = compare_allocation(allocate_vacancies(whole, jobs, "CR12"), whole, ta.load_monitor("vacancies_open"))
    >>> compared.dropna()[["period", "published", "miss"]].round(2).values.tolist()
    [['2018KW02', 6700.0, 0.27], ['2018KW04', 6800.0, 0.25]]

    """
    check_choice("number of estimates per quarter", int(estimates["period"].duplicated().sum()) + 1, [1])
    if estimates["period"].tolist() != vacancies["period"].tolist():
        raise DataError("The estimates and the vacancies are of other quarters", remedy="Give what was allocated.")
    region = estimates["region"].iloc[0]
    for where in monitor["region"].drop_duplicates():
        check_choice("region of the monitor", where, [region, SAME.get(region, region)])
    known = monitor[(monitor["definition"] == DEFINITION) & (monitor["field"] == "totaal")].set_index("period")
    compared = pd.DataFrame(
        {
            "period": estimates["period"],
            "whole": _count(vacancies).to_numpy(),
            "estimate": _count(estimates).to_numpy(),
            "published": known["value"].astype(float).reindex(estimates["period"]).to_numpy(),
        }
    )
    compared.insert(2, "share", compared["estimate"] / compared["whole"])
    return compared.assign(miss=compared["estimate"] / compared["published"] - 1, source=estimates["source"])


def base_readings(vacancies: pd.DataFrame) -> pd.DataFrame:
    """Give the level before a growth of which the source does not say what grew: one row per reading.

    Parameters
    ----------
    vacancies
        What ``load_vacancies("regiodeal")`` gives: a level and a growth in %.

    Returns
    -------
    DataFrame
        ``reading`` (``technical`` or ``all``), ``level``, ``growth`` (fraction), ``base``, and the ``period`` of the
        growth. No ``base`` where all vacancies grew, as the source does not give their number.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> base_readings(ta.load_vacancies()).round(0)["base"].tolist()  # 2,500 / 1.55
    [1613.0, nan]

    """
    found = vacancies.set_index("indicator")
    figures = found["value"].astype(float)
    for name in ("vacancies_open", "vacancies_open_change"):
        check_choice("indicator", name, figures.index.tolist())
    level, growth = figures["vacancies_open"], figures["vacancies_open_change"] / 100
    rows = [("technical", level, growth, level / (1 + growth)), ("all", level, growth, float("nan"))]
    made = pd.DataFrame(rows, columns=["reading", "level", "growth", "base"])
    return made.assign(period=found.loc["vacancies_open_change", "period"])


def _with_rest(frame: pd.DataFrame, named: set[str]) -> pd.DataFrame:
    """Keep the named activities and put all others beside them as one, where there are any beyond rounding."""
    key = [name for name in LEADING if name in frame.columns]
    parts, total = frame[frame["sbi"].isin(named)], frame[frame["sbi"] == WHOLE].set_index(key)
    summed = parts.groupby(key)["value"].agg(lambda found: found.sum(skipna=False)).reindex(total.index)
    rest = total["value"] - summed
    if rest.abs().le(ROUNDING * (len(named) + 1)).fillna(True).all():
        return parts
    if rest.lt(-ROUNDING * (len(named) + 1)).any():
        raise DataError("The sections are more than the total", remedy="Give sections that do not overlap.")
    others = total.assign(value=rest, sbi=REST).reset_index()
    others["status"] = others["status"].mask(others["value"].isna(), "blank")
    made = pd.concat([parts, others[list(frame.columns)]])
    return made.sort_values([*key, "sbi"], kind="stable", ignore_index=True)


def _count(frame: pd.DataFrame) -> pd.Series:
    factor = {"thousand vacancies": 1000, "vacancies": 1}
    check_choice("unit", frame["unit"].iloc[0], list(factor))
    return frame["value"].astype(float) * factor[frame["unit"].iloc[0]]


def _check(name: str, frame: pd.DataFrame) -> None:
    """Raise for a frame without ``sbi``, of several things, or with a negative or double figure."""
    for column in ("indicator", "year", "region", "sbi", "value", "unit", "source"):
        check_choice(f"column of the {name}", column, list(frame.columns))
    if len(frame[["indicator", "unit"]].drop_duplicates()) != 1:
        raise DataError(f"The {name} are not of one indicator and unit", remedy="Select one of each.")
    key = [one for one in (*LEADING, *dimensions(frame)) if one in frame.columns]
    _refuse(name, frame, frame["value"].lt(0).fillna(False) | frame.duplicated(key, keep=False))


def _refuse(name: str, frame: pd.DataFrame, wrong: pd.Series) -> None:
    if wrong.any():
        raise DataError(
            f"{int(wrong.sum())} row(s) of the {name} have no figure, a negative one or the same key as another",
            remedy="Fill no blanks; select the years and groups that have figures.",
            rows=frame[wrong],
        )
