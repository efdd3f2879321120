"""DUO's published files -> tidy frames, recognised by their header, not by their name.

DUO publishes CSV in several dialects: ``;`` or ``,``, cp1252 or UTF-8, with or without BOM, and three ways to hide a
count of 1 to 4: ``<5``, ``-1``, or 4 beside INDICATIEAVG = J. A hidden count has no value here, but the bounds 1 and
4 in ``low`` and ``high``. An empty cell is absent: no row, never a zero.
"""

import csv
import io
import re
import warnings
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..tidy import DataError
from .layouts import LAYOUTS, Layout

__all__ = ["find_duo", "read_duo"]

HIDDEN_MARK, HIDDEN = "INDICATIEAVG", (1, 4)
ABSENT = -1
#: Our columns that hold codes: read as text from the start, so that no zero is lost.
CODES = frozenset({"region", "vestiging", "mbo_niveau", "crebo", "kenniscentrum", "elementcode", "inspectiecode"})
REMEDY = "Fetch the file again, or compare it with the layouts in twente_analysis/opendata/layouts.py."


def read_duo(path: str | Path, year: int | None = None) -> pd.DataFrame:
    """Read a file of DUO into a tidy frame.

    Parameters
    ----------
    path
        CSV file as published, under any name.
    year
        Year of the peildatum (1 October), for files that do not say it themselves (vo pupils).

    Returns
    -------
    DataFrame
        One row per count that the file gives: the tidy columns with the file's dimensions, `value` as ``Int64``,
        ``low`` and ``high``; a hidden count has status ``suppressed``. Totals are checked and left out. The year of an
        exam is the one in which the school year ends.

    Raises
    ------
    DataError
        When the header fits no layout, a row has too few or too many cells, a count is no count, or a total differs
        from its parts: with file and line. Never a partial frame.
    """
    path = Path(path)
    text, separator = _text(path)
    header = next(csv.reader(io.StringIO(text), delimiter=separator))
    layout = _recognise(header, path)
    columns = [name for name in header if re.fullmatch(layout.counts, name)]
    raw, lines = _records(text, separator, layout, header, path)
    low, high = _counts(raw, columns, lines, path)
    labels = _labels(layout, columns, year, path)
    _check_keys(raw, layout, lines, path)
    _check_totals(low, high, labels, layout, (lines, path))
    name = path.name
    return _tidy(raw, (low, high), labels, layout, [f"duo/{name}#{line}" for line in lines.tolist()])


def find_duo(folder: str | Path, indicator: str) -> list[Path]:
    """Find the files of DUO under `folder` that give an indicator, by their header.

    Raises
    ------
    DataError
        When there is none.
    """
    found = []
    for path in sorted(Path(folder).rglob("*.csv")):
        with path.open("rb") as file:
            head = file.readline().decode("cp1252", errors="replace").removeprefix("ï»¿")
        header = next(csv.reader([head.strip()], delimiter=";" if head.count(";") >= head.count(",") else ","), [])
        fitting = [layout for layout in LAYOUTS if set(layout.keys) <= set(header)]
        if any(indicator in layout.indicators.values() for layout in fitting):
            found.append(path)
    if not found:
        raise DataError(
            f"no file of DUO here gives {indicator!r}", remedy="Point to the folder with DUO's files.", file=folder
        )
    return found


