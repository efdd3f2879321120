"""From raw rows to a tidy frame: what every loader shares."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ..catalogue import data_folder, read_table, tables
from ..opendata.cbs import REGION_TYPES
from ..tidy import DataError, check_choice, check_tidy, dimensions
from .places import check_cells

Folder = str | Path | None
Choice = str | int | Sequence[str | int]
NUMBERS = {"year", "value", "low", "high", "hidden"}


def carried_table(
    name: str, data: Folder, check: Callable[[pd.DataFrame], object] | None = None
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Read a table that was carried over, with all its rows and what `check` asks of them, and its descriptor."""
    table = tables(data_folder(data))[name]

    def check_whole(raw: pd.DataFrame) -> None:
        if check is not None:
            check(raw)
        check_cells(raw, table)

    raw = read_table(name, data, check_whole)
    check_whole(raw)
    return raw, table.descriptor


def carried_region(table: str, data: Folder) -> str:
    """Name the region or school that a carried-over table is about."""
    return str(tables(data_folder(data))[table].descriptor["region"])


def with_region(codes: pd.Series, data: Folder) -> dict[str, pd.Series]:
    """Give region codes with their type; a code that has no name here is known by its first letters."""
    types = read_table("regions", data).set_index("region")["region_type"]
    return {"region_type": codes.map(types).fillna(codes.str[:2].map(REGION_TYPES)), "region": codes}


def year_of(periods: pd.Series) -> pd.Series:
    """Take the year out of a period in CBS's notation; a span of years has none, a school year its first.

    Examples
    --------
    >>> year_of(pd.Series(["2011", "2018KW02", "2007/2011"])).tolist()
    [2011, 2018, <NA>]

    """
    return pd.to_numeric(periods.str.extract(r"^(\d{4})(?:MM\d{2}|KW\d{2}|SJ00)?$")[0]).astype("Int64")


def choose(frame: pd.DataFrame, chosen: Mapping[str, Choice]) -> pd.DataFrame:
    """Keep the rows of some categories, each of which must be there."""
    for name, choice in chosen.items():
        check_choice("dimension", name, ["region", *dimensions(frame)])
        wanted = [str(one) for one in ([choice] if isinstance(choice, str | int) else choice)]
        if not wanted:
            raise DataError(f"{name}=[] chooses nothing", remedy="Leave it out for all, or name a category.")
        there = frame[name].drop_duplicates().tolist()
        for one in wanted:
            check_choice(name, one, there)
        frame = frame[frame[name].isin(wanted)]
    return frame.reset_index(drop=True)


def finish(frame: pd.DataFrame) -> pd.DataFrame:
    """Give every column the type of the contract and check it."""
    texts = {name: "str" for name in frame.columns if name not in NUMBERS}
    return check_tidy(frame.astype(texts).reset_index(drop=True))
