"""The brief of a projection: scenarios, rounding, charts, tables and sentences, against figures reckoned by hand."""

from itertools import chain
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from chart_boxes import faults

import twente_analysis as ta
from twente_analysis.briefs.document import key_sentences
from twente_analysis.briefs.plan import BriefError
from twente_analysis.cell import payload
from twente_analysis.charts.house import chart_of
from twente_analysis.outlook import at_edge, half_up

LANGUAGES = ("nl", "en")
NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "projection.ipynb"
BY, TRANSPORT = "bedrijfstak_mbo", "Transport en logistiek"
WORSE = {"nl": "één jaar vooruit was het laatste aantal herhalen beter", "en": "one year ahead repeating did better"}
WIDER = {"nl": "vooral doordat zij breder was", "en": "mostly by being wider"}
FORECAST = "Instellingscode;Instellingsnaam;Jaar;Type;Versie;Aantal\n" + "".join(
    f"27YU;ROC van Twente;{year};{kind};2020;{count}\n"
    for year, kind, count in [(2018, "Historie", 18000), (2019, "Historie", 18200), (2022, "Prognose", 17290)]
)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def frame_of(groups, indicator="enrolment", unit="students"):
    rows = [
        (indicator, 2007 + year, "institution", "27YU", group, count, unit, "", "own/table#1")
        for group, counts in groups.items()
        for year, count in enumerate(counts)
    ]
    names = ["indicator", "year", "region_type", "region", BY, "value", "unit", "status", "source"]
    return ta.check_tidy(pd.DataFrame(rows, columns=names).astype({"year": "Int64", "value": "Int64"}))


def population(last=2019):
    """Inhabitants of Twente by age, 1,000 of each up to 15 and 2,000 from 16 on."""
    ages = list(range(5, 30))
    people = pd.DataFrame({"age": list(map(str, ages)), "value": [1000 if age < 16 else 2000 for age in ages]})
    people = people.assign(indicator="population", year=last, region_type="corop", region="CR12")
    people = people.assign(unit="persons", status="", source="cbs/03759ned#1")
    return people.astype({"year": "Int64", "value": "Int64"})


@pytest.fixture
def prognosis(tmp_path):
    (tmp_path / "forecast.csv").write_text(FORECAST, "utf-8")
    with pytest.warns(UserWarning, match="unverified"):
        return ta.find_prognosis(open_data=tmp_path)


def case(publisher="duo", indicator="enrolment", scope="all", **asked):
    """What the notebook makes of its parameters: the series, its projection and the record."""
    scenario, method, horizon = asked.get("scenario", ""), asked.get("method", "rule"), asked.get("horizon", 3)
    driver = ta.load_technical(publisher, "enrolment") if indicator == "diplomas" else None
    students = None if driver is None else ta.in_scope(driver, scope)
    series = ta.in_scope(ta.load_technical(publisher, indicator), scope)
    part = ta.projected_part(series, scenario)
    by = ta.classification(series)
    record = ta.evaluate(ta.join_groups(part, by), by, students)
    return series, ta.project_scenario(series, horizon, method, scenario, students), record


def past_totals(publisher="duo", indicator="enrolment", scope="all", scenario=""):
    driver = ta.load_technical(publisher, "enrolment") if indicator == "diplomas" else None
    series = ta.projected_part(ta.in_scope(ta.load_technical(publisher, indicator), scope), scenario)
    students = None if driver is None else ta.in_scope(driver, scope)
    return ta.replay_total(series, ta.classification(series), students)


CASES = [
    {},
    {"horizon": 1},
    {"horizon": 6},
    {"method": "naive"},
    {"method": "log-ols", "scope": "bol", "horizon": 2},
    {"scope": "niveau 4"},
    {"publisher": "regiovisie"},
    {"publisher": "regiovisie", "scenario": "transport at zero"},
    {"publisher": "regiovisie", "scenario": "transport at first year", "horizon": 5},
    {"publisher": "regiovisie", "scope": "transport at its 2007 level"},
    {"publisher": "regiovisie", "indicator": "diplomas"},
    {"publisher": "regiovisie", "indicator": "diplomas", "scope": "without transport", "method": "lag-ratio"},
]


def told(text):
    return " ".join(text.sentences)


def rows_of(table):
    return [list(row) for _, group in table.groups for row in group]


SMALL = {"Hout en interieur": [100, 104, 112, 110, 116], TRANSPORT: [50, 60, 70, 80, 90]}


