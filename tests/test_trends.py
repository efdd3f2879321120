import pandas as pd
import pytest
from hypothesis import given, strategies as st

import twente_analysis as ta

BY = "bedrijfstak_mbo"
GROUPS = ta.load_enrolment()[BY].unique().tolist()


def frame_of(counts, indicator="enrolment"):
    """A tidy frame of two years: {group: (first, last)}."""
    rows = [
        (
            indicator,
            year,
            "institution",
            "27YU",
            group,
            value,
            "students",
            "" if value is not None else "blank",
            "d/t#1",
        )
        for group, values in counts.items()
        for year, value in zip((2007, 2011), values, strict=True)
    ]
    columns = ["indicator", "year", "region_type", "region", BY, "value", "unit", "status", "source"]
    frame = pd.DataFrame(rows, columns=columns).astype({"year": "Int64", "value": "Int64"})
    return ta.check_tidy(frame.astype({name: "str" for name in columns if name not in ("year", "value")}))


counts = st.integers(0, 5000)
series = st.dictionaries(st.sampled_from(GROUPS), st.tuples(counts, counts), min_size=1).filter(
    lambda found: sum(first for first, _ in found.values()) >= 30 <= sum(last for _, last in found.values())
)


@given(series)
def test_contributions_sum_to_the_growth_of_the_total(found):
    frame = frame_of(found)
    growth = ta.growth_rate(frame, 2007, 2011)["growth"].item()
    assert ta.contributions(frame, 2007, 2011, BY)["contribution"].sum() == pytest.approx(100 * growth, abs=1e-9)


@given(series)
def test_row_order_changes_nothing(found):
    frame = frame_of(found)
    turned = frame.iloc[::-1].reset_index(drop=True)
    one, other = (ta.growth_rate(each, 2007, 2011, BY).set_index(BY) for each in (frame, turned))
    pd.testing.assert_frame_equal(one, other.loc[one.index])


@given(series)
def test_doubling_counts_doubles_changes_and_no_rate(found):
    frame = frame_of(found)
    double = frame.assign(value=frame["value"] * 2)
    one, two = (ta.growth_rate(each, 2007, 2011) for each in (frame, double))
    assert two["change"].item() == 2 * one["change"].item()
    assert two["growth"].item() == pytest.approx(one["growth"].item())


@given(series)
def test_shares_sum_to_one_where_all_are_given(found):
    frame = frame_of({group: (first + 30, last + 30) for group, (first, last) in found.items()})
    for _, year in ta.share_of(frame, BY).groupby("year"):
        assert year["share"].sum() == pytest.approx(1)


@given(series, st.data())
def test_intensity_and_mix_sum_to_the_change_of_the_ratio(found, draw):
    students = {group: (first + 1, last + 1) for group, (first, last) in found.items()}
    diplomas = {group: tuple(draw.draw(st.integers(0, count)) for count in ends) for group, ends in students.items()}
    ratios = ta.diplomas_per_student(frame_of(students), frame_of(diplomas, "diplomas"), BY)
    parts = ta.split_intensity_mix(ratios, 2007, 2011, BY)
    total = ratios.groupby("year")[["enrolment", "diplomas"]].sum()
    ratio = total["diplomas"] / total["enrolment"]
    assert parts[["intensity", "mix"]].sum().sum() == pytest.approx(100 * (ratio[2011] - ratio[2007]), abs=1e-9)


def test_intensity_and_mix_by_hand():
    # Ratios 0.5 and 0.1 stay; the weights go from 1/2, 1/2 to 3/4, 1/4: all of the change, from 30 to 40, is mix.
    ratios = ta.diplomas_per_student(
        frame_of({GROUPS[0]: (1000, 3000), GROUPS[1]: (1000, 1000)}),
        frame_of({GROUPS[0]: (500, 1500), GROUPS[1]: (100, 100)}, "diplomas"),
        BY,
    )
    parts = ta.split_intensity_mix(ratios, 2007, 2011, BY)
    assert parts["intensity"].tolist() == pytest.approx([0, 0])
    assert parts["mix"].sum() == pytest.approx(10)


def test_small_groups_stand_together_in_the_split():
    ratios = ta.diplomas_per_student(ta.load_enrolment(), ta.load_diplomas(), BY)
    parts = ta.split_intensity_mix(ratios, 2007, 2011, BY)
    joined = {"Carrosserie en autoschadeherstel", "Combinatie bedrijf", "Grafische beroepen"}
    assert set(parts[BY]) == set(GROUPS) - joined | {"overige"}


def test_percentages_on_small_cells_are_left_out():
    growth = ta.growth_rate(ta.load_enrolment(), 2007, 2011, BY).set_index(BY)
    assert growth.loc["Combinatie bedrijf", "change"] == -312
    assert pd.isna(growth.loc["Combinatie bedrijf", "growth"])
    assert growth["small"].sum() == 1
    assert ta.index_to(ta.load_enrolment(), 2007, BY).query("small")["value"].isna().all()
    assert ta.share_of(ta.load_diplomas(), BY).query("value < 30")["share"].isna().all()


def test_published_growth():
    # 7,028 / 6,303, 3,073 / 1,657 and what transport adds: (1,624 - 496) / 6,303, (1,581 - 119) / 1,657.
    for indicator, growth, transport in (("enrolment", 0.115, 17.9), ("diplomas", 0.855, 88.2)):
        frame = ta.load_indicator(indicator)
        assert ta.growth_rate(frame, 2007, 2011)["growth"].item() == pytest.approx(growth, abs=5e-4)
        parts = ta.contributions(frame, 2007, 2011, BY).set_index(BY)["contribution"]
        assert parts["Transport en logistiek"] == pytest.approx(transport, abs=0.05)


