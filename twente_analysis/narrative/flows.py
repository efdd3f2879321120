"""Sentences about flows: what the published steps say, what if one changes, what a target takes, what is not known."""

import pandas as pd

from ..flows import FOURTH_YEAR, MBO_4, PART, REST, TECHNICAL_VMBO, VMBO_T
from ..language import format_number, format_period, format_share, join, label, say, step_label
from .house import Text

__all__ = [
    "tell_agenda",
    "tell_flow_caveats",
    "tell_flows",
    "tell_hbo",
    "tell_levers",
    "tell_parts",
    "tell_schools",
    "tell_steps",
    "tell_targets",
    "tell_unread_targets",
]

#: A step that a larger share than this would have to take is said to look out of reach; our judgement.
NEARLY_ALL = 0.95


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
        step_share=format_share(technical["step_share"], language),
        root_share=technical["root_share"],
    )
    return Text("headline", [headline])


def tell_steps(tree: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say of how many the source names no field, and of how many no destination.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> print(*tell_steps(tree, language="en").sentences)  # 1,196 less 263; 1,532 less 1,196
    For the other 933 who go to mbo the source gives no field; for 336 pupils it gives no destination. These numbers are
    the difference, calculated by us.

    """
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
    """Say which share goes to which school, and what the source names without a figure.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> print(*tell_schools(tree, language="en").sentences)
    The source gives ROC van Twente 85%, ROC Deltion College 5% and ROC Aventus 5%. It also mentions CIBAP and SOMA, two
    other schools, without a figure. ...

    """
    schools = tree[tree["from"] == TECHNICAL_VMBO]
    named = schools[schools["to"] != REST]
    parts = [f"{row['to']} {_figure(row['value'], '%', language)}" for _, row in named.iterrows()]
    rest = _figure(100 - named["value"].sum(), "%", language)
    return Text("finding", [say("flows.schools", language, parts=join(parts, language), rest=rest)])


def tell_hbo(tree: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how many of a hundred graduates of mbo 4 go on to hbo, in which year, and how many to technical hbo.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> print(tell_hbo(tree, language="en").sentences[0])
    Of every 100 graduates of mbo 4, 45 go on to hbo (figure of 2008), of whom about 38 to technical hbo.

    """
    start, hbo, technical = (
        _step(tree, *step) for step in (("", MBO_4), (MBO_4, "hbo"), ("hbo", "technisch hoger onderwijs"))
    )
    figures = {"start": start["value"], "hbo": hbo["value"], "year": hbo["year"]}
    qualifier = label("qualifier", technical["qualifier"], language)
    amount = f"{qualifier} {format_number(technical['value'], language=language)}".strip()
    return Text("finding", [say("flows.hbo", language, technical=amount, **figures)])


def tell_levers(tree: pd.DataFrame, scenario: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the worked example of `pull_levers` changes, and what comes of it at the last step of each tree.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> scenario = ta.pull_levers(tree, {("mbo", "mbo techniek"): 0.05}, "points")
    >>> print(tell_levers(tree, scenario, language="en").sentences[1])
    Then 323 pupils would go from vmbo-t to technical mbo, instead of 263.

    """
    changed = [
        _changed(old, new, language) for (_, old), (_, new) in zip(tree.iterrows(), scenario.iterrows(), strict=True)
    ]
    changed = [one for one in changed if one]
    sentences = [
        say("flows.changed", language, parts="; ".join(changed)) if changed else say("flows.no_lever", language)
    ]
    for root, old in tree[tree["to"] != REST].groupby("root", sort=False):
        last, then = old.iloc[-1], scenario.loc[old.index[-1]]
        # Of a whole with its parts this was said.
        if then["status"] == "scenario" and last["kind"] != PART:
            key = "flows.lever_percent" if last["unit"] == "%" else "flows.lever"
            names = {"to": _to(last, language), "root": label("flow", str(root), language)}
            amounts = {"now": _amount(last, language), "then": _amount(then, language)}
            sentences.append(say(key, language, **names, **amounts))
    return Text("finding", sentences)


def tell_agenda(readings: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say which agenda the targets of `target_readings` are in, over which years, and what it leaves out.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> readings = ta.target_readings(tree, ta.load_statements())
    >>> print(tell_agenda(readings, language="en").sentences[0])
    The targets belong to the Twente Techniek Agenda 2011-2016, drawn up jointly by businesses, education, research and
    government. The source ...

    """
    period = join([format_period(one, language) for one in readings["period"].unique()], language)
    return Text("finding", [say("flows.agenda", language, period=period)])


def tell_targets(readings: pd.DataFrame, repeated: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what each target comes down to, and what the past changes would do.

    Parameters
    ----------
    readings
        Result of `target_readings`.
    repeated
        Result of `repeat_changes`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> readings = ta.target_readings(tree, ta.load_statements())
    >>> repeated = ta.repeat_changes(tree, ta.load_changes())
    >>> print(*tell_targets(readings, repeated, language="en").sentences[:2])  # 22 % times 1.25
    For technical vmbo 66 pupils more are needed than the 664 in the fourth year, if that is what the target is about.
    From vmbo-t to technical mbo: 27.5% of those who go to mbo would have to choose a technical programme; now 22% do.

    """
    named = readings.set_index("reading")
    wanted = named.loc["fourth year", "difference"]
    hbo = {
        "growth": format_share(named.loc["hbo", "share"], language),
        "points": format_share(named.loc["hbo in points", "share"], language),
    }
    every = named.loc["all mbo"]
    reach = "flow_target.mbo_out_of_reach" if every["share"] > NEARLY_ALL else "flow_target.mbo_in_reach"
    sentences = [
        say("flow_target.vmbo", language, wanted=wanted, base=named.loc["fourth year", "base"]),
        say("flow_target.mbo", language, **_both_shares(named.loc["technical mbo"], language)),
        say(reach, language, **_both_shares(every, language)),
        say("flow_target.hbo", language, now=format_share(named.loc["hbo", "share_now"], language), **hbo),
    ]
    base, result = repeated["base"].sum(), repeated["result"].sum()
    parts = [
        say(
            "flows.repeated_own" if row["taken_from"] == row["vmbo_leerweg"] else "flows.repeated_as",
            language,
            name=label("flow", row["vmbo_leerweg"], language),
            taken=label("flow", VMBO_T, language),
            change=format_number(row["change"] * 100, "difference", language),
        )
        for _, row in repeated.iterrows()
    ]
    figures = {"base": base, "result": result, "change": result - base, "wanted": wanted}
    period = join([format_period(one, language) for one in repeated["period"].unique()], language)
    sentences.append(say("flows.repeated", language, period=period, parts=", ".join(parts), **figures))
    return Text("finding", sentences)


def tell_unread_targets(targets: pd.DataFrame, composition: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say which targets have no reading here, and why, from `unread_targets` and `load_composition`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> told = tell_unread_targets(ta.unread_targets(ta.load_statements()), ta.load_composition(), language="en")
    >>> print(told.sentences[0])
    Girls, +5%: the source does not say of what. It gives two shares of girls in technical vmbo (7% and 38%), for
    different groups, and none ...

    """
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

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> totals = ta.total_by(ta.load_diplomas())
    >>> told = tell_flow_caveats(tree, ta.load_flows(), ta.load_composition(), totals, language="en")
    >>> print(told.sentences[2])
    The source mentions almost 1,000 new students a year from vmbo to technical mbo. From vmbo-t there are 263, and
    there are 664 pupils in the fourth year of technical vmbo. Together that is 927, but only if every pupil passes and
    goes on. We do not add them up.

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
            qualifier=label("qualifier", intake["qualifier"], language),
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
            level_four=total * level["value"] / 100,
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


def _both_shares(reading: pd.Series, language: str) -> dict[str, str]:
    return {"share": format_share(reading["share"], language), "now": format_share(reading["share_now"], language)}


def _changed(old: pd.Series, new: pd.Series, language: str) -> str:
    """Say what is another share, or another number where a tree starts; nothing where it is the same."""
    to = label("flow", old["to"], language)
    if not old["from"]:
        same = abs(new["value"] - old["value"]) < 1e-6
        now, then = _amount(old, language), _amount(new, language)
        return "" if same else say("flow_change.root", language, now=now, then=then, to=to)
    if old["to"] == REST or abs(new["step_share"] - old["step_share"]) < 1e-9:
        return ""
    now, then = (format_share(row["step_share"], language) for row in (old, new))
    return say(f"flow_change.{old['from']}", language, now=now, then=then, to=to)
