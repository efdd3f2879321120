"""Sentences about a trend: headline, findings and caveats."""

from typing import Any

import pandas as pd

from ..catalogue import region_name
from ..language import join, label, say
from ..tidy import check_choice, total_by
from ..trends import ABSENT, COMBINATIE, CONTRASTS, SMALL, TRANSPORT, classification, yearly_change
from .house import Text

__all__ = ["tell_caveats", "tell_contributions", "tell_headline", "tell_ratio", "tell_scopes"]

#: What a reader must know of each publisher's counts, by their classification.
SOURCE_CAVEATS = {"bedrijfstak_mbo": ("levels", "year"), "domein": ("duo_date", "duo_sector", "duo_absent")}


def tell_headline(scopes: pd.DataFrame, indicator: str, scope: str = "all", *, language: str = "nl") -> Text:
    """Say what happened to an indicator in a scope, and how another scope reads the same years.

    Parameters
    ----------
    scopes
        Result of `compare_scopes` for the indicator (others may stand in it too).

    Returns
    -------
    Text
        The growth from the first to the last year, the year of the top between them, and the other scope's growth.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> print(tell_headline(ta.compare_scopes(ta.load_enrolment()), "enrolment", language="en").sentences[0])
    The number of technical students at ROC van Twente rose from 6,303 in 2007 to 7,028 in 2011 (+11.5%).

    """
    check_choice("indicator", indicator, scopes["indicator"].unique().tolist())
    series = scopes[scopes["indicator"] == indicator]
    check_choice("scope", scope, series["scope"].unique().tolist())
    own = _path(series, scope)
    there = _whole(series)
    other_scope = next(name for name in (*CONTRASTS, "all") if name in there) if scope == "all" else "all"
    other = _path(series, other_scope)
    named = {
        "things": label("things", indicator, language),
        "region": region_name(series["region"].iloc[0], language),
        "scope": label("in_scope", scope, language),
    }
    sentences = [say("trend.headline" if scope == "all" else "trend.headline_scope", language, **named, **own)]
    if own["first_year"] < own["top_year"] < own["last_year"]:
        sentences.append(say("trend.top", language, **own))
    contrast = "trend.contrast" if own["change"] * other["change"] < 0 else "trend.also"
    sentences.append(say(contrast, language, scope=label("in_scope", other_scope, language), **other))
    return Text("headline", sentences, (own["first_year"], own["last_year"]))


def tell_scopes(scopes: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say the growth of every indicator in every scope, from the result of `compare_scopes`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> print(tell_scopes(ta.compare_scopes(ta.load_diplomas()), language="en").sentences[0][:50])
    Technical diplomas: total +85.5%, without transpor
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
            for name in _whole(part)
        ]
        things = label("things", str(indicator), language).capitalize()
        sentences.append(say("trend.scopes", language, things=things, parts=join(parts, language)))
    return Text("finding", sentences, (int(scopes["year"].min()), int(scopes["year"].max())))


def tell_contributions(
    parts: pd.DataFrame,
    years: tuple[int, int],
    by: str = "bedrijfstak_mbo",
    scope: str = "all",
    *,
    language: str = "nl",
) -> Text:
    """Name the group that adds most to the total and the one that takes most from it, as far as there are any.

    Parameters
    ----------
    parts
        Result of `contributions` between the two `years`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> parts = ta.contributions(ta.load_enrolment(), 2007, 2011, "bedrijfstak_mbo")
    >>> print(tell_contributions(parts, (2007, 2011), language="en").sentences[0])  # doctest: +ELLIPSIS
    In total, ... The largest rise: Transport and logistics (+17.9 percentage points). ...

    """
    scope_name = label("in_scope", scope, language)
    total = parts["contribution"].sum() / 100
    sentences = [
        say(
            "trend.contributions",
            language,
            scope=scope_name,
            first_year=years[0],
            last_year=years[1],
            change=total,
            size=abs(total),
        )
    ]
    given = parts[parts["status"] != "blank"]
    for row, key, counts in (
        (given.iloc[0], "trend.most_added", given["contribution"].iloc[0] > 0),
        (given.iloc[-1], "trend.most_taken", given["contribution"].iloc[-1] < 0),
    ):
        if counts:
            sentences.append(say(key, language, group=label(by, row[by], language), points=row["contribution"]))
    sentences += [
        say("trend.contribution_blank", language, group=label(by, name, language))
        for name in parts.loc[parts["status"] == "blank", by]
    ]
    absent = [label(by, name, language) for name in parts.loc[parts["status"] == ABSENT, by]]
    if absent:
        sentences.append(say("trend.contribution_absent", language, n=len(absent), groups=join(absent, language)))
    return Text("finding", [" ".join(sentences)])


