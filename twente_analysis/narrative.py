"""Sentences whose numbers come from the data: headline, findings, caveats and sources of a brief."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from .catalogue import citation, region_name
from .cell import bundle
from .language import join, label, say
from .tables import escape_markdown
from .trends import COMBINATIE, SMALL, TRANSPORT, growth_rate, yearly_change

__all__ = [
    "Text",
    "tell_caveats",
    "tell_contributions",
    "tell_headline",
    "tell_ratio",
    "tell_scopes",
    "tell_sources",
]


@dataclass(frozen=True)
class Text:
    """Sentences with a role: ``headline``, ``finding``, ``caveats`` or ``sources``; the last two are lists."""

    role: str
    sentences: Sequence[str]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        safe = [escape_markdown(sentence) for sentence in self.sentences]
        if self.role in ("caveats", "sources"):
            markdown = "\n".join(f"- {sentence}" for sentence in safe)
        else:
            markdown = f"**{' '.join(safe)}**" if self.role == "headline" else " ".join(safe)
        return bundle("text", asdict(self), text_markdown=markdown, text_plain="\n".join(self.sentences))


def tell_headline(scopes: pd.DataFrame, indicator: str, scope: str = "all", *, language: str = "nl") -> Text:
    """Say what happened to an indicator in a scope, and how another scope reads the same years.

    Parameters
    ----------
    scopes
        Result of `compare_scopes` for the indicator (others may stand in it too).

    Returns
    -------
    Text
        The growth from the first to the last year, the other scope's, and the year of the top.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> print(tell_headline(ta.compare_scopes(ta.load_enrolment()), "enrolment", language="en").sentences[0])
    The number of technical students at ROC van Twente rose from 6,303 in 2007 to 7,028 in 2011 (+11.5%).

    """
    series = scopes[scopes["indicator"] == indicator]
    things = label("things", indicator, language)
    where = region_name(series["region"].iloc[0], language)
    own = _path(series, scope)
    other_scope = "without transport" if scope == "all" else "all"
    other = _path(series, other_scope)
    named = {"things": things, "region": where}
    first = "headline" if scope == "all" else "headline_scope"
    sentences = [
        say(f"trend.{first}", language, **named, **own, scope=label("in_scope", scope, language)),
        say(
            "trend.contrast" if own["change"] * other["change"] < 0 else "trend.also",
            language,
            scope=label("in_scope", other_scope, language),
            **other,
        ),
    ]
    if own["first_year"] < own["top_year"] < own["last_year"]:
        sentences.append(say("trend.top", language, **own))
    return Text("headline", sentences)


def tell_scopes(scopes: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say the growth of every indicator in every scope, from the result of `compare_scopes`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> print(tell_scopes(ta.compare_scopes(ta.load_diplomas()), language="en").sentences[0][:50])
    Technical diplomas: all sectors +85.5%, without tr
    """
    sentences = []
    for indicator, part in scopes.groupby("indicator", sort=False):
        parts = [
            say(
                "trend.scope_growth",
                language,
                scope=label("scope", name, language).lower(),
                change=_path(part, name)["change"],
            )
            for name in part["scope"].unique()
        ]
        things = label("things", str(indicator), language).capitalize()
        sentences.append(say("trend.scopes", language, things=things, parts=join(parts, language)))
    return Text("finding", sentences)


def tell_contributions(
    parts: pd.DataFrame, years: tuple[int, int], by: str = "bedrijfstak_mbo", *, language: str = "nl"
) -> Text:
    """Name the groups that add most to and take most from the growth of the total.

    Parameters
    ----------
    parts
        Result of `contributions` between the two `years`.

    """
    total = parts["contribution"].sum()
    named = [
        say("trend.part", language, group=label(by, row[by], language), points=row["contribution"])
        for row in (parts.iloc[0], parts.iloc[-1])
    ]
    sentence = say(
        "trend.contributions",
        language,
        first_year=years[0],
        last_year=years[1],
        change=total / 100,
        parts=join(named, language),
    )
    return Text("finding", [sentence])


def tell_ratio(parts: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how far intensity and mix moved the diplomas per 100 students, from `split_intensity_mix`."""
    intensity, mix = parts["intensity"].sum(), parts["mix"].sum()
    sentence = say("trend.intensity_mix", language, change=intensity + mix, intensity=intensity, mix=mix)
    return Text("finding", [sentence])


def tell_caveats(frame: pd.DataFrame, scope: str = "all", *, language: str = "nl") -> Text:
    """Say what a reader must know before quoting a trend, as far as it applies to these figures.

    Parameters
    ----------
    frame
        Tidy frame with ``bedrijfstak_mbo``, all groups, not yet in scope.

    """
    years = sorted(frame["year"].dropna().unique().tolist())
    things = label("things", frame["indicator"].iloc[0], language)
    notes = [say("caveat.scope", language, scope=label("scope", scope, language))]
    notes += _caveats_of_groups(frame, years, language)
    blank = frame[frame["status"] == "blank"]
    notes += [
        say(
            "caveat.blank",
            language,
            group=label("bedrijfstak_mbo", row.bedrijfstak_mbo, language),
            year=row.year,
        )
        for row in blank.itertuples()
    ]
    small = frame[frame["value"].lt(SMALL).fillna(False)]["bedrijfstak_mbo"].unique()
    if len(small):
        names = join([label("bedrijfstak_mbo", name, language) for name in small], language)
        notes.append(say("caveat.small", language, limit=SMALL, groups=names))
    where = region_name(frame["region"].iloc[0], language)
    notes.append(say("caveat.institution", language, region=where))
    notes.append(say("caveat.year", language, things=things))
    notes.append(say("caveat.few_years", language, n=len(years)))
    return Text("caveats", notes)


def tell_sources(*frames: pd.DataFrame, language: str = "nl") -> Text:
    """List document, table and lines of every figure used in `frames`."""
    return Text("sources", [citation(frame, language) + "." for frame in frames])


def _path(scopes: pd.DataFrame, scope: str) -> dict[str, Any]:
    part = scopes[scopes["scope"] == scope].sort_values("year")
    first, last, top = part.iloc[0], part.iloc[-1], part.loc[part["value"].idxmax()]
    return {
        "first": int(first["value"]),
        "first_year": int(first["year"]),
        "last": int(last["value"]),
        "last_year": int(last["year"]),
        "change": float(last["value"] / first["value"] - 1),
        "top": int(top["value"]),
        "top_year": int(top["year"]),
    }


def _caveats_of_groups(frame: pd.DataFrame, years: list[int], language: str) -> list[str]:
    """Say what the source does and does not explain of Transport and of Combinatie bedrijf."""
    notes = []
    groups = frame["bedrijfstak_mbo"].unique()
    indicator = frame["indicator"].iloc[0]
    if TRANSPORT in groups:
        transport = yearly_change(frame[frame["bedrijfstak_mbo"] == TRANSPORT], "bedrijfstak_mbo")
        jump = transport.loc[transport["change"].astype("Float64").idxmax()]
        notes.append(
            say(
                f"caveat.transport_{indicator}",
                language,
                year=jump["year"],
                change=float(jump["change"]),
            )
        )
    if COMBINATIE in groups:
        ends = growth_rate(frame[frame["bedrijfstak_mbo"] == COMBINATIE], years[0], years[-1], "bedrijfstak_mbo")
        if ends[["first", "last"]].notna().all(axis=None):
            notes.append(
                say(
                    "caveat.combinatie",
                    language,
                    first=int(ends["first"].item()),
                    last=int(ends["last"].item()),
                    first_year=years[0],
                    last_year=years[-1],
                )
            )
    return notes
