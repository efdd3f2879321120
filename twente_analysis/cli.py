"""The ``twente`` command."""

import os
import re
import shutil
import signal
import sys
import textwrap
from collections import Counter
from collections.abc import Hashable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from .briefs.console import hand_on, progress, ready, say
from .errors import DataError, MachineError, broken
from .incoming import show_hidden
from .language import LANGUAGES

if TYPE_CHECKING:
    import pandas as pd

    from .briefs.plan import Brief

__all__ = ["main"]

SOME_FAILED, ENVIRONMENT = 1, MachineError.exit_code


#: The years at the end of a title, which the data fill in when the brief is made.
YEARS = re.compile(r"(, \{first_year\}-\{last_year\}| \(\{\w+\}\))$")
#: What asks a run to end: a scheduler, or a terminal that closes.
ENDS = {signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}


class Folder(click.Path):
    """The name of a folder, which is not empty: a variable that is not set would be the folder one is in."""

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> Any:
        """Refuse what is empty."""
        if value == "":
            self.fail("the name of a folder is empty", param, context)
        return super().convert(value, param, context)


class Group(click.Group):
    """Shows a `DataError` as its message, without a traceback, and ends with its exit code: 2, 3, 4 or 5."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except DataError as error:
            told = error
        except ImportError as error:
            told = broken(error)
        say(show_hidden(str(told)), err=True)
        sys.exit(told.exit_code)


@click.group(cls=Group)
@click.version_option(package_name="twente-analysis")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="TWENTE_DATA",
    help="Data folder to use instead of the one beside the code.",
)
@click.option(
    "--open-data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of published files (DUO, CBS) for other schools and regions [$TWENTE_OPENDATA].",
)
def main(data: Path | None, open_data: Path | None) -> None:
    """Figures, charts and briefs on technical education in Twente."""
    ready()
    if data is not None:
        # The notebooks' kernels are processes of their own; they inherit it from here.
        os.environ["TWENTE_DATA"] = str(data.resolve())
    if open_data is not None:
        os.environ["TWENTE_OPENDATA"] = str(open_data.resolve())


@main.command()
@click.option(
    "--only", metavar="NAME", multiple=True, help="Render this brief of notebooks/briefs.toml; may be repeated."
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Render one language.")
@click.option("--out", type=Folder(file_okay=False, path_type=Path), help="Folder of the pages [briefs/].")
@click.option("--list", "listed", is_flag=True, help="List the briefs: name, languages and title; render nothing.")
@click.option("--prune", is_flag=True, help="Remove pages and charts of briefs that are in the plan no more.")
@click.option("--force", is_flag=True, help="Render what is unchanged too.")
@click.option("--jobs", type=click.IntRange(min=1), help="How many at a time [the cores that may be used].")
@click.option(
    "--engine",
    type=click.Choice(["twente", "nbclient"]),
    default="twente",
    show_default=True,
    help="How notebooks run: forked from a parent that has loaded what they use, or by papermill's own engine.",
)
@click.option(
    "--limit",
    metavar="SECONDS",
    type=click.IntRange(1, 86_400),
    default=300,
    show_default=True,
    help="A brief that takes longer fails; with --engine nbclient, a cell of it.",
)
@click.option(
    "--keep",
    metavar="N",
    type=click.IntRange(min=1),
    default=30,
    show_default=True,
    help="How many reports of runs stay in runs/ beside the pages.",
)
@click.option(
    "--on-failure",
    metavar="COMMAND",
    envvar="TWENTE_ON_FAILURE",
    show_envvar=True,
    help="Run this when the run does not end with 0; what went wrong is its input, such as for a mail.",
)
@click.option(
    "--cluster", metavar="ADDRESS", help="Have them made by the workers of this dask scheduler, as tcp://host:8786."
)
def briefs(listed: bool, on_failure: str | None, **how: Any) -> None:
    """Render the briefs as HTML pages.

    Ends with 0 when all are published or unchanged, 1 when some failed, 2 when there is no such brief, 3 when the data
    or the plan is wrong, 4 when another run holds the folder, 5 when this machine is not fit.
    """
    how["only"] = how["only"] or None
    if listed:
        _list_briefs(how)
        return
    if how["cluster"] is not None and (how["jobs"] is not None or how["engine"] != "twente"):
        raise click.UsageError("--cluster goes with neither --jobs nor --engine: each worker has its own threads.")
    for asked in ENDS:
        if signal.getsignal(asked) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(asked, _end)
    told: list[str] = []
    try:
        if _publish(how, told):
            sys.exit(SOME_FAILED)
    except (Exception, SystemExit) as error:  # whatever ends a run, who asked is told
        error = broken(error) if isinstance(error, ImportError) else error
        code = getattr(error, "exit_code", getattr(error, "code", SOME_FAILED))
        if not isinstance(error, SystemExit):
            told.append(str(error))
        elif code != SOME_FAILED:
            told.append("The run was asked to end; the next makes what is left.")
            say(told[-1], err=True)
        hand_on(on_failure, told, code)
        raise


def _end(number: int, _: FrameType | None) -> None:
    """End as asked, and tidy up first; who asks again does not break that off."""
    for asked in ENDS:
        signal.signal(asked, signal.SIG_IGN)
    sys.exit(128 + number)


def _publish(how: dict[str, Any], told: list[str]) -> int:
    """Publish the briefs, tell what became of each, and count those that failed; `told` hears of them."""
    from .briefs.publish import Run, publish_briefs

    with progress(lambda: len(_planned(how))) as bar:

        def report(name: str, outcome: str) -> None:
            if outcome.startswith("failed"):
                told.append(f"{name}: {outcome}")
            bar(show_hidden(f"{name}: {outcome}"))

        done = publish_briefs(Run(**how), report)
    counts = Counter(row["outcome"] for row in done.rows)
    pages = [Path(row["page"]) for row in done.rows if row["page"]]
    if done.leftovers:
        what = "removed" if how["prune"] else "in the plan no more, and in no index; --prune removes them"
        say(f"{', '.join(done.leftovers)}: {what}.")
    unchanged = f", {counts['unchanged']} unchanged" if counts["unchanged"] else ""
    say(f"{counts['published']} of {len(done.rows)} briefs published{unchanged}.")
    if pages:
        index = "index.html" if pages[0].stem.endswith("-nl") else "index-en.html"
        say(f"Open {pages[0].parent.resolve() / index}")
    return counts["failed"]


def _planned(how: dict[str, Any]) -> "list[Brief]":
    from .briefs.plan import read_plan
    from .folders import data_folder

    return read_plan(data_folder().parent / "notebooks" / "briefs.toml", how["only"], how["language"])


def _list_briefs(how: dict[str, Any]) -> None:
    found = _planned(how)
    languages: dict[str, list[str]] = {}
    for brief in found:
        languages.setdefault(brief.family, []).append(brief.language)
    wide = max(map(len, languages), default=0)
    first = {brief.family: brief for brief in reversed(found)}
    titles = {name: YEARS.sub("", one.title).format(first_year="...", last_year="...") for name, one in first.items()}
    for family, held in languages.items():
        same = [one.parameters for name, one in first.items() if titles[name] == titles[family]]
        own = [f"{name}={value}" for name, value in first[family].parameters.items()
               if any(other.get(name) != value for other in same)]  # fmt: skip
        click.echo(f"{family:{wide}}  {', '.join(held)}  {titles[family]}" + (f" ({', '.join(own)})" if own else ""))


@main.command()
@click.argument("brief")
@click.option("--to", type=click.Choice(["docx", "pptx", "pdf"]), default="docx", show_default=True, help="Form.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nl", show_default=True, help="Of the text.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write [BRIEF-LANGUAGE.FORM in this folder].",
)
def memo(brief: str, to: str, language: str, out: Path | None) -> None:
    """Write a brief as a Word document, slides with charts that can be edited, or a tagged PDF.

    Ends with 1 when the brief failed, 5 when what the form needs is not installed.
    """
    from .briefs.kernels import BriefError
    from .memo import render_memo

    try:
        click.echo(render_memo(brief, to, language, out).resolve())
    except BriefError as error:
        click.echo(f"{brief}-{language}: failed: {error}", err=True)
        sys.exit(SOME_FAILED)


@main.command()
@click.option("--accept", metavar="TABLE", help="First record the changed content of a raw or reference table.")
def data(accept: str | None) -> None:
    """Write data/processed and docs/data.md anew from the raw tables."""
    from .catalogue import accept as accept_table
    from .export import write_processed

    written = accept_table(accept, write_processed) if accept is not None else write_processed()
    for path in written:
        click.echo(path)


@main.command()
def tables() -> None:
    """List the tables in hand: their source, years, rows, unit and breaks."""
    from .catalogue import list_tables

    shown = ["table", "document", "first_year", "last_year", "rows", "unit", "breaks", "path"]
    click.echo(list_tables()[shown].to_string(index=False, na_rep="", max_colwidth=40))


@main.command()
@click.option("--document", metavar="NAME", help="Only checks that touch this document, such as twam.")
@click.option("--verdict", metavar="VERDICT", help="Only checks with this verdict, such as contradiction.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="Form."
)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the words.")
def audit(document: str | None, verdict: str | None, form: str, language: str) -> None:
    """Recompute every relation between the printed figures of the policy documents, and list the verdicts."""
    from .audit import audit_sources, select_audit
    from .export import to_csv
    from .load import load_sources

    chosen = [None if one is None else one.lower() for one in (document, verdict)]
    found = select_audit(audit_sources(load_sources(), language=language), *chosen)
    if form == "csv":
        click.echo(to_csv(list(found.columns), found.itertuples(index=False)), nl=False)
    elif form == "json":
        click.echo(found.to_json(orient="records", force_ascii=False, indent=2))
    elif len(found):
        for check in found.to_dict("records"):
            click.echo(_check(check, language) + "\n")
    if not len(found):
        click.echo(f"No check of {chosen[0]} has the verdict {chosen[1]!r}.", err=form != "table")
    elif form == "table":
        click.echo(_counts(found))


def _counts(found: "pd.DataFrame") -> str:
    """Count the checks per verdict; those of our own copies apart, for they say nothing of a source."""
    from .audit import COPY

    checks = found[found["kind"] != COPY]
    ending = ("s" if len(checks) != 1 else "", "s" if (checks["verdict"] == "contradiction").sum() != 1 else "")
    counts = checks["verdict"].value_counts().rename({"contradiction": f"contradiction{ending[1]}"})
    told = [f"{len(checks)} check{ending[0]}: " + ", ".join(f"{count} {one}" for one, count in counts.items())]
    copies = len(found) - len(checks)
    told += [f"Not counted: {copies} of our list of targets against our other tables, to find typing errors of ours"]
    return "\n".join(told if copies and len(checks) else told[1:] if copies else told[:1])


def _check(check: dict[Hashable, Any], language: str) -> str:
    """Write a check of the audit as wide as the terminal: what is checked, both figures and places, verdict, note."""
    from .language import label, say
    from .tables.checks import audit_side

    lines = [check["relation"]]
    for name, side in (("one", "stated"), ("other", "recomputed")):
        place = f" ({check[f'{side}_lines']})" if check[f"{side}_lines"] else ""
        lines.append(f"{say(f'audit.column_{name}', language)}: {audit_side(check, side, language)}{place}")
    lines += [f"{say('audit.column_note', language)}: {check['note']}"] if check["note"] else []
    wrap = textwrap.TextWrapper(max(shutil.get_terminal_size().columns, 40), "  ", "    ", break_on_hyphens=False)
    return "\n".join([f"{check['id']}: {label('verdict', check['verdict'], language)}", *map(wrap.fill, lines)])


@main.command()
@click.option("--out", type=Folder(file_okay=False, path_type=Path), help="Folder of the pages [briefs/].")
def doctor(out: Path | None) -> None:
    """Say whether this machine is fit to make briefs, and how to mend it. Ends with 0 when it is, 5 when not."""
    from .doctor import examine

    found = []
    for finding in examine(out):
        click.echo(show_hidden(str(finding)))
        found.append(finding.well or not finding.needed)
    click.echo("Fit to make briefs." if all(found) else f"{found.count(False)} to mend.")
    sys.exit(0 if all(found) else ENVIRONMENT)


@main.group()
def fetch() -> None:
    """Download the current files of DUO or tables of CBS, where there is internet.

    What came is checked before it takes the place of the old copy: a file with other columns, or that has shrunk, is
    refused. A run that was broken off goes on where it stopped. Ends with 0 when all came, 1 when some did not.
    """


TO = click.option(
    "--to",
    metavar="DIR",
    type=Folder(file_okay=False, path_type=Path),
    envvar="TWENTE_OPENDATA",
    default=Path("opendata"),
    show_default=True,
    show_envvar=True,
    help="Folder to put them in, below duo/ or cbs/.",
)
TABLE = click.option("--table", "tables", metavar="NAME", multiple=True, help="Fetch this one; may be repeated [all].")
ACCEPT = click.option("--accept-changes", is_flag=True, help="Take a file whose columns changed or that has shrunk.")
ADDRESS = click.option(
    "--address", metavar="URL", envvar="TWENTE_FETCH_ADDRESS", show_envvar=True, help="A mirror with the same paths."
)


@fetch.command()
@TABLE
@TO
@ACCEPT
@ADDRESS
def duo(tables: tuple[str, ...], to: Path, **terms: Any) -> None:
    """Fetch DUO's files."""
    _fetch("duo", tables, to, terms)


