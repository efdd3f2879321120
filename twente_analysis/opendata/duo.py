"""DUO's published files -> tidy frames, recognised by their header, not by their name.

DUO publishes CSV in several dialects: ``;`` or ``,``, cp1252 or UTF-8, with or without BOM, and three ways to hide a
count of 1 to 4: ``<5``, ``-1``, or 4 beside INDICATIEAVG = J. A hidden count has no value here, but the bounds 1 and
4 in ``low`` and ``high``. An empty cell is absent: no row, never a zero.
"""

import codecs
import csv
import io
import re
import warnings
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..incoming import check_text, read_content
from ..tidy import DataError
from .layouts import HIDDEN_MARK, REMEDY, YEAR, Layout, label_columns, recognise

__all__ = ["read_duo", "split_header"]

HIDDEN = (1, 4)
ABSENT = -1
#: Our columns that hold codes: read as text from the start, so that no zero is lost.
CODES = frozenset(
    {"region", "vestiging", "mbo_niveau", "crebo", "kenniscentrum", "elementcode", "inspectiecode", "year", "versie"}
    | {"bevoegd_gezag", "gemeentenummer", "beroepsopleiding", "hoofdgroep_code", "laatste_jaar_vo", "laatste_jaar_mbo"}
)
#: Code of an institution in the Dutch register; a row of totals has another text there.
BRIN = re.compile(r"[0-9]{2}[A-Z]{2}")
Bounds = tuple[np.ndarray, np.ndarray]  #: of each count, rows by columns: the same when it is known
Place = tuple[np.ndarray, Path]  #: the line of each row, and the file


