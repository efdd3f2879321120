"""Flows: the published steps, levers, readings of targets, matrices and cohorts, against figures computed by hand."""

import json
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from chart_boxes import faults
from hypothesis import given, settings, strategies as st

import twente_analysis as ta
from twente_analysis.charts.house import chart_of
from twente_analysis.flows import REST

LANGUAGES = ("nl", "en")
TO_MBO, TO_TECHNICAL = ("vmbo-t", "mbo"), ("mbo", "mbo techniek")
SCHOOLS = "vmbo techniek bb+kb en g/l"
FOURTH = "vmbo techniek leerjaar 4"


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


LOADED = ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition()


def load():
    return [frame.copy() for frame in LOADED]


TREE = ta.flow_tree(*load())
ROOTS = TREE["root"].unique().tolist()


def step(tree, start, end):
    return tree[(tree["from"] == start) & (tree["to"] == end)].iloc[0]


def tree_of(counts):
    """The published tree with three other counts: the final year of vmbo-t, to mbo, to technical mbo."""
    flows, pupils, composition = load()
    flows.loc[flows["unit"] == "pupils", "value"] = [float(one) for one in counts[1:]]
    pupils.loc[pupils["vmbo_leerweg"] == "tl", "value"] = float(counts[0])
    return ta.flow_tree(flows, pupils, composition)


def assert_sums(tree):
    """Every step is the sum of its parts, and every share lies in 0-1, but for what the code lets pass as rounding."""
    for root, start in set(zip(tree["root"], tree["from"], strict=True)):
        parts = tree[(tree["root"] == root) & (tree["from"] == start)]["value"].sum()
        whole = tree.loc[(tree["root"] == root) & (tree["to"] == start), "value"].sum()
        assert not start or parts == pytest.approx(whole, abs=2e-6)
    for column in ("step_share", "root_share"):
        shares = tree[column].dropna()
        assert shares.between(-1e-6, 1 + 2e-6).all()


counts = st.lists(st.integers(1, 5000), min_size=3, max_size=3).map(lambda found: sorted(found, reverse=True))
share = st.floats(-0.9, 0.9)


def test_the_published_steps_and_their_shares():
    mbo, technical = step(TREE, *TO_MBO), step(TREE, *TO_TECHNICAL)
    assert [step(TREE, "", "vmbo-t")["value"], mbo["value"], technical["value"]] == [1532, 1196, 263]
    # 1,196 / 1,532; 263 / 1,196; 263 / 1,532
    assert round(mbo["step_share"] * 100, 1) == 78.1
    assert round(technical["step_share"] * 100, 1) == 22.0
    assert round(technical["root_share"] * 100, 1) == 17.2
    # The source prints the share of the step too.
    printed = ta.load_flows().query("`from` == 'vmbo-t naar mbo'")["value"].item()
    assert round(technical["step_share"] * 100) == printed
    assert TREE.loc[TREE["from"] == FOURTH, "value"].round().tolist() == [272, 292, 100]


def test_what_the_source_does_not_name_is_a_computed_rest():
    rests = TREE[TREE["to"] == REST].set_index("from")
    assert rests["value"].to_dict() == {"mbo": 933, "vmbo-t": 336, SCHOOLS: 5, "hbo": pytest.approx(6.75), "mbo 4": 55}
    assert set(rests["status"]) == {"computed"}
    # The 664 are wholly named: 41 + 44 + 15 = 100.
    assert FOURTH not in rests.index
    assert step(TREE, *TO_MBO)["status"] == ""


def test_no_year_is_filled_in_and_every_row_has_its_line():
    assert TREE[TREE["root"] != "mbo 4"]["year"].isna().all()
    assert set(TREE["source"]) == {f"regiovisie/text#{line}" for line in (105, 109, 142)}


def test_mbo_to_hbo_is_a_product_of_two_shares():
    # 45% of the graduates, 85% of those: 38.25%. The 614 of the source looks like all graduates of mbo 4.
    technical = step(TREE, "hbo", "technisch hoger onderwijs")
    assert [technical["value"], technical["step_share"], technical["status"]] == [
        *(pytest.approx(one) for one in (38.25, 0.85)), "computed",
    ]  # fmt: skip
    assert 614 not in TREE["value"].tolist()


@given(counts)
@settings(deadline=None, max_examples=40)
def test_any_tree_sums(found):
    assert_sums(tree_of(found))


@given(counts, share, share, st.sampled_from(["growth", "points"]))
@settings(deadline=None, max_examples=40)
def test_levers_keep_sums_or_are_refused(found, one, other, kind):
    tree = tree_of(found)
    try:
        changed = ta.pull_levers(tree, {TO_MBO: one, TO_TECHNICAL: other}, kind)
    except ta.DataError as error:
        # The second where nobody is left over: then there is no rest to take up the difference.
        assert "larger than their whole" in str(error) or "have no rest" in str(error)
    else:
        assert_sums(changed)
        turned = ta.pull_levers(tree, {TO_TECHNICAL: other, TO_MBO: one}, kind)
        pd.testing.assert_frame_equal(changed, turned)


