"""Sentences about the record of projections: how the method did on the years behind, and against later counts."""

from typing import Any

import pandas as pd

from ..language import format_number, format_share, join, label, say
from ..outlook import half_up, round_projection, says_nothing
from ..projection import FAR
from ..trends import TRANSPORT
from .house import Text

__all__ = ["tell_accuracy", "tell_accuracy_sources", "tell_further", "tell_later", "tell_record"]

#: The years whose figures chose the rule.
CHOSEN_ON = range(2007, 2012)
#: Two misses that differ by less than a tenth are called about the same.
ALIKE = 0.1
WORSE_POINT, WORSE_FAN = "worse than naive in mae", "worse than naive in wis"


def tell_record(record: pd.DataFrame, by: str, method: str = "rule", *, language: str = "nl") -> Text:
    """Say on what the record rests, how large the miss was and how often the fan held the count.

    Parameters
    ----------
    record
        What `evaluate` gives.
    by
        The dimension that it was evaluated by.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_technical("duo")
    >>> record = ta.evaluate(ta.join_groups(students, "domein"), "domein")
    >>> print(tell_record(record, "domein", language="en").sentences[0])
    The projection was tested on the years that are known already: 16 trial projections for 8 groups, each one year
    ahead, from 2 starting years. Each trial had 3 or 4 years to go on, fewer than now.

    """
    row, fan = (of_method(record, name) for name in (method, "rule"))
    counts = {"n": int(fan["n"]), "groups": int(fan["groups"]), "origins": int(fan["origins"])}
    sentences = [
        say("projection.tested", language, **counts),
        say("projection.wape", language, wape=float(row["wape"])),
    ]
    expected = int(half_up(pd.Series([0.8 * counts["n"]])).item())
    hits = {"expected": expected, "hits": int(fan["hits_80"]), "count": int(fan["n"])}
    sentences.append(say("projection.hits", language, level="80", **hits))
    ends = {"least": int(fan["least_80"]), "most": int(fan["most_80"])}
    if ends["least"] <= hits["hits"] <= ends["most"]:
        sentences[-1] += " " + say("projection.hits_chance", language, **ends)
    sentences += _fan_score(fan, of_method(record, "naive"), language)
    whole = record[record["n"] == record["n"].max()]
    best = dict(whole.loc[whole["mae"].idxmin()])
    if best["mae"] < fan["mae"] * (1 - ALIKE):
        figures = {"best": format_number(best["mae"], language=language), "unit": label("unit", fan["unit"], language)}
        figures |= {"mae": format_number(fan["mae"], language=language), "method": _uncapital(best["method"], language)}
        sentences.append(say("projection.best", language, **figures))
    if fan["left_out"]:
        names = join([label(by, name, language) for name in fan["left_out"].split("; ")], language)
        sentences.append(say("projection.left_out", language, groups=names))
    return Text("finding", sentences)