@fetch.command()
@TABLE
@TO
@click.option(
    "--region",
    "regions",
    metavar="CODE",
    multiple=True,
    default=["AM05"],
    show_default=True,
    help="Region as CBS codes it, for tables fetched by region; may be repeated. Its gemeenten and the country too.",
)
@click.option(
    "--odata", type=click.Choice(["4", "3"]), default="4", show_default=True, help="Version of CBS's service to ask."
)
@ACCEPT
@ADDRESS
def cbs(tables: tuple[str, ...], to: Path, regions: tuple[str, ...], odata: str, **terms: Any) -> None:
    """Fetch CBS's tables."""
    from .load.region import codes_around

    codes = [*dict.fromkeys(code for region in regions for code in codes_around(region)), "NL01"]
    _fetch("cbs", tables, to, terms | {"regions": codes, "odata": int(odata)})


def _fetch(publisher: str, tables: tuple[str, ...], to: Path, terms: dict[str, Any]) -> None:
    from .opendata.fetch import Terms, fetch, list_fetchable

    known = list_fetchable(publisher)
    for table in tables:
        if table not in known:
            raise click.UsageError(f"{publisher} has no table {table!r} here. Known are: {', '.join(known)}.")
    done = fetch(publisher, tables, to, Terms(**terms), lambda table, outcome: click.echo(f"{table}: {outcome}"))
    failed = int((done["outcome"] == "failed").sum())
    click.echo(f"{len(done) - failed} of {len(done)} fetched.")
    sys.exit(SOME_FAILED if failed else 0)
