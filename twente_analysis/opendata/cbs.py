"""CBS's OData responses, version 3 or 4 -> tidy frames, recognised by their content, not by their name.

A folder may hold the responses of any number of tables as JSON files: pages with figures, and lists of codes. Keys
are padded in version 3, a figure is text in its untyped pages, and version 4 says why a figure is not there.
"""

import json
import re
import tomllib
import warnings
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ..tidy import DataError, check_choice, check_tidy

__all__ = ["list_cbs", "read_cbs"]

CONTEXT = re.compile(rb'"@?odata\.(?:metadata|context)"\s*:\s*"[^"]*/([^/"]+)/\$metadata#([^"/]+)"')
FIGURES = ("Observations", "TypedDataSet", "UntypedDataSet")
REGION_TYPES = {
    "NL": "country", "LD": "landsdeel", "PV": "province", "CR": "corop", "AM": "arbeidsmarktregio", "GM": "gemeente",
}  # fmt: skip
PERIOD = re.compile(r"(\d{4})(JJ00|KW0[1-4]|MM(?:0[1-9]|1[0-2])|SJ00|[WX]\d{3}|\d{4})")
UNITS = {"aantal": "{}", "x 1000": "thousand {}", "x 1 000": "thousand {}", "%": "%"}
#: Why version 4 gives no figure. Version 3 leaves the cell empty, or has a point where it is unknown or secret.
NO_FIGURE = {"Impossible": "impossible", "Confidential": "confidential", "NotAvailable": "blank", "None": "blank"}
REMEDY = "Fetch the table again: twente fetch cbs --table "


@dataclass
class Response:
    """What one table's JSON files hold together: rows of figures, and code lists by name."""

    table: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    lists: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    path: Path = field(default_factory=Path)

    def fail(self, problem: str, rows: pd.DataFrame | None = None) -> DataError:
        return DataError(f"{self.table}: {problem}", remedy=REMEDY + self.table, file=self.path, rows=rows)


@cache
def catalogue() -> dict[str, Any]:
    """Read ``cbs.toml``: the service, the names of dimensions and the tables."""
    return tomllib.loads(Path(__file__).with_name("cbs.toml").read_text("utf-8"))


def list_cbs() -> pd.DataFrame:
    """List the tables of CBS that can be fetched and read.

    Returns
    -------
    DataFrame
        One row per table: ``table``, ``title``, ``indicator`` and ``verified``: on which recorded response the reader
        has been tried. Empty means *unverified: no file in hand*.

    Examples
    --------
    >>> list_cbs().set_index("table").loc["83599NED", "indicator"]
    'vacancies_open'

    """
    known = [{"table": name, **entry} for name, entry in catalogue()["tables"].items()]
    return pd.DataFrame(known)[["table", "title", "indicator", "verified"]].astype("str")


def read_cbs(folder: str | Path, table: str) -> pd.DataFrame:
    """Read the responses of CBS for one table into a tidy frame.

    Parameters
    ----------
    folder
        Folder that holds them as JSON files, under any name and at any depth; other tables may stand beside it.
    table
        Id as CBS writes it, one of `list_cbs`.

    Returns
    -------
    DataFrame
        One row per figure, totals of CBS included: choose one level of a dimension before adding. A dimension stands as
        its code, and as ``<dimension>_title`` where its code list is at hand; ``measure`` is the code of what is
        measured. `value` is in `unit`, as published ("thousand vacancies" is not multiplied). ``status`` is
        ``provisional`` where the list of periods says so; without a value it is ``impossible``, ``confidential``
        (version 3: a point, which CBS writes for unknown, unreliable or secret) or ``blank``. A period that is no
        year stands in ``period`` as CBS writes it.

    Raises
    ------
    DataError
        When the table is unknown or not there, a page is missing or stands twice, a row lacks a column, a code is not
        in its list, or a figure is no number. Never a partial frame.

    Warns
    -----
    UserWarning
        When the list of periods is not there: then provisional figures cannot be told from definite ones.

    """
    check_choice("table", table, list(catalogue()["tables"]))
    entry = catalogue()["tables"][table]
    found = _collect(Path(folder), table)
    long = _long(found)
    keys = [name for name in long.columns if name not in ("Measure", "Value", "Why", "row")]
    for name in keys:
        long[name] = long[name].astype("str").str.strip()
    period = long.pop("Perioden") if "Perioden" in long.columns else None
    if period is None:
        raise found.fail("the figures have no dimension 'Perioden'")
    frame = pd.DataFrame({"indicator": entry["indicator"], "year": _years(period, entry, found), "period": period})
    frame = frame.assign(**_regions(long, entry.get("region", "RegioS"), found))
    frame["measure"] = long["Measure"]
    frame = frame.assign(**_titled("measure", long["Measure"], _list(found, "Measure")))
    for name in long.columns.drop(["Measure", "Value", "Why", "row"]):
        column = catalogue()["dimensions"].get(name) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        frame[column] = long[name]
        frame = frame.assign(**_titled(column, long[name], _list(found, name), found))
    frame["value"] = pd.array(long["Value"], dtype="Float64")
    frame["unit"] = _units(long["Measure"], entry, found)
    frame["status"] = long["Why"].mask(long["Value"].notna(), _provisional(period, found))
    frame["source"] = f"cbs/{table}#" + long["row"].astype("str")
    texts = {name: "str" for name in frame.columns if name not in ("year", "value")}
    return check_tidy(frame.astype(texts | {"year": "Int64"}).reset_index(drop=True))