@given(counts)
@settings(deadline=None, max_examples=40)
def test_doubling_the_start_doubles_every_count_and_no_share(found):
    tree = tree_of(found)
    double = ta.pull_levers(tree, {("", "vmbo-t"): 1.0})
    own = tree["root"] == "vmbo-t"
    assert double.loc[own, "value"].tolist() == pytest.approx((2 * tree.loc[own, "value"]).tolist())
    assert double["step_share"].tolist() == pytest.approx(tree["step_share"].tolist(), nan_ok=True)
    assert double[~own].equals(tree[~own])


@given(counts)
@settings(deadline=None, max_examples=40)
def test_no_lever_changes_nothing(found):
    tree = tree_of(found)
    same = ta.pull_levers(tree, {TO_MBO: 0.0})
    assert same["status"].tolist() == tree["status"].tolist()
    assert same["value"].tolist() == pytest.approx(tree["value"].tolist())


@given(st.permutations(range(len(ta.load_flows()))))
@settings(deadline=None, max_examples=20)
def test_the_order_of_the_rows_changes_no_step(order):
    flows, pupils, composition = load()
    turned = ta.flow_tree(flows.iloc[order], pupils.iloc[::-1], composition.iloc[::-1])
    key = ["root", "from", "to"]
    one, other = (tree.set_index(key)["value"].sort_index() for tree in (TREE, turned))
    pd.testing.assert_series_equal(one, other)


@pytest.mark.parametrize(
    ("lever", "kind", "technical", "rest"),
    [
        # 1,196 x (0.2199 + 0.05); 1,196 less that
        ({TO_TECHNICAL: 0.05}, "points", 322.8, 873.2),
        # 263 x 1.1
        ({TO_TECHNICAL: 0.1}, "growth", 289.3, 906.7),
        ({TO_TECHNICAL: 10}, "count", 273.0, 923.0),
        # (1,532 x (0.780679 + 0.05)) x 0.2199
        ({TO_MBO: 0.05}, "points", 279.8, 992.8),
        ({("", "vmbo-t"): -0.11}, "growth", 234.1, 830.4),
        ({("", "vmbo-t"): 100}, "count", 280.2, 993.9),
    ],
)
def test_levers_by_hand(lever, kind, technical, rest):
    changed = ta.pull_levers(TREE, lever, kind)
    assert [round(step(changed, "mbo", end)["value"], 1) for end in ("mbo techniek", REST)] == [technical, rest]
    assert step(changed, *TO_TECHNICAL)["status"] == "scenario"
    assert (changed[changed["root"] != "vmbo-t"]["status"] != "scenario").all()


def test_kinds_of_levers_are_combined_by_pulling_again():
    both = ta.pull_levers(ta.pull_levers(TREE, {("", "vmbo-t"): 0.1}), {TO_TECHNICAL: 0.05}, "points")
    assert step(both, *TO_TECHNICAL)["value"] == pytest.approx(1196 * 1.1 * (263 / 1196 + 0.05))
    assert step(both, "", "vmbo-t")["status"] == "scenario"


def test_what_is_part_of_a_whole_and_what_is_about():
    parts = TREE[TREE["kind"] == "part"]
    assert parts["from"].unique().tolist() == [FOURTH]
    # Only what rests on rounded percentages: basis, kader and gemengd, and the products of 45 and 85 %.
    about = TREE[TREE["qualifier"] == "about"]
    assert about["to"].tolist() == ["bb", "kb", "gl", "technisch hoger onderwijs", REST]
    assert set(TREE["qualifier"]) == {"", "about"}


@pytest.mark.parametrize(
    ("levers", "kind", "numbers"),
    [
        # 41, 44 and 15 %: gemengd to 20 %, the others 41 x 80 / 85 and 44 x 80 / 85
        ({"gl": 0.05}, "points", [256.2, 275.0, 132.8]),
        ({"gl": 1.0}, "growth", [224.2, 240.6, 199.2]),
        # Basis is held, so that gemengd alone makes room for kader: 46 and 13 %
        ({"kb": 0.02, "bb": 0.0}, "points", [272.2, 305.4, 86.3]),
        ({"bb": -0.02, "kb": 0.02}, "points", [259.0, 305.4, 99.6]),
    ],
)
def test_a_lever_on_a_part_moves_the_others_and_not_the_whole(levers, kind, numbers):
    moved = ta.pull_levers(TREE, {(FOURTH, to): change for to, change in levers.items()}, kind)
    assert moved.loc[moved["from"] == FOURTH, "value"].round(1).tolist() == numbers
    assert step(moved, "", FOURTH)[["value", "status"]].tolist() == [664, ""]


def test_a_count_in_a_part_is_a_count_in_its_whole():
    # 30 more in gemengd and 10 more in the whole: 674 x 41 and 44 %, 674 x 15 % + 30, together 704.
    more = ta.pull_levers(TREE, {(FOURTH, "gl"): 30, ("", FOURTH): 10}, "count")
    assert more.loc[more["root"] == FOURTH, "value"].round(2).tolist() == [704, 276.34, 296.56, 131.1]


def test_parts_that_are_all_held_must_add_up():
    with pytest.raises(ta.DataError, match="cancel out"):
        ta.pull_levers(TREE, {(FOURTH, "bb"): 0.02, (FOURTH, "kb"): 0.0, (FOURTH, "gl"): 0.0}, "points")
    with pytest.raises(ta.DataError, match="larger than their whole"):
        ta.pull_levers(TREE, {(FOURTH, "bb"): 0.7}, "points")


