"""The contract of a tidy frame, and the one error of the library.

A tidy frame has one row per figure. Its key is every column before ``value``::

    indicator, year, [period,] region_type, region, <dimensions>, value, [low, high, hidden,] unit, status, source

``docs/data.md`` describes each column. Analyses take such frames and return such frames.
"""

import re
from collections.abc import Collection, Sequence

import pandas as pd

from .errors import DataError, check_choice

__all__ = ["DataError", "check_choice", "check_columns", "check_tidy", "dimensions", "merge_sources", "total_by"]

#: Why a figure is no plain count. The first group has no value; the second has one, drawn and named differently.
WITHOUT_VALUE = ("blank", "dash", "pm", "ntb", "suppressed", "impossible", "confidential")
WITH_VALUE = ("", "provisional", "estimated", "scenario")
REGION_TYPES = (
    "institution",
    "gemeente",
    "corop",
    "arbeidsmarktregio",
    "province",
    "landsdeel",
    "country",
    "subregion",
)
LEADING = ("indicator", "year", "period", "region_type", "region")
TRAILING = ("value", "low", "high", "hidden", "unit", "status", "source")
OPTIONAL = ("period", "low", "high", "hidden")
#: How CBS codes the total of a dimension, and what others call one.
TOTAL_CODE = r"T\d{6}|10000|(?i:total|totaal)"


def check_frame(frame: object) -> None:
    """Raise a `DataError` when what should be a frame is none."""
    if not isinstance(frame, pd.DataFrame):
        raise DataError(
            f"A frame is wanted and this is {type(frame).__name__}",
            remedy="Give a tidy frame, such as ta.load_enrolment() gives.",
        )


def dimensions(frame: pd.DataFrame) -> list[str]:
    """Name the columns of a tidy frame that classify a figure, such as ``bedrijfstak_mbo``."""
    check_frame(frame)
    columns = list(frame.columns)
    _require(frame, ["value"])
    return [name for name in columns[: columns.index("value")] if name not in LEADING]


