"""Sentences about targets: how many can be judged and why the others cannot, what is needed, what to measure."""

import pandas as pd

from .language import format_share, join, label, say
from .narrative import Text
from .targets import REASONS, STATUSES

__all__ = ["tell_goal_caveats", "tell_goal_path", "tell_goal_reasons", "tell_goal_wants", "tell_goals"]


def tell_goals(judged: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how many goals are reached, on course, off course and not measurable, from `judge_goals`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> targets = ta.load_targets("regiodeal")
    >>> readings = ta.goal_readings(targets, ta.load_target_readings())
    >>> judged = ta.judge_goals(targets, readings, ta.load_target_figures())
    >>> print(tell_goals(judged, language="en").sentences[1])
    Reached: 0. On course: 0. Off course or missed: 0. Not measurable: 40.

    """
    total = len(judged)
    statuses = {status: int((judged["status"] == status).sum()) for status in STATUSES}
    unknown = statuses["not measurable"]
    key = "none" if unknown == total else "some"
    headline = say(f"goals.headline_{key}", language, n=total, total=total, judged=total - unknown)
    counted = " ".join(
        say("goals.status_count", language, status=label("goal_status", status, language), number=number)
        for status, number in statuses.items()
    )
    return Text("headline", [headline, counted])


def tell_goal_reasons(judged: pd.DataFrame, readings: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say why goals cannot be judged, each counted by its first reason, and of how many the base is published.

    Parameters
    ----------
    judged, readings
        Results of `judge_goals` and `goal_readings`.

    """
    reasons = judged["reason"].value_counts()
    parts = [
        say(f"goals.reason_count.{reason}", language, n=int(reasons[reason])) for reason in REASONS if reason in reasons
    ]
    sentences = [say("goals.reasons", language, parts=join(parts, language))] if parts else []
    printed = int((readings["base_is"] == "printed").sum())
    key = "goals.with_base" if printed else "goals.without_base"
    return Text("finding", [*sentences, say(key, language, n=printed, total=len(judged))])


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
    """Say for each reason that occurs what would have to be known, and for how many goals."""
    every = judged["reasons"].str.split("; ").explode()
    found = every.value_counts()
    wants = [say(f"goal_want.{reason}", language, n=int(found[reason])) for reason in REASONS if reason in found]
    return Text("caveats", wants or [say("goals.nothing_wanted", language)])


def tell_goal_caveats(targets: pd.DataFrame, chances: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say what the figures about targets do not tell.

    Parameters
    ----------
    chances
        Result of `goal_chances`: how many goals a projection covers.

    """
    covered = chances.loc[chances["cover"] == "covered", "id"].nunique()
    notes = [say(f"goal_caveat.{name}", language) for name in ("ambition", "strict", "base", "nearby")]
    notes.append(say("goal_caveat.chance", language, n=covered, goals=chances["id"].nunique()))
    notes += [say(f"goal_caveat.{name}", language) for name in ("start", "left_out")]
    goals = targets[targets["role"] == "goal"]
    several = goals["source"].str.contains(",").sum()
    return Text("caveats", [*notes, say("goal_caveat.places", language, n=int(several))])