def test_parts_with_a_rest_leave_their_share_to_it():
    flows, pupils, composition = load()
    composition.loc[composition["category"] == "kb", "value"] = 34.0
    tree = ta.flow_tree(flows, pupils, composition)
    assert step(tree, FOURTH, REST)[["kind", "value", "qualifier"]].tolist() == ["part", pytest.approx(66.4), "about"]
    # Gemengd to 25 %: the rest from 10 to 10 x 75 / 85 %.
    moved = ta.pull_levers(tree, {(FOURTH, "gl"): 0.10}, "points")
    assert step(moved, FOURTH, REST)["value"] == pytest.approx(664 * 0.10 * 75 / 85)


@given(share, st.sampled_from(["growth", "points", "count"]), st.sampled_from(["bb", "kb", "gl"]))
@settings(deadline=None, max_examples=60)
def test_parts_sum_to_their_whole_after_any_lever(change, kind, leerweg):
    amount = change * 100 if kind == "count" else change
    try:
        moved = ta.pull_levers(TREE, {(FOURTH, leerweg): amount}, kind)
    except ta.DataError as error:
        assert "larger than their whole" in str(error)
        return
    assert_sums(moved)


@given(st.sampled_from(["vmbo-t", FOURTH]), st.floats(0.1, 5))
@settings(deadline=None, max_examples=30)
def test_a_multiple_of_the_start_is_that_multiple_of_every_step(root, times):
    more = ta.pull_levers(TREE, {("", root): times - 1})
    grown = TREE["value"].where(TREE["root"] != root, TREE["value"] * times)
    assert more["value"].tolist() == pytest.approx(grown.tolist())
    assert more["step_share"].tolist() == pytest.approx(TREE["step_share"].tolist())


@given(st.permutations(ROOTS), share)
@settings(deadline=None, max_examples=30)
def test_the_order_of_the_trees_changes_no_lever(order, change):
    turned = pd.concat([TREE[TREE["root"] == root] for root in order], ignore_index=True)
    levers = {("", "vmbo-t"): change, (FOURTH, "gl"): change / 10}
    key = ["root", "from", "to"]
    one, other = (ta.pull_levers(tree, levers).set_index(key)["value"].sort_index() for tree in (TREE, turned))
    pd.testing.assert_series_equal(one, other)


@pytest.mark.parametrize(
    ("levers", "kind", "message"),
    [
        ({("mbo", "hbo"): 0.1}, "growth", "Choose one of"),
        ({("mbo", REST): 0.1}, "growth", "Choose one of"),
        ({TO_MBO: 0.1}, "percent", "'growth', 'points', 'count'"),
        ({TO_MBO: 0.3}, "points", "larger than their whole"),
        ({TO_MBO: -1.1}, "growth", "negative"),
        ({TO_MBO: float("nan")}, "growth", "Give a number"),
        ({("", "vmbo-t"): 0.1}, "points", "'growth' or 'count'"),
        ({("", "mbo 4"): 0.1}, "growth", "no count in the source"),
    ],
)
def test_wrong_levers_are_refused(levers, kind, message):
    with pytest.raises(ta.DataError, match=message):
        ta.pull_levers(TREE, levers, kind)


@pytest.mark.parametrize(
    "tree", [TREE.iloc[::-1], TREE[TREE["from"] != ""], TREE.iloc[:0], TREE.drop(columns="step_share")]
)
def test_half_a_tree_is_refused(tree):
    for call in (lambda: ta.pull_levers(tree, {}), lambda: ta.plot_flows(tree)):
        with pytest.raises(ta.DataError):
            call()


def test_parts_larger_than_their_whole_and_double_steps_are_refused():
    flows, pupils, composition = load()
    with pytest.raises(ta.DataError, match="larger than their whole"):
        tree_of([1000, 1100, 200])
    with pytest.raises(ta.DataError, match="2 rows"):
        ta.flow_tree(pd.concat([flows, flows]), pupils, composition)
    with pytest.raises(ta.DataError, match="0 rows"):
        ta.flow_tree(flows[flows["to"] != "mbo"], pupils, composition)
    with pytest.raises(ta.DataError, match="no column"):
        ta.flow_tree(flows, pupils.drop(columns="vmbo_sector"), composition)
    with pytest.raises(ta.DataError, match="No school"):
        ta.flow_tree(flows[flows["from"] != SCHOOLS], pupils, composition)


def test_readings_of_the_targets_by_hand():
    readings = ta.target_readings(TREE, ta.load_statements()).set_index("reading")
    found = readings["result"].round(1).to_dict()
    assert found == {
        "fourth year": 730.4,  # 664 x 1.1
        "technical mbo": 328.8,  # 263 x 1.25 = 328.75
        "all mbo": 1495.0,  # 1,196 x 1.25
        "technical mbo with gemengd": 453.2,  # (263 + 99.6) x 1.25 = 453.25
        "hbo": 49.5,  # 45 x 1.1
        "hbo in points": 55.0,
        "technical hbo": 42.1,  # 38.25 x 1.1 = 42.075
    }
    assert round(readings.loc["all mbo", "share"] * 100, 1) == 97.6  # 1,495 / 1,532
    assert round(readings.loc["technical mbo", "share"] * 100, 1) == 27.5  # 328.75 / 1,196
    assert readings.loc[["fourth year", "technical mbo with gemengd"], "share"].isna().all()
    assert set(readings["status"]) == {"scenario"}
    assert set(readings["target"]) <= set(ta.load_statements()["id"])


