"""CBS's OData responses as they lie in a folder: which are of one table, and are they all there?"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd

from ..incoming import check_json, read_content
from ..tidy import DataError

__all__ = ["FIGURES", "RECORD", "REMEDY", "Page", "Response", "collect", "describe", "read_page"]

CONTEXT = re.compile(rb'"@?odata\.(?:metadata|context)"\s*:\s*"[^"]*/([^/"]+)/\$metadata#([^"/]+)"')
#: The table that the address of the next page names.
NEXT = re.compile(rb'"@?odata\.nextLink"\s*:\s*"[^"?]*/([^/"?]+)/[^/"?]+/?[?"]')
#: A file that does not say of which table it is, but holds figures or codes, is a damaged response.
ROWS = re.compile(rb'"value"\s*:\s*\[.*?"(?:Perioden|Identifier|Key)"', re.DOTALL)
FIGURES = ("Observations", "TypedDataSet", "UntypedDataSet")
FETCH = "Fetch the table again with twente fetch cbs."
REMEDY = "Fetch the table again: twente fetch cbs --table "
#: Beside the pages that `twente fetch` has saved: what they are, and the checksum of each.
RECORD = "fetched.json"


@dataclass(frozen=True)
class Page:
    """One response: the set it is of, its rows and the address of the next page, if any."""

    path: Path
    table: str
    name: str
    rows: list[dict[str, Any]]
    following: str | None


@dataclass
class Response:
    """What one table's JSON files hold together: pages of figures in their order, and code lists by name."""

    table: str
    folder: Path
    pages: list[Page] = field(default_factory=list)
    lists: dict[str, list[Page]] = field(default_factory=dict)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Give the rows of all pages."""
        return [row for page in self.pages for row in page.rows]

    @property
    def number(self) -> str:
        """Name the column that numbers the rows."""
        return "Id" if self.pages[0].name == "Observations" else "ID"

    def fail(self, problem: str, rows: Sequence[object] = ()) -> DataError:
        """Make the error of this table; `rows` are the numbers of the rows concerned, which name the file."""
        file: Path = self.folder
        if len(rows):
            first = rows[0]
            file = next((page.path for page in self.pages if any(row[self.number] == first for row in page.rows)), file)
            problem += f"; row{'s' if len(rows) > 1 else ''} {', '.join(map(str, rows[:5]))}"
        return DataError(f"{self.table}: {problem}", remedy=REMEDY + self.table, file=file)

    def codes(self, name: str) -> dict[str, dict[str, Any]]:
        """Give a code list, codes without padding; empty where it is not here."""
        known: dict[str, dict[str, Any]] = {}
        for page in self.lists.get(name, []):
            for row in page.rows:
                code = row.get("Identifier", row.get("Key"))
                if not isinstance(code, str):
                    if name == "DataProperties":  # a heading above measures has no key
                        continue
                    raise DataError(f"a row of {name} has no code", remedy=REMEDY + self.table, file=page.path)
                if known.setdefault(code.strip(), row).get("Title") != row.get("Title"):
                    raise DataError(f"{name}: {code!r} has two titles", remedy=REMEDY + self.table, file=page.path)
        return known


def read_page(path: Path, content: bytes) -> Page:
    """Read one response.

    Raises
    ------
    DataError
        When it is no JSON, is a web page, or does not say of which table it is; the message names line and column.

    """
    if content.lstrip()[:1] == b"<":
        raise DataError(
            "this is a web page, not JSON",
            remedy="See whether the network asks to log in; then fetch again.",
            file=path,
        )
    try:
        body = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise DataError(f"the file is no JSON ({error})", remedy=FETCH, file=path) from error
    check_json(content, path, FETCH)
    body = body if isinstance(body, dict) else {}
    context = body.get("@odata.context", body.get("odata.metadata"))
    says = CONTEXT.fullmatch(f'"odata.context":{json.dumps(context)}'.encode())
    rows, following = body.get("value", []), body.get("@odata.nextLink", body.get("odata.nextLink"))
    whole = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    if says is None or not whole or not (following is None or (isinstance(following, str) and following)):
        raise DataError("this is no response of CBS's OData service", remedy=FETCH, file=path)
    name = says[2].decode().rpartition(".")[2]
    if name in FIGURES and not isinstance(body.get("value"), list):
        raise DataError("the page holds no rows", remedy=REMEDY + says[1].decode(), file=path)
    return Page(path, says[1].decode(), name, rows, following)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def collect(folder: Path, table: str, filtered: bool) -> Response:
    """Find the JSON files of a table by what they say of themselves; join pages and lists.

    Parameters
    ----------
    folder
        Where to look, at any depth, but not in hidden folders. Where it has ``cbs/<table>``, only there: that is what
        was fetched.
    table
        Id of the table.
    filtered
        Whether a part of the table may have been asked for; if not, the rows are numbered from 0 without a gap.

    """
    fetched = folder / "cbs" / table
    folder = fetched if fetched.is_dir() else folder
    found = Response(table, folder)
    recorded = False
    for path in sorted(folder.rglob("*.json")):
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        content = read_content(path, "Make it readable.")
        if path.name == RECORD:
            recorded |= _check_record(path, content, table)
            continue
        page = _page_of(table, path, content)
        if page is None:
            continue
        if page.name in FIGURES:
            found.pages.append(page)
        elif any("Perioden" in row for row in page.rows):
            raise DataError(f"figures under the name {page.name!r}", remedy=REMEDY + table, file=path)
        else:
            found.lists.setdefault(page.name.removesuffix("Codes"), []).append(page)
    if not found.pages:
        raise found.fail("no page with figures of this table is here")
    _check_pages(found, filtered or recorded)
    return found


def _page_of(table: str, path: Path, content: bytes) -> Page | None:
    """Read the file if it is of the table; a damaged page must not be taken for another table's."""
    says = CONTEXT.search(content)
    if says is None:
        if ROWS.search(content):
            raise DataError("figures or codes, but not of which table", remedy=REMEDY + table, file=path)
        return None
    following = NEXT.search(content)
    if following is not None and says[1] != following[1]:
        raise DataError("the page and the next one are of different tables", remedy=REMEDY + table, file=path)
    if says[1] != table.encode():
        return None
    page = read_page(path, content)
    if page.table != table:
        raise DataError("the file says twice of which table it is", remedy=REMEDY + table, file=path)
    return page


