"""Demand: allocation of vacancies, routes, coverage and what closes a gap, against figures computed by hand."""

import json
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import twente_analysis as ta
from twente_analysis.cell import payload

LANGUAGES = ("nl", "en")
NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "replacement_demand.ipynb"
COROPS = ("CR10", "CR11", "CR12")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def tidy(rows, indicator, unit):
    """Rows of year, region, sbi and value; vacancies have a quarter too."""
    frame = pd.DataFrame(rows, columns=["year", "region", "sbi", "value"])
    frame = frame.assign(indicator=indicator, region_type="corop", unit=unit, status="")
    frame["source"] = [f"own/{indicator}#{number}" for number in range(1, len(frame) + 1)]
    columns = ["indicator", "year", "region_type", "region", "sbi", "value", "unit", "status", "source"]
    types = dict.fromkeys(columns, "str") | {"year": "Int64", "value": "Float64"}
    return ta.check_tidy(frame[columns].astype(types))


# Of the jobs in C the part AA has 30 of 40, of those in F 10 of 50.
JOBS = tidy(
    [(2018, "AA", "C", 30), (2018, "BB", "C", 10), (2018, "AA", "F", 10), (2018, "BB", "F", 40)], "jobs", "jobs"
)
VACANCIES = tidy([(2018, "WW", "C", 8), (2018, "WW", "F", 20)], "vacancies_open", "vacancies")


def test_allocation_by_hand():
    found = ta.allocate_vacancies(VACANCIES, JOBS, "AA")
    assert found["value"].tolist() == [6, 4]
    assert found["share"].tolist() == [0.75, 0.2]
    assert found["region"].tolist() == ["AA", "AA"]
    assert set(found["status"]) == {"estimated"}
    assert found["source"].tolist() == ["own/vacancies_open#1; own/jobs#1-2", "own/vacancies_open#2; own/jobs#3-4"]


def test_the_parts_add_up_to_the_whole_and_double_with_it():
    parts = sum(ta.allocate_vacancies(VACANCIES, JOBS, part)["value"] for part in ("AA", "BB"))
    assert parts.tolist() == VACANCIES["value"].tolist()
    double = VACANCIES.assign(value=VACANCIES["value"] * 2)
    assert ta.allocate_vacancies(double, JOBS, "AA")["value"].tolist() == [12, 8]
    # Only the shares of the jobs count.
    assert ta.allocate_vacancies(VACANCIES, JOBS.assign(value=JOBS["value"] * 2), "AA")["value"].tolist() == [6, 4]


def test_the_published_parts_add_up_to_overijssel():
    jobs = pd.concat([ta.load_jobs(part, "total") for part in COROPS])
    whole = ta.load_vacancies("cbs", "total")
    parts = sum(ta.allocate_vacancies(whole, jobs, part)["value"] for part in COROPS)
    assert parts.tolist() == pytest.approx(whole["value"].tolist())


@pytest.mark.parametrize(
    ("vacancies", "jobs", "region", "message"),
    [
        (VACANCIES, JOBS, "CC", "region='CC'"),
        (VACANCIES, JOBS[JOBS["sbi"] == "C"], "AA", "1 row.* no jobs"),
        (VACANCIES.assign(year=2017).astype({"year": "Int64"}), JOBS, "AA", "83582NED"),
        (VACANCIES, JOBS[JOBS["region"] == "AA"], "AA", "1 region"),
        (VACANCIES, JOBS.assign(value=0.0).astype({"value": "Float64"}), "AA", "no jobs"),
        (VACANCIES, JOBS.assign(value=-JOBS["value"]), "AA", "negative"),
        (VACANCIES, pd.concat([JOBS, JOBS]), "AA", "same key"),
        (VACANCIES.assign(value=[pd.NA, 1]).astype({"value": "Float64"}), JOBS, "AA", "no figure"),
        (VACANCIES.assign(unit=["vacancies", "thousand vacancies"]), JOBS, "AA", "one indicator and unit"),
        (VACANCIES.assign(region=["WW", "VV"]), JOBS, "AA", "the vacancies of 2"),
        (VACANCIES.drop(columns="sbi"), JOBS, "AA", "'sbi' is not known"),
        (VACANCIES.iloc[:0], JOBS, "AA", "one indicator and unit"),
    ],
)
def test_wrong_allocations_are_refused(vacancies, jobs, region, message):
    with pytest.raises(ta.DataError, match=message):
        ta.allocate_vacancies(vacancies, jobs, region)


