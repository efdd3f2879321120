"""The index of the published briefs, and the notice on a page that is not the newest."""

from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import jinja2

from ..incoming import show_plainly
from ..language import format_date, say

__all__ = ["environment", "render_index", "render_other", "render_stale"]


def render_index(entries: list[dict[str, Any]], language: str, bilingual: bool) -> str:
    """Write the index of one language.

    Parameters
    ----------
    entries
        Each with ``name``, ``question`` (may be empty), ``title``, ``headline``, ``thumbnail``, ``published``,
        ``attempted`` (a date where the last attempt failed, else empty) and ``unchanged`` (whether the last run left it
        as it was).
    bilingual
        Whether the index of the other language is there.

    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        groups.setdefault(entry["question"], []).append(entry)
    template = environment(language).get_template("index.html.j2")
    return template.render(groups=groups, language=language, bilingual=bilingual)


def render_stale(language: str, attempted: date, published: date) -> str:
    """Write the notice that a page is not the newest."""
    template = environment(language).get_template("stale.html.j2")
    return template.render(attempted=attempted.isoformat(), published=published.isoformat())


def render_other(language: str, other: str, page: str) -> str:
    """Write the link from a page to the one in the other language."""
    return environment(language).get_template("other.html.j2").render(other=other, page=page).strip()


@cache
def environment(language: str) -> jinja2.Environment:
    """Give the templates, with the words and the style of a page in `language`."""
    found = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__, "templates"),
        autoescape=True,
        finalize=show_plainly,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    found.globals.update(
        say=lambda key, **figures: say(f"page.{key}", language, **figures),
        language=language,
        style=resources.files(__package__).joinpath("templates", "page.css").read_text("utf-8"),
    )
    found.filters["day"] = lambda text: format_date(date.fromisoformat(text), language)
    return found
