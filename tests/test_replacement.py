"""Replacement demand, openings, coverage and classes: published identities, properties and refusals."""

import pandas as pd
import pytest
from hypothesis import given as given_any, settings, strategies as st

import twente_analysis as ta

BANDS = ["15-19", "20-24", "25-29", "30+"]
CLOSED = ["15-19", "20-24", "25-29", "30-34"]
GROUPS = ["lassers", "elektriciens", "loodgieters"]
PRINTED = ta.load_assumptions().set_index("id")["value"]


def tidy(rows, dimensions, **fixed):
    """A tidy frame of rows (year, *dimensions, value) for Twente."""
    frame = pd.DataFrame(rows, columns=["year", *dimensions, "value"])
    given = {"indicator": "employed", "region_type": "corop", "region": "CR12", "unit": "persons", "status": ""}
    frame = frame.assign(**given | {"source": "d/t#1"} | fixed)
    order = ["indicator", "year", *(["period"] if "period" in fixed else []), "region_type", "region", *dimensions]
    frame = frame[[*order, "value", "unit", "status", "source"]]
    texts = {name: "str" for name in frame.columns if name not in ("year", "value")}
    return ta.check_tidy(frame.astype(texts | {"year": "Int64", "value": "Float64"}))


def stocks_of(found, bands=BANDS, years=(2010, 2015)):
    """Stocks of {group: (first, last)}, each with a count per band."""
    rows = [
        (year, group, band, count)
        for group, both in found.items()
        for year, counts in zip(years, both, strict=True)
        for band, count in zip(bands, counts, strict=True)
    ]
    return tidy(rows, ["occupation", "age_band"])


def flows_of(indicator, values, unit="persons per 5 years"):
    rows = [(None, group, value) for group, value in values.items()]
    return tidy(rows, ["occupation"], indicator=indicator, unit=unit, period="2010/2015")


def by_group(frame):
    return frame.set_index("occupation")["value"].to_dict()


def given(*strategies):
    """Try 15 cases without a clock: a case takes many sums of frames."""
    return lambda test: settings(deadline=None, max_examples=15)(given_any(*strategies)(test))


counts = st.lists(st.integers(0, 9000), min_size=4, max_size=4)
employed = st.dictionaries(st.sampled_from(GROUPS), st.tuples(counts, counts), min_size=1)
changes = st.dictionaries(
    st.sampled_from(GROUPS), st.tuples(st.integers(-9000, 9000), st.integers(0, 9000)), min_size=1
)
shares = st.floats(0, 1)
covers = st.floats(0.01, 1)
supplies = st.floats(1, 1e6)


# Cohorts


def test_cohorts_by_hand():
    # 100 aged 20-24 become 130 aged 25-29; 70 + 30 of 25 and older become 60 of 30 and older.
    stocks = stocks_of({"lassers": ([40, 100, 70, 30], [50, 35, 130, 60])})
    found = ta.cohort_changes(stocks)
    assert found[["age_band", "start", "end", "change"]].values.tolist() == [
        ["under 15", 0, 50, 50],
        ["15-19", 40, 35, -5],
        ["20-24", 100, 130, 30],
        ["25+", 100, 60, -40],
    ]
    assert set(found["unit"]) == {"persons per 5 years"}
    assert ta.net_outflow(stocks)["value"].item() == 45
    assert ta.net_entrants(stocks)["value"].item() == 80
    assert ta.exit_rates(stocks)["value"].tolist() == pytest.approx([0.125, 0, 0.4])


def test_after_a_closed_oldest_band_everyone_has_left():
    stocks = stocks_of({"lassers": ([40, 100, 70, 30], [50, 35, 130, 60])}, CLOSED)
    assert ta.cohort_changes(stocks)["change"].tolist() == [50, -5, 30, -10, -30]
    assert ta.net_outflow(stocks)["value"].item() == 45


@given(employed, st.sampled_from([BANDS, CLOSED]))
def test_entrants_minus_net_outflow_is_expansion(found, bands):
    stocks = stocks_of(found, bands)
    entrants, outflow, expansion = (
        by_group(make(stocks, by="occupation")) for make in (ta.net_entrants, ta.net_outflow, ta.expansion_demand)
    )
    for group, (first, last) in found.items():
        assert entrants[group] - outflow[group] == expansion[group] == sum(last) - sum(first)


@given(employed)
def test_the_cohorts_hold_everyone_once(found):
    stocks = stocks_of(found)
    cohorts = ta.cohort_changes(stocks, by="occupation").groupby("occupation")[["start", "end"]].sum()
    for group, (first, last) in found.items():
        assert cohorts.loc[group].tolist() == [sum(first), sum(last)]


