"""Tables about the audit: what to say instead of what, every finding with both figures, what was checked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from ..audit import COPY, VERDICTS
from ..catalogue import cited, printed_titles
from ..language import format_euro, format_number, label, say, texts
from ..tidy import merge_sources
from .checks import (
    audit_amount,
    audit_figure,
    audit_lead,
    audit_place,
    audit_side,
    dutch_sides,
    owner_of,
    written_lines,
)
from .house import Table

__all__ = ["table_audit", "table_audit_counts", "table_contested", "table_remarks", "table_sources", "table_wording"]

#: Other checks of which a wording gives figures, each under a name; their lines belong in its row too.
BESIDE = {
    "regiovisie-coverage-34": {"levels": "regiovisie-coverage-levels", "province": "regiovisie-coverage-overijssel"},
    "twam-agenda-rijk-row": {"total": "twam-agenda-total-rows"},
    "twam-agenda-total-rows": {
        **{"columns": "twam-agenda-total-columns", "state": "twam-agenda-rijk-row"},
        "employers": "twam-agenda-employers",
    },
    "regiodeal-talent-footnote": {"rows": "regiodeal-talent-total"},
    "regiodeal-top-rijk": {"share": "regiodeal-top-15"},
    "regiodeal-pdeng-state": {"persons": "regiodeal-pdeng-15"},
    "regiodeal-vacancies-technical": {"march": "regiodeal-vacancies", "growth": "regiodeal-vacancies-growth"},
    "regiodeal-unemployment-nl": {"year": "regiodeal-unemployment-2017"},
}


class Wording(NamedTuple):
    """What not to quote and what to say instead, the verdict of the check behind it, and the lines."""

    avoid: str
    safe: str
    verdict: str
    lines: str


def table_wording(audit: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show which figures not to quote, and what to say instead; of the checks that `audit` has.

    Parameters
    ----------
    audit
        What `audit_sources` gives, or a selection of it.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> audit = ta.audit_sources(ta.load_sources(), language="en")
    >>> table_wording(ta.select_audit(audit, "regiovisie"), language="en").groups[0][1][0]
    ['614 graduates of mbo 4 go on to hbo.',
     'If the percentages of 2008 still held, about 277 graduates of mbo 4 went on to hbo in 2011 (our calculation).',
     'Regiovisie, line 142']

    """
    held: dict[str, list[list[str]]] = {"contradiction": [], "no_contradiction": []}
    for one in audit_wordings(audit, language):
        group = "contradiction" if one.verdict == "contradiction" else "no_contradiction"
        held[group].append([one.avoid, one.safe, audit_place(one.lines, language)])
    names = [say(f"audit.column_{name}", language) for name in ("avoid", "safe", "place")]
    return Table(
        caption=say("audit.table_wording", language),
        columns=names,
        groups=[(say(f"audit.wording_{group}", language), rows) for group, rows in held.items() if rows] or [("", [])],
        notes=[say("audit.note_wording", language), say("audit.note_lines", language)],
        prose=names,
    )


def audit_wordings(audit: pd.DataFrame, language: str) -> Iterator[Wording]:
    """Fill the wordings of the texts, in their order, with the figures of the checks that `audit` has."""
    known = audit.drop_duplicates("id").set_index("id")
    for check in texts(language)["audit_wording"]:
        if check not in known.index:
            continue
        row = known.loc[check]
        beside = {name: known.loc[other] for name, other in BESIDE.get(check, {}).items() if other in known.index}
        figures = _figures(row, beside, language)
        avoid, safe = (say(f"audit_wording.{check}.{part}", language, **figures) for part in ("avoid", "safe"))
        places = _together([row["lines"], *(one["lines"] for one in beside.values())])
        yield Wording(avoid, safe, str(row["verdict"]), places)


