"""Sentences about the audit: what not to quote, how many checks hold, which lines concern the figures of a brief."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from ..audit import COPY, VERDICTS
from ..language import join, label, say
from ..tables.checks import audit_lead, audit_place, audit_side
from ..tables.sources import audit_wordings
from .house import Text

__all__ = ["tell_audit", "tell_checked", "tell_documents", "tell_verdicts"]

#: A brief lists all contradictions, and other audit lines up to so many; it counts the rest.
LISTED = 6
#: What a contradiction is about.
CONCERNS = ("figure", "date", "name")
#: Units of checks that count how many names, numbers or marks one thing has.
NAMES = ("names", "tables", "stars")
#: The first sentence names so many figures that are not to be quoted.
NAMED = 4


def tell_verdicts(audit: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say which figures not to quote, how many relations were checked with which outcome, and what contradicts where.

    Checks of our own copies are not counted.

    Parameters
    ----------
    audit
        What `audit_sources` gives, or a selection of it.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> audit = ta.audit_sources(ta.load_sources(), language="en")
    >>> print(tell_verdicts(ta.select_audit(audit, "regiovisie"), language="en").sentences[1])
    78 checks: 46 hold, 3 give a contradiction (about 2 different matters), 18 are not comparable and 11 cannot be
    checked.

    """
    first = _weightiest(audit, language)
    audit = audit[audit["kind"] != COPY]
    counts = {verdict.replace(" ", "_"): int((audit["verdict"] == verdict).sum()) for verdict in VERDICTS}
    holding = counts["exact"] + counts["rounds"]
    wrong = audit[audit["verdict"] == "contradiction"]
    wrong = wrong.assign(concerns=wrong.apply(_concern, axis=1))
    matters = wrong["matter"].nunique()
    parts = [
        say(f"audit.{name}", language, n=n)
        for name, n in (
            ("holding", holding),
            ("wrong", len(wrong)),
            ("apart", counts["not_comparable"]),
            ("unclear", counts["not_checkable"]),
        )
    ]
    if 0 < matters < len(wrong):
        parts[1] += say("audit.matters", language, n=matters)
    checks = say("audit.checks", language, n=len(audit))
    sentences = [say("audit.headline_avoid", language, parts=join(first, language))] if first else []
    sentences.append(say("audit.headline", language, checks=checks, parts=join(parts, language)))
    concern = {name: int(wrong["concerns"].eq(name).sum()) for name in CONCERNS}
    if sum(n > 0 for n in concern.values()) > 1:
        told = [say(f"audit.concern_{name}", language, n=n) for name, n in concern.items() if n]
        sentences.append(say("audit.headline_concern", language, parts=join(told, language)))
    owners = wrong["documents"].where(~wrong["documents"].str.contains("; "), "between").value_counts()
    if len(owners) > 1:
        parts = [
            say(
                "audit.headline_between" if name == "between" else "audit.headline_part",
                language,
                document=label("audit_document", str(name), language),
                count=count,
            )
            for name, count in owners.items()
        ]
        sentences.append(say("audit.headline_where", language, parts=join(parts, language)))
    return Text("headline", sentences)


def tell_documents(*, language: str = "nl") -> Text:
    """Introduce the documents and their abbreviations.

    Examples
    --------
    >>> print(tell_documents(language="en").sentences[0])
    The documents: the Regiovisie Twente Techniek; TechWise, the performance contract of a centre for innovative ...

    """
    return Text("caveats", [say(f"audit.says_{name}", language) for name in ("documents", "terms")])


def tell_checked(audit: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the verdicts mean and how the audit goes about it.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> audit = ta.audit_sources(ta.load_sources(), language="en")
    >>> print(tell_checked(audit, language="en").sentences[5])
    Nothing was corrected. If you need a contested figure, choose one and say which.

    """
    counts = {verdict.replace(" ", "_"): int((audit["verdict"] == verdict).sum()) for verdict in VERDICTS}
    counts["copies"] = int((audit["kind"] == COPY).sum())
    names = ["method", "rounds", "contradiction", "not_comparable", "not_checkable", "never_repaired"]
    names += ["copies"] if counts["copies"] else []
    return Text("caveats", [say(f"audit.says_{name}", language, n=counts.get(name, 0)) for name in names])


def tell_audit(lines: pd.DataFrame, *, language: str = "nl") -> Text:
    """List the audit lines that concern the figures of a brief, contradictions first.

    Parameters
    ----------
    lines
        What `audit_lines` gives, in the same language.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> audit = ta.audit_sources(ta.load_sources(), language="en")
    >>> lines = ta.audit_lines(audit, ta.load_flows())
    >>> print(tell_audit(lines, language="en").sentences[1])
    Contradiction: Mbo 4 to hbo in 2011: 20% of 3,073 graduates, and 45% of those. One figure: 614 graduates; other ...

    """
    if not len(lines):
        return Text("remarks", [say("audit.none", language)])
    order = lines["verdict"].map({"contradiction": 0, "not comparable": 1, "not checkable": 2})
    shown = lines.assign(order=order).sort_values("order", kind="stable")
    listed = max(LISTED, int((order == 0).sum()))
    sentences = [_line(row, language) for row in shown.head(listed).to_dict("records")]
    more = len(shown) - listed
    if more > 0:
        sentences.append(say("audit.more", language, n=more))
    return Text("remarks", [audit_lead(lines, language), *sentences])


def _weightiest(audit: pd.DataFrame, language: str) -> list[str]:
    """Quote what is not to be said: the first contradiction of each document in the texts, then the next ones."""
    wrong = [one for one in audit_wordings(audit, language) if one.verdict == "contradiction"]
    documents = [one.lines.partition(" ")[0] for one in wrong]
    order = sorted(range(len(wrong)), key=lambda place: (documents[:place].count(documents[place]), place))
    return [say("audit.quoted", language, words=wrong[place].avoid.rstrip(".")) for place in sorted(order[:NAMED])]


def _concern(row: pd.Series) -> str:
    """Say what a check is about: an amount or count, a date, or only what something is called."""
    return "name" if row["unit"] in NAMES else "date" if row["kind"] == "date" else "figure"


def _line(row: Mapping[Hashable, Any], language: str) -> str:
    """Write a check as a sentence; a figure that is not there is left out."""
    there = [side for side in ("stated", "recomputed") if row[f"{side}_printed"] or not pd.isna(row[side])]
    figures = {side: audit_side(row, side, language) for side in there}
    if row["verdict"] == "not checkable":
        figures = {}
    keys = {1: ("single",), 2: ("one", "other")}.get(len(figures), ())
    kind = "mention" if row["unit"] in NAMES else "figure"
    shown = [say(f"audit.{kind}_{key}", language, figure=one) for key, one in zip(keys, figures.values(), strict=True)]
    verdict = label("verdict", row["verdict"], language)
    words = [say("audit.line_start", language, verdict=verdict[0].upper() + verdict[1:], relation=row["relation"])]
    words += ["; ".join(shown) + "."] * bool(shown) + [row["note"], f"({audit_place(row['lines'], language)})"]
    return " ".join(filter(None, words))
