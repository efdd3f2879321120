"""What a target on a step of the flows would take: each way to read it, by name, and the targets that have none."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from .flows import FOURTH_YEAR, MBO_4, VMBO_T, Step, only_row
from .tidy import merge_sources

__all__ = ["READINGS", "Reading", "repeat_changes", "target_readings", "unread_targets"]


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
#: The same agenda's other targets (lines 179-185): what they are of is no step, or has no figure.
UNREAD = ("regiovisie-179-1", "regiovisie-183-1", "regiovisie-184-1", "regiovisie-185-1")


def target_readings(tree: pd.DataFrame, statements: pd.DataFrame) -> pd.DataFrame:
    """Say for each way to read a target what it would take, if nothing else changed.

    Parameters
    ----------
    statements
        What `load_statements` gives; a target has its size in %.

    Returns
    -------
    DataFrame
        One row per name of `READINGS`: ``target`` (the statement), ``printed``, ``period`` of its agenda, ``change``
        (fraction), ``kind``, ``base`` and ``result`` in ``unit``, ``difference``, and as fractions of the step's whole
        ``share_now`` and ``share`` (missing where a reading has no one whole). ``qualifier`` ``about`` where the base
        rests on rounded percentages. Status ``scenario``. A share above 1 cannot be reached.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> readings = target_readings(tree, ta.load_statements()).set_index("reading")
    >>> readings.loc["all mbo", ["base", "result", "share"]].round(3).tolist()  # 1,196 x 1.25; / 1,532
    [1196.0, 1495.0, 0.976]

    """
    rows = []
    for name, reading in READINGS.items():
        target = only_row(statements, id=reading.target)
        parts = [only_row(tree, **{"from": start, "to": end}) for start, end in reading.steps]
        change, unit = target["value"] / 100, parts[0]["unit"]
        base = sum(part["value"] for part in parts)
        result = base * (1 + change) if reading.kind == "growth" else base + target["value"]
        row = {
            "reading": name,
            "target": reading.target,
            "printed": target["printed"],
            "period": target["period"],
            "kind": reading.kind,
            "change": change,
            "base": base,
        }
        row |= {"result": result, "difference": result - base, "unit": unit}
        whole = parts[0]["value"] / parts[0]["step_share"] if len(parts) == 1 and parts[0]["from"] else float("nan")
        row |= {"share_now": base / whole, "share": result / whole, "status": "scenario"}
        row |= {"qualifier": max(part["qualifier"] for part in parts)}
        rows.append(row | {"source": merge_sources([target["source"], *(part["source"] for part in parts)])})
    return pd.DataFrame(rows)


def unread_targets(statements: pd.DataFrame) -> pd.DataFrame:
    """Choose the targets beside those of `READINGS` that no published step can answer.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> unread_targets(ta.load_statements())["printed"].tolist()  # girls, bbl, hbo beside a job, companies
    ['5%', '10%', '10%', '50%']

    """
    return pd.DataFrame([only_row(statements, id=target) for target in UNREAD]).reset_index(drop=True)


def repeat_changes(tree: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Reckon the fourth-year technical pupils if the changes of 2007-2011 came once more.

    Parameters
    ----------
    changes
        What `load_changes` gives, in %. For gemengd the source gives none: it is taken as vmbo-t.

    Returns
    -------
    DataFrame
        One row per ``vmbo_leerweg``: ``taken_from``, ``period`` of the change, ``base`` and ``result`` in pupils,
        ``change`` as a fraction, status ``scenario``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> repeat_changes(tree, ta.load_changes())["result"].round(1).tolist()  # 272.2 x 0.74; 292.2 x 0.94; 99.6 x 0.89
    [201.5, 274.6, 88.6]

    """
    rows = []
    for leerweg, taken, sector in (("bb", "bb", "techniek"), ("kb", "kb", "techniek"), ("gl", "tl", "alle")):
        pupils = only_row(tree, root=FOURTH_YEAR, to=leerweg)
        past = only_row(changes, vmbo_leerweg=taken, vmbo_sector=sector)
        change = past["value"] / 100
        row = {"vmbo_leerweg": leerweg, "taken_from": taken, "period": past["period"]}
        row |= {"base": pupils["value"], "change": change}
        row |= {"result": pupils["value"] * (1 + change), "unit": pupils["unit"], "status": "scenario"}
        rows.append(row | {"source": merge_sources([pupils["source"], past["source"]])})
    return pd.DataFrame(rows)