def table_audit(audit: pd.DataFrame, verdict: str = "contradiction", *, language: str = "nl") -> Table:
    """Show the checks with a verdict: both figures, both places and what we know of it, per document.

    All but the contradictions are folded.

    Parameters
    ----------
    audit
        What `audit_sources` gives in the same language.
    verdict
        One of `VERDICTS`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> audit = ta.audit_sources(ta.load_sources(), language="en")
    >>> table_audit(audit, language="en").groups[0][1][0][:3]
    ['Mbo 4 to hbo in 2011: 20% of 3,073 graduates, and 45% of those', '614 graduates (line 142)',
     '277 graduates (line 142)']

    """
    found, folded = audit[audit["verdict"] == verdict], verdict != "contradiction"
    groups = []
    for document in _documents(found):
        rows = [
            [
                row["relation"],
                *(audit_side(row, side, language, lines=True) for side in ("stated", "recomputed")),
                row["note"],
            ]
            for row in found[_belongs(found, document)].to_dict("records")
        ]
        heading = label("audit_document", document, language)
        groups.append((f"{heading} ({len(rows)})" if folded else heading, rows))
    columns = [say(f"audit.column_{name}", language) for name in ("relation", "one", "other", "note")]
    key = verdict.replace(" ", "_")
    return Table(
        caption=say(f"audit.table_{key}", language),
        columns=columns,
        groups=groups or [("", [])],
        notes=[say(f"audit.note_{key}", language), say("audit.note_lines", language)],
        dutch=dutch_sides(found, language, lines=True),
        prose=columns,
        folded=folded and bool(groups),
    )