def _text(path: Path) -> tuple[str, str]:
    """Decode the file and find its separator."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"the file cannot be read ({error.strerror})", remedy=REMEDY, file=path) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise DataError(f"line {line} is neither UTF-8 nor cp1252", remedy=REMEDY, file=path) from error
    if not text.endswith("\n"):
        raise DataError("the last line has no end, so the file may be cut off", remedy=REMEDY, file=path)
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise DataError(f"line {line} holds a NUL character", remedy=REMEDY, file=path)
    head = text[: text.index("\n")]
    return text, ";" if head.count(";") >= head.count(",") else ","


def _recognise(header: list[str], path: Path) -> Layout:
    """Find the layout whose columns are exactly those of the header, in any order."""
    if len(set(header)) < len(header):
        raise DataError("a column name stands twice in the header", remedy=REMEDY, file=path)
    near: list[tuple[int, str]] = []
    for layout in LAYOUTS:
        counts = {name for name in header if re.fullmatch(layout.counts, name)}
        known = set(layout.keys) | {name for name in header if re.fullmatch(layout.dropped, name)} | {HIDDEN_MARK}
        missing, extra = sorted(set(layout.keys) - set(header)), sorted(set(header) - known - counts)
        if counts and not missing and not extra:
            return layout
        told = [f"missing {', '.join(missing)}"] if missing else []
        told += [f"unknown {', '.join(extra)}"] if extra else []
        told += [] if counts else ["no column with counts"]
        near.append((len(missing) + len(extra), f"{layout.name}: {'; '.join(told)}"))
    raise DataError(
        f"the header fits no file of DUO that we know. Nearest is {min(near)[1]}",
        remedy=f"Files that we know: {'; '.join(layout.name for layout in LAYOUTS)}.",
        file=path,
    )


def _records(
    text: str, separator: str, layout: Layout, header: list[str], path: Path
) -> tuple[pd.DataFrame, np.ndarray]:
    """Split the text into cells, without empty lines.

    Counts and names are read as categories, which spares a text per cell. pandas makes the categories numbers where
    all of them are; that suits whole counts, but not a name, nor a count with a point: then all is read as text.
    """
    names = [name for name in header[1:] if layout.keys.get(name) not in CODES]
    raw = _read(text, separator, header, names, path)
    for name in names:
        categories = raw[name].cat.categories
        if not isinstance(categories.dtype, pd.StringDtype) and (name in layout.keys or categories.dtype.kind != "i"):
            raw = _read(text, separator, header, [], path)
            break
    if not len(raw):
        raise DataError("the file has no rows", remedy=REMEDY, file=path)
    lines, short = np.arange(2, len(raw) + 2), np.zeros(len(raw), dtype=bool)
    if '"' in text or text.count("\n") != len(raw) + 1 or text.count(separator) != (len(raw) + 1) * (len(header) - 1):
        # Only now is it needed to go through the records one by one.
        places = list(_places(text, separator))[1:]
        lines, short = (np.array(column) for column in zip(*places, strict=True))
        short = short < len(header)
    empty = short | _is_empty(raw[header[0]])
    if empty.any():
        empty = np.logical_and.reduce([_is_empty(raw[name]) for name in header])
        raw, lines, short = raw[~empty].reset_index(drop=True), lines[~empty], short[~empty]
    if short.any():
        _fail(f"row(s) with fewer than {len(header)} cells", short, lines, path)
    return raw, lines


def _read(text: str, separator: str, header: list[str], categories: list[str], path: Path) -> pd.DataFrame:
    """Read all cells as text, some of them as categories; a row with too many cells is an error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            # From bytes it is a fifth faster than from a stream of text.
            return pd.read_csv(
                io.BytesIO(text.encode()),
                sep=separator,
                dtype={name: "category" if name in categories else "str" for name in header},
                keep_default_na=False,
                index_col=False,
                names=header,
                header=0,
                low_memory=False,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, ValueError) as error:
        told = str(error).strip().splitlines()[0]
        raise DataError(
            f"the file is not CSV with {len(header)} cells a row ({told})", remedy=REMEDY, file=path
        ) from error