def test_past_changes_once_more():
    repeated = ta.repeat_changes(TREE, ta.load_changes())
    # 272.24 x 0.74 + 292.16 x 0.94 + 99.6 x 0.89 = 201.5 + 274.6 + 88.6
    assert [round(repeated["base"].sum()), round(repeated["result"].sum())] == [664, 565]
    assert repeated.set_index("vmbo_leerweg").loc["gl", "taken_from"] == "tl"


def test_the_same_change_at_every_step():
    # 10% of 263; ten points to mbo: 153.2 x 263 / 1,196; ten points to technical mbo: 10% of 1,196
    effects = ta.lever_effects(TREE)
    assert effects["effect"].tolist() == pytest.approx([26.3, 153.2 * 263 / 1196, 119.6])
    assert effects["kind"].tolist() == ["growth", "points", "points"]
    assert effects["result"].tolist() == pytest.approx([1685.2, 1196 / 1532 + 0.1, 263 / 1196 + 0.1])
    assert ta.lever_effects(TREE, change=0.01)["effect"].tolist() == pytest.approx([2.63, 15.32 * 263 / 1196, 11.96])
    with pytest.raises(ta.DataError, match="Choose one of"):
        ta.lever_effects(TREE, "havo")


GROUPS = ["first", "second"]
STOCK = pd.Series([100.0, 80.0], GROUPS)
Q = pd.DataFrame([[0.1, 0.7], [0.0, 0.2]], GROUPS, GROUPS)
R = pd.Series([0.0, 0.6], GROUPS)
INFLOW = pd.DataFrame([[50.0, 0.0], [60.0, 5.0]], [2012, 2013], GROUPS)


def test_stock_and_flow_by_hand():
    found = ta.stock_flow(STOCK, Q, R, INFLOW)
    # 2012: 10 + 50 and 70 + 16; 48 diplomas. 2013: 6 + 60 and 42 + 17.2 + 5; 86 x 0.6 diplomas.
    assert found["students"].tolist() == pytest.approx([60, 86, 66, 64.2])
    assert found["diplomas"].tolist() == pytest.approx([0, 48, 0, 51.6])
    assert found["year"].tolist() == [2012, 2012, 2013, 2013]
    assert set(found["status"]) == {"scenario"}


def test_the_order_of_groups_changes_nothing_in_stock_and_flow():
    turned = ta.stock_flow(STOCK, Q.iloc[::-1, ::-1], R.iloc[::-1], INFLOW.iloc[:, ::-1])
    pd.testing.assert_frame_equal(turned, ta.stock_flow(STOCK, Q, R, INFLOW))


@given(st.lists(st.floats(0, 0.5), min_size=6, max_size=6))
@settings(deadline=None, max_examples=40)
def test_nobody_comes_from_nowhere(numbers):
    q = pd.DataFrame([numbers[:2], numbers[2:4]], GROUPS, GROUPS) / 2
    r = pd.Series(numbers[4:], GROUPS)
    found = ta.stock_flow(STOCK, q, r, INFLOW.iloc[:1])
    assert found["students"].sum() + found["diplomas"].sum() <= STOCK.sum() + INFLOW.iloc[0].sum() + 1e-6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"q": Q.rename(columns={"first": "1st"})}, "columns of q"),
        ({"q": Q.rename(index={"first": "1st"})}, "rows of q"),
        ({"r": R.iloc[:1]}, "groups of r"),
        ({"inflow": INFLOW[["first"]]}, "columns of inflow"),
        ({"q": Q - 0.05}, "q has a missing, negative or infinite"),
        ({"stock": -STOCK}, "stock has a missing, negative or infinite"),
        ({"r": R.mask(R > 0)}, "r has a missing, negative or infinite"),
        ({"r": R + 0.3}, "together take 1.1"),
        ({"inflow": INFLOW.set_axis([2012, 2014])}, "every year"),
        ({"inflow": INFLOW.iloc[:0]}, "every year"),
    ],
)
def test_wrong_matrices_are_refused(change, message):
    with pytest.raises(ta.DataError, match=message):
        ta.stock_flow(**{"stock": STOCK, "q": Q, "r": R, "inflow": INFLOW} | change)


def people(rows):
    frame = pd.DataFrame(rows, columns=["year", "age", "sex", "value"])
    frame = frame.assign(indicator="population", region_type="corop", region="CR12", unit="persons", status="")
    columns = ["indicator", "year", "region_type", "region", "age", "sex", "value", "unit", "status"]
    return ta.check_tidy(frame[columns].assign(source="own/table#1").astype({"year": "Int64", "value": "Int64"}))


PEOPLE = people([(y, a, s, 100 * (y - 2010) + int(a)) for y in (2012, 2013) for a in ("15", "16") for s in "mv"])


def test_a_cohort_times_participation_by_hand():
    found = ta.cohort_supply(PEOPLE, {"15": 0.4, "16": 0.5})
    # 2012: (215 + 215) x 0.4 + (216 + 216) x 0.5; 2013: (315 + 315) x 0.4 + (316 + 316) x 0.5
    assert found["cohort"].tolist() == [862, 1262]
    assert found["supply"].tolist() == pytest.approx([172 + 216, 252 + 316])
    assert found["source"].tolist() == ["own/table#1"] * 2
    assert ta.cohort_supply(PEOPLE, {"16": 1.0})["supply"].tolist() == [432, 632]