def table_remarks(lines: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the audit lines that concern the figures of a brief, folded per verdict, contradictions first.

    Parameters
    ----------
    lines
        What `audit_lines` gives, in the same language.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> audit = ta.audit_sources(ta.load_sources(), language="en")
    >>> table_remarks(ta.audit_lines(audit, ta.load_coverage()), language="en").groups[0][1][0]
    ['Replacement demand twice the supply, against 28% coverage (mbo 2)', '2 times', '3.6 times',
     '28% coverage is a demand of 3.6 times supply. Level and who is counted differ: do not derive one from the other.',
     'Regiovisie, lines 72 and 97']

    """
    columns = [say(f"audit.column_{name}", language) for name in ("relation", "one", "other", "note", "place")]
    groups = []
    for verdict in VERDICTS[VERDICTS.index("contradiction") :]:
        rows = [
            [
                row["relation"],
                *(audit_side(row, side, language) for side in ("stated", "recomputed")),
                row["note"],
                audit_place(row["lines"], language),
            ]
            for row in lines[lines["verdict"] == verdict].to_dict("records")
        ]
        if rows:
            groups.append((say(f"audit.group_{verdict.replace(' ', '_')}", language, n=len(rows)), rows))
    lead = audit_lead(lines, language) if len(lines) else say("audit.none", language)
    notes = [say("audit.note_own", language)] if groups else []
    return Table(lead, columns, groups, notes, dutch=dutch_sides(lines, language), prose=columns, folded=True)


def table_sources(frame: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show in which tables of each document the figures of `frame` stand, and on which lines.

    Parameters
    ----------
    frame
        Has ``source``, as every frame.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_sources(ta.load_coverage(), language="en").groups
    [('Regiovisie Twente Techniek (ca. 2012)', [['running text', 'lines 23, 72 and 97']])]

    """
    groups = [
        (title, [[table or "–", lines] for table, lines in places]) for title, places in cited(frame, language).items()
    ]
    columns = [say(f"audit.column_{name}", language) for name in ("table", "place")]
    dutch = (
        []
        if language == "nl"
        else sorted({row[0] for _, rows in groups for row in rows} & {*printed_titles().values()})
    )
    return Table(say("audit.table_sources", language), columns, groups, dutch=dutch, prose=columns)


def table_audit_counts(audit: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show how many checks of each kind were made per document, and with which verdict; not those of our own copies.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> audit = ta.audit_sources(ta.load_sources(), language="en")
    >>> table = table_audit_counts(audit, language="en")
    >>> dict(zip(table.columns, table.groups[0][1][0], strict=True))
    {'Document or kind': 'Regiovisie', 'Checks': '63', 'holds exactly': '33', 'holds after rounding': '7',
     'contradiction': '2', 'not comparable': '10', 'cannot be checked': '11'}

    """
    audit = audit[audit["kind"] != COPY]
    by_kind = pd.crosstab(audit["kind"], audit["verdict"]).reindex(columns=list(VERDICTS), fill_value=0)
    held = {document: audit[_belongs(audit, document)] for document in _documents(audit)}
    by_document = {
        document: [int((part["verdict"] == verdict).sum()) for verdict in VERDICTS] for document, part in held.items()
    }
    kinds = [
        [label("audit_kind", str(kind), language), *_counts(by_kind.loc[kind].tolist(), language)]
        for kind in by_kind.index
    ]
    documents = [
        [label("audit_document", document, language), *_counts(counts, language)]
        for document, counts in by_document.items()
    ]
    total = [say("audit.all", language), *_counts([int((audit["verdict"] == one).sum()) for one in VERDICTS], language)]
    return Table(
        caption=say("audit.table_counts", language),
        columns=[
            say("audit.column_checked", language),
            say("audit.column_checks", language),
            *(label("verdict", one, language) for one in VERDICTS),
        ],
        groups=[
            (say("audit.by_document", language), documents),
            (say("audit.by_kind", language), kinds),
            ("", [total]),
        ],
        notes=[say("audit.note_counts", language)],
        strong=[total[0]],
    )


def table_contested(contested: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the readings of each contested figure.

    Parameters
    ----------
    contested
        What `contested_figures` gives.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> audit = ta.audit_sources(ta.load_sources(), language="en")
    >>> table_contested(ta.contested_figures(audit, ta.load_contested()), language="en")
    Figures that need a choice
    Choice                                Value
    Graduates of mbo 4 who go on to hbo in 2011
    printed                               614 graduates
    our calculation                       277 graduates
    ...

    """
    groups = [
        (
            label("contested", str(choice), language),
            [
                [label("contested_reading", str(row.reading), language), audit_amount(row.value, row.unit, language)]
                for row in part.itertuples()
            ],
        )
        for choice, part in contested.groupby("choice", sort=False)
    ]
    return Table(
        caption=say("audit.table_contested", language),
        columns=[say(f"audit.column_{name}", language) for name in ("reading", "value")],
        groups=groups,
        notes=[say("audit.note_contested", language)],
    )


def _figures(row: pd.Series, beside: Mapping[str, pd.Series], language: str) -> dict[str, str]:
    """Write what the wording of a check may say: its figures and line, and those of the checks beside it."""
    figures = {}
    for name, one in {"": row, **{f"{name}_": one for name, one in beside.items()}}.items():
        for side in ("stated", "recomputed"):
            figures[name + side] = audit_figure(one[side], one[f"{side}_unit"], language)
        figures[f"{name}line"] = written_lines(str(one["stated_lines"]).partition(" ")[2], language)
    figures["difference"] = audit_figure(
        None if pd.isna(row["difference"]) else abs(row["difference"]), row["unit"], language
    )
    figures["about"] = format_euro(row["stated"], language)
    if "persons" in beside:
        figures["each"] = audit_figure(row["recomputed"] / beside["persons"]["stated"], "euro", language)
    return figures


def _together(lines: Sequence[str]) -> str:
    """Join the lines of several checks, each document once and its lines in order."""
    places = [place.partition(" ") for one in lines for place in one.split("; ")]
    merged = merge_sources([f"{document}#{numbers.replace(', ', ',')}" for document, _, numbers in places])
    return merged.replace("#", " ").replace(",", ", ")


def _documents(audit: pd.DataFrame) -> list[str]:
    """Name the documents in the order of the texts, and last what lies between several."""
    there = {owner_of(names) for names in audit["documents"]}
    return [one for one in texts("en")["labels"]["audit_document"] if one in there]


def _belongs(audit: pd.DataFrame, document: str) -> pd.Series:
    return pd.Series([owner_of(names) == document for names in audit["documents"]], index=audit.index, dtype=bool)


def _counts(counts: Sequence[int], language: str) -> list[str]:
    return [format_number(one, language=language) for one in (sum(counts), *counts)]
