"""Sentences about the audit: how many checks hold, and which lines concern the figures of a brief."""

import pandas as pd

from .audit import VERDICTS
from .language import join, label, say
from .narrative import Text
from .tables_sources import audit_place, audit_side

__all__ = ["tell_audit", "tell_checked", "tell_documents", "tell_verdicts"]

#: A brief lists all contradictions, and other audit lines up to so many; it counts the rest.
LISTED = 6


def tell_verdicts(audit: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how many relations were checked, with which outcome, and where the contradictions are.

    Parameters
    ----------
    audit
        What `audit_sources` gives, or a selection of it.

    """
    counts = {verdict.replace(" ", "_"): int((audit["verdict"] == verdict).sum()) for verdict in VERDICTS}
    holding = counts["exact"] + counts["rounds"]
    wrong = audit[audit["verdict"] == "contradiction"]
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
    sentences = [say("audit.headline", language, checks=checks, parts=join(parts, language))]
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
    """Introduce the documents and their abbreviations."""
    return Text("caveats", [say(f"audit.says_{name}", language) for name in ("documents", "terms")])


def tell_checked(audit: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the verdicts mean and how the audit goes about it."""
    counts = {verdict.replace(" ", "_"): int((audit["verdict"] == verdict).sum()) for verdict in VERDICTS}
    names = ("method", "rounds", "contradiction", "not_comparable", "not_checkable", "never_repaired")
    return Text("caveats", [say(f"audit.says_{name}", language, n=counts.get(name, 0)) for name in names])


def tell_audit(lines: pd.DataFrame, *, language: str = "nl") -> Text:
    """List the audit lines that concern the figures of a brief, contradictions first.

    Parameters
    ----------
    lines
        What `audit_lines` gives, in the same language.

    """
    if not len(lines):
        return Text("caveats", [say("audit.none", language)])
    order = lines["verdict"].map({"contradiction": 0, "not comparable": 1, "not checkable": 2})
    shown = lines.assign(order=order).sort_values("order", kind="stable")
    listed = max(LISTED, int((order == 0).sum()))
    sentences = [
        say(
            f"audit.line_{row['verdict'].replace(' ', '_')}",
            language,
            verdict=label("verdict", row["verdict"], language),
            relation=row["relation"],
            stated=audit_side(row, "stated", language),
            recomputed=audit_side(row, "recomputed", language),
            note=row["note"],
            place=audit_place(row["lines"], language),
        )
        for row in shown.head(listed).to_dict("records")
    ]
    more = len(shown) - listed
    if more > 0:
        sentences.append(say("audit.more", language, n=more))
    return Text("caveats", [say("audit.lead", language, n=len(shown)), *sentences])
