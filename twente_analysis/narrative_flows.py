"""Sentences about flows: what the published steps say, what if one changes, what a target takes, what is not known."""

import pandas as pd

from .flows import FOURTH_YEAR, MBO_4, REST, TECHNICAL_VMBO, VMBO_T, lever_effects
from .language import format_number, format_share, join, label, say, step_label
from .narrative import Text

__all__ = ["tell_flow_caveats", "tell_flows", "tell_levers", "tell_steps", "tell_targets"]


def tell_flows(tree: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how many go from vmbo-t to mbo and to technical mbo, from `flow_tree`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> print(tell_flows(tree, language="en").sentences[0][:88])
    Of the 1,532 pupils in the final year of vmbo-t, 1,196 go on to mbo (78.1%). Of those, 2

    """
    mbo, technical = _step(tree, VMBO_T, "mbo"), _step(tree, "mbo", "mbo techniek")
    headline = say(
        "flows.headline",
        language,
        root=_step(tree, "", VMBO_T)["value"],
        mbo=mbo["value"],
        mbo_share=mbo["step_share"],
        technical=technical["value"],
        step_share=technical["step_share"],
        root_share=technical["root_share"],
    )
    return Text("headline", [headline])


def tell_steps(tree: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say of whom the source names no destination, and who is in the fourth year of technical vmbo."""
    rest, away = (_step(tree, start, REST)["value"] for start in ("mbo", VMBO_T))
    leerwegen = [
        say("flows.fourth_part", language, value=row["value"], name=step_label(row["from"], row["to"], language))
        for _, row in tree[tree["from"] == FOURTH_YEAR].iterrows()
    ]
    value = _step(tree, "", FOURTH_YEAR)["value"]
    fourth = say("flows.fourth", language, value=value, parts=join(leerwegen, language))
    return Text("finding", [say("flows.rest", language, rest=rest, away=away), fourth])


def tell_levers(tree: pd.DataFrame, scenario: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the worked example of `pull_levers` changes, and which step does most for technical mbo.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> scenario = ta.pull_levers(tree, {("mbo", "mbo techniek"): 0.05}, "points")
    >>> print(tell_levers(tree, scenario, language="en").sentences[0])
    In the worked example 323 pupils go to technical mbo instead of 263 (+60).

    """
    now, then = (_step(frame, "mbo", "mbo techniek")["value"] for frame in (tree, scenario))
    to = label("flow", "mbo techniek", language)
    sentences = [say("flows.lever", language, now=now, then=then, change=then - now, to=to)]
    if not scenario.loc[scenario["root"] == VMBO_T, "status"].eq("scenario").any():
        sentences = [say("flows.no_lever", language)]
    parts = []
    for row in lever_effects(tree).to_dict("records"):
        names = {"start": label("flow", row["from"], language), "to": label("flow", row["to"], language)}
        last = label("flow", row["last"], language)
        key = "flows.effect_step" if row["from"] else "flows.effect_root"
        parts.append(say(key, language, effect=row["effect"], last=last, **names))
    return Text("finding", [*sentences, say("flows.effects", language, parts=join(parts, language))])


def tell_targets(readings: pd.DataFrame, repeated: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say in how many ways each target can be read and what that takes, and what the past changes would do.

    Parameters
    ----------
    readings
        Result of `target_readings`.
    repeated
        Result of `repeat_changes`.

    """
    sentences = []
    for target, part in readings.groupby("target", sort=False):
        told = [
            say(
                "flows.reading",
                language,
                name=label("flow_reading", row.reading, language),
                base=_figure(row.base, row.unit, language),
                result=_figure(row.result, row.unit, language),
            )
            for row in part.itertuples()
        ]
        key = "flows.one_reading" if len(part) == 1 else "flows.ambiguous"
        title = f"{label('flow_target', str(target), language)} ({part['printed'].iloc[0]})"
        sentences.append(say(key, language, target=title, n=len(part), parts="; ".join(told)))
    steps = readings[(readings["unit"] == "pupils") & readings["share"].notna()]
    hardest = steps.loc[steps["share"].idxmax()]
    name = label("flow_reading", hardest["reading"], language)
    shares = {"share": hardest["share"], "share_now": hardest["share_now"]}
    sentences.append(say("flows.hard", language, name=name, **shares))
    base, result = repeated["base"].sum(), repeated["result"].sum()
    wanted = readings.set_index("reading").loc["fourth year", "difference"]
    key = "flows.repeated" if base - result > wanted else "flows.repeated_less"
    sentences.append(say(key, language, base=base, result=result, change=result / base - 1, wanted=wanted))
    return Text("finding", sentences)


def tell_flow_caveats(
    tree: pd.DataFrame, flows: pd.DataFrame, composition: pd.DataFrame, diplomas: pd.DataFrame, *, language: str = "nl"
) -> Text:
    """Say what the figures of the flows do not tell.

    Parameters
    ----------
    tree
        Result of `flow_tree`.
    flows, composition
        What `load_flows` and `load_composition` give.
    diplomas
        What `total_by` gives of `load_diplomas`, to check the source's number of graduates who go on to hbo.

    """
    schools = tree[(tree["from"] == TECHNICAL_VMBO) & (tree["to"] != REST)]
    parts = join([f"{row['to']} {_figure(row['value'], '', language)}%" for _, row in schools.iterrows()], language)
    pupils, technical = _step(tree, "", FOURTH_YEAR)["value"], _step(tree, "mbo", "mbo techniek")["value"]
    intake = flows[flows["indicator"] == "intake"].iloc[0]
    graduates = flows[flows["unit"] == "graduates"].iloc[0]
    level = composition[(composition["indicator"] == "diplomas_share") & (composition["category"] == "4")].iloc[0]
    total = diplomas.set_index("year")["value"][graduates["year"]]
    hbo, technical_hbo = _step(tree, MBO_4, "hbo"), _step(tree, "hbo", "technisch hoger onderwijs")
    saxion = flows[flows["indicator"] == "first_choice_share"].iloc[0]
    notes = [
        say("flow_caveat.schools", language, parts=parts),
        say("flow_caveat.pupils", language, value=pupils),
        say(
            "flow_caveat.join",
            language,
            qualifier=label("flow_qualifier", intake["qualifier"], language),
            intake=intake["value"],
            technical=technical,
            pupils=pupils,
            both=technical + pupils,
        ),
        *(say(f"flow_caveat.{name}", language) for name in ("year", "census", "niveau")),
        say(
            "flow_caveat.hbo",
            language,
            hbo_year=graduates["year"],
            graduates=graduates["value"],
            level_share=format_share(level["value"] / 100, language),
            diplomas=total,
            share=format_share(hbo["step_share"], language),
            share_year=hbo["year"],
            expected=total * level["value"] / 100 * hbo["step_share"],
        ),
        say("flow_caveat.technical_hbo", language, share=format_share(technical_hbo["step_share"], language)),
        say("flow_caveat.saxion", language, share=format_share(saxion["value"] / 100, language)),
    ]
    return Text("caveats", notes)


def _step(tree: pd.DataFrame, start: str, end: str) -> pd.Series:
    return tree[(tree["from"] == start) & (tree["to"] == end)].iloc[0]


def _figure(value: float, unit: str, language: str) -> str:
    return format_share(value / 100, language) if unit == "%" else format_number(value, language=language)