@pytest.mark.parametrize(
    ("population", "participation", "message"),
    [
        (PEOPLE, {"15": 1.2}, "28 % is 0.28"),
        (PEOPLE, {"15": float("nan")}, "0 to 1"),
        (PEOPLE, {}, "No participation"),
        (PEOPLE, {"17": 0.5}, "'15', '16'"),
        (PEOPLE.iloc[:-2], {"15": 0.5, "16": 0.5}, "2013"),
        (ta.load_population(), {"15": 0.5}, "'age' is not known"),
    ],
)
def test_wrong_cohorts_are_refused(population, participation, message):
    with pytest.raises(ta.DataError, match=message):
        ta.cohort_supply(population, participation)


def drawings():
    yield TREE[TREE["unit"] == "%"]
    for root in ROOTS:
        if root != FOURTH:
            yield TREE[TREE["root"] == root]
    yield ta.pull_levers(TREE[TREE["root"] == "vmbo-t"], {TO_TECHNICAL: -0.2}, "points")
    yield ta.pull_levers(TREE[TREE["root"] == "vmbo-t"], {("", "vmbo-t"): -0.5})


def height_at(band, side):
    points = band.get_paths()[0].vertices
    end = points[np.isclose(points[:, 0], (min if side == "start" else max)(points[:, 0]))]
    return end[:, 1].max() - end[:, 1].min()


@pytest.mark.parametrize("tree", list(drawings()))
def test_bands_and_bars_are_exactly_as_wide_as_their_numbers(tree):
    ax = ta.plot_flows(tree)
    names = [f"{row['root']}: {row['from']} > {row['to']}" for _, row in tree.iterrows()]
    values = dict(zip(names, tree["value"], strict=True))
    bars = {bar.get_gid().removeprefix("bar "): bar.get_height() for bar in ax.patches}
    assert bars == pytest.approx(values)
    bands = {one.get_gid().removeprefix("band "): one for one in ax.collections}
    assert set(bands) == {name for name, start in zip(names, tree["from"], strict=True) if start}
    for side in ("start", "end"):
        assert {name: height_at(band, side) for name, band in bands.items()} == pytest.approx(
            {name: values[name] for name in bands}
        )


@pytest.mark.parametrize("tree", list(drawings()))
def test_bars_of_a_step_do_not_overlap(tree):
    places = {}
    for bar in ta.plot_flows(tree).patches:
        places.setdefault(bar.get_x(), []).append((bar.get_y(), bar.get_y() + bar.get_height()))
    for column in places.values():
        ordered = sorted(column)
        assert all(one[1] <= other[0] + 1e-9 for one, other in pairwise(ordered))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tree", list(drawings()))
def test_no_name_is_cut_off_or_crosses_another(tree, language):
    figure, chart = chart_of(ta.plot_flows(tree, language=language))
    assert faults(figure) == []
    assert len(chart.title.split()) <= 13
    assert "Regiovisie" in chart.source
    assert len(chart.figures.rows) == len(tree)


def test_the_chart_says_what_it_shows():
    tree = TREE[TREE["root"] == "vmbo-t"]
    chart = chart_of(ta.plot_flows(tree, language="nl"))[1]
    assert chart.title == "Eén op de zes vmbo-t-leerlingen gaat naar technisch mbo"
    assert "de bron noemt geen jaar" in chart.subtitle
    assert "Van mbo: technisch mbo 263 leerlingen (22%; 17,2% van vmbo-t)." in chart.alt
    scenario = ta.pull_levers(tree, {TO_TECHNICAL: 0.05}, "points")
    drawn = ta.plot_flows(scenario, language="nl")
    assert "Gestippeld: rekenvoorbeeld" in chart_of(drawn)[1].subtitle
    assert "--" in {line.get_linestyle() for line in drawn.lines}
    with pytest.raises(ta.DataError, match="number of units"):
        ta.plot_flows(TREE)
    hbo = chart_of(ta.plot_flows(TREE[TREE["root"] == "mbo 4"], language="en"))[1]
    assert hbo.title == "Of every 100 mbo 4 graduates, 45 go on to hbo (2008)"
    # The figures behind a chart say which are not printed; the percentages of 45 and 85 are rounded ones.
    assert [hbo.figures.rows[place] for place in (1, 2)] == [
        ["mbo 4 → hbo, all fields", 45.0], ["hbo → technical hbo (computed, about)", pytest.approx(38.25)],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ([1532, 1196, 263], "One in six vmbo-t pupils goes on to technical mbo"),
        ([1000, 800, 500], "One in two vmbo-t pupils goes on to technical mbo"),
        # One in 3.6 is neither three nor four; one in fifty has no word.
        ([1000, 800, 280], "28% of vmbo-t pupils go on to technical mbo"),
        ([1000, 800, 20], "2% of vmbo-t pupils go on to technical mbo"),
    ],
)
def test_the_title_gives_the_share_in_words_where_it_is_near_one(counts, title):
    tree = tree_of(counts)
    assert chart_of(ta.plot_flows(tree[tree["root"] == "vmbo-t"], language="en"))[1].title == title