class _File(NamedTuple):
    """A file as text, its header apart."""

    path: Path
    body: str
    separator: str
    header: list[str]
    line: int  #: of the header


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

    Warns
    -----
    UserWarning
        When the layout is *unverified*: documented, but no real file of it has been read.

    Examples
    --------
    >>> import tempfile, warnings
    >>> head, row = "Instellingsnaam Instellingscode Jaar Aantal Type Versie", ["ROC", "27YU", 2030, 170, "Prognose", 1]
    >>> with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):  # an unseen layout
    ...     pd.DataFrame([row], columns=head.split()).to_csv(f"{folder}/a.csv", index=False)
    ...     read_duo(f"{folder}/a.csv")[["region", "year", "value", "status"]].values.tolist()
    [['27YU', 2030, 170, 'estimated']]

    """
    file = _open(Path(path))
    layout = recognise(file.header, (file.line, file.path))
    if not layout.verified:
        warnings.warn(f"{file.path.name}: {layout.title}; compare it with a figure that DUO publishes", stacklevel=2)
    labels = label_columns(layout, file.header, year, (file.line, file.path))
    raw, lines = _records(file, layout)
    place = (lines, file.path)
    bounds = _counts(raw, labels["header"].tolist(), layout, place)
    _check_rows(raw, layout, place)
    _check_totals(bounds, labels, layout, place)
    _check_rates(raw, bounds, labels, layout, place)
    name = file.path.name
    return _tidy(raw, bounds, labels, layout, [f"duo/{name}#{line}" for line in lines.tolist()])


def _open(path: Path) -> _File:
    """Decode the file and take its header apart."""
    content = read_content(path, REMEDY)
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        try:
            # A byte-order mark says UTF-8: then nothing else is tried.
            text = content.decode("utf-8" if content.startswith(codecs.BOM_UTF8) else "cp1252")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise DataError(f"line {line} is neither UTF-8 nor cp1252", remedy=REMEDY, file=path) from error
    check_text(content, text, path, REMEDY)
    # Counting both is quick; only where they differ is it worth to look for the place.
    lone = re.search(r"\r(?!\n)", text) if text.count("\r") not in (0, text.count("\n")) else None
    if lone:
        line = text[: lone.start()].count("\n") + 1
        raise DataError(f"line {line} holds a carriage return that ends no line", remedy=REMEDY, file=path)
    if not text.endswith("\n"):
        line = text.count("\n") + 1
        raise DataError(f"line {line}, the last, has no end, so the file may be cut off", remedy=REMEDY, file=path)
    begin = len(text) - len(text.lstrip())
    end = text.find("\n", begin) + 1 or len(text)
    head, line = text[begin:end], text[:begin].count("\n") + 1
    return _File(path, text[end:], *split_header(head, (line, path)), line)


def split_header(head: str, place: tuple[int, Path]) -> tuple[str, list[str]]:
    """Find the separator and the names of the columns."""
    separator = ";" if head.count(";") >= head.count(",") else ","
    try:
        return separator, next(csv.reader([head.rstrip("\r\n")], delimiter=separator), [])
    except csv.Error as error:
        raise DataError(f"line {place[0]}, the header, is not CSV ({error})", remedy=REMEDY, file=place[1]) from error


def _records(file: _File, layout: Layout) -> tuple[pd.DataFrame, np.ndarray]:
    """Split the text into cells, without empty lines.

    Counts and names are read as categories, which spares a text per cell. pandas makes the categories numbers where
    all of them are; that suits whole counts, but not a name, nor a count with a point: then all is read as text.
    """
    path, body, separator, header, _ = file
    names = [name for name in header if layout.keys.get(name) not in CODES]
    raw = _read(file, names)
    for name in names:
        categories = raw[name].cat.categories
        if not isinstance(categories.dtype, pd.StringDtype) and (name in layout.keys or categories.dtype.kind != "i"):
            raw = _read(file, [])
            break
    lines, uneven = np.arange(len(raw)) + file.line + 1, np.zeros(len(raw), dtype=bool)
    if '"' in body or body.count("\n") != len(raw) or body.count(separator) != len(raw) * (len(header) - 1):
        # Only now is it needed to go through the records one by one.
        places = np.array(list(_places(file)))
        if len(places) != len(raw):
            raise DataError("the file has line ends or quotes that no CSV has", remedy=REMEDY, file=path)
        lines, uneven = places[:, 0], places[:, 1] != len(header)
    empty = uneven | _is_empty(raw[header[0]])
    if empty.any():
        empty = np.all([_is_empty(raw[name]) for name in header], axis=0)
        raw, lines, uneven = raw[~empty].reset_index(drop=True), lines[~empty], uneven[~empty]
    if not len(raw):
        raise DataError("the file has no rows", remedy=REMEDY, file=path)
    if uneven.any():
        _fail(f"row(s) with fewer or more than {len(header)} cells", uneven, (lines, path))
    return raw, lines


def _read(file: _File, categories: list[str]) -> pd.DataFrame:
    """Read all cells as text, some of them as categories; a row with too many cells is an error."""
    if not file.body.strip():
        raise DataError("the file has no rows", remedy=REMEDY, file=file.path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            # From bytes it is a fifth faster than from a stream of text.
            return pd.read_csv(
                io.BytesIO(file.body.encode()),
                sep=file.separator,
                dtype={name: "category" if name in categories else "str" for name in file.header},
                keep_default_na=False,
                index_col=False,
                names=file.header,
                header=None,
                skip_blank_lines=False,
                low_memory=False,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, ValueError) as error:
        long = [line for line, cells in _places(file) if cells > len(file.header)]
        told = f"line {long[0]} has more than {len(file.header)} cells" if long else f"the file is no CSV ({error})"
        raise DataError(told, remedy=REMEDY, file=file.path) from error


def _places(file: _File) -> Iterator[tuple[int, int]]:
    """Give the line on which each record begins and its number of cells; pandas reads `"49"0` as 490, this does not."""
    reader = csv.reader(io.StringIO(file.body, newline=""), delimiter=file.separator, strict=True)
    begin = file.line + 1
    try:
        for cells in reader:
            yield begin, len(cells)
            begin = file.line + reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"line {begin} is not CSV ({error})", remedy=REMEDY, file=file.path) from error


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


def _counts(raw: pd.DataFrame, columns: list[str], layout: Layout, place: Place) -> Bounds:
    """Read the counts as bounds, rows by columns; absent is -1 in both. Each different text is read once."""
    low = np.empty((len(raw), len(columns)), dtype=np.int32)
    high = np.empty_like(low)
    for number, name in enumerate(columns):
        codes, bounds = _each(raw[name], _bounds)
        wrong = np.isin(codes, [position for position, bound in enumerate(bounds) if bound is None])
        if wrong.any():
            found = raw[name].to_numpy(dtype=object)[wrong][0]
            _fail(f"count(s) in {name!r} that are no count, such as {str(found)!r}", wrong, place)
        pairs = np.array(bounds, dtype=np.int32).reshape(-1, 2)
        low[:, number], high[:, number] = pairs[codes, 0], pairs[codes, 1]
    if (low < high).any() and "estimated" not in layout.statuses.values():
        # A forecast is no count, so it may be 1 to 4 beside a hidden one.
        bare = ((low == high) & (low >= HIDDEN[0]) & (low <= HIDDEN[1])).any(axis=1)
        if bare.any():
            first = place[0][(low < high).any(axis=1)][0]
            _fail(f"row(s) with a bare count of 1 to 4, while line {first} hides one", bare, place)
    if HIDDEN_MARK in raw.columns:
        mark = raw[HIDDEN_MARK].to_numpy(dtype=object)
        if not np.isin(mark, ["J", "N"]).all():
            _fail(f"row(s) with another {HIDDEN_MARK} than J or N", ~np.isin(mark, ["J", "N"]), place)
        bare = ((low >= HIDDEN[0]) & (low < HIDDEN[1]) & (low == high)).any(axis=1)
        if (mark == "J").any() and bare.any():
            _fail("row(s) with a bare count of 1 to 3, while others are hidden as 4", bare, place)
        low[(mark == "J")[:, None] & (low == HIDDEN[1])] = HIDDEN[0]
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


@lru_cache(maxsize=10_000)
def _percentage(cell: str) -> float | None:
    cell = cell.strip().removesuffix("%").replace(",", ".")
    if cell == "":
        return np.nan
    return float(cell) if re.fullmatch(r"[0-9]{0,3}(\.[0-9]+)?", cell) else None


def _check_rows(raw: pd.DataFrame, layout: Layout, place: Place) -> None:
    """Check what says which row it is: the key, the institution, the year and the status."""
    codes = {}
    for header in (header for header, column in layout.keys.items() if column in layout.identity):
        found, texts = _each(raw[header], str.strip)
        codes[header] = pd.factorize(np.array(texts, dtype=object))[0][found]
    twice = pd.DataFrame(codes).duplicated(keep=False).to_numpy()
    if twice.any():
        _fail("row(s) with the same key as another", twice, place)
    nameless = _is_empty(raw[layout.header("region")])
    if nameless.any():
        _fail(f"row(s) without {layout.header('region')}", nameless, place)
    reads: dict[str, Callable[[str], object]] = {
        "region": BRIN.fullmatch,
        "year": re.compile(YEAR).fullmatch,
        "status": layout.statuses.get,
    }
    for column, read in reads.items():
        header = layout.header(column)
        if header:
            found, texts = _each(raw[header], str.strip)
            wrong = np.array([read(text) is None for text in texts])[found]
            if wrong.any():
                _fail(f"row(s) with an unknown {header}", wrong, place)


def _check_totals(bounds: Bounds, labels: pd.DataFrame, layout: Layout, place: Place) -> None:
    """Compare each total with the sum of its parts; hidden counts make both a range."""
    if not layout.sums:
        return
    low, high = bounds
    total = labels["sex"].eq(layout.sums.lower())
    for _, group in labels.groupby(["indicator", "year"]):
        parts = group.index[~total[group.index]]
        (whole,) = group.index[total[group.index]]
        given = low[:, group.index] != ABSENT
        least, most = (bound[:, parts].sum(axis=1) for bound in (low, high))
        apart = least > high[:, whole]
        if not layout.kept:
            apart |= most < low[:, whole]
        # Where there are totals, DUO gives all the cells of a year or none.
        wrong = np.where(given.all(axis=1), apart, given.any(axis=1))
        if wrong.any():
            year = group["year"].iloc[0]
            _fail(f"row(s) where the total of {year} is not the sum of its parts", wrong, place)


def _check_rates(raw: pd.DataFrame, bounds: Bounds, labels: pd.DataFrame, layout: Layout, place: Place) -> None:
    """Compare each percentage that is printed with the counts that it comes from, where neither is hidden."""
    if layout.rate is None:
        return
    low, high = bounds
    columns = {name: number for number, name in enumerate(labels["header"])}
    rate, *measures = layout.rate
    for name in raw.columns:
        match = layout.match(name)
        if match is None or match["measure"] != rate:
            continue
        part, whole = (columns[layout.counts.format(**match | {"measure": measure})] for measure in measures)
        codes, rates = _each(raw[name], _percentage)
        percent = np.array([np.inf if one is None else one for one in rates])[codes]
        known = (low[:, part] == high[:, part]) & (low[:, whole] == high[:, whole]) & (low[:, whole] != ABSENT)
        apart = np.abs(percent - 100 * low[:, part] / np.maximum(low[:, whole], 1)) > 0.051  # printed with one decimal
        wrong = np.isinf(percent) | (known & apart) | (low[:, part] > high[:, whole])
        if wrong.any():
            _fail(f"row(s) where {name!r} is not the percentage of its counts", wrong, place)


def _tidy(raw: pd.DataFrame, bounds: Bounds, labels: pd.DataFrame, layout: Layout, sources: list[str]) -> pd.DataFrame:
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
    if "year" in labels.columns:
        years, which = labels["year"].to_numpy(dtype=np.int64), found
    else:
        codes, texts = _each(raw[layout.header("year")], str.strip)
        years, which = np.array([int(text or 0) for text in texts], dtype=np.int64)[codes], rows
    columns["year"] = pd.array(years, dtype="Int64").take(which)
    if "period" in labels.columns:
        columns["period"] = label("period")
    whole = np.zeros(len(raw), dtype=np.intp)
    columns["region_type"] = _categories(["institution"], whole, rows)
    for header, column in sorted(layout.keys.items(), key=lambda item: item[1] != "region"):
        if column not in ("year", "status"):
            codes, stripped = _each(raw[header], str.strip)
            columns[column] = _categories(stripped, codes, rows)
    columns |= {name: label(name) for name in layout.fields if name in layout.categories}
    hidden = least < most
    columns["value"] = pd.arrays.IntegerArray(least.copy(), hidden)
    columns["low"] = pd.arrays.IntegerArray(least, np.zeros(len(rows), dtype=bool))
    columns["high"] = pd.arrays.IntegerArray(most, np.zeros(len(rows), dtype=bool))
    columns["unit"] = _categories([layout.unit], whole, rows)
    columns["status"] = _status(raw, layout, rows, hidden)
    # Every line has a source of its own, so there is nothing to look for twice.
    columns["source"] = pd.Categorical.from_codes(rows, pd.Index(sources, dtype="str"), validate=False)
    return pd.DataFrame(columns, copy=False)


def _status(raw: pd.DataFrame, layout: Layout, rows: np.ndarray, hidden: np.ndarray) -> pd.Categorical:
    """Status of each count: hidden, or what its row says."""
    if layout.header("status"):
        codes, texts = _each(raw[layout.header("status")], lambda text: layout.statuses.get(text.strip(), ""))
        return _categories([*texts, "suppressed"], np.where(hidden, len(texts), codes[rows]), np.arange(len(rows)))
    return _categories([layout.statuses[""], "suppressed"], np.arange(2), hidden.view(np.int8))


def _categories(texts: list[str], codes: np.ndarray, rows: np.ndarray) -> pd.Categorical:
    """Make a column of ``texts[codes[rows]]`` that keeps each different text once: that makes a million rows light."""
    place, different = pd.factorize(np.asarray(texts, dtype=object))
    narrow = place[codes].astype(np.min_scalar_type(-len(different) - 1))
    return pd.Categorical.from_codes(narrow.take(rows), pd.Index(different, dtype="str"), validate=False)


def _fail(problem: str, bad: np.ndarray, place: Place) -> None:
    """Raise the error of some rows, with their number and first lines."""
    lines, path = place
    where = ", ".join(str(line) for line in lines[bad][:5])
    raise DataError(f"{int(bad.sum())} {problem}; line{'s' if bad.sum() > 1 else ''} {where}", remedy=REMEDY, file=path)
