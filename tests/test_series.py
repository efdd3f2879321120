"""The carried-over series against the published files, and what joins or separates them."""

import json
import os

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from click.testing import CliRunner

import twente_analysis as ta
from twente_analysis.charts.house import chart_of
from twente_analysis.cli import main

# Passes in vmbo at schools in Twente: known counts, and hidden cells of 1 to 4 beside them.
PASSES = {
    2015: (4288, 0),
    2016: (4337, 0),
    2017: (4424, 0),
    2018: (4231, 0),
    2019: (4383, 0),
    2020: (4458, 36),
    2021: (4129, 44),
    2022: (3839, 31),
    2023: (3607, 34),
    2024: (3619, 42),
}
# Students niveau 2-4 in 2015 by the crosswalk, and its confidence.
IN_2015 = {
    "Beschermings- en afwerkingstechnieken, reclame- en presentatietechnieken": (536, "medium"),
    "Bouw en grond-, weg- en waterbouw": (644, "medium"),
    "Carrosserie en autoschadeherstel": (21, "medium"),
    "Combinatie bedrijf": (378, "low"),
    "Detailhandel, groothandel en internationale handel, mode en textiel": (219, "high"),
    "Grafische beroepen": (204, "low"),
    "Hout en interieur": (153, "medium"),
    "Metaal, elektro- en installatietechniek": (1774, "high"),
    "Motorvoertuigen- en tweewielertechniek en autohandel": (474, "high"),
    "Proces-, milieu-, laboratoriumtechniek en fotonica": (695, "high"),
    "Transport en logistiek": (305, "low"),
    "niet toegewezen": (18, ""),
}


@pytest.fixture(autouse=True)
def no_open_figures():
    yield
    plt.close("all")


def passes(**chosen):
    return ta.load_vmbo_exams(**chosen).query("indicator == 'exam_passes'")


def test_the_vmbo_passes_of_twente():
    total = ta.total_by(passes()).set_index("year")
    for year, (known, hidden) in PASSES.items():
        assert total.loc[year, ["low", "high"]].tolist() == [known + hidden, known + 4 * hidden]
    technical = ta.total_by(passes(vmbo_sector="techniek")).set_index("year")
    assert technical.loc[2019, "value"] == 873
    assert technical.loc[2024, "low"] <= 758 + 4 * 42
    assert "tl" not in passes(vmbo_sector="techniek").query("year < 2019")["vmbo_leerweg"].tolist()
    assert "tl" in passes(vmbo_sector="techniek").query("year == 2019")["vmbo_leerweg"].tolist()


def test_no_more_pass_than_sit_the_exam():
    both = ta.load_vmbo_exams().pivot_table(
        index=["year", "vmbo_leerweg", "vmbo_sector"], columns="indicator", values=["low", "high"], aggfunc="first"
    )
    assert (both["low", "exam_passes"].fillna(0) <= both["high", "exam_candidates"]).all()


def test_the_exams_agree_with_the_published_files(open_data):
    key = ["indicator", "year", "period", "region", "vmbo_leerweg", "vmbo_sector", "unit", "status"]
    frames = ta.load_vmbo_exams(), ta.load_vmbo_exams(open_data=open_data)
    sides = [frame.set_index(key)[["value", "low", "high", "hidden"]].sort_index() for frame in frames]
    pd.testing.assert_frame_equal(*sides)


def test_the_exams_of_another_region_and_of_one_gemeente(open_data):
    enschede = ta.total_by(passes(region="GM0153", open_data=open_data))
    assert enschede["region_type"].unique().tolist() == ["gemeente"]
    assert (enschede["high"] < ta.total_by(passes())["low"]).all()
    assert ta.total_by(passes(region="CR14", open_data=open_data))["low"].gt(2000).all()


def test_a_gemeente_that_the_files_spell_in_two_ways_is_whole_in_both(open_data):
    # The Hague: S GRAVENHAGE in DUO's list of branches, 'S-GRAVENHAGE in the exams from 2019/20.
    (path,) = (open_data / "duo").glob("examenkandidaten*2019-2024.csv")
    raw = pd.read_csv(path, sep=";", dtype="str", keep_default_na=False)
    rows = raw[raw["GEMEENTENAAM"].eq("'S-GRAVENHAGE") & raw["ONDERWIJSTYPE VO"].eq("VMBO")]
    cells = rows["GESLAAGDEN SCHOOLJAAR 2023-2024 - TOTAAL"]
    known = pd.to_numeric(cells[~cells.isin(["<5", ""])]).sum()
    ours = ta.total_by(passes(region="GM0518", open_data=open_data)).set_index("year").loc[2024]
    assert [ours["low"], ours["high"], ours["missing"]] == [
        known + cells.eq("<5").sum(),
        known + 4 * cells.eq("<5").sum(),
        cells.eq("<5").sum(),
    ]