def test_the_title_says_most_of_more_than_half_only():
    flows, pupils, composition = load()
    assert chart_of(ta.plot_flows(TREE[TREE["root"] == SCHOOLS]))[1].title.startswith("De meeste leerlingen")
    flows.loc[flows["to"] == "ROC van Twente", "value"] = 45.0
    tree = ta.flow_tree(flows, pupils, composition)
    title = chart_of(ta.plot_flows(tree[tree["root"] == SCHOOLS]))[1].title
    assert title == "De grootste groep leerlingen uit technisch vmbo gaat naar ROC van Twente (45%)"


def wholes():
    yield TREE[TREE["root"] == FOURTH]
    yield ta.pull_levers(TREE[TREE["root"] == FOURTH], {(FOURTH, "gl"): 0.3}, "points")
    yield ta.pull_levers(TREE[TREE["root"] == FOURTH], {(FOURTH, "gl"): -0.14}, "points")


@pytest.mark.parametrize("tree", list(wholes()))
def test_parts_lie_one_after_the_other_under_their_whole(tree):
    whole, *parts = ta.plot_parts(tree).patches
    assert [bar.get_width() for bar in (whole, *parts)] == pytest.approx(tree["value"].tolist())
    assert parts[0].get_x() == whole.get_x() == 0
    assert all(one.get_x() + one.get_width() == pytest.approx(other.get_x()) for one, other in pairwise(parts))
    assert parts[-1].get_x() + parts[-1].get_width() == pytest.approx(whole.get_width())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tree", list(wholes()))
def test_no_text_of_the_parts_is_cut_off(tree, language):
    figure, chart = chart_of(ta.plot_parts(tree, language=language))
    assert faults(figure) == []
    assert len(chart.title.split()) <= 13


def test_the_chart_of_parts_has_no_arrow_and_says_about():
    chart = chart_of(ta.plot_parts(TREE[TREE["root"] == FOURTH], language="en"))[1]
    assert chart.title == "Technical vmbo, fourth year: kader is the largest group (44%)"
    assert "664 pupils, of whom basis about 272 pupils (41%); kader" in chart.alt
    assert [row[0] for row in chart.figures.rows][1:] == [
        f"of whom {name} (computed, about)" for name in ("basis", "kader", "gemengd")
    ]
    assert "→" not in str(chart)


def test_parts_are_not_drawn_as_a_flow_nor_the_other_way():
    with pytest.raises(ta.DataError, match="plot_parts"):
        ta.plot_flows(TREE[TREE["root"] == FOURTH])
    for tree in (TREE[TREE["root"] == "vmbo-t"], TREE[TREE["unit"] == "pupils"], TREE[TREE["to"] == FOURTH]):
        with pytest.raises(ta.DataError, match="not one whole"):
            ta.plot_parts(tree)


def rows_of(table):
    return {row[0]: row[1:] for _, group in table.groups for row in group}


def test_tables_cell_by_cell():
    rows = rows_of(ta.table_flows(TREE, language="nl"))
    assert rows["mbo → technisch mbo"] == ["263", "22%", "17,2%", "gedrukt"]
    assert rows["vmbo-t → niet naar mbo of niet genoemd"] == ["336", "21,9%", "21,9%", "berekend"]
    assert rows["hbo → technisch hbo"] == ["ongeveer 38", "85%", "38%", "berekend"]
    assert rows["waarvan basis"] == ["ongeveer 272", "41%", "41%", "berekend"]
    scenario = ta.pull_levers(TREE, {TO_TECHNICAL: 0.05}, "points")
    levers = rows_of(ta.table_levers(TREE, scenario, language="en"))
    assert levers["mbo → technical mbo"] == ["263", "323", "+60", "22%", "27%"]
    assert not {"mbo 4 → hbo, all fields", "of whom basis"} & set(levers)
    scenario = ta.pull_levers(TREE, {("mbo 4", "hbo"): 0.05, (FOURTH, "gl"): 0.05}, "points")
    levers = rows_of(ta.table_levers(TREE, scenario, language="en"))
    assert levers["mbo 4 → hbo, all fields"] == ["45%", "50%", "+5 percentage points", "45%", "50%"]
    assert levers["hbo → technical hbo"] == ["about 38%", "about 42%", "+4 percentage points", "85%", "85%"]
    assert levers["of whom gemengd"] == ["about 100", "about 133", "+33", "15%", "20%"]
    assert "mbo → technical mbo" not in levers
    assert "vmbo-t → mbo" in rows_of(ta.table_levers(TREE, TREE, language="en"))
    table = ta.table_targets(ta.target_readings(TREE, ta.load_statements()), language="en")
    targets = rows_of(table)
    assert targets["from vmbo-t to any mbo"] == ["1,196", "1,495", "+299", "78.1% → 97.6%"]
    (with_gemengd,) = [name for name in targets if "as if they all went to technical mbo" in name]
    assert targets[with_gemengd] == ["about 360", "about 450", "+90", "–"]
    assert targets["share of mbo 4 that goes on to hbo"] == ["45%", "49.5%", "+4.5 percentage points", "45% → 49.5%"]
    (in_points,) = [name for name in targets if "percentage points" in name]
    assert targets[in_points] == ["45%", "55%", "+10 percentage points", "45% → 55%"]
    # 38.25% rests on 45 and 85%, so no decimals: 38 to 42, 4 more.
    (technical_hbo,) = [name for name in targets if "multiplied" in name]
    assert targets[technical_hbo] == ["about 38%", "about 42%", "+4 percentage points", "85% → 93.5%"]
    # Every increase has its sign, also where the source prints none.
    assert [name[name.rindex("(") :] for name, _ in table.groups] == ["(+10%)", "(+25%)", "(+10%)"]