def test_compound_growth_counts_its_years():
    # 1,200 / 1,000 over two years is 9.54% a year, over four 4.66%.
    frame = frame_of({GROUPS[0]: (1000, 1200)})
    assert ta.growth_rate(frame, 2007, 2011)["growth_rate"].item() == pytest.approx(1.2**0.25 - 1)
    closer = frame.assign(year=frame["year"].replace({2011: 2009}))
    assert ta.growth_rate(closer, 2007, 2009)["growth_rate"].item() == pytest.approx(1.2**0.5 - 1)


@pytest.mark.parametrize("ends", [(29, 100), (100, 29)])
def test_a_small_cell_at_either_end_gives_no_percentage(ends):
    frame = frame_of({GROUPS[0]: ends})
    assert ta.growth_rate(frame, 2007, 2011, BY)["growth"].isna().all()
    assert ta.yearly_change(frame.assign(year=frame["year"].replace({2011: 2008})), BY)["growth"].isna().all()
    ratios = ta.diplomas_per_student(frame_of({GROUPS[0]: (100, 100)}), frame, BY)
    assert ratios["ratio"].isna().tolist() == [count < 30 for count in ends]


def test_undated_rows_make_no_trend():
    with pytest.raises(ta.DataError, match="without a year"):
        ta.yearly_change(ta.load_vmbo_pupils())


def test_a_missing_figure_makes_its_change_missing():
    change = ta.yearly_change(ta.load_diplomas(), BY).query(f"{BY} == 'Combinatie bedrijf'").set_index("year")["change"]
    assert change[[2010, 2011]].isna().all()
    assert change[2009] == 3 - 13


def test_a_blank_end_is_refused_or_named():
    frame = ta.load_diplomas()
    with pytest.raises(ta.DataError, match="not counted"):
        ta.contributions(frame, 2007, 2010, BY)
    parts = ta.contributions(frame, 2007, 2010, BY, blank="not counted").set_index(BY)
    assert parts.loc["Combinatie bedrijf", "status"] == "blank"
    assert parts["contribution"].sum() == pytest.approx(100 * (2281 / 1657 - 1))


def test_a_scenario_is_no_count():
    held = ta.in_scope(ta.load_enrolment(), "transport at its 2007 level")
    assert held.query("status == 'scenario'")["year"].tolist() == [2008, 2009, 2010, 2011]
    assert ta.total_by(held)["status"].tolist() == ["", *["scenario"] * 4]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda frame: ta.in_scope(frame, "zonder transport"), "'without transport'"),
        (lambda frame: ta.select_years(frame, 2006, 2011), "2007, 2008"),
        (lambda frame: ta.select_years(frame, 2011, 2007), "not before"),
        (lambda frame: ta.share_of(frame, "sector"), "'bedrijfstak_mbo'"),
        (lambda frame: ta.index_to(frame, 2012), "2007, 2008"),
        (lambda frame: ta.contributions(frame, 2007, 2011, BY, blank="zero"), "'refuse', 'not counted'"),
        (lambda frame: ta.in_scope(frame.rename(columns={BY: "sbi"}), "all"), "bedrijfstak_mbo"),
    ],
)
def test_a_wrong_argument_lists_the_choices(call, message):
    with pytest.raises(ta.DataError, match=message):
        call(ta.load_enrolment())


def test_analyses_leave_their_input_alone():
    frame = ta.load_diplomas()
    before = frame.copy()
    ta.compare_scopes(frame)
    ta.yearly_change(frame, BY)
    ta.index_to(frame, 2007, BY)
    pd.testing.assert_frame_equal(frame, before)


def test_sources_follow_their_group_whatever_the_row_order():
    frame = ta.load_enrolment()
    ordered = ta.growth_rate(frame, 2007, 2011, BY).set_index(BY)["source"]
    shuffled = ta.growth_rate(frame.sample(frac=1, random_state=3), 2007, 2011, BY).set_index(BY)["source"]
    assert ordered.to_dict() == shuffled.to_dict()
    assert ordered["Hout en interieur"] == "regiovisie/techniek_studenten#131"


def test_a_group_of_one_year_only_has_no_figure_in_the_other():
    frame = frame_of({GROUPS[0]: (100, 150), GROUPS[1]: (50, 60)})
    frame = frame[~((frame[BY] == GROUPS[1]) & (frame["year"] == 2007))]
    growth = ta.growth_rate(frame, 2007, 2011, BY).set_index(BY)
    assert pd.isna(growth.loc[GROUPS[1], "change"])
    with pytest.raises(ta.DataError, match="no figure"):
        ta.contributions(frame, 2007, 2011, BY)
    parts = ta.contributions(frame, 2007, 2011, BY, blank="not counted")
    assert parts["contribution"].sum() == pytest.approx(100 * (210 / 100 - 1))


def test_duo_by_level_where_a_level_misses_years():
    growth = ta.growth_rate(ta.load_enrolment("duo"), 2015, 2019, "mbo_niveau").set_index("mbo_niveau")
    assert growth.loc["4", "last"] > 0


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: ta.in_scope(frame, "without transport"),
        lambda frame: frame[frame["year"] > 2008],
        lambda frame: frame.assign(region="25PZ"),
    ],
)
def test_ratios_of_unlike_frames_are_refused(change):
    with pytest.raises(ta.DataError, match="not about the same"):
        ta.diplomas_per_student(change(ta.load_enrolment()), ta.load_diplomas())
