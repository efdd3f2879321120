"""Does a CSV file keep to its descriptor? Reads one strictly, following the Table Schema standard.

Part of the standard is enough here: the types string, integer and number, the constraints required, enum,
minimum and pattern, and the primary key. The suite compares the outcome with frictionless, the standard's
own reader.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from .incoming import LINE, check_text, read_content
from .tidy import DataError

__all__ = ["read_csv"]

DTYPES = {"string": "str", "integer": "Int64", "number": "Float64"}
WRITTEN = {"integer": r"-?[0-9]{1,15}", "number": r"-?[0-9]{1,15}(\.[0-9]+)?"}
RESTORE = "Restore the file (git checkout), or mend the row and record the change with `twente data --accept`."


def read_csv(path: Path, schema: dict[str, Any]) -> pd.DataFrame:
    """Read the CSV file at `path` into a frame, or say what breaks the schema.

    Parameters
    ----------
    path
        UTF-8 CSV file with a header row.
    schema
        Table Schema: ``fields`` (name, type, constraints) and ``primaryKey``.

    Returns
    -------
    DataFrame
        One row per record, indexed by its line in the file; text as ``str``, integers as ``Int64``,
        numbers as ``Float64``; an empty cell is missing, or the empty text.

    Raises
    ------
    DataError
        When the file is missing, truncated or in another encoding, has other columns, or a cell that its
        field does not allow. Never a partial frame.

    """
    header, records = _parse(_text(path), path)
    names = [field["name"] for field in schema["fields"]]
    if header != names:
        absent = [name for name in names if name not in header]
        extra = [name for name in header if name not in names]
        faults = [f"column {name!r} is missing" for name in absent]
        faults += [f"column {name!r} is not in the descriptor" for name in extra]
        if len(set(header)) < len(header):
            faults.append("a column name stands twice")
        raise DataError(
            "; ".join(faults) or "the columns are in another order",
            remedy=f"The columns must be: {', '.join(names)}.",
            file=path,
        )
    wrong = [line for line, cells in records.items() if len(cells) != len(names)]
    if wrong:
        rows = pd.DataFrame({"cells": [len(records[line]) for line in wrong]}, index=wrong)
        raise DataError(f"{len(wrong)} row(s) do not have {len(names)} cells", remedy=RESTORE, file=path, rows=rows)
    if not records:
        raise DataError("the file has no rows", remedy=RESTORE, file=path)
    cells = {name: list(texts) for name, texts in zip(names, zip(*records.values(), strict=True), strict=True)}
    lines = pd.Index(list(records), name="row")
    for field in schema["fields"]:
        _check_field(cells, field, lines, path)
    key = schema.get("primaryKey", [])
    if key and len(set(zip(*(cells[name] for name in key), strict=True))) < len(lines):
        whole = pd.DataFrame(cells, lines)
        _refuse(whole[whole.duplicated(key, keep=False)], "a duplicate key", key, path)
    return pd.DataFrame(
        {field["name"]: _typed(cells[field["name"]], field["type"]) for field in schema["fields"]}, lines
    )


def _text(path: Path) -> str:
    content = read_content(path, RESTORE)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DataError(f"line {line} is not UTF-8", remedy="Save the file as UTF-8 without BOM.", file=path) from error
    if text.startswith("\ufeff"):
        raise DataError("the file starts with a byte order mark", remedy="Save it as UTF-8 without BOM.", file=path)
    check_text(content, text, path, RESTORE)
    lone = re.search(r"\r(?!\n)", text)
    if lone:
        line = text[: lone.start()].count("\n") + 1
        raise DataError(f"line {line} holds a carriage return that ends no line", remedy=RESTORE, file=path)
    if not text.endswith("\n"):
        raise DataError("the last line has no end, so the file may be cut off", remedy=RESTORE, file=path)
    return text


def _parse(text: str, path: Path) -> tuple[list[str], dict[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader)
        return header, {reader.line_num: cells for cells in reader}  # noqa: B035 - line_num moves on with the reader
    except (csv.Error, StopIteration) as error:
        raise DataError(f"line {reader.line_num} is not CSV ({error})", remedy=RESTORE, file=path) from error


def _check_field(cells: dict[str, list[str]], field: dict[str, Any], lines: pd.Index, path: Path) -> None:
    name = field["name"]
    texts = set(cells[name])
    for problem, sound in _rules(field["type"], field.get("constraints", {})):
        broken = {text for text in texts if not sound(text)}
        if broken:
            whole = pd.DataFrame(cells, lines)
            _refuse(whole[whole[name].isin(broken)], problem, [name], path)


def _rules(kind: str, constraints: dict[str, Any]) -> Iterator[tuple[str, Callable[[str], object]]]:
    """Give what is wrong with a text and the test of it, in an order in which each may rely on those before."""
    # `csv` has a limit too, until another library lifts it.
    yield f"a cell of more than {LINE:,} characters", lambda text: len(text) <= LINE
    if constraints.get("required"):
        yield "an empty cell where one is required", bool
    if kind in WRITTEN:
        yield f"text that is no {kind}", lambda text: not text or re.fullmatch(WRITTEN[kind], text)
    if "enum" in constraints:
        allowed = ", ".join(repr(choice) for choice in constraints["enum"])
        choices = {"", *constraints["enum"]}
        yield f"a value that is not one of {allowed}", lambda text: text in choices
    if "pattern" in constraints:
        pattern = constraints["pattern"]
        yield f"a value not of the form {pattern}", lambda text: not text or re.fullmatch(pattern, text)
    if "minimum" in constraints:
        least = constraints["minimum"]
        yield f"a value beyond the minimum {least}", lambda text: not text or float(text) >= least
    if "maximum" in constraints:
        most = constraints["maximum"]
        yield f"a value beyond the maximum {most}", lambda text: not text or float(text) <= most


def _refuse(rows: pd.DataFrame, problem: str, columns: list[str], path: Path) -> None:
    if len(rows):
        count = f"{len(rows)} row{'s' if len(rows) != 1 else ''}"
        where = ", ".join(repr(column) for column in columns)
        # A new year or group is right, and the descriptor does not know it yet.
        widen = " If it is right, first widen that limit in datapackage.json." if problem.startswith("a value") else ""
        raise DataError(f"{count} with {problem}, in column {where}", remedy=RESTORE + widen, file=path, rows=rows)


def _typed(cells: list[str], kind: str) -> Any:
    """Give the cells of a column their type; an empty cell of numbers is missing."""
    if kind == "string":
        return pd.array(cells, dtype=DTYPES[kind])
    number = int if kind == "integer" else float
    return pd.array([number(cell) if cell else None for cell in cells], dtype=DTYPES[kind])
