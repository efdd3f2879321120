"""Tables about targets: how many can be judged, what those with a base need, all of them, readings, paths."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from ..language import format_number, format_period, format_share, label, say
from ..targets import goal_path
from .house import Table

__all__ = [
    "table_goal_counts",
    "table_goal_figures",
    "table_goal_path",
    "table_goal_promises",
    "table_goal_readings",
    "table_goal_starts",
    "table_goal_steps",
    "table_goals",
]

TEN = 10  # a number per year below this is written with one place
#: The places of a base that we reckoned from rounded percentages, and of the target on it.
ROUGH = {"pupils": -1, "%": 0}
Groups = Sequence[tuple[str, Sequence[Sequence[str]]]]


def table_goal_counts(counts: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show how many goals of each programme have each status, and each reason that occurs, from `count_goals`.

    Examples
    --------
    >>> counts = {"programme": "twam", "status": "not measurable", "reason": ["no figure", "no base"], "goals": [3, 2]}
    >>> table_goal_counts(pd.DataFrame(counts), language="en").groups[1]
    ('Cannot be checked: first reason', [['There is no number', '3'], ['The starting figure is not published', '2']])
    """
    programmes = counts["programme"].unique().tolist()
    wide = counts.pivot(index=["status", "reason"], columns="programme", values="goals")[programmes]
    wide = wide.reindex(pd.MultiIndex.from_frame(counts[["status", "reason"]].drop_duplicates()))
    several = len(programmes) > 1
    if several:
        wide["all"] = wide.sum(axis=1)
    shown = {
        key: [format_number(one, language=language) for one in row]
        for key, row in zip(wide.index, wide.to_numpy(), strict=True)
    }
    judged = [[label("goal_status", key[0], language), *cells] for key, cells in shown.items() if not key[1]]
    unmeasured = [
        [label("goal_reason", key[1], language), *cells]
        for key, cells in shown.items()
        if key[1] and wide.loc[key, programmes].sum()
    ]
    total = say("goals.all", language)
    last = [total, *(format_number(one, language=language) for one in wide.sum())]
    names = [label("programme_short", one, language) for one in programmes] + [total] * several
    return Table(
        caption=say("goals.table_counts", language),
        columns=[say("goals.column_status", language), *names],
        groups=[("", judged), (say("goals.because", language), unmeasured), ("", [last])],
        notes=[say("goals.note_counts", language)],
        strong=[total],
    )


def table_goal_starts(
    targets: pd.DataFrame, scaled: pd.DataFrame, needed: pd.DataFrame, judged: pd.DataFrame, *, language: str = "nl"
) -> Table:
    """Show the goals whose document prints a base: from where to what, the latest count and what a year must bring.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> targets = ta.load_targets("regiodeal")
    >>> readings = ta.goal_readings(targets, ta.load_target_readings())
    >>> judged = ta.judge_goals(targets, readings, ta.load_target_figures())
    >>> found = ta.scale_goals(readings, judged), ta.needed_per_year(readings), judged
    >>> table_goal_starts(targets, *found, language="en").groups[0][1]
    [['New workers trained', '700 a year', '1,000 a year (2022)', 'none', '+75 (+9.3%)', 'Cannot be checked']]
    """
    goals, states, paths = (frame.set_index("id") for frame in (targets, judged, needed.drop_duplicates("id")))
    shown = scaled[scaled["base_is"] == "printed"]
    counted = bool(states.loc[shown["id"], "latest"].notna().any())
    rows = []
    for row in shown.to_dict("records"):
        goal, state = goals.loc[row["id"]], states.loc[row["id"]]
        wanted = goal_figure(row["wanted"], row["unit"], language)
        rows.append(
            [
                goal_name(goal, language),
                goal_figure(row["base"], row["unit"], language),
                say("goals.figure_then", language, value=wanted, when=goal_due(goal, language)),
                _latest(state, row["unit"], language),
                _needed(row, goal, paths.loc[row["id"]].to_dict() if row["id"] in paths.index else {}, language),
                label("goal_status", state["status"], language),
            ]
        )
    names = ("goal", "base", "wanted", "latest", "needed", "status")
    notes = [say(f"goals.{one}", language) for one in (["note_starts"] if counted else ["no_latest", "note_starts"])]
    return _table("starts", names, [("", rows)], language, prose=("wanted", "status"), notes=notes if rows else [])


