"""Money: sums typed over from the documents, what has no amount, what counts twice, and how it is shown."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

import twente_analysis as ta
from twente_analysis.catalogue import data_folder
from twente_analysis.cell import payload
from twente_analysis.charts.house import chart_of
from twente_analysis.language import format_euro, share_range

NOTEBOOK = data_folder().parent / "notebooks/investment.ipynb"
LANGUAGES = ("nl", "en")
FUNDERS, LEVELS = ta.load_funders(), ta.load_price_levels()
WHOLE = {name: ta.load_budgets(name, view=None, repeats=True) for name in ta.PARTS}
TOTALS = {name: ta.load_budgets(name, view=None, totals=True) for name in ta.PARTS}
# Typed over from the documents: TechWise, table 1 (lines 89-118), partners, companies, grant, total per goal.
TECHWISE = {
    "1 CIV organisatie": (211350, 0, 750000, 961350),
    "2 Stroomlijning onderwijs-arbeidsmarkt techniek": (392700, 0, 90000, 482700),
    "3 Onderwijs-ontwikkeling HTSM": (1277100, 1039000, 540000, 2856100),
    "4 Onderzoek en demonstratie-faciliteiten": (145500, 340000, 375000, 860500),
    "5 PPS Innovatie-projecten": (90000, 240000, 145000, 475000),
}
# TWAM, lines 231-301, each activity at its first listing: cost in thousands per programme line.
TWAM = [
    150 + 24 + 10 + 30 + 20 + 10 + 60 + 200,
    2000 + 1000 + 15 + 210 + 250 + 1100 + 18 + 170 + 200 + 200 + 150 + 155 + 100,
    2300 + 900 + 560 + 630,
    60,
    480,
]
# Regio Deal: cost and the row of the Rijk per project, summed from the rows of its tables, in thousands.
REGIODEAL = {
    "Advanced Manufacturing Program": (6000, 1500),
    "PDEng voor Digitale Transformatie en Advanced Manufacturing": (4662.78, 840),
    "TopFit - Citizenlab Oost": (6000, 3000),
    "Twents Fonds voor Vakmanschap": (8000, 4000),
    "Skills Twente": (3000, 1202),
    "Talent Halen, Opleiden en Houden": (5974.097, 1893.936),
    "Leonardo": (10000, 5000),
    "Gebiedsontwikkeling en Bereikbaarheid Topwerklocaties": (88430, 10365),
    "Creatieve Broedplaatsen": (6600, 2800),
    "Mineral Valley Twente": (2000, 0),
    "Circulair Textiel door Chemische en Mechanische Recycling": (20000, 4000),
}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def money_of(document, funder="", programme="", year=0, listings="first"):
    rate = 75 if document == "techwise" else None
    every = ta.select_budget(WHOLE[document], programme)
    chosen = ta.choose_listings(ta.in_euros(every, rate, year), listings)
    return ta.single_out(ta.label_money(chosen, FUNDERS, LEVELS), funder)


MONEY = {name: money_of(name) for name in ta.PARTS}


def test_techwise_is_paid_as_its_first_table_says():
    parts = ta.cost_and_cover(MONEY["techwise"], "goal").set_index("goal")
    cover = ta.cover_by_funder(MONEY["techwise"], "goal").set_index(["goal", "funder"])["amount"]
    for goal, (partners, companies, grant, total) in TECHWISE.items():
        assert parts.loc[goal, ["cost", "cover"]].tolist() == [total, total]
        found = [cover.get((goal, one), 0) for one in ("partners", "bedrijven", "investeringssubsidie")]
        assert [0 if pd.isna(one) else one for one in found] == [partners, companies, grant]
    assert ta.cost_and_cover(MONEY["techwise"])["cost"].tolist() == [5635650]


def test_techwise_counts_its_hours_at_75_euros_everywhere_but_where_an_amount_is_not_named():
    rates = ta.implied_rates(WHOLE["techwise"], TOTALS["techwise"])
    assert ta.one_rate(rates) == 75
    # Nine partners' totals, 24 activities of partners and one of companies.
    assert rates["route"].value_counts().to_dict() == {"kpi": 34, "activity": 25, "total": 9}
    odd = rates[rates["rate"].round(6) != 75]
    # 10,000 for 120 hours (twice), 49,000 for 400 and a subsidy of 3,000.
    assert sorted(odd["euros"] - 75 * odd["hours"]) == [1000, 1000, 16000]
    # 28,222 hours of partners and 9 x 480 of companies.
    assert ta.cost_and_cover(MONEY["techwise"])["in_kind"].tolist() == [(28222 + 4320) * 75]


def test_each_company_of_techwise_pays_what_its_third_table_says():
    hours = ta.hours_per_funder(ta.load_budgets("techwise", view="companies"), 75)
    assert hours["euros"].tolist() == [63000, 63000, 76000, 76000, 116000, 121000, 47000, 161000, 66000]
    assert hours["euros"].sum() == 789000


def test_a_rate_on_which_a_source_does_not_agree_is_refused():
    totals = TOTALS["techwise"].copy()
    saxion = (totals["funder"] == "Saxion") & (totals["role"] == "cover")
    totals.loc[saxion, "value"] = totals.loc[saxion, "value"] + 2070
    with pytest.raises(ta.DataError, match="implies 2 rates"):
        ta.one_rate(ta.implied_rates(WHOLE["techwise"], totals))
    for rate in (0, -75, float("nan")):
        with pytest.raises(ta.DataError, match="more than 0"):
            ta.price_hours(WHOLE["techwise"], rate)
    assert len(ta.implied_rates(WHOLE["twam"], TOTALS["twam"])) == 0


def test_a_cover_that_is_not_its_hours_is_not_marked_as_hours():
    frame = WHOLE["techwise"].copy()
    there = frame["view"].eq("activities") & frame["activity_id"].eq("techwise-1.1") & frame["funder"].eq("partners")
    frame.loc[there, "value"] = 9001
    marked = ta.mark_hours(frame[frame["view"] == "activities"], frame, 75)
    assert marked[marked["qualifier"] == "in kind"]["value"].sum() == 2440650 - 9000


def test_twam_costs_what_its_lines_say_each_activity_once():
    assert ta.cost_and_cover(MONEY["twam"], "programme")["cost"].tolist() == [1000 * one for one in TWAM]
    total = ta.cost_and_cover(MONEY["twam"]).iloc[0]
    # 95,000 pm of a named payer; 37,500 pm, 120,000 PM and 400,000 with a question mark, of nobody.
    assert total[["cost", "cover", "pm", "unknown"]].tolist() == [11002000, 11002000, 95000, 557500]
    assert total[["gap", "gap_high"]].tolist() == [0, 652500]
    # Cost: 7 PM, 2 in kind, and POWI and the monitor without anything.
    # Cover: PM of Interreg (2), WGV, Calibris, sectorplan, E-portfolio's, Metaalunie, Provincie, RT.
    assert total[["cost_open", "open_pm", "open_in_kind", "open_unstated"]].tolist() == [11, 8, 6, 2]


def test_the_partners_of_twam_put_in_the_nine_million_that_its_text_says():
    cover = ta.cover_by_funder(MONEY["twam"])
    others = cover[~cover["funder"].str.startswith("Regio Twente")]
    assert others["amount"].sum() == 9169500


def test_what_twam_lists_twice_is_3295000():
    double = ta.counted_twice(WHOLE["twam"]).set_index("activity_id")
    assert double["double"].tolist() == [30000, 15000 + 30000, 10000 + 10000, 2300000, 900000]
    assert double["double"].sum() == 3295000
    assert double.loc["twam-hr-agenda-port-of-twente", ["cost", "lowest", "highest"]].tolist() == [20000, 15000, 30000]
    every = ta.label_money(ta.load_budgets("twam", repeats=True), FUNDERS, LEVELS)
    assert ta.cost_and_cover(every, double=True)["cost"].tolist() == [11002000 + 3295000]
    assert ta.cost_and_cover(money_of("twam", listings="last"))["cost"].tolist() == [11002000 - 20000 + 30000]
    assert len(ta.counted_twice(WHOLE["techwise"])) == len(ta.counted_twice(WHOLE["regiodeal"])) == 0


def test_the_regio_deal_costs_what_the_rows_of_its_projects_say():
    parts = ta.cost_and_cover(MONEY["regiodeal"], "project").set_index("project")["cost"]
    state = ta.cover_by_funder(MONEY["regiodeal"], "project").set_index(["project", "funder"])["amount"]
    assert parts.to_dict() == {name: pytest.approx(1000 * cost) for name, (cost, _) in REGIODEAL.items()}
    for name, (_, amount) in REGIODEAL.items():
        assert state.get((name, "Rijk"), 0) == pytest.approx(1000 * amount)


def test_printed_totals_stand_beside_the_sums_of_their_parts():
    found = ta.compare_totals(ta.choose_listings(WHOLE["regiodeal"]), TOTALS["regiodeal"])
    wrong = found[found["difference"].abs() > found["rounding"]]
    assert wrong[["table", "role", "funder", "printed", "computed"]].to_numpy().tolist() == [
        ["talent", "cost", "", 13699097, 5974097],
        ["topwerklocaties", "cost", "", 92300000, 88430000],
        ["topwerklocaties", "cover", "Rijk", 14100000, 10365000],
    ]
    # 2.12 printed as 2.1 and 12.62 as 12.6 million are a matter of rounding.
    rounded = found[found["difference"].abs().between(1, found["rounding"])]
    assert rounded[["funder", "difference"]].to_numpy().tolist() == [["onderwijs", -20000], ["provincie", -20000]]


def test_a_total_of_more_than_its_table_or_of_blank_cells_is_not_compared():
    found = ta.compare_totals(ta.choose_listings(WHOLE["techwise"]), TOTALS["techwise"], 75)
    assert found[found["printed"] == 5555650]["computed"].isna().all()
    assert found[(found["role"] == "hours") & (found["printed"] == 0)]["computed"].isna().all()
    # The 80,000 of line 153 may be of STODT or of SMEOT: it is held against neither total.
    assert (found["difference"].fillna(0) == 0).all()
    smeot = found[found["funder"] == "SMEOT"]
    assert smeot[["printed", "computed"]].drop_duplicates().to_numpy().tolist()[-1] == [232800, 232800]


def test_euros_of_others_beside_a_public_euro():
    found = ta.multipliers(MONEY["regiodeal"], ["public", "Rijk"])
    # 64.775 private and 14.661845 education beside 34.600936 + 20.063322 + 7.585774 + 19.3 million; the 7.5 million of
    # companies that a footnote keeps out of the budget are not among them.
    for bound in ("low", "high"):
        assert found[bound].round(4).tolist() == [round(79436845 / 81550032, 4), round(126385941 / 34600936, 4)]
    twam = ta.multipliers(MONEY["twam"]).iloc[0]
    # Not certain: 300,000 care, police and gemeenten, 95,000 pm, 37,500 pm, 120,000 PM and 400,000 of nobody.
    assert twam[["euros", "others", "unsure", "open"]].tolist() == [8460500, 1589000, 952500, 16]
    assert (twam["low"], twam["high"]) == (1589000 / 9413000, 2541500 / 8460500)
    with pytest.raises(ta.DataError, match="puts in no amount"):
        ta.multipliers(MONEY["twam"], ["Interreg"])


def test_a_chosen_funder_changes_no_multiplier():
    assert ta.multipliers(money_of("twam", "Regio Twente")).equals(ta.multipliers(MONEY["twam"]))


def test_pm_is_never_zero():
    money = MONEY["twam"].copy()
    pledged = money["line"].eq(231) & money["funder"].eq("ROC van Twente")
    money.loc[pledged, ["value", "certainty"]] = [pd.NA, "pm"]
    before, after = (ta.cost_and_cover(one).iloc[0] for one in (MONEY["twam"], money))
    assert after["gap"] - before["gap"] == 150000
    assert after["open_pm"] - before["open_pm"] == 1
    only = ta.cost_and_cover(money[money["line"].eq(271)]).iloc[0]
    assert only[["cost", "cover", "pledged", "pm", "gap"]].isna().all()
    assert only[["cost_open", "open_pm"]].tolist() == [1, 1]
    cover = ta.cover_by_funder(MONEY["twam"]).set_index("funder")
    assert cover.loc["Interreg", ["amount", "share"]].isna().all()
    assert cover.loc["Interreg", "open"] == 2


def test_money_of_other_years_views_or_listings_is_not_added():
    both = pd.concat([MONEY["techwise"], MONEY["regiodeal"]], ignore_index=True)
    with pytest.raises(ta.DataError, match="mix_prices=True"):
        ta.cost_and_cover(both)
    with pytest.raises(ta.DataError, match="mix_prices=True"):
        ta.cover_by_funder(both)
    mixed = ta.cost_and_cover(both, mix_prices=True).iloc[0]
    assert (mixed["cost"], mixed["price_level"]) == (5635650 + 160666877, "2013 + 2018")
    apart = ta.cost_and_cover(both, "document")
    assert apart["price_level"].tolist() == ["2013", "2018"]
    views = ta.label_money(ta.load_budgets("twam", view=None), FUNDERS, LEVELS)
    with pytest.raises(ta.DataError, match="two views"):
        ta.cost_and_cover(views)
    with pytest.raises(ta.DataError, match="listed more than once"):
        ta.cost_and_cover(ta.label_money(ta.load_budgets("twam", repeats=True), FUNDERS, LEVELS))


@pytest.mark.parametrize("document", ta.PARTS)
@pytest.mark.parametrize("by", ["programme", "activity_id"])
def test_parts_sum_to_wholes(document, by):
    whole, parts = ta.cost_and_cover(MONEY[document]), ta.cost_and_cover(MONEY[document], by)
    for name in ("cost", "cover", "pledged", "pm", "open_pm", "open_in_kind", "cost_open"):
        assert parts[name].sum() == whole[name].fillna(0).iloc[0]
    cover = ta.cover_by_funder(MONEY[document], by)
    assert cover["amount"].sum() == whole["cover"].iloc[0]
    sums = cover.groupby(by)["share"].sum(min_count=1).dropna().astype(float)
    assert sums.tolist() == pytest.approx([1.0] * len(sums))


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(sorted(ta.PARTS)), st.randoms(use_true_random=False), st.integers(2, 5))
def test_neither_order_nor_scale_matters(document, chance, factor):
    money = MONEY[document]
    order = list(range(len(money)))
    chance.shuffle(order)
    by = ta.PARTS[document]
    mixed = ta.cost_and_cover(money.iloc[order], by).set_index(by)
    amounts = ["cost", "cover", "pledged", "gap"]
    plain = ta.cost_and_cover(money, by).set_index(by)
    assert mixed.loc[plain.index, amounts].equals(plain[amounts])
    scaled = ta.cost_and_cover(money.assign(value=money["value"] * factor), by).set_index(by)
    assert (scaled[amounts] == plain[amounts] * factor).all().all()
    ratios = (ta.multipliers(one)["low"].iloc[0] for one in (money, money.assign(value=money["value"] * factor)))
    assert next(ratios) == pytest.approx(next(ratios))


def test_every_funder_has_a_kind_and_every_kind_a_funder():
    used = {one for name in ta.PARTS for one in WHOLE[name]["funder"]} - {""}
    assert used == set(FUNDERS["funder"])
    assert FUNDERS["source"].str.len().gt(8).all()
    with pytest.raises(ta.DataError, match="2 row\\(s\\) with a funder that is not in the list"):
        ta.label_money(ta.load_budgets("twam"), FUNDERS[FUNDERS["funder"] != "Interreg"], LEVELS)
    with pytest.raises(ta.DataError, match="document that is not in the list"):
        ta.label_money(ta.load_budgets("twam"), FUNDERS, LEVELS[LEVELS["document"] != "twam"])


@pytest.mark.parametrize(
    "call",
    [
        lambda: ta.select_budget(WHOLE["regiodeal"], "Techniek"),
        lambda: ta.in_euros(WHOLE["twam"], None, 2013),
        lambda: ta.in_euros(WHOLE["techwise"], 75, 2015),
        lambda: ta.choose_listings(WHOLE["twam"], "second"),
        lambda: ta.single_out(MONEY["twam"], "Regio twente"),
        lambda: ta.cover_by_funder(MONEY["twam"], kind="sort"),
        lambda: ta.multipliers(MONEY["twam"], ["RT"]),
        lambda: ta.milestones_by_quarter(ta.load_milestones("twam"), 2014),
    ],
)
def test_a_wrong_choice_lists_the_choices(call):
    with pytest.raises(ta.DataError, match="Choose one of"):
        call()


def test_a_year_of_techwise_is_what_its_kpi_tables_say():
    # KPI-1 and KPI-2: 1,300,650 + 193,500 in 2013, 774,300 + 165,300 in 2014.
    for year, cost in ((2013, 1300650 + 193500), (2014, 774300 + 165300)):
        total = ta.cost_and_cover(money_of("techwise", year=year)).iloc[0]
        assert total["cost"] == cost
        assert total["in_kind"] == 75 * {2013: 6902 + 500, 2014: 5084 + 324}[year]


def test_techwise_per_year_and_the_rest_of_its_period():
    yearly = ta.label_money(ta.means_per_year(WHOLE["techwise"], 75), FUNDERS, LEVELS)
    parts = ta.cost_and_cover(yearly, "period").set_index("period")["cost"]
    # A figure of 2013-2017 is not spread over its years.
    assert parts.to_dict() == {"2013": 1494150, "2013/2017": 331350, "2014": 939600}
    assert len(ta.means_per_year(WHOLE["twam"])) == 0
    table = ta.table_investment(ta.cost_and_cover(yearly, "period"), ta.cost_and_cover(yearly), "techwise")
    assert [row[0] for row in table.groups[0][1]] == ["2013", "2014", "2013-2017", "Totaal"]


def test_the_means_of_techwise_have_the_payers_that_its_tables_name():
    means = ta.label_money(ta.means_per_year(WHOLE["techwise"], 75), FUNDERS, LEVELS)
    parts = ta.cost_and_cover(means, "period").set_index("period")
    # Open: 1,000 of 10,000 for 120 hours (lines 254 and 332), and 16,000 of line 310.
    assert parts["gap"].to_dict() == {"2013": 1000, "2014": 1000 + 16000, "2013/2017": 0}
    paid = means[means["funder"] == "investeringssubsidie"].groupby("line")["value"].sum()
    # The director and office of two years, the reserve, and the support of companies.
    assert paid[[258, 336, 296, 308]].tolist() == [145000, 140000, 125000, 20000]
    # 2013: 145 + 10 + 9 + 3 + 130 + 10 + 6 + 10 + 34 + 10 thousand of subsidy.
    cover = ta.cover_by_funder(money_of("techwise", year=2013), kind="funder_type").set_index("funder_type")
    assert cover.loc["public", "amount"] == 367000
    assert cover.loc["public", "share"] == pytest.approx(367000 / 1493150)
    text = ta.tell_years(ta.means_per_year(WHOLE["techwise"], 75), language="en").sentences
    assert (
        text[1] == "Of €18,000 of this cost the tables name no payer: that is the difference (lines 254, 310 and 332)."
    )
    assert "€410,000" in text[2]
    assert "lines 258, 296 and 336" in text[2]


def test_a_payer_beside_hours_or_other_money_is_given_no_amount():
    whole = WHOLE["techwise"]
    hours = whole[whole["line"].eq(334) & whole["role"].eq("hours")].assign(activity_id="techwise-kpi2-4", line=336)
    both = ta.means_per_year(pd.concat([whole, hours], ignore_index=True), 75)
    payer = both[both["line"].eq(336) & both["funder"].eq("investeringssubsidie")]
    assert payer["value"].isna().all()
    assert payer["status"].tolist() == ["unstated"]
    # As printed: no amount of its own.
    printed = ta.load_budgets("techwise", view="kpi").query("line == 336 and role == 'cover'")
    assert printed["value"].isna().all()


def test_what_a_yearly_total_counts_twice_stands_under_it():
    means = ta.means_per_year(WHOLE["techwise"], 75)
    repeated = ta.repeated_means(means, ta.audit_sources(ta.load_sources()))
    yearly = ta.label_money(means, FUNDERS, LEVELS)
    shown = ta.cost_and_cover(yearly, "period"), ta.cost_and_cover(yearly), "techwise"
    # 17,800 + 22,000 + 22,000 of 2,765,100.
    notes = ta.table_investment(*shown, repeated, language="en").notes
    assert "In the total of the cost €61,800 is printed twice (see below). Without that it is €2,703,300." in notes
    assert not [one for one in ta.table_investment(*shown, language="en").notes if "twice" in one]


def test_cover_is_one_amount_wherever_the_page_says_it():
    total, parts = ta.cost_and_cover(MONEY["regiodeal"]), ta.cost_and_cover(MONEY["regiodeal"], "project")
    keys = [row for _, rows in ta.table_key_figures(total, pd.DataFrame(), "regiodeal").groups for row in rows]
    rows = {name: figure.replace("\xa0", " ") for name, figure in keys}
    assert (rows["Dekking"], rows["Verschil: kosten min dekking"]) == ("€ 160.986.877", "−€ 320.000")
    assert rows["Buiten de begroting, volgens een voetnoot"] == "€ 7.500.000"
    table = ta.table_investment(parts, total, "regiodeal")
    talent = next(row for row in table.groups[0][1] if row[0].startswith("Talent"))
    # 6,199,097 of cover beside 5,974,097, and 7,500,000 outside.
    assert talent[-2:] == ["7.500", "−225"]
    said = ta.tell_investment(ta.cost_and_cover(money_of("regiodeal", programme="Arbeidsmarkt & Talent")), "regiodeal")
    assert "Een voetnoot houdt €\xa07,5\xa0miljoen buiten de begroting." in " ".join(said.sentences)
    payers = ta.cover_by_funder(MONEY["regiodeal"], "project", kind="payer")
    own = ta.cover_by_funder(MONEY["regiodeal"])
    assert own["amount"].sum() == payers["amount"].sum() == total["cover"].sum() == parts["cover"].sum() == 160986877
    figure, chart = chart_of(ta.plot_funders(payers, parts, MONEY["regiodeal"]))
    drawn = [text.get_text().replace("\n", " ") for text in figure.axes[0].texts]
    assert {"€\xa0161,0\xa0miljoen", "€\xa06,2\xa0miljoen"} <= set(drawn)
    # Beside the bar of all and that of Talent Halen.
    assert drawn.count("buiten de begroting, volgens een voetnoot: €\xa07,5\xa0miljoen") == 2
    assert chart.figures.subtitle.endswith("zonder €\xa07,5\xa0miljoen die een voetnoot buiten de begroting houdt")
    assert "alle overheden samen" in chart.subtitle
    notes = ta.table_funders(own, FUNDERS).notes
    assert "Niet meegeteld: €\xa07.500.000 die een voetnoot buiten de begroting houdt." in notes


def test_the_regio_deal_has_the_dates_that_its_text_gives_among_the_results():
    dates = ta.result_dates(ta.load_statements("regiodeal"))
    found = set(dates[["line", "year", "subject"]].itertuples(index=False, name=None))
    # Lines 163 and 231; of "2019-2021" (lines 44 and 163) the last year, once.
    assert {(163, 2020, "Gallery Kennispark gereed"), (163, 2021, "open source gebouw gereed")} <= found
    assert dates[dates["line"] == 44]["year"].tolist() == [2021]
    assert dates[dates["line"] == 163]["year"].tolist() == [2019, 2020, 2020, 2020, 2021, 2021, 2021, 2021, 2021]
    assert sorted(dates[dates["line"] == 231]["year"]) == [2020, 2021]
    assert [year for year, _ in ta.table_dates(dates).groups][:4] == ["2018", "2019", "2020", "2021"]
    assert len(ta.result_dates(ta.load_statements("techwise"))) == 0


def test_the_calendar_has_quarters_and_keeps_what_has_no_date():
    calendar = ta.milestones_by_quarter(ta.load_milestones("techwise"))
    first = calendar[calendar["table"] == "milestones"].set_index("activity_id")
    assert first.loc["techwise-1.1", "quarter"] == "2013KW03"
    assert first.loc["techwise-5.1", "quarter"] == "2014KW04"
    # 'k2 - k3' is to be ready by the third quarter.
    assert calendar[calendar["printed"] == "k2 - k3"]["quarter"].unique().tolist() == ["2013KW03"]
    dated = calendar["quarter"].ne("").tolist()
    assert dated == sorted(dated, reverse=True)
    quarters = [one for one in calendar["quarter"] if one]
    assert quarters == sorted(quarters)
    lines = [line for one in calendar["lines"] for line in one.split(", ")]
    assert len(lines) == len(ta.load_milestones("techwise"))


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (5635650, "€ 5,6 miljoen", "€5.6 million"),
        (999999, "€ 999.999", "€999,999"),
        (2e6, "€ 2 miljoen", "€2 million"),
        (-7.82e6, "−€ 7,8 miljoen", "−€7.8 million"),
        (0, "€ 0", "€0"),
        (None, "–", "–"),
    ],
)
def test_euros_in_a_sentence(value, dutch, english):
    assert [format_euro(value, one).replace("\xa0", " ") for one in LANGUAGES] == [dutch, english]


CHOICES = [
    ("techwise", {}),
    ("techwise", {"year": 2013}),
    ("twam", {}),
    ("twam", {"funder": "Regio Twente"}),
    ("twam", {"funder": "Twentse zorginstellingen en politie en gemeenten"}),
    ("twam", {"programme": "Programmalijn 4: Meer promotie Twentse arbeidsmarkt"}),
    ("regiodeal", {}),
    ("regiodeal", {"programme": "Arbeidsmarkt & Talent", "funder": "Rijk"}),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_the_chart_says_who_pays_and_what_has_no_amount(choice, language):
    document, chosen = choice
    money, by, funder = money_of(document, **chosen), ta.PARTS[document], chosen.get("funder", "")
    parts = ta.cost_and_cover(money, by)
    cover = ta.cover_by_funder(money, by, kind="payer")
    ax = ta.plot_funders(cover, parts, money, funder, language=language)
    _, chart = chart_of(ax)
    assert len(chart.title.split()) <= 12 or funder.startswith("Twentse")
    assert all(bar.get_width() > 0 for bar in ax.patches)
    looks = {(bar.get_facecolor(), bar.get_hatch(), bar.get_linestyle()) for bar in ax.patches}
    assert len({look[1:] for look in looks}) == len(looks), "kinds that differ by colour alone"
    with_pm = parts[parts["open_pm"] > 0]
    beside = [text.get_text() for text in ax.texts if text.get_gid() == "beside"]
    assert sum("PM" in text for text in beside) == len(with_pm)
    total = ta.table_investment(parts, parts.head(1), document, language=language).groups[0][1][-1][0]
    sums = {row[0]: sum(value or 0 for value in row[1:]) for row in chart.figures.rows}
    whole = sums.pop(total, 0)
    assert sum(sums.values()) == pytest.approx(float(parts["cover"].sum()))
    # The bar of all parts has the share of the title; a single part is that bar itself.
    assert whole == pytest.approx(sum(sums.values()) if len(parts) > 1 else 0)


def test_the_title_is_the_message():
    titles = []
    for document in ta.PARTS:
        by = ta.PARTS[document]
        parts, cover = ta.cost_and_cover(MONEY[document], by), ta.cover_by_funder(MONEY[document], by, kind="payer")
        titles.append(chart_of(ta.plot_funders(cover, parts, MONEY[document]))[1].title)
    assert titles == [
        "TechWise Twente: 34% van de dekking zou van de overheid komen",
        "TWAM2020: 77-86% van de dekking zou van de overheid komen",
        "De Regio Deal: 51% van de dekking zou van de overheid komen",
    ]


def test_a_funder_is_named_in_the_language_and_without_an_amount_is_no_zero():
    titles, legends = [], []
    for funder in ("JWL", "Kennisinstanties"):
        money = money_of("twam", funder)
        cover, parts = ta.cover_by_funder(money, "programme", kind="payer"), ta.cost_and_cover(money, "programme")
        ax = ta.plot_funders(cover, parts, money, funder, language="en")
        titles.append(chart_of(ax)[1].title)
        legends.append([text.get_text() for text in ax.get_legend().get_texts()])
    assert titles[0].endswith("of funding comes from JWL (funds against youth unemployment)")
    assert legends[0][:2] == ["JWL (funds against youth unemployment)", "government (rest)"]
    # It is named beside activities, with no euros: it has no part of a bar, and nobody else is a rest.
    assert titles[1] == "TWAM2020: the source gives no amount for knowledge institutions (kennisinstanties)"
    assert not [name for name in legends[1] if "kennis" in name or "rest" in name]


def test_a_part_without_any_amount_has_words_and_no_bar():
    money = MONEY["twam"][MONEY["twam"]["line"].isin([231, 271])]
    parts, cover = ta.cost_and_cover(money, "programme"), ta.cover_by_funder(money, "programme", kind="payer")
    ax = ta.plot_funders(cover, parts, money)
    assert [text.get_text() for text in ax.texts if text.get_gid() == "total"] == [
        *["€\xa0150.000"] * 2,
        "nog geen bedrag",
    ]
    # The bar of the total and of the one part with an amount.
    assert len(ax.patches) == 2
    with pytest.raises(ta.DataError, match="No payer puts in an amount"):
        alone = money[money["line"] == 271]
        ta.plot_funders(
            ta.cover_by_funder(alone, "programme", kind="payer"), ta.cost_and_cover(alone, "programme"), alone
        )


def test_key_figures_are_written_as_in_a_sentence_and_leave_no_unknown_as_zero():
    total, double = ta.cost_and_cover(MONEY["twam"]), ta.counted_twice(WHOLE["twam"])
    rows = dict(row for _, group in ta.table_key_figures(total, double, "twam").groups for row in group)
    rows = {name: figure.replace("\xa0", " ") for name, figure in rows.items()}
    assert rows["Kosten"] == "€ 11.002.000"
    assert rows["Verschil: kosten min dekking"] == "€ 0 tot € 652.500"
    assert rows["Bedrag genoemd, maar nog niet vast (PM)"] == "€ 95.000"
    assert rows["Bedrag genoemd, maar niet zeker wie betaalt"] == "€ 557.500"
    assert rows["Activiteiten zonder bedrag bij de kosten"] == "11"
    assert rows["Bijdragen met alleen PM"] == "8"
    assert "€ 3.295.000" in rows.values()
    payers = ta.table_funders(ta.cover_by_funder(MONEY["twam"]), FUNDERS, "Interreg")
    assert next(row for _, group in payers.groups for row in group if row[0] == "Interreg")[1:] == ["–", "–", "2"]
    assert payers.strong == ["Interreg"]


def test_contested_figures_are_named_with_both_figures():
    said = {}
    for document in ta.PARTS:
        compared = ta.compare_totals(ta.choose_listings(WHOLE[document]), TOTALS[document], 75)
        text = ta.tell_contested(
            MONEY[document], compared, WHOLE[document], ta.load_statements(document), language="en"
        )
        said[document] = " ".join(text.sentences).replace("\xa0", " ")
    for part in ("€1.9 million", "€1.2 million", "€700,000", "€5,555,650", "€80,000", "At 2 activities"):
        assert part in said["techwise"]
    for part in ("€600,000 on line 269", "€1,000,000 on line 280", "€3,000,000", "(line 424)", "'M x 25.4'"):
        assert part in said["twam"]
    for part in ("€13,699,097", "€5,974,097", "€92,300,000", "€14,100,000", "€3,297,780", "€7,500,000", "€225,000"):
        assert part in said["regiodeal"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"document": "techwise", "year": 2014, "language": "en"},
        {"document": "regiodeal", "programme": "Techniek als motor", "funder": "Rijk"},
        {"listings": "last", "funder": "EFRO"},
        {"programme": "Programmalijn 5: Samenwerken, netwerken en co-creëren", "language": "en"},
    ],
)
def test_the_notebook_runs_with_each_parameter(run_notebook, parameters, tmp_path):
    done = run_notebook(NOTEBOOK, parameters, tmp_path / "investment.ipynb")
    found = [payload(output) for cell in done.cells for output in cell.get("outputs", [])]
    shown = [one for one in found if one]
    assert [one["kind"] for one in shown].count("chart") == 1
    headline = next(one for one in shown if one.get("role") == "headline")["sentences"]
    expected = {
        2014: "TechWise Twente (2014) cost €939,600",
        # Cost and cover are even on paper: that the state has pledged nothing comes first, the cost after it.
        "Rijk": "alleen gevraagd, niet toegezegd. De kosten zijn € 16,7 miljoen",
        "EFRO": "TWAM2020 kosten samen € 11,0 miljoen",
    }
    key = parameters.get("year") or parameters.get("funder")
    assert expected.get(key, "cost €480,000") in " ".join(headline[:2]).replace("\xa0", " ")


def test_a_total_or_a_cell_of_its_own_is_never_added_to_the_parts():
    parts = MONEY["techwise"]
    totals = ta.label_money(ta.load_budgets("techwise", totals=True), FUNDERS, LEVELS)
    for add in (ta.cost_and_cover, ta.cover_by_funder, ta.multipliers):
        with pytest.raises(ta.DataError, match=r"printed total(?s:.*)compare_totals") as error:
            add(pd.concat([parts, totals], ignore_index=True))
        assert "120" in str(error.value)
        with pytest.raises(ta.DataError, match=r"row\(s\) are of a cell that stands there more than once"):
            add(pd.concat([parts, parts], ignore_index=True))
        with pytest.raises(ta.DataError, match="printed total"):
            add(totals)


@pytest.mark.parametrize("by", ["nope", ["goal", "nope"]])
def test_a_column_that_is_not_there_lists_the_choices(by):
    for add in (ta.cost_and_cover, ta.cover_by_funder):
        with pytest.raises(ta.DataError, match=r"by='nope' is not known(?s:.*)'programme'"):
            add(MONEY["techwise"], by)


@pytest.mark.parametrize("money", ["nope", ta.load_budgets("techwise")])
def test_figures_without_their_labels_say_what_to_do(money):
    with pytest.raises(ta.DataError, match=r"no column(?s:.*)'certainty'(?s:.*)label_money"):
        ta.cost_and_cover(money)


@pytest.mark.parametrize("rate", ["75", None, 0, -75, float("nan"), float("inf"), True])
def test_a_rate_that_is_no_number_above_0_is_refused(rate):
    with pytest.raises(ta.DataError, match=r"A rate of .* per hour"):
        ta.price_hours(ta.load_budgets("techwise", view="partners"), rate)


def promises(document, **choice):
    """What a document says of money that is asked for, estimated or not pledged yet."""
    rate = 75 if document == "techwise" else None
    compared = ta.compare_totals(ta.choose_listings(WHOLE[document]), TOTALS[document], rate)
    text = ta.tell_promises(money_of(document, **choice), compared, ta.load_statements(document), language="en")
    return " ".join(text.sentences).replace("\xa0", " ")


def test_what_is_asked_for_estimated_or_without_a_name_is_said():
    # Line 273: a goal of 1.9 million, 1.2 pledged. Table 1 has 1,619,000 of companies, table 3 names 789,000 of it.
    techwise = promises("techwise")
    assert "Of the grant of €1.9 million, €700,000 was not yet pledged (line 273)" in techwise
    assert "Of the €1.6 million of companies, €830,000 has no company named" in techwise
    # Line 81: 26.4 million in four years.
    assert "The €26.4 million in the document is an estimate of all effort in 4 years (line 81)" in promises("twam")
    assert "26.4" not in promises("twam", programme="Programmalijn 4: Meer promotie Twentse arbeidsmarkt")
    # The state: 34,600,936 in the rows; with 14.1 million for Topwerklocaties instead of 10.365, 38,335,936.
    # The cost: 160,666,877, and 7,725,000 (Talent) and 3,870,000 (Topwerklocaties) more by the printed totals.
    deal = promises("regiodeal")
    assert "With the printed totals instead of the parts the cost is €172.3 million, which holds" in deal
    assert "asked for €34.6 million; this is not pledged (€38.3 million by the printed totals)" in deal
    assert "not pledged" not in promises("twam")


@pytest.mark.parametrize(
    ("low", "high", "dutch"),
    # TWAM: 8,460,500 of 11,002,000 is of governments, and 952,500 more may be.
    [(8460500 / 11002000, 9413000 / 11002000, "77-86%"), (0.337, 0.3371, "34%"), (1, 1, "100%"), (0, 0.004, "<1%")],
)
def test_a_share_that_may_be_two_is_written_as_a_range(low, high, dutch):
    assert share_range(low, high, "nl") == dutch


def test_means_that_kpi_tables_print_twice_are_named_with_their_lines():
    means, audit = ta.means_per_year(WHOLE["techwise"], 75), ta.audit_sources(ta.load_sources())
    found = ta.repeated_means(means, audit)
    # 160 hours at 75 euros and 10,000 of subsidy stand at actions 3 and 11; 10,000 + 7,800 in 2013 and in 2014.
    assert dict(zip(found["lines"], found["amount"], strict=True)) == {
        "236, 246": 22000,
        "314, 324": 22000,
        "254-255, 332-333": 17800,
    }
    said = ta.tell_double(ta.counted_twice(WHOLE["techwise"]), found, language="en").sentences[0].replace("\xa0", " ")
    assert "€22,000 for blended learning (2014, lines 314, 324)" in said
    assert not len(ta.repeated_means(ta.means_per_year(WHOLE["twam"], 75), audit))


def test_money_of_an_uncertain_partner_has_a_row_of_its_own():
    hours = ta.hours_per_funder(WHOLE["techwise"].query("view == 'partners'"), 75).set_index("funder")
    assert pd.isna(hours.loc["SMEOT", "invested"])
    assert hours.loc["onzeker", "invested"] == 80000
    assert hours["euros"].sum() == 2116650 + 80000


def test_what_a_document_lacks_is_one_line():
    there = {"hours": [], "years": [1], "double": [1], "totals": [1], "calendar": []}
    assert ta.tell_lacking(there, language="en").sentences == [
        "This document counts no hours of partners in a table. This document has no table of milestones."
    ]
    assert ta.tell_lacking({key: [1] for key in there}) is None


def test_an_english_table_of_dates_has_english_dates_and_says_which_cells_are_dutch():
    table = ta.table_dates(ta.result_dates(ta.load_statements("regiodeal")), language="en")
    dates = {row[1] for _, rows in table.groups for row in rows}
    assert {"September 2018", "August 2021", "end of 2019", "from 2020", "2024"} <= dates
    page = table.html()
    assert page.count('<th scope="row" lang="nl">') == page.count('<th scope="row"') == 22
    calendar = ta.table_calendar(ta.milestones_by_quarter(ta.load_milestones("twam")), language="en").html()
    assert calendar.count('lang="nl"') == 2


def test_the_calendar_has_dates_as_precise_as_the_document_and_no_scraps():
    table = ta.table_calendar(ta.milestones_by_quarter(ta.load_milestones("techwise")))
    dates = {row[2]: row[1] for _, rows in table.groups for row in rows}
    assert (dates["199"], dates["231"], dates["297"]) == ("september 2013", "2e kwartaal van 2013", "doorlopend")
    assert dates["208"] == "–"
    # Line 217: work from 2013 k3 on, ready in September 2017; line 296 is open itself: "2013 k4 e.v.".
    assert (dates["217"], dates["296"]) == ("september 2017", "vanaf 4e kwartaal van 2013")
    assert dates["221"] == "1 keer per jaar"
    words = " ".join(cell for _, rows in table.groups for row in rows for cell in row)
    assert not [scrap for scrap in ("perma-nent", "k2", "zie", "start,") if f" {scrap} " in words]
    twam = ta.tell_calendar(ta.milestones_by_quarter(ta.load_milestones("twam")))
    assert twam.sentences == ["Beide mijlpalen met een datum vallen in het 4e kwartaal van 2013."]