def _collect(folder: Path, table: str) -> Response:
    """Find the JSON files of a table by what they say of themselves; join pages and lists."""
    found, pages = Response(table, path=folder), []
    for path in sorted(folder.rglob("*.json")):
        content = path.read_bytes()
        says = CONTEXT.search(content)
        if says is None or says[1].decode() != table:
            continue
        name = says[2].decode().rpartition(".")[2]
        try:
            body = json.loads(content)
        except ValueError as error:
            raise DataError(f"the file is no JSON ({error})", remedy=REMEDY + table, file=path) from error
        value = body.get("value") if isinstance(body, dict) else None
        if name in FIGURES:
            if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
                raise DataError("the page holds no rows", remedy=REMEDY + table, file=path)
            pages.append((name, path, value, body.get("odata.nextLink") or body.get("@odata.nextLink")))
        elif isinstance(value, list):
            codes = {str(one.get("Identifier", one.get("Key", ""))).strip(): one for one in value}
            found.lists[name.removesuffix("Codes")] = codes
    if not pages:
        raise found.fail("no page with figures of this table is here")
    _check_pages(pages, found)
    found.rows = [row for _, _, rows, _ in pages for row in rows]
    if not found.rows:
        raise found.fail("the pages hold no rows")
    return found


def _check_pages(pages: list[tuple[str, Path, list[dict[str, Any]], str | None]], found: Response) -> None:
    """Raise unless the pages are of one set and follow each other from the first row to the last."""
    sets = {name for name, *_ in pages}
    if len(sets) > 1:
        raise found.fail(f"there are pages of {' and of '.join(sorted(sets))}; keep one of them")
    key = "Id" if sets == {"Observations"} else "ID"
    pages.sort(key=lambda page: page[2][0].get(key, -1) if page[2] else -1)
    ids = [row.get(key) for _, _, rows, _ in pages for row in rows]
    if not all(isinstance(one, int) for one in ids):
        raise found.fail(f"a row has no whole number as {key!r}")
    if len(set(ids)) < len(ids):
        raise found.fail("a row stands twice: a page was kept under two names")
    if [page[3] is None for page in pages] != [False] * (len(pages) - 1) + [True]:
        raise found.fail(f"a page is missing: of {len(pages)}, only the last may say that none follows")
    read = 0
    for _, path, rows, following in pages[:-1]:
        read += len(rows)
        skip = re.search(r"\$?skip=(\d+)", following or "", re.IGNORECASE)
        if skip is not None and int(skip[1]) != read:
            raise DataError(
                f"a page is missing: the next one begins at row {skip[1]}, {read} rows come before it",
                remedy=REMEDY + found.table,
                file=path,
            )
    if len(pages) > 1 and ids[0] == 0 and ids != list(range(len(ids))):
        raise found.fail("a page is missing: the numbers of the rows do not follow each other")


def _long(found: Response) -> pd.DataFrame:
    """Give one row per figure: the dimensions, Measure, Value, Why (there is no value) and row."""
    columns = set(found.rows[0])
    if any(set(row) != columns for row in found.rows):
        raise found.fail("not every row has the same columns")
    wide = pd.DataFrame(found.rows)
    if "Measure" in columns:
        wide = wide.rename(columns={"Id": "row"}).drop(columns="StringValue", errors="ignore")
        unknown = wide[~wide["ValueAttribute"].isin(list(NO_FIGURE))]
        if len(unknown):
            raise found.fail("a ValueAttribute that is not known", rows=unknown)
        wide["Why"] = wide.pop("ValueAttribute").map(NO_FIGURE)
        wide["Value"] = _numbers(wide["Value"], found)
        wrong = wide[wide["Value"].notna() & wide["Why"].ne("blank")]
        if len(wrong):
            raise found.fail("a figure that is said not to exist", rows=wrong)
        wide["Measure"] = wide["Measure"].str.strip()
        return wide
    measures = [name for name in wide.columns if re.search(r"_\d+$", name)]
    if not measures:
        raise found.fail("the rows have no measure")
    wide = wide.rename(columns={"ID": "row"})
    keys = [name for name in wide.columns if name not in measures]
    long = wide.melt(id_vars=keys, value_vars=measures, var_name="Measure", value_name="Value")
    texts = long["Value"].map(lambda cell: cell.strip() if isinstance(cell, str) else cell)
    long["Why"] = pd.Series("blank", index=long.index).mask(texts.eq("."), "confidential")
    long["Value"] = _numbers(texts.mask(texts.isin(["", "."])), found)
    return long