def test_a_gemeente_that_is_not_known_is_refused(open_data, data, tmp_path):
    table = data / "reference/gemeenten.csv"
    table.write_text(table.read_text("utf-8").replace("ZUTPHEN", "ELDERS"), "utf-8")
    checksums = json.loads((data / "reference/datapackage.json").read_text("utf-8"))
    for resource in checksums["resources"]:
        if resource["name"] == "gemeenten":
            resource["hash"] = f"sha256:{ta.checksum(table)}"
    (data / "reference/datapackage.json").write_text(json.dumps(checksums), "utf-8")
    with pytest.raises(ta.DataError, match="not known: ZUTPHEN"):
        ta.load_vmbo_exams("CR14", open_data=open_data)


def test_hidden_counts_are_counted_one_by_one():
    total = ta.total_by(passes()).set_index("year")
    assert {year: total.loc[year, "missing"] for year in PASSES} == {
        year: hidden for year, (_, hidden) in PASSES.items()
    }
    with pytest.raises(ta.DataError, match="are hidden"):
        ta.growth_rate(passes(), 2015, 2024)


def test_a_sum_of_a_published_file_keeps_its_sources(open_data):
    (path,) = (open_data / "duo").glob("03-*")
    frame = ta.read_duo(path)
    total = ta.total_by(frame[frame["region"] == "27YU"], "domein")
    assert total["source"].str.startswith("duo/03-").all()
    assert total.groupby("year")["value"].sum().tolist() == [18201, 18453, 18939, 18858, 19485]
    ta.check_tidy(total.drop(columns="missing"))


def test_codes_of_cbs_that_contain_one_another_are_not_added(open_data):
    with pytest.warns(UserWarning, match="list of periods"):
        frame = ta.load_cbs("83599NED", "PV23", open_data=open_data)
    parts = frame[(frame["period"] == "2019KW02") & (frame["sbi"] != "T001081")]
    with pytest.raises(ta.DataError, match="one may contain another"):
        ta.total_by(parts)
    assert len(ta.total_by(frame, "sbi")) == len(frame)


def test_the_region_of_a_school_is_not_guessed():
    assert ta.home_region("27YU") == "CR12"
    with pytest.raises(ta.DataError, match="Give region="):
        ta.home_region("25PZ")


def test_an_unknown_region_is_refused(monkeypatch):
    monkeypatch.delenv("TWENTE_OPENDATA", raising=False)
    with pytest.raises(ta.DataError, match=r"'CR99'(?s:.)*CR12"):
        ta.load_vmbo_exams("CR99")
    with pytest.raises(ta.DataError, match="not carried over"):
        ta.load_vmbo_exams("CR14")
    with pytest.raises(ta.DataError, match="twente fetch cbs --table 83599NED"):
        ta.load_cbs("83599NED")


def test_the_technical_pupils_of_twente():
    assert ta.total_by(ta.load_vmbo_pupils("duo"))["value"].tolist() == [1203, 1172]
    assert set(ta.load_vmbo_pupils("duo")["leerjaar"]) == {"3", "4"}


def test_the_population_of_twente_is_that_of_its_gemeenten():
    parts = ta.load_population(ta.load_gemeenten("AM05")["gemeente"].unique().tolist())
    assert parts["region"].nunique() == 14
    for code in ("CR12", "AM05"):
        whole = ta.load_population(code)
        assert whole["value"].tolist() == parts.groupby("year")["value"].sum().tolist()
        assert whole["region"].unique().tolist() == [code]
    assert ta.load_population("NL").query("year == 2019")["value"].tolist() == [17282163]


def test_the_population_agrees_with_cbs(open_data):
    theirs = ta.load_population(["CR12", "NL"], open_data=open_data, age="10000")
    assert theirs["value"].astype("Int64").tolist() == ta.load_population(["CR12", "NL"])["value"].tolist()


def test_the_jobs_of_twente_add_up_to_cbs_total():
    groups, total = (ta.load_jobs(level=level).groupby("year")["value"].sum() for level in ("a10", "total"))
    assert ((groups - total).abs() <= 0.05 * 11).all()
    assert total.loc[[2010, 2019, 2024]].tolist() == [276.4, 299.7, 320.4]
    industry = ta.load_jobs(level="section").set_index("year")
    assert industry.loc[2016, "status"] == "blank"
    assert industry.loc[2017, "value"] == 39.6