def with_total(frame):
    """The sections C and F, and a total that holds 10 more."""
    total = frame.groupby(["year", "region"], as_index=False)["value"].sum()
    rows = [(row.year, row.region, "A-U", row.value + 10) for row in total.itertuples()]
    more = tidy(rows, frame["indicator"].iloc[0], frame["unit"].iloc[0])
    return pd.concat([frame, more], ignore_index=True)


def test_sections_and_what_is_left_by_hand():
    found = ta.allocate_sections(with_total(VACANCIES), with_total(JOBS), "AA").set_index("sbi")["value"]
    # Of the 10 other vacancies the part AA has 10 of 20 other jobs.
    assert found.to_dict() == {"C": 6, "F": 4, "other": 5}
    parts = [ta.allocate_sections(with_total(VACANCIES), with_total(JOBS), one)["value"].sum() for one in ("AA", "BB")]
    assert sum(parts) == 8 + 20 + 10


def test_an_activity_without_jobs_of_its_own_is_among_the_others():
    jobs = with_total(JOBS)
    found = ta.allocate_sections(with_total(VACANCIES), jobs[jobs["sbi"] != "F"], "AA").set_index("sbi")["value"]
    # 20 + 10 other vacancies; other jobs are 10 + 10 of (10 + 10) + (40 + 10).
    assert found.to_dict() == {"C": 6, "other": pytest.approx(30 * 20 / 70)}


def test_sections_without_a_total_or_a_whole_year_are_refused():
    with pytest.raises(ta.DataError, match="total among the vacancies"):
        ta.allocate_sections(VACANCIES, with_total(JOBS), "AA")
    hidden = with_total(JOBS)
    hidden.loc[0, "value"] = pd.NA
    with pytest.raises(ta.DataError, match="no year with every figure"):
        ta.allocate_sections(with_total(VACANCIES), hidden.assign(status=["blank", *hidden["status"][1:]]), "AA")


def test_published_sections_leave_out_years_that_cbs_keeps_confidential():
    levels = ["section", "total"]
    vacancies = ta.load_vacancies("cbs", levels)
    parts = {one: ta.allocate_sections(vacancies, ta.load_jobs(COROPS, levels), one) for one in COROPS}
    assert not {2017, 2018} & set(parts["CR12"]["year"])
    total = vacancies[(vacancies["sbi"] == "A-U") & vacancies["period"].isin(parts["CR12"]["period"])]
    summed = sum(part.groupby("period")["value"].sum() for part in parts.values())
    assert summed.tolist() == pytest.approx(total["value"].tolist())


def allocation():
    jobs = pd.concat([ta.load_jobs(part, "total") for part in COROPS])
    whole = ta.load_vacancies("cbs", "total")
    found = ta.allocate_vacancies(whole, jobs, "CR12")
    return ta.compare_allocation(found, whole, ta.load_monitor("vacancies_open"))


def test_the_miss_against_the_monitor():
    known = allocation().dropna().set_index("period")
    # 16,500 x 295.9 / 572.8 and 16,400 x 295.9 / 572.8
    assert known["estimate"].tolist() == pytest.approx([8523.7, 8472.0], abs=0.1)
    assert known["published"].tolist() == [6700, 6800]
    assert known["miss"].tolist() == pytest.approx([0.272, 0.246], abs=0.001)


