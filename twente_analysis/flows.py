"""From vmbo to mbo to hbo: the published tree of steps, what if a step changes, and what a target would take.

What is published is a tree of steps, not a matrix: nothing is filled in between them. A part that the source does not
name stands in a row of its own, computed as the difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .tidy import DataError, check_choice, merge_sources

__all__ = [
    "READINGS",
    "Reading",
    "check_tree",
    "flow_tree",
    "lever_effects",
    "pull_levers",
    "repeat_changes",
    "target_readings",
]

Step = tuple[str, str]
#: Where those go whom the source does not name.
REST = "naar elders / niet genoemd"
VMBO_T, FOURTH_YEAR, TECHNICAL_VMBO, MBO_4 = (
    "vmbo-t", "vmbo techniek leerjaar 4", "vmbo techniek bb+kb en g/l", "mbo 4",
)  # fmt: skip
LEVERS = ("growth", "points", "count")
#: Parts may exceed their whole by the rounding of the computer alone.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Reading:
    """One way to read a target: of which steps, added up, and whether its % is growth or percentage points."""

    target: str
    steps: tuple[Step, ...]
    kind: str = "growth"


#: The ways to read each target on a step (Regiovisie lines 176-178). No target has a base year or a zero measurement.
READINGS: Mapping[str, Reading] = {
    "fourth year": Reading("regiovisie-176-1", (("", FOURTH_YEAR),)),
    "technical mbo": Reading("regiovisie-177-1", (("mbo", "mbo techniek"),)),
    "all mbo": Reading("regiovisie-177-1", ((VMBO_T, "mbo"),)),
    "technical mbo with gemengd": Reading("regiovisie-177-1", (("mbo", "mbo techniek"), (FOURTH_YEAR, "gl"))),
    "hbo": Reading("regiovisie-178-1", ((MBO_4, "hbo"),)),
    "hbo in points": Reading("regiovisie-178-1", ((MBO_4, "hbo"),), "points"),
    "technical hbo": Reading("regiovisie-178-1", (("hbo", "technisch hoger onderwijs"),)),
}


def flow_tree(flows: pd.DataFrame, pupils: pd.DataFrame, composition: pd.DataFrame) -> pd.DataFrame:
    """Put the published steps in trees, one per group of pupils or graduates that they start from.

    Parameters
    ----------
    flows, pupils, composition
        What `load_flows`, `load_vmbo_pupils` and `load_composition` give: counts, and shares in % as printed.

    Returns
    -------
    DataFrame
        One row per step, each under the step it follows; the first of a tree has an empty ``from``. ``value`` in
        pupils, or in % of the ``root`` where the source gives no count; ``step_share`` of ``from`` and ``root_share``
        of the root as fractions; ``status`` ``computed`` where we reckon from printed figures. The four trees have
        different populations and years and are *not to be joined*.

    Raises
    ------
    DataError
        When a step is missing or stands there twice, or parts exceed their whole.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> tree[tree["root"] == "vmbo-t"][["to", "value", "step_share", "status"]].round(3).values.tolist()
    [['vmbo-t', 1532.0, 1.0, ''], ['mbo', 1196.0, 0.781, ''], ['mbo techniek', 263.0, 0.22, ''],
     ['naar elders / niet genoemd', 933.0, 0.78, 'computed'], ['naar elders / niet genoemd', 336.0, 0.219, 'computed']]

    """
    counts = flows[flows["unit"] == "pupils"]
    shares = flows[flows["indicator"] == "progression_share"]
    fourth = _one(pupils, vmbo_sector="techniek")
    rows = [
        _row(_one(pupils, vmbo_leerweg="tl"), VMBO_T, ("", VMBO_T)),
        _row(_one(counts, to="mbo"), VMBO_T, (VMBO_T, "mbo")),
        _row(_one(counts, to="mbo techniek"), VMBO_T, ("mbo", "mbo techniek")),
        _row(fourth, FOURTH_YEAR, ("", FOURTH_YEAR)),
    ]
    for leerweg in ("bb", "kb", "gl"):
        share = _one(composition, population="technisch vmbo leerjaar 4", category=leerweg)
        rows.append(_part(share, FOURTH_YEAR, (FOURTH_YEAR, leerweg), fourth))
    schools = shares[shares["from"] == TECHNICAL_VMBO]
    if schools.empty:
        raise DataError("No school is named", remedy="Give all of what load_flows returns.")
    hbo = _one(shares, **{"from": MBO_4})
    # Where the source gives shares and no count, the whole is a hundred.
    hundred = {"value": 100.0, "status": "computed"}
    rows += [
        _row(schools.iloc[0], TECHNICAL_VMBO, ("", TECHNICAL_VMBO)) | hundred,
        *(_row(school, TECHNICAL_VMBO, (TECHNICAL_VMBO, school["to"])) for _, school in schools.iterrows()),
        _row(hbo, MBO_4, ("", MBO_4)) | hundred,
        _row(hbo, MBO_4, (MBO_4, "hbo")),
        _part(
            _one(shares, to="technisch hoger onderwijs"), MBO_4, ("hbo", "technisch hoger onderwijs"), hbo
        ),
    ]  # fmt: skip
    return _with_shares(_with_rests(rows))


def check_tree(tree: pd.DataFrame) -> pd.DataFrame:
    """Return a tree unchanged, or say which step does not stand under the one it follows."""
    wanted = ("root", "from", "to", "value", "unit", "status", "source", "step_share", "root_share")
    absent = [name for name in wanted if name not in tree.columns]
    if absent or tree.empty:
        raise DataError(
            f"This is no tree of steps: {'it lacks ' + ', '.join(absent) if absent else 'it has no rows'}",
            remedy="Give what flow_tree returns, or all rows of one root of it.",
        )
    above: set[Step] = set()
    for row in tree.to_dict("records"):
        if row["from"] and (row["root"], row["from"]) not in above:
            raise DataError(
                f"The step {row['from']!r} to {row['to']!r} does not stand under {row['from']!r}",
                remedy="Keep all rows of a root, in the order of flow_tree.",
            )
        above.add((row["root"], row["to"]))
    return tree


def pull_levers(tree: pd.DataFrame, levers: Mapping[Step, float], kind: str = "growth") -> pd.DataFrame:
    """Reckon what the tree would be if steps changed and every other share stayed as it is.

    Parameters
    ----------
    tree
        Result of `flow_tree`, or of this function: kinds can be combined by pulling again.
    levers
        The change of each step, by its ``(from, to)``; ``("", root)`` is the number that a tree starts from.
    kind
        ``growth``: the step's share (of a root: its count) times one plus the change, 0.1 for +10 %. ``points``: the
        change is added to the share, 0.1 for ten percentage points. ``count``: it is added to the number.

    Returns
    -------
    DataFrame
        As `flow_tree`, with status ``scenario`` where a value differs. What is computed as a rest takes up the
        difference; parts without a rest must still add up to their whole.

    Raises
    ------
    DataError
        When a lever names no step, or a part would be negative or larger than its whole.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> more = pull_levers(tree, {("mbo", "mbo techniek"): 0.05}, "points")  # (0.2199 + 0.05) x 1,196
    >>> more.loc[more["status"] == "scenario", "value"].round(1).tolist()
    [322.8, 873.2]

    """
    check_choice("kind", kind, LEVERS)
    check_tree(tree)
    _check_levers(tree, levers, kind)
    reckoned: dict[Step, float] = {}
    values = []
    for row in tree.to_dict("records"):
        lever = float(levers.get((row["from"], row["to"]), 0.0))
        share = row["step_share"] * (1 + lever) if kind == "growth" else row["step_share"] + lever * (kind == "points")
        whole = reckoned[row["root"], row["from"]] if row["from"] else row["value"]
        values.append(whole * share + lever * (kind == "count"))
        # The steps that follow start from it; a rest has none, and is what is left in the end.
        reckoned[row["root"], row["to"]] = values[-1]
    changed = _take_up_rest(tree.assign(value=values))
    _refuse_parts(changed)
    moved = (changed["value"] - tree["value"]).abs() > TOLERANCE
    return _with_shares(changed.assign(status=changed["status"].mask(moved, "scenario")))


def lever_effects(tree: pd.DataFrame, root: str = VMBO_T, change: float = 0.01) -> pd.DataFrame:
    """Reckon what each published step of a tree does for the last of them, one lever at a time.

    Parameters
    ----------
    change
        Of the share in points (0.01 for one percentage point); of the root's count as growth.

    Returns
    -------
    DataFrame
        One row per step: ``from``, ``to``, ``last`` (the step looked at), ``effect`` in the tree's unit.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> lever_effects(tree)["effect"].round(1).tolist()  # 1% of 263; 15.32 x 0.22; 1% of 1,196
    [2.6, 3.4, 12.0]

    """
    check_choice("root", root, tree["root"].unique().tolist())
    steps = tree[(tree["root"] == root) & (tree["to"] != REST)]
    last = steps.iloc[-1]
    rows = []
    for _, step in steps.iterrows():
        pulled = pull_levers(tree, {(step["from"], step["to"]): change}, "points" if step["from"] else "growth")
        rows.append(
            {"from": step["from"], "to": step["to"], "last": last["to"], "unit": last["unit"]}
            | {"effect": pulled.loc[last.name, "value"] - last["value"]}
        )
    return pd.DataFrame(rows)


def target_readings(tree: pd.DataFrame, statements: pd.DataFrame) -> pd.DataFrame:
    """Say for each way to read a target what it would take, if nothing else changed.

    Parameters
    ----------
    statements
        What `load_statements` gives; a target has its size in %.

    Returns
    -------
    DataFrame
        One row per name of `READINGS`: ``target`` (the statement), ``printed``, ``change`` (fraction), ``kind``,
        ``base`` and ``result`` in ``unit``, ``difference``, and as fractions of the step's whole ``share_now`` and
        ``share`` (missing where a reading has no one whole). Status ``scenario``. A share above 1 cannot be reached.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> readings = target_readings(tree, ta.load_statements()).set_index("reading")
    >>> readings.loc["all mbo", ["base", "result", "share"]].round(3).tolist()  # 1,196 x 1.25; / 1,532
    [1196.0, 1495.0, 0.976]

    """
    rows = []
    for name, reading in READINGS.items():
        target = _one(statements, id=reading.target)
        parts = [_one(tree, **{"from": start, "to": end}) for start, end in reading.steps]
        change, unit = target["value"] / 100, parts[0]["unit"]
        # Pupils are whole: a count reckoned from a printed share is rounded before it is added.
        base = sum(part["value"] if unit == "%" else round(part["value"]) for part in parts)
        result = base * (1 + change) if reading.kind == "growth" else base + target["value"]
        row = {
            "reading": name,
            "target": reading.target,
            "printed": target["printed"],
            "kind": reading.kind,
            "change": change,
            "base": base,
        }
        row |= {"result": result, "difference": result - base, "unit": unit}
        whole = parts[0]["value"] / parts[0]["step_share"] if len(parts) == 1 and parts[0]["from"] else float("nan")
        row |= {"share_now": base / whole, "share": result / whole, "status": "scenario"}
        rows.append(row | {"source": merge_sources([target["source"], *(part["source"] for part in parts)])})
    return pd.DataFrame(rows)


def repeat_changes(tree: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Reckon the fourth-year technical pupils if the changes of 2007-2011 came once more.

    Parameters
    ----------
    changes
        What `load_changes` gives, in %. For gemengd the source gives none: it is taken as vmbo-t.

    Returns
    -------
    DataFrame
        One row per ``vmbo_leerweg``: ``taken_from``, ``base`` and ``result`` in pupils, ``change`` as a fraction,
        status ``scenario``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> repeat_changes(tree, ta.load_changes())["result"].round(1).tolist()  # 272.2 x 0.74; 292.2 x 0.94; 99.6 x 0.89
    [201.5, 274.6, 88.6]

    """
    rows = []
    for leerweg, taken, sector in (("bb", "bb", "techniek"), ("kb", "kb", "techniek"), ("gl", "tl", "alle")):
        pupils = _one(tree, root=FOURTH_YEAR, to=leerweg)
        past = _one(changes, vmbo_leerweg=taken, vmbo_sector=sector)
        change = past["value"] / 100
        row = {"vmbo_leerweg": leerweg, "taken_from": taken, "base": pupils["value"], "change": change}
        row |= {"result": pupils["value"] * (1 + change), "unit": pupils["unit"], "status": "scenario"}
        rows.append(row | {"source": merge_sources([pupils["source"], past["source"]])})
    return pd.DataFrame(rows)


