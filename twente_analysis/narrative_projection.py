"""Sentences about a projection: what to expect and how sure, how it did before, and what it does not tell."""

from typing import Any

import pandas as pd

from .catalogue import region_name
from .language import format_number, join, label, say
from .narrative import SOURCE_CAVEATS, Text, caveats_of_groups
from .outlook import half_up, round_projection
from .projection import BOUND_CUT, FAR, NO_LOG, OUTSIDE, PARTS_CUT
from .trends import SMALL, classification, in_scope

__all__ = [
    "tell_beside",
    "tell_later",
    "tell_method_share",
    "tell_projection",
    "tell_projection_caveats",
    "tell_record",
]

#: The years whose figures chose the rule.
CHOSEN_ON = range(2007, 2012)
CRISIS = {2008, 2009}
WORSE_POINT, WORSE_FAN = "worse than naive in mae", "worse than naive in wis"


def tell_projection(projected: pd.DataFrame, record: pd.DataFrame, scope: str = "all", *, language: str = "nl") -> Text:
    """Say what to expect three years ahead and how sure that is, and how far the method was off before.

    Parameters
    ----------
    projected
        What `project_scenario` gives.
    record
        What `evaluate` gives of its groups. Where it finds the method or the fan worse than naive, or a coverage
        outside its range, that is said here.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_technical("duo")
    >>> projected = ta.project_scenario(students, 3)
    >>> for sentence in tell_projection(projected, ta.evaluate(students, "domein"), language="en").sentences[1:3]:
    ...     print(sentence)
    Mind: in the past this method did worse than just repeating the last count.
    One year ahead it was off by 26 students per group on average, repeating by 21.

    """
    row = _near(round_projection(projected)).iloc[-1]
    things = label("things", row["indicator"], language)
    figures = {
        "things": things,
        "region": region_name(row["region"], language),
        "scope": "" if scope == "all" else f" ({label('scope', scope, language).lower()})",
        "counted": int(projected["year"].min()) - 1,
        **_figures(row),
    }
    kind = "estimated" if row["status"] != "scenario" else "scenario" if pd.isna(row["level"]) else "level"
    unit = label("unit", row["unit"], language)
    level = "" if pd.isna(row["level"]) else format_number(row["level"], language=language)
    sentences = [say(f"projection.headline_{kind}", language, unit=unit, level=level, **figures)]
    at_edge = not row["lower_80"] < row["value"] < row["upper_80"] and row["lower_80"] < row["upper_80"]
    if OUTSIDE in row["notes"] or at_edge:
        sentences.append(say("projection.outside", language))
    return Text("headline", sentences + _verdict(record, row["method"], unit, language))


def tell_beside(
    projected: pd.DataFrame,
    prognosis: pd.DataFrame | None = None,
    cohort: pd.DataFrame | None = None,
    *,
    language: str = "nl",
) -> Text:
    """Put beside the projection what repeating the last count gives, what DUO expects, and what the cohort gives."""
    row = _near(round_projection(projected)).iloc[-1]
    words = {"things": label("things", row["indicator"], language), "year": int(row["year"])}
    sentences = [say("projection.naive", language, naive=float(row["naive"]), **words)]
    if row["method"] == "rule":
        sentences.append(say(f"projection.rule_{row['indicator']}", language))
    if prognosis is not None:
        counts = prognosis[prognosis["status"].ne("estimated")].sort_values("year")
        last = prognosis[prognosis["status"].eq("estimated") & prognosis["year"].le(row["year"])].sort_values("year")
        if len(counts) and len(last):
            first, until = counts.iloc[-1], last.iloc[-1]
            change = float(until["value"] / first["value"] - 1)
            ends = {"first_year": int(first["year"]), "until": int(until["year"])}
            region = region_name(row["region"], language)
            sentences.append(
                say("projection.duo_expects", language, change=change, size=abs(change), region=region, **ends)
            )
    if cohort is not None:
        line = cohort[cohort["year"] == row["year"]].iloc[0]
        value = float(half_up(line[["value"]], int(row["step"])).item())
        sentences.append(say("projection.cohort", language, value=value, **words))
    return Text("finding", sentences)


