"""Pupils, students and diplomas: per school, and of the vmbo schools in a region."""

import re
from pathlib import Path

import pandas as pd

from ..catalogue import data_folder, read_table, tables
from ..opendata.duo import find_duo, read_duo
from ..tidy import DataError, check_choice, merge_sources, total_by
from .frame import Choice, Folder, check_printed, choose, finish, open_data_folder, with_region
from .region import warn_of_unknown, gemeenten_of
from .statements import family

__all__ = [
    "load_diplomas",
    "load_enrolment",
    "load_indicator",
    "load_published_totals",
    "load_technical",
    "load_vmbo_exams",
    "load_vmbo_pupils",
]

#: The series over the years of the Regiovisie.
SERIES = {"enrolment": "regiovisie_enrolment", "diplomas": "regiovisie_diplomas"}
#: What a trend is told by, first the classification of its groups.
TREND = {"regiovisie": ["bedrijfstak_mbo"], "duo": ["domein", "type_mbo", "mbo_niveau"]}
VMBO_LEERWEG = {"B": "bb", "K": "kb", "G": "gl", "T": "tl", "LWT": "lwt"}
OPLEIDING = re.compile(r"VMBO (LWT|[BKGT])(?: - (.+))?")


def load_enrolment(
    publisher: str = "regiovisie",
    *,
    brin: str = "27YU",
    open_data: Folder = None,
    data: Folder = None,
    **chosen: Choice,
) -> pd.DataFrame:
    """Load the students enrolled in mbo at a school: a stock.

    Parameters
    ----------
    publisher
        ``regiovisie``: technical mbo at ROC van Twente, niveau 2-4, per bedrijfstak mbo (11) and year (2007-2011), 55
        rows. ``duo``: DUO's counts at 1 October 2015-2019.
    brin
        The school, for ``duo``. What is carried over in ``data/raw`` is sector techniek at 27YU, ROC van Twente.
    open_data
        Folder with DUO's published files: then any school, with every column of the file. Without it the carried-over
        table; a school that is not in it is read from the folder that ``TWENTE_OPENDATA`` names, where that is set.
    chosen
        Keep these categories of a dimension: ``mbo_niveau=[2, 3, 4]``, ``mbo_sector="techniek"``.

    Returns
    -------
    DataFrame
        Tidy, `value` in students. The Regiovisie does not say on which date it counts; its bedrijfstakken and DUO's
        domeinen are different classifications, so the two make no one series.

    Raises
    ------
    DataError
        When the school, a dimension or a category is not there; the message lists what is.

    Notes
    -----
    Source: Regiovisie Twente Techniek, table "Techniek studenten", lines 125-135; DUO, deelnemers per instelling
    2015-2019 (CC0), summed over programmes.

    Examples
    --------
    >>> load_enrolment().query("year == 2011")["value"].sum()
    np.int64(7028)
    >>> technical = load_enrolment("duo", mbo_sector="techniek", mbo_niveau=[2, 3, 4])
    >>> technical.groupby("year")["value"].sum().tolist()
    [5421, 5554, 5606, 5623, 5722]

    """
    check_choice("publisher", publisher, ["regiovisie", "duo"])
    folder = open_data
    if publisher == "duo" and folder is None and brin != _carried_region(data):
        folder = open_data_folder(None)
    if publisher == "regiovisie":
        frame = load_indicator("enrolment", data)
    elif folder is None:
        frame = _carried_over(data)
    else:
        frame = pd.concat([read_duo(path) for path in find_duo(folder, "enrolment")], ignore_index=True)
    return finish(choose(frame, {"region": brin} | chosen))


def load_diplomas(data: Folder = None) -> pd.DataFrame:
    """Load the diplomas in technical mbo at ROC van Twente.

    Returns
    -------
    DataFrame
        Tidy, one row per bedrijfstak mbo (11) and year (2007-2011): 55 rows, `value` in diplomas. The one
        cell that the source leaves blank has status ``blank`` and no value.

    Notes
    -----
    Source: Regiovisie Twente Techniek, section 4.6, lines 145-155.

    Examples
    --------
    >>> load_diplomas().query("status == 'blank'")[["bedrijfstak_mbo", "year"]].values.tolist()
    [['Combinatie bedrijf', 2010]]

    """
    return load_indicator("diplomas", data)