def table_goals(targets: pd.DataFrame, judged: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show every goal with a figure, a folded table per programme, with its status or every reason of `judge_goals`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> targets, figures = ta.load_targets("regiodeal"), ta.load_target_figures()
    >>> judged = ta.judge_goals(targets, ta.goal_readings(targets, ta.load_target_readings()), figures)
    >>> table_goals(targets, judged, language="en").groups[0][1][14]  # line 100
    ['New workers trained each year', '1,000 a year', '2022', 'no later count', '100']
    """
    states = judged.set_index("id")

    def cells(goal: pd.Series) -> list[str]:
        return [
            goal_subject(goal, language, code=True),
            goal_target(goal, language),
            goal_due(goal, language),
            goal_status(states.loc[goal["id"]], language),
            str(goal["line"]),
        ]

    figured = (targets["role"] == "goal") & (targets["kind"] != "commitment")
    names = ("goal", "target", "due", "why", "line")
    groups = _by_programme(targets[figured], cells, language)
    return _table("goals", names, groups, language, prose=("target", "due", "why"), folded=True)


def table_goal_promises(targets: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show every goal without a figure, a folded table for each programme.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_goal_promises(ta.load_targets("techniekpact"), language="en").groups[0][1][0]
    ['D: Schools and children of Twente that lead national technical contests', '2016', '91']
    """

    def cells(goal: pd.Series) -> list[str]:
        return [goal_subject(goal, language, code=True), goal_due(goal, language), str(goal["line"])]

    promised = (targets["role"] == "goal") & (targets["kind"] == "commitment")
    groups = _by_programme(targets[promised], cells, language)
    return _table("promises", ("goal", "due", "line"), groups, language, prose=("due",), folded=True)


def table_goal_readings(
    targets: pd.DataFrame, readings: pd.DataFrame, needed: pd.DataFrame, *, language: str = "nl"
) -> Table:
    """Show each reading of the goals for which we take a base: base, target and path.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> targets = ta.load_targets("techniekagenda")
    >>> readings = ta.goal_readings(targets, ta.load_target_readings())
    >>> table_goal_readings(targets, readings, ta.needed_per_year(readings), language="en").groups[1][1][0]
    ['share of students in bbl, in per cent', '61%', '67.1%', '+1.2 pp', '+1.9%']
    """
    goals, paths = targets.set_index("id"), needed.set_index(["id", "reading"])
    groups = []
    for name, part in readings[readings["base_is"] == "taken"].groupby("id", sort=False):
        rows = []
        for row in part.to_dict("records"):
            key = (row["id"], row["reading"])
            path = paths.loc[key].to_dict() if key in paths.index else {"unit": row["unit"]}
            base, wanted = reading_ends(row, language)
            rows.append([_reading_name(row["reading"], language), base, wanted, *_path(path, language)])
        goal = goals.loc[str(name)]
        groups.append((f"{goal_subject(goal, language)} ({goal_target(goal, language)})", rows))
    names = ("reading", "base_taken", "wanted", "linear", "compound")
    return _table("readings", names, groups, language)


def table_goal_path(targets: pd.DataFrame, goal: str, *, language: str = "nl") -> Table:
    """Show the yearly growth that leads to a goal, compounded and added up.

    Raises
    ------
    DataError
        When the goal has no steps of growth.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_goal_path(ta.load_targets(), "techwise-101-1", language="en").groups[0][1][:2]
    [['2013', '+5%', '5%', '5%'], ['2014', '+10%', '15.5%', '15%']]
    """
    rows = [
        [
            str(row.year),
            f"+{_share(row.step, language)}",
            _share(round(row.compound, 4), language),
            _share(row.simple, language),
        ]
        for row in goal_path(targets, goal).itertuples()
    ]
    names = ("year", "step", "compound_sum", "simple_sum")
    caption = say("goals.table_path", language, goal=goal_subject(targets.set_index("id").loc[goal], language))
    return _table("path", names, [("", rows)], language, caption=caption)


def table_goal_steps(targets: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the paths of other figures than growth that the documents print, a row for each goal.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_goal_steps(ta.load_targets(), language="en").groups[0][1][2]
    ['Member companies', '9 (2013); 29 (2014)']
    """
    goals, rows = targets.set_index("id"), []
    levels = (targets["role"] == "step") & (targets["kind"] != "growth")
    for name, steps in targets[levels].groupby("part_of", sort=False):
        goal = goals.loc[str(name)]
        before = steps[steps["deadline"].map(_year_of) < _year_of(goal["deadline"])]
        path = [(format_number(float(row["target"]), language=language), row) for _, row in before.iterrows()]
        path.append((goal_target(goal, language), goal))
        parts = [say("goals.figure_then", language, value=text, when=goal_due(one, language)) for text, one in path]
        rows.append([goal_subject(goal, language), "; ".join(parts)])
    return _table("steps", ("goal", "steps"), [("", rows)], language, prose=("steps",))


def table_goal_figures(targets: pd.DataFrame, figures: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show what was published later beside a goal, and what it counts; whether that is the same where some are.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_goal_figures(ta.load_targets("techniekpact"), ta.load_target_figures(), language="en").groups[0][1][-1][2]
    '2,150 vacancies (June 2017); more than 2,500 vacancies (March 2018)'
    """
    goals, rows = targets.set_index("id"), []
    found = figures[figures["id"].isin(goals.index)]
    same = bool((found["match"] == "same").any())
    for (name, figure), part in found.groupby(["id", "figure"], sort=False):
        ends = part.iloc[[0, -1]].drop_duplicates("period")
        values = [
            say(
                "goals.figure_then",
                language,
                value=_any_figure(row.value, row.unit, row.qualifier, language),
                when=format_period(row.period.removesuffix("SJ00"), language),
            )
            for row in ends.itertuples()
        ]
        match = [label("goal_match", part["match"].iloc[0], language)] if same else []
        goal = goals.loc[str(name)]
        counted = label("goal_figure", str(figure), language)
        rows.append([goal_subject(goal, language), counted, "; ".join(values), *match])
    if not rows:
        return _table("figures", ("goal", "figure", "values"), [], language, notes=[say("goals.no_figures", language)])
    notes = [say("goals.note_figures", language, n=found["id"].nunique())]
    notes += [] if same else [say("goals.none_same", language)]
    names = ("goal", "figure", "values", *(["match"] if same else []))
    return _table("figures", names, [("", rows)], language, prose=names[1:], notes=notes)


def goal_name(goal: Mapping[str, Any] | pd.Series, language: str) -> str:
    """Name a goal as short as a narrow place asks; two deadlines of the same goal have the same short name."""
    short = label("goal_short", goal["indicator"], language)
    return goal_subject(goal, language) if short == goal["indicator"] else short


def goal_subject(goal: Mapping[str, Any] | pd.Series, language: str, *, code: bool = False) -> str:
    """Name what a goal is about, in the reader's language, with the letter that its document gives it."""
    text = str(goal[{"nl": "subject", "en": "subject_en"}[language]])
    # The accents of "één" stay on a small letter: a sentence begins with "Eén".
    text = f"Eén{text[3:]}" if text.startswith("één") else text[0].upper() + text[1:]
    return f"{label('goal_code', goal['code'], language)}: {text}" if code and goal["code"] else text


def goal_target(goal: Mapping[str, Any] | pd.Series, language: str) -> str:
    """Write the target of a goal: a level, what is added, or that there is no figure."""
    if goal["kind"] == "commitment":
        return say("goals.no_figure", language)
    if goal["kind"] in ("growth", "growth or points"):
        sign = "difference"
        text = format_number(float(goal["target"]), sign, language) + "%"
        return text if goal["kind"] == "growth" else say("goals.or_points", language, value=text)
    words = str(goal["printed"])
    worded = label("printed_share", words, language)  # two thirds is not 66.67%: the document has no decimals
    text = worded if worded != words else goal_figure(goal["target"], goal["unit"], language)
    if not pd.isna(goal["target_high"]):
        low, high = (format_number(float(goal[one]), language=language) for one in ("target", "target_high"))
        text = say(f"goals.figure.{goal['unit']}", language, value=say("goals.range", language, low=low, high=high))
    if goal["kind"] == "level or increment":
        text = say("goals.or_extra", language, value=text)
    return f"{label('qualifier', goal['qualifier'], language)} {text}".strip()


def goal_figure(value: Any, unit: str, language: str) -> str:
    """Write a figure in the unit of a target; a dash where there is none."""
    if pd.isna(value):
        return format_number(None, language=language)
    if unit == "%":
        return _share(float(value) / 100, language)
    return say(f"goals.figure.{unit}", language, value=format_number(float(value), language=language))


def goal_due(goal: Mapping[str, Any] | pd.Series, language: str) -> str:
    """Write when a goal is due; of a period its end."""
    return format_period(goal["deadline"].rpartition("/")[2], language) or format_number(None, language=language)


def _year_of(deadline: str) -> str:
    """Take the year in which a deadline ends."""
    return deadline.rpartition("/")[2][:4]


def goal_status(state: Mapping[str, Any] | pd.Series, language: str) -> str:
    """Write the status of a goal; of one that is not measurable every reason."""
    reasons = [label("goal_reason_short", one, language) for one in str(state["reasons"]).split("; ") if one]
    return "; ".join(reasons) or label("goal_status", state["status"], language)


def _path(path: Mapping[str, Any], language: str) -> list[str]:
    """Write what each year must bring, as a number and as a rate."""
    linear, rate = path.get("linear"), path.get("compound")
    if linear is None or pd.isna(linear):
        return [format_number(None, language=language)] * 2
    if path["unit"] == "%":
        return [say("goals.points", language, value=float(linear)), format_number(rate, "change", language)]
    whole = float(linear).is_integer() or abs(linear) >= TEN
    kind = "difference" if whole else "points"
    return [format_number(float(linear), kind, language), format_number(rate, "change", language)]


def _needed(row: Mapping[str, Any], goal: pd.Series, path: Mapping[str, Any], language: str) -> str:
    """Write what each year must bring, the growth beside it unless there is one year only; or why there is no path."""
    if not path:
        same = not pd.isna(row["due"]) and row["due"] == row["start"]
        return say("goals.same_year", language) if same else format_number(None, language=language)
    number, rate = _path(path, language)
    noun = label("goal_noun", goal["indicator"], language)
    number = number if noun == goal["indicator"] else f"{number} {noun}"
    return number if path["years"] == 1 else say("goals.number_or_rate", language, number=number, rate=rate)


def reading_ends(row: Mapping[str, Any], language: str) -> list[str]:
    """Write base and target of a reading: without false precision where we reckoned the base from rounded percentages.

    Such a base is no whole number; pupils are then written in tens, and a percentage without decimals.
    """
    ends = [row[one] for one in ("base", "wanted")]
    if row["base_is"] != "taken" or row["unit"] not in ROUGH or float(row["base"]).is_integer():
        return [goal_figure(end, row["unit"], language) for end in ends]
    about = label("qualifier", "about", language)
    return [f"{about} {goal_figure(round(end, ROUGH[row['unit']]), row['unit'], language)}" for end in ends]


def _share(share: float, language: str) -> str:
    """Write a share with as many places as it has, three at most, so that a reader can reckon with it."""
    return format_number(share * 100, "exact", language) + "%"


def _latest(state: pd.Series, unit: str, language: str) -> str:
    if pd.isna(state["latest"]):
        return say("goals.none", language)
    when = format_period(state["latest_period"], language)
    return say("goals.figure_then", language, value=goal_figure(state["latest"], unit, language), when=when)


def _any_figure(value: float, unit: str, qualifier: str, language: str) -> str:
    figure = f"{format_number(value, language=language)} {label('unit', unit, language)}"
    words = [label("qualifier", qualifier, language), format_share(value / 100, language) if unit == "%" else figure]
    return " ".join(words).strip()


def _reading_name(reading: str, language: str) -> str:
    """Name a reading; those of the steps from vmbo to hbo have their names with the flows."""
    named = label("goal_reading", reading, language)
    return label("flow_reading", reading, language) if named == reading else named


def _by_programme(goals: pd.DataFrame, cells: Callable[[pd.Series], list[str]], language: str) -> Groups:
    """Put the rows of goals under their programme, and say there how many they are."""
    return [
        (
            say("goals.folded", language, group=label("programme", str(programme), language), n=len(part)),
            [cells(goal) for _, goal in part.iterrows()],
        )
        for programme, part in goals.groupby("programme", sort=False)
    ]


def _table(name: str, columns: Sequence[str], groups: Groups, language: str, **given: Any) -> Table:
    """Put rows under the column names of the texts; `given`: `prose`, other `notes` or `caption`, `folded`."""
    named = {one: say(f"goals.column_{one}", language) for one in columns}
    note = f"goals.note_{name}" if any(rows for _, rows in groups) else "goals.no_rows"
    return Table(
        caption=given.get("caption") or say(f"goals.table_{name}", language),
        columns=list(named.values()),
        groups=groups,
        notes=given.get("notes") or [say(note, language)],
        prose=[named[one] for one in given.get("prose", ())],
        folded=bool(groups) and given.get("folded", False),
    )
