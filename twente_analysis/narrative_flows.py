"""Sentences about flows: what the published steps say, what if one changes, what a target takes, what is not known."""

import pandas as pd

from .flows import FOURTH_YEAR, MBO_4, PART, REST, TECHNICAL_VMBO, VMBO_T, lever_effects
from .language import format_number, format_share, join, label, say, step_label
from .narrative import Text

__all__ = [
    "tell_flow_caveats",
    "tell_flows",
    "tell_levers",
    "tell_parts",
    "tell_schools",
    "tell_steps",
    "tell_targets",
    "tell_unread_targets",
]


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
    """Say of how many the source names no field, and of how many no destination."""
    rest, away = (_step(tree, start, REST)["value"] for start in ("mbo", VMBO_T))
    return Text("finding", [say("flows.rest", language, rest=rest, away=away)])


def tell_parts(tree: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say who is in the fourth year of technical vmbo.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> print(tell_parts(tree, language="en").sentences[0][55:])
    about 272 are in basis, about 292 in kader and about 100 in gemengd.

    """
    parts = [
        say(
            f"flows.fourth_{'part' if number else 'first'}",
            language,
            value=_amount(row, language),
            name=_to(row, language),
        )
        for number, (_, row) in enumerate(tree[tree["from"] == FOURTH_YEAR].iterrows())
    ]
    value = _step(tree, "", FOURTH_YEAR)["value"]
    return Text("finding", [say("flows.fourth", language, value=value, parts=join(parts, language))])


def tell_schools(tree: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say which share goes to which school, and what the source names without a figure."""
    schools = tree[tree["from"] == TECHNICAL_VMBO]
    named = schools[schools["to"] != REST]
    parts = [f"{row['to']} {_figure(row['value'], '%', language)}" for _, row in named.iterrows()]
    rest = _figure(100 - named["value"].sum(), "%", language)
    return Text("finding", [say("flows.schools", language, parts=join(parts, language), rest=rest)])


def tell_levers(tree: pd.DataFrame, scenario: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the worked example of `pull_levers` changes, and which step does most for technical mbo.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> scenario = ta.pull_levers(tree, {("mbo", "mbo techniek"): 0.05}, "points")
    >>> print(tell_levers(tree, scenario, language="en").sentences[0])
    What was changed: the share of mbo that goes to technical mbo from 22.0% to 27.0%.

    """
    changed = [
        _changed(old, new, language) for (_, old), (_, new) in zip(tree.iterrows(), scenario.iterrows(), strict=True)
    ]
    changed = [one for one in changed if one]
    sentences = [
        say("flows.changed", language, parts="; ".join(changed)) if changed else say("flows.no_lever", language)
    ]
    for root, old in tree[tree["to"] != REST].groupby("root", sort=False):
        new = scenario.loc[old.index]
        # Of a whole with its parts, and of a tree that only its first number changed, this was said.
        if new["status"].eq("scenario").any() and not old["kind"].eq(PART).any():
            now, then = _amount(old.iloc[-1], language), _amount(new.iloc[-1], language)
            last = label("flow", old["to"].iloc[-1], language)
            start = label("flow", str(root), language)
            sentences.append(say("flows.lever", language, now=now, then=then, to=last, root=start))
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
                name=label("flow_reading", row["reading"], language),
                base=_amount(row, language, "base"),
                result=_amount(row, language, "result"),
            )
            for _, row in part.iterrows()
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


def tell_unread_targets(targets: pd.DataFrame, composition: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say which targets have no reading here, and why, from `unread_targets` and `load_composition`."""
    bbl = composition[(composition["dimension"] == "mbo_leerweg") & (composition["category"] == "bbl")].iloc[0]
    girls = composition[(composition["dimension"] == "sex") & (composition["indicator"] == "vmbo_pupils_share")]
    words = {
        "bbl": _figure(bbl["value"], "%", language),
        "year": bbl["year"],
        "girls": join([_figure(value, "%", language) for value in girls["value"]], language),
    }
    told = [say(f"flow_unread.{row['id']}", language, printed=row["printed"], **words) for _, row in targets.iterrows()]
    return Text("caveats", [*told, say("flow_unread.htsm", language)])


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


def _to(row: pd.Series, language: str) -> str:
    return step_label(row["from"], row["to"], language)


def _figure(value: float, unit: str, language: str, *, rough: bool = False) -> str:
    return format_share(value / 100, language, rough=rough) if unit == "%" else format_number(value, language=language)


def _amount(row: pd.Series, language: str, column: str = "value") -> str:
    """Write a number of a step or reading, with its qualifier."""
    text = _figure(row[column], row["unit"], language, rough=bool(row["qualifier"]))
    return f"{label('qualifier', row['qualifier'], language)} {text}".strip()


def _changed(old: pd.Series, new: pd.Series, language: str) -> str:
    """Say what is another share, or another number where a tree starts; nothing where it is the same."""
    names = {"start": label("flow", old["from"], language), "to": _to(old, language)}
    if not old["from"]:
        same = abs(new["value"] - old["value"]) < 1e-6
        now, then = _amount(old, language), _amount(new, language)
        return "" if same else say("flows.changed_root", language, now=now, then=then, **names)
    if old["to"] == REST or abs(new["step_share"] - old["step_share"]) < 1e-9:
        return ""
    now, then = (format_share(row["step_share"], language) for row in (old, new))
    return say(f"flows.changed_{old['kind']}", language, now=now, then=then, **names)
