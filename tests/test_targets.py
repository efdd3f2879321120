"""Targets: every one typed over by hand from the documents, and what is reckoned from them by hand."""

import math
import re
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st
from test_load import change, refused

import twente_analysis as ta
from twente_analysis.charts.house import chart_of

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "targets.ipynb"
PROGRAMMES = ("techniekagenda", "techwise", "techniekpact", "twam", "regiodeal")
# Counted in the documents: targets with a figure, targets without one, steps of a path by year.
COUNTED = {
    "techniekagenda": (7, 6, 0),
    "techwise": (18, 1, 15),
    "techniekpact": (15, 24, 0),
    "twam": (24, 25, 1),
    "regiodeal": (41, 0, 0),
}
# TechWise lines 49-55: what is printed, as a number.
RESULTS = {"a": 90, "b": 50, "c": 100, "d": 250, "e": 30, "f": 3}
INTAKE = [(2013, 5), (2014, 10), (2015, 10), (2016, 5), (2017, 5)]
OUTFLOW = [(2013, 10), (2014, 20), (2015, 40), (2016, 60), (2017, 90)]
# Techniekpact lines 88-179: what each commitment wants; None where it has no figure. C has three, K two rows.
REGIONAL = {
    "A": [70], "B": [70], "C": [30, 40, 40], "D": [None], "E": [None], "F": [None], "G": [50], "H": [None],
    "I (regionaal)": [None], "J": [-50], "K": [None, 60], "L": [None], "M": [None], "N": [50], "O": [7], "P": [7],
    "Q": [None], "R": [None], "S": [None],
}  # fmt: skip
NATIONAL = [
    "I (nationaal)", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV",
]  # fmt: skip
# Other figures that a memo would quote: document line, the target, and where it starts.
QUOTED = [
    ("regiovisie", 176, 10, None), ("regiovisie", 177, 25, None), ("regiovisie", 178, 10, None),
    ("regiovisie", 179, 5, None), ("regiovisie", 183, 10, None), ("regiovisie", 184, 10, None),
    ("regiovisie", 185, 50, None), ("techwise", 101, 40, None), ("techwise", 322, 29, 9), ("techwise", 244, 200, None),
    ("techwise", 273, 1_900_000, 1_200_000), ("techniekpact", 68, 40, None), ("techniekpact", 90, 30, 25),
    ("techniekpact", 90, 40, 25), ("twam", 255, 500, None), ("twam", 263, 4000, None), ("regiodeal", 44, 15, None),
    ("regiodeal", 83, 1500, None), ("regiodeal", 100, 1000, 700), ("regiodeal", 120, 1000, None),
    ("regiodeal", 145, 200, None), ("regiodeal", 231, 90, None),
]  # fmt: skip
READINGS = ta.load_target_readings()
FAN = {"lower_95": 80.0, "lower_80": 90.0, "median": 100.0, "upper_80": 110.0, "upper_95": 120.0}


@pytest.fixture(scope="module")
def targets():
    return ta.load_targets()


@pytest.fixture(scope="module")
def readings(targets):
    tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    return ta.goal_readings(targets, ta.load_target_readings(), ta.target_readings(tree, ta.load_statements()))


@pytest.fixture(scope="module")
def judged(targets, readings):
    return ta.judge_goals(targets, readings, ta.load_target_figures())


def one_goal(**changed):
    """A goal of our own: from 700 in 2018 to 1,000 in 2022."""
    goal = dict.fromkeys(ta.load_targets().columns, "")
    goal |= {"id": "own-1-1", "programme": "regiodeal", "role": "goal", "kind": "level", "unit": "count", "line": 1}
    goal |= {"target": 1000, "baseline": 700, "baseline_period": "2018", "deadline": "2022", "published": 2018}
    return pd.DataFrame([goal | {"source": "own/text#1", "target_high": pd.NA} | changed])


def figures(*pairs, match="same", unit="count"):
    rows = [
        {"id": "own-1-1", "figure": "own", "match": match, "period": period, "value": value} for period, value in pairs
    ]
    columns = ["id", "figure", "match", "period", "value"]
    return pd.DataFrame(rows, columns=columns).assign(unit=unit, source="own/text#2")


