"""Tables about targets: how many can be judged, what those with a base need, all of them, readings, later figures."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .language import format_number, format_period, format_share, label, say
from .tables import Table
from .targets import goal_path

__all__ = [
    "table_goal_counts",
    "table_goal_figures",
    "table_goal_readings",
    "table_goal_starts",
    "table_goal_steps",
    "table_goals",
]

Groups = Sequence[tuple[str, Sequence[Sequence[str]]]]


def table_goal_counts(counts: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show how many goals of each programme have each status and reason, from `count_goals`."""
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
    unmeasured = [[label("goal_reason", key[1], language), *cells] for key, cells in shown.items() if key[1]]
    total = say("goals.all", language)
    last = [total, *(format_number(one, language=language) for one in wide.sum())]
    names = [label("programme_short", one, language) for one in programmes] + [total] * several
    return Table(
        caption=say("goals.table_counts", language),
        columns=[say("goals.column_status", language), *names],
        groups=[
            ("", judged),
            (say("goals.because", language), unmeasured),
            ("", [last]),
        ],
        notes=[say("goals.note_counts", language)],
        strong=[total],
    )


def table_goal_starts(
    targets: pd.DataFrame, scaled: pd.DataFrame, needed: pd.DataFrame, judged: pd.DataFrame, *, language: str = "nl"
) -> Table:
    """Show the goals whose document prints a base: from where to what, the latest count and what a year must bring.

    Parameters
    ----------
    scaled, needed, judged
        Results of `scale_goals`, `needed_per_year` and `judge_goals`.

    """
    goals, states, paths = (frame.set_index("id") for frame in (targets, judged, needed.drop_duplicates("id")))
    rows = []
    for row in scaled[scaled["base_is"] == "printed"].to_dict("records"):
        goal, state = goals.loc[row["id"]], states.loc[row["id"]]
        path = paths.loc[row["id"]].to_dict() if row["id"] in paths.index else {"unit": row["unit"]}
        number, rate = _path(path, language)
        wanted = goal_figure(row["wanted"], row["unit"], language)
        rows.append(
            [
                goal_subject(goal, language),
                goal_figure(row["base"], row["unit"], language),
                say("goals.figure_then", language, value=wanted, when=goal_due(goal, language)),
                _latest(state, row["unit"], language),
                number if "linear" not in path else say("goals.number_or_rate", language, number=number, rate=rate),
                label("goal_status", state["status"], language),
            ]
        )
    names = ("goal", "base", "wanted", "latest", "needed", "status")
    return _table("starts", names, [("", rows)], language, ("needed", "status"))