@given(employed)
def test_row_order_changes_nothing(found):
    stocks = stocks_of(found)
    turned = stocks.iloc[::-1].reset_index(drop=True)
    for make in (ta.net_entrants, ta.net_outflow, ta.expansion_demand):
        assert by_group(make(stocks, by="occupation")) == by_group(make(turned, by="occupation"))


@given(employed)
def test_doubling_counts_doubles_outflow_and_no_rate(found):
    stocks = stocks_of({group: ([one + 1 for one in first], last) for group, (first, last) in found.items()})
    double = stocks.assign(value=stocks["value"] * 2)
    assert ta.net_outflow(double)["value"].item() == 2 * ta.net_outflow(stocks)["value"].item()
    one, two = (ta.exit_rates(each, by="occupation")["value"] for each in (stocks, double))
    assert two.tolist() == pytest.approx(one.tolist())
    assert one.between(0, 1).all()


@given(employed)
def test_own_rates_on_the_first_stock_give_the_outflow_back(found):
    stocks = stocks_of(found)
    first = stocks[stocks["year"] == 2010]
    # Cohorts with nobody have no rate, so everyone is there.
    first, stocks = (frame.assign(value=frame["value"] + 1) for frame in (first, stocks))
    rates = ta.exit_rates(stocks, by="occupation")
    again = ta.net_outflow(first, rates, by="occupation")
    assert by_group(again) == pytest.approx(by_group(ta.net_outflow(stocks, by="occupation")))
    assert set(again["status"]) == {"scenario"}
    assert set(again["unit"]) == {"persons per 5 years"}


def test_rates_of_elsewhere_may_have_the_bands_of_the_stock():
    rows = [(2015, band, rate) for band, rate in zip(BANDS, [0, 0.1, 0.2, 0.5], strict=True)]
    rates = tidy(rows, ["age_band"], indicator="net_exit_rate", unit="fraction per 5 years", region="NL")
    stock = stocks_of({"lassers": ([10, 10, 10, 10], [40, 100, 70, 30])}).query("year == 2015")
    found = ta.net_outflow(stock, rates)
    assert found["value"].item() == pytest.approx(0 + 10 + 14 + 15)
    assert found["period"].item() == "2015/2020"


# Rates of thin cells


def rates_of(cells):
    frame = tidy([(2015, group, "60+", rate) for group, rate, _ in cells], ["occupation", "age_band"])
    return frame.assign(indicator="net_exit_rate", unit="fraction per 5 years", se=[se for *_, se in cells])


def test_a_thin_cell_moves_to_the_mean_and_a_sure_one_stays():
    thin = ta.shrink_rates(rates_of([("a", 0.2, 1e-6), ("b", 0.4, 1e-6), ("c", 0.9, 0.9)]), between=0.01)
    assert thin["value"].tolist()[:2] == pytest.approx([0.2, 0.4])
    # w = 0.01 / (0.01 + 0.81); the mean is that of a and b, and c for little: weights 100, 100 and 1 / 0.82.
    mean = (0.2 * 100 + 0.4 * 100 + 0.9 / 0.82) / (200 + 1 / 0.82)
    assert thin["value"].tolist()[2] == pytest.approx(0.01 / 0.82 * 0.9 + 0.81 / 0.82 * mean)


def test_rates_that_differ_by_chance_alone_become_one():
    # The variance of 0.29, 0.30 and 0.31 is 0.0001, less than se2 = 0.01.
    thin = ta.shrink_rates(rates_of([("a", 0.29, 0.1), ("b", 0.30, 0.1), ("c", 0.31, 0.1)]))
    assert thin["value"].tolist() == pytest.approx([0.3, 0.3, 0.3])
    assert thin["raw"].tolist() == [0.29, 0.30, 0.31]


def test_the_variance_between_groups_by_hand():
    # 0.1, 0.3 and 0.5 have variance 0.04; less 0.01 is 0.03, so w = 0.75 and 0.1 becomes 0.3 - 0.75 x 0.2.
    thin = ta.shrink_rates(rates_of([("a", 0.1, 0.1), ("b", 0.3, 0.1), ("c", 0.5, 0.1)]))
    assert thin["value"].tolist() == pytest.approx([0.15, 0.3, 0.45])


@given(st.lists(st.tuples(shares, st.floats(0.001, 1)), min_size=3, max_size=6), st.floats(0, 1))
def test_a_shrunken_rate_lies_between_the_rate_and_the_mean(cells, between):
    for tau2 in (None, between):
        thin = ta.shrink_rates(rates_of([(str(n), *cell) for n, cell in enumerate(cells)]), tau2)
        least, most = thin[["raw", "mean"]].min(axis=1), thin[["raw", "mean"]].max(axis=1)
        assert (thin["value"].ge(least - 1e-12) & thin["value"].le(most + 1e-12)).all()
        assert thin["weight"].between(0, 1).all()