def judge(goal, found, taken=None):
    taken = ta.load_target_readings()[:0] if taken is None else taken
    row = ta.judge_goals(goal, ta.goal_readings(goal, taken), found).iloc[0]
    return row["status"], row["reason"]


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_as_many_targets_as_counted_in_the_document(programme):
    frame = ta.load_targets(programme)
    goals, steps = (frame[frame["role"] == role] for role in ("goal", "step"))
    figures = int(goals["target"].notna().sum())
    assert (figures, len(goals) - figures, len(steps)) == COUNTED[programme]


def test_techwise_has_its_seven_results_and_both_series(targets):
    own = targets[targets["programme"] == "techwise"].set_index("code")
    assert {code: own.loc[code, "target"] for code in RESULTS} == RESULTS
    assert pd.isna(own.loc["g", "target"])
    steps = targets[targets["role"] == "step"]
    for goal, series in (("techwise-101-1", INTAKE), ("techwise-49-1", OUTFLOW)):
        found = steps[steps["part_of"] == goal]
        assert list(zip(found["deadline"].astype(int), found["target"], strict=True)) == series


def test_a_result_of_techwise_is_due_in_the_month_of_its_milestone(targets):
    milestones = ta.load_milestones("techwise").query("table == 'milestones' and deadline != ''")
    due = milestones.set_index("line")["deadline"]
    own = targets[(targets["programme"] == "techwise") & (targets["role"] == "goal")]
    stated = {goal.id: {int(one) for one in goal.also.split(",") if one} & set(due.index) for goal in own.itertuples()}
    found = {goal.id: goal.deadline for goal in own.itertuples() if stated[goal.id]}
    assert len(found) == 10
    assert found == {name: due[stated[name].pop()] for name in found}


def test_the_34_commitments_of_the_techniekpact_are_complete(targets):
    own = targets[targets["programme"] == "techniekpact"]
    found = {
        code: [None if pd.isna(one) else one for one in own.loc[own["code"] == code, "target"]]
        for code in [*REGIONAL, *NATIONAL]
    }
    assert len(REGIONAL) == 19
    assert len(NATIONAL) == 15
    assert {code: found[code] for code in REGIONAL} == REGIONAL
    assert {code: found[code] for code in NATIONAL if found[code] != [None]} == {"III": [50], "X": [100]}
    assert set(own["code"]) - {""} == {*REGIONAL, *NATIONAL}


def test_eight_of_the_nineteen_regional_commitments_print_no_figure_at_all(targets):
    printed = targets[targets["code"].isin(REGIONAL)].groupby("code")["printed"].agg("".join)
    # Q has a period of 1.5 years, which is not its target; R has "een" school, which is no number.
    assert sorted(code[0] for code in printed.index[printed == ""]) == list("DEFHILMS")


@pytest.mark.parametrize(("document", "line", "target", "baseline"), QUOTED)
def test_targets_stand_as_published(targets, document, line, target, baseline):
    found = targets[(targets["document"] == document) & (targets["line"] == line) & (targets["role"] == "goal")]
    starts = [None if pd.isna(one) else one for one in found["baseline"]]
    assert (target, baseline) in list(zip(found["target"], starts, strict=True))


def test_a_target_names_every_line_it_stands_on_and_no_person(targets):
    own = targets.set_index("id")
    assert own.loc["techwise-101-1", "source"] == "techwise/text#101,139,175,210"
    assert own.loc["regiodeal-120-4", "source"] == "regiodeal/text#120"
    assert not targets["owner"].str.contains(r"\b(?:dhr|mw|mevr|[A-Z]\.)", regex=True).any()
    assert targets["subject_en"].is_unique and targets["subject"].is_unique


def test_the_five_steps_compound_to_4007_and_add_up_to_35():
    path = ta.goal_path(ta.load_targets(), "techwise-101-1")
    assert path["compound"].iloc[-1] == pytest.approx(1.05 * 1.10 * 1.10 * 1.05 * 1.05 - 1, abs=1e-12)
    assert round(path["compound"].iloc[-1] * 100, 2) == 40.07
    assert path["simple"].iloc[-1] == pytest.approx(0.35)
    assert path["year"].tolist() == [2013, 2014, 2015, 2016, 2017]
    with refused("goal=", "techwise-101-1"):
        ta.goal_path(ta.load_targets(), "techwise-49-1")


