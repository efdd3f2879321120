"""The ``twente`` command."""

import os
import sys
from pathlib import Path

import click

from .language import LANGUAGES
from .tidy import DataError

__all__ = ["main"]

SOME_FAILED, DATA_CONTRACT = 1, 3


class Group(click.Group):
    """Shows a `DataError` as its message, without a traceback, and ends with 3."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except DataError as error:
            click.echo(str(error), err=True)
            sys.exit(DATA_CONTRACT)


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
    envvar="TWENTE_OPENDATA",
    help="Folder of published files (DUO, CBS) for what is not carried over: other schools and regions.",
)
def main(data: Path | None, open_data: Path | None) -> None:
    """Figures, charts and briefs on technical education in Twente."""
    if data is not None:
        # The notebooks' kernels are processes of their own; they inherit it from here.
        os.environ["TWENTE_DATA"] = str(data.resolve())
    if open_data is not None:
        os.environ["TWENTE_OPENDATA"] = str(open_data.resolve())


@main.command()
@click.option("--only", metavar="NAME", help="Render one brief of notebooks/briefs.toml.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Render one language.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder of the pages [briefs/].")
def briefs(only: str | None, language: str | None, out: Path | None) -> None:
    """Render the briefs as HTML pages. Ends with 0 when all are published, 1 when some failed."""
    from .briefs import render_briefs

    done = render_briefs(only, language, out, report=lambda name, outcome: click.echo(f"{name}: {outcome}"))
    failed = int((done["outcome"] == "failed").sum())
    pages = [Path(page) for page in done["page"] if page]
    click.echo(f"{len(done) - failed} of {len(done)} briefs published.")
    if pages:
        index = "index.html" if pages[0].stem.endswith("-nl") else "index-en.html"
        click.echo(f"Open {pages[0].parent.resolve() / index}")
    sys.exit(SOME_FAILED if failed else 0)


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
    """List the tables in hand, with their source."""
    from .catalogue import list_tables

    click.echo(list_tables()[["table", "rows", "unit", "document", "path"]].to_string(index=False))
