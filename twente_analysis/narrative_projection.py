"""Sentences about a projection: what to expect and how sure, how it did before, and what it does not tell."""

from typing import Any

import pandas as pd

from .catalogue import read_table, region_name
from .language import format_number, format_share, join, label, say
from .narrative import SOURCE_CAVEATS, Text, caveats_of_groups
from .outlook import at_edge, half_up, repeated, round_projection, says_nothing
from .projection import BOUND_CUT, FAR, NO_LOG
from .trends import SMALL, TRANSPORT, classification, in_scope

__all__ = [
    "tell_accuracy",
    "tell_accuracy_sources",
    "tell_beside",
    "tell_further",
    "tell_later",
    "tell_method_share",
    "tell_projection",
    "tell_projection_caveats",
    "tell_record",
]

#: The years whose figures chose the rule.
CHOSEN_ON = range(2007, 2012)
CRISIS = {2008, 2009}
#: The newest counts that are carried over: a year up to theirs has passed.
NEWEST = "duo_enrolment"
#: Two misses that differ by less than a tenth are called about the same.
ALIKE = 0.1
WORSE_POINT, WORSE_FAN = "worse than naive in mae", "worse than naive in wis"


def tell_projection(projected: pd.DataFrame, record: pd.DataFrame, scope: str = "all", *, language: str = "nl") -> Text:
    """Say what the projection three years ahead is and how sure that is, and how far it missed before.

    Parameters
    ----------
    projected
        What `project_scenario` gives.
    record
        What `evaluate` gives of its groups as they are projected (`join_groups`). Where it finds the method or the fan
        worse than naive, or a coverage outside its range, that is said here.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_technical("duo")
    >>> record = ta.evaluate(ta.join_groups(students, "domein"), "domein")
    >>> told = tell_projection(ta.project_scenario(students, 3), record, language="en").sentences
    >>> len(told), told[1]
    (4, 'By this calculation 8 in 10 outcomes lie between 5,600 and 6,100 (the 80% range).')

    """
    row = _near(round_projection(projected)).iloc[-1]
    start, unit = int(projected["year"].min()) - 1, label("unit", row["unit"], language)
    figures = {
        "things": label("things", row["indicator"], language),
        "region": region_name(row["region"], language),
        "scope": "" if scope == "all" else f" ({label('scope', scope, language).lower()})",
        "counted": start,
        **_figures(row),
    }
    kind = "estimated" if row["status"] != "scenario" else "scenario" if pd.isna(row["level"]) else "level"
    level = "" if pd.isna(row["level"]) else format_number(row["level"], language=language)
    sentences = [say(f"projection.headline_{kind}", language, unit=unit, level=level, **figures)]
    sentences.append(say("projection.range_box", language, **figures))
    if kind == "level":
        sentences.append(say("projection.range_others", language))
    if at_edge(row):
        sentences.append(say("projection.outside", language))
    sentences.append(_miss(record, row["method"], language))
    counted = (start - int(row["n"]) + 1, start)
    return Text("headline", sentences + _fan_verdict(record, row["method"], language), counted)


