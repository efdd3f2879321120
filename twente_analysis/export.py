"""Tidy frames and charts as files for other tools: CSV that cannot run as a formula, with a descriptor.

``data/processed/`` is an exit for colleagues with Excel or R, never an input. It is written anew from the raw
tables, with the codebook ``docs/data.md``; the suite compares both with a fresh build.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from . import load
from .catalogue import data_folder, describe_columns, package, tables
from .incoming import show_hidden
from .tidy import DataError, check_choice

__all__ = ["write_processed"]

#: The families of figures: what makes each of them.
FAMILIES: dict[str, Callable[..., pd.DataFrame]] = {
    "enrolment": load.load_enrolment,
    "enrolment_duo": partial(load.load_enrolment, "duo"),
    "diplomas": load.load_diplomas,
    "vmbo_pupils": load.load_vmbo_pupils,
    "vmbo_pupils_duo": partial(load.load_vmbo_pupils, "duo"),
    "vmbo_exams": load.load_vmbo_exams,
    "flows": load.load_flows,
    "changes": load.load_changes,
    "composition": load.load_composition,
    "coverage": load.load_coverage,
    "vacancies": load.load_vacancies,
    "vacancies_cbs": partial(load.load_vacancies, "cbs"),
    "population": partial(load.load_population, ["CR12", "PV23", "NL"]),
    "jobs": load.load_jobs,
    "labour_market": load.load_labour_market,
    "monitor": load.load_monitor,
    "budgets": load.load_budgets,
    "budgets_all": partial(load.load_budgets, view=None, repeats=True),
    "budget_totals": partial(load.load_budgets, totals=True),
    "milestones": load.load_milestones,
    "statements": load.load_statements,
    "targets": load.load_targets,
    "target_readings": load.load_target_readings,
    "target_figures": load.load_target_figures,
}
NUMBER = r"[+-]?[\d.,]+ ?%?"
#: Space in front of a formula; some of it does not show.
BLANK = r"[\s\u200b\u2060\ufeff]*"
#: Where a text may begin to run, in full width too: at its start, or behind a separator unless a number or the dash of
#: an amount (`43,-`) stands there.
FORMULA = re.compile(
    rf"^(?={BLANK}[=@+\-\uff1d\uff20\uff0b\uff0d])|(?<=[,;|])(?={BLANK}[=@\uff1d\uff20])"
    rf"|(?<=[,;|])(?={BLANK}[+\-\uff0b\uff0d](?![\d.,]+ ?%?(?:[\s,;|)]|$)|-*[\s.)]*(?:[,;|]|$)))"
)
TYPES = {"Int64": "integer", "Float64": "number", "str": "string"}


def safe_text(cell: str) -> str:
    """Put a quote before a text that a spreadsheet would run as a formula; a number stays as it is.

    Line breaks and control characters become a space: some readers take a bare carriage return for a new row. What
    follows a separator within the text is treated likewise: a spreadsheet of another country splits the text there.

    Examples
    --------
    >>> safe_text("=1+1"), safe_text("-26%"), safe_text("@x"), safe_text("bol;=1+1")
    ("'=1+1", '-26%', "'@x", "bol;'=1+1")

    """
    cell = show_hidden(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", cell))
    return cell if re.fullmatch(NUMBER, cell) else FORMULA.sub("'", cell)


def visible_text(text: str) -> str:
    r"""Put a visible mark for what no document may hold: control characters, halves of characters, bidi controls.

    A file of Word, Excel or PowerPoint with one of them does not open; a bidi control shows a text in another order
    than it has. Line breaks and tabs stay.

    Examples
    --------
    >>> visible_text("a\x00b\u202ec")
    'a\ufffdb\ufffdc'

    """
    return re.sub(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]",
        "\ufffd",
        text,
    )


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], language: str = "") -> str:
    """Write rows as CSV; for ``nl`` as Dutch Excel reads it (semicolon, decimal comma), else with commas.

    Examples
    --------
    >>> print(to_csv(["a", "b"], [["x", 1.5]], "nl"), end="")
    a;b
    x;1,5

    """
    check_choice("language", language, ("", "nl", "en"))
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if language == "nl" else ",", lineterminator="\n")
    writer.writerow([safe_text(name) for name in columns])
    writer.writerows([_cell(value, language) for value in row] for row in rows)
    return buffer.getvalue()


def write_processed(to: str | Path | None = None, data: str | Path | None = None) -> list[Path]:
    """Write every family of figures to CSV, with a ``datapackage.json`` and the codebook.

    Parameters
    ----------
    to
        The checkout to write to; without it, the one around the data folder. Of a data folder that is in none, only
        the folder ``processed`` below it is written, and no codebook.

    Returns
    -------
    list of Path
        ``data/processed/<family>.csv`` for each family, its descriptor, and ``docs/data.md``.

    Raises
    ------
    DataError
        When the data folder is in no checkout and has no ``processed``: nothing is written outside it.

    """
    folder = data_folder(data)
    processed, page = _destination(folder, to)
    frames = {family: make(data=folder) for family, make in FAMILIES.items()}
    described = describe_columns(folder)
    resources = [_resource(family, frame, described) for family, frame in frames.items()]
    descriptor = {
        "name": "twente-processed",
        "title": "Tidy frames of twente_analysis, built from data/raw and data/reference",
        "profile": "tabular-data-package",
        "resources": resources,
    }
    files = {
        processed / f"{family}.csv": to_csv(list(frame.columns), frame.itertuples(index=False))
        for family, frame in frames.items()
    }
    files[processed / "datapackage.json"] = json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"
    if page is not None:
        files[page] = codebook(folder, described)
    for path, text in files.items():
        path.write_text(text, "utf-8")
    return list(files)


def _destination(folder: Path, to: str | Path | None) -> tuple[Path, Path | None]:
    """Name the folder for the frames and the page of the codebook; a data folder in no checkout has no such page."""
    root = Path(to) if to is not None else folder.resolve().parent
    processed, page = root / "data" / "processed", root / "docs" / "data.md"
    if to is not None:
        for made in (processed, page.parent):
            made.mkdir(parents=True, exist_ok=True)
        return processed, page
    if folder.resolve().name == "data" and (root / "pyproject.toml").is_file() and page.parent.is_dir():
        return processed, page
    if not (folder / "processed").is_dir():
        raise DataError(
            "the data folder is in no checkout and has no folder processed, so there is no place to write to",
            remedy="Make that folder in it, or use the data folder of a checkout.",
            file=folder,
        )
    return folder / "processed", None


def codebook(folder: Path, described: dict[str, str]) -> str:
    """Write the codebook: the columns of the tidy frames, then every table with its source and fields."""
    lines = [
        "# Codebook",
        "",
        "Written by `twente data` from the descriptors in `data/`; change those, not this page.",
        "",
        "## Columns of the tidy frames",
        "",
        "| column | meaning |",
        "|---|---|",
        *(f"| `{name}` | {text} |" for name, text in sorted(described.items())),
        "",
        "## Documents",
        "",
        "Lines are those of the text read from the published PDF, or of the published file, with this sha256.",
        "",
        *(
            f"- `{one['name']}`: {one['title']}" + (f", sha256 `{one['sha256']}`" if "sha256" in one else "")
            for one in package(folder, "raw")["sources"]
        ),
    ]
    first_of: dict[str, str] = {}
    for table in tables(folder).values():
        found = table.descriptor
        lines += ["", f"## `data/{table.path.relative_to(folder).as_posix()}`", "", f"{found['title']}."]
        lines += ["", found["description"]] if "description" in found else []
        lines += ["", f"- Rows: {found['rows']}; sha256 `{found['hash'].removeprefix('sha256:')}`"]
        source = [str(found[key]) for key in ("document", "table_title") if key in found]
        lines += [f"- Source: {', '.join(source)}"] if source else []
        lines += [f"- Unit: {found['unit']}"] if "unit" in found else []
        lines += [f"- Year: {found['year_means']}"] if "year_means" in found else []
        lines += [f"- View: `{found['view']}`"] if "view" in found else []
        alike = first_of.setdefault(found.get("schema_file", table.name), table.path.name)
        if alike != table.path.name:
            lines += [f"- Columns: those of `{alike}`"]
            continue
        lines += ["", "| column | type | meaning |", "|---|---|---|"]
        lines += [
            f"| `{field['name']}` | {field['type']} | {field['description']} |" for field in found["schema"]["fields"]
        ]
    return "\n".join(lines) + "\n"


def _resource(family: str, frame: pd.DataFrame, described: dict[str, str]) -> dict[str, Any]:
    fields = [
        {"name": name, "type": TYPES[str(dtype)], "description": described[name]}
        for name, dtype in frame.dtypes.items()
    ]
    return {
        "name": family,
        "path": f"{family}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _cell(value: Any, language: str) -> str:
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, str):
        return safe_text(value)
    number = str(int(value)) if float(value).is_integer() else repr(round(float(value), 6))
    return number.replace(".", ",") if language == "nl" else number
