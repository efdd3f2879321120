"""Sentences about targets: how many can be judged and why the others cannot, how they are meant, what to measure."""

import re

import pandas as pd

from ..language import format_number, format_share, join, label, say
from ..tables.targets import goal_subject
from ..targets import REASONS, STATUSES
from .house import Text

__all__ = [
    "tell_goal_caveats",
    "tell_goal_path",
    "tell_goal_questions",
    "tell_goal_reasons",
    "tell_goal_terms",
    "tell_goal_wants",
    "tell_goals",
]

#: Abbreviations and names in the subjects, codes and programmes of targets that a reader may not know.
TERMS = ("HTSM", "AD", "KPI", "bbl", "NT", "Jet-Net", "TWAM2020", "POWI", "PDEng", "HMO", "Connect-U")


def tell_goals(judged: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say for how many goals it can be told whether they were reached, how many have a number, and statuses if several.

    One status alone says what the first sentence says, and is left out.

    Parameters
    ----------
    judged
        Result of `judge_goals`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> targets = ta.load_targets("techwise")
    >>> readings = ta.goal_readings(targets, ta.load_target_readings())
    >>> judged = ta.judge_goals(targets, readings, ta.load_target_figures())
    >>> for sentence in tell_goals(judged, language="en").sentences[1:]:
    ...     print(sentence)
    Most (18) do have a number, but we found no later count of the same thing.
    1 has no number.

    """
    total = len(judged)
    statuses = {status: int((judged["status"] == status).sum()) for status in STATUSES}
    known = total - statuses["not measurable"]
    sentences = [say(f"goals.headline_{'some' if known else 'none'}", language, n=known, total=total)]
    numberless = judged["reason"] == "no figure"
    uncounted, without = int((~numberless & judged["latest"].isna()).sum()), int(numberless.sum())
    if uncounted:
        key = "_all" if uncounted == total else "_most" if uncounted > total / 2 else ""
        sentences.append(say(f"goals.uncounted{key}", language, n=uncounted))
    if without:
        sentences.append(say("goals.without_number", language, n=without))
    names = [label("goal_status", status, language) for status in statuses]
    parts = [
        f"{name[0].lower()}{name[1:]} {number}" for name, number in zip(names, statuses.values(), strict=True) if number
    ]
    if len(parts) > 1:  # one status for all says what the first sentence says
        sentences.append(say("goals.stand", language, parts=", ".join(parts)))
    return Text("headline", sentences)


def tell_goal_reasons(judged: pd.DataFrame, readings: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say why goals cannot be judged, each counted by its first reason, how many bases are published, and by when.

    Parameters
    ----------
    judged, readings
        Results of `judge_goals` and `goal_readings`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> targets = ta.load_targets("regiodeal")
    >>> readings = ta.goal_readings(targets, ta.load_target_readings())
    >>> judged = ta.judge_goals(targets, readings, ta.load_target_figures())
    >>> print(tell_goal_reasons(judged, readings, language="en").sentences[2])
    The deadlines of these targets run from 2021 to 2025; of all 41 targets 20 have no deadline.

    """
    reasons = judged["reason"].value_counts()
    parts = [
        say(f"goals.reason_count.{reason}", language, n=int(reasons[reason])) for reason in REASONS if reason in reasons
    ]
    sentences = [say("goals.reasons", language, parts=join(parts, language))] if parts else []
    counted = [say("goals.first_reason", language)] if parts else []
    if "no base" in reasons:
        counted.append(say("goals.base_missing", language, n=int(reasons["no base"])))
    printed = readings.loc[readings["base_is"] == "printed", "id"].nunique()
    key = "goals.with_base" if printed else "goals.without_base"
    counted.append(say(key, language, n=printed, goals=readings["id"].nunique()))
    return Text("finding", [*sentences, " ".join(counted), *_deadlines(judged, language)])


def _deadlines(judged: pd.DataFrame, language: str) -> list[str]:
    """Say from when to when the deadlines run, and how many goals have none."""
    due = judged["due"].dropna()
    if due.empty:
        return []
    absent = len(judged) - len(due)
    ends = {"first": int(due.min()), "last": int(due.max())}
    without = say("goals.without_deadline", language, n=absent, total=len(judged)) if absent else ""
    key = "deadlines" if ends["first"] < ends["last"] else "deadline"
    return [say(f"goals.{key}", language, without=without, **ends)]


def tell_goal_terms(targets: pd.DataFrame, *, language: str = "nl") -> Text:
    """Explain the abbreviations and names that stand in these targets, each once.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> print(tell_goal_terms(ta.load_targets("techniekagenda"), language="en").sentences[0])
    Words in these lists. The bbl is learning and working at once in mbo.

    """
    programmes = [label("programme", one, language) for one in targets["programme"].unique()]
    words = " ".join([*targets["subject"], *targets["code"], *programmes])
    found = [term for term in TERMS if re.search(rf"\b{term}\b", words)]
    if not found:
        return Text("finding", [])
    return Text(
        "finding", [say("goals.terms", language, terms=" ".join(say(f"goal_term.{one}", language) for one in found))]
    )


def tell_goal_questions(targets: pd.DataFrame, readings: pd.DataFrame, *, language: str = "nl") -> Text:
    """Ask of each goal that has several readings and no base in any of them how it is meant.

    Parameters
    ----------
    readings
        Result of `goal_readings`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> targets = ta.load_targets("techwise")
    >>> asked = tell_goal_questions(targets, ta.goal_readings(targets, ta.load_target_readings()), language="en")
    >>> print(asked.sentences[-1])
    Mbo students in high-tech research: 25 in all, or 25 each year?

    """
    goals, asked = targets.set_index("id"), []
    several = readings[readings.duplicated("id", keep=False)]
    for name, part in several.groupby("id", sort=False):
        if part["base"].isna().all():
            goal = goals.loc[str(name)]
            value = format_number(float(goal["target"]), "exact", language)
            ways = [say(f"goals.question.{reading}", language, value=value) for reading in part["reading"]]
            choice = say("goals.or", language).join(ways)
            asked.append(say("goals.asked", language, subject=goal_subject(goal, language), choice=choice))
    return Text("caveats", asked or [say("goals.no_rows", language)])


def tell_goal_path(path: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the yearly steps of a goal add up to in both ways, from `goal_path`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> path = ta.goal_path(ta.load_targets(), "techwise-101-1")
    >>> print(tell_goal_path(path, language="en").sentences[0])
    The steps of 2013-2017 give +40.07% when each comes on top of the year before, and +35% when they are added up.

    """
    last = path.iloc[-1]
    ends = {"first_year": path["year"].iloc[0], "last_year": last["year"]}
    sums = {"compound": last["compound"], "simple": format_share(last["simple"], language)}
    sentence = say("goals.path", language, **sums, **ends)
    return Text("finding", [sentence, say("goals.path_base", language, target=format_share(last["target"], language))])


def tell_goal_wants(judged: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say for each reason that occurs what would have to be known, and for how many goals, each under all its own.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> targets = ta.load_targets("regiodeal")
    >>> readings = ta.goal_readings(targets, ta.load_target_readings())
    >>> judged = ta.judge_goals(targets, readings, ta.load_target_figures())
    >>> print(tell_goal_wants(judged, language="en").sentences[3])
    A deadline, for 20 of the targets with a number.

    """
    every = judged["reasons"].str.split("; ").explode()
    found = every.value_counts()
    wants = [say(f"goal_want.{reason}", language, n=int(found[reason])) for reason in REASONS if reason in found]
    counted = [say("goals.wants_count", language)] if len(every) > len(judged) else []
    return Text("caveats", [*counted, *wants] if wants else [say("goals.nothing_wanted", language)])


def tell_goal_caveats(targets: pd.DataFrame, chances: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the figures about targets do not tell.

    Parameters
    ----------
    chances
        Result of `goal_chances`: how many goals a projection covers.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> targets = ta.load_targets("regiodeal")
    >>> chances = ta.goal_chances(ta.goal_readings(targets, ta.load_target_readings()))
    >>> print(tell_goal_caveats(targets, chances, language="en").sentences[4])
    For none of the 41 targets with a number is there a series that counts the same and can be projected. So we give no
    probability.

    """
    covered = chances.loc[chances["cover"] == "covered", "id"].nunique()
    notes = [say(f"goal_caveat.{name}", language) for name in ("ambition", "strict", "base", "nearby")]
    key = "chance" if covered else "no_chance"
    notes.append(say(f"goal_caveat.{key}", language, n=covered, goals=chances["id"].nunique()))
    notes += [say(f"goal_caveat.{name}", language) for name in ("start", "left_out")]
    goals = targets[targets["role"] == "goal"]
    several = goals["source"].str.contains(",").sum()
    return Text("caveats", [*notes, say("goal_caveat.places", language, n=int(several))])