def test_each_reading_says_what_must_be_reached(readings):
    girls = readings[readings["id"] == "regiovisie-179-1"].set_index("reading")["wanted"]
    assert girls["girls basis and kader"] == pytest.approx(7.35)
    assert girls["girls basis and kader in points"] == 12
    assert girls["women in mbo in points"] == 22
    tree = readings[readings["id"] == "regiovisie-177-1"]["wanted"].tolist()
    assert tree == [328.75, 1495, 453.25]
    techwise = readings[readings["id"] == "techwise-49-1"].set_index("reading")
    assert techwise.loc["per year", "wanted"] == 90
    assert math.isnan(techwise.loc["extra per year", "wanted"])


def test_what_a_year_must_bring(readings):
    needed = ta.needed_per_year(readings).set_index(["id", "reading"])
    pact = needed.loc[("techniekpact-90-2", "printed")]
    assert (pact["start"], pact["start_is"], pact["due"]) == (2013, "document", 2020)
    assert pact["linear"] == pytest.approx(15 / 7)
    assert 25 * (1 + pact["compound"]) ** 7 == pytest.approx(40)
    agenda = needed.loc[("regiovisie-176-1", "fourth year")]
    assert (agenda["start"], agenda["start_is"]) == (2011, "term")
    assert agenda["linear"] == pytest.approx(664 * 0.1 / 5)
    # Pledged and wanted in the same year: there is no path.
    assert "techwise-273-1" not in needed.index.get_level_values("id")


def test_no_target_can_be_judged_and_each_says_why(judged):
    assert judged["status"].unique().tolist() == ["not measurable"]
    assert set(judged["reason"]) <= set(ta.REASONS)
    assert (judged["reason"] == "no figure").sum() == sum(without for _, without, _ in COUNTED.values())
    counts = ta.count_goals(judged)
    assert counts["goals"].sum() == len(judged) == sum(one + two for one, two, _ in COUNTED.values())
    assert set(counts["status"]) == set(ta.STATUSES)
    own = judged.set_index("id")
    assert own.loc["regiovisie-179-1", "reasons"] == "no base; several readings; other definition"
    assert (own.loc["techniekpact-90-1", "reason"], own.loc["techniekpact-90-1", "nearby"]) == ("other definition", 30)
    assert own.loc["regiodeal-100-1", "reasons"] == "no later count"


# From 700 in 2018 to 1,000 in 2022 the straight line stands at 850 in 2020.
@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([("2019", 1000)], ("reached", "")),
        ([("2020", 850)], ("on course", "")),
        ([("2020", 849)], ("off course", "")),
        ([("2019", 990), ("2022", 999)], ("off course", "")),
        ([("2022", 1001), ("2021", 10)], ("reached", "")),
        ([], ("not measurable", "no later count")),
    ],
)
def test_the_latest_count_judges(found, expected):
    assert judge(one_goal(), figures(*found)) == expected


@pytest.mark.parametrize(
    ("goal", "found", "expected"),
    [
        ({"kind": "growth", "target": 10, "baseline": pd.NA, "baseline_period": ""}, [("2020", 5000)], "no base"),
        ({"kind": "growth or points", "target": 10, "baseline": pd.NA}, [("2020", 5000)], "no base"),
        ({"baseline": pd.NA, "baseline_period": ""}, [("2020", 900)], "no base"),
        ({"deadline": ""}, [("2020", 900)], "no deadline"),
        ({"kind": "commitment", "target": pd.NA, "unit": ""}, [], "no figure"),
    ],
)
def test_what_keeps_a_target_from_being_judged(goal, found, expected):
    changed = one_goal(**goal)
    if goal.get("kind") == "commitment":
        changed = pd.concat([changed, one_goal(id="own-1-2")], ignore_index=True)
    assert judge(changed, figures(*found)) == ("not measurable", expected)


