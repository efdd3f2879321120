"""From vmbo to mbo to hbo: the published tree of steps, and what if a step changes.

What is published is a tree of steps, not a matrix: nothing is filled in between them. What the source does not name
stands in a row of its own, computed as the difference. A row is a step that pupils take, or a part of a whole: those
who are in a leerweg do not move to it.
"""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from .tidy import DataError, check_choice, merge_sources

__all__ = [
    "check_tree",
    "flow_tree",
    "lever_effects",
    "pull_levers",
]

Step = tuple[str, str]
#: Where those go whom the source does not name.
REST = "naar elders / niet genoemd"
VMBO_T, FOURTH_YEAR, TECHNICAL_VMBO, MBO_4 = (
    "vmbo-t", "vmbo techniek leerjaar 4", "vmbo techniek bb+kb en g/l", "mbo 4",
)  # fmt: skip
LEVERS = ("growth", "points", "count")
#: What a row says: pupils take this step, or they are a part of the whole it stands under.
STEP, PART = "step", "part"
#: Parts may exceed their whole by the rounding of the computer alone.
TOLERANCE = 1e-6


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
        of the root as fractions; ``kind`` is ``step``, or ``part`` of a whole; ``status`` ``computed`` where we reckon
        from printed figures, ``qualifier`` ``about`` where those are rounded percentages. The four trees have different
        populations and years and are *not to be joined*.

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
    fourth = only_row(pupils, vmbo_sector="techniek")
    rows = [
        _row(only_row(pupils, vmbo_leerweg="tl"), VMBO_T, ("", VMBO_T)),
        _row(only_row(counts, to="mbo"), VMBO_T, (VMBO_T, "mbo")),
        _row(only_row(counts, to="mbo techniek"), VMBO_T, ("mbo", "mbo techniek")),
        _row(fourth, FOURTH_YEAR, ("", FOURTH_YEAR)),
    ]
    for leerweg in ("bb", "kb", "gl"):
        share = only_row(composition, population="technisch vmbo leerjaar 4", category=leerweg)
        rows.append(_share_of(share, FOURTH_YEAR, (FOURTH_YEAR, leerweg), fourth) | {"kind": PART})
    schools = shares[shares["from"] == TECHNICAL_VMBO]
    if schools.empty:
        raise DataError("No school is named", remedy="Give all of what load_flows returns.")
    hbo = only_row(shares, **{"from": MBO_4})
    # Where the source gives shares and no count, the whole is a hundred.
    hundred = {"value": 100.0, "status": "computed"}
    rows += [
        _row(schools.iloc[0], TECHNICAL_VMBO, ("", TECHNICAL_VMBO)) | hundred,
        *(_row(school, TECHNICAL_VMBO, (TECHNICAL_VMBO, school["to"])) for _, school in schools.iterrows()),
        _row(hbo, MBO_4, ("", MBO_4)) | hundred,
        _row(hbo, MBO_4, (MBO_4, "hbo")),
        _share_of(
            only_row(shares, to="technisch hoger onderwijs"), MBO_4, ("hbo", "technisch hoger onderwijs"), hbo
        ),
    ]  # fmt: skip
    return _with_shares(_with_rests(rows))


