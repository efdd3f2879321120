"""One run at a time in a folder of pages, and an honest report of each: ``runs/<when it began>.json`` beside the pages.

The lock is one of the operating system, which goes with the process that holds it, however that ends. So a report that
still says "running" while the folder is free is of a run that was broken off.
"""

import contextlib
import errno
import json
import os
import platform
import re
import socket
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from ..errors import DataError, LockedError, MachineError
from .record import write_file

__all__ = ["Report", "hold", "locked", "versions"]

LOCK, RUNS = ".lock", "runs"
RUNNING, ENDED, BROKEN_OFF = "running", "ended", "broken off"
#: The folders of a path that begins at a root, on any system; the middle of a web address is none.
FOLDERS = re.compile(
    r"""(?<=['"])(?:[A-Za-z]:)?[/\\][^'"\n]*[/\\]|(?<![\w/:.\\'"])(?:[A-Za-z]:)?[/\\](?:[^/\\\s'":]+[/\\])+"""
)
#: What `twente doctor` looks at: leave to write, and room.
DOCTOR = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC}
#: Options of a run that name a folder.
PLACES = {"out", "figures_to"}
#: What decides how a page looks and what it says, besides our own code.
VERSIONS = (
    *("twente-analysis", "ipykernel", "matplotlib", "nbconvert", "numpy", "pandas", "papermill"),
    *("scipy", "seaborn", "statsmodels"),
)


def versions() -> dict[str, str]:
    """Give the installed version of each package that decides how a page looks and what it says.

    Raises
    ------
    MachineError
        When one is not installed.

    """
    try:
        return {name: version(name) for name in VERSIONS}
    except PackageNotFoundError as error:
        remedy = "Run `rm -rf .venv; make briefs`, which installs all."
        raise MachineError(f"{error.name} is not installed", remedy=remedy) from error