def tell_beside(
    projected: pd.DataFrame,
    prognosis: pd.DataFrame | None = None,
    cohort: pd.DataFrame | None = None,
    compared: pd.DataFrame | None = None,
    *,
    language: str = "nl",
) -> Text:
    """Put beside the projection what repeating gives, what DUO and the cohort give, and the test over more years.

    Parameters
    ----------
    projected
        What `project_scenario` gives.
    prognosis, cohort, compared
        What `find_prognosis`, `cohort_scenario` and `compare_later` give, as far as there is any. That DUO's forecast
        of students is absent is said.

    """
    row = _near(round_projection(projected)).iloc[-1]
    words = {"things": label("things", row["indicator"], language), "year": int(row["year"])}
    passed = int(row["year"]) <= int(read_table(NEWEST)["year"].max())
    words |= {"counted": int(projected["year"].min()) - 1, "naive": float(row["naive"])}
    kinds = "passed" if passed else "start", repeated(projected).removeprefix("row_")
    sentences = [say(f"projection.{kind}", language, **words) for kind in kinds]
    if row["method"] == "rule":
        chosen = {"first": CHOSEN_ON[0], "last": CHOSEN_ON[-1]}
        sentences.append(say(f"projection.rule_{row['indicator']}", language, **chosen))
    if compared is not None and row["indicator"] == compared["indicator"].iloc[0]:
        sentences.append(say("projection.four_years", language, **_later_figures(compared)))
    if prognosis is None and row["indicator"] == "enrolment":
        sentences.append(say("projection.no_prognosis", language))
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
    >>> told = tell_method_share(ta.method_share(ta.load_technical("duo"), 3), language="en").sentences[0]
    >>> for sentence in told.split(". ")[1:3]:
    ...     print(sentence)
    In 2022 they end 230 students apart
    If they agreed, the range would be 21% narrower

    """
    row = _near(shares).iloc[-1]
    if pd.isna(row["share"]):
        return Text("finding", [say("projection.no_width", language)])
    share = format_share(float(row["share"]), language, rough=True)
    gap = round(float(row["most"] - row["least"]), -1)
    unit = label("unit", row["unit"], language)
    figures = {"share": share, "year": int(row["year"]), "gap": gap, "unit": unit}
    key = "share" if round(float(row["share"]) * 100) > 0 else "share_none"
    return Text("finding", [say(f"projection.{key}", language, **figures)])


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
    expected = int(half_up(pd.Series([0.8 * counts["n"]])).item())
    hits = {"expected": expected, "hits": int(fan["hits_80"]), "count": int(fan["n"])}
    off = say("projection.hits_off", language, change=hits["hits"] - expected, **hits)
    sentences.append(say("projection.hits", language, level="80", **hits) + " " + off)
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
        row = _of(further, method)
        counts = {"unit": unit, "n": int(row["origins"]), "trials": int(row["n"])}
        sentences.append(
            say("projection.two_years", language, **_means(row, language, exact=method != "naive"), **counts)
        )
    keys = ["untested_3"] if len(projected) >= FAR else []
    keys += ["flattered"] if method == "rule" and set(totals["origin"]) & set(CHOSEN_ON) else []
    return Text("finding", sentences + [say(f"projection.{key}", language) for key in [*keys, "every_school"]])


def tell_later(compared: pd.DataFrame, indicator: str = "enrolment", *, language: str = "nl") -> Text:
    """Say how the projection of the test after the fact compares with the later count, from `compare_later`.

    Parameters
    ----------
    indicator
        What the brief is about. Diplomas have no later count, which is said.

    """
    by = "bedrijfstak_mbo"
    figures = _later_figures(compared)
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
        rest = _later_figures(compared[compared[by] != TRANSPORT])
        sentences.append(say("projection.later_without", language, group=transport, **rest))
    sure = compared[compared["confidence"] == "high"]
    if len(sure):
        sentences[-1] += " " + say("projection.later_sure", language, **_later_figures(sure))
    empty = compared[compared["inside_80"] & says_nothing(compared)]
    if len(empty) == 1:
        row = round_projection(empty).iloc[0]
        figures |= {"useful": figures["inside"] - 1, "group": _uncapital(row[by], language, by), **_figures(row)}
        figures["year"] = int(worst["year"])
    sentences.append(say(f"projection.later_inside{'_but' if len(empty) == 1 else ''}", language, **figures))
    sentences.append(say("projection.later_test", language, **figures))
    if indicator != "enrolment":
        sentences.append(say("projection.later_students", language))
    return Text("finding", sentences)


def tell_accuracy(record: pd.DataFrame, accuracy: pd.DataFrame, method: str = "rule", *, language: str = "nl") -> Text:
    """Say what a usual miss is for a country one year ahead, and of what ours is, from `evaluate`, `load_accuracy`."""
    one = accuracy.loc[accuracy["horizon"].eq(1).fillna(False) & accuracy["measure"].eq("mape"), "value"].astype(float)
    spread = {
        name: format_number(end, "decimal", language) for name, end in (("least", one.min()), ("most", one.max()))
    }
    own = format_share(float(_of(record, method)["wape"]), language)
    return Text("finding", [say("projection.accuracy", language, own=own, **spread | {"most": spread["most"] + "%"})])


def tell_accuracy_sources(accuracy: pd.DataFrame, *, language: str = "nl") -> Text:
    """Name the sites where institutions report how accurate they were, from `load_accuracy`."""
    sites = dict.fromkeys(source.split("/")[0].split(" ")[0] for source in accuracy["source"])
    return Text("sources", [say("projection.note_sources", language, sources=join(list(sites), language))])


def tell_projection_caveats(
    frame: pd.DataFrame, projected: pd.DataFrame, scope: str = "all", *, language: str = "nl"
) -> Text:
    """Say what a reader must know before quoting a projection, as far as it applies; first what weighs most.

    Parameters
    ----------
    frame
        Tidy frame with a classification, all groups, not yet in scope.
    projected
        The projection that is shown.

    """
    by, years = classification(frame), sorted(int(year) for year in frame["year"].unique())
    indicator, region = frame["indicator"].iloc[0], region_name(frame["region"].iloc[0], language)
    things = label("things", indicator, language)
    kind = "same" if set(years) & set(CHOSEN_ON) else "other"
    notes = [
        say("projection_caveat.start", language, last_year=years[-1]),
        say(f"projection_caveat.chosen_{kind}", language, first=CHOSEN_ON[0], last=CHOSEN_ON[-1]),
    ]
    if by == "bedrijfstak_mbo":
        # The grouping first: it touches every total.
        notes += caveats_of_groups(frame, years, language)[::-1]
    else:
        notes.append(say("caveat.duo_sector", language))
    notes.append(say("projection_caveat.few_years", language, n=len(years)))
    if set(years).issuperset(CRISIS):
        notes[-1] += " " + say("projection_caveat.crisis", language)
    notes.append(say("projection_caveat.scope", language, scope=label("scope", scope, language)))
    kept = in_scope(frame, scope)
    now, of_all = (int(one.loc[one["year"].eq(years[-1]), "value"].sum()) for one in (kept, frame))
    if now < of_all and not kept["status"].eq("scenario").any():
        removed = {"number": of_all - now, "share": 1 - now / of_all, "things": things}
        notes[-1] += " " + say("projection_caveat.removed", language, last_year=years[-1], **removed)
    notes += [
        say("caveat.blank", language, group=label(by, getattr(row, by), language), year=row.year)
        for row in frame[frame["status"] == "blank"].itertuples()
    ]
    if (projected["year"] - years[-1]).max() > FAR:
        notes.append(say("projection_caveat.far", language, years=FAR))
    told = "; ".join(projected["notes"])
    for note, key in ((BOUND_CUT, "bound_cut"), (NO_LOG, "no_log")):
        notes += [say(f"projection_caveat.{key}", language)] if note in told else []
    notes.append(say("projection_caveat.small", language, limit=SMALL))
    if indicator == "diplomas":
        notes.append(say("projection_caveat.ratio", language))
    notes.append(say("caveat.institution", language, region=region))
    left = [key for key in SOURCE_CAVEATS[by] if key not in ("duo_absent", "duo_sector")]
    notes += [say(f"caveat.{key}", language, things=things) for key in left]
    return Text("caveats", [*notes, say("projection_caveat.target", language)])


def _miss(record: pd.DataFrame, method: str, language: str) -> str:
    """Say how far the method was off per group, and openly where it was worse than naive."""
    row = _of(record, method)
    worse = WORSE_POINT in row["verdict"].split("; ")
    alike = abs(row["mae"] - row["naive_mae"]) < ALIKE * row["naive_mae"]
    key = "worse" if worse else "miss_naive" if method == "naive" else "miss_alike" if alike else "miss"
    means = _means(row, language, exact=method != "naive")
    return say(f"projection.{key}", language, unit=label("unit", row["unit"], language), **means)


def _means(row: dict[str, Any], language: str, *, exact: bool) -> dict[str, str]:
    """Write the mean miss and that of naive on the same forecasts, with a decimal where whole numbers are the same."""
    kind = "decimal" if exact and round(row["mae"]) == round(row["naive_mae"]) else "number"
    return {"mae": format_number(row["mae"], kind, language), "naive": format_number(row["naive_mae"], kind, language)}


def _fan_verdict(record: pd.DataFrame, method: str, language: str) -> list[str]:
    """Say where the fan did worse than that of naive, and whether its width was to blame, or its coverage is off."""
    row, fan, naive = (_of(record, name) for name in (method, "rule", "naive"))
    verdicts = fan["verdict"].split("; ")
    found = []
    if WORSE_FAN in verdicts:
        wider = fan["wis_width"] - naive["wis_width"]
        # Too wide: most of what it loses is width, and no fewer counts lie in it than in the narrower one.
        wide = wider > (fan["wis"] - naive["wis"]) / 2 and fan["hits_80"] >= naive["hits_80"]
        too = "_too" if WORSE_POINT in row["verdict"].split("; ") else ""
        key = f"wide{too}" if wide else "narrower" if wider > 0 else "other"
        found.append(say(f"projection.fan_{key}", language))
    for level in ("80", "95"):
        if any(one.startswith(f"{level} % coverage") for one in verdicts):
            hits = {name: int(fan[f"{name}_{level}"]) for name in ("hits", "least", "most")}
            found.append(say("projection.coverage", language, count=int(fan["n"]), level=level, **hits))
    return found


def _later_figures(compared: pd.DataFrame) -> dict[str, Any]:
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


def _near(projected: pd.DataFrame) -> pd.DataFrame:
    """Keep the years that are no scenario for being far ahead."""
    return projected[projected["year"] - projected["year"].min() < FAR]


def _of(record: pd.DataFrame, method: str) -> dict[str, Any]:
    return dict(record[record["method"] == method].iloc[0])


def _figures(row: pd.Series) -> dict[str, Any]:
    columns = {"value": "value", "low": "lower_80", "high": "upper_80"}
    return {"year": int(row["year"])} | {name: float(row[column]) for name, column in columns.items()}