@pytest.mark.parametrize(
    ("cells", "between", "problem"),
    [
        ([("a", 0.2, 0.1), ("b", 0.3, 0.1)], None, "fewer than three groups: 60\\+"),
        ([("a", 0.2, 0.0)], 0.01, "standard error that is not above 0"),
        ([("a", 0.2, float("nan"))], 0.01, "standard error"),
        ([("a", 1.2, 0.1)], 0.01, "rate outside 0 to 1"),
        ([("a", 0.2, 0.1)], -1, "between=-1"),
    ],
)
def test_shrinking_refuses(cells, between, problem):
    with pytest.raises(ta.DataError, match=problem):
        ta.shrink_rates(rates_of(cells), between)


# Openings


def openings_of(found):
    expansion = flows_of("expansion_demand", {group: change for group, (change, _) in found.items()})
    outflow = flows_of("net_outflow", {group: lost for group, (_, lost) in found.items()})
    replacement = ta.replacement_demand(outflow, expansion)
    return expansion, outflow, replacement, ta.job_openings(expansion, replacement)


def test_published_openings_of_mbo4_health():
    key = "roa-2024-mbo4-health"
    expansion, replacement = (
        flows_of(f"{part}_demand", {"mbo 4 zorg": PRINTED[f"{key}-{part}"]}, "jobs per 6 years")
        for part in ("expansion", "replacement")
    )
    assert ta.job_openings(expansion, replacement)["value"].item() == 45_700 + 56_000 == 101_700
    assert PRINTED[f"{key}-openings"] == 101_700
    assert round(56_000 / 101_700, 3) == 0.551  # "belang van de vervangingsvraag"


def test_openings_of_a_total_are_not_those_of_its_groups():
    # ROA to 2030: +237,000 and 1,770,200 give 2,072,100, so groups that shrink lose 64,900 together.
    total = 237_000, 1_770_200
    groups = {"grow": (237_000 + 64_900, 1_700_200), "shrink": (-64_900, 70_000)}
    apart, at_once = (
        ta.total_by(
            ta.job_openings(
                flows_of("expansion_demand", {group: change for group, (change, _) in found.items()}),
                flows_of("replacement_demand", {group: lost for group, (_, lost) in found.items()}),
            )
        )["value"].item()
        for found in (groups, {"all": total})
    )
    assert apart == 2_072_100 == PRINTED["roa-2030-total-openings"]
    assert at_once == 2_007_200 != apart
    assert total == (PRINTED["roa-2030-total-expansion"], PRINTED["roa-2030-total-replacement"])


def test_published_occupations_keep_the_identity_within_rounding():
    names = [name.removesuffix("-openings") for name in PRINTED.index if name.endswith("-openings")]
    found = [name for name in names if PRINTED.loc[f"{name}-openings"] < 100]
    assert len(found) == 8
    for name in found:
        openings = max(0, PRINTED[f"{name}-expansion"]) + PRINTED[f"{name}-replacement"]
        assert abs(openings - PRINTED[f"{name}-openings"]) <= 1


@given(changes)
def test_openings_per_group(found):
    expansion, outflow, replacement, openings = openings_of(found)
    for group, (change, lost) in found.items():
        assert 0 <= by_group(replacement)[group] <= lost
        # Who is needed is who leaves and the change together, if that is more than nobody.
        assert by_group(openings)[group] == max(0, lost + change)
    whole = ta.total_by(openings)["value"].item()
    assert whole == sum(by_group(openings).values())
    assert whole >= ta.total_by(expansion)["value"].item() + ta.total_by(replacement)["value"].item()
    double = {group: (2 * change, 2 * lost) for group, (change, lost) in found.items()}
    assert ta.total_by(openings_of(double)[3])["value"].item() == 2 * whole
    turned = ta.job_openings(expansion.iloc[::-1], ta.replacement_demand(outflow.iloc[::-1], expansion))
    assert by_group(turned) == by_group(openings)


def test_from_stocks_to_openings():
    stocks = stocks_of(
        {"lassers": ([40, 100, 70, 30], [50, 35, 130, 60]), "loodgieters": ([0, 50, 50, 50], [5, 10, 40, 45])}
    )
    outflow, expansion = (make(stocks, by="occupation") for make in (ta.net_outflow, ta.expansion_demand))
    replacement = ta.replacement_demand(outflow, expansion)
    # Lassers 240 -> 275, lose 45. Loodgieters 150 -> 100, lose 10 + 55 and gain 5 + 10, so 65 - 50 are replaced.
    assert by_group(replacement) == {"lassers": 45, "loodgieters": 15}
    assert by_group(ta.job_openings(expansion, replacement)) == {"lassers": 80, "loodgieters": 15}
    yearly = ta.per_year(replacement)
    assert by_group(yearly) == {"lassers": 9, "loodgieters": 3}
    assert set(yearly["unit"]) == {"persons per year"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"unit": "persons per 6 years"}, "differ in unit: persons per 5 years, persons per 6 years"),
        ({"region": "NL"}, "differ in region: CR12, NL"),
        ({"period": "2015/2020"}, "differ in period"),
        ({"indicator": "separations"}, "separations is gross"),
        ({"indicator": "net_entrants"}, "A frame of expansion_demand is needed, not of net_entrants"),
        ({"indicator": "jobs"}, "indicator='jobs' is not known"),
        ({"occupation": "onbekend"}, "same occupation"),
        ({"value": float("nan")}, "without a figure"),
    ],
)
def test_replacement_refuses_what_does_not_match(change, problem):
    outflow = flows_of("net_outflow", {"lassers": 10})
    expansion = flows_of("expansion_demand", {"lassers": 5})
    with pytest.raises(ta.DataError, match=problem):
        ta.replacement_demand(outflow, expansion.assign(**change))