def tell_ratio(parts: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how far intensity and mix moved the diplomas per 100 students, and the group that did most of it.

    Parameters
    ----------
    parts
        Result of `split_intensity_mix`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> ratios = ta.diplomas_per_student(ta.load_enrolment(), ta.load_diplomas(), by="bedrijfstak_mbo")
    >>> split = ta.split_intensity_mix(ratios, 2007, 2011, by="bedrijfstak_mbo", blank="not counted")
    >>> print(*tell_ratio(split, language="en").sentences)
    Technical diplomas per 100 technical students went from 26.3 to 43.7: +12.4 because of the sectors themselves, +5.0
    because sectors grew or shrank. Of these +17.4, +15.3 came from Transport and logistics.

    """
    by = parts.columns[0]
    sums = {name: float(parts[name].sum()) for name in ("intensity", "mix", "first", "last")}
    change = round(sums["last"], 1) - round(sums["first"], 1)
    sentences = [say("trend.intensity_mix", language, change=change, **sums)]
    own, total = parts["intensity"] + parts["mix"], sums["intensity"] + sums["mix"]
    most = own.abs().idxmax()
    if change * own[most] > 0:
        group = label(by, parts.loc[most, by], language)
        sentences.append(say("trend.ratio_most", language, total=total, part=float(own[most]), group=group))
    return Text("headline", sentences)


def tell_caveats(frame: pd.DataFrame, scope: str = "all", *, language: str = "nl") -> Text:
    """Say what a reader must know before quoting a trend, as far as it applies to these figures.

    Parameters
    ----------
    frame
        Tidy frame with ``bedrijfstak_mbo`` or ``domein``, all groups, not yet in scope.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> print(tell_caveats(ta.load_diplomas(), language="en").sentences[3])
    The source leaves Combined sector blank in 2010. We do not fill it in, and it is not a zero.

    """
    by, years = classification(frame), sorted(frame["year"].dropna().unique().tolist())
    notes = [say("caveat.scope", language, scope=label("scope", scope, language))]
    if by == "bedrijfstak_mbo":
        notes += caveats_of_groups(frame, years, language)
    blank = frame[frame["status"] == "blank"]
    notes += [
        say("caveat.blank", language, group=label(by, getattr(row, by), language), year=row.year)
        for row in blank.itertuples()
    ]
    groups = total_by(frame, by)
    # What lacks its first or last year has no percentage for that reason, which its table gives.
    at_ends = groups[groups["year"].isin([years[0], years[-1]])].groupby(by)["value"].count()
    small = [one for one in groups[groups["value"].lt(SMALL).fillna(False)][by].unique() if at_ends.get(one) == 2]
    if small:
        names = join([label(by, name, language) for name in small], language)
        notes.append(say("caveat.small", language, limit=SMALL, groups=names))
    where = region_name(frame["region"].iloc[0], language)
    notes.append(say("caveat.institution", language, region=where))
    things = label("things", frame["indicator"].iloc[0], language)
    notes += [say(f"caveat.{key}", language, things=things) for key in SOURCE_CAVEATS[by]]
    notes.append(say("caveat.few_years", language, n=len(years)))
    full = {name: label(by, name, language) for name in frame[by].unique()}
    short = [say("caveat.name", language, short=short, name=name) for name, short in full.items() if short != name]
    if short:
        notes.append(say(f"caveat.names_{by}", language, names="; ".join(short)))
    return Text("caveats", notes)


def _whole(series: pd.DataFrame) -> list[str]:
    """Name the scopes with a figure in every year: of another, no change over the years can be told."""
    years = series[series["value"].notna()].groupby("scope", sort=False)["year"].nunique()
    return [str(name) for name in years.index[years == years.max()]]


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


def caveats_of_groups(frame: pd.DataFrame, years: list[int], language: str) -> list[str]:
    """Say what the source does and does not explain of Transport and of Combinatie bedrijf."""
    notes = []
    indicator = frame["indicator"].iloc[0]
    counts = frame.pivot(index="bedrijfstak_mbo", columns="year", values="value")
    if TRANSPORT in counts.index:
        transport = yearly_change(frame[frame["bedrijfstak_mbo"] == TRANSPORT], "bedrijfstak_mbo")
        jump = transport.loc[transport["change"].astype("Float64").fillna(0).idxmax()]
        # Of the students the source explains the growth of 2010 alone, so the caveat belongs to years that show it.
        told = {2009, 2010} <= set(years) if indicator == "enrolment" else jump["change"] > 0
        if told:
            notes.append(
                say(f"caveat.transport_{indicator}", language, year=jump["year"], change=float(jump["change"]))
            )
    if COMBINATIE in counts.index:
        known = counts.loc[COMBINATIE].dropna()
        # Only a fall to less than half asks for the question whether programmes were grouped anew.
        if len(known) > 1 and known.iloc[-1] < known.iloc[0] / 2:
            ends = {"first": int(known.iloc[0]), "last": int(known.iloc[-1])}
            when = {"first_year": known.index[0], "last_year": known.index[-1]}
            unit = label("unit", str(frame["unit"].iloc[0]), language)
            notes.append(say("caveat.combinatie", language, unit=unit, **ends, **when))
    return notes
