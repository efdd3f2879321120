"""What the audit looks at: every frame with figures of the documents, and the relations between them."""

import pandas as pd

from ..catalogue import read_table
from ..tidy import DataError
from .budgets import load_milestones, load_whole_budget
from .education import load_diplomas, load_enrolment, load_published_totals
from .employment import load_jobs
from .frame import Folder
from .printed import printed_step
from .region import load_monitor
from .statements import load_statements
from .targets import load_targets, target_figures

__all__ = ["load_contested", "load_relations", "load_sources"]


def load_contested(data: Folder = None) -> pd.DataFrame:
    """Load which figures the sources contest, and the readings that each of them has, for `contested_figures`.

    Returns
    -------
    DataFrame
        One row per choice and reading: ``choice, reading, check, side``.

    Examples
    --------
    >>> load_contested().query("choice == 'mbo4_to_hbo'")["reading"].tolist()
    ['printed', 'reckoned']

    """
    return read_table("contested", data).reset_index(drop=True)


def load_relations(data: Folder = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Load the arithmetic relations between the figures of the documents, and the terms of each.

    Returns
    -------
    tuple of DataFrame
        One row per relation: what must equal what, how closely, and what we say of it; one row per term: which cells,
        on which side, and how they are combined. Columns as in ``docs/data.md``. No formula is evaluated from text.

    Raises
    ------
    DataError
        When a term belongs to no relation, or a relation lacks a side.

    Examples
    --------
    >>> relations, terms = load_relations()
    >>> terms.query("relation == 'regiovisie-transport-2010'")[["side", "operation", "selection"]].values.tolist()[0]
    ['stated', '+', 'id=regiovisie-118-1']

    """
    relations, terms = read_table("relations", data), read_table("relation_terms", data)
    stray = terms[~terms["relation"].isin(relations["id"])]
    if len(stray):
        raise DataError(
            f"{len(stray)} term(s) belong to no relation",
            remedy="Use an id of relations.csv.",
            file="relation_terms.csv",
            rows=stray,
        )
    sides = terms.groupby("relation")["side"].agg(set)
    lacking = relations[[sides.get(one, set()) != {"stated", "parts"} for one in relations["id"]]]
    if len(lacking):
        raise DataError(
            f"{len(lacking)} relation(s) without both sides",
            remedy="Give each a term of side 'stated' and one of side 'parts'.",
            file="relation_terms.csv",
            rows=lacking[["id"]],
        )
    return relations.reset_index(drop=True), terms.reset_index(drop=True)


def load_sources(data: Folder = None) -> dict[str, pd.DataFrame]:
    """Load every frame with figures of the five documents, with the relations between them, for `audit_sources`.

    Returns
    -------
    dict of DataFrame
        ``budgets`` (all views, repeats and printed totals), ``milestones``, ``statements`` (with ``step``, the worth of
        the last printed digit, and ``target_id``, the target that it states), ``targets`` (figures one by one:
        `target_figures`), ``enrolment``, ``diplomas`` and their ``totals``; ``monitor`` and ``jobs`` of others,
        which the documents are held against; ``relations`` and ``terms``.

    Examples
    --------
    >>> int(load_sources()["budgets"]["value"].notna().sum())
    824

    """
    statements = load_statements(data=data)
    relations, terms = load_relations(data)
    steps = [printed_step(*row) for row in statements[["printed", "value", "implied"]].to_numpy()]
    totals = load_published_totals(data)
    targets = _targets(statements, data)
    return {
        "budgets": pd.concat(load_whole_budget(data=data), ignore_index=True),
        "milestones": load_milestones(data=data),
        "statements": statements.assign(
            step=pd.array(steps, dtype="Float64"),
            target_id=statements["id"].map(targets.set_index("statement")["id"].drop("")).fillna(""),
        ),
        "targets": targets,
        "enrolment": load_enrolment(data=data),
        "diplomas": load_diplomas(data=data),
        "totals": totals.assign(unit=totals["indicator"].map({"enrolment": "students"}).fillna("diplomas")),
        "monitor": load_monitor(data=data),
        "jobs": load_jobs(level="total", data=data),
        "relations": relations,
        "terms": terms,
    }


def _targets(statements: pd.DataFrame, data: Folder) -> pd.DataFrame:
    """Give each figure of the targets with its place and step; the upper end of a range has an id of its own."""
    figures = target_figures(load_targets(data=data)).reset_index(drop=True)
    known = (statements["id"] + " " + statements["line"].astype("str")).tolist()
    named = figures["statement"] + " " + figures["line"].astype("str")
    stray = figures[(figures["statement"] != "") & ~named.isin(known)]
    if len(stray):
        raise DataError(
            f"{len(stray)} row(s) with a statement that is not on its line",
            remedy="Use the id of the statement in statements.csv with the same figure, or leave it empty.",
            file="targets.csv",
            rows=stray[["id", "statement", "printed"]],
        )
    steps = [printed_step(*row) for row in figures[["printed", "value", "implied"]].to_numpy()]
    source = figures["document"] + "/text#" + figures["line"].astype("str")
    names = figures["id"] + figures["role"].map({"target": "", "upper": " upper", "baseline": " baseline"})
    return figures.assign(id=names, step=pd.array(steps, dtype="Float64"), source=source)