def _one(frame: pd.DataFrame, **chosen: str) -> pd.Series:
    """Take the one row with these categories."""
    found = frame
    for column, category in chosen.items():
        if column not in found.columns:
            raise DataError(f"The frame has no column {column!r}", remedy=f"Its columns are: {', '.join(frame)}.")
        found = found[found[column] == category]
    if len(found) != 1:
        raise DataError(f"{len(found)} rows have {chosen}", remedy="Give a frame with one such row.", rows=found)
    return found.iloc[0]


def _row(figure: pd.Series, root: str, step: Step) -> dict[str, Any]:
    kept = {name: figure[name] for name in ("year", "region_type", "region", "value", "unit", "status", "source")}
    return {"root": root, "from": step[0], "to": step[1]} | kept


def _part(share: pd.Series, root: str, step: Step, whole: pd.Series) -> dict[str, Any]:
    """Give the part that a printed share is of a printed figure."""
    computed = {"value": whole["value"] * share["value"] / 100, "unit": whole["unit"], "status": "computed"}
    return _row(share, root, step) | computed | {"source": merge_sources([whole["source"], share["source"]])}


def _with_rests(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Put each step under the one it follows, and after its parts what is left of it."""
    ordered: list[dict[str, Any]] = []

    def add(row: dict[str, Any]) -> None:
        ordered.append(row)
        parts = [part for part in rows if part["root"] == row["root"] and part["from"] == row["to"]]
        for part in parts:
            add(part)
        rest = row["value"] - sum(part["value"] for part in parts)
        if parts and abs(rest) > TOLERANCE:
            source = merge_sources([row["source"], *(part["source"] for part in parts)])
            left = {"from": row["to"], "to": REST, "value": rest, "status": "computed", "source": source}
            ordered.append(row | left)

    for row in rows:
        if not row["from"]:
            add(row)
    columns = ["year", "region_type", "region", "root", "from", "to", "value", "unit", "status", "source"]
    tree = pd.DataFrame(ordered)[columns].astype({"year": "Int64", "value": float})
    _refuse_parts(tree)
    return tree


def _with_shares(tree: pd.DataFrame) -> pd.DataFrame:
    values = {(row.root, row.to): row.value for row in tree.itertuples() if row.to != REST}
    wholes = [values[root, start or root] for root, start in zip(tree["root"], tree["from"], strict=True)]
    roots = tree["root"].map({root: values[root, root] for root in tree["root"].unique()})
    step = tree["value"] / pd.Series(wholes, tree.index).where(lambda whole: whole > 0)
    return tree.assign(step_share=step, root_share=tree["value"] / roots.where(roots > 0))


def _take_up_rest(tree: pd.DataFrame) -> pd.DataFrame:
    values = tree["value"].copy()
    for position in tree.index[tree["to"] == REST]:
        root, start = tree.loc[position, "root"], tree.loc[position, "from"]
        same = (tree["root"] == root) & (tree["from"] == start) & (tree["to"] != REST)
        whole = values[(tree["root"] == root) & (tree["to"] == start)].item()
        values[position] = whole - values[same].sum()
    return tree.assign(value=values)


def _refuse_parts(tree: pd.DataFrame) -> None:
    """Raise a `DataError` where a part is negative, or parts do not add up to their whole."""
    negative = tree[tree["value"] < -TOLERANCE]
    if len(negative):
        raise DataError(
            "Parts would be larger than their whole, or a number negative",
            remedy="Choose smaller changes; a part cannot exceed the step it follows.",
            rows=negative[["root", "from", "to", "value"]],
        )
    wholes = tree[tree["to"] != REST].set_index(["root", "to"])["value"]
    for (root, start), parts in tree[tree["from"] != ""].groupby(["root", "from"])["value"]:
        if abs(parts.sum() - wholes[root, start]) > TOLERANCE:
            raise DataError(
                f"The parts of {start!r} would add up to {parts.sum():.1f} of {wholes[root, start]:.1f}",
                remedy="These parts have no rest: let their changes cancel out, or change the whole.",
            )


def _check_levers(tree: pd.DataFrame, levers: Mapping[Step, float], kind: str) -> None:
    named = tree[tree["to"] != REST]
    steps = list(zip(named["from"], named["to"], strict=True))
    for step, change in levers.items():
        check_choice("lever", step, steps)
        if pd.isna(change) or (kind == "points" and not step[0]):
            raise DataError(
                f"The lever {step} is {change} in {kind}",
                remedy="Give a number; where a tree starts there is no share, so use 'growth' or 'count'.",
            )
        if not step[0] and named.loc[named["to"] == step[1], "unit"].item() == "%":
            raise DataError(f"{step[1]!r} has no count in the source", remedy="Change one of the steps that follow.")