def _places(text: str, separator: str) -> Iterator[tuple[int, int]]:
    """Give the line on which each record begins and its number of cells; an empty line is no record."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    begin = 1
    for cells in reader:
        if cells:
            yield begin, len(cells)
        begin = reader.line_num + 1


def _each(cells: pd.Series, read: Callable[[str], Any]) -> tuple[np.ndarray, list[Any]]:
    """Read each different text of a column once: gives what `read` made of them, and for every cell which one."""
    if isinstance(cells.dtype, pd.CategoricalDtype):
        # The reader makes categories whole numbers where all are; any other number fails as a text with a point.
        codes, texts = cells.cat.codes.to_numpy(), [*cells.cat.categories.tolist(), ""]
    else:
        codes, found = pd.factorize(cells.to_numpy(dtype=object))
        texts = [*found, ""]
    return codes, [read(str(text)) for text in texts]


def _is_empty(cells: pd.Series) -> np.ndarray:
    """Tell which cells hold nothing: short of the row's end, or blank."""
    codes, blank = _each(cells, lambda text: not text.strip())
    return np.array(blank)[codes]


def _counts(raw: pd.DataFrame, columns: list[str], lines: np.ndarray, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read the counts as bounds, rows by columns; absent is -1 in both. Each different text is read once."""
    low = np.empty((len(raw), len(columns)), dtype=np.int32)
    high = np.empty_like(low)
    for number, name in enumerate(columns):
        codes, bounds = _each(raw[name], _bounds)
        wrong = np.isin(codes, [position for position, bound in enumerate(bounds) if bound is None])
        if wrong.any():
            found = raw[name].to_numpy(dtype=object)[wrong][0]
            _fail(f"count(s) in {name!r} that are no count, such as {str(found)!r}", wrong, lines, path)
        pairs = np.array(bounds, dtype=np.int32).reshape(-1, 2)
        low[:, number], high[:, number] = pairs[codes, 0], pairs[codes, 1]
    if HIDDEN_MARK in raw.columns:
        hidden = raw[HIDDEN_MARK].eq("J").to_numpy()
        low[hidden[:, None] & (low == HIDDEN[1])] = HIDDEN[0]
    return low, high


@lru_cache(maxsize=10_000)
def _bounds(cell: str) -> tuple[int, int] | None:
    cell = cell.strip()
    if cell == "":
        return ABSENT, ABSENT
    if cell in ("<5", "-1"):
        return HIDDEN
    if re.fullmatch(r"[0-9]{1,7}", cell):
        return int(cell), int(cell)
    return None


def _labels(layout: Layout, columns: list[str], year: int | None, path: Path) -> pd.DataFrame:
    """Say of each column of counts what it counts: one row per column."""
    found = pd.DataFrame([re.fullmatch(layout.counts, name).groupdict() for name in columns])  # type: ignore[union-attr]
    if "schoolyear" in found.columns:
        first, last = (found["schoolyear"].str[part].astype(int) for part in (slice(4), slice(5, 9)))
        if (last != first + 1).any():
            raise DataError("a school year in the header is longer than a year", remedy=REMEDY, file=path)
        found["year"] = last
        found["period"] = first.astype(str) + "SJ00"
        found = found.drop(columns="schoolyear")
    if "year" not in found.columns:
        if year is None:
            raise DataError(
                f"{layout.name}: the file does not say its year",
                remedy="Give year=, the year of 1 October: 2016 for a file named 2016-2017.",
                file=path,
            )
        found["year"] = year
    measure = found.pop("measure") if "measure" in found.columns else pd.Series([""] * len(found))
    found.insert(0, "indicator", measure.map(layout.indicators))
    found["sex"] = found["sex"].str.lower()
    return found


def _check_keys(raw: pd.DataFrame, layout: Layout, lines: np.ndarray, path: Path) -> None:
    identity = [header for header, column in layout.keys.items() if column in layout.identity]
    codes = {header: _each(raw[header], str)[0] for header in identity}
    twice = pd.DataFrame(codes).duplicated(keep=False).to_numpy()
    if twice.any():
        _fail("row(s) with the same key as another", twice, lines, path)
    nameless = _is_empty(raw[identity[0]])
    if nameless.any():
        _fail(f"row(s) without {identity[0]}", nameless, lines, path)


def _check_totals(
    low: np.ndarray, high: np.ndarray, labels: pd.DataFrame, layout: Layout, place: tuple[np.ndarray, Path]
) -> None:
    """Compare each total with the sum of its parts; hidden counts make both a range."""
    if not layout.sums:
        return
    total = labels["sex"].eq(layout.sums.lower())
    for _, group in labels.groupby(["indicator", "year"]):
        parts = group.index[~total[group.index]]
        (whole,) = group.index[total[group.index]]
        given = low[:, parts] != ABSENT
        least, most = (np.where(given, bound[:, parts], 0).sum(axis=1) for bound in (low, high))
        apart = least > high[:, whole]
        if layout.kept != layout.sums:
            apart |= most < low[:, whole]
        wrong = np.where(low[:, whole] == ABSENT, given.any(axis=1), apart | ~given.any(axis=1))
        if wrong.any():
            year = group["year"].iloc[0]
            _fail(f"row(s) where the total of {year} is not the sum of its parts", wrong, *place)


def _tidy(
    raw: pd.DataFrame, bounds: tuple[np.ndarray, np.ndarray], labels: pd.DataFrame, layout: Layout, sources: list[str]
) -> pd.DataFrame:
    """Put the counts under each other: one row per count that is there."""
    low, _ = bounds
    is_total = labels["sex"].eq(layout.sums.lower()) if layout.sums else pd.Series(False, index=labels.index)
    wanted = np.flatnonzero(is_total if layout.kept == layout.sums and layout.sums else ~is_total)
    rows, found = np.nonzero(low[:, wanted] != ABSENT)
    found = wanted[found]
    least, most = (bound[rows, found].astype(np.int64) for bound in bounds)

    def label(name: str) -> pd.Categorical:
        return _categories(labels[name].tolist(), np.arange(len(labels)), found)

    columns: dict[str, object] = {"indicator": label("indicator")}
    columns["year"] = pd.array(labels["year"].to_numpy(dtype=np.int64), dtype="Int64").take(found)
    if "period" in labels.columns:
        columns["period"] = label("period")
    whole = np.zeros(len(raw), dtype=np.intp)
    columns["region_type"] = _categories(["institution"], whole, rows)
    for header, column in sorted(layout.keys.items(), key=lambda item: item[1] != "region"):
        codes, stripped = _each(raw[header], str.strip)
        columns[column] = _categories(stripped, codes, rows)
    for name in ("leerjaar", "sex"):
        if name in labels.columns:
            columns[name] = label(name)
    hidden = least < most
    columns["value"] = pd.arrays.IntegerArray(least.copy(), hidden)
    columns["low"] = pd.arrays.IntegerArray(least, np.zeros(len(rows), dtype=bool))
    columns["high"] = pd.arrays.IntegerArray(most, np.zeros(len(rows), dtype=bool))
    columns["unit"] = _categories([layout.unit], whole, rows)
    columns["status"] = _categories(["", "suppressed"], np.arange(2), hidden.view(np.int8))
    # Every line has a source of its own, so there is nothing to look for twice.
    columns["source"] = pd.Categorical.from_codes(rows, pd.Index(sources, dtype="str"), validate=False)
    return pd.DataFrame(columns, copy=False)


def _categories(texts: list[str], codes: np.ndarray, rows: np.ndarray) -> pd.Categorical:
    """Make a column of ``texts[codes[rows]]`` that keeps each different text once: that makes a million rows light."""
    place, different = pd.factorize(np.asarray(texts, dtype=object))
    narrow = place[codes].astype(np.min_scalar_type(-len(different) - 1))
    return pd.Categorical.from_codes(narrow.take(rows), pd.Index(different, dtype="str"), validate=False)


def _fail(problem: str, bad: np.ndarray, lines: np.ndarray, path: Path) -> None:
    """Raise the error of some rows, with their number and first lines."""
    where = ", ".join(str(line) for line in lines[bad][:5])
    raise DataError(f"{int(bad.sum())} {problem}; line{'s' if bad.sum() > 1 else ''} {where}", remedy=REMEDY, file=path)
