"""The steps of a flow, a worked example and the readings of targets as tables for a reader."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ..language import format_number, format_share, label, say, step_label, step_path
from .house import Table

__all__ = [
    "table_effects",
    "table_flows",
    "table_levers",
    "table_targets",
]


def table_flows(tree: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show every step of `flow_tree` or `pull_levers`, with its shares and whether it is printed or computed.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> table = table_flows(tree, language="en")
    >>> dict(zip(table.columns, table.groups[0][1][2], strict=True))  # 263 of 1,196; of 1,532
    {'Step': 'mbo → technical mbo', 'Number or per cent': '263', 'Share of the step before': '22%',
     'Share of the starting group': '17.2%', 'Origin': 'as printed'}

    """
    groups = []
    for root, steps in tree.groupby("root", sort=False):
        unit = label("unit", steps["unit"].iloc[0], language)
        rows = [
            [
                step_path(row, language),
                _amount(row, row["value"], language),
                *_shares(row, ("step_share", "root_share"), language, rough=row["unit"] == "%"),
                label("flow_status", row["status"], language),
            ]
            for _, row in steps.iterrows()
        ]
        groups.append((say("flows.table_unit", language, root=step_label("", str(root), language), unit=unit), rows))
    names = ("step_column", "value_column", "table_step_share", "table_root_share", "table_status")
    notes = ["table_computed"] + (["table_percent"] if tree["unit"].eq("%").any() else [])
    return Table(
        caption=say("flows.table", language),
        columns=[say(f"flows.{name}", language) for name in names],
        groups=groups,
        notes=[say(f"flows.{note}", language) for note in notes],
    )