def test_a_count_from_before_the_start_judges_nothing():
    # 1,000 was wanted from 2018 on: that 2015 had more says nothing of what came later.
    assert judge(one_goal(), figures(("2015", 5000))) == ("not measurable", "no later count")
    assert judge(one_goal(), figures(("2015", 5000), ("2020", 849))) == ("off course", "")
    row = ta.judge_goals(one_goal(), ta.goal_readings(one_goal(), READINGS[:0]), figures(("2015", 5000))).iloc[0]
    assert (math.isnan(row["latest"]), row["latest_period"], row["latest_unit"]) == (True, "", "")
    # Without a base the path starts with the term, and without that with the document.
    bare = {"baseline": pd.NA, "baseline_period": ""}
    for goal in (one_goal(**bare, term="2016/2020"), one_goal(**bare, published=2016)):
        assert judge(goal, figures(("2015", 5000))) == ("not measurable", "no later count")
        assert judge(goal, figures(("2016", 5000))) == ("reached", "")


def test_a_count_judges_no_reading_in_another_unit():
    goal = ta.load_targets()[lambda frame: frame["id"] == "techwise-52-1"]
    found = figures(("2016", 300)).assign(id="techwise-52-1")
    # 250 in all, or 250 a year: a count of all says nothing of a year.
    assert judge(goal, found, READINGS) == ("not measurable", "several readings")
    yearly = figures(("2016", 300), unit="count per year").assign(id="techwise-52-1")
    assert judge(goal, yearly, READINGS) == ("not measurable", "several readings")
    assert judge(goal, pd.concat([found, yearly]), READINGS) == ("reached", "")
    with refused("techwise-52-1", "'count per year'", "'count'", " or ", "'students'"):
        judge(goal, found.assign(unit="students"), READINGS)


def test_a_share_is_of_a_count_in_the_same_unit():
    taken = pd.DataFrame({"id": ["own-1-1"] * 2, "reading": ["one", "two"], "kind": "level", "base": [10.0, 20.0]})
    taken = taken.assign(base_period="2018", unit=["count", "count per year"], source="own/text#3")
    goal = one_goal(target=40)
    readings = ta.goal_readings(goal, taken)
    scaled = ta.scale_goals(readings, ta.judge_goals(goal, readings, figures(("2022", 30))))
    assert scaled["base_share"].tolist() == [0.25, 0.5]
    assert scaled["latest_share"].iloc[0] == 0.75
    assert math.isnan(scaled["latest_share"].iloc[1])


def test_a_range_is_reached_at_its_lower_end_and_shows_its_upper():
    found = ta.goal_readings(ta.load_targets(), READINGS).set_index("id")
    assert found.loc["twam-259-1", ["wanted", "wanted_high"]].tolist() == [20, 25]
    assert found["wanted_high"].notna().sum() == ta.load_targets()["target_high"].notna().sum()
    goal = one_goal(target=1000, target_high=1100)
    assert judge(goal, figures(("2022", 1000))) == ("reached", "")
    fans = pd.DataFrame(
        [{"id": "own-1-1", "year": 2022, "unit": "count"} | {name: 10 * one for name, one in FAN.items()}]
    )
    chances = ta.goal_chances(ta.goal_readings(goal, READINGS), fans).iloc[0]
    assert chances[["chance_low", "chance_high", "top_low", "top_high"]].tolist() == [0.5, 0.5, 0.1, 0.1]
    single = ta.goal_chances(ta.goal_readings(one_goal(), READINGS), fans)
    assert single[["top_low", "top_high"]].isna().all(axis=None)


def test_one_year_has_a_number_and_no_rate(readings):
    needed = ta.needed_per_year(readings).set_index("id")
    companies = needed.loc["techwise-322-1"]  # from 9 to 29
    assert (companies["years"], companies["linear"]) == (1, 20)
    assert (needed["compound"].isna() == (needed["years"] == 1)).all()


def test_a_chance_from_five_lines_of_a_total_is_off_by_three_and_a_half_points_at_most():
    far = []
    for students in (ta.load_technical("duo"), ta.load_technical("regiovisie", "enrolment")):
        lines = ta.project(students, 1).iloc[0]
        for wanted in np.linspace(float(lines["lower_95"]), float(lines["upper_95"]), 30):
            read = ta.reach_chance(lines.to_dict(), float(wanted))
            far.append(abs(sum(read) / 2 - ta.chance_above(students, 1, float(wanted))["chance"].item()))
    assert 0.03 < max(far) < 0.035