def test_estimates_are_held_against_their_own_quarters():
    jobs = pd.concat([ta.load_jobs(part, "total") for part in COROPS])
    whole = ta.load_vacancies("cbs", "total")
    found = ta.allocate_vacancies(whole, jobs, "CR12")
    with pytest.raises(ta.DataError, match="other quarters"):
        ta.compare_allocation(found, whole.iloc[1:], ta.load_monitor("vacancies_open"))


def estimates(year=0):
    jobs, assumptions = ta.select_jobs(ta.load_jobs(), "B-E,F", year), ta.load_assumptions()
    shares = ta.assumed_fractions(assumptions, "mbo share")
    single = ta.assumed_fractions(assumptions, "replacement technical occupations")
    rates = ta.assumed_fractions(assumptions, "replacement")
    return jobs, {
        "rate": ta.rate_times_jobs(jobs, rates, shares),
        "rate_occupations": ta.rate_times_jobs(jobs, single, shares, of="occupation"),
    }


def fetched_jobs(folder, cells):
    """Write a response of CBS's table of jobs, as its service words one: {(sbi code, region): thousand jobs}."""
    names = ("BedrijfstakkenBranchesSBI2008", "RegioS")
    rows = [
        {"Id": number, "Measure": "M1", "ValueAttribute": "None", "Value": value, "StringValue": None}
        | dict(zip(names, key, strict=True))
        | {"Perioden": "2024JJ00"}
        for number, (key, value) in enumerate(cells.items(), 1)
    ]
    body = {"@odata.context": "https://datasets.cbs.nl/odata/v1/CBS/83582NED/$metadata#Observations", "value": rows}
    (folder / "jobs.json").write_text(json.dumps(body))


@pytest.mark.filterwarnings("ignore:83582NED. the list of periods")
def test_jobs_of_another_region_from_a_fetched_table(tmp_path):
    # B, C, D and E; F; the total
    codes = {"305700": 1, "307500": 20, "346600": 2, "348000": 3, "350000": 10, "T001081": 100}
    fetched_jobs(tmp_path, {(code, "CR35"): value for code, value in codes.items()} | {("T001081", "CR10"): 7})
    groups = ta.load_jobs("CR35", open_data=tmp_path)
    assert groups.set_index("sbi")["value"].to_dict() == {"B-E": 26, "F": 10}
    assert ta.load_jobs(["CR35", "CR10"], "total", open_data=tmp_path)["value"].tolist() == [100, 7]
    assert ta.select_jobs(groups, "B-E,F")["value"].sum() == 36
    with pytest.raises(ta.DataError, match="no section of CR10"):
        ta.load_jobs("CR10", "section", open_data=tmp_path)
    with pytest.raises(ta.DataError, match=r"Jobs of 'CR35' by 'a10' are not carried over(.|\n)*CR12: a10"):
        ta.load_jobs("CR35")


def routes(extra=(), supply=1000, cohorts=None):
    published = [ta.load_monitor("labour_market_leavers"), ta.load_monitor("graduates_inflow"), *extra]
    return ta.demand_routes(*estimates(), example(supply), published, cohorts)


def example(supply=1000):
    chosen = ta.chosen_coverage(ta.load_coverage(), "3-4")
    return ta.coverage_gap(supply, chosen["fraction"].item()), chosen


def test_the_range_of_2024():
    found = routes().set_index("route")
    # (44.0 + 19.1) thousand jobs x 45 % x 2.7 %, and x 65 % x 18 % / 6
    assert found.loc["rate", ["low", "high"]].astype(float).round(0).tolist() == [767, 1230]
    # x 45 % x 14 % / 6 (electricians), and x 65 % x 37 % / 6 (metal workers)
    assert found.loc["rate_occupations", ["low", "high"]].astype(float).round(0).tolist() == [663, 2529]
    assert set(found.loc[["rate", "rate_occupations"], "unit"]) == {"jobs per year"}
    assert found["low"].tolist()[2:] == pytest.approx([2380.95, 5000, 7200], abs=0.01)
    assert found["kind"].tolist() == ["assumption", "assumption", "example", "published", "published"]