class Report:
    """What a run was asked, read and made, written when it begins, after each brief and when it ends.

    It names the machine but no folder and no user: it lies where the pages are.
    """

    def __init__(self, folder: Path, asked: Mapping[str, Any]) -> None:
        began = datetime.now(UTC)
        self.path = folder / RUNS / f"{began:%Y-%m-%dT%H-%M-%S}-{os.getpid()}.json"
        self.clock = time.monotonic()
        self.content: dict[str, Any] = {
            "state": RUNNING,
            "began": began.isoformat(timespec="seconds"),
            "ended": None,
            "seconds": None,
            "exit_code": None,
            "error": "",
            "host": socket.gethostname(),
            "process": os.getpid(),
            "asked": {name: value for name, value in asked.items() if name not in PLACES and value is not None},
            "versions": {"python": platform.python_version()} | versions(),
            "inputs": {},
            "warnings": [],
            "briefs": [],
        }
        self._write()

    def warn(self, text: str) -> None:
        """Note what whoever watches the runs should know, though nothing failed by it."""
        self.content["warnings"].append(_bare(text))

    def settle(self, brief: str, outcome: str, reason: str, **about: Any) -> None:
        """Note what became of a brief, and what else is known `about` it; what took time is written at once."""
        self.content["briefs"].append({"brief": brief, "outcome": outcome, "reason": _bare(reason), **about})
        if outcome != "unchanged":
            self._write()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Write how the run ended; where it was an error that cannot be written either, the error says so itself."""
        with contextlib.suppress(OSError) if error is not None else contextlib.nullcontext():
            if error is None:
                self._end(ENDED, int(any(brief["outcome"] == "failed" for brief in self.content["briefs"])))
            elif isinstance(error, DataError):
                self._end(ENDED, error.exit_code, f"{error.file}: {error.problem}" if error.file else error.problem)
            elif isinstance(error, OSError):
                self._end(ENDED, MachineError.exit_code, error.strerror or "")
            else:
                self._end(BROKEN_OFF, None, f"{type(error).__name__}: {error}")

    def _end(self, state: str, exit_code: int | None, error: str = "") -> None:
        ended, seconds = datetime.now(UTC).isoformat(timespec="seconds"), round(time.monotonic() - self.clock, 1)
        self.content |= {
            "state": state,
            "ended": ended,
            "seconds": seconds,
            "exit_code": exit_code,
            "error": _bare(error),
        }
        self._write()

    def _write(self) -> None:
        self.path.parent.mkdir(exist_ok=True)
        write_file(self.path, _written(self.content))


def _written(content: Mapping[str, Any]) -> bytes:
    """Write what a report holds; the name of a file may be no text, and is then written as numbers."""
    return json.dumps(content, indent=1, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _bare(text: str) -> str:
    r"""Leave the folders out of the paths in a text: the report lies where the pages are, for all to read.

    Examples
    --------
    >>> _bare("No such file or directory: '/srv/Anna Smit/notebooks/two.ipynb'")
    "No such file or directory: 'two.ipynb'"
    >>> _bare("7/8 of the rows; see https://example.org/a/b and C:\\data\\raw\\a.csv")
    '7/8 of the rows; see https://example.org/a/b and a.csv'

    """
    home = str(Path.home())
    return FOLDERS.sub("", text.replace(f"{home}{os.sep}", "").replace(home, "~") if len(home) > 1 else text)


@contextlib.contextmanager
def hold(folder: Path, asked: Mapping[str, Any], keep: int) -> Iterator[Report]:
    """Hold a folder for one run and report it, whatever happens.

    Parameters
    ----------
    asked
        The options of the run.
    keep
        How many reports to keep, this one included.

    Raises
    ------
    LockedError
        When another run holds the folder.
    MachineError
        When it cannot be written.

    """
    try:
        with locked(folder):
            report = Report(folder, asked)
            _settle_earlier(report, keep)
            with report:
                yield report
    except (OSError, NotImplementedError) as error:
        told = getattr(error, "strerror", None) or str(error)
        where = getattr(error, "filename", None) or folder
        looks = getattr(error, "errno", None) in DOCTOR
        remedy = "`twente doctor` says what to mend." if looks else "Mend that here, then run again; no page is lost."
        raise MachineError(f"the run could not go on ({told})", remedy=remedy, file=where) from error


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder, or raise a `LockedError` that says who does."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        held = f"another run holds this folder: {_holder(folder)}"
        raise LockedError(held, remedy="Wait until it has ended.", file=folder) from None
    try:
        yield
    finally:
        lock.release()


def _reports(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Read the reports in a folder, newest first; what is none is passed over."""
    for path in sorted((folder / RUNS).glob("*.json"), reverse=True):
        with contextlib.suppress(OSError, ValueError, TypeError):
            content = json.loads(path.read_text("utf-8")) if path.is_file() else {}
            whole = isinstance(content, dict) and {"state", "began", "host", "process"} <= set(content)
            if whole and datetime.fromisoformat(content["began"]).tzinfo is not None:
                yield path, content


def _holder(folder: Path) -> str:
    """Say who holds the lock and for how long, as its report has it."""
    for _, content in _reports(folder):
        if content["state"] == RUNNING:
            began = datetime.fromisoformat(content["began"])
            minutes = max(datetime.now(UTC) - began, timedelta()) // timedelta(minutes=1)
            return (
                f"process {content['process']} on {content['host']}, since {began:%Y-%m-%d %H:%M} UTC ({minutes} min)"
            )
    return "it has not yet said who it is"


def _settle_earlier(report: Report, keep: int) -> None:
    """Correct the reports of runs that ended without a word, and remove the oldest."""
    found = [one for one in _reports(report.path.parents[1]) if one[0] != report.path]
    for path, content in found:
        if content["state"] == RUNNING:
            report.warn(f"the run of {content['began']} (process {content['process']}) ended without a word")
            write_file(path, _written(content | {"state": BROKEN_OFF}))
    # What is dated after this one is of a clock that ran ahead: older, whatever it says.
    found.sort(key=lambda one: one[0].name > report.path.name)
    for path, _ in found[max(keep, 1) - 1 :]:
        path.unlink()