def test_the_jobs_are_those_of_the_extract(open_data):
    (path,) = open_data.rglob("CR12_a10_panel*.csv")
    assert ta.load_jobs()["value"].sum() == pytest.approx(pd.read_csv(path)["jobs"].sum())


def test_the_vacancies_of_overijssel_add_up():
    total = ta.load_vacancies("cbs", "total").set_index("period")["value"]
    assert len(total) == 38
    for level, parts in (("main", 4), ("section", 19)):
        sums = ta.load_vacancies("cbs", level).groupby("period")["value"].sum()
        apart = (sums - total).abs() > 0.05 * (parts + 1)
        # CBS's own parts of this quarter are 1.4 thousand short of its total.
        assert apart[apart].index.tolist() == ["2011KW04"]


def test_the_vacancies_agree_with_the_recorded_pages(open_data):
    rows = [
        row
        for path in open_data.rglob("UntypedDataSet_page*.json")
        for row in json.loads(path.read_text("utf-8"))["value"]
        if row["RegioS"].strip() == "PV23" and row["BedrijfstakkenBranchesSBI2008"].strip() == "350000"
    ]
    theirs = {row["Perioden"]: float(row["OpenstaandeVacatures_1"]) for row in rows}
    ours = ta.load_vacancies("cbs").query("sbi == 'F'").set_index("period")["value"]
    assert ours.to_dict() == theirs
    with pytest.warns(UserWarning, match="list of periods"):
        assert len(ta.load_cbs("83599NED", "PV23", open_data=open_data)) == 912


def test_provisional_figures_say_so():
    status = ta.load_vacancies("cbs").groupby("period")["status"].agg(lambda one: one.unique().tolist())
    assert status.loc["2017KW04"] == [""]
    assert status.loc["2018KW01"] == ["provisional"]
    assert ta.total_by(ta.load_vacancies("cbs"))["status"].value_counts().to_dict() == {"": 28, "provisional": 10}


def test_the_monitors_keep_definitions_and_editions_apart():
    frame = ta.load_monitor()
    assert len(frame) == 84
    open_vacancies = ta.load_monitor("vacancies_open").query("period == '2017MM06'")
    assert open_vacancies[["field", "value"]].values.tolist() == [["totaal", 4150.0], ["technische beroepen", 2150.0]]
    assert frame["definition"].ne("").all()
    with pytest.raises(ta.DataError, match="several values"):
        ta.total_by(ta.load_monitor("vacancies_new"))


def test_the_crosswalk_brings_duo_to_the_eleven():
    students = ta.load_enrolment("duo", mbo_niveau=[2, 3, 4])
    found = ta.to_bedrijfstak(students, ta.read_table("crosswalk_bedrijfstak"))
    in_2015 = found.query("year == 2015").set_index("bedrijfstak_mbo")
    assert {group: (row["value"], row["confidence"]) for group, row in in_2015.iterrows()} == IN_2015
    assert found.groupby("year")["value"].sum().tolist() == [5421, 5554, 5606, 5623, 5722]
    assert set(ta.read_table("crosswalk_bedrijfstak")["bedrijfstak_mbo"]) == set(IN_2015) - {"niet toegewezen"}


def test_across_the_break_there_is_a_difference_and_no_growth():
    students = ta.load_enrolment("duo", mbo_niveau=[2, 3, 4])
    after = ta.to_bedrijfstak(students, ta.read_table("crosswalk_bedrijfstak"))
    table = ta.across_break(ta.load_enrolment(), after, (2011, 2015))
    assert list(table.columns) == ["bedrijfstak_mbo", "before", "after", "difference", "confidence"]
    assert table["before"].sum() == 7028
    with pytest.raises(ta.DataError, match="differ in indicator"):
        ta.across_break(ta.load_diplomas(), after, (2011, 2015))
    with pytest.raises(ta.DataError, match="year=2014"):
        ta.across_break(ta.load_enrolment(), after, (2011, 2014))