def test_the_table_of_effects_says_what_is_pulled_and_what_a_point_is():
    table = ta.table_effects(ta.lever_effects(TREE), language="nl")
    assert list(rows_of(table).items()) == [
        ("10% meer leerlingen: vmbo-t, laatste leerjaar", ["1.532", "1.685", "+26"]),
        ("10 procentpunt meer van vmbo-t naar mbo", ["78,1%", "88,1%", "+34"]),
        ("10 procentpunt meer van mbo naar technisch mbo", ["22%", "32%", "+120"]),
    ]
    assert table.columns[-1] == "Extra leerlingen naar technisch mbo"
    assert "van 22% naar 23%" in table.notes[0]


@pytest.mark.parametrize(("change", "words"), [(0.01, "+1 percentage point"), (-0.02, "−2 percentage points")])
def test_a_difference_of_percentages_has_its_unit(change, words):
    levers = rows_of(ta.table_levers(TREE, ta.pull_levers(TREE, {("mbo 4", "hbo"): change}, "points"), language="en"))
    assert levers["mbo 4 → hbo, all fields"][2] == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_whole(language):
    scenario = ta.pull_levers(TREE, {TO_TECHNICAL: 0.05}, "points")
    flows, _, composition = load()
    told = [
        ta.tell_flows(TREE, language=language),
        ta.tell_steps(TREE, language=language),
        ta.tell_hbo(TREE, language=language),
        ta.tell_agenda(ta.target_readings(TREE, ta.load_statements()), language=language),
        ta.tell_parts(TREE, language=language),
        ta.tell_schools(TREE, language=language),
        ta.tell_unread_targets(ta.unread_targets(ta.load_statements()), load()[2], language=language),
        ta.tell_levers(TREE, scenario, language=language),
        ta.tell_levers(TREE, TREE, language=language),
        ta.tell_targets(
            ta.target_readings(TREE, ta.load_statements()),
            ta.repeat_changes(TREE, ta.load_changes()),
            language=language,
        ),
        ta.tell_flow_caveats(TREE, flows, composition, ta.total_by(ta.load_diplomas()), language=language),
    ]
    sentences = [sentence for text in told for sentence in text.sentences]
    assert all(sentence.endswith(".") for sentence in sentences)
    assert not {"nan", "<NA>", "None"} & set(" ".join(sentences).replace("(", " ").replace(")", " ").split())
    together = " ".join(sentences)
    for figure in {"nl": ("1.196", "97,6%", "927", "614"), "en": ("1,196", "97.6%", "927", "614")}[language]:
        assert figure in together


def test_the_worked_example_says_what_was_changed():
    pulled = ta.pull_levers(ta.pull_levers(TREE, {("", "vmbo-t"): 0.1}), {("mbo 4", "hbo"): 0.05}, "points")
    told = ta.tell_levers(TREE, pulled, language="en").sentences
    assert told[0] == (
        "Suppose that there are 1,685 pupils in vmbo-t instead of 1,532; "
        "50% of the graduates of mbo 4 go on to hbo, instead of 45%."
    )
    assert told[1] == "Then 289 pupils would go from vmbo-t to technical mbo, instead of 263."
    assert told[2] == "Then about 42% of mbo 4 would go on to technical hbo, instead of about 38%."
    parts = ta.tell_levers(TREE, ta.pull_levers(TREE, {(FOURTH, "gl"): 0.05}, "points"), language="nl").sentences
    assert "leerjaar van technisch vmbo zit niet 15% maar 20% in gemengd" in parts[0]
    # Neither of parts, nor of a last step that stays as it is, is there more to say.
    assert len(parts) == 1
    pulled = ta.pull_levers(TREE, {(SCHOOLS, "ROC van Twente"): 0.02}, "points")
    assert len(ta.tell_levers(TREE, pulled).sentences) == 1


def test_every_target_of_the_agenda_has_a_reading_or_a_reason():
    statements = ta.load_statements()
    targets = statements[(statements["kind"] == "target") & (statements["document"] == "regiovisie")]
    unread = ta.unread_targets(statements)
    assert {reading.target for reading in ta.READINGS.values()} | set(unread["id"]) == set(
        targets.loc[targets["line"].astype(int).between(176, 185) & (targets["unit"] == "%"), "id"]
    )
    told = " ".join(ta.tell_unread_targets(unread, load()[2], language="en").sentences)
    for figure in (
        "Girls, +5%",
        "(7% and 38%)",
        "+10%: bbl is a share",
        "61% in 2011",
        "Dual hbo",
        "with schools, 50% of",
    ):
        assert figure in told


def test_schools_without_a_figure_are_named_as_such():
    told = ta.tell_schools(TREE, language="en").sentences[0]
    assert "ROC van Twente 85%, ROC Deltion College 5% and ROC Aventus 5%" in told
    assert "CIBAP and SOMA" in told
    assert "leave 5%" in told


def test_the_loss_of_pupils_is_held_against_the_target():
    readings = ta.target_readings(TREE, ta.load_statements())
    repeated = ta.repeat_changes(TREE, ta.load_changes())
    (*_, last) = ta.tell_targets(readings, repeated, language="en").sentences
    # 664 - 564.7; every change that it rests on stands in the sentence.
    assert "in 2007-2011 (basis −26%, kader −6%, gemengd as vmbo-t −11%)" in last
    assert "from 664 to about 565 pupils. The difference is about −99; the target asks for +66." in last