@pytest.mark.parametrize(
    ("scenario", "value", "naive", "status"),
    [
        ("", 116 + 3 * 2 + 90 + 3 * 5, 206, "estimated"),
        ("transport at zero", 122, 116, "scenario"),
        ("transport at first year", 122 + 50, 166, "scenario"),
        ("transport at last year", 122 + 90, 206, "scenario"),
        ("cohort", 227, 206, "estimated"),
    ],
)
def test_each_scenario_by_hand(scenario, value, naive, status):
    last = ta.project_scenario(frame_of(SMALL), 3, scenario=scenario).iloc[-1]
    assert (last["value"], last["naive"], last["status"]) == (value, naive, status)


def test_a_level_moves_the_fan_and_leaves_its_width():
    zero, held = (
        ta.project_scenario(frame_of(SMALL), 2, scenario=f"transport at {at}") for at in ("zero", "last year")
    )
    for bound in ("lower_80", "median", "upper_95"):
        assert (held[bound] - zero[bound]).tolist() == pytest.approx([90, 90])
    assert held["level"].tolist() == [90, 90]


@pytest.mark.parametrize(
    ("frame", "scenario", "message"),
    [
        (frame_of(SMALL), "transport at one", "'transport at zero'.*'cohort'"),
        (ta.in_scope(frame_of(SMALL), "without transport"), "transport at zero", "scope='all'"),
        (ta.in_scope(ta.load_enrolment(), "transport at its 2007 level"), "transport at zero", "scope='all'"),
        (frame_of({TRANSPORT: SMALL[TRANSPORT]}), "transport at zero", "No group is left"),
    ],
)
def test_wrong_scenarios_are_refused(frame, scenario, message):
    with pytest.raises(ta.DataError, match=message):
        ta.project_scenario(frame, 3, scenario=scenario)


def test_the_cohort_by_hand_and_what_it_needs():
    # 206 students on 5 x 2,000 inhabitants of 16 to 20; a year later those of 15 are 16.
    people = population(2011)
    found = ta.cohort_scenario(frame_of(SMALL), 2, people)
    assert found["value"].tolist() == pytest.approx([206 * 9 / 10, 206 * 8 / 10])
    with pytest.raises(ta.DataError, match="03759ned"):
        ta.cohort_scenario(frame_of(SMALL), 2, ta.load_population())
    with pytest.raises(ta.DataError, match="enrolment"):
        ta.cohort_scenario(ta.load_diplomas(), 2, people)


def test_rounding_gives_no_more_digits_than_the_fan():
    # Half-drift per domein, the rest cut at zero: 5,887.5; the fan is over 450 wide.
    total = ta.round_projection(case()[1]).iloc[-1]
    assert [total[name] for name in ("value", "naive", "lower_80", "upper_80", "step")] == [5900, 5722, 5600, 6100, 100]
    groups = ta.round_projection(ta.project(ta.load_technical("duo"), 3, by="domein"))
    # 303 + 3 x 103 / 8 = 341.6 and 2,425 + 3 x 212 / 8 = 2,504.5
    found = groups[groups["year"] == 2022].set_index("domein")["value"]
    assert found[["Afbouw, hout en onderhoud", "Techniek en procesindustrie"]].tolist() == [340, 2500]
    assert half_up(pd.Series([-26.5, 8.5])).tolist() == [-26, 9]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_box_says_that_the_rule_did_worse(language):
    _, projected, record = case()
    box = " ".join(key_sentences(ta.tell_projection(projected, record, language=language).sentences)[0])
    assert WORSE[language] in box
    # Reckoned apart from DUO's file, the eight groups as they are projected: 16 forecasts, 25.71 against 21.75.
    expected = {"nl": ("5.900", "5.600 tot 6.100", "gemiddeld 22 studenten per groep mis, de projectie 26. Ook de marge"
                       " van de projectie was slechter."),
                "en": ("5,900", "5,600 to 6,100", "it missed by 22 students per group on average, the projection by 26."
                       " Its range was worse too.")}  # fmt: skip
    assert [figure for figure in expected[language] if figure not in box] == []