def load_technical(
    indicator: str = "enrolment",
    publisher: str = "regiovisie",
    *,
    brin: str = "27YU",
    open_data: Folder = None,
    data: Folder = None,
) -> pd.DataFrame:
    """Load the series a trend is about: technical mbo, niveau 2-4, at a school.

    Parameters
    ----------
    indicator, publisher
        ``enrolment`` by ``regiovisie`` or ``duo``, ``diplomas`` by ``regiovisie``.
    brin, open_data
        As in `load_enrolment`.

    Returns
    -------
    DataFrame
        Tidy, one row per year and group: ``bedrijfstak_mbo`` for the Regiovisie; ``domein``, ``type_mbo`` and
        ``mbo_niveau`` for DUO, of which sector techniek is kept.

    Examples
    --------
    >>> load_technical(publisher="duo").groupby("year")["value"].sum().tolist()
    [5421, 5554, 5606, 5623, 5722]

    """
    check_choice("publisher", publisher, list(TREND))
    if publisher == "regiovisie":
        check_choice("brin", brin, ["27YU"])
        return load_indicator(indicator, data)
    check_choice("indicator", indicator, ["enrolment"])
    frame = load_enrolment(
        publisher, brin=brin, open_data=open_data, data=data, mbo_sector="techniek", mbo_niveau=[2, 3, 4]
    )
    return finish(total_by(frame, TREND[publisher]).drop(columns="missing"))


def load_indicator(indicator: str, data: Folder = None) -> pd.DataFrame:
    """Load a series by the name of its indicator: ``enrolment`` or ``diplomas``."""
    check_choice("indicator", indicator, list(SERIES))
    table = tables(data_folder(data))[SERIES[indicator]].descriptor
    raw = read_table(SERIES[indicator], data)
    check_printed(raw, table["path"])
    frame = pd.DataFrame({"indicator": indicator, "year": raw["year"]}, index=raw.index)
    frame = frame.assign(**with_region(pd.Series(table["region"], index=raw.index), data))
    frame["bedrijfstak_mbo"] = raw["bedrijfstak_mbo"]
    frame = frame.assign(value=raw["value"], unit=table["unit"], status=raw["status"])
    frame["source"] = [f"{table['document']}/{table['table']}#{line}" for line in raw["line"]]
    return _check_totals(finish(frame), data)


def load_published_totals(data: Folder = None) -> pd.DataFrame:
    """Load the totals that the document prints under its two tables, to check the parts against.

    Returns
    -------
    DataFrame
        One row per indicator and year: indicator, year, value, status and source. Never among the parts.

    Notes
    -----
    Source: Regiovisie Twente Techniek, lines 136 and 156 ("Eindtotaal").

    """
    raw = read_table("regiovisie_totals", data)
    check_printed(raw, "regiovisie_totals.csv")
    frame = raw[["indicator", "year", "value", "status"]].copy()
    frame["source"] = [f"regiovisie/eindtotaal#{line}" for line in raw["line"]]
    return frame.reset_index(drop=True)