def _numbers(cells: pd.Series, found: Response) -> pd.Series:
    """Read figures, text or number, as numbers; none may be lost."""
    numbers = pd.to_numeric(cells, errors="coerce").astype("Float64")
    wrong = cells[cells.notna() & ~numbers.map(lambda one: pd.notna(one) and abs(one) < 1e15)]
    if len(wrong):
        raise found.fail(f"{len(wrong)} figure(s) are no number, such as {wrong.iloc[0]!r}")
    return numbers


def _years(period: pd.Series, entry: dict[str, Any], found: Response) -> pd.Series:
    codes = pd.Series(period.unique())
    known = codes.map(PERIOD.fullmatch)
    if known.isna().any():
        raise found.fail(f"period(s) that are not known: {', '.join(codes[known.isna()][:5])}")
    late = entry.get("schoolyear") == "last"
    years = {one: int(match[1]) + (late and match[2] == "SJ00") for one, match in zip(codes, known, strict=True)}
    return period.map(years)


def _regions(long: pd.DataFrame, name: str, found: Response) -> dict[str, pd.Series]:
    """Take the region out of the dimensions: type, code and name."""
    if not name:
        whole = pd.Series("NL", index=long.index)
        return {"region_type": whole.replace("NL", "country"), "region": whole}
    if name not in long.columns:
        raise found.fail(f"there is no dimension {name!r}; there are {', '.join(long.columns)}; mend cbs.toml")
    codes = long.pop(name)
    types = codes.str[:2].map(REGION_TYPES)
    if types.isna().any():
        raise found.fail(f"region(s) of a type that is not known: {', '.join(codes[types.isna()].unique()[:5])}")
    titles = _titled("region", codes, _list(found, name), found)
    return {"region_type": types, "region": codes.replace("NL01", "NL"), **titles}


def _list(found: Response, name: str) -> dict[str, dict[str, Any]]:
    """Give the code list of a dimension; of the measures, whose names in version 3 stand among the properties."""
    if name != "Measure":
        return found.lists.get(name, {})
    topics = found.lists.get("DataProperties", {}).values()
    return found.lists.get("Measure", {}) or {str(one["Key"]): one for one in topics if one.get("Type") == "Topic"}


def _titled(
    column: str, codes: pd.Series, known: dict[str, dict[str, Any]], found: Response | None = None
) -> dict[str, pd.Series]:
    """Give the titles beside the codes, as far as there is a list; every code must be in it."""
    titles = {code: str(one.get("Title", "")).strip() for code, one in known.items()}
    unknown = codes[~codes.isin(list(titles))].unique() if titles else []
    if len(unknown) and found is not None:
        raise found.fail(f"code(s) of {column} that are not in its list: {', '.join(unknown[:5])}")
    return {f"{column}_title": codes.map(titles)} if titles else {}


def _units(measures: pd.Series, entry: dict[str, Any], found: Response) -> pd.Series:
    """Name the unit of each measure: as its metadata says, or ``cbs.toml`` where that is not at hand."""
    known = {code: str(one.get("Unit", "")).strip() for code, one in _list(found, "Measure").items()}
    units = {}
    for code in measures.unique():
        published = known.get(code, "") or entry.get("unit", "")
        if published not in UNITS:
            raise found.fail(f"the unit of {code} is {published!r}; known are {', '.join(map(repr, UNITS))}")
        units[code] = UNITS[published].format(entry["noun"])
    return measures.map(units)


def _provisional(period: pd.Series, found: Response) -> pd.Series:
    """Tell by the list of periods which figures are provisional."""
    known = found.lists.get("Perioden", {})
    if not known:
        warnings.warn(
            f"{found.table}: the list of periods is not here; provisional figures cannot be told from definite ones",
            stacklevel=3,
        )
        return pd.Series("", index=period.index)
    status = {code: str(one.get("Status", "")).strip() for code, one in known.items()}
    words = {"Definitief": "", "NaderVoorlopig": "provisional", "Voorlopig": "provisional"}
    unknown = [code for code in period.unique() if status.get(code) not in words]
    if unknown:
        raise found.fail(f"the status of {', '.join(unknown[:5])} is not known: {status.get(unknown[0])!r}")
    return period.map(status).map(words)
