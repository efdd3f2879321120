"""Is this machine fit to make briefs? Looks at what a run needs, and says how to mend what is not as it should be."""

import errno
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from .briefs.orphans import can_end_what_is_left
from .errors import DataError
from .folders import data_folder

__all__ = ["Finding", "examine"]

OLDEST = (3, 11)
#: A full build with its copies and the pages beside it, ten times over.
FREE_BYTES = 500_000_000
FONT = "DejaVu Sans"
SECONDS = 120
#: A table that is wrong is told by its own check.
LOADS = f"""
import {__package__}.briefs.publish
from {__package__}.briefs.parents import load
try:
    load("{__package__}.briefs.make_many").warm_up()
except {__package__}.DataError:
    pass
"""
RENEW = "Run `rm -rf .venv; make briefs`: it installs what requirements.lock says. The pages stay."
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
OFFICE = ("soffice", "libreoffice")


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is well, what was found, and how to mend it; what is not `needed` is an extra."""

    name: str
    well: bool
    found: str
    mend: str = ""
    needed: bool = True

    def __str__(self) -> str:
        """Write it as a line, and below it how to mend it."""
        verdict = "ok" if self.well else "not ok" if self.needed else "absent"
        line = f"{verdict:<7} {self.name}: {self.found}"
        return line if self.well else f"{line}\n        {self.mend}"


def examine(pages: Path | None = None) -> Iterator[Finding]:
    """Look at everything that a run needs, one after the other.

    Parameters
    ----------
    pages
        Folder of the pages; ``briefs/`` of the checkout when None.

    Yields
    ------
    Finding
        A broken part makes a finding, never an exception.

    """
    try:
        root = data_folder().parent
    except DataError as error:
        yield Finding("data", False, error.problem, f"{error.remedy} It was looked for in {error.file}.")
        return
    lock = _lock_of(root)
    folders = {"pages": pages or root / "briefs", "charts": root / "figures"}
    checks: list[tuple[str, Callable[[], Finding]]] = [
        ("Python", _python),
        ("lock", lambda: _lock(lock)),
        ("packages", lambda: _packages(lock)),
        ("loading", _loading),
        ("data", _data),
        ("font", _font),
        *((name, lambda name=name, folder=folder: _writable(name, folder)) for name, folder in folders.items()),
        ("disk", lambda: _disk(folders["pages"])),
        ("kernel", _kernel),
        ("what briefs leave", _leavings),
        ("Chromium", lambda: _program("Chromium", CHROMIUM, "the tests of pages and PDF memos", "chromium")),
        ("LibreOffice", lambda: _program("LibreOffice", OFFICE, "looking at office files in tests", "libreoffice")),
    ]
    for name, check in checks:
        try:
            yield check()
        except Exception as error:  # noqa: BLE001 - what breaks a check is what is wrong with the machine
            told = (str(error).strip() or type(error).__name__).splitlines()[-1]
            yield Finding(name, False, f"the check itself failed ({type(error).__name__}: {told})", RENEW)


def _python() -> Finding:
    found = f"{'.'.join(map(str, sys.version_info[:3]))} in {sys.prefix}"
    oldest = ".".join(map(str, OLDEST))
    mend = f"Install Python {oldest} or newer, then: rm -rf .venv; make PYTHON=python3.12 briefs"
    return Finding("Python", sys.version_info[:2] >= OLDEST, found, mend)


def _pins(lock: Path) -> dict[str, set[str]]:
    """Read which versions the lock allows; a package may have several, for one Python or system each."""
    pins: dict[str, set[str]] = {}
    for name, one in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\\s]+)", lock.read_text("utf-8"), re.MULTILINE):
        pins.setdefault(_plain(name), set()).add(one)
    return pins


def _wanted() -> list[str]:
    """Name the packages that the library asks for, without its extras."""
    asked = [one for one in requires("twente-analysis") or [] if "extra ==" not in one]
    return sorted({_plain(re.split(r"[^A-Za-z0-9._-]", one, maxsplit=1)[0]) for one in asked})


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _lock_of(root: Path) -> Path:
    """Say where the lock lies: in the checkout of the data, or beside the code when the data are a copy."""
    beside = [one / "requirements.lock" for one in (root, Path(__file__).parents[1])]
    return next((lock for lock in beside if lock.is_file()), beside[0])


def _lock(lock: Path) -> Finding:
    if not lock.is_file():
        return Finding("lock", False, f"{lock} is missing", "Restore it: git checkout requirements.lock")
    absent = sorted(set(_wanted()) - set(_pins(lock)))
    if absent:
        return Finding("lock", False, f"it does not pin {', '.join(absent)}", "Renew it with `make lock` (needs uv).")
    made = lock.parent / ".venv" / "ready"
    if made.is_file() and made.stat().st_mtime < lock.stat().st_mtime:
        return Finding("lock", False, "it has changed since .venv was made", RENEW)
    return Finding("lock", True, f"{lock} pins {len(_pins(lock))} packages, among them all that are asked for")


def _packages(lock: Path) -> Finding:
    pins = _pins(lock)
    wrong, held = [], 0
    for name in sorted({*pins, *_wanted()}):
        try:
            installed = version(name)
        except PackageNotFoundError:
            if name in _wanted():
                wrong.append(f"{name} is missing")
            continue
        held += 1
        if installed not in pins.get(name, {installed}):
            wrong.append(f"{name} {installed} instead of {' or '.join(sorted(pins[name]))}")
    if wrong:
        return Finding("packages", False, "; ".join(wrong[:5]) + (f"; {len(wrong) - 5} more" * (len(wrong) > 5)), RENEW)
    return Finding("packages", True, f"{held} installed, each in a version that the lock has")


def _loading() -> Finding:
    """Load all that a run loads, as it does: in a process of its own."""
    begun = time.monotonic()
    try:
        done = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", LOADS],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        mend = "Something stops or slows it: a disk of the network, a machine that is far too busy."
        return Finding("loading", False, f"what the briefs use is not loaded after {SECONDS} seconds", mend)
    if done.returncode:
        told = (done.stderr.strip() or f"it ended with {done.returncode}").splitlines()[-1]
        return Finding("loading", False, f"what the briefs use cannot be loaded ({told})", RENEW)
    return Finding("loading", True, f"all that the briefs use, in {time.monotonic() - begun:.0f} seconds")


def _data() -> Finding:
    from .catalogue import list_tables, read_table

    try:
        names = list_tables()["table"].tolist()
        for name in names:
            read_table(name)
    except DataError as error:
        return Finding("data", False, f"{error.file}: {error.problem}", error.remedy)
    return Finding("data", True, f"{len(names)} tables, unchanged since they were recorded")


def _font() -> Finding:
    import matplotlib as mpl
    from matplotlib import font_manager

    cache = Path(mpl.get_cachedir())
    # Where its own folder cannot be written, matplotlib makes one that is thrown away: each run then looks for fonts.
    if cache.parent == Path(tempfile.gettempdir()) and cache.name.startswith("matplotlib-"):
        mend = "Make ~/.config and ~/.cache writable for who runs the briefs, or set MPLCONFIGDIR to a folder that is."
        return Finding("font", False, "matplotlib's cache of fonts cannot be written", mend)
    try:
        found = font_manager.findfont(FONT, fallback_to_default=False)
    except ValueError:
        mend = f"Install matplotlib again ({RENEW[0].lower()}{RENEW[1:-1]}), then remove {cache}."
        return Finding("font", False, f"{FONT} is not found", mend)
    fault = _fault_of_writing(cache)
    mend = f"Make {cache} writable, or set MPLCONFIGDIR to a folder that is."
    return Finding("font", not fault, fault or f"{FONT} in {found}", mend)


def _fault_of_writing(folder: Path) -> str:
    """Try to write where a folder is, or would be made; give what went wrong."""
    try:
        place = _there(folder)
    except OSError as error:
        return f"{folder} cannot be reached ({error.strerror})"
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"x")
    except OSError as error:
        return f"{place} cannot be written ({error.strerror})"
    return ""


def _there(folder: Path) -> Path:
    """Give the folder, or the nearest one above it that is there."""
    return next(one for one in (folder, *folder.absolute().parents) if one.exists())


def _writable(name: str, folder: Path) -> Finding:
    fault = _fault_of_writing(folder)
    if not fault and folder.is_dir():
        # A run of another user, such as root, leaves parts that this one may not write, or not even read.
        parts = sorted(path for form in ("*/", "assets/*/") for path in folder.glob(form) if not path.is_symlink())
        fault = next(filter(None, map(_fault_of_writing, parts)), "")
        read = next((path for path in sorted(folder.glob("*.*")) if not _may(path, os.R_OK)), None)
        fault = fault or (f"{read} cannot be read" if read else "")
    if not fault and not _may(_there(folder / ".lock"), os.W_OK):
        fault = f"{folder / '.lock'} cannot be written"
    mend = f"Give {_user()} the right to read and write {folder} and all below it, or take another folder: --out DIR."
    if os.strerror(errno.ENOSPC) in fault:
        mend = f"Free space on the disk of {_there(folder)}."
    return Finding(name, not fault, fault or f"{folder} can be written", mend)


def _may(path: Path, what: int) -> bool:
    return os.access(path, what, effective_ids=os.access in os.supports_effective_ids)


def _user() -> str:
    return f"user {os.getuid()}" if hasattr(os, "getuid") else "your account"


def _disk(folder: Path) -> Finding:
    place = _there(folder)
    free = shutil.disk_usage(place).free
    mend = f"Free space on the disk of {place}: {FREE_BYTES // 10**6} MB are wanted."
    return Finding("disk", free >= FREE_BYTES, f"{free // 10**6:,} MB free at {place}", mend)


def _kernel() -> Finding:
    import nbformat
    from nbconvert.preprocessors import ExecutePreprocessor

    from .briefs.kernels import ENCRYPTED

    cell = nbformat.v4.new_code_cell("import sys, twente_analysis; print(sys.prefix)")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    mend = (
        "See with `.venv/bin/jupyter kernelspec list` where the kernel python3 is taken from; remove one that is not "
        "of .venv with `.venv/bin/jupyter kernelspec remove python3`, or make .venv anew: `rm -rf .venv; make briefs`."
    )
    try:
        ExecutePreprocessor(kernel_name="python3", timeout=SECONDS, config=ENCRYPTED).preprocess(notebook, {})
    except Exception as error:  # noqa: BLE001 - a kernel fails to start in many ways
        told = (str(error).strip() or type(error).__name__).splitlines()[-1]
        return Finding("kernel", False, f"python3 does not start ({told})", mend)
    prefix = cell.outputs[0]["text"].strip() if cell.outputs else ""
    well = prefix == sys.prefix
    return Finding("kernel", well, f"python3 runs in {prefix}" + ("" if well else f", not in {sys.prefix}"), mend)


def _leavings() -> Finding:
    found = "processes that a brief leaves are ended with it"
    mend = "Without Linux and its /proc they go on: run the briefs where all ends together, as in the unit of deploy/."
    well = can_end_what_is_left()
    return Finding("what briefs leave", well, found if well else "this system does not say who left what", mend, False)


def _program(name: str, commands: tuple[str, ...], why: str, package: str) -> Finding:
    found = next(filter(None, map(shutil.which, commands)), None)
    mend = f"Only needed for {why}. Debian: apt install {package}"
    return Finding(name, found is not None, found or "not found", mend, needed=False)
