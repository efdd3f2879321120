"""Demand: allocation of vacancies, routes, coverage and what closes a gap, against figures computed by hand."""

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import twente_analysis as ta
from twente_analysis.briefs.kernels import run_notebook
from twente_analysis.cell import payload
from twente_analysis.charts.house import chart_of

LANGUAGES = ("nl", "en")
NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "replacement_demand.ipynb"
COROPS = ("CR10", "CR11", "CR12")
RATES = ["roa-2024-mbo4-replacement", "roa-2030-total-replacement-rate"]


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


def routes(extra=(), supply=1000):
    jobs = ta.select_jobs(ta.load_jobs(), "B-E,F")
    assumptions = ta.load_assumptions()
    yearly, share = ta.assumed_fractions(assumptions, RATES), ta.assumed_fractions(assumptions, ["mbo-job-share"])
    estimate = ta.rate_times_jobs(jobs, yearly, share)
    published = [ta.load_monitor("labour_market_leavers"), ta.load_monitor("graduates_inflow"), *extra]
    return ta.demand_routes(jobs, estimate, ta.coverage_gap(supply, 0.42), published), estimate


def test_the_range_of_2024():
    found = routes()[0].set_index("route")
    # (44.0 + 19.1) thousand x 65 % x 2.7 % and 2.8 %
    assert found.loc["rate", ["low", "high"]].astype(float).round(0).tolist() == [1107, 1148]
    assert found.loc["rate", "unit"] == "jobs per year"
    assert found["low"].tolist()[1:] == pytest.approx([2380.95, 5000, 7200], abs=0.01)
    assert found["kind"].tolist() == ["assumption", "example", "published", "published"]


def test_a_stock_is_no_route():
    stock = ta.load_monitor("vacancies_open").head(1)
    with pytest.raises(ta.DataError, match="unit of a route='vacancies'"):
        routes([stock])
    with pytest.raises(ta.DataError, match="unit of a route"):
        ta.plot_routes(routes()[0].assign(unit="vacancies"))


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
    assert rows[1] == ["42%", "2,381", "1,381", "46.2%", "7.2%", "138.1%"]
    steps = ta.closing_steps(ta.coverage_gap(1000, 0.42), 90, 0.35, 0.8)
    assert rows_of(ta.table_closing(steps))[-1] == ["90", "6,5%", "45,8%", "46,8", "3,4%", "44,0%"]
    published = rows_of(ta.table_published_coverage(ta.load_coverage()))
    assert [row[1] for row in published] == ["28%", "42%", "2 maal", "50%"]
    assert {row[-1] for row in published} == {"niet vergelijkbaar"}
    assert {tuple(row[2:5]) for row in published[2:]} == {
        ("Twente", "niet vermeld", "gediplomeerden"),
        ("Overijssel", "niet vermeld", "banen"),
    }
    assert rows_of(ta.table_base(ta.base_readings(ta.load_vacancies())))[0][1:] == ["2.500", "55%", "1.613"]
    shown = rows_of(ta.table_allocation(allocation(), language="en"))
    assert shown[0] == ["quarter 2 of 2018", "16,500", "51.7%", "8,500", "6,700", "+27.2%"]
    assert shown[-1][3:] == ["6,800", "–", "–"]
    monitor = ta.load_monitor("vacancies_open")
    table = ta.table_vacancies(monitor, language="en")
    assert len(table.groups) == monitor["definition"].nunique() == 3
    assert len(rows_of(table)) == len(monitor)


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_are_whole(language, check_texts):
    steps = ta.closing_steps(ta.coverage_gap(1000, 0.42), 90, 0.35, 0.8)
    drawn = [ta.plot_routes(routes(supply=supply)[0], language=language) for supply in (20, 1000, 2500, 40000)]
    for ax in (*drawn, ta.plot_closing(steps, language=language)):
        figure, chart = chart_of(ax)
        check_texts(figure, [*figure.texts, *ax.texts, ax.xaxis.label])
        assert len(chart.title.split()) <= 14
        assert len(chart.alt) > 100


def test_each_kind_of_figure_is_drawn_its_own_way():
    ax = ta.plot_routes(routes()[0])
    bars = {bar.get_gid(): bar for bar in ax.patches}
    assert bars["bar rate"].get_hatch()
    assert bars["bar coverage"].get_linestyle() == "--"
    assert {bar.get_width() for bar in bars.values()} == set(routes()[0]["high"])
    solid = bars["bar graduates_inflow"]
    assert solid.get_hatch() is None
    assert solid.get_linestyle() == "solid"


def test_without_a_gap_there_is_nothing_to_draw():
    with pytest.raises(ta.DataError, match="no gap"):
        ta.plot_closing(ta.closing_steps(ta.coverage_gap(1000, 1.0), 90, 0.35, 0.8))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_whole(language):
    found, estimate = routes()
    gap = ta.coverage_gap(1000, 0.42)
    told = [
        ta.tell_demand(found, language=language),
        ta.tell_rate(estimate, found, language=language),
        ta.tell_coverage(ta.grow_supply(gap, 0.1), language=language),
        ta.tell_closing(ta.closing_steps(gap, 90, 0.35, 0.8), language=language),
        ta.tell_base(ta.base_readings(ta.load_vacancies()), language=language),
        ta.tell_allocation(allocation(), language=language),
        ta.tell_demand_caveats(ta.load_coverage(), language=language),
    ]
    sentences = [sentence for text in told for sentence in text.sentences]
    assert all(sentence.endswith(".") for sentence in sentences)
    together = " ".join(sentences)
    assert not {"nan", "<NA>", "None"} & set(together.replace("(", " ").replace(")", " ").split())
    figures = {"nl": ("1.107 tot 1.148", "6,5%", "3,4%", "8.500"), "en": ("1,107 to 1,148", "6.5%", "3.4%", "8,500")}
    assert all(figure in together for figure in figures[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notebook_runs_in_both_languages(language, tmp_path):
    done = run_notebook(NOTEBOOK, {"language": language, "supply": 700, "year": 2011}, tmp_path / "demand.ipynb")
    found = [payload(output) for cell in done.cells for output in cell.get("outputs", [])]
    assert [content["kind"] for content in found if content].count("chart") == 2
    headline = next(content for content in found if content and content.get("role") == "headline")
    # 61,400 x 65 % x 2.7 % and 2.8 %
    assert {"nl": "1.078 tot 1.117", "en": "1,078 to 1,117"}[language] in headline["sentences"][0]