def load_vmbo_pupils(publisher: str = "regiovisie", data: Folder = None) -> pd.DataFrame:
    """Load the pupils in vmbo at schools in Twente.

    Parameters
    ----------
    publisher
        ``regiovisie``: 664 in the fourth technical year and 1,532 in vmbo-t; the year is missing because the source
        gives none. The two rows overlap in no pupil and still are no total of vmbo. ``duo``: sector techniek at
        1 October 2016 and 2017, of all schools then there; tl has no sector in those years.

    Returns
    -------
    DataFrame
        Tidy, `value` in pupils. Dimensions ``vmbo_leerweg``, ``vmbo_sector``, ``leerjaar``; for ``duo``
        ``onderwijstype``, ``leerjaar``, ``afdeling`` and ``sex``, as DUO spells them.

    Examples
    --------
    >>> load_vmbo_pupils("duo").groupby("year")["value"].sum().tolist()
    [1203, 1172]

    """
    check_choice("publisher", publisher, ["regiovisie", "duo"])
    if publisher == "regiovisie":
        return family("vmbo_pupils", data)
    raw = read_table("duo_vmbo_pupils", data)
    table = tables(data_folder(data))["duo_vmbo_pupils"].descriptor
    frame = pd.DataFrame({"indicator": "vo_pupils", "year": raw["year"]}, index=raw.index)
    frame = frame.assign(**with_region(pd.Series(table["region"], index=raw.index), data), vmbo_sector="techniek")
    frame = frame.assign(**raw[["onderwijstype", "leerjaar", "afdeling", "sex"]], value=raw["value"])
    frame = frame.assign(unit=table["unit"], status="")
    return finish(frame.assign(source=raw["document"] + f"/{table['table']}#" + raw["lines"]))


def load_vmbo_exams(
    region: str = "CR12", *, open_data: Folder = None, data: Folder = None, **chosen: Choice
) -> pd.DataFrame:
    """Load the exam candidates and passes in vmbo at the schools of a region.

    Parameters
    ----------
    region
        COROP, province or gemeente by CBS's code; ``AM05`` as well. Twente is carried over, 2014/15-2023/24.
    open_data
        As in `load_enrolment`; needed for another region.
    chosen
        Keep these categories of a dimension: ``vmbo_sector="techniek"``.

    Returns
    -------
    DataFrame
        Tidy, one row per indicator (``exam_candidates``, ``exam_passes``), school year, ``vmbo_leerweg`` and
        ``vmbo_sector``; `value` in pupils. ``year`` is the one in which the school year ends. From 2019/20 a branch's
        count of 1 to 4 is hidden: then `value` is missing, and ``low`` and ``high`` hold the sum with 1 and with 4.

    Raises
    ------
    DataError
        When the region is unknown or not at hand, or a category is not there.

    Warns
    -----
    UserWarning
        When the files name gemeenten that ``data/reference/gemeenten.csv`` does not: their pupils are in no region.

    Notes
    -----
    Source: DUO, examenkandidaten en geslaagden per vestiging (CC0). *Break*: before 2018/19 tl has no sector, so the
    technical passes of the years before and after are not comparable.

    Examples
    --------
    >>> passes = load_vmbo_exams().query("indicator == 'exam_passes'")
    >>> passes.groupby("year")["low"].sum().loc[2018:2020].tolist()
    [4231, 4383, 4494]

    """
    wanted = gemeenten_of(region, data)
    here = set(gemeenten_of(_carried_region(data, "duo_vmbo_exams"), data)["gemeente"])
    folder = open_data if set(wanted["gemeente"]) == here else open_data_folder(open_data)
    if folder is not None:
        frame = _exams_of(folder, wanted, region, data)
    elif set(wanted["gemeente"]) == here:
        frame = _carried_exams(region, data)
    else:
        raise DataError(
            f"the exams of {region} are not carried over",
            remedy="Give open_data=DIR or set TWENTE_OPENDATA: a folder with DUO's exam files.",
        )
    return finish(choose(frame, chosen))


def _carried_exams(region: str, data: Folder) -> pd.DataFrame:
    raw = read_table("duo_vmbo_exams", data)
    table = tables(data_folder(data))["duo_vmbo_exams"].descriptor
    frame = raw[["indicator", "year", "period"]].copy()
    frame = frame.assign(**with_region(pd.Series(region, index=raw.index), data))
    frame = frame.assign(**raw[["vmbo_leerweg", "vmbo_sector", "value", "low", "high"]], unit=table["unit"])
    frame["status"] = pd.Series("suppressed", index=raw.index).where(raw["value"].isna(), "")
    return frame.assign(source=raw["document"] + f"/{table['table']}#" + raw["lines"])