def tell_further(projected: pd.DataFrame, totals: pd.DataFrame, further: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how far the projection missed on the total and two years ahead, and what that record leaves open.

    `totals` is what `replay_total` gives of its groups and `further` what `evaluate` gives of them with ``horizon=2``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_technical("duo")
    >>> further = ta.evaluate(ta.join_groups(students, "domein"), "domein", horizon=2)
    >>> totals = ta.replay_total(students, "domein")
    >>> print(tell_further(ta.project_scenario(students, 3), totals, further, language="en").sentences[0])
    On the total the projection missed by 47 students on average (repeating: 58; but that is only 2 years).

    """
    method, unit = projected["method"].iloc[0], label("unit", projected["unit"].iloc[0], language)
    own = totals[totals["method"] == method]
    beside = totals[totals["method"].eq("naive") & totals["origin"].isin(own["origin"])]
    missed = {name: float(one["error"].abs().mean()) for name, one in (("total", own), ("total_naive", beside))}
    years = say("projection.only_years", language, n=len(own))
    key = "miss_total_naive" if method == "naive" else "miss_total"
    sentences = [say(f"projection.{key}", language, unit=unit, years=years, **missed)]
    if method in set(further["method"]):
        row = of_method(further, method)
        counts = {"unit": unit, "n": int(row["origins"]), "trials": int(row["n"])}
        sentences.append(
            say("projection.two_years", language, **mean_misses(row, language, exact=method != "naive"), **counts)
        )
    keys = ["untested_3"] if len(projected) >= FAR else []
    keys += ["flattered"] if method == "rule" and set(totals["origin"]) & set(CHOSEN_ON) else []
    return Text("finding", sentences + [say(f"projection.{key}", language) for key in [*keys, "every_school"]])


def tell_later(compared: pd.DataFrame | None, *, language: str = "nl") -> Text:
    """Say how the projection of the test after the fact compares with the later count, from `compare_later`.

    Parameters
    ----------
    compared
        What `compare_later` gives; None for diplomas, which have no later count: then that is said.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> duo = ta.load_enrolment("duo", mbo_niveau=[2, 3, 4])
    >>> later = ta.to_bedrijfstak(duo, ta.read_table("crosswalk_bedrijfstak"))
    >>> compared = ta.compare_later(ta.load_enrolment(), later, 2015)
    >>> print(tell_later(compared, language="en").sentences[1])
    The largest miss was in Transport and logistics: 1,883 too many. Part of that is another way of counting.

    """
    if compared is None:
        return Text("finding", [say("projection.later_none", language)])
    by = "bedrijfstak_mbo"
    figures = later_figures(compared)
    worst = compared.loc[compared["miss"].astype(float).abs().idxmax()]
    sentences = [
        say("projection.later", language, unit=label("unit", worst["unit"], language), **figures),
        say(
            "projection.later_worst",
            language,
            group=label(by, worst[by], language),
            miss=abs(float(worst["miss"])),
            change=float(worst["miss"]),
        ),
    ]
    if worst["confidence"] == "low":
        sentences[-1] += " " + say("projection.later_other", language)
    transport = _uncapital(TRANSPORT, language, by)
    if TRANSPORT in set(compared[by]):
        rest = later_figures(compared[compared[by] != TRANSPORT])
        sentences.append(say("projection.later_without", language, group=transport, **rest))
    sure = compared[compared["confidence"] == "high"]
    if len(sure):
        sentences[-1] += " " + say("projection.later_sure", language, **later_figures(sure))
    empty = compared[compared["inside_80"] & says_nothing(compared)]
    if len(empty) == 1:
        row = round_projection(empty).iloc[0]
        figures |= {"useful": figures["inside"] - 1, "group": _uncapital(row[by], language, by), **row_figures(row)}
        figures["year"] = int(worst["year"])
    sentences.append(say(f"projection.later_inside{'_but' if len(empty) == 1 else ''}", language, **figures))
    sentences.append(say("projection.later_test", language, **figures))
    return Text("finding", sentences)


def tell_accuracy(record: pd.DataFrame, accuracy: pd.DataFrame, method: str = "rule", *, language: str = "nl") -> Text:
    """Say what a usual miss is for a country one year ahead, and of what ours is, from `evaluate`, `load_accuracy`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_technical("duo")
    >>> record = ta.evaluate(ta.join_groups(students, "domein"), "domein")
    >>> print(*tell_accuracy(record, ta.load_accuracy(), language="en").sentences)
    Forecasts for a whole country often miss by 0.3 to 3.5% one year ahead; our 3.6% is per group at one school.

    """
    one = accuracy.loc[accuracy["horizon"].eq(1).fillna(False) & accuracy["measure"].eq("mape"), "value"].astype(float)
    spread = {
        name: format_number(end, "decimal", language) for name, end in (("least", one.min()), ("most", one.max()))
    }
    own = format_share(float(of_method(record, method)["wape"]), language)
    return Text("finding", [say("projection.accuracy", language, own=own, **spread | {"most": spread["most"] + "%"})])


def tell_accuracy_sources(accuracy: pd.DataFrame, *, language: str = "nl") -> Text:
    """Name the sites where institutions report how accurate they were, from `load_accuracy`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> print(*tell_accuracy_sources(ta.load_accuracy(), language="en").sentences)
    What others report was read at nces.ed.gov, fliphtml5.com, tcdhalls.com, mareonline.nl, onderwijsblad.nl, 5dok.net
    and bls.gov.

    """
    sites = dict.fromkeys(source.split("/")[0].split(" ")[0] for source in accuracy["source"])
    return Text("sources", [say("projection.note_sources", language, sources=join(list(sites), language))])


def _fan_score(fan: dict[str, Any], naive: dict[str, Any], language: str) -> list[str]:
    """Say where the range scored worse than that of naive, what the score measures, and what it lost by."""
    if WORSE_FAN not in fan["verdict"].split("; "):
        return []
    wider, lost = fan["wis_width"] - naive["wis_width"], fan["wis"] - naive["wis"]
    # Too wide: most of what it loses is width, and no fewer counts lie in it than in the narrower one.
    wide = wider > lost / 2 and fan["hits_80"] >= naive["hits_80"]
    key = "wide" if wide else "missed" if 0 < wider < lost else "other"
    return [say("projection.score", language) + " " + say(f"projection.score_{key}", language)]


def mean_misses(row: dict[str, Any], language: str, *, exact: bool) -> dict[str, str]:
    """Write the mean miss and that of naive on the same forecasts, with a decimal where whole numbers are the same."""
    kind = "decimal" if exact and round(row["mae"]) == round(row["naive_mae"]) else "number"
    return {"mae": format_number(row["mae"], kind, language), "naive": format_number(row["naive_mae"], kind, language)}


def later_figures(compared: pd.DataFrame) -> dict[str, Any]:
    """Give the mean misses of the test after the fact, rounded with a half going up, and how often which was closer."""
    missed, naive = (compared[name].astype(float).abs() for name in ("miss", "naive_miss"))
    mean, repeated = half_up(pd.Series([missed.mean(), naive.mean()]))
    year, ahead = int(compared["year"].iloc[0]), int(compared["horizon"].iloc[0])
    counts = {"n": len(compared), "inside": int(compared["inside_80"].sum()), "closer": int((missed < naive).sum())}
    return counts | {
        "year": year,
        "from_year": year - ahead,
        "ahead": ahead,
        "mean": float(mean),
        "naive": float(repeated),
    }


def _uncapital(name: str, language: str, group: str = "method") -> str:
    text = label(group, name, language)
    return text[:1].lower() + text[1:]


def of_method(record: pd.DataFrame, method: str) -> dict[str, Any]:
    return dict(record[record["method"] == method].iloc[0])


def row_figures(row: pd.Series) -> dict[str, Any]:
    """Give the year, the point and the 80 % bounds of a row of a projection, for a sentence."""
    columns = {"value": "value", "low": "lower_80", "high": "upper_80"}
    return {"year": int(row["year"])} | {name: float(row[column]) for name, column in columns.items()}
