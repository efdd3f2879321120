"""The record of earlier runs, and whether a brief is still what it would become: read without loading the analysis.

A brief is unchanged when the data, its notebook, the library, the lock and its parameters are, and when the files it
was published as are still there. `Inputs` reads all of that once per run.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..incoming import check_size
from .plan import Brief

__all__ = ["Entry", "Inputs", "is_whole", "read_record", "stamps", "write_file", "write_record"]

RECORD = "briefs.json"
LIBRARY = Path(__file__).parents[1]
#: What the library is made of; the interpreter's own caches are not.
PARTS = {".py", ".pyi", ".toml", ".j2", ".css", ".mplstyle"}
Entry = dict[str, Any]
#: The folder of a brief's charts.
FOLDER = r"assets/[a-z0-9-]+/[0-9a-f]+"


class Inputs:
    """What goes into briefs, as hashes.

    Parameters
    ----------
    data
        The data folder; the checkout around it has the lock.
    open_data
        Folder of published files, or None.

    """

    def __init__(self, data: Path, open_data: Path | None) -> None:
        self.data, self.open_data = data, open_data
        self._own: dict[str, dict[str, str]] = {}
        self._stamps: dict[str, dict[Path, tuple[int, ...]]] = {}

    def of(self, brief: Brief) -> str:
        """Hash all that decides what the brief says: `parts`, and what the plan gives it."""
        given = [brief.name, brief.title, brief.question, sorted(brief.parameters.items())]
        parts = list(self.parts(brief).values())
        return hashlib.sha256(json.dumps([given, parts], ensure_ascii=False, default=str).encode()).hexdigest()

    def parts(self, brief: Brief) -> dict[str, str]:
        """Hash each thing that the brief is made from, apart from what the plan gives it: `common` and its own.

        No place and no time is in them, so that they are the same on each machine that would make the same brief.
        """
        return self.common | self.own(brief)

    def own(self, brief: Brief) -> dict[str, str]:
        """Hash what goes into this brief alone; it is read once.

        Raises
        ------
        OSError
            When its notebook or its folder of published files cannot be read.

        """
        if brief.name not in self._own:
            chosen = brief.parameters.get("open_data")
            folder = _below(Path(chosen)) if isinstance(chosen, str) and chosen else []
            own = {"notebook": [brief.notebook], "open_data of the brief": folder}
            self._own[brief.name] = {name: self._hash_of(paths, brief.name) for name, paths in own.items()}
        return self._own[brief.name]

    def changed(self, brief: Brief) -> list[str]:
        """Name the files that are no longer as `of` read them: what was made from them since may mix old and new."""
        stamps = self._stamps.get("", {}) | self._stamps.get(brief.name, {})
        return sorted(path.name for path, stamp in stamps.items() if _stamp(path) != stamp)

    @cached_property
    def common(self) -> dict[str, str]:
        """What goes into every brief."""
        data = [path for name in ("raw", "reference") for path in _below(self.data / name)]
        library = [path for path in _below(LIBRARY) if path.suffix in PARTS]
        locks = [path for root in {self.data.parent, LIBRARY.parent} for path in [root / "requirements.lock"]]
        published = _below(self.open_data) if self.open_data is not None else []
        # The data may lie in the checkout of the code or in another one with the same lock: that is one lock.
        locked = {path.read_bytes(): path for path in sorted(locks) if path.is_file()}
        lock = [path for _, path in sorted(locked.items())]
        parts = {"data": data, "library": library, "lock": lock, "open_data": published}
        return {name: self._hash_of(paths) for name, paths in parts.items()}

    def _hash_of(self, paths: Iterable[Path], brief: str = "") -> str:
        found = hashlib.sha256()
        for path in paths:
            self._stamps.setdefault(brief, {})[path] = _stamp(path)
            if not path.is_file():  # reading a pipe would never end
                raise DataError("this is no plain file", remedy="Remove it, or put the file there.", file=path)
            check_size(path, path.stat().st_size)  # before all of it is read
            with path.open("rb") as file:
                found.update(os.fsencode(path.name) + b"\0" + hashlib.file_digest(file, "sha256").digest())
        return found.hexdigest()


def read_record(folder: Path) -> dict[str, Entry]:
    """Read what earlier runs published in `folder`; a page that is gone is no entry.

    Raises
    ------
    DataError
        When the record is damaged.

    """
    path = folder / RECORD
    if not path.exists():
        return {}
    try:
        found: dict[str, Entry] = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise DataError("the record of earlier runs is damaged", remedy="Remove it; pages stay.", file=path) from error
    # What is pruned is named here: a name that leads elsewhere would remove what is not ours.
    named = isinstance(found, dict) and all(re.fullmatch(r"[a-z0-9-]+", name) for name in found)
    if not named or not all(isinstance(entry, dict) for entry in found.values()):
        raise DataError("the record of earlier runs is not as it was written", remedy="Remove it.", file=path)
    # Of a page that is there and whose entry was damaged only the name counts: it is made again.
    return {
        name: entry if _is_entry(entry) else {} for name, entry in found.items() if (folder / f"{name}.html").exists()
    }


def _is_entry(entry: Entry) -> bool:
    """Whether an entry says all that the index and the next run take from it."""
    try:
        date.fromisoformat(entry["published"])
        date.fromisoformat(entry["attempted"] or entry["published"])
        worded = all(isinstance(entry[name], str) for name in ("language", "title", "headline", "thumbnail", "inputs"))
        return worded and isinstance(entry["files"], dict) and bool(re.fullmatch(FOLDER, entry["assets"]))
    except (KeyError, TypeError, ValueError):
        return False


def write_record(folder: Path, record: dict[str, Entry]) -> None:
    """Write the record of this run and the earlier ones."""
    write_file(folder / RECORD, json.dumps(record, indent=1, ensure_ascii=False).encode())


def stamps(folder: Path, paths: Iterable[Path]) -> dict[str, list[int]]:
    """Note size and time of change of published files, by their place in `folder`."""
    found = {path.relative_to(folder).as_posix(): path.stat() for path in sorted(paths)}
    return {name: [about.st_size, about.st_mtime_ns] for name, about in found.items()}


def is_whole(folder: Path, entry: Entry) -> bool:
    """Whether the files of a brief are still there as they were published."""
    files: dict[str, list[int]] = entry.get("files", {})
    try:
        return bool(files) and all(
            [(about := (folder / name).stat()).st_size, about.st_mtime_ns] == stamp for name, stamp in files.items()
        )
    except OSError:
        return False


def write_file(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it, so that a reader never sees half of it."""
    aside = path.with_name(f".{path.name}.new")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # else a power cut after the rename could leave it empty
    aside.replace(path)


def _below(folder: Path) -> list[Path]:
    """List the files of a folder; what begins with a dot, such as an editor's mark, is none of the data."""
    found = (Path(place) / name for place, _, names in os.walk(folder) for name in names)
    return sorted(path for path in found if not path.name.startswith("."))


def _stamp(path: Path) -> tuple[int, ...]:
    """What changes with a file: size, times and which file it is; nothing when it is gone."""
    try:
        about = path.stat()
    except OSError:
        return ()
    return about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino
