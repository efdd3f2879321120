"""Which briefs are there? Reads ``briefs.toml`` and checks every parameter before a kernel starts."""

import ast
import difflib
import json
import re
import string
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ChoiceError, DataError, check_choice
from ..incoming import HIDDEN, check_size
from ..language import LANGUAGES
from .refused import check_printable

__all__ = ["Brief", "BriefError", "check_parameters", "read_plan"]

KEYS = {"notebook", "title", "question", "languages", "parameters"}
#: The key of a plan that names no brief: the questions by which the index groups them.
QUESTIONS = "questions"
#: What the data may fill in a title.
YEARS = {"first_year", "last_year"}
#: The name that the page of all briefs has.
INDEX = "index"
LONGEST = 80


class BriefError(RuntimeError):
    """A brief that cannot be published, with the reason in a line."""


@dataclass(frozen=True)
class Brief:
    """One page to make: a notebook with parameters, in one language; `other` is the language it also comes in.

    `question` is what it answers, in that language, empty where the plan names none; `title` may have the
    placeholders ``{first_year}`` and ``{last_year}``, which the data fill.
    """

    family: str
    language: str
    title: str
    notebook: Path
    parameters: dict[str, Any]
    other: str = ""
    question: str = ""

    @property
    def name(self) -> str:
        """Name of its page and folders."""
        return f"{self.family}-{self.language}"


def read_plan(path: Path, only: str | Sequence[str] | None = None, language: str | None = None) -> list[Brief]:
    """Read the briefs of a plan.

    Parameters
    ----------
    path
        The ``briefs.toml``; notebooks are named relative to its folder.
    only
        Keep one family of briefs, or these.
    language
        Keep one language.

    Returns
    -------
    list of Brief
        One per family and language, with checked parameters: by question, and within it, in the order of the plan.

    Raises
    ------
    DataError
        When the plan cannot be read, has unknown keys, names a notebook that is not there, or gives a
        parameter that the notebook does not have or of another type.

    """
    try:
        check_size(path, path.stat().st_size)
        plan = tomllib.loads(path.read_text("utf-8"))
    except DataError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(
            f"the plan cannot be read ({error})", remedy="Correct or restore the file.", file=path
        ) from error
    questions = _questions(plan.pop(QUESTIONS, {}), path)
    families = [only] if isinstance(only, str) else list(plan if only is None else only)
    for family in families:
        check_choice("brief", family, list(plan))
    if language is not None:
        check_choice("language", language, LANGUAGES)
    briefs = [
        brief
        for family, entry in plan.items()
        for brief in _briefs(family, entry, questions, path)
        if family in families and language in (None, brief.language)
    ]
    order = {text: number for number, texts in enumerate(questions.values()) for text in texts.values()}
    briefs.sort(key=lambda brief: order.get(brief.question, len(order)))
    if not briefs:
        raise ChoiceError("no brief is left to make", remedy="Choose another brief or language.", file=path)
    return briefs


def check_parameters(notebook: Path, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the notebook's parameters with these values in the place of its defaults.

    Raises
    ------
    DataError
        When a parameter is unknown to the notebook, not of its default's type, or a secret.

    Examples
    --------
    >>> trend = Path(__file__).parents[2] / "notebooks" / "trend.ipynb"
    >>> check_parameters(trend, {"indicator": "diplomas"})["scope"]
    'all'
    >>> check_parameters(trend, {"indicatr": "diplomas"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    twente_analysis.errors.DataError: trend.ipynb: 'indicatr' is no parameter of this notebook.
    What to do: Did you mean 'indicator'? ...

    """
    defaults = _parameters(notebook)
    for name, value in (defaults | parameters).items():
        check_printable(name, value, notebook.name)
    for name, value in parameters.items():
        if name not in defaults:
            near = difflib.get_close_matches(name, defaults, 1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise DataError(
                f"{name!r} is no parameter of this notebook",
                remedy=f"{hint}Its parameters are: {', '.join(sorted(defaults))}.",
                file=notebook.name,
            )
        default = defaults[name]
        if type(value) is not type(default):
            raise DataError(
                f"parameter {name!r} is {value!r}, which is of type {type(value).__name__}",
                remedy=f"Give a value of type {type(default).__name__}, such as {default!r}.",
                file=notebook.name,
            )
    return defaults | parameters


def _parameters(notebook: Path) -> dict[str, Any]:
    """Read the parameters cell of a notebook: what papermill would find, without loading papermill for it."""
    try:
        check_size(notebook, notebook.stat().st_size)
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        found = next((cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])), {"source": ""})
        assigned = ast.parse("".join(found["source"])).body
        return {_assigned_name(one): ast.literal_eval(one.value) for one in assigned}  # type: ignore[attr-defined]
    except DataError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError, RecursionError) as error:
        raise DataError(
            f"the notebook's parameters cannot be read ({error})",
            remedy="Restore it (git checkout), or give one cell tagged 'parameters' nothing but literals.",
            file=notebook.name,
        ) from error


def _assigned_name(statement: Any) -> str:
    target: Any = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    return str(target.id)


def _questions(found: Any, path: Path) -> dict[str, dict[str, str]]:
    named = found.items() if isinstance(found, dict) else [("", found)]
    for name, texts in named:
        if not _is_worded(texts) or set(texts) != set(LANGUAGES):
            raise DataError(
                f"question {name!r} is not there in every language",
                remedy=f"Give it a text for each of: {', '.join(LANGUAGES)}.",
                file=path,
            )
    return dict(named)


def _is_worded(texts: Any) -> bool:
    """Whether it is a text that a reader can see, or a table of these."""
    if isinstance(texts, dict):
        return all(isinstance(text, str) and _is_worded(text) for text in texts.values())
    return isinstance(texts, str) and bool(texts.strip()) and not HIDDEN.search(texts)


def _misshapen(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the keys of an entry that hold something else than they should, and what that should have been."""
    languages = entry.get("languages", [])
    if not isinstance(entry["notebook"], str):
        yield "notebook", "no text"
    if not isinstance(entry["title"], dict) or not _is_worded(entry["title"]):
        yield "title", "no visible text per language"
    if not isinstance(languages, list) or not all(isinstance(one, str) for one in languages):
        yield "list of languages", "no list of texts"
    elif len(set(languages)) < len(languages):
        yield "list of languages", "not of different ones"
    if not isinstance(entry.get("parameters", {}), dict):
        yield "list of parameters", "no table"
    if not isinstance(entry.get("question", ""), str):
        yield "question", "no text"


def _takes_only_years(title: str) -> bool:
    """Whether the placeholders of a title are plain ones of years: a format could fill the memory."""
    try:
        places = list(string.Formatter().parse(title))
    except ValueError:
        return False
    return all(place is None or (place in YEARS and not form and turn is None) for _, place, form, turn in places)


def _briefs(family: str, entry: Any, questions: dict[str, dict[str, str]], path: Path) -> list[Brief]:
    def refuse(problem: str, remedy: str) -> DataError:
        return DataError(f"brief {family!r} {problem}", remedy=remedy, file=path)

    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", family) or len(family) > LONGEST or family == INDEX:
        told = f"Use {LONGEST} small letters, digits and hyphens at most, and not {INDEX!r}."
        raise refuse("has a name that is no file name of its own", told)
    if not isinstance(entry, dict) or not {"notebook", "title"} <= set(entry) <= KEYS:
        raise refuse("has missing or unknown keys", f"Its keys are: {', '.join(sorted(KEYS))}.")
    for key, told in _misshapen(entry):
        raise refuse(f"has a {key} that is {told}", "See the other entries of the plan.")
    notebook = path.parent / entry["notebook"]
    if Path(entry["notebook"]).name != entry["notebook"] or not notebook.is_file():
        raise refuse(f"names {entry['notebook']!r}, which is no notebook beside it", "Name a notebook in that folder.")
    languages = entry.get("languages", list(entry["title"]))
    if not set(languages) <= set(LANGUAGES) or not set(languages) <= set(entry["title"]):
        raise refuse("has a language without a title", f"Languages are: {', '.join(LANGUAGES)}.")
    if not all(_takes_only_years(title) for title in entry["title"].values()):
        raise refuse("has a title with an unknown placeholder", f"Placeholders are: {', '.join(sorted(YEARS))}.")
    if "question" in entry and entry["question"] not in questions:
        raise refuse(f"names the unknown question {entry['question']!r}", f"Questions are: {', '.join(questions)}.")
    parameters = entry.get("parameters", {})
    if "language" in parameters:
        raise refuse("sets the parameter language", "Use the key languages.")
    complete = check_parameters(notebook, parameters)
    return [
        Brief(
            family,
            language,
            entry["title"][language],
            notebook,
            {**complete, "language": language},
            other=next((one for one in languages if one != language), ""),
            question=questions[entry["question"]][language] if "question" in entry else "",
        )
        for language in languages
    ]