def table_goals(targets: pd.DataFrame, judged: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show every goal by programme, those without a figure too, with its status and every reason."""
    states = judged.set_index("id")
    groups = []
    for programme, part in targets[targets["role"] == "goal"].groupby("programme", sort=False):
        rows = [
            [
                goal_subject(goal, language, code=True),
                goal_target(goal, language),
                goal_due(goal, language),
                goal_status(states.loc[goal["id"]], language),
                str(goal["line"]),
            ]
            for _, goal in part.iterrows()
        ]
        groups.append((label("programme", str(programme), language), rows))
    return _table("goals", ("goal", "target", "due", "why", "line"), groups, language, ("target", "why"))


def table_goal_readings(
    targets: pd.DataFrame, readings: pd.DataFrame, needed: pd.DataFrame, *, language: str = "nl"
) -> Table:
    """Show each reading of the goals that have more than one, or a base that we take: base, target and path."""
    goals, paths = targets.set_index("id"), needed.set_index(["id", "reading"])
    several = readings.duplicated("id", keep=False) | (readings["base_is"] == "taken")
    groups = []
    for name, part in readings[several].groupby("id", sort=False):
        rows = []
        for row in part.to_dict("records"):
            key = (row["id"], row["reading"])
            path = paths.loc[key].to_dict() if key in paths.index else {"unit": row["unit"]}
            base, wanted = (goal_figure(row[one], row["unit"], language) for one in ("base", "wanted"))
            rows.append([_reading_name(row["reading"], language), base, wanted, *_path(path, language)])
        goal = goals.loc[str(name)]
        groups.append((f"{goal_subject(goal, language)} ({goal_target(goal, language)})", rows))
    names = ("reading", "base_taken", "wanted", "linear", "compound")
    return _table("readings", names, groups, language)


def table_goal_steps(targets: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the paths that the documents print, year by year, steps of growth also compounded and added up."""
    goals, dash = targets.set_index("id"), format_number(None, language=language)
    groups = []
    for name, steps in targets[targets["role"] == "step"].groupby("part_of", sort=False):
        growth, goal = steps["kind"].eq("growth").all(), goals.loc[str(name)]
        ends = _year_of(steps["deadline"].iloc[-1]) < _year_of(goal["deadline"])
        part = pd.concat([steps, goal.to_frame().T]) if ends else steps
        path = goal_path(targets, str(name)) if growth else None
        rows = []
        for place, (_, step) in enumerate(part.iterrows()):
            sums = [dash, dash]
            if path is not None:
                sums = [
                    format_number(path[one].iloc[place], "percent_fine", language) for one in ("compound", "simple")
                ]
            rows.append([goal_due(step, language), goal_target(step, language), *sums])
        groups.append((goal_subject(goal, language), rows))
    names = ("year", "step", "compound_sum", "simple_sum")
    return _table("steps", names, groups, language)


def table_goal_figures(targets: pd.DataFrame, figures: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show what was published later beside a goal, with what it counts and whether that is the same."""
    goals, rows = targets.set_index("id"), []
    for (name, figure), part in figures[figures["id"].isin(goals.index)].groupby(["id", "figure"], sort=False):
        ends = part.iloc[[0, -1]].drop_duplicates("period")
        values = [
            say(
                "goals.figure_then",
                language,
                value=_any_figure(row.value, row.unit, language),
                when=format_period(row.period.removesuffix("SJ00"), language),
            )
            for row in ends.itertuples()
        ]
        rows.append(
            [
                goal_subject(goals.loc[str(name)], language),
                label("goal_figure", str(figure), language),
                "; ".join(values),
                label("goal_match", part["match"].iloc[0], language),
            ]
        )
    names = ("goal", "figure", "values", "match")
    return _table("figures", names, [("", rows)], language, names[1:])


def goal_subject(goal: pd.Series, language: str, *, code: bool = False) -> str:
    """Name what a goal is about, in the reader's language, with the letter that its document gives it."""
    text = str(goal[{"nl": "subject", "en": "subject_en"}[language]])
    text = text[0].upper() + text[1:]
    return f"{goal['code']}: {text}" if code and goal["code"] else text


def goal_target(goal: Mapping[str, Any] | pd.Series, language: str) -> str:
    """Write the target of a goal: a level, what is added, or that there is no figure."""
    if goal["kind"] == "commitment":
        return say("goals.no_figure", language)
    if goal["kind"] in ("growth", "growth or points"):
        sign = "difference"
        text = format_number(float(goal["target"]), sign, language) + "%"
        return text if goal["kind"] == "growth" else say("goals.or_points", language, value=text)
    text = goal_figure(goal["target"], goal["unit"], language)
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
        return format_share(float(value) / 100, language)
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
    kind = "difference" if float(linear).is_integer() else "points"
    return [format_number(float(linear), kind, language), format_number(rate, "change", language)]


def _latest(state: pd.Series, unit: str, language: str) -> str:
    if pd.isna(state["latest"]):
        return say("goals.none", language)
    when = format_period(state["latest_period"], language)
    return say("goals.figure_then", language, value=goal_figure(state["latest"], unit, language), when=when)


def _any_figure(value: float, unit: str, language: str) -> str:
    if unit == "%":
        return format_share(value / 100, language)
    return f"{format_number(value, language=language)} {label('unit', unit, language)}"


def _reading_name(reading: str, language: str) -> str:
    """Name a reading; those of the steps from vmbo to hbo have their names with the flows."""
    named = label("goal_reading", reading, language)
    return label("flow_reading", reading, language) if named == reading else named


def _table(name: str, columns: Sequence[str], groups: Groups, language: str, prose: Sequence[str] = ()) -> Table:
    """Put rows under the column names of the texts; `prose` are the columns that hold words."""
    named = {one: say(f"goals.column_{one}", language) for one in columns}
    note = f"goals.note_{name}" if any(rows for _, rows in groups) else "goals.no_rows"
    return Table(
        caption=say(f"goals.table_{name}", language),
        columns=list(named.values()),
        groups=groups,
        notes=[say(note, language)],
        prose=[named[one] for one in prose],
    )