def test_a_figure_with_another_definition_judges_nothing():
    assert judge(one_goal(), figures(("2022", 5000), match="nearby")) == ("not measurable", "other definition")


def test_readings_judge_only_where_they_agree():
    taken = pd.DataFrame({"id": ["own-1-1"] * 2, "reading": ["one", "two"], "kind": ["level", "growth"]})
    taken = taken.assign(base=[pd.NA, 10.0], base_period="2018", unit="count", source="own/text#3")
    goal = one_goal(target=50, baseline=pd.NA, baseline_period="")
    # A level of 50, or 10 plus 50 per cent: 15.
    assert judge(goal, figures(("2022", 60)), taken) == ("reached", "")
    assert judge(goal, figures(("2022", 20)), taken) == ("not measurable", "several readings")


def test_a_reduction_is_reached_from_above():
    goal = one_goal(kind="growth", target=-50, baseline=100)
    assert judge(goal, figures(("2022", 50)))[0] == "reached"
    assert judge(goal, figures(("2022", 51)))[0] == "off course"


def test_a_count_in_another_unit_is_refused():
    with refused("own-1-1", "in 'count', a", "'students'"):
        judge(one_goal(), figures(("2020", 850), unit="students"))


@pytest.mark.parametrize(
    ("wanted", "chance"), [(80, 0.975), (90, 0.9), (100, 0.5), (110, 0.1), (120, 0.025)]
)  # fmt: skip
def test_the_chance_at_a_line_of_the_fan_is_that_of_the_line(wanted, chance):
    assert chance in ta.reach_chance(FAN, wanted)
    assert 1 - chance == pytest.approx(ta.reach_chance(FAN, wanted, at_most=True)[0], abs=0.026)


def test_beyond_the_fan_there_are_only_bounds():
    assert ta.reach_chance(FAN, 500) == (0.0, 0.025)
    assert ta.reach_chance(FAN, 10) == (0.975, 1.0)
    assert ta.reach_chance(FAN, 10, at_most=True) == (0.0, 0.025)


@given(st.floats(60, 140), st.floats(60, 140))
def test_a_higher_target_is_never_more_likely(one, other):
    low, high = sorted((one, other))
    assert ta.reach_chance(FAN, low)[0] >= ta.reach_chance(FAN, high)[0]
    assert 0 <= ta.reach_chance(FAN, low)[0] <= ta.reach_chance(FAN, low)[1] <= 1


@pytest.mark.parametrize("broken", [{"median": 200.0}, {"lower_95": float("nan")}])
def test_a_broken_fan_is_refused(broken):
    with refused("no fan"):
        ta.reach_chance(FAN | broken, 100)


def test_a_chance_stands_where_a_projection_covers_the_deadline():
    fans = pd.DataFrame(
        [{"id": "own-1-1", "year": 2022, "unit": "count"} | {name: 10 * one for name, one in FAN.items()}]
    )
    goals = pd.concat([one_goal(), one_goal(id="own-1-2")], ignore_index=True)
    chances = ta.goal_chances(ta.goal_readings(goals, ta.load_target_readings()), fans).set_index("id")
    assert chances.loc["own-1-1", ["chance_low", "chance_high", "cover"]].tolist() == [0.5, 0.5, "covered"]
    assert chances.loc["own-1-2", "cover"] == "no series"
    later = ta.goal_chances(ta.goal_readings(one_goal(deadline="2030"), ta.load_target_readings()), fans)
    assert later["cover"].tolist() == ["not projected"]


def test_the_share_of_women_is_counted_not_typed():
    students = ta.load_target_figures().query("figure == 'women in technical mbo'")
    assert students["value"].iloc[-1] == pytest.approx(100 * 853 / 5722)


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        (",10,,%,growth,2012", ",,,%,growth,2012", ["do not agree", "regiovisie-176-1"]),
        (",count per year,level,2018,,2022,", ",,level,2018,,2022,", ["do not agree", "regiodeal-100-1"]),
        (",700,700,", ",700,,", ["do not agree"]),
        ("regiodeal,goal,,workers_trained", "regiodeal,goal,techwise-49-1,workers_trained", ["do not agree"]),
        (",20-25 deelnemers,", ",,", ["do not agree", "twam-259-1"]),
        ("regiodeal,goal,,workers_trained", "regiodeel,goal,,workers_trained", ["not one of", "programme"]),
    ],
)
def test_a_damaged_target_is_refused(data, old, new, parts):
    change(data, "raw/targets.csv", old, new)
    with refused("targets.csv", *parts):
        ta.load_targets()