STOCKS = """year,region,age_band,value,source
2010,CR12,15-19,40,own/stocks#1
2010,CR12,20-24,100,own/stocks#2
2010,CR12,25+,260,own/stocks#3
2015,CR12,15-19,50,own/stocks#4
2015,CR12,20-24,35,own/stocks#5
2015,CR12,25+,300,own/stocks#6
"""


def test_the_route_by_age_from_a_file_of_ones_own(tmp_path):
    (tmp_path / "stocks.csv").write_text(STOCKS)
    found = ta.cohort_replacement(ta.load_stocks(tmp_path / "stocks.csv"))
    # 40 become 35, 360 become 300: 65 leave. 400 become 385: 15 of them are not replaced. 50 in five years.
    assert found[["value", "unit", "period"]].values.tolist() == [[10, "persons per year", "2010/2015"]]
    every = routes(cohorts=found)
    assert every["route"].tolist()[:3] == ["rate", "rate_occupations", "cohort"]
    only = ta.choose_routes(every, "cohort")
    assert only["route"].tolist() == ["cohort", "labour_market_leavers", "graduates_inflow"]
    assert "2010" in ta.tell_cohorts(found, language="en").sentences[0]
    assert "moeten in Twente elk jaar 10 mensen worden vervangen (2010-2015)" in ta.tell_demand(only).sentences[0]
    assert (
        "10 people must be replaced each year in Twente (2010-2015)" in ta.tell_demand(only, language="en").sentences[0]
    )
    # Of a route that is shown the sum is told; what is not shown is not.
    assert len(ta.tell_rate(estimates()[1], only).sentences) == 1
    told = ta.tell_demand_caveats(ta.load_coverage(), only).sentences
    assert not any("route 3" in sentence or "route 1" in sentence for sentence in told)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (("2010,CR12,15-19,40", "2010,CR12,15-19,-40"), "minimum|below|-40"),
        (("2010,CR12,15-19,40", "2010,CR12,15-19,"), "empty cell"),
        (("2015,CR12,15-19", "2010,CR12,15-19"), "duplicate key"),
        (("age_band", "leeftijd"), "'age_band' is missing"),
        (("2015,CR12,15-19,50,own/stocks#4\n", ""), "15-19"),
        (("2010,CR12,15-19", "2010,CR12,15-22"), "overlap"),
        (("2010,CR12,15-19", "2010,NL,15-19"), "region"),
        (("20-24,35", "20-24,3"), "fewer than 30 persons"),
        (("2015,", "2016,"), "years apart"),
    ],
)
def test_stocks_that_do_not_fit_are_refused(tmp_path, damage, message):
    (tmp_path / "stocks.csv").write_text(STOCKS.replace(*damage))
    with pytest.raises(ta.DataError, match=message):
        ta.cohort_replacement(ta.load_stocks(tmp_path / "stocks.csv"))


def test_a_tenth_of_the_stock_a_year_asks_for_a_second_look(tmp_path):
    (tmp_path / "stocks.csv").write_text(STOCKS.replace("25+,300", "25+,200").replace("15-19,50", "15-19,150"))
    # 40 become 35 and 360 become 200; 400 become 385: 150 in five years, 30 of 400 a year.
    with pytest.warns(UserWarning, match=r"7\.5% a year lies outside 1\.5%-4\.0%"):
        found = ta.cohort_replacement(ta.load_stocks(tmp_path / "stocks.csv"))
    assert found["value"].item() == 30


def test_the_stocks_are_of_the_region_of_the_jobs(tmp_path):
    (tmp_path / "stocks.csv").write_text(STOCKS.replace("CR12", "CR10"))
    found = ta.cohort_replacement(ta.load_stocks(tmp_path / "stocks.csv"))
    with pytest.raises(ta.DataError, match="region of the cohorts='CR10'"):
        routes(cohorts=found)