def test_replacement_refuses_a_negative_outflow_and_a_lost_dimension():
    expansion = flows_of("expansion_demand", {"lassers": 5})
    with pytest.raises(ta.DataError, match="negative net_outflow"):
        ta.replacement_demand(flows_of("net_outflow", {"lassers": -10}), expansion)
    with pytest.raises(ta.DataError, match="Only one of the two frames has: occupation"):
        ta.replacement_demand(flows_of("net_outflow", {"lassers": 10}).drop(columns="occupation"), expansion)


# Gross and net


def gross_rates(exits=0.05, transfers=0.06):
    return pd.concat(
        [
            tidy(
                [(2014, band, rate) for band in BANDS],
                ["age_band"],
                indicator=name,
                unit="fraction per year",
                region="NL",
            )
            for name, rate in (("exit_rate", exits), ("transfer_rate", transfers))
        ]
    )


STOCK = stocks_of({"lassers": ([40, 100, 70, 30], [50, 35, 130, 60])})


def test_separations_count_exits_and_transfers():
    found = ta.separations(STOCK.query("year == 2015"), gross_rates())
    assert found["value"].item() == pytest.approx(275 * 0.11)
    assert found[["indicator", "unit", "status"]].values.tolist() == [["separations", "persons per year", "scenario"]]


def test_gross_and_net_never_meet():
    gross = ta.separations(STOCK.query("year == 2015"), gross_rates(), by="occupation")
    net = ta.per_year(ta.net_outflow(STOCK, by="occupation"))
    both = pd.concat([gross, net.drop(columns="period")], ignore_index=True)
    with pytest.raises(ta.DataError, match="several values of 'indicator'"):
        ta.total_by(both)
    with pytest.raises(ta.DataError, match="several values of 'indicator'"):
        ta.total_by(both, "occupation")
    with pytest.raises(ta.DataError, match="net_outflow is net, separations is gross"):
        ta.check_comparable(net, gross)
    with pytest.raises(ta.DataError, match="separations is gross"):
        ta.replacement_demand(gross, ta.per_year(ta.expansion_demand(STOCK, by="occupation")))
    with pytest.raises(ta.DataError, match="gross exits and transfers go to separations"):
        ta.net_outflow(STOCK.query("year == 2015"), gross_rates().query("indicator == 'exit_rate'"))
    with pytest.raises(ta.DataError, match="The rates are net_exit_rate"):
        ta.separations(STOCK.query("year == 2015"), ta.exit_rates(STOCK))
    assert ta.check_comparable(net, net)[0] is net


def test_separations_need_both_rates_for_every_band():
    stock = STOCK.query("year == 2015")
    with pytest.raises(ta.DataError, match="need both of: exit_rate, transfer_rate"):
        ta.separations(stock, gross_rates().query("indicator == 'exit_rate'"))
    with pytest.raises(ta.DataError, match=r"1 row\(s\) of the stock have no rate"):
        ta.separations(stock, gross_rates().query("age_band != '30+'"))
    with pytest.raises(ta.DataError, match=r"rates: 5\.0.* is not allowed(.|\n)*28 % is 0\.28"):
        ta.separations(stock, gross_rates(exits=5.0))


# Stocks that cannot be used


@pytest.mark.parametrize(
    ("bands", "problem"),
    [
        (["15-19", "24-20", "25-29", "30+"], "24-20 has its ages out of order"),
        (["15-19", "18-22", "23-27", "28+"], "15-19 and 18-22 overlap"),
        (["15-19", "20-24", "30-34", "35+"], "between 20-24 and 30-34 ages are left out"),
        (["15-24", "25-29", "30-34", "35+"], "15-24 is not 5 years wide"),
        (["15-19", "20+", "25-29", "30-34"], r"20\+ and 25-29 overlap"),
        (["15-19", "20-24", "25-29", "totaal"], "'totaal' is no age band"),
    ],
)
def test_bands_that_do_not_fit(bands, problem):
    stocks = stocks_of({"lassers": ([1, 2, 3, 4], [1, 2, 3, 4])}, bands)
    with pytest.raises(ta.DataError, match=problem) as caught:
        ta.net_outflow(stocks)
    assert "15-19, 20-24, ..., 60-64, 65+" in str(caught.value)