def test_each_target_has_one_conclusion_and_its_agenda_a_period():
    readings = ta.target_readings(TREE, ta.load_statements())
    assert "Twente Techniek Agenda 2011-2016" in ta.tell_agenda(readings).sentences[0]
    told = ta.tell_targets(readings, ta.repeat_changes(TREE, ta.load_changes())).sentences
    assert told[2] == ("Van vmbo-t naar elk mbo lijkt niet haalbaar: 97,6% moet die stap zetten; nu is dat 78,1%.")
    tree = tree_of([3000, 1196, 263])
    told = ta.tell_targets(
        ta.target_readings(tree, ta.load_statements()), ta.repeat_changes(tree, ta.load_changes())
    ).sentences
    assert "haalbaar" not in " ".join(told)


def test_the_graduates_of_level_four_can_be_checked():
    flows, _, composition = load()
    (note,) = [
        one
        for one in ta.tell_flow_caveats(TREE, flows, composition, ta.total_by(ta.load_diplomas())).sentences
        if "614" in one
    ]
    # 20% of 3,073 is 614.6; 45% of that is 276.6.
    assert "(614,6)" in note
    assert "ongeveer 277" in note


def test_ages_that_overlap_are_not_counted_twice():
    rows = {
        "indicator": "population",
        "year": [2012, 2012],
        "region_type": "corop",
        "region": "CR12",
        "age": ["15", "15-19"],
        "value": [1000, 4800],
        "unit": "persons",
        "status": "",
        "source": "own/table#1",
    }
    people = pd.DataFrame(rows).astype({"year": "Int64", "value": "Int64"})
    with pytest.raises(ta.DataError, match="15 and 15-19 overlap"):
        ta.cohort_supply(people, {"15": 0.5, "15-19": 0.5})
    with pytest.raises(ta.DataError, match="negative"):
        ta.cohort_supply(people.assign(value=-people["value"]), {"15": 0.5})


CBS_AGES = {
    "10000": "Totaal",
    "70400": "15 tot 20 jaar",
    "11600": "16 jaar",
    "11700": "17 jaar",
    "22000": "95 jaar of ouder",
}


def cbs_folder(folder, lists):
    """Figures as CBS's service gives them for the 14 gemeenten of Twente: 100 aged 16 and 200 aged 17 in each."""
    numbers = {"10000": 1500, "70400": 500, "11600": 100, "11700": 200, "22000": 10}
    codes = ta.load_gemeenten("CR12")["gemeente"].unique()
    rows = [
        {"Measure": "M000352", "ValueAttribute": "None", "Value": number // part, "BurgerlijkeStaat": "T001019"}
        | {"Geslacht": sex, "Leeftijd": age, "RegioS": code, "Perioden": "2026JJ00"}
        for code in codes
        for age, number in numbers.items()
        for sex, part in (("T001038", 1), ("3000   ", 2), ("4000   ", 2))
    ]
    pages = {"Observations": [{"Id": number, **row} for number, row in enumerate(rows)]}
    pages["PeriodenCodes"] = [{"Identifier": "2026JJ00", "Title": "2026", "Status": "Definitief"}]
    pages["MeasureCodes"] = [{"Identifier": "M000352", "Title": "Bevolking op 1 januari", "Unit": "aantal"}]
    if lists:
        pages["LeeftijdCodes"] = [{"Identifier": code, "Title": title} for code, title in CBS_AGES.items()]
    for name, listed in pages.items():
        body = {"@odata.context": f"https://datasets.cbs.nl/odata/v1/CBS/03759ned/$metadata#{name}", "value": listed}
        (folder / f"{name}.json").write_text(json.dumps(body), "utf-8")
    return folder


def test_a_cohort_from_fetched_population_by_age(tmp_path):
    people = ta.load_population("CR12", open_data=cbs_folder(tmp_path, True), sex="T001038")
    # 14 gemeenten: 1,400 aged 16 and 2,800 aged 17; 1,400 x 0.5 + 2,800 x 0.25
    found = ta.cohort_supply(people, {"16": 0.5, "17": 0.25})
    assert found[["year", "region", "cohort", "supply"]].to_numpy().tolist() == [[2026, "CR12", 4200, 1400.0]]
    assert ta.cohort_supply(people, {"15-19": 0.5, "95+": 0.0})["supply"].tolist() == [3500.0]
    with pytest.raises(ta.DataError, match="15-19 and 16 overlap"):
        ta.cohort_supply(people, {"15-19": 0.5, "16": 0.5})
    with pytest.raises(ta.DataError, match="'15-19', '16', '17'"):
        ta.cohort_supply(people, {"18": 0.5})
    both = ta.load_population("CR12", open_data=tmp_path)
    with pytest.raises(ta.DataError, match="'sex' holds a published total"):
        ta.cohort_supply(both, {"16": 0.5})


def test_codes_of_ages_without_their_list_are_refused(tmp_path):
    people = ta.load_population("CR12", open_data=cbs_folder(tmp_path, False), sex="T001038")
    with pytest.raises(ta.DataError, match="twente fetch cbs"):
        ta.cohort_supply(people, {"11600": 0.5})