def test_gross_figures_are_no_route():
    gross = ta.load_monitor("labour_market_leavers").assign(indicator="separations")
    with pytest.raises(ta.DataError, match="separations is gross"):
        routes([gross])
    with pytest.raises(ta.DataError, match="indicator of the cohorts='separations'"):
        routes(cohorts=gross)


def test_a_total_does_not_stand_among_its_parts():
    jobs = ta.load_jobs(level=["a10", "section", "total"]).query("year == 2011")
    for levels in (["B-E", "A-U"], ["B-E", "C"]):
        with pytest.raises(ta.DataError, match="overlap"):
            ta.rate_times_jobs(jobs[jobs["sbi"].isin(levels)], 0.028, 0.65)
    twice = jobs[jobs["sbi"] == "F"]
    with pytest.raises(ta.DataError, match="the same key as another"):
        ta.rate_times_jobs(pd.concat([twice, twice]), 0.028, 0.65)


def test_the_monitor_of_twente_is_not_held_against_another_region():
    jobs, whole = ta.load_jobs(COROPS, "total"), ta.load_vacancies("cbs", "total")
    other = ta.allocate_vacancies(whole, jobs, "CR10")
    with pytest.raises(ta.DataError, match="region of the monitor='AM05'"):
        ta.compare_allocation(other, whole, ta.load_monitor("vacancies_open"))


def test_without_stocks_nothing_is_made_up():
    assert ta.cohort_replacement(ta.load_stocks("")) is None
    with pytest.raises(ta.DataError, match="no figures for the route 'cohort'"):
        ta.choose_routes(routes(), "cohort")
    with pytest.raises(ta.DataError, match="Choose one of: 'all', 'rate', 'coverage', 'cohort'"):
        ta.choose_routes(routes(), "ages")


def test_the_published_coverage_of_a_level():
    published = ta.load_coverage()
    # papermill gives a level that looks like a number as one
    found = {niveau: ta.chosen_coverage(published, niveau).iloc[0] for niveau in ("2", 2, "3-4")}
    assert {niveau: row["fraction"] for niveau, row in found.items()} == {"2": 0.28, 2: 0.28, "3-4": 0.42}
    assert {row["kind"] for row in found.values()} == {"published"}
    own = ta.chosen_coverage(published, "2", 0.6).iloc[0]
    assert (own["fraction"], own["kind"], own["mbo_niveau"]) == (0.6, "illustrative", "")
    with pytest.raises(ta.DataError, match="Choose one of: '2', '3-4'"):
        ta.chosen_coverage(published, "4")
    for wrong in (1.2, -0.1, True, float("nan")):
        with pytest.raises(ta.DataError, match="more than 0 to 1"):
            ta.chosen_coverage(published, "2", wrong)


def test_a_stock_is_no_route():
    stock = ta.load_monitor("vacancies_open").head(1)
    with pytest.raises(ta.DataError, match="unit of a route='vacancies'"):
        routes([stock])
    with pytest.raises(ta.DataError, match="unit of a route"):
        ta.plot_routes(routes().assign(unit="vacancies"))


@pytest.mark.parametrize(("sectors", "year", "message"), [("X", 0, "'X'"), ("F,F", 0, "twice"), ("F", 1999, "1999")])
def test_wrong_jobs_are_refused(sectors, year, message):
    with pytest.raises(ta.DataError, match=message):
        ta.select_jobs(ta.load_jobs(), sectors, year)


def test_what_extra_graduates_close():
    steps = ta.closing_steps(ta.coverage_gap(1000, 0.42), 90, 0.35, 0.8)
    assert steps["extra"].drop_duplicates().tolist() == [10, 20, 40, 60, 90]
    closed = steps.set_index(["extra", "reading"])["closed"]
    assert closed[90].round(3).tolist() == [0.065, 0.034]
    # 10 x 0.42 / (1,000 x 0.58), and the same of 10 x 0.65 x 0.8 = 5.2
    assert closed[10].tolist() == pytest.approx([4.2 / 580, 5.2 * 0.42 / 580])
    assert ta.closing_steps(ta.coverage_gap(1000, 0.42), 15, 0.35, 0.8)["extra"].tolist() == [10, 10, 15, 15]