@pytest.mark.parametrize("chosen", CASES, ids=lambda chosen: "-".join(map(str, chosen.values())) or "default")
def test_the_first_box_is_short_and_begins_with_the_projection(chosen):
    _, projected, record = case(**chosen)
    fan = record.set_index("method").loc["rule", "verdict"]
    for language in LANGUAGES:
        text = ta.tell_projection(projected, record, chosen.get("scope", "all"), language=language)
        box, _ = key_sentences(text.sentences)
        assert {"nl": "de projectie voor", "en": "the projection for"}[language] in box[0]
        assert "80%" in box[1]
        # The edge, and how far it missed against repeating, its range included where that did better.
        if projected["level"].isna().all():
            missed = box[2 + at_edge_of(projected)]
            assert {"nl": "mis", "en": "missed"}[language] in missed
            assert ({"nl": "marge", "en": "range"}[language] in missed) == ("in wis" in fan)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_group_cut_at_zero_is_told_beside_the_headline(language):
    # Overige of the domeinen falls from 320 (216 + 104) to 49: 49 - 3 x 271 / 8 = -52.6. The total is 5,887.5 with it
    # at nil, and 5,834.9 without.
    text = told(ta.tell_projection(*case()[1:], language=language))
    expected = {"nl": "Overige kwam onder nul uit en is op nul gezet. Dat maakt het totaal van 2022 ongeveer 50 hoger; "
                      "zonder dat was het afgerond 5.800",
                "en": "adds about 50 to the total of 2022; without it the total would be 5,800"}  # fmt: skip
    assert expected[language] in text
    text = told(ta.tell_projection(*case("regiovisie", scope="without transport")[1:], language=language))
    assert {"nl": "ongeveer 80 hoger; afgerond blijft het 5.300",
            "en": "adds about 80 to the total of 2014; rounded it stays 5,300"}[language] in text  # fmt: skip
    text = told(ta.tell_projection(*case("regiovisie", "diplomas", "without transport")[1:], language=language))
    assert {"nl": "op nul", "en": "set to zero"}[language] not in text


