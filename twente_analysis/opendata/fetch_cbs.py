"""A table of CBS: its metadata, its lists and its figures page by page, asked of OData version 4 or 3."""

import contextlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from ..tidy import DataError, check_choice
from .cbs import catalogue, read_cbs
from .download import ASIDE, Service, Terms, Unreachable, on_disk
from .odata import FIGURES, RECORD, Page, collect, describe, read_page
from .replace import compare, note, put, recorded, recover, write

__all__ = ["fetch_cbs"]

PAGES = 2000
COUNTRY = "NL01"


@dataclass
class Job:
    """The fetching of one table: what it is, the folder aside, and the address of each file in it."""

    table: str
    entry: Mapping[str, Any]
    folder: Path
    service: Service
    terms: Terms
    urls: dict[str, str] = field(default_factory=dict)


def fetch_cbs(table: str, to: Path, terms: Terms) -> tuple[int, Path]:
    """Fetch a table of `list_cbs` into ``cbs/<table>`` under `to`; give its number of rows and its folder."""
    check_choice("odata", terms.odata, [3, 4])
    settings, target = catalogue(), to / "cbs" / table
    address = settings["service"][f"v{terms.odata}"]
    with contextlib.closing(Service(address, terms.address, terms.limits)) as service:
        job = Job(table, settings["tables"][table], to / ASIDE / "cbs" / table, service, terms)
        old = job.folder.with_name(f"{table}.old")
        recover(target, old)
        try:
            _gather(job)
            rows = _check(job, target)
            with on_disk(target):
                put(job.folder, target, old)
        except Unreachable:
            raise
        except DataError as error:
            # What has been found wrong must not be continued; it is named by its address, as the file is gone.
            shutil.rmtree(job.folder, ignore_errors=True)
            file = job.urls.get(Path(str(error.file)).name, error.file)
            raise DataError(error.problem, remedy=error.remedy, file=file) from error
    return rows, target


def _check(job: Job, target: Path) -> int:
    """Read what came as `read_cbs` does, compare it with the old copy, and record it; give the number of rows."""
    found = collect(job.folder, job.table, filtered=True)
    new = describe(found) | {"bytes": sum(page.path.stat().st_size for page in found.pages)}
    head = {"table": job.table, "title": job.entry["title"], "licence": catalogue()["service"]["licence"], **new}
    with on_disk(job.folder):
        write(job.folder / RECORD, head | {"files": _notes(job)})
    read_cbs(job.folder, job.table)
    if target.exists() and not job.terms.accept_changes:
        compare(recorded(target / RECORD), new, target)
    return int(new["rows"])


def _notes(job: Job) -> dict[str, Any]:
    return {
        name: note(path, url) | {"rows": len(read_page(path, path.read_bytes()).rows)}
        for name, url in sorted(job.urls.items())
        for path in [job.folder / name]
    }


def _gather(job: Job) -> None:
    """Fetch the lists and then the figures of a table, from where an earlier run stopped if nothing has changed."""
    three = job.terms.odata == 3
    about, plain = ("TableInfos", "$format=json") if three else ("Properties", "")
    address = job.service.locate(f"{job.table}/{about}" + ("?" + plain if plain else ""))
    asked, fresh = (job.folder.with_name(f"{job.table}.{ending}") for ending in ("asked", "now"))
    question = f"{job.terms.odata} {','.join(job.terms.regions)} {job.entry.get('filter', '')}"
    with on_disk(job.folder):
        job.folder.mkdir(parents=True, exist_ok=True)
        job.service.save(address, fresh)
        before = job.folder / f"{about}.json"
        same = before.exists() and before.read_bytes() == fresh.read_bytes()
        if not (same and asked.exists() and asked.read_text("utf-8") == question):
            shutil.rmtree(job.folder)
            job.folder.mkdir()
            asked.write_text(question, "utf-8")
        fresh.replace(before)
    job.urls[before.name] = address
    _check_asked(job, read_page(before, before.read_bytes()), about)
    if three:
        properties = _pages(job, "DataProperties", plain)
        dimensions = [one.get("Key") for one in properties if re.search("Dimension|GeoDetail", str(one.get("Type")))]
    else:
        dimensions = [
            one.get("Identifier") for one in _pages(job, "Dimensions", plain) if one.get("ContainsCodes", True)
        ]
        _pages(job, "MeasureCodes", plain)
    lists = {name: _pages(job, name if three else f"{name}Codes", plain) for name in map(str, dimensions)}
    chosen = _filter(job, lists)
    query = "&".join(filter(None, [plain, "$filter=" + quote(chosen, safe="'(),") if chosen else ""]))
    name = "UntypedDataSet" if three else "Observations"
    _pages(job, name, query, None if three else _count(job, name, query))
    job.service.save(address, fresh)
    with on_disk(fresh):
        changed = fresh.read_bytes() != before.read_bytes()
        fresh.unlink()
        asked.unlink(missing_ok=True)
    if changed:
        raise DataError(
            f"{job.table}: CBS published a new version meanwhile", remedy="Run the same command again.", file=address
        )