@pytest.mark.parametrize(
    ("table", "old", "new", "load"),
    [
        ("target_readings", "regiovisie-101-10", "regiovisie-999-1", ta.load_target_readings),
        (
            "target_readings",
            "regiovisie-179-1,women in mbo,",
            "regiovisie-999-1,women in mbo,",
            ta.load_target_readings,
        ),
        ("target_figures", "sex=vrouw", "sex=woman", ta.load_target_figures),
        ("target_figures", "region=NL", "regio=NL", ta.load_target_figures),
        ("target_figures", "techniekpact-68-1", "techniekpact-69-1", ta.load_target_figures),
    ],
)
def test_our_own_tables_must_point_at_something(data, table, old, new, load):
    change(data, f"reference/{table}.csv", old, new)
    with pytest.raises(ta.DataError):
        load()


@pytest.mark.parametrize("programme", ["", *PROGRAMMES])
def test_the_chart_has_a_name_a_value_and_words_for_every_target(programme):
    targets = ta.load_targets(programme)
    readings = ta.goal_readings(targets, ta.load_target_readings())
    judged = ta.judge_goals(targets, readings, ta.load_target_figures())
    ax = ta.plot_targets(targets, ta.scale_goals(readings, judged), judged)
    _, chart = chart_of(ax)
    names = [text for text in ax.texts if text.get_gid() == "name"]
    assert chart.alt.count(".") >= len(names)
    values = [text for text in ax.texts if text.get_gid() == "value"]
    assert len(values) == (len(names) if values else 0)
    assert ax.xaxis.get_label_position() == "top"


@pytest.mark.parametrize(("language", "words"), [("nl", "twee derde"), ("en", "two thirds")])
def test_a_share_in_words_gets_no_decimals(targets, language, words):
    # Mineral Valley Twente, line 214: "tweederde".
    found = targets[targets["id"] == "regiodeal-214-2"]
    judged = ta.judge_goals(found, ta.goal_readings(found, ta.load_target_readings()[:0]), ta.load_target_figures()[:0])
    ((_, ((_, target, due, *_),)),) = ta.table_goals(found, judged, language=language).groups
    assert (target, due) == (words, "2025")


def test_the_chart_draws_where_each_target_starts(targets, readings, judged):
    scaled = ta.scale_goals(readings, judged)
    ax = ta.plot_targets(targets, scaled, judged)
    marks = {gid: [line.get_xdata()[0] for line in ax.lines if line.get_gid() == gid] for gid in ("printed", "taken")}
    assert sorted(marks["printed"]) == pytest.approx([900 / 29, 62.5, 1200 / 19, 70, 2500 / 30])
    assert min(marks["taken"]) == pytest.approx(700 / 12)
    assert not [line for line in ax.lines if line.get_gid() == "latest"]
    title = chart_of(ax)[1].title
    assert title == "Waar tien doelen begonnen; hoe het afliep is niet bekend"
    starts = [text.get_text() for text in ax.get_legend().get_texts() if "(niet" in text.get_text()]
    alt = chart_of(ax)[1].alt
    # 9 of 29 and 25 of 40 as a share of the target, and the readings of one goal as a range.
    assert "TechWise: van 9 naar 29; 2014; uitgangspunt 31% van het doel." in alt
    assert "Techniekpact: van 25% naar 40%; 2020; uitgangspunt 62,5% van het doel." in alt
    assert re.search(r"lezingen; uitgangspunt \d+-\d+% van het doel", alt)
    assert starts == ["uitgangspunt (niet de huidige stand)", "gekozen uitgangspunt (niet de huidige stand)"]
    order = [
        text.get_gid()
        for text in sorted(ax.texts, key=lambda text: -text.xy[1] if hasattr(text, "xy") else -text.get_position()[1])
    ]
    assert [gid for gid in order if gid in ("heading", "name")] == ["heading", *["name"] * 5, "heading", *["name"] * 5]
    values = [text.get_text() for text in ax.texts if text.get_gid() == "value"]
    assert values[:5] == ["9", "25%", "€ 1.200.000", "700 per jaar", "25%"]
    counted = ta.plot_targets(targets, scaled.assign(latest_share=0.8), judged)
    assert {line.get_xdata()[0] for line in counted.lines if line.get_gid() == "latest"} == {80}