def at_edge_of(projected):
    near = ta.round_projection(projected)
    return at_edge(near[near["year"] - near["year"].min() < 3].iloc[-1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_total_and_two_years_ahead_are_told_with_what_they_rest_on(language):
    series, projected, _ = case()
    further = ta.evaluate(ta.join_groups(series, "domein"), "domein", horizon=2)
    text = told(ta.tell_further(projected, past_totals(), further, language=language))
    # The total: 5,606 + (5,606 - 5,421) / 4 for 5,623 and 5,623 + (5,623 - 5,421) / 6 for 5,722, so 29 and 65 off;
    # repeating 17 and 99. Two years ahead, reckoned apart from DUO's file: 44.4 against 42.0, from 2017 alone.
    expected = {
        "nl": (
            "47 studenten mis (herhalen: 58",
            "44 studenten per groep mis (herhalen: 42)",
            "8 proefberekeningen, alle vanuit één startjaar",
            "Drie jaar vooruit is niet getoetst",
        ),
        "en": (
            "47 students on average (repeating: 58",
            "44 students per group on average (repeating: 42)",
            "8 trial projections, all from one starting year",
            "Three years ahead has not been tested",
        ),
    }
    assert [figure for figure in expected[language] if figure not in text] == []
    assert "eerder te gunstig" not in text
    assert "flatters" not in text
    table = ta.table_record(further, language=language)
    assert {"nl": "2 jaar vooruit", "en": "2 years ahead"}[language] in table.caption


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_box_says_where_the_rule_did_worse_over_more_years(language):
    _, projected, record = case("regiovisie", scope="without transport")
    # By hand, of the ten groups: 399.5 + 357 + 8.5 + 378 + 77 + 27 + 14 + 119.5 + 25 + 57 = 1462.5 by the rule;
    # 249 + 419 + 24 + 377 + 4 + 57 + 28 + 31 + 14 + 41 = 1244 by repeating.
    compared, _ = later()
    expected = {
        "nl": "In de proef tot 2015 was herhalen beter: gemiddeld 124 studenten mis, de projectie 146.",
        "en": "In the trial up to 2015 repeating did better: it missed by 124 students on average, the projection by "
        "146.",
    }[language]
    assert expected in told(ta.tell_projection(projected, record, "without transport", compared, language=language))
    assert expected not in told(ta.tell_projection(projected, record, "without transport", language=language))
    # Where it did worse one year ahead already, that says enough.
    _, projected, record = case("duo")
    assert "2015" not in told(ta.tell_projection(projected, record, "all", compared, language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rule_that_did_better_is_not_called_worse(language):
    scope = "without transport and combinatie"
    _, projected, record = case("regiovisie", scope=scope)
    box = told(ta.tell_projection(projected, record, language=language))
    assert WORSE[language] not in box
    assert {"nl": "mis, het laatste aantal herhalen 37", "en": "repeating by 37"}[language] in box
    # Its range still is, and one that is not goes without warning.
    assert {"nl": "marge van herhalen was beter", "en": "range of repeating was better"}[language] in box
    assert WIDER[language] in told(ta.tell_record(record, BY, language=language))
    good = record.assign(verdict="no worse than naive")
    calm = told(ta.tell_projection(projected, good, language=language))
    assert {"nl": "marge van herhalen", "en": "range of repeating"}[language] not in calm
    assert WIDER[language] not in told(ta.tell_record(good, BY, language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_that_has_passed_and_a_flattered_rule_are_told(language):
    scope = "without transport"
    series, projected, _ = case("regiovisie", scope=scope)
    further = ta.evaluate(ta.join_groups(series, "bedrijfstak_mbo"), "bedrijfstak_mbo", horizon=2)
    words = {"nl": ("in 2011 had kunnen verwachten; het jaar 2014 is voorbij", "eerder te gunstig"),
             "en": ("expected in 2011; 2014 has passed", "this result flatters it")}[language]  # fmt: skip
    assert words[0] in told(ta.tell_beside(projected, language=language))
    assert words[1] in told(
        ta.tell_further(projected, past_totals("regiovisie", scope=scope), further, language=language)
    )
    assert words[0] not in told(ta.tell_beside(case()[1], language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_repeated_under_a_scenario_is_the_other_groups_alone(language):
    series, projected, _ = case("regiovisie", scenario="transport at zero")
    words = {"nl": ("Andere groepen herhaald", "Laatste aantal herhaald", "Blijven de andere groepen"),
             "en": ("Other groups repeated", "Last count repeated", "If the other groups keep")}[language]  # fmt: skip
    table = ta.table_projection(projected, language=language)
    (ax,) = ta.plot_projection(series, projected, language=language)
    chart = chart_of(ax)[1]
    shown = " ".join([*table.columns, chart.alt.capitalize(), *(one.get_text() for one in ax.texts)]).replace("\n", " ")
    assert words[0] in shown
    assert words[1].lower() not in shown.lower()
    assert words[2] in told(ta.tell_beside(projected, language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chart_says_when_the_axis_is_cut_and_when_the_number_lies_at_the_edge(language):
    axis = {"nl": "de as begint niet bij nul", "en": "does not start at zero"}[language]
    edge = {"nl": "in 2012, 2013 en 2014 ligt de projectie op of buiten", "en": "in 2012, 2013 and 2014 the projection"}
    series, projected, _ = case("regiovisie", "diplomas")
    (ax,) = ta.plot_projection(series, projected, language=language)
    chart = chart_of(ax)[1]
    assert (axis in chart.subtitle) == (ax.get_ylim()[0] > 0)
    assert edge[language] in chart.subtitle
    assert edge[language] in chart.alt
    (ax,) = ta.plot_projection(*case()[:2], language=language)
    assert axis in chart_of(ax)[1].subtitle
    assert ax.get_ylim()[0] > 0
    assert "80%" not in chart_of(ax)[1].subtitle


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_miss_within_a_tenth_is_about_as_much(language):
    # Each group alone, 24.6 and 26.2 diplomas: 6 % apart. The range is wider than naive's, but holds fewer counts.
    scope, by = "without transport", "bedrijfstak_mbo"
    series, projected, _ = case("regiovisie", "diplomas", scope)
    record = ta.evaluate(series, by, ta.in_scope(ta.load_technical("regiovisie", "enrolment"), scope))
    box = told(ta.tell_projection(projected, record, scope, language=language))
    assert {"nl": "25 diploma's per groep mis, ongeveer als het laatste aantal herhalen (26)",
            "en": "25 diplomas per group on average, about as repeating (26)"}[language] in box  # fmt: skip
    record = told(ta.tell_record(record, by, language=language))
    assert WIDER[language] not in record
    # 14 counts lie in it, as many as a good range has: that says nothing against what the score says.
    assert {"nl": "te smal", "en": "too narrow"}[language] not in record


def test_the_box_says_when_coverage_is_out_of_its_range():
    _, projected, record = case()
    bad = record.assign(verdict="80 % coverage below its range", hits_80=3)
    box = told(ta.tell_projection(projected, bad))
    assert "van de 16 tellingen vielen er 3 binnen de marge van 80%; bij een goede marge zijn dat er 9 tot 16" in box


def test_the_box_says_when_the_number_lies_at_the_edge():
    _, projected, record = case("regiovisie", "diplomas")
    assert "op of buiten de rand" in told(ta.tell_projection(projected, record))
    _, projected, record = case()
    assert "buiten de rand" not in told(ta.tell_projection(projected, record))


@pytest.mark.parametrize("chosen", CASES, ids=lambda chosen: "-".join(map(str, chosen.values())) or "default")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_alternative_text_and_the_axis_have_every_year(chosen, language):
    series, projected, _ = case(**chosen)
    (ax,) = ta.plot_projection(series, projected, scope=chosen.get("scope", "all"), language=language)
    figure, chart = chart_of(ax)
    assert faults(figure) == []
    assert len(chart.title.split()) <= 12
    assert len(chart.alt) > 100
    assert all(str(year) in chart.alt for year in projected["year"])
    assert [tick.get_text() for tick in ax.get_xticklabels()] == [
        str(year) for year in (*sorted(series["year"].unique()), *projected["year"])
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("horizon", [3, 6])
def test_what_stands_beside_is_drawn_and_told(language, horizon, prognosis):
    series, projected, _ = case(horizon=horizon)
    cohort = ta.cohort_scenario(series, horizon, population())
    both = {"prognosis": prognosis, "cohort": cohort}
    ax, duo = ta.plot_projection(series, projected, both, language=language)
    figure, chart = chart_of(ax)
    assert faults(figure) == []
    lines = {line.get_gid(): line for one in (ax, duo) for line in one.lines if str(line.get_gid()).startswith("line")}
    assert list(lines["line prognosis"].get_ydata()) == [18200, 17290]
    assert list(lines["line prognosis counted"].get_ydata()) == [18000, 18200]
    assert len({lines[name].get_linestyle() for name in ("line value", "line naive", "line cohort")}) == 3
    assert "03759ned" in chart.source
    text = told(ta.tell_beside(projected, prognosis, cohort, language=language))
    # 17,290 / 18,200 = 0.95; the ages 16-20 of 2022 hold two years of 2,000 and three of 1,000: 5,722 x 0.7 = 4,005.
    expected = {"nl": ("daling van 5,0% van 2019 tot 2022", "4.000"), "en": ("fall of 5.0% from 2019 to 2022", "4,000")}
    assert all(figure in text for figure in expected[language])


def test_no_fetched_forecast_is_no_forecast(tmp_path, monkeypatch):
    monkeypatch.delenv("TWENTE_OPENDATA", raising=False)
    assert ta.find_prognosis() is None
    assert ta.find_prognosis(open_data=tmp_path) is None


def test_counts_projection_and_scenario_look_different():
    series, projected, _ = case(horizon=5)
    (ax,) = ta.plot_projection(series, projected)
    lines = {line.get_gid(): line for line in ax.lines}
    assert lines["line counted"].get_linestyle() == "-"
    assert lines["line counted"].get_markerfacecolor() != "white"
    looks = [
        (lines[f"line {name}"].get_linestyle(), lines[f"line {name}"].get_markerfacecolor())
        for name in ("value", "naive")
    ]
    assert looks == [("--", "white"), (":", "white")]
    fans = {fan.get_gid(): fan for fan in ax.collections}
    assert set(fans) == {"fan 95", "fan 80", "fan 95 scenario", "fan 80 scenario"}
    assert [bool(fans[name].get_hatch()) for name in fans] == [name.endswith("scenario") for name in fans]
    parts = [text.get_text() for text in ax.texts if text.get_gid() == "part"]
    assert parts == ["projectie", "scenario"]
    assert "2024 (scenario)" in chart_of(ax)[1].alt
    held, projected, _ = case("regiovisie", scope="transport at its 2007 level")
    (ax,) = ta.plot_projection(held, projected, scope="transport at its 2007 level")
    counted = next(line for line in ax.lines if line.get_gid() == "line counted")
    assert (counted.get_linestyle(), counted.get_markerfacecolor()) == ("--", "white")
    assert chart_of(ax)[1].title.startswith("Scenario voor 2014")


def later():
    duo = ta.load_enrolment("duo", mbo_niveau=["2", "3", "4"])
    found = ta.to_bedrijfstak(duo, ta.read_table("crosswalk_bedrijfstak"))
    return ta.compare_later(ta.load_enrolment(), found, 2015), found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_misses_of_all_eleven(language):
    compared, counts = later()
    axes = ta.plot_misses(compared, counts, language=language)
    _, chart = chart_of(axes)
    # Transport's miss is four times the next: on a scale of its own.
    assert [len(ax.get_yticks()) for ax in axes] == [10, 1]
    assert len(axes[0].get_legend().get_texts()) == 2
    assert "DUO" in chart.source
    assert "Regiovisie" in chart.source
    table = ta.table_later(compared, language=language)
    assert [len(group) for _, group in table.groups] == [2, 9]
    rows = {row[0]: row[1:] for row in rows_of(table)}
    transport, metal = ("Transport en logistiek", "Metaal, elektro, installatie") if language == "nl" else (
        "Transport and logistics", "Metal, electrical, installation")  # fmt: skip
    # 1,624 + 4 x 141 = 2,188 against 305; 1,743 - 4 x 22.125 = 1,654.5 against 1,774.
    transport += {"nl": " (marge zegt niets)", "en": " (range says nothing)"}[language]
    assert rows[transport][1].replace(",", ".").startswith("0 t")
    assert [one.replace(",", ".") for one in rows[transport]][2:5] == ["305", "+1.883", "+1.319"]
    assert [one.replace(",", ".") for one in rows[metal]][2:5] == ["1.774", "−119", "−31"]
    text = told(ta.tell_later(compared, language=language))
    # Without transport 1,463 / 10 against 1,244 / 10; the four of high confidence 279 / 4 against 90 / 4.
    expected = {"nl": ("304 studenten", "233 mis", "4 van de 11", "146 tegen 124",
                       "er 70 naast en herhalen 23",
                       "er 9 binnen", "8 zonder transport en logistiek, waar de marge van 0 tot 24.000 loopt",
                       "andere manier van tellen"),
                "en": ("304 students", "missed by 233", "4 of the 11", "146 against 124",
                       "by 70 and repeating by 23",
                       "9 fall", "8 without transport and logistics, whose range runs from 0 to 24,000",
                       "another way of counting")}  # fmt: skip
    assert all(figure in text for figure in expected[language])
    assert {"nl": "geen latere telling", "en": "no later count"}[language] in told(
        ta.tell_later(None, language=language)
    )
    beside = told(ta.tell_beside(case("regiovisie", scope="without transport")[1], None, None, compared))
    assert "herhalen per bedrijfstak gemiddeld 233 studenten mis, en de projectie 304" in beside
    assert "Zonder transport en logistiek was het 124 en 146" in beside


def test_tables_cell_by_cell():
    series, projected, record = case(horizon=4)
    table = ta.table_projection(projected)
    assert [heading for heading, _ in table.groups] == ["Projectie", "Scenario"]
    assert table.columns[1] == "Onze projectie"
    assert [heading for heading, _ in ta.table_projection(projected.iloc[:3]).groups] == [""]
    assert rows_of(table)[2] == ["2022", "5.900", "5.600 tot 6.100", "5.400 tot 6.200", "5.722"]
    assert [row[0] for row in table.groups[1][1]] == ["2023"]
    joined = ta.join_groups(series, "domein")
    groups = ta.table_projected_groups(joined, ta.project(joined, 4, by="domein"), language="en")
    rows = {row[0]: row[1:] for row in rows_of(groups)}
    assert rows["Other (see note)"][:2] == ["49", "0"]
    assert "Crossover (not counted in every year)" in " ".join(groups.notes)
    # In 2015 trade 216 and care 104, in 2019 crossover 49.
    assert "Other (see note) went from 320 (2015) to 49 (2019)" in " ".join(groups.notes)
    scored = {row[0]: row[1:] for row in rows_of(ta.table_record(record))}
    assert "Halve trend doortrekken" not in scored
    assert scored["Onze regel (= halve trend doortrekken)"] == ["25,7", "1,18", "3,6%", "1,29", "16", "16"]
    assert scored["Gemiddelde van alle jaren"][3:] == ["–", "–", "–"]
    others = ta.table_accuracy(record, ta.load_accuracy(), language="en")
    rows = {row[0]: row[1:] for row in rows_of(others)}
    assert rows["This brief: technical students per group, one school"] == ["1 year", "3.6%"]
    assert {name.split(" ")[0]: cells for name, cells in rows.items() if "This" not in name} == {
        "NCES": ["1 year", "0.3 to 3.5%"],
        "OCW": ["short", "1.7 to 3.3%"],
        "ROA": ["5 years", "2.7 to 9.5%"],
        "BLS": ["10 years", "3.4 to 13.9 percentage points"],
    }
    for language, sentence in (("nl", "0,3 tot 3,5% naast; onze 3,6%"), ("en", "0.3 to 3.5% one year ahead")):
        assert sentence in told(ta.tell_accuracy(record, ta.load_accuracy(), language=language))
    sites = told(ta.tell_accuracy_sources(ta.load_accuracy()))
    assert all(site in sites for site in ("nces.ed.gov", "mareonline.nl", "5dok.net", "www.bls.gov"[4:]))


def test_every_scope_stands_beside_the_chosen_one():
    every = ta.load_technical("regiovisie", "enrolment")
    found = ta.project_scopes(every, 3)
    one = ta.project_scenario(every, 3, scenario="transport at last year")
    row = found[found["scenario"] == "transport at last year"].iloc[0]
    assert (row["value"], row["upper_80"]) == pytest.approx((one["value"].iloc[-1], one["upper_80"].iloc[-1]))
    table = ta.table_projected_scopes(found, "without transport", language="en")
    rows = {row[0]: row[1:] for row in rows_of(table)}
    # 5,335.5 by hand from the document's table, overige cut at zero; plus 496 and 1,624.
    assert rows["Without transport and logistics"][:2] == ["5,404", "5,300"]
    assert rows["Transport and logistics at its first count (496)"][:2] == ["7,028", "5,800"]
    assert rows["Transport and logistics at its last count (1,624)"][:2] == ["7,028", "7,000"]
    assert table.strong == ["Without transport and logistics"]
    # All groups with transport: 4,000 to 12,000 around 7,400.
    assert rows["Total *"][1] == "7,400"
    assert "* Total: the range is wider than the number itself. Do not use this number." in table.notes
    diplomas = ta.project_scopes(ta.load_technical("regiovisie", "diplomas"), 3, "rule", every)
    table = ta.table_projected_scopes(diplomas)
    assert any(note.startswith("* Totaal: de projectie ligt op de rand") for note in table.notes)
    assert [row[0] for row in rows_of(table) if row[0].endswith("*")] == ["Totaal *"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "nl",
            "In de rij Totaal is de projectie van Overige op nul gezet, omdat zij onder nul uitkwam; dat maakt die rij",
        ),
        (
            "en",
            "In the row Total the projection of Other was put at zero, as it came out below zero; that makes that row",
        ),
    ],
)
def test_why_bol_and_bbl_do_not_add_up_to_the_total_is_said(language, expected):
    found = ta.project_scopes(ta.load_technical("duo"), 3)
    own = found[found["scenario"] == ""].set_index("scope")["value"]
    # By hand from DUO's counts: overige falls from 320 to 49, and 49 - 3 x 271 / 8 = -52.6 is put at zero.
    for parts in (["bol", "bbl"], ["niveau 2", "niveau 3", "niveau 4"]):
        assert own["all"] - own[parts].sum() == pytest.approx(52.625)
    note = next(one for one in ta.table_projected_scopes(found, language=language).notes if "bbl" in one)
    assert expected in note
    assert " 50 " in note
    # Where nothing was put at zero, rounding alone is named.
    calm = ta.table_projected_scopes(found.assign(cut=0.0, cut_groups=""), language=language).notes
    assert not any(expected[:20] in one for one in calm)


def test_a_scope_that_cannot_be_projected_is_named():
    every = ta.load_technical("duo")
    thin = every["type_mbo"].ne("BBL") | every["domein"].eq("Bouw en infra") & every["mbo_niveau"].eq("2")
    some = every[thin].assign(value=every["value"].where(every["type_mbo"].ne("BBL"), 5))
    found = ta.project_scopes(some, 3)
    assert set(found["left_out"]) == {"bbl"}
    assert "bbl" not in set(found["scope"])
    assert "Te klein of te kort om te projecteren: Bbl." in ta.table_projected_scopes(found).notes


@pytest.mark.parametrize("language", LANGUAGES)
def test_caveats_stand_where_they_apply(language):
    words = {"nl": ("scenario", "slaagkans", "crisis van 2008", "Daarop is hij hier ook getoetst"),
             "en": ("scenario", "success rate", "crisis of 2008", "same figures")}[language]  # fmt: skip

    def caveats(**chosen):
        _, projected, _ = case(**chosen)
        every = ta.load_technical(chosen.get("publisher", "duo"), chosen.get("indicator", "enrolment"))
        text = told(ta.tell_projection_caveats(every, projected, chosen.get("scope", "all"), language=language))
        return [word in text for word in words]

    every = ta.load_technical("regiovisie", "diplomas")
    _, projected, _ = case("regiovisie", "diplomas", "without transport")
    removed = told(ta.tell_projection_caveats(every, projected, "without transport", language="nl"))
    assert "Daarmee vallen 1.581 diploma's techniek weg, 51,4% van alle in 2011." in removed
    assert caveats() == [False, False, False, False]
    assert caveats(horizon=4) == [True, False, False, False]
    assert caveats(publisher="regiovisie", indicator="diplomas") == [False, True, True, True]


@pytest.mark.parametrize("chosen", CASES, ids=lambda chosen: "-".join(map(str, chosen.values())) or "default")
@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_whole(chosen, language):
    series, projected, record = case(**chosen)
    scope, method = chosen.get("scope", "all"), chosen.get("method", "rule")
    part = ta.projected_part(series, chosen.get("scenario", ""))
    every = ta.load_technical(chosen.get("publisher", "duo"), chosen.get("indicator", "enrolment"))
    texts = [
        ta.tell_projection(projected, record, scope, language=language),
        ta.tell_beside(projected, None, None, later()[0], language=language),
        ta.tell_method_share(ta.method_share(part, chosen.get("horizon", 3)), language=language),
        ta.tell_record(record, ta.classification(series), method, language=language),
        ta.tell_projection_caveats(every, projected, scope, language=language),
    ]
    sentences = list(chain.from_iterable(text.sentences for text in texts))
    assert all(sentence.endswith(".") for sentence in sentences)
    together = " ".join(sentences).replace("(", " ").replace(")", " ").replace("%", " ").split()
    assert not {"nan", "<NA>", "None", "–"} & set(together)


def wanted(chosen):
    return [chosen.get(name, given) for name, given in
            (("publisher", "duo"), ("indicator", "enrolment"), ("scope", "all"), ("scenario", ""))]  # fmt: skip


@pytest.fixture
def outputs(run_notebook, tmp_path):
    """A function that runs the notebook with parameters, and gives what its cells show."""

    def run(parameters):
        done = run_notebook(NOTEBOOK, parameters, tmp_path / "projection.ipynb")
        return [payload(output) for cell in done.cells for output in cell.get("outputs", [])]

    return run


@pytest.mark.parametrize(
    ("parameters", "start"),
    [
        ({"language": "en", "horizon": 5, "method": "half-drift"}, "Starting from 2019, the projection"),
        ({"scope": "bbl", "horizon": 1, "method": "naive"}, "Gerekend vanaf 2019 komt de"),
        ({"publisher": "regiovisie", "scenario": "transport at first year"}, "Scenario: stel dat transport en"),
        ({"scenario": "transport at zero", "method": "drift"}, "Scenario: stel dat transport en logistiek op 0"),
        ({"scenario": "transport at last year", "method": "damped-holt"}, "Scenario: stel dat transport en logistiek"),
        ({"first_year": 2015, "last_year": 2019, "method": "mean"}, "Gerekend vanaf 2019"),
        (
            {"publisher": "regiovisie", "indicator": "diplomas", "scope": "without transport", "method": "lag-ratio"},
            "Gerekend vanaf 2011",
        ),
        (
            {"publisher": "regiovisie", "scope": "transport at its 2007 level", "method": "log-ols", "brin": "27YU"},
            "Scenario: gerekend vanaf 2011",
        ),
    ],
)  # fmt: skip
def test_the_notebook_runs_with_each_parameter(outputs, parameters, start):
    found = outputs(parameters)
    # The test with later counts is about students: a brief on diplomas has one chart.
    charts = 1 if parameters.get("indicator") == "diplomas" else 2
    assert [content["kind"] for content in found if content].count("chart") == charts
    headline = next(content for content in found if content and content.get("role") == "headline")
    assert headline["sentences"][0].startswith(start)


def test_the_notebook_draws_a_fetched_forecast(outputs, tmp_path, monkeypatch):
    (tmp_path / "forecast.csv").write_text(FORECAST, "utf-8")
    monkeypatch.setenv("TWENTE_OPENDATA", str(tmp_path))
    chart = next(content for content in outputs({}) if content and content["kind"] == "chart")
    assert chart["figures"]["rows"][-1][0].startswith("DUO, alle mbo")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"scenario": "cohort"}, "03759ned"),
        ({"scenario": "transport"}, "transport at zero"),
        ({"method": "ets"}, "damped-holt"),
        ({"first_year": 2016}, "needs 5"),
        ({"indicator": "diplomas"}, "indicator='diplomas'"),
    ],
)
def test_the_notebook_refuses_with_the_alternative(outputs, parameters, message):
    with pytest.raises(BriefError, match=message):
        outputs(parameters)
