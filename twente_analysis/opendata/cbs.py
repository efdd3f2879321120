"""CBS's OData responses, version 3 or 4 -> tidy frames, recognised by their content, not by their name.

A folder may hold the responses of any number of tables as JSON files: pages with figures, and lists of codes. Keys
are padded in version 3, a figure is text in its untyped pages, and version 4 says why a figure is not there.
"""

import re
import tomllib
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ..tidy import check_choice, check_tidy
from .odata import Response, collect

__all__ = ["list_cbs", "read_cbs"]

REGION_TYPES = {
    "NL": "country", "LD": "landsdeel", "PV": "province", "CR": "corop", "AM": "arbeidsmarktregio", "GM": "gemeente",
}  # fmt: skip
PERIOD = re.compile(
    r"([0-9]{4})(JJ00|KW0[1-4]|MM(?:0[1-9]|1[0-2])|SJ00|[WX][0-9]{3}|(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))"
)
#: Columns of a figure that are no dimension; columns of a tidy frame that none may become.
FIGURE = ("Measure", "Value", "Why", "row")
RESERVED = ("value", "low", "high", "unit", "status", "source")
NUMBER = re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]+)?|\.[0-9]+)")
UNITS = {"aantal": "{}", "x 1000": "thousand {}", "x 1 000": "thousand {}", "%": "%"}
#: Why version 4 gives no figure. Version 3 leaves the cell empty, or has a point where it is unknown or secret.
NO_FIGURE = {"Impossible": "impossible", "Confidential": "confidential", "NotAvailable": "blank", "None": "blank"}


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
        Folder that holds them as JSON files, under any name and at any depth; other tables may stand beside it. What
        `twente fetch` saved in ``cbs/<table>`` goes before all else, and must be as it was fetched.
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
        in its list, or a figure is no number; with the file and the number of the row. Never a partial frame: a table
        without a filter in ``cbs.toml`` must be there as a whole, unless a record of its fetching says what was asked.

    Warns
    -----
    UserWarning
        When the list of periods is not there: then provisional figures cannot be told from definite ones.

    Examples
    --------
    >>> import json, pathlib, tempfile, warnings
    >>> row = {"RegioS": "PV23", "BedrijfstakkenBranchesSBI2008": "T001081", "Perioden": "2020KW02"}
    >>> host = "https://opendata.cbs.nl/ODataFeed/OData/83599NED/$metadata#UntypedDataSet"
    >>> page = {"odata.metadata": host, "value": [{"ID": 0, **row, "OpenstaandeVacatures_1": "13.0"}]}
    >>> with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):  # no list of periods
    ...     _ = pathlib.Path(folder, "page.json").write_text(json.dumps(page))
    ...     read_cbs(folder, "83599NED")[["region", "period", "value", "unit"]].values.tolist()
    [['PV23', '2020KW02', 13.0, 'thousand vacancies']]

    """
    check_choice("table", table, list(catalogue()["tables"]))
    entry = catalogue()["tables"][table]
    found = collect(Path(folder), table, filtered="filter" in entry)
    long = _long(found)
    for name in long.columns.drop(list(FIGURE)):
        long[name] = long[name].str.strip()
    if "Perioden" not in long.columns:
        raise found.fail("the figures have no dimension 'Perioden'")
    row, period = long["row"], long.pop("Perioden")
    frame = pd.DataFrame({"indicator": entry["indicator"], "year": _years(period, row, entry, found), "period": period})
    frame = frame.assign(**_regions(long, entry.get("region", "RegioS"), found))
    frame["measure"] = long["Measure"]
    frame = frame.assign(**_titled("measure", long["Measure"], row, (found, "Measure")))
    for name in long.columns.drop(list(FIGURE)):
        column = catalogue()["dimensions"].get(name) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        if column in frame.columns or column in RESERVED:
            raise found.fail(f"dimension {name!r} would become a second column {column!r}; name it in cbs.toml")
        frame[column] = long[name]
        frame = frame.assign(**_titled(column, long[name], row, (found, name)))
    twice = frame.duplicated(keep=False)
    if twice.any():
        raise found.fail("figures of the same thing", row[twice].tolist())
    frame["value"] = long["Value"]
    frame["unit"] = _units(long["Measure"], entry, found)
    frame["status"] = long["Why"].mask(long["Value"].notna(), _provisional(period, row, found))
    frame["source"] = f"cbs/{table}#" + row.astype("str")
    texts = {name: "str" for name in frame.columns if name not in ("year", "value")}
    return check_tidy(frame.astype(texts | {"year": "Int64"}).reset_index(drop=True))


def _long(found: Response) -> pd.DataFrame:
    """Give one row per figure: the dimensions, Measure, Value, Why (there is no value) and row."""
    rows = found.rows
    columns = set(rows[0])
    odd = [row[found.number] for row in rows if row.keys() != columns]
    if odd:
        raise found.fail("not every row has the same columns", odd)
    wide = pd.DataFrame(rows).rename(columns={found.number: "row"})
    if found.number == "Id":
        return _long_v4(wide, found)
    measures = [name for name in wide.columns if re.search(r"_[0-9]+$", name)]
    if not measures:
        raise found.fail("the rows have no measure")
    named = {code for code, one in found.codes("DataProperties").items() if one.get("Type") == "Topic"}
    if named and named != set(measures):
        raise found.fail(f"the measures are {', '.join(measures)}; the metadata says {', '.join(sorted(named))}")
    keys = [name for name in wide.columns if name not in measures]
    _check_keys(wide, keys, found)
    typed = found.pages[0].name == "TypedDataSet"
    parts = []
    for measure in measures:
        cells = [row[measure] for row in rows]
        part = wide[keys].assign(Measure=measure, Value=_numbers(cells, wide["row"], not typed, found))
        texts = pd.Series([cell.strip() if isinstance(cell, str) else "" for cell in cells], index=part.index)
        parts.append(part.assign(Why=texts.map({".": "confidential"}).fillna("blank")))
    return pd.concat(parts, ignore_index=True)


def _long_v4(wide: pd.DataFrame, found: Response) -> pd.DataFrame:
    missing = {"Measure", "ValueAttribute", "Value"} - set(wide.columns)
    if missing:
        raise found.fail(f"the rows have no {' and no '.join(sorted(missing))}", wide["row"].tolist())
    texts = wide.pop("StringValue") if "StringValue" in wide.columns else pd.Series(None, index=wide.index)
    if texts.notna().any():
        raise found.fail("a text instead of a figure", wide.loc[texts.notna(), "row"].tolist())
    _check_keys(wide, [name for name in wide.columns if name not in ("row", "Value")], found)
    unknown = ~wide["ValueAttribute"].isin(list(NO_FIGURE))
    if unknown.any():
        raise found.fail("a ValueAttribute that is not known", wide.loc[unknown, "row"].tolist())
    wide["Why"] = wide.pop("ValueAttribute").map(NO_FIGURE)
    wide["Value"] = _numbers([row["Value"] for row in found.rows], wide["row"], False, found)
    wrong = wide["Value"].notna() & wide["Why"].ne("blank")
    if wrong.any():
        raise found.fail("a figure that is said not to exist", wide.loc[wrong, "row"].tolist())
    wide["Measure"] = wide["Measure"].str.strip()
    return wide


def _check_keys(wide: pd.DataFrame, keys: list[str], found: Response) -> None:
    """Raise unless every code is a text, and the dimensions are those that the metadata names."""
    for name in keys:
        if name == "row":
            continue
        wrong = ~wide[name].map(lambda code: isinstance(code, str)).astype(bool)
        if wrong.any():
            raise found.fail(f"no code in {name!r}", wide.loc[wrong, "row"].tolist())
    topics = {code for code, one in found.codes("DataProperties").items() if "Dim" in str(one.get("Type"))}
    named = set(found.codes("Dimensions")) or topics
    named = named or set(catalogue()["tables"][found.table].get("dimensions", []))
    own = set(keys) - {"row", "Measure", "ValueAttribute"}
    if named and own != named:
        raise found.fail(
            f"the dimensions are {', '.join(sorted(own))}; those of the table are {', '.join(sorted(named))}"
        )


def _numbers(cells: list[Any], row: pd.Series, texts: bool, found: Response) -> pd.Series:
    """Read figures as numbers; none may be lost. Only the untyped pages of version 3 write them as text."""
    if texts:
        cells = [cell.strip() if isinstance(cell, str) else cell for cell in cells]
        right = [isinstance(cell, str) and (cell in ("", ".") or bool(NUMBER.fullmatch(cell))) for cell in cells]
    else:
        right = [cell is None or (type(cell) in (int, float) and abs(cell) < 1e15) for cell in cells]
    if not all(right):
        wrong = [position for position, is_right in enumerate(right) if not is_right]
        rows = row.iloc[wrong].tolist()
        raise found.fail(f"{len(wrong)} figure(s) are no number, such as {cells[wrong[0]]!r}", rows)
    numbers = [None if cell in (None, "", ".") else float(cell) for cell in cells]
    return pd.Series(pd.array(numbers, dtype="Float64"), index=row.index)


def _years(period: pd.Series, row: pd.Series, entry: dict[str, Any], found: Response) -> pd.Series:
    known = {code: PERIOD.fullmatch(code) for code in period.unique()}
    unknown = [code for code, match in known.items() if match is None]
    if unknown:
        raise found.fail(f"period(s) that are not known: {', '.join(unknown[:5])}", row[period.isin(unknown)].tolist())
    late = entry.get("schoolyear") == "last"
    years = {code: int(match[1]) + (late and match[2] == "SJ00") for code, match in known.items() if match}
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
        unknown = ", ".join(codes[types.isna()].unique()[:5])
        raise found.fail(f"region(s) of a type that is not known: {unknown}", long.loc[types.isna(), "row"].tolist())
    titles = _titled("region", codes, long["row"], (found, name))
    return {"region_type": types, "region": codes.replace("NL01", "NL"), **titles}


def _list(found: Response, name: str) -> dict[str, dict[str, Any]]:
    """Give the code list of a dimension; of the measures, whose names in version 3 stand among the properties."""
    if name != "Measure":
        return found.codes(name)
    topics = {code: one for code, one in found.codes("DataProperties").items() if one.get("Type") == "Topic"}
    return found.codes("Measure") or topics


def _titled(column: str, codes: pd.Series, row: pd.Series, of: tuple[Response, str]) -> dict[str, pd.Series]:
    """Give the titles beside the codes, as far as there is a list; every code must be in it."""
    found, name = of
    titles = {code: str(one.get("Title") or "").strip() for code, one in _list(found, name).items()}
    unknown = ~codes.isin(list(titles)) if titles else pd.Series(False, index=codes.index)
    if unknown.any():
        listed = ", ".join(codes[unknown].unique()[:5])
        raise found.fail(f"code(s) of {column} that are not in its list: {listed}", row[unknown].tolist())
    return {f"{column}_title": codes.map(titles)} if titles else {}


def _units(measures: pd.Series, entry: dict[str, Any], found: Response) -> pd.Series:
    """Name the unit of each measure: as its metadata says, or ``cbs.toml`` where that is not at hand."""
    known = {code: str(one.get("Unit") or "").strip() for code, one in _list(found, "Measure").items()}
    units = {}
    for code in measures.unique():
        published = known.get(code, "") or entry.get("unit", "")
        if published not in UNITS:
            raise found.fail(f"the unit of {code} is {published!r}; known are {', '.join(map(repr, UNITS))}")
        units[code] = UNITS[published].format(entry["noun"])
    return measures.map(units)


def _provisional(period: pd.Series, row: pd.Series, found: Response) -> pd.Series:
    """Tell by the list of periods which figures are provisional."""
    known = found.codes("Perioden")
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
        problem = f"the status of {', '.join(unknown[:5])} is not known: {status.get(unknown[0])!r}"
        raise found.fail(problem, row[period.isin(unknown)].tolist())
    return period.map(status).map(words)