def test_the_page_counts_every_status(targets, readings, judged):
    headline = ta.tell_goals(judged, language="en").sentences
    figures, without = (sum(pair[place] for pair in COUNTED.values()) for place in (0, 1))
    assert headline == [
        f"For none of the {len(judged)} targets can we tell whether it was reached.",
        f"Most ({figures}) do have a number, but we found no later count of the same thing.",
        f"{without} have no number.",
    ]
    table = ta.table_goal_counts(ta.count_goals(judged), language="en")
    rows = {row[0]: row[1:] for _, group in table.groups for row in group}
    # Every status has a row, and every reason that is the first of any target.
    assert list(rows)[:3] == ["Reached", "On course", "Off course or missed"]
    assert "There is no deadline" not in rows
    assert [sum(int(row[column]) for name, row in rows.items() if name != "All targets") for column in range(6)] == [
        int(one) for one in rows["All targets"]
    ]
    every = [ta.table_goals(targets, judged, language="en"), ta.table_goal_promises(targets, language="en")]
    assert [sum(len(group) for _, group in table.groups) for table in every] == [figures, without]
    assert every[0].groups[0][0] == "Twente Techniek Agenda 2011-2016: 7 targets"
    starts = ta.table_goal_starts(targets, ta.scale_goals(readings, judged), ta.needed_per_year(readings), judged)
    (row,) = [row for _, group in starts.groups for row in group if row[0].startswith("Nieuwe arbeidskrachten")]
    assert row[1:] == ["700 per jaar", "1.000 per jaar (2022)", "geen", "+75 (+9,3%)", "Niet na te gaan"]
    needed = {row[0]: row[4] for _, group in starts.groups for row in group}
    assert needed["Bedrijven die lid zijn"] == "+20 bedrijven"
    assert needed["Subsidie voor investeringen"] == "geen pad: zelfde jaar"


def test_a_later_count_has_a_column_of_its_own(targets, readings, judged):
    counted = judged.assign(latest=judged["latest"].where(judged["id"] != "regiodeal-100-1", 850.0))
    counted["latest_period"] = counted["latest_period"].where(counted["latest"].isna(), "2020")
    starts = ta.table_goal_starts(targets, ta.scale_goals(readings, counted), ta.needed_per_year(readings), counted)
    (row,) = [row for _, group in starts.groups for row in group if row[0].startswith("Nieuwe arbeidskrachten")]
    assert row[3] == "850 per jaar (2020)"
    assert "Van geen van deze doelen" not in starts.notes[0]


def test_the_headline_claims_no_more_than_there_is():
    goals = pd.concat([one_goal(id=f"own-1-{number}") for number in (1, 2, 3)], ignore_index=True)
    goals.loc[2, ["kind", "unit"]] = ["commitment", ""]
    goals["target"] = goals["target"].astype("Float64")
    goals.loc[2, "target"] = pd.NA
    judged = ta.judge_goals(goals, ta.goal_readings(goals, ta.load_target_readings()), figures(("2022", 1000)))
    assert ta.tell_goals(judged, language="en").sentences == [
        "For 1 of the 3 targets we can tell whether it was reached.",
        "1 does have a number, but we found no later count of the same thing.",
        "1 has no number.",
        "Status: reached 1, cannot be checked 2.",
    ]


def test_a_missing_base_is_counted_where_it_is_needed(targets, judged, readings):
    reasons = ta.tell_goal_reasons(judged, readings, language="en").sentences
    missing = int((judged["reason"] == "no base").sum())
    assert f"for {missing} of those it is missing" in reasons[1]
    kinds = targets.set_index("id").loc[judged.loc[judged["reason"] == "no base", "id"], "kind"]
    assert not set(kinds) & {"level", "commitment"}