def test_growth_of_supply():
    grown = ta.grow_supply(ta.coverage_gap(1000, [0.28, 0.42, 0.5, 1.0]), 0.1)
    assert grown["growth_needed"].tolist() == pytest.approx([0.72 / 0.28, 0.58 / 0.42, 1, 0])
    assert grown["coverage_after"].tolist() == pytest.approx([0.308, 0.462, 0.55, 1])
    assert grown["closed"].tolist()[:3] == pytest.approx([0.028 / 0.72, 0.042 / 0.58, 0.1])
    assert pd.isna(grown["closed"].iloc[3])
    with pytest.raises(ta.DataError, match="growth"):
        ta.grow_supply(grown, -0.1)


def test_words_stand_only_where_the_definition_fits():
    points = ta.classify_fitting(
        ta.load_monitor("spanningsindicator"), ta.load_class_limits(), "UWV", "ww-6-months"
    ).set_index("definition")["class"]
    fits = points.index == "vacatures per kortdurend werkzoekende"
    assert set(points[fits]) == {"krap"}
    assert set(points[~fits]) == {""}


def rows_of(table):
    return [list(row) for _, group in table.groups for row in group]


def test_tables_cell_by_cell():
    gaps = ta.coverage_gap(1000, ta.published_coverage(ta.load_coverage()))
    rows = rows_of(ta.table_coverage(ta.grow_supply(gaps, 0.1), language="en"))
    assert rows[1] == ["42%", "2,400", "1,400", "46.2%", "7.2%", "138%"]
    shown = rows_of(ta.table_example(ta.grow_supply(ta.coverage_gap(1000, 0.42), 0.1)))
    assert [value for _, value in shown] == ["2.400", "1.000", "1.400", "7,2%", "138%"]
    steps = ta.closing_steps(ta.coverage_gap(1000, 0.42), 90, 0.35, 0.8)
    assert rows_of(ta.table_closing(steps))[-1] == ["90", "6,5%", "45,8%", "46,8", "3,4%", "44,0%"]
    shown = ta.table_published_coverage(ta.load_coverage())
    published = rows_of(shown)
    assert [row[1] for row in published] == ["28%", "42%", "2 maal", "50%"]
    assert [(name.rsplit(" ", 1)[1], len(rows)) for name, rows in shown.groups] == [("97", 2), ("72", 1), ("23", 1)]
    assert {tuple(row[2:5]) for row in published[2:]} == {
        ("Twente", "niet vermeld", "gediplomeerden"),
        ("Overijssel", "niet vermeld", "banen"),
    }
    assert rows_of(ta.table_base(ta.base_readings(ta.load_vacancies())))[0][1:] == ["2.500", "55%", "1.600"]
    shown = rows_of(ta.table_allocation(allocation(), language="en"))
    assert shown[0] == ["quarter 2 of 2018", "16,500", "51.7%", "8,500", "6,700", "+27%"]
    assert shown[-1][3:] == ["6,800", "–", "–"]
    monitor = ta.load_monitor("vacancies_open")
    table = ta.table_vacancies(monitor, language="en")
    assert len(table.groups) == monitor["definition"].nunique() == 3
    assert len(rows_of(table)) == len(monitor)


@pytest.mark.parametrize(
    ("sectors", "told"),
    [
        ("B-E,F", "industrie en bouw;"),
        ("F,G-I,M-N", "bouw, handel, vervoer en horeca en zakelijke dienstverlening;"),
        ("A,B-E,F,G-I,R-U", "5 soorten bedrijven;"),
    ],
)
def test_a_chart_says_which_sectors_the_jobs_are_of(sectors, told):
    jobs = ta.select_jobs(ta.load_jobs(), sectors)
    single = {"rate": ta.rate_times_jobs(jobs, [0.03], [0.5])}
    axes = ta.plot_routes(ta.demand_routes(jobs, single, example(), [ta.load_monitor("graduates_inflow")], None))
    # As one text: a line of it may end anywhere.
    scope = " ".join(text.get_text() for text in axes[0].texts if text.get_gid() == "scope")
    assert told in scope


