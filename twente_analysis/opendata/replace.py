"""What came against what was there: compare the two, record the new one, put it in place."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..tidy import DataError
from .download import on_disk

__all__ = ["compare", "note", "put", "recorded", "recover", "write"]

#: A file that has become smaller than this part of the old one has lost something, even if its rows are there.
SHRUNK = 0.9


def compare(old: Mapping[str, Any], new: Mapping[str, Any], target: Path) -> None:
    """Refuse a new copy with other columns than the old one or less in it.

    Parameters
    ----------
    old, new
        What there is in each: ``columns``, ``measures``, ``rows`` and ``bytes``; `old` is empty where nothing is known.
    target
        Where the old one stands.

    Raises
    ------
    DataError
        When they differ so; the message says in what.

    """
    problems = [] if old else ["what is there now can't be compared with it"]
    for name in ("columns", "measures") if old else ():
        before, after = set(old.get(name, [])), set(new.get(name, []))
        if before != after:
            gone, added = (", ".join(sorted(one)) or "none" for one in (before - after, after - before))
            problems.append(f"its {name} have changed (gone: {gone}; new: {added})")
    if new["rows"] < old.get("rows", 0):
        problems.append(f"it has shrunk from {old['rows']:,} to {new['rows']:,} rows")
    elif new["bytes"] < SHRUNK * old.get("bytes", 0):
        problems.append(f"it has shrunk from {old['bytes']:,} to {new['bytes']:,} bytes")
    if problems:
        raise DataError(
            f"what came is not put in its place: {'; '.join(problems)}",
            remedy="See what the publisher says of it. To take the new one all the same, add --accept-changes.",
            file=target,
        )


def note(path: Path, url: str) -> dict[str, Any]:
    """Say of a file where it came from, when, and what it is."""
    content = path.read_bytes()
    fetched = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
    checksum = hashlib.sha256(content).hexdigest()
    return {"url": url, "date": fetched, "sha256": checksum, "bytes": len(content)}


def recorded(path: Path) -> dict[str, Any]:
    """Read a record; one that is not there or damaged tells nothing of what was before."""
    kinds = {"files": dict, "columns": list, "measures": list, "rows": int, "bytes": int}
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    sound = isinstance(record, dict) and all(isinstance(record.get(name, kind()), kind) for name, kind in kinds.items())
    return record if sound else {}


def write(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record to the disk, not only to its memory."""
    with path.open("w", encoding="utf-8") as file:
        json.dump(record, file, indent=1, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())


def put(folder: Path, target: Path, old: Path) -> None:
    """Replace a folder: no system does that in one step, so `recover` ends what a dying run has begun."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(old)
    try:
        folder.rename(target)
    except OSError:
        recover(target, old)
        raise
    shutil.rmtree(old, ignore_errors=True)


def recover(target: Path, old: Path) -> None:
    """Put back the copy that a run took away before it died, or drop it where the new one stands."""
    with on_disk(target):
        if old.exists() and target.exists():
            shutil.rmtree(old)
        elif old.exists():
            old.rename(target)
