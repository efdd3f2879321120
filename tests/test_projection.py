"""Projections: each method by hand and against statsmodels, the pooled fan, groups, totals and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy import optimize, stats
from statsmodels.regression.linear_model import OLS
from statsmodels.tsa.holtwinters import Holt

import twente_analysis as ta
from twente_analysis.forecasts import DAMPING, LEVEL, METHODS, TREND, fan, forecast, pooled_quantiles, predictive

BY = "bedrijfstak_mbo"
SERIES = np.array([[100.0, 104.0, 112.0, 110.0, 116.0]])
STUDENTS = np.array([[400.0, 420.0, 410.0, 430.0, 450.0]])
BOUNDS = ["lower_95", "lower_80", "median", "upper_80", "upper_95"]
ENROLMENT, DIPLOMAS = (ta.load_technical("regiovisie", one) for one in ("enrolment", "diplomas"))


def frame_of(groups, indicator="enrolment", first=2007):
    """A tidy frame of groups, each a list of yearly counts; None is a blank cell."""
    rows = [
        (indicator, first + year, "institution", "27YU", group, count, "students", "" if count is not None else "blank")
        for group, counts in groups.items()
        for year, count in enumerate(counts)
    ]
    names = ["indicator", "year", "region_type", "region", BY, "value", "unit", "status"]
    frame = pd.DataFrame(rows, columns=names).assign(source="own/table#1")
    return ta.check_tidy(frame.astype({"year": "Int64", "value": "Int64"}))


counts = st.lists(st.integers(30, 3000), min_size=5, max_size=5)
groups = st.lists(counts, min_size=2, max_size=5).map(
    lambda found: {f"group {number}": one for number, one in enumerate(found)}
)


@pytest.mark.parametrize(
    ("method", "points"),
    [
        ("naive", [116, 116]),
        ("mean", [108.4, 108.4]),
        ("drift", [120, 124]),  # 116 + 16 / 4
        ("half-drift", [118, 120]),
        # Logarithms at -2..2: slope (2 (l5 - l1) + l4 - l2) / 10.
        (
            "log-ols",
            [
                np.exp(np.log([100, 104, 112, 110, 116]).mean() + k * (2 * np.log(1.16) + np.log(110 / 104)) / 10)
                for k in (3, 4)
            ],
        ),
        ("lag-ratio", [442 / 1660 * 450, 442 / 1660 * (450 + 50 / 8)]),  # (104+112+110+116) / (400+420+410+430)
        # From 100 and +4; 103.6 -> 103.92, 3.664; 107.2176 -> 111.04352, 4.062784; 114.7000256 -> 110.94000512, ...
        ("damped-holt", [118.2156733807616, 120.65004925819904]),
    ],
)
def test_each_method_by_hand(method, points):
    assert forecast(SERIES, 2, method, STUDENTS)[0].tolist() == pytest.approx(points, abs=1e-9)


@given(counts)
@settings(deadline=None, max_examples=25)
def test_log_ols_has_the_numbers_of_statsmodels(found):
    history = np.array([found], dtype=float)
    past, coming = (np.column_stack([np.ones(len(at)), at]) for at in (np.arange(5.0), np.arange(5.0, 8.0)))
    frame = OLS(np.log(history[0]), past).fit().get_prediction(coming).summary_frame(alpha=0.2)
    ours = predictive(history, 3, "log-ols")
    assert forecast(history, 3, "log-ols")[0] == pytest.approx(np.exp(frame["mean"].to_numpy()), rel=1e-9)
    for level, column in ((0.1, "obs_ci_lower"), (0.9, "obs_ci_upper")):
        assert ours.quantile(level)[0] == pytest.approx(np.exp(frame[column].to_numpy()), rel=1e-9)


@given(counts)
@settings(deadline=None, max_examples=25)
def test_the_fixed_holt_has_the_numbers_of_statsmodels(found):
    start = {"initial_level": float(found[0]), "initial_trend": float(found[1] - found[0])}
    model = Holt(np.array(found[1:], dtype=float), damped_trend=True, initialization_method="known", **start)
    with np.errstate(divide="ignore", invalid="ignore"):  # its information criterion has the logarithm of an error of 0
        fixed = model.fit(smoothing_level=LEVEL, smoothing_trend=TREND, damping_trend=DAMPING, optimized=False)
        theirs = fixed.forecast(3)
    assert forecast(np.array([found], dtype=float), 3, "damped-holt")[0] == pytest.approx(theirs, abs=1e-9)


def test_the_spread_of_naive_and_drift_by_hand():
    naive, drift = (predictive(SERIES, 2, method) for method in ("naive", "drift"))
    # Changes 4, 8, -2, 6: mean square 30, standard deviation sqrt(56 / 3) around their mean of 4.
    assert naive.scale[0].tolist() == pytest.approx([30**0.5, 60**0.5])
    assert drift.scale[0].tolist() == pytest.approx([(56 / 3 * 1.25) ** 0.5, (56 / 3 * 3) ** 0.5])
    assert [naive.df, drift.df, predictive(SERIES, 1, "log-ols").df] == [4, 3, 3]


@given(counts, st.sampled_from([0.025, 0.1, 0.5, 0.9, 0.975]))
@settings(deadline=None, max_examples=25)
def test_the_pool_inverts_the_mixture(found, level):
    history = np.array([found], dtype=float)
    parts = fan(history, 2)

    def mixture(count):
        naive, drift, log = ((one.centre[0, 1], one.scale[0, 1]) for one in parts)
        logarithm = stats.t.cdf((np.log(count / found[-1]) - log[0]) / log[1], 3) if count > 0 else 0
        return (
            stats.t.cdf((count - naive[0]) / naive[1], 4) + stats.t.cdf((count - drift[0]) / drift[1], 3) + logarithm
        ) / 3

    ours = pooled_quantiles(parts, [level])[0, 0, 1]
    if all((one.scale > 1e-6).all() for one in parts):
        ends = [one.quantile(level)[0, 1] for one in parts]
        theirs = optimize.brentq(lambda count: mixture(count) - level, min(ends) - 1, max(ends) + 1, xtol=1e-9)
        assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("method", ["rule", *METHODS])
@given(st.integers(30, 5000))
@settings(deadline=None, max_examples=5)
def test_a_constant_series_projects_constant(method, count):
    frame = frame_of({"one": [count] * 5}, "diplomas")
    # Of constant diplomas and students the ratio is constant too.
    found = ta.project(frame, 4, method, enrolment=frame_of({"one": [2 * count] * 5}))
    assert found[["value", "naive", *BOUNDS]].to_numpy(float) == pytest.approx(np.full((4, 7), count), abs=1e-9 * count)
    assert found[BOUNDS].eq(count).all(axis=None)


@given(st.integers(30, 5000))
@settings(deadline=None, max_examples=10)
def test_of_a_series_that_stands_still_the_chance_is_none_or_all(count):
    frame = frame_of({"one": [count] * 5})
    chances = [ta.chance_above(frame, 2, target)["chance"].tolist() for target in (count - 1e-3, count, count + 1e-3)]
    assert chances == [[1, 1], [0, 0], [0, 0]]


def test_a_straight_line_in_logarithms_has_no_spread():
    found = predictive(np.array([[32.0, 48.0, 72.0, 108.0, 162.0]]), 2, "log-ols")
    assert found.scale.tolist() == [[0, 0]]
    assert found.quantile(0.9)[0].tolist() == pytest.approx([243, 364.5])
    assert [found.probability(np.full((1, 2), count))[0].tolist() for count in (242.9, 243.1)] == [[0, 0], [1, 0]]


@given(groups)
@settings(deadline=None, max_examples=25)
def test_a_wider_level_gives_a_wider_interval_and_nothing_lies_below_zero(found):
    projected = ta.project(frame_of(found), 4, by=BY)
    bounds = projected[BOUNDS].to_numpy(float)
    assert (np.diff(bounds, axis=1) >= -1e-9).all()
    assert (bounds >= 0).all()
    assert (projected["value"] >= 0).all()
    moving = projected[BY].map({group: len(set(one)) > 1 for group, one in found.items()}).to_numpy(bool)
    assert (np.diff(bounds[moving][:, 2:], axis=1) > 0).all()
    cut = projected["notes"].str.contains("bound cut at zero")
    assert (bounds[~cut] > 0).all()
    assert (bounds[cut].min(axis=1) == 0).all()


@given(
    groups, st.randoms(use_true_random=False), st.sampled_from([method for method in METHODS if method != "lag-ratio"])
)
@settings(deadline=None, max_examples=10)
def test_parts_sum_to_the_total_and_the_order_of_rows_changes_nothing(found, random, method):
    small = {"small": [29, *found["group 0"][1:]], "other small": [20] * 5}
    frame = frame_of(small | found)
    order = list(range(len(frame)))
    random.shuffle(order)
    key = [BY, "year"]
    one, other = (ta.project(each, 3, method, by=BY) for each in (frame, frame.iloc[order]))
    one, other = (each.set_index(key).sort_index() for each in (one, other))
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert one.loc["overige", "members"].unique().tolist() == ["other small; small"]
    joined, shuffled = (ta.join_groups(each, BY).set_index(key).sort_index() for each in (frame, frame.iloc[order]))
    pd.testing.assert_frame_equal(joined, shuffled)
    totals = [ta.project_total(each, 1, method, by=BY)["members"].item() for each in (frame, frame.iloc[order])]
    assert totals[0] == totals[1]
    total = ta.project_total(frame, 3, method, by=BY)
    sums = one.groupby("year")["value"].sum()
    assert total["value"].tolist() == pytest.approx(sums.tolist(), abs=1e-9)


@given(counts, st.integers(2, 9))
@settings(deadline=None, max_examples=25)
def test_a_school_twice_the_size_has_twice_the_fan(found, times):
    one, other = (ta.project(frame_of({"one": each}), 3) for each in (found, [times * count for count in found]))
    columns = ["value", "naive", *BOUNDS]
    assert other[columns].to_numpy(float) == pytest.approx(times * one[columns].to_numpy(float), rel=1e-9, abs=1e-6)


def test_the_rules_by_hand():
    found = ta.project(ENROLMENT, 2, by=BY).set_index([BY, "year"])
    # 1,743 + (1,743 - 1,920) / 4 / 2 a year
    assert found.loc["Metaal, elektro- en installatietechniek", "value"].tolist() == pytest.approx([1720.875, 1698.75])
    assert found.loc["Metaal, elektro- en installatietechniek", "naive"].tolist() == [1743, 1743]
    found = ta.project(DIPLOMAS, 1, by=BY, enrolment=ENROLMENT).set_index(BY)
    # Mean 566.2, naive 553, and (558 + 574 + 639 + 553) / (1,920 + 1,999 + 1,932 + 1,773) x 1,743
    points = 566.2, 553, 2324 / 7624 * 1743
    assert found.loc["Metaal, elektro- en installatietechniek", "value"] == pytest.approx(sum(points) / 3)


def test_transport_by_its_lag_ratio():
    found = ta.project(DIPLOMAS, 1, "lag-ratio", by=BY, enrolment=ENROLMENT).set_index(BY)
    assert round(found.loc["Transport en logistiek", "value"]) == 625  # 2,635 diplomas over 6,842 students x 1,624


def test_beyond_three_years_it_is_a_scenario():
    assert ta.project(ENROLMENT, 5)["status"].tolist() == ["estimated"] * 3 + ["scenario"] * 2
    held = ta.in_scope(ENROLMENT, "transport at its 2007 level")
    found = ta.project(held, 1, by=BY).set_index(BY)["status"]
    assert found[found == "scenario"].index.tolist() == ["Transport en logistiek"]
    assert ta.project_total(held, 1, by=BY)["status"].tolist() == ["scenario"]


def test_a_projection_is_tidy():
    for found in (ta.project(ENROLMENT, 2, by=BY), ta.project_total(ENROLMENT, 2, by=BY), ta.project(ENROLMENT, 2)):
        columns = found.columns.tolist()
        assert len(ta.check_tidy(found[columns[: columns.index("source") + 1]])) == len(found)


def test_groups_that_are_not_projected_alone():
    joined = ta.join_groups(DIPLOMAS, BY)
    other = joined[joined[BY] == "overige"]
    assert other["members"].iloc[0].split("; ") == [
        *("Carrosserie en autoschadeherstel", "Combinatie bedrijf", "Grafische beroepen")
    ]
    assert other["reasons"].iloc[0].split("; ") == ["below 30", "blank", "below 30"]
    assert other["value"].tolist() == [20 + 33 + 36, 23 + 13 + 49, 31 + 3 + 14, 25 + 12, 26 + 1 + 15]
    assert other["missing"].tolist() == [0, 0, 0, 1, 0]
    assert set(joined[joined[BY] != "overige"]["members"]) == {""}


def test_a_single_small_group_is_not_shown_under_another_name():
    # Combinatie falls to 1: with the next smallest there are two, and 46 students.
    other = ta.join_groups(ENROLMENT, BY).query(f"{BY} == 'overige'")
    assert other["reasons"].iloc[0] == "the rest is below 30; below 30"
    assert other["value"].min() == 45 + 1


def test_a_break_or_a_lacking_year_keeps_a_group_from_being_projected_alone():
    frame = frame_of({"a": [40] * 5, "b": [50] * 5, "c": [60] * 5, "d": [70] * 5})
    assert (ta.join_groups(frame, BY)["members"] == "").all()
    broken = ta.join_groups(frame, BY, breaks=["c"])
    assert broken["members"].max() == "a; c"
    lacking = ta.join_groups(frame[(frame[BY] != "d") | (frame["year"] > 2007)], BY)
    assert lacking["reasons"].max() == "the rest is below 30; absent"
    with pytest.raises(ta.DataError, match="group='e'"):
        ta.join_groups(frame, BY, breaks=["e"])


def test_joined_groups_project_as_the_frame_does():
    for frame, enrolment in ((ENROLMENT, None), (DIPLOMAS, ENROLMENT)):
        joined = ta.join_groups(frame, BY)
        for project in (ta.project, ta.project_total):
            once, twice = (project(each, 2, by=BY, enrolment=enrolment) for each in (frame, joined))
            pd.testing.assert_frame_equal(once.drop(columns="source"), twice.drop(columns="source"))


def test_the_total_says_which_groups_and_cells_it_holds():
    total = ta.project_total(DIPLOMAS, 1, by=BY, enrolment=ENROLMENT)
    assert "overige" in total["members"].item()
    assert "blank cells left out" in total["notes"].item()
    # With transport the rule (1,581 diplomas in the last year, of 550 on average) lies far from the fan.
    assert "point outside the 80 % fan" in total["notes"].item()
    parts = ta.project(DIPLOMAS, 1, by=BY, enrolment=ENROLMENT)
    assert total["value"].item() == pytest.approx(parts["value"].sum())


def test_a_part_cut_at_zero_is_told_in_the_total():
    frame = frame_of({"falls": [400, 300, 200, 100, 30], "stays": [500, 510, 490, 505, 500]})
    parts = ta.project(frame, 3, "drift", by=BY).set_index([BY, "year"])
    assert parts.loc[("falls", 2012), "value"] == 0
    assert "point cut at zero" in parts.loc[("falls", 2012), "notes"]
    total = ta.project_total(frame, 3, "drift", by=BY)
    assert total["notes"].str.contains("a part is cut at zero").all()
    assert total["value"].tolist() == parts.groupby("year")["value"].sum().tolist()


def test_a_year_of_zero_leaves_log_ols_out_and_says_so():
    # Only a group that is projected alone on purpose, as after the fact, can have a zero.
    alone = ta.total_by(frame_of({"one": [0, 40, 50, 60, 55]}), BY).assign(members="")
    found = ta.project(alone, 1, by=BY)
    assert "without log-ols" in found["notes"].item()
    assert found[BOUNDS].notna().all(axis=None)
    with pytest.raises(ta.DataError, match="zero"):
        ta.project(alone, 1, "log-ols", by=BY)


def test_fewer_than_thirty_in_all_is_not_projected():
    few = frame_of({"one": [20, 21, 22, 23, 24], "other": [2, 3, 4, 3, 20]})
    for by in (None, BY):
        with pytest.raises(ta.DataError, match="fewer than 30"):
            ta.project(few, 1, by=by)
    assert ta.project(frame_of({"one": [20] * 5, "other": [10] * 5}), 1, by=BY)["value"].tolist() == [30]


@given(counts.filter(lambda found: len(set(found)) > 1))
@settings(deadline=None, max_examples=15)
def test_the_chance_belongs_to_the_bounds_of_the_fan(found):
    frame = frame_of({"one": found})
    projected = ta.project(frame, 2)
    for column, chance in (("upper_95", 0.025), ("upper_80", 0.1), ("median", 0.5), ("lower_80", 0.9)):
        bound = projected[column].iloc[1]
        if bound > 0:
            assert ta.chance_above(frame, 2, bound)["chance"].iloc[1] == pytest.approx(chance, abs=1e-6)
    with pytest.raises(ta.DataError, match="above 0"):
        ta.chance_above(frame, 2, 0)


@given(groups)
@settings(deadline=None, max_examples=25)
def test_the_share_of_method(found):
    frame = frame_of(found)
    shares, fans = ta.method_share(frame, 3, by=BY), ta.project(frame, 3, "drift", by=BY)
    last = shares[BY].map({group: one[-1] for group, one in found.items()}).astype(float)
    drift = last + shares[BY].map({group: (one[-1] - one[0]) / 4 for group, one in found.items()}) * (
        shares["year"].astype(float) - 2011
    )
    for middle in (last, drift):
        assert middle.between(shares["least"] - 1e-9, shares["most"] + 1e-9).all()
    whole = fans["notes"].ne("") | (fans["upper_80"] - fans["lower_80"] - shares["width"]).abs().lt(1e-6)
    assert whole.all()
    kept = shares["share"].notna()
    agreed = (shares["width"] * (1 - shares["share"]))[kept].astype(float)
    assert agreed.tolist() == pytest.approx(shares["width_agreed"][kept].tolist(), rel=1e-9)
    # Ten times the school, ten times the width, the same share.
    larger = ta.method_share(frame_of({group: [10 * one for one in each] for group, each in found.items()}), 3, by=BY)
    assert larger["width"].tolist() == pytest.approx((10 * shares["width"]).tolist(), rel=1e-6, abs=1e-6)
    assert larger["share"][kept].tolist() == pytest.approx(shares["share"][kept].tolist(), abs=1e-6)
    constant = ta.method_share(frame_of({"one": [50] * 5}), 1)
    assert constant["share"].isna().all()


def test_where_methods_agree_none_of_the_width_is_due_to_them():
    # Up and down around 1,000,000, back where it began: the medians of the three are a few students apart.
    found = ta.method_share(frame_of({"one": [1_000_000, 1_000_100, 1_000_000, 999_900, 1_000_000]}), 1)
    assert abs(found["share"].item()) < 0.05
    # A straight line: drift and log-OLS stand at 100,500 without spread, naive around 100,400 with a spread of 100.
    # Its 0.3 quantile is the fan's lowest tenth; agreed, it lies as far below 100,500 as it would above.
    line = ta.method_share(frame_of({"one": [100_000, 100_100, 100_200, 100_300, 100_400]}), 1)
    assert line["most"].item() - line["least"].item() == pytest.approx(100, rel=0.01)
    away = stats.t.ppf(0.7, 4)
    assert line["width"].item() == pytest.approx(100 * (1 + away), rel=0.01)
    assert line["share"].item() == pytest.approx(1 - 2 * away / (1 + away), rel=0.02)  # 0.28


def test_pooled_growth_has_the_published_check_values():
    students = ta.in_scope(ENROLMENT, "without transport and combinatie")
    found = ta.pool_growth(students, BY).set_index(BY)
    assert found["tau2"].round(4).unique().tolist() == [0.0058]
    assert [round(found["weight"].min(), 2), round(found["weight"].max(), 2)] == [0.53, 0.89]
    graphic = found.loc["Grafische beroepen", ["growth", "pooled"]].astype(float) * 100
    assert graphic.round(1).tolist() == [21.0, 10.0]


def test_groups_that_grow_alike_get_one_growth():
    noisy = [1000, 1200, 1100, 1300, 1250]
    found = ta.pool_growth(frame_of({str(n): [n * one for one in noisy] for n in (1, 2, 3)}), BY)
    assert found["tau2"].tolist() == [0, 0, 0]
    assert np.ptp(found["pooled"]) < 1e-12
    with pytest.raises(ta.DataError, match="three"):
        ta.pool_growth(frame_of({"a": noisy, "b": noisy}), BY)


@given(groups.filter(lambda found: len(found) >= 3))
@settings(deadline=None, max_examples=25)
def test_pooling_pulls_towards_the_mean(found):
    pooled = ta.pool_growth(frame_of(found), BY)
    low, high = (pooled[["growth", "mean"]].agg(end, axis=1) for end in ("min", "max"))
    assert pooled["pooled"].between(low - 1e-9, high + 1e-9).all()
    assert pooled["weight"].between(0, 1).all()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"horizon": -1}, "whole number of 1 or more"),
        ({"horizon": 0}, "whole number of 1 or more"),
        ({"horizon": 1.5}, "whole number of 1 or more"),
        ({"method": "oracle"}, "'rule', 'naive'"),
        *(({"method": name}, "damped ETS has six") for name in ("ETS", "Holt-Winters")),
        *(({"method": name}, "has three on four differences") for name in ("Auto-ARIMA", "S.A.R.I.M.A.")),
        ({"method": "prophet"}, "yearly points show no season"),
        *(({"method": name}, "has four here") for name in ("ml", "XGBoost")),
        *(({"method": name}, "damped-holt") for name in ("exponential smoothing", "theta", "Prophet", "random forest")),
        *(({"method": name}, "Choose one of: 'rule'") for name in ("bets", "targets", "clarima", "mlm", "", 3)),
        ({"frame": ENROLMENT[ENROLMENT["year"] != 2009]}, "has no 2009"),
        ({"frame": ENROLMENT[~ENROLMENT["year"].isin([2008, 2010])], "by": BY}, "has no 2008, 2010"),
        ({"frame": frame_of({"one": [40, 41, -3, 44, 45]})}, r"1 count\(s\) below 0"),
        ({"frame": frame_of({"one": [40, 41, -3, 44, 45], "two": [99] * 5}), "by": BY}, r"1 count\(s\) below 0"),
        ({"frame": frame_of({"one": [40, -3, 4, 4, 5]}).assign(members=""), "by": BY}, r"1 count\(s\) below 0"),
        ({"frame": ta.in_scope(DIPLOMAS, "without transport"), "enrolment": ENROLMENT}, "another scope.*Transport"),
        ({"by": "sbi"}, "'bedrijfstak_mbo'"),
        ({"frame": DIPLOMAS}, "students of the same groups"),
        ({"method": "lag-ratio"}, "students of the same groups"),
        ({"frame": pd.concat([ENROLMENT, DIPLOMAS])}, "several values of 'indicator'"),
        ({"frame": pd.concat([ENROLMENT, ENROLMENT])}, "same key"),
        ({"frame": ENROLMENT[ENROLMENT["year"] > 2007]}, "4 years; a projection needs 5"),
        (
            {"frame": ENROLMENT[ENROLMENT["year"] != 2009].assign(year=lambda f: f["year"] - (f["year"] < 2009))},
            "has no 2008, 2009",
        ),
        ({"frame": ENROLMENT.assign(year=lambda f: f["year"] + (f["year"] > 2009))}, "has no 2010"),
        ({"frame": ENROLMENT.assign(year=pd.array([pd.NA] * 55, dtype="Int64")).iloc[:0]}, "no rows"),
        ({"frame": DIPLOMAS, "enrolment": ENROLMENT[ENROLMENT["year"] < 2011]}, "no figure in some year"),
        ({"frame": DIPLOMAS, "enrolment": DIPLOMAS}, "indicator of the students"),
        ({"frame": DIPLOMAS, "enrolment": ENROLMENT.assign(region="01AA")}, "region of the students"),
        ({"frame": ENROLMENT.drop(columns="value")}, "no column 'value'"),
    ],
)
def test_what_cannot_be_projected_is_refused(asked, message):
    with pytest.raises(ta.DataError, match=message):
        ta.project(**{"frame": ENROLMENT, "horizon": 1} | asked)


def test_hidden_counts_and_an_unknown_rule_are_refused():
    hidden = ENROLMENT.assign(
        status=ENROLMENT["status"].mask(ENROLMENT["value"].eq(1), "suppressed"),
        value=ENROLMENT["value"].mask(ENROLMENT["value"].eq(1)),
    )
    with pytest.raises(ta.DataError, match="hidden"):
        ta.project(hidden, 1, by=BY)
    with pytest.raises(ta.DataError, match="indicator"):
        ta.project(ENROLMENT.assign(indicator="jobs"), 1)
    assert ta.project(ENROLMENT.assign(indicator="jobs"), 1, "drift")["value"].item() == 7028 + 725 / 4


def test_duos_series_are_projected_by_default_scope():
    students = ta.load_technical("duo")
    parts = ta.project(students, 3, by=ta.classification(students))
    assert parts["year"].unique().tolist() == [2020, 2021, 2022]
    other = parts[parts["domein"] == "overige"].iloc[0]
    assert other["members"] == "Crossover; Handel en ondernemerschap; Zorg en welzijn"


PEOPLE = pd.DataFrame(
    {
        "indicator": "population",
        "year": 2019,
        "region_type": "corop",
        "region": "CR12",
        "age": ["70300", "70400", "70500", "70600", "10000"],
        "age_title": ["14 jaar", "15 jaar", "16 jaar", "17 jaar", "Totaal"],
        "value": [9000, 10000, 11000, 12000, 600000],
        "unit": "persons",
        "status": "",
        "source": "own/table#1",
    }
).astype({"year": "Int64", "value": "Int64"})


def test_enrolment_follows_its_cohort_by_hand():
    students = ta.load_technical("duo")  # 5,722 in 2019, over 11,000 + 12,000 of 16 and 17
    found = ta.follow_cohort(students, PEOPLE, 2, (16, 17))
    assert found["cohort"].tolist() == [21000, 19000]
    assert found["value"].tolist() == pytest.approx([5722 * 21 / 23, 5722 * 19 / 23])
    assert found["status"].tolist() == ["scenario"] * 2
    assert ta.check_tidy(found.drop(columns=["cohort", "participation"]))["region"].unique().tolist() == ["27YU"]


@pytest.mark.parametrize(
    ("people", "asked", "message"),
    [
        (PEOPLE, (3, (16, 17)), "no single age 13"),
        (PEOPLE.assign(year=pd.array([2018] * 5, dtype="Int64")), (1, (16, 17)), "no single age 15, 16, 17"),
        (PEOPLE, (0, (16, 17)), "no cohort"),
        (PEOPLE, (1, (17, 16)), "no cohort"),
        (ta.load_population(), (1, (16, 17)), "dimension='age'"),
        (PEOPLE.assign(value=PEOPLE["value"] // 10), (1, (16, 17)), "5722 students of 2019 stand against 2300"),
    ],
)
def test_a_cohort_without_its_ages_is_refused(people, asked, message):
    with pytest.raises(ta.DataError, match=message):
        ta.follow_cohort(ta.load_technical("duo"), people, *asked)


def test_duos_own_forecast_where_it_was_fetched(tmp_path, monkeypatch):
    header = "Instellingsnaam,Instellingscode,Jaar,Aantal,Type,Versie"
    rows = ["ROC,27YU,2025,17311,Historie,1", "ROC,27YU,2026,17000,Prognose,1", "ROC,27YU,2026,16900,Prognose,2"]
    (tmp_path / "a.csv").write_text("\n".join([header, *rows, "Other,01AA,2026,5,Prognose,1"]) + "\n", "utf-8")
    with pytest.warns(UserWarning, match="unverified"):
        found = ta.load_prognosis(open_data=tmp_path)
    assert found[["year", "value", "status"]].to_numpy().tolist() == [[2025, 17311, ""], [2026, 16900, "estimated"]]
    monkeypatch.delenv("TWENTE_OPENDATA", raising=False)
    with pytest.raises(ta.DataError, match="twente fetch duo"):
        ta.load_prognosis()


@pytest.mark.parametrize("wrong", [None, "x", 3])
def test_what_is_no_frame_is_refused(wrong):
    calls = (ta.project, ta.project_total, ta.project_scenario, ta.method_share)
    for call in calls:
        with pytest.raises(ta.DataError, match="A frame is wanted"):
            call(wrong, 3)
    with pytest.raises(ta.DataError, match="A frame is wanted"):
        ta.evaluate(wrong)


def test_years_too_far_ahead_are_refused_with_the_reason():
    students = ta.load_technical("duo")
    assert len(ta.project(students, 10)) == 10
    for call in (ta.project, ta.project_scenario, ta.method_share):
        with pytest.raises(ta.DataError, match=r"(?s)further than 10 years ahead.*Give 1 to 10"):
            call(students, 11)