def check_tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` unchanged, or say which rule of the contract it breaks.

    Parameters
    ----------
    frame
        One row per figure, columns as in the module's description.

    Raises
    ------
    DataError
        When a column is missing, out of place or of the wrong type, a key is empty or occurs twice, a
        status or region type is unknown, or a value stands where the status says there is none.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> len(check_tidy(ta.load_enrolment()))
    55

    """
    check_frame(frame)
    _require(frame, [name for name in (*LEADING, *TRAILING) if name not in OPTIONAL])
    _check_order(frame)
    _check_types(frame)
    _refuse(frame, ~frame["status"].isin(WITH_VALUE + WITHOUT_VALUE), "an unknown status", "status")
    _refuse(frame, ~frame["region_type"].isin(REGION_TYPES), "an unknown region type", "region_type")
    empty = frame["value"].isna()
    stated = frame["status"].isin(WITHOUT_VALUE)
    _refuse(frame, empty & ~stated, "no value and no status that says why", "value")
    _refuse(frame, ~empty & stated, "a value although the status says there is none", "value")
    key = list(frame.columns[: list(frame.columns).index("value")])
    _refuse(frame, frame.duplicated(key, keep=False), "the same key as another row", ", ".join(key))
    return frame


def total_by(frame: pd.DataFrame, by: str | Sequence[str] | None = None) -> pd.DataFrame:
    r"""Sum the figures of a tidy frame per year, and per `by` where that is given.

    A figure that the source does not give is not counted as zero: ``missing`` says how many such cells a
    sum leaves out, hidden counts one by one where the frame says how many a figure holds. Bounds are added where the
    frame has them; a sum with suppressed parts then has no value of its own. The status of a sum is the weakest of its
    parts.

    Parameters
    ----------
    frame
        Tidy frame of counts: one indicator, unit and region.
    by
        Dimensions to keep; all others are summed over.

    Returns
    -------
    DataFrame
        One row per year (and group), in the order of the years: the tidy columns without the dimensions summed over,
        and ``missing`` in cells.

    Raises
    ------
    DataError
        When the frame mixes indicators, units, measures, definitions or regions, holds percentages, a published total
        of CBS among its parts or codes of CBS that may contain one another, or lacks a column of `by`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> print(total_by(ta.load_diplomas())[["year", "value", "missing"]].to_string(index=False))
     year  value  missing
     2007   1657        0
     2008   1836        0
     2009   2007        0
     2010   2281        1
     2011   3073        0

    """
    groups = [by] if isinstance(by, str) else list(by or [])
    _require(frame, [*groups, "indicator", "year", "region_type", "region", "value", "unit", "status", "source"])
    for column in ("indicator", "unit", "measure", "definition", "region_type", "region"):
        found = frame[column].drop_duplicates().tolist() if column in frame.columns else []
        if len(found) > 1:
            raise DataError(
                f"A sum over several values of '{column}' has no meaning: {', '.join(map(str, found))}",
                remedy=f"Select one {column} before adding.",
            )
    if frame["unit"].isin(["%"]).any():
        raise DataError("Percentages do not add up to a total", remedy="Add the counts behind them.")
    _check_levels(frame, groups)
    key = [name for name in LEADING if name in frame.columns] + groups
    ordered = key + [name for name in TRAILING if name in frame.columns]
    if "hidden" in frame.columns or frame["status"].eq("suppressed").any() or frame.duplicated(key).any():
        total = _sums(frame, key)[[*ordered, "missing"]]
    else:  # every sum has one part: itself
        total = frame[ordered].assign(missing=frame["value"].isna())
    total = total.sort_values([name for name in ("year", "period") if name in total], kind="stable", ignore_index=True)
    # A sum has sources and names that no row had: categories of the parts would lose them.
    types = {
        name: "str" if isinstance(frame[name].dtype, pd.CategoricalDtype) else frame[name].dtype for name in ordered
    }
    return total.assign(**{name: total[name].astype(kind) for name, kind in (types | {"missing": "Int64"}).items()})


def merge_sources(sources: Collection[str]) -> str:
    """Join ``document/table#lines`` references, lines of the same table merged into ranges.

    Examples
    --------
    >>> merge_sources(["a/t#3", "a/t#1", "a/t#2", "b/u#7", "a/t#9"])
    'a/t#1-3,9; b/u#7'

    """
    lines: dict[str, set[int]] = {}
    for source in sources:
        for reference in source.split("; "):
            table, _, numbers = reference.partition("#")
            found = lines.setdefault(table, set())
            for number in filter(None, numbers.split(",")):
                first, _, last = number.partition("-")
                found.update(range(int(first), int(last or first) + 1))
    return "; ".join(f"{table}#{_ranges(sorted(found))}" if found else table for table, found in lines.items())


def expand_lines(lines: str) -> list[int]:
    """List the lines of ``254-255, 332``.

    Examples
    --------
    >>> expand_lines("254-255, 332")
    [254, 255, 332]

    """
    ends = [run.partition("-") for run in lines.split(",") if run.strip()]
    return [one for first, _, last in ends for one in range(int(first), int(last or first) + 1)]


def _ranges(numbers: list[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _check_levels(frame: pd.DataFrame, groups: Sequence[str]) -> None:
    """Raise where figures of several levels of a classification would be added."""
    for column in set(dimensions(frame)) - {"measure", *groups}:
        codes = frame[column].drop_duplicates().astype("str")
        if len(codes) < 2 or column.endswith("_title"):
            continue
        if codes.str.fullmatch(TOTAL_CODE).any():
            problem = f"'{column}' holds a published total among its parts: {', '.join(codes.head(5))}"
            raise DataError(problem, remedy=f"Select the total or the parts of {column} before adding.")
        if "measure" in frame.columns:
            problem = f"'{column}' holds {len(codes)} codes of CBS, of which one may contain another"
            remedy = f"Keep {column} (by=), select one code, or drop the column 'measure' once no two codes overlap."
            raise DataError(problem, remedy=remedy)


def _sums(frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Add the rows of each key, as `total_by` says."""
    status = frame["status"].astype("str")
    rows = frame.assign(
        status=status,
        suppressed=status.eq("suppressed"),
        missing=frame["value"].isna() & (status.ne("suppressed") if "hidden" in frame else True),
        weakness=status.map({name: rank for rank, name in enumerate(WITH_VALUE)}).fillna(0).astype(int),
    )
    same = rows.groupby(key, sort=False, dropna=False, observed=True).ngroup().to_numpy()
    groups = rows.groupby(same)
    total = rows.loc[~pd.Series(same).duplicated().to_numpy(), [*key, "unit", "status"]].reset_index(drop=True)
    total["value"] = groups["value"].sum(min_count=1)
    total["missing"] = groups["missing"].sum()
    if "hidden" in frame:
        total["hidden"] = groups["hidden"].sum()
        total["missing"] += total["hidden"]
    if {"low", "high"} <= set(frame):
        total[["low", "high"]] = groups[["low", "high"]].sum(skipna=False)
    given, suppressed = total["value"].notna(), groups["suppressed"].any()
    weakest = groups["weakness"].max().map(dict(enumerate(WITH_VALUE)))
    total["status"] = total["status"].mask(given, weakest).mask(suppressed, "suppressed")
    total["value"] = total["value"].mask(suppressed)
    return total.assign(source=groups["source"].agg(merge_sources))


def check_columns(name: str, given: object, columns: Sequence[str], maker: str) -> None:
    """Raise a `DataError` that names the function to call first, when `given` is no frame with these columns.

    Examples
    --------
    >>> check_columns("scopes", "abc", ["scope"], "compare_scopes")
    Traceback (most recent call last):
    ...
    twente_analysis.errors.DataError: scopes is no frame but a str.
    What to do: Give what ta.compare_scopes gives.

    """
    remedy = f"Give what ta.{maker} gives."
    if not isinstance(given, pd.DataFrame):
        raise DataError(f"{name} is no frame but a {type(given).__name__}", remedy=remedy)
    if absent := [column for column in columns if column not in given.columns]:
        raise DataError(f"{name} has no column {', '.join(map(repr, absent))}", remedy=remedy)


def _require(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise DataError(
            f"The frame has no column {', '.join(map(repr, absent))}",
            remedy=f"Its columns are: {', '.join(map(str, frame.columns))}.",
        )


def _check_order(frame: pd.DataFrame) -> None:
    names = dimensions(frame)
    expected = [name for name in LEADING if name in frame.columns] + names
    expected += [name for name in TRAILING if name in frame.columns]
    if list(frame.columns) != expected:
        raise DataError(
            f"The columns are out of order: {', '.join(map(str, frame.columns))}",
            remedy=f"The order is: {', '.join(expected)}.",
        )


def _check_types(frame: pd.DataFrame) -> None:
    for name in frame.columns:
        kind = str(frame[name].dtype)
        allowed = {"year": ("Int64",), "value": ("Int64", "Float64"), "low": ("Int64", "Float64")}
        allowed |= {"high": allowed["low"], "hidden": ("Int64",)}
        if kind == "category":
            kind = str(frame[name].cat.categories.dtype)
        if kind not in allowed.get(name, ("str",)):
            raise DataError(
                f"Column '{name}' is of type {kind}",
                remedy=f"Make it {' or '.join(allowed.get(name, ('str',)))}; codes are text.",
            )
        if name not in allowed:
            _refuse(frame, frame[name].isna(), "a missing text (use an empty one)", name)


def _refuse(frame: pd.DataFrame, wrong: pd.Series, problem: str, column: str) -> None:
    if wrong.any():
        rows = frame[wrong]
        count = f"{len(rows)} row{'s' if len(rows) != 1 else ''}"
        raise DataError(
            f"{count} with {problem} in '{column}'", remedy="Correct these rows at their source.", rows=rows
        )


def split_reference(source: str) -> list[str]:
    """Split a source reference into document, table and lines.

    Examples
    --------
    >>> split_reference("regiovisie/text#97")
    ['regiovisie', 'text', '97']

    """
    found = re.fullmatch(r"([^/]+)/([^#]+)(?:#(.+))?", source)
    if found is None:
        raise DataError(f"{source!r} is no source reference", remedy="Write it as document/table#lines.")
    return [part or "" for part in found.groups()]