def changed(column, value, rows=slice(0, 1)):
    frame = STOCK.copy()
    frame.loc[frame.index[rows], column] = value
    return frame


@pytest.mark.parametrize(
    ("stocks", "problem"),
    [
        (changed("value", -1), r"1 row\(s\) without a figure, with a negative one"),
        (changed("value", pd.NA), "without a figure"),
        (changed("region", "NL"), "several values of 'region'"),
        (changed("unit", "jobs"), "several values of 'unit'"),
        (STOCK.query("year == 2010"), r"The stock is of 2010(.|\n)*Select 2 moment"),
        (changed("year", 2014, slice(0, 4)), "The stocks are of 2014 and 2015"),
        (STOCK.drop(index=0), "Age bands are absent for 2010: 15-19"),
        (STOCK.drop(columns="age_band").drop_duplicates("year"), "column='age_band' is not known"),
    ],
)
def test_stocks_that_cannot_be_used(stocks, problem):
    with pytest.raises(ta.DataError, match=problem):
        ta.net_outflow(stocks)


def test_two_quarters_of_one_year_are_no_stock_and_spring_is_not_autumn():
    frame = STOCK.copy()
    frame.insert(2, "period", frame["year"].astype("str") + "KW02")
    assert ta.net_outflow(frame)["value"].item() == 45
    frame.loc[frame["year"] == 2015, "period"] = "2015KW04"
    with pytest.raises(ta.DataError, match="different times of the year: 2010KW02, 2015KW04"):
        ta.net_outflow(frame)
    frame["year"] = 2015
    with pytest.raises(ta.DataError, match="The stock is of 2015 2010KW02, 2015 2015KW04"):
        ta.expansion_demand(frame)


def test_a_group_of_one_year_only_is_refused():
    stocks = stocks_of({"lassers": ([1, 2, 3, 4], [1, 2, 3, 4]), "loodgieters": ([1, 2, 3, 4], [1, 2, 3, 4])})
    with pytest.raises(ta.DataError, match="one of the two years only: loodgieters"):
        ta.expansion_demand(stocks.query("year == 2010 or occupation == 'lassers'"), by="occupation")


# Coverage


def test_coverage_by_hand():
    gaps = ta.coverage_gap(1000, 0.42)
    assert gaps["demand"].item() == pytest.approx(1000 / 0.42, rel=1e-9)
    assert gaps["gap"].item() == pytest.approx(1380.952380952381, rel=1e-9)
    all_enter = ta.close_gap(gaps, 90, 0, 1)
    assert all_enter["coverage_after"].item() == pytest.approx(0.4578, abs=1e-9)
    assert all_enter["closed"].item() == pytest.approx(90 * 0.42 / (1000 * 0.58), abs=1e-9)
    some_enter = ta.close_gap(gaps, 90, 0.35, 0.8)
    assert some_enter["entering"].item() == pytest.approx(46.8, abs=1e-9)
    assert some_enter["closed"].item() == pytest.approx(0.033889655172413796, abs=1e-9)
    assert (round(all_enter["closed"].item(), 3), round(some_enter["closed"].item(), 3)) == (0.065, 0.034)


@given(supplies, covers, st.floats(0, 1e6), shares, shares)
def test_parts_of_the_gap_sum_to_it(supply, cover, extra, hbo_share, retention):
    found = ta.close_gap(ta.coverage_gap(supply, cover), extra, hbo_share, retention).iloc[0]
    assert found["net_supply"] + found["entering"] + found["gap_after"] - found["surplus"] == pytest.approx(
        found["demand"]
    )
    assert min(found["gap_after"], found["surplus"]) == 0 <= found["entering"] <= extra
    assert 0 < found["coverage_after"] <= 1
    assert pd.isna(found["closed"]) if found["gap"] == 0 else 0 <= found["closed"] <= 1
    # The shares leave the supply that was there alone.
    assert found["coverage_after"] >= cover - 1e-9


@given(supplies, covers)
def test_doubling_supply_doubles_demand(supply, cover):
    one, two = ta.coverage_gap([supply, 2 * supply], cover)["demand"]
    assert two == pytest.approx(2 * one)


def test_a_table_of_several_supplies_and_coverages():
    table = ta.close_gap(ta.coverage_gap([500, 1000], [0.28, 0.42, 1], years=5), 90, 0.35, 0.8)
    assert table[["net_supply", "coverage"]].values.tolist() == [
        [supply, cover] for supply in (500, 1000) for cover in (0.28, 0.42, 1)
    ]
    assert set(table["unit"]) == {"persons per 5 years"}
    assert table["closed"].isna().tolist() == [False, False, True] * 2