def tell_method_share(shares: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say which part of the fan's width is due to the choice of method, from `method_share` of one series.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> print(tell_method_share(ta.method_share(ta.load_technical("duo"), 3), language="en").sentences[0][:60])
    Of the width of the 80% range in 2022, 21% is there because

    """
    row = _near(shares).iloc[-1]
    if pd.isna(row["share"]):
        return Text("finding", [say("projection.no_width", language)])
    share = format_number(round(float(row["share"]) * 100), language=language) + "%"
    gap = round(float(row["most"] - row["least"]), -1)
    unit = label("unit", row["unit"], language)
    figures = {"share": share, "year": int(row["year"]), "gap": gap, "unit": unit}
    return Text("finding", [say("projection.share", language, **figures)])


def tell_record(record: pd.DataFrame, by: str, method: str = "rule", *, language: str = "nl") -> Text:
    """Say on what the record rests, how large the miss was and how often the fan held the count.

    Parameters
    ----------
    record
        What `evaluate` gives.
    by
        The dimension that it was evaluated by.

    """
    row, fan = (_of(record, name) for name in (method, "rule"))
    counts = {"n": int(fan["n"]), "groups": int(fan["groups"]), "origins": int(fan["origins"])}
    sentences = [
        say("projection.tested", language, **counts),
        say("projection.wape", language, wape=float(row["wape"])),
    ]
    hits = {name: int(fan[f"{name}_80"]) for name in ("hits", "least", "most")}
    sentences.append(say("projection.hits", language, count=int(fan["n"]), level="80", **hits))
    if fan["left_out"]:
        names = join([label(by, name, language) for name in fan["left_out"].split("; ")], language)
        sentences.append(say("projection.left_out", language, groups=names))
    return Text("finding", sentences)


def tell_later(compared: pd.DataFrame, indicator: str = "enrolment", *, language: str = "nl") -> Text:
    """Say how the projection of the test after the fact compares with the later count, from `compare_later`.

    Parameters
    ----------
    indicator
        What the brief is about. Diplomas have no later count, which is said.

    """
    by = "bedrijfstak_mbo"
    missed, naive = (compared[name].astype(float).abs() for name in ("miss", "naive_miss"))
    worst = compared.loc[missed.idxmax()]
    figures = {
        "n": len(compared),
        "year": int(worst["year"]),
        "mean": float(missed.mean()),
        "naive": float(naive.mean()),
        "inside": int(compared["inside_80"].sum()),
        "closer": int((missed < naive).sum()),
        "group": label(by, worst[by], language),
        "miss": abs(float(worst["miss"])),
        "change": float(worst["miss"]),
        "unit": label("unit", worst["unit"], language),
    }
    sentences = [say(f"projection.{key}", language, **figures) for key in ("later", "later_worst", "later_inside")]
    sentences.append(say("projection.later_test", language, **figures))
    if indicator != "enrolment":
        sentences.append(say("projection.later_students", language))
    return Text("finding", sentences)


def tell_projection_caveats(
    frame: pd.DataFrame, projected: pd.DataFrame, scope: str = "all", *, language: str = "nl"
) -> Text:
    """Say what a reader must know before quoting a projection, as far as it applies.

    Parameters
    ----------
    frame
        Tidy frame with a classification, all groups, not yet in scope.
    projected
        The projection that is shown.

    """
    by, years = classification(frame), sorted(int(year) for year in frame["year"].unique())
    indicator, region = frame["indicator"].iloc[0], region_name(frame["region"].iloc[0], language)
    notes = [say("projection_caveat.few_years", language, n=len(years))]
    if set(years).issuperset(CRISIS):
        notes.append(say("projection_caveat.crisis", language))
    notes.append(say("projection_caveat.start", language, last_year=years[-1]))
    notes.append(say("projection_caveat.scope", language, scope=label("scope", scope, language)))
    kept = in_scope(frame, scope)
    now, of_all = (int(one.loc[one["year"].eq(years[-1]), "value"].sum()) for one in (kept, frame))
    if now < of_all and not kept["status"].eq("scenario").any():
        removed = {"number": of_all - now, "share": 1 - now / of_all, "things": label("things", indicator, language)}
        notes.append(say("projection_caveat.removed", language, last_year=years[-1], **removed))
    if by == "bedrijfstak_mbo":
        notes += caveats_of_groups(frame, years, language)
    notes += [
        say("caveat.blank", language, group=label(by, getattr(row, by), language), year=row.year)
        for row in frame[frame["status"] == "blank"].itertuples()
    ]
    same = set(years) & set(CHOSEN_ON)
    notes.append(say(f"projection_caveat.chosen_{'same' if same else 'other'}", language))
    if (projected["year"] - years[-1]).max() > FAR:
        notes.append(say("projection_caveat.far", language, years=FAR))
    told = "; ".join(projected["notes"])
    for note, key in ((PARTS_CUT, "part_cut"), (BOUND_CUT, "bound_cut"), (NO_LOG, "no_log")):
        notes += [say(f"projection_caveat.{key}", language)] if note in told else []
    notes.append(say("projection_caveat.small", language, limit=SMALL))
    if indicator == "diplomas":
        notes.append(say("projection_caveat.ratio", language))
    notes.append(say("caveat.institution", language, region=region))
    things = label("things", indicator, language)
    notes += [say(f"caveat.{key}", language, things=things) for key in SOURCE_CAVEATS[by] if key != "duo_absent"]
    notes += [say("caveat.few_years", language, n=len(years)), say("projection_caveat.target", language)]
    return Text("caveats", notes)


def _verdict(record: pd.DataFrame, method: str, unit: str, language: str) -> list[str]:
    """Say how far the method was off; first and openly where it, or the fan, was worse than naive."""
    row, fan, naive = (_of(record, name) for name in (method, "rule", "naive"))
    alike = method != "naive" and round(row["mae"]) == round(naive["mae"])
    kind = "decimal" if alike else "number"
    figures = {
        "mae": format_number(row["mae"], kind, language),
        "naive": format_number(naive["mae"], kind, language),
        "unit": unit,
    }
    worse = WORSE_POINT in row["verdict"].split("; ")
    found = [say("projection.worse", language)] if worse else []
    found.append(
        say(
            "projection.miss_naive" if method == "naive" else f"projection.miss_{'worse' if worse else 'better'}",
            language,
            **figures,
        )
    )
    verdicts = fan["verdict"].split("; ")
    if WORSE_FAN in verdicts:
        found.append(say(f"projection.fan_{'too' if worse else 'worse'}", language))
    for level in ("80", "95"):
        if any(one.startswith(f"{level} % coverage") for one in verdicts):
            hits = {name: int(fan[f"{name}_{level}"]) for name in ("hits", "least", "most")}
            found.append(say("projection.coverage", language, count=int(fan["n"]), level=level, **hits))
    return found


def _near(projected: pd.DataFrame) -> pd.DataFrame:
    """Keep the years that are no scenario for being far ahead."""
    return projected[projected["year"] - projected["year"].min() < FAR]


def _of(record: pd.DataFrame, method: str) -> dict[str, Any]:
    return dict(record[record["method"] == method].iloc[0])


def _figures(row: pd.Series) -> dict[str, Any]:
    return {
        "year": int(row["year"]),
        "value": float(row["value"]),
        "low": float(row["lower_80"]),
        "high": float(row["upper_80"]),
    }