def check_tree(tree: pd.DataFrame) -> pd.DataFrame:
    """Return a tree unchanged, or say which step does not stand under the one it follows.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> check_tree(tree)["to"].iloc[0]
    'vmbo-t'
    >>> check_tree(tree[tree["from"] != ""])
    Traceback (most recent call last):
    ...
    twente_analysis.errors.DataError: The step 'vmbo-t' to 'mbo' does not stand under 'vmbo-t'.
    What to do: Keep all rows of a root, in the order of flow_tree.

    """
    wanted = (
        "root",
        "from",
        "to",
        "kind",
        "value",
        "unit",
        "qualifier",
        "status",
        "source",
        "step_share",
        "root_share",
    )
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
        As `flow_tree`, with status ``scenario`` where a value differs. Of steps, what is computed as a rest takes up
        the difference; without a rest they must still add up. Of the parts of a whole, those without a lever make
        room in proportion, so that the whole stays; a change of 0 holds a part. A ``count`` makes the whole larger.

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
    >>> more = pull_levers(tree, {("vmbo techniek leerjaar 4", "gl"): 0.05}, "points")  # 15 to 20 %; 41 x 0.80 / 0.85
    >>> more.loc[more["status"] == "scenario", "step_share"].round(3).tolist()
    [0.386, 0.414, 0.2]

    """
    check_choice("kind", kind, LEVERS)
    check_tree(tree)
    _check_levers(tree, levers, kind)
    pulled = pd.Series([float(levers.get(step, 0.0)) for step in _steps(tree)], tree.index)
    counted = pulled if kind == "count" else pulled * 0
    # More in a part is more in its whole.
    brought = counted[tree["kind"] == PART].groupby(tree["from"]).sum()
    reckoned: dict[Step, float] = {}
    values = []
    rows = zip(tree.to_dict("records"), _new_shares(tree, levers, kind), counted, strict=True)
    for row, share, count in rows:
        start = reckoned[row["root"], row["from"]] - brought.get(row["from"], 0.0) if row["from"] else row["value"]
        values.append(start * share + count + (brought.get(row["to"], 0.0) if row["to"] != REST else 0.0))
        # The steps that follow start from it; a rest has none, and is what is left in the end.
        reckoned[row["root"], row["to"]] = values[-1]
    changed = _take_up_rest(tree.assign(value=values))
    _refuse_parts(changed)
    moved = (changed["value"] - tree["value"]).abs() > TOLERANCE
    return _with_shares(changed.assign(status=changed["status"].mask(moved, "scenario")))


def lever_effects(tree: pd.DataFrame, root: str = VMBO_T, change: float = 0.1) -> pd.DataFrame:
    """Reckon what each published step of a tree does for the last of them, one lever at a time.

    Parameters
    ----------
    change
        Of a share in points (0.1 for ten percentage points); of the root's count as growth.

    Returns
    -------
    DataFrame
        One row per step: ``from``, ``to``, ``kind`` of lever and its ``change``, ``base`` and ``result`` of what is
        pulled (the root's count, a step's share), ``last`` (the step looked at), ``effect`` in the tree's ``unit``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> lever_effects(tree)["effect"].round(1).tolist()  # 10% of 263; 153.2 x 0.22; 10% of 1,196
    [26.3, 33.7, 119.6]

    """
    check_choice("root", root, tree["root"].unique().tolist())
    steps = tree[(tree["root"] == root) & (tree["to"] != REST)]
    last = steps.iloc[-1]
    rows = []
    for _, step in steps.iterrows():
        kind, column = ("points", "step_share") if step["from"] else ("growth", "value")
        pulled = pull_levers(tree, {(step["from"], step["to"]): change}, kind)
        row = {"from": step["from"], "to": step["to"], "kind": kind, "change": change}
        row |= {"base": step[column], "result": pulled.loc[step.name, column], "last": last["to"], "unit": last["unit"]}
        rows.append(row | {"effect": pulled.loc[last.name, "value"] - last["value"]})
    return pd.DataFrame(rows)


def only_row(frame: pd.DataFrame, **chosen: str) -> pd.Series:
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
    return {"root": root, "from": step[0], "to": step[1], "kind": STEP, "qualifier": ""} | kept


def _share_of(share: pd.Series, root: str, step: Step, whole: pd.Series) -> dict[str, Any]:
    """Give what a printed share is of a printed figure: about so much, as the share is rounded."""
    computed = {"value": whole["value"] * share["value"] / 100, "unit": whole["unit"], "status": "computed"}
    computed |= {"qualifier": "about", "source": merge_sources([whole["source"], share["source"]])}
    return _row(share, root, step) | computed


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
            left |= {"kind": parts[0]["kind"], "qualifier": max(part["qualifier"] for part in parts)}
            ordered.append(row | left)

    for row in rows:
        if not row["from"]:
            add(row)
    columns = ["year", "region_type", "region", "root", "from", "to", "kind", "value", "unit", "qualifier"]
    tree = pd.DataFrame(ordered)[[*columns, "status", "source"]].astype({"year": "Int64", "value": float})
    _refuse_parts(tree)
    return tree


def _with_shares(tree: pd.DataFrame) -> pd.DataFrame:
    values = {(row.root, row.to): row.value for row in tree.itertuples() if row.to != REST}
    wholes = [values[root, start or root] for root, start in zip(tree["root"], tree["from"], strict=True)]
    roots = tree["root"].map({root: values[root, root] for root in tree["root"].unique()})
    step = tree["value"] / pd.Series(wholes, tree.index).where(lambda whole: whole > 0)
    return tree.assign(step_share=step, root_share=tree["value"] / roots.where(roots > 0))


def _steps(tree: pd.DataFrame) -> list[Step]:
    return list(zip(tree["from"], tree["to"], strict=True))


def _new_shares(tree: pd.DataFrame, levers: Mapping[Step, float], kind: str) -> pd.Series:
    """Pull the levers on shares; where they are on parts of a whole, the other parts make room in proportion."""
    named = pd.Series([step in levers for step in _steps(tree)], tree.index)
    change = pd.Series([float(levers.get(step, 0.0)) for step in _steps(tree)], tree.index)
    shares = tree["step_share"] * (1 + change) if kind == "growth" else tree["step_share"] + change * (kind == "points")
    for _, parts in tree[tree["kind"] == PART].groupby(["root", "from"]):
        moved, others = parts.index[named[parts.index]], parts.index[~named[parts.index]]
        if kind != "count" and len(moved) and shares[others].sum() > 0:
            shares[others] *= (1 - shares[moved].sum()) / shares[others].sum()
    return shares


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
    for step, change in levers.items():
        check_choice("lever", step, _steps(named))
        if isinstance(change, str) or not math.isfinite(change) or (kind == "points" and not step[0]):
            raise DataError(
                f"The lever {step} is {change} in {kind}",
                remedy="Give a number; where a tree starts there is no share, so use 'growth' or 'count'.",
            )
        if not step[0] and named.loc[named["to"] == step[1], "unit"].item() == "%":
            raise DataError(f"{step[1]!r} has no count in the source", remedy="Change one of the steps that follow.")
