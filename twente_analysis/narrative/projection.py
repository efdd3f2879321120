"""Sentences about a projection: what to expect and how sure, how it did before, and what it does not tell."""

import pandas as pd

from ..catalogue import read_table, region_name
from ..language import format_number, format_share, label, say
from ..outlook import at_edge, half_up, repeated, round_projection
from ..projection import BOUND_CUT, FAR, NO_LOG
from ..tables.projection import cut_names
from ..trends import SMALL, TRANSPORT, classification, in_scope
from .backtest import (
    ALIKE,
    CHOSEN_ON,
    WORSE_FAN,
    WORSE_POINT,
    later_figures,
    mean_misses,
    of_method,
    row_figures,
)
from .house import Text
from .trend import SOURCE_CAVEATS, caveats_of_groups

__all__ = [
    "tell_beside",
    "tell_method_share",
    "tell_projection",
    "tell_projection_caveats",
]

CRISIS = {2008, 2009}
#: The newest counts that are carried over: a year up to theirs has passed.
NEWEST = "duo_enrolment"


def tell_projection(
    projected: pd.DataFrame,
    record: pd.DataFrame,
    scope: str = "all",
    compared: pd.DataFrame | None = None,
    *,
    language: str = "nl",
) -> Text:
    """Say what the projection three years ahead is and how sure that is, and how far it missed before.

    Parameters
    ----------
    projected
        What `project_scenario` gives.
    record
        What `evaluate` gives of its groups as they are projected (`join_groups`). Where it finds the method or the fan
        worse than naive, or a coverage outside its range, that is said here.
    compared
        What `compare_later` gives, if anything: where the rule did worse over those more years, that is said too.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_technical("duo")
    >>> record = ta.evaluate(ta.join_groups(students, "domein"), "domein")
    >>> told = tell_projection(ta.project_scenario(students, 3), record, language="en").sentences
    >>> len(told), told[1]
    (5, '80% range: 5,600 to 6,100 (8 in 10 outcomes).')

    """
    row = _near(round_projection(projected)).iloc[-1]
    start, unit = int(projected["year"].min()) - 1, label("unit", row["unit"], language)
    figures = {
        "things": label("things", row["indicator"], language),
        "region": region_name(row["region"], language),
        "scope": "" if scope == "all" else f" ({label('scope', scope, language).lower()})",
        "counted": start,
        **row_figures(row),
    }
    kind = "estimated" if row["status"] != "scenario" else "scenario" if pd.isna(row["level"]) else "level"
    level = "" if pd.isna(row["level"]) else format_number(row["level"], language=language)
    sentences = [say(f"projection.headline_{kind}", language, unit=unit, level=level, **figures)]
    sentences.append(say("projection.range_box", language, **figures))
    if at_edge(row):
        sentences.append(say("projection.outside", language))
    sentences.append(_miss(record, row["method"], language))
    if compared is not None and row["indicator"] == compared["indicator"].iloc[0]:
        sentences += _more_years(record, row["method"], compared, scope, language)
    if kind == "level":
        sentences.append(say("projection.range_others", language))
    counted = (start - int(row["n"]) + 1, start)
    sentences += [*_coverage(record, language), *_cut(projected, language)]
    return Text("headline", [*sentences, say("projection.range_means", language)], counted)


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

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_technical("duo")
    >>> print(tell_beside(ta.project_scenario(students, 3), None, language="en").sentences[1])
    Repeating the last count gives 5,722 technical students for 2022.

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
        by = "bedrijfstak_mbo"
        rest = later_figures(compared[compared[by] != TRANSPORT])
        own = {"rest": rest["mean"], "rest_naive": rest["naive"]}
        sentences.append(say("projection.four_years", language, **own, **later_figures(compared)))
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

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_technical("duo")
    >>> told = tell_projection_caveats(students, ta.project_scenario(students, 3), language="en")
    >>> print(told.sentences[0])
    The last count used is that of 2019. What was counted or happened since plays no part.

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
    """Say how far the method was off per group, and openly where it or the range did worse than repeating."""
    row = of_method(record, method)
    worse = WORSE_POINT in row["verdict"].split("; ")
    fan = "_fan" if WORSE_FAN in of_method(record, "rule")["verdict"].split("; ") else ""
    alike = abs(row["mae"] - row["naive_mae"]) < ALIKE * row["naive_mae"]
    key = "worse" if worse else "miss_naive" if method == "naive" else "miss_alike" if alike else "miss"
    means = mean_misses(row, language, exact=method != "naive")
    return say(f"projection.{key}{fan}", language, unit=label("unit", row["unit"], language), **means)


def _more_years(record: pd.DataFrame, method: str, compared: pd.DataFrame, scope: str, language: str) -> list[str]:
    """Say that over more years repeating was closer, where one year ahead it was not."""
    found = later_figures(compared if scope == "all" else compared[compared["bedrijfstak_mbo"] != TRANSPORT])
    worse = WORSE_POINT in of_method(record, method)["verdict"].split("; ")
    return [say("projection.four_worse", language, **found)] if not worse and found["mean"] > found["naive"] else []


def _coverage(record: pd.DataFrame, language: str) -> list[str]:
    """Say where more or fewer counts lie in the range than chance allows."""
    fan, found = of_method(record, "rule"), []
    for level in ("80", "95"):
        if any(one.startswith(f"{level} % coverage") for one in fan["verdict"].split("; ")):
            hits = {name: int(fan[f"{name}_{level}"]) for name in ("hits", "least", "most")}
            found.append(say("projection.coverage", language, count=int(fan["n"]), level=level, **hits))
    return found


def _cut(projected: pd.DataFrame, language: str) -> list[str]:
    """Say by how much cutting a group at zero raises the total of the last year that is not far ahead."""
    near = _near(round_projection(projected)).iloc[-1]
    if not near["cut_groups"]:
        return []
    value = projected.loc[projected["year"].eq(near["year"]), "value"] - near["cut"]
    without = float(half_up(value, int(near["step"])).item())
    key = "cut_alike" if without == near["value"] else "cut"
    cut = float(half_up(pd.Series([near["cut"]]), 10).item())
    figures = {"year": int(near["year"]), "cut": cut, "value": without}
    return [say(f"projection.{key}", language, groups=cut_names(near["cut_groups"], language), **figures)]


def _near(projected: pd.DataFrame) -> pd.DataFrame:
    """Keep the years that are no scenario for being far ahead."""
    return projected[projected["year"] - projected["year"].min() < FAR]
