"""Which tables do we hold, where do they come from, and are they unchanged?

Each folder of ``data/`` has a ``datapackage.json`` (Frictionless Data Package) that describes its CSV files.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from . import language as words
from .folders import data_folder
from .schema import RESTORE, read_csv
from .tidy import DataError, check_choice, merge_sources, split_reference

__all__ = [
    "checksum",
    "citation",
    "data_folder",
    "document_name",
    "find_breaks",
    "list_tables",
    "read_table",
    "region_name",
]

FOLDERS = ("raw", "reference")
#: A citation lists up to so many runs of lines; each figure keeps all of them in its ``source``.
RUNS = 6


#: Tables that were read and found right, by the content of their file and descriptor.
_READ: dict[tuple[Path, str, str], pd.DataFrame] = {}


@dataclass(frozen=True)
class Table:
    """A CSV file and what its descriptor says of it."""

    path: Path
    descriptor: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.descriptor["name"])

    @cached_property
    def described(self) -> str:
        """The whole descriptor as one text."""
        return json.dumps(self.descriptor, sort_keys=True)


def list_tables(data: str | Path | None = None) -> pd.DataFrame:
    """List the tables in hand: what they hold, and from which document and table.

    Returns
    -------
    DataFrame
        One row per table: table, title and title_nl (in Dutch), document (several with commas), source_table,
        first_year and last_year (missing where no row has a year), rows (a count), unit (several with commas), breaks
        (the first year counted in a new way; several with commas), path and sha256.

    Raises
    ------
    DataError
        When a table cannot be read.

    Examples
    --------
    >>> held = list_tables().set_index("table")
    >>> print(*held.loc["duo_vmbo_exams", ["first_year", "last_year", "unit", "breaks"]])
    2015 2024 pupils 2019

    """
    folder = data_folder(data)
    broken = read_table("breaks", folder)
    rows = [
        {
            "table": table.name,
            "title": table.descriptor["title"],
            "title_nl": table.descriptor.get("title_nl", table.descriptor["title"]),
            "source_table": table.descriptor.get("table_title", ""),
            "rows": table.descriptor["rows"],
            **_content(table, broken),
            "path": table.path.relative_to(folder).as_posix(),
            "sha256": table.descriptor["hash"].removeprefix("sha256:"),
        }
        for table in tables(folder).values()
    ]
    order = [*("table", "title", "title_nl", "document", "source_table", "first_year", "last_year", "rows"),
             *("unit", "breaks", "path", "sha256")]  # fmt: skip
    return pd.DataFrame(rows)[order].astype({"first_year": "Int64", "last_year": "Int64"})


def find_breaks(frame: pd.DataFrame, data: str | Path | None = None) -> pd.DataFrame:
    """Find where the figures of a tidy frame change what they count, inside the years that it holds.

    Returns
    -------
    DataFrame
        Rows of ``data/reference/breaks.csv``, oldest first; none where no break is known.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> exams = ta.load_vmbo_exams()
    >>> find_breaks(exams)[["year", "category"]].values.tolist()
    [[2019, 'techniek']]
    >>> len(find_breaks(exams.query("year < 2019")))
    0

    """
    held = {reference.partition("#")[0] for source in frame["source"].unique() for reference in source.split("; ")}
    broken = read_table("breaks", data)
    years = frame["year"].dropna()
    inside = broken["year"].between(years.min() + 1, years.max()) if len(years) else broken["year"].lt(0)
    here = [
        bool(held & set(row.references.split("; ")))
        and (not row.dimension or (row.dimension in frame and row.category in set(frame[row.dimension])))
        for row in broken.itertuples()
    ]
    return broken[inside & pd.Series(here, broken.index)].sort_values("year", ignore_index=True)


def _content(table: Table, broken: pd.DataFrame) -> dict[str, Any]:
    """Take the documents and units of a table of published figures, its first and last year and the breaks between."""
    content: dict[str, Any] = {
        "document": table.descriptor.get("document", ""),
        "first_year": pd.NA,
        "last_year": pd.NA,
        "unit": table.descriptor.get("unit", ""),
        "breaks": "",
    }
    names = {field["name"] for field in table.descriptor["schema"]["fields"]}
    if table.path.parent.name != "raw":
        return content
    frame = read_csv(table.path, table.descriptor["schema"])
    if "document" in names:
        content["document"] = ", ".join(frame["document"].drop_duplicates())
    if not content["unit"] and "unit" in names:
        content["unit"] = ", ".join(filter(None, frame["unit"].drop_duplicates()))
    column = next((name for name in ("year", "period") if name in names), None)
    texts = frame[column].astype("str").unique() if column is not None else []
    years = [int(year) for text in texts for year in re.findall(r"\b\d{4}", text)]
    if not years:
        return content
    reference = f"{table.descriptor.get('document')}/{table.descriptor.get('table')}"
    here = [reference in references.split("; ") for references in broken["references"]]
    breaks = broken.loc[here, "year"]
    inside = breaks[breaks.between(min(years) + 1, max(years))]
    return content | {"first_year": min(years), "last_year": max(years), "breaks": ", ".join(map(str, inside))}


def checksum(path: str | Path) -> str:
    """Compute the SHA-256 of a file, in hexadecimal.

    Examples
    --------
    >>> import os
    >>> checksum(os.devnull)[:12]  # what SHA-256 gives of nothing
    'e3b0c44298fc'

    """
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def read_table(
    name: str, data: str | Path | None = None, check: Callable[[pd.DataFrame], object] | None = None
) -> pd.DataFrame:
    """Read a table of ``data/``, after checking that the file is the one that was recorded.

    Parameters
    ----------
    check
        What the loader asks of the rows. A file that is not the recorded one goes through it first, so that a bad cell
        is named rather than the file.

    Returns
    -------
    DataFrame
        One row per record, as described in ``docs/data.md``; indexed by line of the file.

    Raises
    ------
    DataError
        When the table is unknown, its file is missing, changed or damaged, or breaks its schema.

    Examples
    --------
    >>> read_table("regions").set_index("region").loc["CR12", ["region_type", "name"]].tolist()
    ['corop', 'Twente']

    """
    held = tables(data_folder(data))
    check_choice("table", name, list(held))
    table = held[name]
    # By the content of the file: every brief of a run reads the same tables again.
    found = checksum(table.path) if table.path.is_file() else ""
    key = (table.path, found, table.described)
    if key not in _READ:
        frame = read_csv(table.path, table.descriptor["schema"])
        if found != table.descriptor["hash"].removeprefix("sha256:"):
            changed = f"the file is not the one recorded in {table.path.parent.name}/datapackage.json (sha256 differs)"
            try:
                if check is not None:
                    check(frame)
            except DataError as error:
                told = f"{changed}: {error.problem}"
                raise DataError(told, remedy=f"{error.remedy} {RESTORE}", file=table.path, rows=error.rows) from error
            raise DataError(changed, remedy=RESTORE, file=table.path)
        _READ[key] = frame
    return _READ[key].copy(deep=False)  # the caller's own: pandas copies what is written to


def citation(frame: pd.DataFrame, language: str = "nl", data: str | Path | None = None) -> str:
    """Write where the figures of a tidy frame stand: document, table and lines.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> print(citation(ta.load_coverage().head(1), "en"))
    Regiovisie Twente Techniek (ca. 2012), running text, line 97

    """
    found = cited(frame, language, data)
    named = {title: "; ".join(", ".join(filter(None, place)) for place in places) for title, places in found.items()}
    return "; ".join(f"{title}, {places}" for title, places in named.items())


def cited(
    frame: pd.DataFrame, language: str = "nl", data: str | Path | None = None
) -> dict[str, list[tuple[str, str]]]:
    """Say per document in which tables the figures of a tidy frame stand, and on which lines; a web page has none."""
    captions = printed_titles(data)
    parts: dict[str, list[tuple[str, str]]] = {}
    for reference in merge_sources(frame["source"].drop_duplicates().tolist()).split("; "):
        document, table, lines = split_reference(reference)
        caption = captions.get((document, table)) or words.label("source_table", table, language)
        parts.setdefault(document_name(document, language, data), []).append((caption, _where(lines, language)))
    return parts


def printed_titles(data: str | Path | None = None) -> dict[tuple[str, str], str]:
    """Give the title of each table as its document prints it, in Dutch, per document and table."""
    return {
        (table.descriptor.get("document", ""), table.descriptor.get("table", "")): table.descriptor["table_title"]
        for table in tables(data_folder(data)).values()
        if "table_title" in table.descriptor
    }


def _where(lines: str, language: str) -> str:
    """Name the lines; where they lie scattered, how many there are and between which."""
    runs = [run.partition("-") for run in lines.split(",")]
    if len(runs) <= RUNS or not all(first.isdecimal() for first, _, _ in runs):
        told = words.join(lines.split(","), language)
        return words.say("citation.lines", language, n=2 if set(lines) & set("-,") else 1, lines=told)
    ends = [(int(first), int(last or first)) for first, _, last in runs]
    count = sum(last - first + 1 for first, last in ends)
    return words.say("citation.many", language, count=count, first=ends[0][0], last=ends[-1][1])


def document_name(document: str, language: str = "nl", data: str | Path | None = None) -> str:
    """Name a document as a citation does.

    Examples
    --------
    >>> document_name("regiovisie")
    'Regiovisie Twente Techniek (ca. 2012)'

    """
    titles = {source["name"]: str(source["citation"]) for source in package(data_folder(data), "raw")["sources"]}
    return titles.get(document) or words.label("document", document, language)


def region_name(region: str, language: str = "nl", data: str | Path | None = None) -> str:
    """Name a region or institution; its code where the reference table does not know it.

    Examples
    --------
    >>> region_name("27YU"), region_name("NL", "en")
    ('ROC van Twente', 'the Netherlands')

    """
    check_choice("language", language, words.LANGUAGES)
    known = read_table("regions", data).set_index("region")
    column = {"nl": "name", "en": "name_en"}[language]
    return str(known.loc[region, column]) if region in known.index else region


def describe_columns(folder: Path) -> dict[str, str]:
    """Describe every column: those of the tables, and those that the loaders add (``reference/columns.json``)."""
    path = folder / "reference" / "columns.json"
    try:
        added: dict[str, str] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"cannot be read ({error})", remedy="Restore it (git checkout).", file=path) from error
    fields = [field for table in tables(folder).values() for field in table.descriptor["schema"]["fields"]]
    return {field["name"]: field["description"] for field in fields} | added


def fingerprint(data: str | Path | None = None) -> str:
    """Compute one SHA-256 over the recorded checksums of all tables: the state of the data."""
    hashes = [table.descriptor["hash"] for table in tables(data_folder(data)).values()]
    return hashlib.sha256("".join(sorted(hashes)).encode()).hexdigest()


def recorded(data: str | Path | None = None) -> date:
    """Give the day on which the content of a raw or reference table was last recorded."""
    folder = data_folder(data)
    return date.fromisoformat(max(package(folder, name)["created"] for name in FOLDERS)[:10])


def package(folder: Path, name: str) -> dict[str, Any]:
    """Read the descriptor of one folder of `folder`."""
    return _described(folder / name / "datapackage.json")


def _described(path: Path) -> dict[str, Any]:
    try:
        return _parsed(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise DataError(
            f"the descriptor cannot be read ({error})", remedy="Restore it (git checkout).", file=path
        ) from error


@cache
def _parsed(path: Path, changed: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def tables(folder: Path) -> dict[str, Table]:
    """Name all described tables of `folder`; a schema that several of them share stands in a file of its own."""
    descriptors = [path for name in FOLDERS for path in sorted((folder / name).glob("*.json"))]
    return _tables(folder, tuple((path.name, path.stat().st_mtime_ns) for path in descriptors))


@cache
def _tables(folder: Path, changed: tuple[tuple[str, int], ...]) -> dict[str, Table]:
    found = {}
    for name in FOLDERS:
        shared: dict[str, dict[str, Any]] = {}
        for resource in package(folder, name)["resources"]:
            schema = resource["schema"]
            if isinstance(schema, str):
                if schema not in shared:
                    shared[schema] = _described(folder / name / schema)
                resource = resource | {"schema": shared[schema], "schema_file": schema}  # noqa: PLW2901 - a new dict
            found[resource["name"]] = Table(folder / name / resource["path"], resource)
    return found


def accept(name: str, check: Callable[[], list[Path]], data: str | Path | None = None) -> list[Path]:
    """Record the present content of a table, row count and SHA-256, once it passes its schema and `check`.

    Parameters
    ----------
    check
        Loads the data with the new record; what it gives is returned.

    Raises
    ------
    DataError
        When the table is unknown, breaks its schema, or `check` refuses it; then nothing is recorded.

    """
    folder = data_folder(data)
    held = tables(folder)
    check_choice("table", name, list(held))
    path = held[name].path
    rows = len(read_csv(path, held[name].descriptor["schema"]))
    descriptor = path.parent / "datapackage.json"
    before = descriptor.read_text("utf-8")
    content = json.loads(before)
    for resource in content["resources"]:
        if resource["name"] == name:
            resource |= {"hash": f"sha256:{checksum(path)}", "rows": rows}
            content["created"] = f"{date.today().isoformat()}T00:00:00Z"
    _replace(descriptor, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    try:
        return check()
    except DataError:
        _replace(descriptor, before)
        raise


def _replace(path: Path, text: str) -> None:
    aside = path.with_suffix(".new")
    aside.write_text(text, "utf-8")
    aside.replace(path)