def test_no_line_runs_across_a_break():
    ax = ta.plot_history(ta.load_history(), language="nl")
    drawn = [sorted(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) > 2]
    assert [(years[0], years[-1]) for years in drawn] == [(2007, 2011), (2015, 2019)]
    assert "anders geteld" in chart_of(ax)[1].title
    axes = ta.plot_vmbo(ta.load_vmbo_exams(), language="nl")
    technical = [list(line.get_xdata()) for line in axes[1].lines if len(line.get_xdata()) > 2]
    assert {(years[0], years[-1]) for years in technical} == {(2015, 2018), (2019, 2024)}
    assert "3.661 tot 3.787" in chart_of(axes)[1].title


def test_a_series_by_itself_has_no_break():
    ax = ta.plot_history(ta.load_history("diplomas"), language="en")
    assert "counted differently" not in chart_of(ax)[1].title
    assert ta.tell_history(ta.load_history("diplomas"), language="en").sentences == [
        "One series is available, from 2007 to 2011. It counts all groups, also where this brief counts fewer."
    ]


def test_by_leerweg_and_niveau_the_scopes_add_up():
    table = ta.compare_scopes(ta.load_technical("duo")).pivot(index="scope", columns="year", values="value")
    assert (table.loc["bol"] + table.loc["bbl"]).equals(table.loc["all"])
    assert table.loc[["niveau 2", "niveau 3", "niveau 4"]].sum().equals(table.loc["all"])
    assert table.loc["bbl"].tolist() == [2015, 2206, 2456, 2672, 2809]


def test_the_regiovisie_knows_one_school():
    with pytest.raises(ta.DataError, match="'27YU'"):
        ta.load_technical(brin="25PZ")
    with pytest.raises(ta.DataError, match="'enrolment'"):
        ta.load_technical("duo", "diplomas")


def test_any_school_is_read_from_the_folder_that_the_environment_names(open_data, monkeypatch):
    monkeypatch.setenv("TWENTE_OPENDATA", str(open_data))
    assert ta.load_technical("duo", brin="25PZ").groupby("year")["value"].sum().tolist() == [
        6567,
        6402,
        6278,
        6762,
        7306,
    ]
    monkeypatch.delenv("TWENTE_OPENDATA")
    with pytest.raises(ta.DataError, match="25PZ is not carried over"):
        ta.load_technical("duo", brin="25PZ")


def test_of_several_kinds_of_files_one_is_chosen_by_its_columns(open_data, tmp_path):
    (source,) = (open_data / "duo").glob("03-*")
    (tmp_path / "old.csv").write_bytes(source.read_bytes())
    header = "INSTELLINGSCODE,INSTELLINGSNAAM,SOORT INSTELLING,PLAATSNAAM INSTELLING,LEERWEG,NIVEAU,"
    header += "ERKENDE OPLEIDING CODE,ERKENDE OPLEIDING NAAM,SECTORKAMER NAAM,HOOFDGROEP NAAM"
    years = ",".join(f"MAN{year},VROUW{year}" for year in range(2021, 2026))
    row = "27YU,ROC van Twente,ROC,HENGELO OV,BBL,3,25001,Lasser,Techniek,Bouw en infra" + ",-1,10" * 5
    (tmp_path / "new.csv").write_text(f"{header},{years}\n{row}\n", "utf-8")
    with pytest.raises(ta.DataError, match=r"different columns give 'enrolment'(?s:.*)having="):
        ta.load_enrolment("duo", open_data=tmp_path)
    with pytest.warns(UserWarning, match="unverified"):
        new = ta.load_enrolment("duo", open_data=tmp_path, having=["hoofdgroep"])
    total = ta.total_by(new)
    assert total[["year", "low", "high", "missing"]].values.tolist() == [
        [year, 11, 14, 1] for year in range(2021, 2026)
    ]
    old = ta.load_enrolment("duo", open_data=tmp_path, having=["mbo_sector"])
    assert old["year"].max() == 2019


def test_every_total_of_cbs_stays_out_of_a_sum():
    frame = ta.load_jobs()
    mixed = frame.assign(sbi=frame["sbi"].replace("A", "T001081"))
    with pytest.raises(ta.DataError, match="published total among its parts: "):
        ta.total_by(mixed)


def test_a_citation_of_many_lines_stays_readable():
    told = ta.citation(ta.load_technical("duo"), "en")
    assert told.endswith("301 lines between 17386 and 17992")


def test_the_command_hands_the_folder_on(open_data, monkeypatch, tmp_path):
    monkeypatch.setenv("TWENTE_OPENDATA", "elsewhere")
    done = CliRunner().invoke(main, ["--open-data", str(open_data), "tables"])
    assert done.exit_code == 0
    assert os.environ["TWENTE_OPENDATA"] == str(open_data.resolve())
