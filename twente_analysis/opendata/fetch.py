"""The current files of DUO and tables of CBS: fetched aside, checked, then put in place as a whole or not at all.

In the folder of the user, ``cbs/<table>/`` holds the responses of a table as published and ``duo/`` the files; a
``fetched.json`` beside them says of each its address, date, checksum, bytes and rows. ``.fetching/`` holds what is not
whole yet, so that a later run goes on from there, and for a moment the copy that is being replaced.
"""

import contextlib
import csv
import io
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ..incoming import read_content
from ..tidy import DataError, check_choice
from .cbs import catalogue
from .download import ASIDE, Service, Terms, on_disk
from .duo import read_duo
from .fetch_cbs import fetch_cbs
from .odata import RECORD
from .replace import compare, note, recorded, write

if sys.platform != "win32":
    import fcntl

__all__ = ["Terms", "fetch", "list_fetchable"]


@cache
def _files() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("duo.toml").read_text("utf-8"))


def list_fetchable(publisher: str) -> list[str]:
    """List the names of the tables or files of a publisher, ``duo`` or ``cbs``, that can be fetched.

    Examples
    --------
    >>> list_fetchable("cbs")[:2]
    ['83599NED', '83582NED']

    """
    check_choice("publisher", publisher, ["duo", "cbs"])
    return list(catalogue()["tables"] if publisher == "cbs" else _files()["files"])


def fetch(
    publisher: str, tables: Sequence[str], to: Path, terms: Terms, report: Callable[[str, str], object] = print
) -> pd.DataFrame:
    """Fetch tables of a publisher into a folder; one that fails stops no other, and its old copy stays.

    Parameters
    ----------
    publisher
        ``duo`` or ``cbs``.
    tables
        Names of `list_fetchable`; none for all of them.
    to
        Folder; made when it is not there.
    terms
        What to fetch of them, and how.
    report
        Called with each table and what became of it.

    Returns
    -------
    DataFrame
        One row per table: ``table``, ``outcome`` (``fetched`` or ``failed``), ``rows``, ``path`` and ``problem``.

    Raises
    ------
    DataError
        When a name is not known, the folder can't be written, or another run is at work in it.

    """
    known = list_fetchable(publisher)
    for table in tables:
        check_choice("table", table, known)
    done = []
    with _alone(to / ASIDE):
        for table in tables or known:
            row: dict[str, object] = {"table": table, "outcome": "failed", "rows": 0, "path": "", "problem": ""}
            try:
                rows, path = (fetch_cbs if publisher == "cbs" else _fetch_duo)(table, to, terms)
                row |= {"outcome": "fetched", "rows": rows, "path": str(path)}
                report(table, f"{rows:,} rows in {path}")
            except DataError as error:
                row["problem"] = str(error)
                report(table, f"failed; the old copy, if any, stays. {error}")
            done.append(row)
    return pd.DataFrame(done)


@contextlib.contextmanager
def _alone(aside: Path) -> Iterator[None]:
    """See that no other run is at work in the same folder; the operating system lets go when a run dies."""
    with on_disk(aside):
        aside.mkdir(parents=True, exist_ok=True)
        lock = (aside / "lock").open("w")
    with lock:
        if sys.platform != "win32":
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise DataError(
                    "another `twente fetch` is at work here", remedy="Wait until it has ended.", file=aside.parent
                ) from error
        yield


def _fetch_duo(name: str, to: Path, terms: Terms) -> tuple[int, Path]:
    entry, home = _files()["files"][name], _files()["service"]
    file = entry.get("url", f"{name}.csv")
    target, part = to / "duo" / file, to / ASIDE / "duo" / f"{file}.new"
    with on_disk(part):
        part.parent.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
    address = home["files" if "url" in entry else "ckan"]
    with contextlib.closing(Service(address, terms.address, terms.limits)) as service:
        url = service.locate(file) if "url" in entry else _resource(service, entry, part.with_name(f"{name}.list"))
        service.save(url, part, keep=True)
    try:
        with on_disk(part):
            new = _describe(part)
            if entry.get("layout"):
                read_duo(part, entry.get("year"))
            if target.exists() and not terms.accept_changes:
                compare(_known(target), new, target)
            about = {"table": name, "licence": home["licence"], **new, **note(part, url)}
            kept, record = target.with_name(RECORD), part.with_name(RECORD)
            # Written whole first: when the disk is full, nothing has been replaced.
            write(record, {"files": recorded(kept).get("files", {}) | {file: about}})
            part.replace(target)
            record.replace(kept)
    except DataError as error:
        # What has been found wrong must not be continued; it is named by its address, as the file is gone.
        part.unlink(missing_ok=True)
        raise DataError(error.problem, remedy=error.remedy, file=url if error.file == part else error.file) from error
    return new["rows"], target


def _resource(service: Service, entry: Mapping[str, Any], path: Path) -> str:
    """Find the address of a file by the beginning of its name in its dataset."""
    asked = service.locate(f"package_show?id={entry['dataset']}")
    service.save(asked, path)
    with on_disk(path):
        content = path.read_bytes()
        path.unlink()
    found = {}
    try:
        for one in json.loads(content)["result"]["resources"]:
            for name in (str(one.get("name")), str(one["url"]).rpartition("/")[2]):
                plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
                table = str(one["url"]).lower().endswith(".csv") or str(one.get("format")).lower() == "csv"
                if table and re.match(entry["resource"], plain):
                    found[plain] = str(one["url"])
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
        raise DataError(
            "this is no list of files of DUO's CKAN service", remedy="Run the same command again later.", file=asked
        ) from error
    if not found:
        raise DataError(
            f"dataset {entry['dataset']!r} has no CSV file that begins with {entry['resource']!r}",
            remedy="See at DUO's site how it is called now, and mend duo.toml.",
            file=asked,
        )
    return service.locate(found[max(found)], asked)


def _known(target: Path) -> dict[str, Any]:
    """Say what the old file holds; nothing where it can't be read."""
    try:
        return _describe(target)
    except DataError:
        return {}


def _describe(path: Path) -> dict[str, Any]:
    """Say what a CSV file holds, to compare a new one with an old one: columns, rows and bytes."""
    again = "See whether the network asks to log in; then fetch again."
    content = read_content(path, again)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if text.lstrip()[:1] in ("<", "{", ""):
        raise DataError("this is a web page or a message, not CSV", remedy=again, file=path)
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") >= head.count(",") else ",")
    rows = 0
    try:
        header = next(reader)
        for cells in reader:
            if cells and len(cells) != len(header):
                raise DataError(
                    f"line {reader.line_num} has {len(cells)} cells, the header {len(header)}", remedy=again, file=path
                )
            rows += bool(cells)
    except csv.Error as error:
        raise DataError(f"line {reader.line_num} is no CSV ({error})", remedy=again, file=path) from error
    if len(header) < 3 or not rows:
        raise DataError("the file has no rows or no columns", remedy=again, file=path)
    return {"columns": header, "rows": rows, "bytes": len(content)}
