"""The back-test: published check values, scores by hand, no look ahead, and 2015 after the fact."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

import twente_analysis as ta

BY = "bedrijfstak_mbo"
SCOPE = "without transport and combinatie"
STUDENTS, DIPLOMAS = (ta.load_technical("regiovisie", one) for one in ("enrolment", "diplomas"))
NINE_STUDENTS, NINE_DIPLOMAS = (ta.in_scope(frame, SCOPE) for frame in (STUDENTS, DIPLOMAS))
SCORES = {
    "enrolment": ta.evaluate(NINE_STUDENTS, BY).set_index("method"),
    "diplomas": ta.evaluate(NINE_DIPLOMAS, BY, NINE_STUDENTS).set_index("method"),
}
DUO_2015 = ta.to_bedrijfstak(ta.load_enrolment("duo", mbo_niveau=[2, 3, 4]), ta.read_table("crosswalk_bedrijfstak"))
AFTER = ta.compare_later(STUDENTS, DUO_2015, 2015).set_index(BY)


@pytest.mark.parametrize(
    ("indicator", "method", "ratio"),
    [
        ("enrolment", "drift", 0.67),
        ("enrolment", "half-drift", 0.75),
        ("diplomas", "drift", 1.41),
        ("diplomas", "half-drift", 1.18),
        ("diplomas", "mean", 0.97),
        ("diplomas", "rule", 0.94),
    ],
)
def test_the_error_over_that_of_naive_has_the_published_check_values(indicator, method, ratio):
    assert round(SCORES[indicator].loc[method, "mae_ratio"], 2) == ratio


@pytest.mark.parametrize("indicator", ["enrolment", "diplomas"])
def test_naive_covers_what_was_published(indicator):
    naive = SCORES[indicator].loc["naive"]
    assert [naive["n"], naive["origins"], naive["groups"]] == [18, 2, 9]
    assert [round(naive["coverage_80"] * 100), round(naive["coverage_95"] * 100)] == [83, 100]
    # 18 forecasts at 80 %: 11 to 17 hits is what chance allows.
    assert [naive["least_80"], naive["most_80"]] == [11, 17]
    assert naive["verdict"] == "benchmark"
    assert round(naive["wis"]) == {"enrolment": 19, "diplomas": 13}[indicator]


def test_the_rule_and_what_the_frame_says_of_it():
    for scores in SCORES.values():
        rule = scores.loc["rule"]
        assert rule["mae_ratio"] < 1
        assert rule["least_80"] <= rule["hits_80"] <= rule["most_80"]
    duo = ta.load_technical("duo")
    scores = {"duo": ta.evaluate(duo, "domein").set_index("method")}
    assert scores["duo"].loc["rule", "left_out"] == "Crossover; Handel en ondernemerschap; Zorg en welzijn"
    for found in (*SCORES.values(), scores["duo"], ta.evaluate(ta.join_groups(duo, "domein"), "domein")):
        # What is worse is said, and only that.
        for score in ("mae", "wis"):
            told = found["verdict"].str.contains(f"worse than naive in {score}")
            assert told.equals(found[f"{score}_ratio"] > 1 + 1e-9)


def test_the_groups_that_are_projected_are_tested_overige_too():
    duo = ta.load_technical("duo")
    scores = ta.evaluate(ta.join_groups(duo, "domein"), "domein").set_index("method")
    assert scores.loc["rule", ["n", "groups", "left_out"]].tolist() == [16, 8, ""]
    past = ta.replay(ta.join_groups(duo, "domein"), "domein")
    assert len(past.query("domein == 'overige' and method == 'rule'")) == 2


def test_every_method_is_scored_beside_naive_on_its_own_forecasts():
    naive = ta.replay(NINE_STUDENTS, BY).query("method == 'naive'")
    scores = SCORES["enrolment"]
    for method, kept in (("log-ols", naive["origin"] == 2010), ("rule", naive["origin"] > 0)):
        row, beside = scores.loc[method], naive[kept]
        assert [row["n"], row["origins"], row["groups"]] == [len(beside), beside["origin"].nunique(), 9]
        assert row["naive_mae"] == pytest.approx(beside["error"].abs().mean())
        assert row["naive_wis"] == pytest.approx(beside["wis"].mean())
        for score in ("mae", "wis"):
            assert row[f"{score}_ratio"] == pytest.approx(row[score] / row[f"naive_{score}"])
    # A zero in its third year leaves log-OLS one group: its verdict is about that one.
    zero = ta.evaluate(frame_of({"a": [50, 60, 0, 70, 65], "b": [90, 95, 90, 99, 97]}), BY).set_index("method")
    assert zero["groups"].drop("log-ols").unique().tolist() == [2]
    assert zero.loc["log-ols", ["n", "origins", "groups"]].tolist() == [1, 1, 1]
    assert zero.loc["log-ols", "naive_mae"] == 2


def test_a_group_held_at_a_level_is_not_scored():
    held = ta.in_scope(STUDENTS, "transport at its 2007 level")
    with pytest.raises(ta.DataError, match=r"Transport en logistiek stands at a stated level(.|\n)*projected_part"):
        ta.evaluate(held, BY)
    assert ta.evaluate(ta.projected_part(held), BY).loc[0, "groups"] == 10


def test_log_ols_has_no_forecast_from_three_years():
    assert SCORES["enrolment"].loc["log-ols", ["n", "origins"]].tolist() == [9, 1]
    # Its ratio is over naive on the same nine forecasts.
    past = ta.replay(NINE_STUDENTS, BY).query("origin == 2010").set_index("method")["error"].abs()
    mean = past.groupby(level=0).mean()
    assert SCORES["enrolment"].loc["log-ols", "mae_ratio"] == pytest.approx(mean["log-ols"] / mean["naive"])


def frame_of(groups):
    rows = [
        ("enrolment", 2007 + year, "institution", "27YU", group, count, "students")
        for group, counts in groups.items()
        for year, count in enumerate(counts)
    ]
    frame = pd.DataFrame(rows, columns=["indicator", "year", "region_type", "region", BY, "value", "unit"])
    return frame.assign(status="", source="own/table#1").astype({"year": "Int64", "value": "Int64"})


def test_scores_by_hand():
    scores = ta.evaluate(frame_of({"one": [100, 104, 112, 110, 116]}), BY).set_index("method")
    # Naive: 112 for 110, 110 for 116. Yearly changes up to then: 6, and 14 / 3.
    assert scores.loc["naive", "mae"] == (2 + 6) / 2
    assert scores.loc["naive", "wape"] == pytest.approx(8 / 226)
    assert scores.loc["naive", "mase"] == pytest.approx((2 / 6 + 6 / (14 / 3)) / 2)
    # Drift: 118 and 110 + 10 / 3.
    assert scores.loc["drift", "mae"] == pytest.approx((8 + 8 / 3) / 2)
    assert scores.loc["half-drift", "mae_ratio"] == pytest.approx((5 + 13 / 3) / 8)


def test_the_interval_score_by_hand():
    past = ta.replay(frame_of({"one": [100, 104, 112, 110, 160]}), BY)
    row = past.query("method == 'naive' and origin == 2010").iloc[0]
    # t with 3 degrees of freedom, root mean square sqrt(84 / 3) around 110: 160 lies above both intervals.
    upper = 110 + np.array([1.6377443537, 3.1824463053]) * 28**0.5
    assert [row["upper_80"], row["upper_95"]] == pytest.approx(upper.tolist())
    inside = 0.5 * 50 + 0.1 * 2 * (upper[0] - 110) + (160 - upper[0]) + 0.025 * 2 * (upper[1] - 110) + (160 - upper[1])
    assert row["wis"] == pytest.approx(inside / 2.5)


counts = st.lists(st.integers(30, 3000), min_size=6, max_size=6)


@given(st.lists(counts, min_size=1, max_size=4), st.randoms(use_true_random=False), st.integers(1, 3))
@settings(deadline=None, max_examples=15)
def test_the_order_of_rows_changes_no_score(found, random, horizon):
    frame = frame_of({str(number): one for number, one in enumerate(found)})
    order = list(range(len(frame)))
    random.shuffle(order)
    one, other = (ta.evaluate(each, BY, horizon=horizon) for each in (frame, frame.iloc[order]))
    pd.testing.assert_frame_equal(one, other, rtol=1e-12)
    naive = one.set_index("method").loc["naive"]
    assert naive["n"] == len(found) * (4 - horizon)
    assert naive["mae_ratio"] == pytest.approx(1) or np.isnan(naive["mae_ratio"])


@given(counts, st.integers(30, 3000))
@settings(deadline=None, max_examples=15)
def test_no_forecast_knows_the_years_after_its_origin(found, last):
    columns = ["method", "origin", "value", "median", "lower_80", "upper_95"]
    one, other = (
        ta.replay(frame_of({"one": each}), BY).query("origin < 2011")[columns] for each in (found, [*found[:-1], last])
    )
    pd.testing.assert_frame_equal(one, other)


def test_joined_groups_are_evaluated_with_the_students_of_their_members():
    joined = ta.evaluate(ta.join_groups(DIPLOMAS, BY), BY, STUDENTS).set_index("method")
    assert [joined.loc["rule", "groups"], joined.loc["rule", "left_out"]] == [9, ""]  # eight alone, and overige


def test_a_series_of_zeros_has_no_ratio():
    scores = ta.evaluate(frame_of({"one": [0] * 5}), BY).set_index("method")
    assert "log-ols" not in scores.index
    assert scores.loc["rule", ["mae", "wis"]].tolist() == [0, 0]
    assert scores[["mae_ratio", "wape", "mase"]].isna().all(axis=None)


def test_a_constant_series_is_forecast_without_error():
    scores = ta.evaluate(frame_of({"one": [50] * 5}), BY).set_index("method")
    assert scores["mae"].tolist() == pytest.approx([0] * len(scores), abs=1e-9)
    assert np.isnan(scores.loc["drift", "mae_ratio"])
    many = ta.evaluate(frame_of({str(number): [50] * 5 for number in range(20)}), BY).set_index("method")
    # An interval without width that holds the count is no chance hit.
    for found in (scores, many):
        assert not found["verdict"].str.contains("coverage").any()
        row = found.loc["naive"]
        assert row["hits_80"] == row["least_80"] == row["most_80"] == row["n"]


def test_an_interval_without_width_that_misses_counts_as_a_miss():
    groups = {str(number): [50, 50, 50, 50, 60] for number in range(12)}
    found = ta.evaluate(frame_of(groups), BY).set_index("method").loc["naive"]
    # Twelve sure hits, twelve misses; of those twelve chance allows 7 to 12 hits at 80 %.
    assert [found["hits_80"], found["least_80"], found["most_80"]] == [12, 19, 24]
    assert "80 % coverage below its range" in found["verdict"]


def test_coverage_too_low_is_told():
    # Nearly straight, then a jump that no interval holds, in many groups.
    groups = {str(number): [100, 110, 120, 130 + number % 2, 400] for number in range(12)}
    verdicts = ta.evaluate(frame_of(groups), BY).set_index("method")["verdict"]
    assert "80 % coverage below its range" in verdicts["rule"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        *(({"horizon": wrong}, "whole number of 1 or more") for wrong in (0, -1, "1", 1.0, True, None)),
        ({"horizon": 3}, "horizon of 1 to 2"),
        ({"by": "domein"}, "by='domein'"),
        ({"frame": NINE_STUDENTS[NINE_STUDENTS["year"] > 2007]}, "4 years"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(asked, message):
    with pytest.raises(ta.DataError, match=message):
        ta.evaluate(**{"frame": NINE_STUDENTS, "by": BY} | asked)


def test_without_students_there_is_no_rule_for_diplomas():
    assert {"rule", "lag-ratio"}.isdisjoint(ta.evaluate(NINE_DIPLOMAS, BY)["method"])


def test_2015_after_the_fact_has_all_eleven():
    assert len(AFTER) == 11
    # Students counted by DUO in 2015 and the last of the Regiovisie, by hand from their tables.
    counted = AFTER["counted"].to_dict()
    assert counted["Bouw en grond-, weg- en waterbouw"] == 644
    assert counted["Transport en logistiek"] == 305
    assert AFTER.loc["Transport en logistiek", ["value", "naive_miss"]].tolist() == [1624 + 282 * 2, 1624 - 305]
    assert AFTER.loc["Combinatie bedrijf", ["value", "counted", "miss"]].tolist() == [0, 378, -378]
    assert (AFTER["miss"] == AFTER["value"] - AFTER["counted"]).all()
    assert set(AFTER["status"]) == {"scenario"}
    assert AFTER["confidence"].value_counts().to_dict() == {"high": 4, "medium": 4, "low": 3}
    assert AFTER.loc[AFTER["reason"] != "", "reason"].to_dict() == {
        "Carrosserie en autoschadeherstel": "the rest is below 30",
        "Combinatie bedrijf": "below 30",
    }


def test_what_does_not_compare_is_refused():
    with pytest.raises(ta.DataError, match="differ in indicator"):
        ta.compare_later(DIPLOMAS, DUO_2015, 2015)
    with pytest.raises(ta.DataError, match="year=2011"):
        ta.compare_later(STUDENTS, DUO_2015, 2011)
    with pytest.raises(ta.DataError, match="'confidence' is not known"):
        ta.compare_later(STUDENTS, DUO_2015.drop(columns="confidence"), 2015)
    with pytest.raises(ta.DataError, match="group of the later series"):
        ta.compare_later(STUDENTS, DUO_2015[DUO_2015[BY] != "Hout en interieur"], 2015)


def test_what_institutions_report_of_their_own_accuracy():
    found = ta.load_accuracy()
    missed = found[found["measure"] == "mape"].pivot(index="what_en", columns="horizon", values="value")
    assert missed.loc["Associate degrees, United States"].tolist() == [2.0, 3.4, 6.2, 16.2]
    assert missed.loc["Postsecondary enrolment, United States"].tolist() == [1.6, 2.8, 5.2, 11.4]
    assert missed.loc["Public school pupils, whole United States"].tolist() == [0.3, 0.6, 1.3, 2.5]
    assert missed.loc["Private school pupils, United States"].tolist() == [3.5, 4.9, 9.2, 7.9]
    assert ta.load_accuracy("OCW")["value"].tolist() == [-3.3, -1.7, 1]
    assert sorted(ta.load_accuracy("ROA")["value"]) == [-9.5, -6.5, -5.6, -2.7, 77]
    assert sorted(ta.load_accuracy("BLS")["value"]) == [3.4, 13.9, 52, 57, 78, 84]
    assert (found["source"].str.len() > 10).all()
    with pytest.raises(ta.DataError, match="'NCES'"):
        ta.load_accuracy("UWV")


METHODS_PAGE = (Path(__file__).parents[1] / "docs/methods.md").read_text("utf-8")


def rows_of(page, names):
    """The rows of the tables on a page that begin with one of the names, as their cells."""
    cells = [[cell.strip(" *") for cell in line[1:-1].split("|")] for line in page.splitlines() if line[:1] == "|"]
    return {row[0]: row[1:] for row in cells if row[0] in names}


def number(cell):
    return float(re.sub(r"[+,]", "", cell))


def test_the_page_prints_all_eleven_as_they_come_out():
    printed = rows_of(METHODS_PAGE[METHODS_PAGE.index("## 2015 after the fact") :], set(AFTER.index))
    assert len(printed) == 11
    for group, row in AFTER.iterrows():
        _, projected, fan, counted, miss, naive_miss, inside, confidence = printed[group]
        figures = [number(one) for one in (projected, *fan.split("-"), counted, miss, naive_miss)]
        ours = [row["value"], row["lower_80"], row["upper_80"], row["counted"], row["miss"], row["naive_miss"]]
        assert figures == pytest.approx([float(one) for one in ours], abs=0.5001), group
        assert inside.startswith("yes") == row["inside_80"], group
        assert confidence == row["confidence"]
    totals = rows_of(METHODS_PAGE, {"all eleven, without sign", "the four whose crosswalk is high, without sign"})
    for (name, cells), rows in zip(totals.items(), (AFTER, AFTER[AFTER["confidence"] == "high"]), strict=True):
        ours = [rows[column].abs().sum() for column in ("miss", "naive_miss")]
        assert [number(one) for one in cells[4:6]] == pytest.approx(ours, abs=0.5001), name
        assert cells[6] == f"{rows['inside_80'].sum()} of {len(rows)}"


def test_the_page_prints_the_scores_as_they_come_out():
    names = {"naive": "naive", "mean": "mean", "drift": "drift", "half-drift": "half-drift", "lag-ratio": "lag-ratio"}
    names |= {"damped-holt": "damped-holt", "log-ols": "log-ols (9 forecasts)", "rule": "rule, with the fan"}
    printed = rows_of(METHODS_PAGE[METHODS_PAGE.index("## Rolling origin") :], set(names.values()))
    for method, name in names.items():
        cells = printed[name]
        for scores, found in ((SCORES["enrolment"], cells[:4]), (SCORES["diplomas"], cells[4:])):
            if method not in scores.index:
                assert set(found) == {""}
                continue
            row = scores.loc[method]
            assert number(found[0]) == pytest.approx(row["mae"], abs=0.0501), method
            assert number(found[1]) == pytest.approx(row["mae_ratio"], abs=0.00501), method
            if not found[2]:
                assert np.isnan(row["wis"])
                continue
            assert number(found[2]) == pytest.approx(row["wis_ratio"], abs=0.00501), method
            assert found[3] == f"{row['hits_80']} of {row['n']}"


@pytest.mark.parametrize(("years", "students", "diplomas"), [(3, 1.27, 1.38), (4, 1.07, 1.30)])
def test_the_page_prints_what_the_fan_costs_on_so_few_years(years, students, diplomas):
    assert f"{students:.2f} and {diplomas:.2f}" in METHODS_PAGE
    for frame, enrolment, ratio in ((NINE_STUDENTS, None, students), (NINE_DIPLOMAS, NINE_STUDENTS, diplomas)):
        past = ta.replay(frame, BY, enrolment).query("n == @years").groupby("method")["wis"].mean()
        assert round(past["rule"] / past["naive"], 2) == ratio


@pytest.mark.parametrize(
    ("frame", "by", "enrolment", "ratio"),
    [
        (NINE_STUDENTS, BY, None, 0.89),
        (NINE_DIPLOMAS, BY, NINE_STUDENTS, 0.97),
        (ta.load_technical("duo"), "domein", None, 1.07),
    ],
)
def test_the_page_prints_what_naives_spread_around_the_rule_would_score(frame, by, enrolment, ratio):
    past = ta.replay(frame, by, enrolment).set_index([by, "origin"])
    naive, rule = (past[past["method"] == method] for method in ("naive", "rule"))
    moved = naive[["lower_95", "lower_80", "median", "upper_80", "upper_95"]].add(
        rule["value"] - naive["value"], axis=0
    )
    score = (naive["counted"] - moved["median"]).abs() / 2
    for level, weight in (("80", 0.1), ("95", 0.025)):
        low, high = moved[f"lower_{level}"].clip(lower=0), moved[f"upper_{level}"]
        outside = (low - naive["counted"]).clip(lower=0) + (naive["counted"] - high).clip(lower=0)
        score += weight * (high - low) + outside
    assert round(score.mean() / 2.5 / naive["wis"].mean(), 2) == ratio
    assert f"{ratio:.2f} (" in METHODS_PAGE


def test_the_total_is_forecast_from_the_bottom_up():
    # Counted in 2010: 130 + 30 + 50. Naive repeats 120, 34 and 50.
    groups = {"one": [80, 100, 120, 130, 130], "two": [110, 74, 34, 30, 40], "three": [50, 50, 50, 50, 50]}
    past = ta.replay_total(frame_of(groups), BY).set_index(["method", "origin"])
    assert past.loc[("naive", 2009), ["value", "counted", "error"]].tolist() == [204, 210, -6]
    # Half of the yearly change: 120 + 10, 34 - 19 and 50.
    assert past.loc[("rule", 2009), "value"] == pytest.approx(195)
    # The whole change: 34 - 38 is below zero and counts as none, beside 140 and 50.
    assert past.loc[("drift", 2009), "value"] == pytest.approx(190)
    assert past["groups"].eq(3).all()


@pytest.mark.parametrize(
    ("frame", "by", "enrolment", "rule", "naive"),
    [
        (ta.load_technical("duo"), "domein", None, (29, 65), (17, 99)),
        (ta.in_scope(STUDENTS, "without transport"), BY, None, (152, 112), (210, 38)),
        (*(ta.in_scope(DIPLOMAS, "without transport"), BY, ta.in_scope(STUDENTS, "without transport")),
         (115, 183), (125, 256)),
    ],
)  # fmt: skip
def test_the_page_prints_the_misses_of_the_total(frame, by, enrolment, rule, naive):
    past = ta.replay_total(frame, by, enrolment).set_index("method")["error"].abs()
    for method, printed in (("rule", rule), ("naive", naive)):
        assert past[method].tolist() == pytest.approx(printed, abs=0.5001)
        assert all(re.search(rf"\b{figure}\b", METHODS_PAGE) for figure in printed)


def test_without_by_the_classification_is_taken():
    students = ta.load_technical("duo")
    pd.testing.assert_frame_equal(ta.evaluate(students), ta.evaluate(students, "domein"))