@pytest.mark.parametrize("coverage", [0, -0.1, 1.01, 42, float("nan"), None, "0.42", []])
def test_a_coverage_that_is_no_fraction_is_refused(coverage):
    with pytest.raises(ta.DataError, match=r"coverage: .* is not allowed(.|\n)*more than 0 to 1"):
        ta.coverage_gap(1000, coverage)


@pytest.mark.parametrize("supply", [0, -5, float("nan"), None, pd.NA, float("inf"), [1000, None]])
def test_a_supply_must_be_stated(supply):
    with pytest.raises(ta.DataError, match=r"net_supply: .* is not allowed"):
        ta.coverage_gap(supply, 0.42)


@pytest.mark.parametrize(
    ("terms", "name"), [((-1, 0.3, 0.8), "extra"), ((90, 35, 0.8), "hbo_share"), ((90, 0.3, -0.1), "retention")]
)
def test_extra_graduates_out_of_range_are_refused(terms, name):
    with pytest.raises(ta.DataError, match=f"{name}: .* is not allowed"):
        ta.close_gap(ta.coverage_gap(1000, 0.42), *terms)


def test_a_frame_without_a_column_is_refused():
    with pytest.raises(ta.DataError, match="column='gap' is not known"):
        ta.close_gap(ta.coverage_gap(1000, 0.42).drop(columns="gap"), 90, 0, 1)
    with pytest.raises(ta.DataError, match="column='unit' is not known"):
        ta.check_comparable(ta.net_outflow(STOCK).drop(columns="unit"))
    with pytest.raises(ta.DataError, match="column='indicator' is not known"):
        ta.separations(STOCK.query("year == 2015"), gross_rates().drop(columns="indicator"))
    with pytest.raises(ta.DataError, match="column='se' is not known"):
        ta.shrink_rates(ta.exit_rates(STOCK))


# Rate times jobs


JOBS = ta.load_jobs().query("sbi in ('B-E', 'F') and year == 2011")


def test_rate_times_jobs_by_hand():
    found = ta.rate_times_jobs(JOBS, [0.027, 0.028], [0.5, 0.65])
    assert found["jobs"].tolist() == pytest.approx([61_400] * 4)
    assert found["demand"].tolist() == pytest.approx([828.9, 1077.57, 859.6, 1117.48])
    assert set(found["unit"]) == {"jobs per year"}
    assert set(found["status"]) == {"scenario"}
    with pytest.raises(ta.DataError, match="no column 'value'"):
        ta.total_by(found)


@given(st.floats(0.015, 0.04), shares)
def test_doubling_jobs_doubles_demand(rate, share):
    one, two = (
        ta.rate_times_jobs(frame, rate, share)["demand"].item()
        for frame in (JOBS, JOBS.assign(value=JOBS["value"] * 2))
    )
    assert two == pytest.approx(2 * one)
    assert 0 <= one <= 61_400 * min(rate, share) * (1 + 1e-9)


def test_a_rate_of_several_years_is_not_taken_for_one_of_a_year_in_silence():
    with pytest.warns(UserWarning, match="is the rate per year, and net"):
        ta.rate_times_jobs(JOBS, 0.37, 0.65)


def test_extra_graduates_may_be_several():
    closed = ta.close_gap(ta.coverage_gap(1000, 0.42), [10, 20, 40, 60, 90], 0, 1)
    assert closed["entering"].tolist() == [10, 20, 40, 60, 90]
    assert closed["closed"].round(4).tolist() == [0.0072, 0.0145, 0.029, 0.0434, 0.0652]
    with pytest.raises(ta.DataError, match="Several shares"):
        ta.close_gap(ta.coverage_gap(1000, 0.42), 90, [0, 0.35], 1)


@pytest.mark.parametrize(
    ("jobs", "rates", "shares", "problem"),
    [
        (JOBS, 2.8, 0.65, r"rates: 2.8 is not allowed"),
        (JOBS, 0.028, [0.65, 65], r"shares: 65 is not allowed"),
        (JOBS.assign(unit="%"), 0.028, 0.65, "Percentages do not add up"),
        (JOBS.assign(unit="persons"), 0.028, 0.65, "The unit is 'persons'"),
        (JOBS.assign(region=["CR12", "CR11"]), 0.028, 0.65, "several values of 'region'"),
        (JOBS.assign(value=pd.NA, status="blank"), 0.028, 0.65, "without a figure"),
        (ta.load_jobs().query("sbi == 'F'"), 0.028, 0.65, "Select 1 moment"),
    ],
)
def test_rate_times_jobs_refuses(jobs, rates, shares, problem):
    with pytest.raises(ta.DataError, match=problem):
        ta.rate_times_jobs(jobs, rates, shares)


