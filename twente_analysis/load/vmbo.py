"""Pupils and exams in vmbo, of the schools in a region."""

import re
from pathlib import Path

import pandas as pd

from ..folders import open_data_folder
from ..opendata.editions import read_editions
from ..tidy import TRAILING, DataError, check_choice, merge_sources
from .frame import Choice, Folder, carried_region, carried_table, choose, finish, with_region
from .region import check_known, gemeenten_of, spelling
from .statements import family

__all__ = ["load_vmbo_exams", "load_vmbo_pupils"]

VMBO_LEERWEG = {"B": "bb", "K": "kb", "G": "gl", "T": "tl", "LWT": "lwt"}
OPLEIDING = re.compile(r"VMBO (LWT|[BKGT])(?: - (.+))?")


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
    raw, table = carried_table("duo_vmbo_pupils", data)
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
        count of 1 to 4 is hidden: then `value` is missing, ``low`` and ``high`` hold the sum with 1 and with 4, and
        ``hidden`` the number of such counts.

    Raises
    ------
    DataError
        When the region is unknown or not at hand, a category is not there, or the files name a gemeente that
        ``data/reference/gemeenten.csv`` does not: its pupils might be of this region.

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
    here = set(gemeenten_of(carried_region("duo_vmbo_exams", data), data)["gemeente"])
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
    raw, table = carried_table("duo_vmbo_exams", data)
    frame = raw[["indicator", "year", "period"]].copy()
    frame = frame.assign(**with_region(pd.Series(region, index=raw.index), data))
    frame = frame.assign(**raw[["vmbo_leerweg", "vmbo_sector", "value", "low", "high", "hidden"]], unit=table["unit"])
    frame["status"] = pd.Series("suppressed", index=raw.index).where(raw["value"].isna(), "")
    return frame.assign(source=raw["document"] + f"/{table['table']}#" + raw["lines"])


def _exams_of(folder: str | Path, wanted: pd.DataFrame, region: str, data: Folder) -> pd.DataFrame:
    """Sum DUO's exam files over the branches of vmbo in the wanted gemeenten."""
    frame = read_editions(folder, "exam_passes")
    frame = frame[frame["onderwijstype"].eq("VMBO") & frame["high"].gt(0)]
    frame = frame.astype({"opleiding": "str", "gemeente": "str"})
    names = spelling(frame["gemeente"])
    check_known(names, data)
    frame = frame[names.isin(spelling(wanted["name"]))]
    parts = frame["opleiding"].str.extract(OPLEIDING)
    unknown = frame[parts[0].isna()]
    if len(unknown):
        raise DataError("programme(s) of vmbo that are not known", remedy="Report it.", file=folder, rows=unknown)
    sector = parts[1].fillna("geen sector").str.replace("&", "en")
    frame = frame.assign(vmbo_leerweg=parts[0].map(VMBO_LEERWEG), vmbo_sector=sector)
    key = ["indicator", "year", "period", "vmbo_leerweg", "vmbo_sector"]
    frame = frame.assign(hidden=frame["status"].eq("suppressed").astype("Int64"))
    sums = frame.astype(dict.fromkeys(("indicator", "period", "source"), "str")).groupby(key, as_index=False)
    added = {name: (name, "sum") for name in ("low", "high", "hidden")}
    total = sums.agg(**added, source=("source", lambda one: merge_sources(list(one))))
    hidden = total["low"].ne(total["high"])
    total = total.assign(**with_region(pd.Series(region, index=total.index), data), unit="pupils")
    total = total.assign(
        value=total["low"].mask(hidden), status=pd.Series("", index=total.index).mask(hidden, "suppressed")
    )
    return total[[*key[:3], "region_type", "region", *key[3:], *TRAILING]]
