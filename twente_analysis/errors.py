"""The errors of the library. They load nothing else, so that a command that computes nothing starts at once."""

import difflib
import traceback
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ChoiceError", "DataError", "LockedError", "MachineError", "broken", "check_choice"]


class DataError(ValueError):
    """What is wrong, where, and what to do about it.

    Parameters
    ----------
    problem
        What is wrong, with the column and how many rows.
    remedy
        What the reader of the message can do.
    file
        The file concerned, if any.
    rows
        The offending rows; the message shows the first five.

    Examples
    --------
    >>> print(DataError("1 row has a negative count", remedy="Correct the row.", file="a.csv"))
    a.csv: 1 row has a negative count.
    What to do: Correct the row.

    """

    #: What a command ends with.
    exit_code = 3

    def __init__(self, problem: str, *, remedy: str, file: object = None, rows: "pd.DataFrame | None" = None) -> None:
        self.problem, self.remedy, self.file, self.rows = problem, remedy, file, rows
        lines = [f"{file}: {problem}." if file is not None else f"{problem}."]
        if rows is not None and len(rows):
            lines.append(rows.head(5).to_string(max_colwidth=60))
            if len(rows) > 5:
                lines.append(f"... and {len(rows) - 5} more")
        lines.append(f"What to do: {remedy}")
        super().__init__("\n".join(lines))

    def _render_traceback_(self) -> list[str]:
        """Show the error in a notebook: what is wrong and what to do in one line, then where it was raised."""
        where = f"{self.file}: " if self.file is not None else ""
        first = f"{type(self).__name__}: {where}{self.problem}. What to do: {self.remedy}"
        rows = str(self).splitlines()[1:-1] if self.rows is not None else []
        frames = traceback.extract_tb(self.__traceback__)
        # Above the cell stand the frames of IPython, which runs it.
        own = [number for number, frame in enumerate(frames) if "IPython" not in Path(frame.filename).parts]
        called = traceback.format_list(frames[own[0] :] if own else frames)
        return [first, *rows, "", "Where it was raised, your own line first:", *"".join(called).splitlines()]

    def __reduce__(self) -> "tuple[object, tuple[str]]":
        return partial(type(self), remedy=self.remedy, file=self.file, rows=self.rows), (self.problem,)


class ChoiceError(DataError):
    """What was asked for is none of what there is to choose from; the data are not to blame."""

    exit_code = 2


class LockedError(DataError):
    """Another run holds the folder; nothing is wrong with the data."""

    exit_code = 4


class MachineError(DataError):
    """The machine lacks what is asked of it: a program, room on its disk, leave to write; the data are not to blame."""

    exit_code = 5


def broken(error: Exception) -> MachineError:
    """Say that something the work needs cannot be loaded: a package is missing or damaged, or there is no memory.

    Examples
    --------
    >>> print(broken(ImportError("libx.so: cannot open shared object file")))
    what this needs cannot be loaded (ImportError: libx.so: cannot open shared object file).
    What to do: `twente doctor` says what is wrong; `rm -rf .venv; make briefs` installs all packages anew.

    """
    told = " ".join(f"{type(error).__name__}: {error}".split())
    return MachineError(
        f"what this needs cannot be loaded ({told})",
        remedy="`twente doctor` says what is wrong; `rm -rf .venv; make briefs` installs all packages anew.",
    )


def check_choice(name: str, value: object, choices: Collection[object]) -> None:
    """Raise a `ChoiceError` that lists the choices when `value` is not one of them.

    Examples
    --------
    >>> check_choice("language", "nl", ["nl", "en"])
    >>> check_choice("indicator", "diploma", ["enrolment", "diplomas"])
    Traceback (most recent call last):
    ...
    twente_analysis.errors.ChoiceError: indicator='diploma' is not known.
    What to do: Did you mean 'diplomas'? Choose one of: 'enrolment', 'diplomas'.

    """
    if value not in choices:
        listed = ", ".join(repr(choice) for choice in choices)
        near = difflib.get_close_matches(str(value), [str(choice) for choice in choices], 1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise ChoiceError(f"{name}={value!r} is not known", remedy=f"{hint}Choose one of: {listed}.")
