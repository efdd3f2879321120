"""Who pays what for what, and what is to be ready when, as the policy documents print it."""

from functools import partial

import pandas as pd

from ..catalogue import Table, data_folder, read_table, tables
from ..tidy import check_choice
from .cells import Printed, check_deadlines, check_printed
from .frame import Folder
from .places import check_parts, check_places

__all__ = ["load_budgets", "load_milestones", "load_whole_budget"]

BUDGET = [
    *("document", "table", "view", "line", "column", "item", "programme", "project", "goal", "activity_id", "activity"),
    *("listing", "role", "funder", "mark", "period", "printed", "value", "step", "unit", "status", "is_total"),
    *("qualifier", "note", "source"),
]
MILESTONE = [
    *("document", "table", "line", "programme", "goal", "activity_id", "activity", "milestone", "period", "printed"),
    *("deadline", "qualifier", "status", "note", "source"),
]


def load_budgets(
    document: str | None = None,
    *,
    view: str | None = "activities",
    totals: bool = False,
    repeats: bool = False,
    data: Folder = None,
) -> pd.DataFrame:
    """Load the budgets of the policy documents: per activity and funder, as printed.

    Parameters
    ----------
    document
        ``techwise``, ``twam`` or ``regiodeal``; without it, all three.
    view
        One way in which a document divides its money; figures of two views are the same euros. The tables of other
        views are not read; `load_whole_budget` reads all. ``activities``: cost
        and cover per activity. ``partners``, ``companies``: TechWise's hours and euros per partner and company.
        ``kpi``: TechWise's means per action of 2013 and 2014. ``spent``, ``pilots``, ``allocation``, ``agenda``:
        TWAM's lists. ``request``: what the Rijk is asked for. None for all, which must not be added up.
    totals
        The totals that the documents print, instead of the parts, to check the parts against.
    repeats
        Also the later listings of an activity that a document lists under several goals.

    Returns
    -------
    DataFrame
        One row per figure, in the order of the documents; `select_budget` keeps those of one programme or year. Columns
        as in ``docs/data.md``. `value` in full euros, hours or what `unit` says, missing only where `status` says why;
        `step` is the worth of its last printed digit. Cost and cover (`role`) are two sides of the same money, and are
        not added.

    Raises
    ------
    DataError
        When a document or view is not there, or a table is damaged, has a value that is not what is printed, or a line,
        period, total, activity or funder that its descriptor or the list of funders does not have.

    Notes
    -----
    Source: Prestatiecontract TechWise Twente (2013), tables 1-3 and 5-9; Uitvoeringsprogramma TWAM2020 (2013),
    programme lines 1-5 and section 7; Regio Deal Twente (2018), twelve tables of eleven projects.

    Examples
    --------
    >>> cost = load_budgets("techwise").query("role == 'cost'")["value"].sum()
    >>> printed = load_budgets("techwise", totals=True).query("role == 'cost'")["value"].sum()
    >>> int(cost), int(printed)
    (5635650, 5635650)

    """
    frame = _figures(document, view, data)
    kept = (frame["is_total"] == ("yes" if totals else "no")) & (frame["listing"].eq(1) | repeats)
    return frame[kept].reset_index(drop=True)


def load_whole_budget(document: str | None = None, data: Folder = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Load all views and all listings of a document's budget, and the totals that it prints.

    Returns
    -------
    tuple of DataFrame
        As `load_budgets` gives them; not to be added up, but to choose from (`in_euros`, `choose_listings`).

    Examples
    --------
    >>> whole, totals = load_whole_budget("twam")
    >>> whole["view"].unique().tolist()
    ['activities', 'spent', 'pilots', 'allocation', 'agenda']

    """
    frame = _figures(document, None, data)
    parts = frame["is_total"] == "no"
    return frame[parts].reset_index(drop=True), frame[~parts & frame["listing"].eq(1)].reset_index(drop=True)


def load_milestones(document: str | None = None, data: Folder = None) -> pd.DataFrame:
    """Load what the tables of the policy documents say is to be ready, and when.

    Parameters
    ----------
    document
        ``techwise`` or ``twam``; without it, both. The Regio Deal, Regiovisie and Techniekpact have no table of
        milestones: their dates are in running text, in `load_statements`.

    Returns
    -------
    DataFrame
        One row per deadline, in the order of the documents; columns as in ``docs/data.md``. ``deadline`` and ``period``
        in the notation of CBS (``2013MM09``, ``2013KW04``); ``deadline`` is empty where ``status`` says why.

    Raises
    ------
    DataError
        When a document has no milestones, or a deadline, period or line is not what is printed or described.

    Notes
    -----
    Source: Prestatiecontract TechWise Twente (2013), tables 4-9; Uitvoeringsprogramma TWAM2020 (2013), programme
    lines 1 and 3.

    Examples
    --------
    >>> load_milestones("twam")[["activity_id", "deadline"]].drop_duplicates().values.tolist()
    [['twam-hr-agenda-port-of-twente', '2013MM10'], ['twam-zorgpact', '2013MM11']]

    """
    every = tables(data_folder(data))
    held = {name: one for name, one in every.items() if one.descriptor.get("schema_file") == "milestones.schema.json"}
    frames = []
    for name, table in _of_document(held, document).items():
        check = partial(_check_milestones, table=table)
        frames.append(_placed(check(read_table(name, data, check)), table))
    return pd.concat(frames, ignore_index=True)[MILESTONE]


def _of_document(held: dict[str, Table], document: str | None) -> dict[str, Table]:
    if document is None:
        return held
    check_choice("document", document, list(dict.fromkeys(table.descriptor["document"] for table in held.values())))
    return {name: table for name, table in held.items() if table.descriptor["document"] == document}


def _figures(document: str | None, view: str | None, data: Folder) -> pd.DataFrame:
    """Load every figure of a document and view, parts and totals, all listings."""
    held = {name: table for name, table in tables(data_folder(data)).items() if "view" in table.descriptor}
    held = _of_document(held, document)
    if view is not None:
        check_choice("view", view, list(dict.fromkeys(table.descriptor["view"] for table in held.values())))
        held = {name: table for name, table in held.items() if table.descriptor["view"] == view}
    funders = frozenset(read_table("funders", data)["funder"])
    return pd.concat([_budget(table, funders, data) for table in held.values()], ignore_index=True)[BUDGET]


def _budget(table: Table, funders: frozenset[str], data: Folder) -> pd.DataFrame:
    check = partial(_check_budget, table=table, funders=funders)
    raw = read_table(table.name, data, check)
    found = check(raw)
    steps = pd.array([None if one.step is None else float(one.step) for one in found], dtype="Float64")
    return _placed(raw, table).assign(step=steps)


def _check_budget(raw: pd.DataFrame, table: Table, funders: frozenset[str]) -> list[Printed]:
    """Refuse rows that are not where and what the document has; give what each printed figure was read as."""
    check_places(raw, table)
    check_parts(raw, table, funders)
    return check_printed(raw, table.path.name, table.descriptor.get("scale", 1))


def _check_milestones(raw: pd.DataFrame, table: Table) -> pd.DataFrame:
    check_places(raw, table)
    return check_deadlines(raw, table.path.name)


def _placed(raw: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Add where the figures stand: document, table, programme, project and the reference to the lines."""
    known = table.descriptor
    place = {name: known.get(name, "") for name in ("document", "table", "view", "programme", "project")}
    source = f"{known['document']}/{known['table']}#" + raw["line"].astype("str")
    return raw.assign(**place, source=source)
