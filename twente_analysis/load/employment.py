"""Who works: jobs by economic activity, and employed persons by age where a user has them."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from ..catalogue import read_table
from ..schema import read_csv
from ..tidy import DataError, check_choice, total_by
from .frame import Folder, carried_table, finish, with_region
from .region import load_cbs

__all__ = ["load_jobs", "load_stocks"]

#: CBS's table of jobs.
JOBS = "83582NED"
#: What the columns of a user's own stocks must be.
STOCKS: dict[str, Any] = {
    "fields": [
        {"name": "year", "type": "integer", "constraints": {"required": True}},
        {"name": "region", "type": "string", "constraints": {"required": True}},
        {"name": "age_band", "type": "string", "constraints": {"required": True}},
        {"name": "value", "type": "integer", "constraints": {"required": True, "minimum": 0}},
        {"name": "source", "type": "string", "constraints": {"required": True}},
    ],
    "primaryKey": ["year", "region", "age_band"],
}


def load_jobs(
    region: str | Sequence[str] = "CR12",
    level: str | Sequence[str] = "a10",
    *,
    open_data: Folder = None,
    data: Folder = None,
) -> pd.DataFrame:
    """Load the jobs of employees in December by economic activity, COROPs of Overijssel, 2010-2024.

    Parameters
    ----------
    region
        ``CR12`` (Twente), ``CR10`` or ``CR11``, or several of them; with `open_data` any region that CBS gives.
    level
        ``a10`` (ten groups that add up; Twente alone), ``section`` (C, manufacturing) or ``total``; or several, whose
        rows then overlap. With `open_data` all sections A-S, and the groups of which each section has a figure.
    open_data
        Folder with CBS's responses of table 83582NED (`twente fetch cbs`).

    Returns
    -------
    DataFrame
        Tidy, one row per year and ``sbi``, `value` in thousand jobs as published. A job of an employee, in December:
        the jobs of a monitor are another count. CBS calls the last one or two years provisional; the extract does not
        say which; section K has a break between 2014 and 2015.

    Raises
    ------
    DataError
        When the region or level is not there; the message lists what is.

    Examples
    --------
    >>> load_jobs(level="total").query("year == 2024")["value"].tolist()
    [320.4]

    """
    if not (isinstance(region, str) and isinstance(level, str)):
        chosen = product(*([one] if isinstance(one, str) else one for one in (region, level)))
        parts = [load_jobs(*one, open_data=open_data, data=data) for one in chosen]
        return finish(pd.concat(parts, ignore_index=True))
    if open_data is not None:
        return _fetched(region, level, open_data, data)
    raw, table = carried_table("cbs_jobs", data)
    known = raw[["region", "level"]].drop_duplicates()
    if not ((known["region"] == region) & (known["level"] == level)).any():
        listed = "; ".join(f"{name}: {', '.join(part['level'])}" for name, part in known.groupby("region"))
        raise DataError(
            f"Jobs of {region!r} by {level!r} are not carried over",
            remedy=f"Choose one of {listed}; or fetch {JOBS} (twente fetch cbs) and give open_data.",
        )
    raw = raw[(raw["region"] == region) & (raw["level"] == level)]
    frame = pd.DataFrame({"indicator": "jobs", "year": raw["year"]}, index=raw.index)
    frame = frame.assign(**with_region(raw["region"], data), sbi=raw["sbi"], value=raw["value"], unit=table["unit"])
    frame = frame.assign(status=raw["status"])
    place = "cbs-jobs-" + raw["part"] + f"/{table['table']}#" + raw["line"].astype("str")
    return finish(frame.assign(source=place))


def load_stocks(file: str | Path) -> pd.DataFrame | None:
    """Load employed persons by age from a CSV of your own, for `net_outflow`. None are published for Twente.

    Parameters
    ----------
    file
        UTF-8 CSV with the columns ``year, region, age_band, value, source``: one row per year and band, `value` in
        persons. ``""`` stands for no file.

    Returns
    -------
    DataFrame or None
        Tidy, dimension ``age_band``, indicator ``employed``; None where no file is named.

    Raises
    ------
    DataError
        When the file cannot be read, a column is missing, a cell is no count, or a row stands there twice.

    Examples
    --------
    >>> load_stocks("") is None
    True

    """
    if not str(file):
        return None
    try:
        raw = read_csv(Path(file), STOCKS)
    except DataError as error:
        names = ", ".join(field["name"] for field in STOCKS["fields"])
        remedy = f"Mend it in your own file: UTF-8, columns {names}, one count of 0 or more per year and band."
        raise DataError(error.problem, remedy=remedy, file=error.file, rows=error.rows) from error
    frame = pd.DataFrame({"indicator": "employed", "year": raw["year"]}, index=raw.index)
    frame = frame.assign(**with_region(raw["region"], None), age_band=raw["age_band"], value=raw["value"])
    return finish(frame.assign(unit="persons", status="", source=raw["source"]))


def _fetched(region: str, level: str, open_data: Folder, data: Folder) -> pd.DataFrame:
    """Take a region and level out of a fetched table; CBS codes an activity the same in all its tables."""
    names = read_table("sbi", data)
    coded = names[(names["code"] != "") & names["level"].isin(["section", "total"])].drop_duplicates("code")
    check_choice("level", level, ["a10", "section", "total"])
    wanted = coded[coded["level"] == ("total" if level == "total" else "section")].set_index("code")["sbi"]
    frame = load_cbs(JOBS, region, open_data=open_data, data=data)
    frame = frame[frame["sbi"].isin(wanted.index)]
    if frame.empty:
        raise DataError(f"The fetched {JOBS} has no {level} of {region}", remedy=f"Fetch {JOBS} with all activities.")
    frame = frame.drop(columns=["region_title", "measure", "period"], errors="ignore")
    frame = finish(frame.assign(sbi=frame["sbi"].map(wanted)))
    if level != "a10":
        return frame
    groups = names.loc[names["level"] == "a10", "sbi"]
    return finish(pd.concat([_group(frame, str(group)) for group in groups], ignore_index=True))


def _group(sections: pd.DataFrame, group: str) -> pd.DataFrame:
    """Add up the sections of a group such as ``B-E``, in the years in which each has a figure."""
    first, _, last = group.partition("-")
    letters = [chr(one) for one in range(ord(first), ord(last or first) + 1)]
    parts = sections[sections["sbi"].isin(letters) & sections["value"].notna()]
    whole = parts.groupby("year")["sbi"].transform("nunique") == len(letters)
    summed = total_by(parts[whole]) if whole.any() else parts[whole]
    return summed.drop(columns="missing", errors="ignore").assign(sbi=group)[list(sections.columns)]