def _pages(job: Job, name: str, query: str, count: int | None = None) -> list[dict[str, Any]]:
    """Fetch all pages of a set, those that an earlier run fetched excepted; give their rows."""
    url: str | None = job.service.locate(f"{job.table}/{name}" + ("?" + query if query else ""))
    rows: list[dict[str, Any]] = []
    seen, firsts = set(), set()
    while url is not None:
        seen.add(unquote(url))
        number = len(seen) - 1
        path = job.folder / (f"{name}-{number:04}.json" if number or name in FIGURES else f"{name}.json")
        if not path.exists():
            job.service.save(url, path)
        job.urls[path.name] = url
        with on_disk(path):
            page = read_page(path, path.read_bytes())
        _check_asked(job, page, name)
        first = json.dumps(page.rows[:1])
        rows += page.rows
        following = job.service.locate(page.following, url) if page.following else None
        problem = ""
        if first in firsts:
            problem = "a page comes twice"
        elif (circle := following is not None and unquote(following) in seen) or number >= PAGES:
            problem = "the pages go round in a circle" if circle else f"more than {PAGES} pages"
        elif following and not page.rows:
            problem = "a page has no rows, yet says that another follows"
        elif following and _path(following) != _path(url):
            problem = f"the next page is of something else, {following}"
        elif count is not None and (len(rows) > count or (not following and len(rows) < count)):
            problem = f"{len(rows):,} rows came, while the service counts {count:,}"
        if problem:
            raise DataError(
                f"{job.table}: {problem}", remedy="Run the same command again later, or try --odata 3.", file=url
            )
        firsts.add(first)
        url = following
    return rows


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/").casefold()


def _check_asked(job: Job, page: Page, name: str) -> None:
    """Raise when the answer is of another table or set than was asked; version 3 names its lists less strictly."""
    if page.table != job.table or (page.name != name and (job.terms.odata == 4 or name in FIGURES)):
        raise DataError(
            f"asked for {job.table}/{name}, the service gave {page.table}/{page.name}",
            remedy="Run the same command again later.",
            file=page.path,
        )


def _filter(job: Job, lists: Mapping[str, list[dict[str, Any]]]) -> str:
    """Make the filter of what to ask, with keys as the lists give them: version 3 pads them."""
    published = {
        name: {str(key).strip(): str(key) for one in rows if (key := one.get("Identifier", one.get("Key")))}
        for name, rows in lists.items()
    }
    text = str(job.entry.get("filter", ""))
    if "{regions}" in text:
        dimension = job.entry.get("region", "RegioS")
        here = published.get(dimension, {})
        wanted = [code for code in job.terms.regions if code in here]
        if not set(wanted) - {COUNTRY} and set(job.terms.regions) != {COUNTRY}:
            raise DataError(
                f"{job.table} has no region {', '.join(code for code in job.terms.regions if code not in here)}",
                remedy=f"Name a region of this table with --region; it has {', '.join(list(here)[:20])} ...",
            )
        text = text.replace("{regions}", "(" + " or ".join(f"{dimension} eq '{code}'" for code in wanted) + ")")

    def pad(match: re.Match[str]) -> str:
        dimension, code = match.groups()
        if code not in published.get(dimension, {}):
            raise DataError(f"{job.table} has no {dimension} {code!r}", remedy="Mend the filter in cbs.toml.")
        return f"{dimension} eq '{published[dimension][code]}'"

    return re.sub(r"(\w+) eq '([^']*)'", pad, text)


def _count(job: Job, name: str, query: str) -> int | None:
    """Ask how many rows there are; None where the service does not answer that."""
    path = job.folder.with_name(f"{job.table}.count")
    try:
        job.service.save(job.service.locate(f"{job.table}/{name}/$count" + ("?" + query if query else "")), path)
    except Unreachable:
        raise
    except DataError:
        return None
    with on_disk(path):
        told = path.read_bytes().decode("utf-8-sig", errors="replace").strip()
        path.unlink()
    return int(told) if re.fullmatch("[0-9]{1,12}", told) else None