@pytest.mark.parametrize(
    ("language", "all_told", "measured"),
    [
        ("nl", "van alle 161 doelen hebben er 44 geen einddatum", "Een einddatum, bij 26 van de doelen met een getal."),
        ("en", "of all 161 targets 44 have no deadline", "A deadline, for 26 of the targets with a number."),
    ],
)
def test_each_count_of_missing_deadlines_says_of_which_goals(judged, readings, language, all_told, measured):
    assert all_told in ta.tell_goal_reasons(judged, readings, language=language).sentences[-1]
    assert measured in ta.tell_goal_wants(judged, language=language).sentences


def test_the_page_has_the_figures_before_the_chart():
    cells = [cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells]
    calls = ("tell_goals", "table_goal_starts", "table_goal_counts", "tell_goal_reasons", "show(ta.plot_targets")
    places = [next(place for place, cell in enumerate(cells) if f"ta.{call}(" in cell) for call in calls]
    assert places == sorted(places)


def test_readings_without_a_base_are_questions(targets, readings):
    asked = ta.tell_goal_questions(targets, readings).sentences
    assert "Opleidingscontracten: 50 in totaal, of 50 per jaar?" in asked
    table = ta.table_goal_readings(targets, readings, ta.needed_per_year(readings))
    rows = [row for _, group in table.groups for row in group]
    assert "–" not in {cell for row in rows for cell in row}
    assert (
        len(asked) + len(table.groups)
        == readings.loc[readings.duplicated("id", keep=False) | (readings["base_is"] == "taken"), "id"].nunique()
    )
    # 7 x 1.05, as a reader would reckon; 664 x 0.1 / 5 is 13.28 pupils. 45 x 85 % is 38.25, times 1.10 is 42.075: both
    # rest on two rounded percentages.
    assert "7,35%" in {row[2] for row in rows}
    assert ["ongeveer 38%", "ongeveer 42%"] in [row[1:3] for row in rows]
    assert rows[0][3] == "+13"
    # 263 + 15 % of 664 is 362.6, and a quarter more 453.25; the 15 % is rounded.
    assert ["ongeveer 360 leerlingen", "ongeveer 450 leerlingen"] in [row[1:3] for row in rows]


def test_terms_are_told_where_they_stand(targets):
    (told,) = ta.tell_goal_terms(targets[targets["programme"] == "techwise"], language="en").sentences
    assert "HTSM" in told and "associate degree" in told
    assert "HMO" not in told


def test_a_sentence_and_a_code_are_in_the_language_of_the_page(targets, judged):
    tables = [ta.table_goals(targets, judged), ta.table_goal_promises(targets)]
    named = [row[0] for table in tables for _, group in table.groups for row in group]
    assert "Eén bestand van werkzoekenden" in named
    english = [row[0] for _, group in ta.table_goal_promises(targets, language="en").groups for row in group]
    assert [name[:12] for name in english if name.startswith("I (")] == ["I (national)", "I (regional)"]


def test_the_path_stands_in_the_table():
    table = ta.table_goal_path(ta.load_targets(), "techwise-101-1", language="nl")
    assert table.groups[0][1] == [
        ["2013", "+5%", "5%", "5%"],
        ["2014", "+10%", "15,5%", "15%"],
        ["2015", "+10%", "27,05%", "25%"],
        ["2016", "+5%", "33,4%", "30%"],
        ["2017", "+5%", "40,07%", "35%"],
    ]
    steps = dict(ta.table_goal_steps(ta.load_targets(), language="nl").groups[0][1])
    assert steps["Bedrijven die lid zijn"] == "9 (2013); 29 (2014)"
    sentence = ta.tell_goal_path(ta.goal_path(ta.load_targets(), "techwise-101-1")).sentences
    assert "+40,07%" in sentence[0]
    assert "+40%" in sentence[1]


def test_words_wrap_in_a_column_of_words():
    table = ta.load_targets("twam").pipe(
        lambda own: ta.table_goals(
            own, ta.judge_goals(own, ta.goal_readings(own, ta.load_target_readings()), figures())
        )
    )
    assert table.html().count('scope="col" class="prose">') == 3
    assert table.html().count('<td role="cell" class="prose"') == 3 * COUNTED["twam"][0]
    assert table.html().count("<details") == 1