def test_each_kind_of_figure_is_drawn_its_own_way():
    axes, found = ta.plot_routes(routes()), routes().set_index("route")
    bars = {bar.get_gid(): bar for ax in axes for bar in ax.patches}
    # What is not to be laid beside the estimates has an axis of its own.
    apart = [
        sorted({routes().set_index("route").loc[bar.get_gid().split()[1], "kind"] for bar in ax.patches}) for ax in axes
    ]
    assert apart == [["assumption"], ["example"], ["published"]]
    assert bars["bar rate"].get_hatch()
    assert bars["bar coverage"].get_linestyle() == "--"
    for route, row in found.iterrows():
        assert bars[f"bar {route}"].get_width() == row["low"]
        if row["low"] < row["high"]:
            beyond = bars[f"beyond {route}"]
            assert (beyond.get_x(), beyond.get_width()) == pytest.approx((row["low"], row["high"] - row["low"]))
            assert (beyond.get_hatch(), beyond.get_linestyle()) == (None, "--")
    solid = bars["bar graduates_inflow"]
    assert solid.get_hatch() is None
    assert solid.get_linestyle() == "solid"


def test_without_a_gap_there_is_nothing_to_draw():
    with pytest.raises(ta.DataError, match="no gap"):
        ta.plot_closing(ta.closing_steps(ta.coverage_gap(1000, 1.0), 90, 0.35, 0.8))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_whole(language):
    found, gap = routes(), ta.coverage_gap(1000, 0.42)
    grown, steps = ta.grow_supply(gap, 0.1), ta.closing_steps(gap, 90, 0.35, 0.8)
    own = ta.chosen_coverage(ta.load_coverage(), "3-4", 0.42)
    told = [
        ta.tell_demand(found, language=language),
        ta.tell_demand(ta.choose_routes(found, "coverage"), language=language),
        ta.tell_supply(grown, example()[1], found, language=language),
        ta.tell_supply(grown, own, found, language=language),
        ta.tell_rate(estimates()[1], found, language=language),
        ta.tell_cohorts(None, language=language),
        ta.tell_school(ta.compare_scopes(ta.load_technical()), language=language),
        ta.tell_closing(steps, language=language),
        ta.tell_base(ta.base_readings(ta.load_vacancies()), language=language),
        ta.tell_allocation(allocation(), language=language),
        ta.tell_demand_caveats(ta.load_coverage(), found, language=language),
    ]
    sentences = [sentence for text in told for sentence in text.sentences]
    assert all(sentence.endswith(".") for sentence in sentences)
    together = " ".join(sentences)
    assert not re.search(r"\b(nan|None|NaN)\b|<NA>|\{|\}", together)
    figures = {
        "nl": ("800 tot 1.200", "700 tot 2.500", "2.400", "6,5%", "3,4%", "8.500", "3.073", "1.492"),
        "en": ("800 to 1,200", "700 to 2,500", "2,400", "6.5%", "3.4%", "8,500", "3,073", "1,492"),
    }
    assert all(figure in together for figure in figures[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notebook_runs_in_both_languages(run_notebook, language, tmp_path):
    done = run_notebook(NOTEBOOK, {"language": language, "supply": 700, "year": 2011}, tmp_path / "demand.ipynb")
    found = [payload(output) for cell in done.cells for output in cell.get("outputs", [])]
    assert [content["kind"] for content in found if content].count("chart") == 2
    headline = next(content for content in found if content and content.get("role") == "headline")
    # 61,400 x 45 % x 2.7 % = 746, and x 65 % x 3 % = 1,197
    assert {"nl": "700 tot 1.200", "en": "700 to 1,200"}[language] in headline["sentences"][0]