# Periods


def test_roa_states_yearly_averages_as_compound():
    key = "roa-2024-mbo4-health"
    for part in ("expansion", "replacement", "openings"):
        over_six, yearly = PRINTED[f"{key}-{part}-share"] / 100, PRINTED[f"{key}-{part}-rate"] / 100
        # Both are rounded, so the share may be half a percent off.
        least, most = (ta.yearly_rate(over_six + half, 6, "compound") for half in (-0.005, 0.005))
        assert least - 5e-4 <= yearly <= most + 5e-4
    # 31 % over six years is 5.2 % a year by division; ROA prints 4.6 %.
    assert ta.yearly_rate(0.305, 6, "simple") > PRINTED[f"{key}-openings-rate"] / 100 + 0.004
    assert 100 * ta.yearly_rate(0.18, 6, "compound") == pytest.approx(
        PRINTED["roa-2030-total-replacement-rate"], abs=0.05
    )


@given(st.floats(0, 0.99), st.integers(1, 10))
def test_yearly_rates_add_up_again(rate, years):
    compound, simple, survival = (ta.yearly_rate(rate, years, name) for name in ("compound", "simple", "survival"))
    assert (1 + compound) ** years - 1 == pytest.approx(rate)
    assert simple * years == pytest.approx(rate)
    assert 1 - (1 - survival) ** years == pytest.approx(rate)
    assert compound <= simple + 1e-12 <= survival + 2e-12


def test_periods_that_cannot_be_converted():
    with pytest.raises(ta.DataError, match=r"method='average' is not known(.|\n)*'compound', 'simple', 'survival'"):
        ta.yearly_rate(0.18, 6, "average")
    with pytest.raises(ta.DataError, match="rate: 18 is not allowed"):
        ta.yearly_rate(18, 6, "compound")
    with pytest.raises(ta.DataError, match="years=0 is not allowed"):
        ta.yearly_rate(0.18, 0, "compound")
    with pytest.raises(ta.DataError, match="A rate is no count"):
        ta.per_year(ta.exit_rates(STOCK))
    with pytest.raises(ta.DataError, match="'persons' names no period"):
        ta.per_year(STOCK)
    mixed = pd.concat([flows_of("net_outflow", {"a": 1}), flows_of("net_outflow", {"b": 1}, "persons per 6 years")])
    with pytest.raises(ta.DataError, match="2 values of 'unit'"):
        ta.per_year(mixed)


# Classes


LIMITS = ta.load_class_limits()
ITA, TIGHT = ("ROA", "2026"), ("UWV", "ww-6-months")


def classes(indicator, values, limits=LIMITS, of=ITA):
    frame = tidy([(2026, str(n), value) for n, value in enumerate(values)], ["edition"], indicator=indicator)
    # What the frame measures is what the limits are for; for the ITA there is one definition.
    wanted = limits.loc[limits["indicator"] == indicator, "definition"].max()
    return ta.classify(frame.rename(columns={"edition": "definition"}).assign(definition=wanted), limits, *of)


def test_classes_at_their_limits():
    ita = {0.0: "zeer goed", 0.85: "zeer goed", 0.851: "goed", 1.0: "goed", 1.001: "redelijk", 1.05: "redelijk"}
    ita |= {1.051: "matig", 1.15: "matig", 1.151: "slecht", 9.0: "slecht"}
    assert classes("ita", ita)["class"].tolist() == list(ita.values())
    tight = {0.0: "zeer ruim", 0.249: "zeer ruim", 0.25: "ruim", 0.669: "ruim", 0.67: "gemiddeld", 1.5: "gemiddeld"}
    tight |= {1.501: "krap", 4.0: "krap", 4.001: "zeer krap"}
    assert classes("spanningsindicator", tight, of=TIGHT)["class"].tolist() == list(tight.values())


@given(st.floats(0, 100))
def test_every_value_has_one_class(value):
    for indicator, of in (("ita", ITA), ("spanningsindicator", TIGHT)):
        assert classes(indicator, [value], of=of)["class"].item() in set(LIMITS["class"])


def test_a_label_says_which_way_is_worse():
    best, worst = classes("ita", [0.5, 2.0])[["label_nl", "label_en"]].values.tolist()
    assert best[0] == "zeer goede vooruitzichten voor schoolverlaters (lage ITA)"
    assert worst[1] == "bad prospects for school-leavers (high ITA)"
    assert ta.load_class_limits()["source"].str.len().min() > 5


def test_an_unknown_edition_is_not_classified():
    for of in (("ROA", "2024"), ("ROA", "2030"), ("UWV", "2026")):
        with pytest.raises(ta.DataError, match=r"not known(.|\n)*Limits are known for: ROA 2026"):
            classes("ita", [1.0], of=of)
    with pytest.raises(ta.DataError, match="indicator='itkb' is not known"):
        classes("itkb", [0.8])