def table_levers(tree: pd.DataFrame, scenario: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the trees that the worked example of `pull_levers` changes, as printed and then; the first if none is.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> scenario = ta.pull_levers(tree, {("mbo", "mbo techniek"): 0.05}, "points")  # 263 / 1196 + 0.05 is nearly 27 %
    >>> table = table_levers(tree, scenario, language="en")
    >>> dict(zip(table.columns, table.groups[0][1][2], strict=True))
    {'Step': 'mbo → technical mbo', 'Now': '263', 'Worked example': '323', 'Difference': '+60',
     'Share of the step before, now': '22%', 'Share of the step before, worked example': '27%'}

    """
    touched = scenario.loc[scenario["status"] == "scenario", "root"].unique().tolist() or [scenario["root"].iloc[0]]
    groups = []
    for root in touched:
        now, then = (frame[frame["root"] == root] for frame in (tree, scenario))
        percents = now["unit"].iloc[0] == "%"
        rows = [
            [
                step_path(old, language),
                *(_amount(row, row["value"], language, "%" * percents) for row in (old, new)),
                _more(new["value"] - old["value"], old, language),
                *(share for row in (old, new) for share in _shares(row, ("step_share",), language, rough=False)),
            ]
            for (_, old), (_, new) in zip(now.iterrows(), then.iterrows(), strict=True)
        ]
        unit = label("unit", now["unit"].iloc[0], language)
        groups.append((say("flows.table_unit", language, root=step_label("", root, language), unit=unit), rows))
    names = ("step_column", "levers_now", "levers_then", "levers_change", "levers_share_now", "levers_share_then")
    return Table(
        caption=say("flows.levers", language),
        columns=[say(f"flows.{name}", language) for name in names],
        groups=groups,
        notes=[say("flows.levers_note", language)],
    )


def table_effects(effects: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show what the same change does at each step, from `lever_effects`, and what a percentage point is.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> table_effects(ta.lever_effects(tree), language="en")
    What the same change does at each step
    What changes                                         Now    Then   Extra pupils to technical mbo
    10% more pupils: vmbo-t, final year                  1,532  1,685  +26
    10 percentage points more from vmbo-t to mbo         78.1%  88.1%  +34
    10 percentage points more from mbo to technical mbo  22%    32%    +120
    ...

    """
    rows = []
    for row in effects.to_dict("records"):
        key = "effects_growth" if row["kind"] == "growth" else "effects_points"
        names = {"start": label("flow", row["from"], language), "to": step_label(row["from"], row["to"], language)}
        ends = [row["base"], row["result"]]
        now, then = (
            format_number(end, language=language) if row["kind"] == "growth" else format_share(end, language)
            for end in ends
        )
        what = say(f"flows.{key}", language, change=format_number(row["change"] * 100, language=language), **names)
        rows.append([what, now, then, format_number(row["effect"], "difference", language)])
    last = effects.iloc[-1]
    point = {"now": format_share(last["base"], language, rough=True)}
    point["then"] = format_share(last["base"] + 0.01, language, rough=True)
    more = {"unit": label("unit", last["unit"], language), "to": label("flow", last["last"], language)}
    columns = [say(f"flows.{name}", language) for name in ("effects_what", "levers_now", "effects_then")]
    return Table(
        caption=say("flows.effects", language),
        columns=[*columns, say("flows.effects_more", language, **more)],
        groups=[("", rows)],
        notes=[say("flows.effects_note", language, **point)],
    )


def table_targets(readings: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show what each reading of each target would take, from `target_readings`.

    A number of pupils that rests on a rounded percentage is written in tens.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> readings = ta.target_readings(tree, ta.load_statements())
    >>> table = table_targets(readings, language="en")
    >>> dict(zip(table.columns, table.groups[1][1][0], strict=True))  # a quarter more than 263
    {'Reading': 'from vmbo-t to technical mbo', 'Starting point': '263', 'Needed': '329', 'Extra': '+66',
     'Share of the group, now → needed': '22% → 27.5%'}

    """
    groups = []
    for target, part in readings.groupby("target", sort=False):
        rows = []
        for row in part.to_dict("records"):
            percents = row["unit"] == "%"
            digits = -1 if row["qualifier"] and not percents else None
            base, result, more = (
                row[name] if digits is None else round(row[name], digits) for name in ("base", "result", "difference")
            )
            counts = [_amount(row, value, language, "%" * percents) for value in (base, result)]
            shares = [format_share(row[name], language) for name in ("share_now", "share")]
            of_step = say("flows.table_arrow", language, start=shares[0], to=shares[1])
            name = label("flow_reading", row["reading"], language)
            whole = format_number(None, language=language) if pd.isna(row["share"]) else of_step
            rows.append([name, *counts, _more(more, row, language), whole])
        title = label("flow_target", str(target), language)
        # Every target on a step is an increase; the source writes only one of them with its sign.
        change = format_number(part["change"].iloc[0] * 100, "difference", language)
        groups.append((f"{title[0].upper()}{title[1:]} ({change}%)", rows))
    names = ("reading", "base", "result", "change", "share")
    return Table(
        caption=say("flows.targets", language),
        columns=[say(f"flows.targets_{name}", language) for name in names],
        groups=groups,
        notes=[say("flows.targets_note", language)],
    )


def _amount(row: Mapping[Any, Any], value: float, language: str, sign: str = "") -> str:
    """Write a number of a step or reading, with its qualifier."""
    text = (
        format_share(value / 100, language, rough=bool(row["qualifier"]))
        if sign
        else format_number(value, language=language)
    )
    return f"{label('qualifier', row['qualifier'], language)} {text}".strip()


def _more(difference: float, row: Mapping[Any, Any], language: str) -> str:
    """Write a difference; of percentages in points, with a decimal where it has one and they are printed."""
    whole = row["unit"] != "%" or bool(row["qualifier"]) or abs(difference - round(difference)) < 1e-6
    text = format_number(difference, "difference" if whole else "points", language)
    if row["unit"] == "%":
        text = say("flows.points", language, value=text, n=abs(round(difference)) if whole else abs(difference))
    return text


def _shares(row: pd.Series, columns: Sequence[str], language: str, *, rough: bool) -> list[str]:
    """Write the shares of a step; where a tree starts there are none."""
    return [format_share(row[name], language, rough=rough) if row["from"] else "" for name in columns]