def _exams_of(folder: str | Path, wanted: pd.DataFrame, region: str, data: Folder) -> pd.DataFrame:
    """Sum DUO's exam files over the branches of vmbo in the wanted gemeenten."""
    frame = pd.concat([read_duo(path) for path in find_duo(folder, "exam_passes")], ignore_index=True)
    frame = frame[frame["onderwijstype"].eq("VMBO") & frame["high"].gt(0)]
    warn_of_unknown(frame["gemeente"], data)
    frame = frame[frame["gemeente"].str.upper().isin(wanted["name"].str.upper())].astype({"opleiding": "str"})
    parts = frame["opleiding"].str.extract(OPLEIDING)
    unknown = frame[parts[0].isna()]
    if len(unknown):
        raise DataError("programme(s) of vmbo that are not known", remedy="Report it.", file=folder, rows=unknown)
    sector = parts[1].fillna("geen sector").str.replace("&", "en")
    frame = frame.assign(vmbo_leerweg=parts[0].map(VMBO_LEERWEG), vmbo_sector=sector)
    key = ["indicator", "year", "period", "vmbo_leerweg", "vmbo_sector"]
    sums = frame.astype(dict.fromkeys(("indicator", "period", "source"), "str")).groupby(key, as_index=False)
    total = sums.agg(low=("low", "sum"), high=("high", "sum"), source=("source", lambda one: merge_sources(list(one))))
    hidden = total["low"].ne(total["high"])
    total = total.assign(**with_region(pd.Series(region, index=total.index), data), unit="pupils")
    total = total.assign(
        value=total["low"].mask(hidden), status=pd.Series("", index=total.index).mask(hidden, "suppressed")
    )
    leading = [*key[:3], "region_type", "region", *key[3:], "value", "low", "high", "unit", "status", "source"]
    return total[leading]


def _carried_region(data: Folder, table: str = "duo_enrolment") -> str:
    return str(tables(data_folder(data))[table].descriptor["region"])


def _carried_over(data: Folder) -> pd.DataFrame:
    """Give DUO's students in sector techniek at ROC van Twente, as summed in ``data/raw/duo_enrolment.csv``."""
    raw = read_table("duo_enrolment", data)
    table = tables(data_folder(data))["duo_enrolment"].descriptor
    frame = pd.DataFrame({"indicator": table["indicator"], "year": raw["year"]}, index=raw.index)
    frame = frame.assign(**with_region(pd.Series(table["region"], index=raw.index), data), mbo_sector="techniek")
    frame = frame.assign(**raw[["type_mbo", "mbo_niveau", "domein", "kenniscentrum", "kenniscentrum_naam", "sex"]])
    frame = frame.assign(value=raw["value"], unit=table["unit"], status="")
    frame["source"] = [f"{table['document']}/{table['table']}#{lines}" for lines in raw["lines"]]
    return finish(frame)


def _check_totals(frame: pd.DataFrame, data: Folder) -> pd.DataFrame:
    """Return the frame when every group has every year, and each year with a published total adds up to it."""
    cells = frame.groupby("year")["bedrijfstak_mbo"].nunique()
    expected = frame["bedrijfstak_mbo"].nunique()
    short = cells[cells != expected]
    if len(short):
        raise DataError(
            f"{len(short)} year(s) do not have all {expected} groups",
            remedy="Add the missing rows; a blank cell is a row with status blank.",
            file=f"{SERIES[frame['indicator'].iloc[0]]}.csv",
            rows=short.to_frame("groups"),
        )
    totals = load_published_totals(data)
    printed = totals[totals["indicator"] == frame["indicator"].iloc[0]].set_index("year")["value"]
    sums = frame.groupby("year")["value"].sum()
    both = pd.DataFrame({"sum": sums, "published": printed.reindex(sums.index)}).dropna()
    wrong = both[both["sum"] != both["published"]]
    if len(wrong):
        raise DataError(
            f"{len(wrong)} year(s) do not add up to the total that the document prints",
            remedy="Compare the cells with the document; a contradiction of the source itself belongs in an audit.",
            file=f"{SERIES[frame['indicator'].iloc[0]]}.csv",
            rows=wrong,
        )
    return frame