def test_no_value_has_no_class_and_a_wrong_one_is_refused():
    frame = tidy([(2026, 1.0)], [], indicator="ita")
    blank = frame.assign(value=pd.NA, status="blank").astype({"value": "Float64"})
    assert ta.classify(blank, LIMITS, *ITA)[["class", "label_nl", "class_source"]].values.tolist() == [[""] * 3]
    with pytest.raises(ta.DataError, match="negative"):
        classes("ita", [-0.1])
    with pytest.raises(ta.DataError, match="in no class"):
        classes("ita", [1.02], limits=LIMITS[LIMITS["class"] != "redelijk"])
    with pytest.raises(ta.DataError, match="2 values of 'indicator'"):
        ta.classify(pd.concat([frame, frame.assign(indicator="spanningsindicator")]), LIMITS, *ITA)


def test_a_monitor_with_two_definitions_is_not_classified():
    monitor = ta.load_monitor("spanningsindicator")
    quarters = monitor[monitor["definition"] == "vacatures per kortdurend werkzoekende"]
    assert ta.classify(quarters, LIMITS, *TIGHT)["class"].tolist() == ["krap", "krap"]
    with pytest.raises(ta.DataError, match="3 values of 'definition'"):
        ta.classify(monitor, LIMITS, *TIGHT)
    average = monitor[monitor["definition"].str.contains("gemiddeld")]
    with pytest.raises(ta.DataError, match="limits of UWV ww-6-months are for 'vacatures per kortdurend werkzoekende'"):
        ta.classify(average, LIMITS, *TIGHT)


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(1, 1e5))
def test_the_ita_rises_with_supply_and_falls_with_demand(inflow, unemployed, openings):
    value = ta.ita(inflow, unemployed, openings)
    assert value == pytest.approx((inflow + unemployed) / openings)
    assert ta.ita(inflow + 1, unemployed, openings) > value
    assert ta.ita(inflow, unemployed, openings * 2) == pytest.approx(value / 2)


def test_an_ita_without_openings_or_supply_is_refused():
    for wrong in ((1, 1, 0), (-1, 1, 1), (1, float("nan"), 1)):
        with pytest.raises(ta.DataError, match="is not allowed"):
            ta.ita(*wrong)


# Assumptions


def test_assumptions_say_where_they_come_from():
    table = ta.load_assumptions()
    examples = table.set_index("id").query("kind == 'illustrative'")["value"].to_dict()
    assert examples == {"hbo-share-example": 35, "retention-example": 80}
    computed = table.set_index("id").query("kind == 'computed'")["value"].to_dict()
    # 1.18 to the power 1/6, less 1; 18 / 6
    assert computed == {"roa-2030-total-replacement-rate": 2.8, "roa-2030-total-replacement-spread": 3.0}
    assert table[["source", "what", "region"]].ne("").all(axis=None)
    with pytest.raises(ta.DataError, match="assumption='x' is not known"):
        ta.load_assumptions("x")


def test_assumptions_from_a_document_equal_its_statement():
    statements = ta.load_statements().set_index("id")
    for assumption, statement in (("mbo-job-share", "regiovisie-23-1"), ("hbo-share-mbo4", "regiovisie-142-3")):
        row = ta.load_assumptions(assumption).iloc[0]
        same = ["value", "unit", "period", "region", "source"]
        assert row[same].tolist() == statements.loc[statement, same].tolist()


def test_the_published_coverages_are_only_shown_side_by_side():
    published = ta.load_coverage()
    with pytest.raises(ta.DataError):
        ta.check_comparable(published)
    with pytest.raises(ta.DataError):
        ta.total_by(published)


def test_separations_of_overlapping_bands_are_refused():
    stock = STOCK.query("year == 2015")
    wrong = stock.assign(age_band=stock["age_band"].replace({"20-24": "15-24"}))
    with pytest.raises(ta.DataError, match="15-19 and 15-24 overlap"):
        ta.separations(wrong, gross_rates())


def test_a_total_among_its_parts_is_refused_by_its_name():
    parts = STOCK.assign(sex="m")
    stock = pd.concat([parts, STOCK.assign(sex="totaal")])
    columns = list(STOCK.columns)
    stock = stock[[*columns[: columns.index("value")], "sex", *columns[columns.index("value") :]]]
    with pytest.raises(ta.DataError, match="'sex' holds a published total among its parts"):
        ta.net_outflow(stock)


def test_a_missing_supply_says_what_is_allowed():
    with pytest.raises(ta.DataError, match=r"net_supply: None is not allowed(.|\n)*persons, above 0"):
        ta.coverage_gap(coverage=0.42)
    with pytest.raises(ta.DataError, match=r"coverage: None is not allowed(.|\n)*more than 0 to 1"):
        ta.coverage_gap(1000)