def _check_record(path: Path, content: bytes, table: str) -> bool:
    """Compare the files of a folder with the record of their fetching; tell whether it is of this table."""
    try:
        record = json.loads(content)
        mine = record.get("table") == table
        sums = {name: file["sha256"] for name, file in record["files"].items()} if mine else {}
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
        raise DataError("the record of what was fetched is damaged", remedy=REMEDY + table, file=path) from error
    for name, checksum in sums.items():
        file = path.parent / name
        if not file.is_file():
            raise DataError("the file is missing", remedy=REMEDY + table, file=file)
        if hashlib.sha256(read_content(file, "Make it readable.")).hexdigest() != checksum:
            raise DataError("the file is not as it was fetched", remedy=REMEDY + table, file=file)
    added = {file.name for file in path.parent.glob("*.json")} - {RECORD, *sums} if mine else set()
    if added:
        raise DataError(f"{', '.join(sorted(added))} was not fetched", remedy="Move it elsewhere.", file=path.parent)
    return mine


def _check_pages(found: Response, partly: bool) -> None:
    """Put the pages in order; raise unless they are of one set, with every row once and none missing."""
    sets = {page.name for page in found.pages}
    if len(sets) > 1:
        raise found.fail(f"there are pages of {' and of '.join(sorted(sets))}; keep one of them")
    for page in found.pages:
        if not all(type(row.get(found.number)) is int for row in page.rows):
            raise DataError(
                f"a row has no whole number as {found.number!r}", remedy=REMEDY + page.table, file=page.path
            )
    ids = pd.Series([row[found.number] for row in found.rows], dtype=object)
    twice = ids[ids.duplicated()]
    if len(twice):
        raise found.fail("a row stands twice: a page was kept under two names", twice.tolist())
    skips = {page.path: re.search(r"skip=(\d+)", page.following or "", re.IGNORECASE) for page in found.pages}
    if sum(page.following is None for page in found.pages) != 1:
        raise found.fail(f"a page is missing: of {len(found.pages)}, only the last may say that none follows")
    found.pages.sort(key=lambda page: (page.following is None, int(match[1]) if (match := skips[page.path]) else 0))
    read = 0
    for page in found.pages[:-1]:
        read += len(page.rows)
        skip = skips[page.path]
        if skip is not None and int(skip[1]) != read:
            raise DataError(
                f"a page is missing: the next one begins at row {skip[1]}, {read} rows come before it",
                remedy=REMEDY + page.table,
                file=page.path,
            )
    if not len(ids):
        raise found.fail("the pages hold no rows")
    if not partly and sorted(ids) != list(range(len(ids))):
        raise found.fail("a page is missing: the rows are not numbered from 0 without a gap")


def describe(found: Response) -> dict[str, Any]:
    """Say what the pages hold, to compare a new copy with an old one: columns, measures and rows."""
    columns = set(found.rows[0])
    known = {row["Measure"].strip() for row in found.rows} if "Measure" in columns else set()
    return {"rows": len(found.rows), "columns": sorted(columns), "measures": sorted(known)}
