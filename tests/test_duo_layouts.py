"""DUO's headers as they are documented, typed over here, and what the reader makes of the layouts without a file."""

import re
from pathlib import Path

import pytest

import twente_analysis as ta
from twente_analysis.opendata.duo import read_duo
from twente_analysis.opendata.editions import find_duo, read_editions
from twente_analysis.opendata.layouts import LAYOUTS, recognise

pytestmark = pytest.mark.filterwarnings("ignore:.*unverified")

DOCS = Path(__file__).parents[1] / "docs/opendata.md"
INSTITUTION = (
    "JAAR,PROVINCIE INSTELLING,BEVOEGD GEZAG NUMMER,INSTELLINGSCODE,INSTELLINGSNAAM,PLAATSNAAM INSTELLING,"
    "GEMEENTENUMMER INSTELLING,GEMEENTE INSTELLING,"
)
PROGRAMME = "LEERWEG,NIVEAU,ERKENDE OPLEIDING CODE,ERKENDE OPLEIDING NAAM,SECTORKAMER NAAM,HOOFDGROEP NAAM,"
HEADERS = {
    "mbo students per institution and programme, 2021-2025": (
        f"INSTELLINGSCODE,INSTELLINGSNAAM,SOORT INSTELLING,PLAATSNAAM INSTELLING,{PROGRAMME}"
        "MAN2021,VROUW2021,MAN2022,VROUW2022,MAN2023,VROUW2023,MAN2024,VROUW2024,MAN2025,VROUW2025"
    ),
    "mbo students per institution and leerweg, 2021-2025": f"{INSTITUTION}BBL,BOLDT,BOLVT,EX",
    "mbo students per institution and sectorkamer, 2021-2025": (
        f"{INSTITUTION}BOVENSECTORAAL,ENTREE,SECTORKAMER_CREATIEVE_INDUSTRIE_EN_ICT,SECTORKAMER_HANDEL,"
        "SECTORKAMER_MOBILITEIT_TRANSPORT_LOGISTIEK_MARITIEM,SECTORKAMER_SPECIALISTISCH_VAKMANSCHAP,"
        "SECTORKAMER_TECHNIEK_EN_GEBOUWDE_OMGEVING,SECTORKAMER_VOEDSEL_GROEN_EN_GASTVRIJHEID,"
        "SECTORKAMER_ZAKELIJKE_DIENSTVERLENING_EN_VEILIGHEID,SECTORKAMER_ZORG_WELZIJN_EN_SPORT,"
        "NIET_GESPECIFICEERD_NAAR_SECTOR"
    ),
    "mbo graduates per institution and programme, from 2020/21": (
        f"INSTELLINGSCODE,INSTELLINGSNAAM,PLAATSNAAM INSTELLING,{PROGRAMME}DIPMAN2021,DIPVROUW2021,DIPMAN2022,"
        "DIPVROUW2022,DIPMAN2023,DIPVROUW2023,DIPMAN2024,DIPVROUW2024,DIPMAN2025,DIPVROUW2025"
    ),
    "mbo intake by previous education, totals and intake": (
        "VOOROPLEIDING VO,VOOROPLEIDING MBO,INDICATIE KLEINE OPLEIDING,INSTELLINGSCODE,INSTELLINGSNAAM,HOOFDGROEP CODE,"
        "HOOFDGROEP NAAM,NIVEAU,LEERWEG,BEROEPSOPLEIDING CODE,BEROEPSOPLEIDING NAAM,TOTAAL MBO,INSTROOM MBO,"
        "INSTROOM OPLEIDING"
    ),
    "mbo intake by previous education, by kind of intake": (
        "JAAR,INSTELLINGSCODE,NIVEAU,LEERWEG,BEROEPSOPLEIDING CODE,BEROEPSOPLEIDING NAAM,WIJZIGING IN INSTELLING,"
        "LAATSTE JAAR VO,VOOROPLEIDING VO,LAATSTE JAAR MBO,VOOROPLEIDING MBO,INSTROOM VO,INSTROOM MBO,"
        "INSTROOM OPLEIDING,AANTAL"
    ),
    "mbo students forecast per institution": "Instellingsnaam,Instellingscode,Jaar,Aantal,Type,Versie",
    "vo pupils forecast per institution": "INSTELLINGSCODE,ONDERWIJSNIVEAU,JAAR,PROGNOSEAANTALLEN",
}


def write(path, name, *rows):
    path.write_text("\n".join([HEADERS[name], *rows, ""]), "utf-8-sig")
    return path


@pytest.mark.parametrize("name", HEADERS)
def test_a_documented_header_is_recognised_but_none_that_lacks_a_column(name):
    header = HEADERS[name].split(",")
    assert recognise(header, (1, DOCS)).name == name
    for column in header:
        with pytest.raises(ta.DataError, match=f"line 1.*missing {re.escape(column)}"):
            recognise([one for one in header if one != column], (1, DOCS))


def test_the_documents_say_which_layout_is_unverified():
    rows = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert {layout.name for layout in LAYOUTS if not layout.verified} >= set(HEADERS)
    for layout in LAYOUTS:
        (row,) = (row for row in rows if row.startswith(f"| {layout.name} "))
        assert ("unverified: no file in hand" in row) == ("unverified: no file in hand" in layout.title)
        assert ("unverified" in layout.title) == (not layout.verified)


def test_a_diploma_belongs_to_the_study_year_that_ends(tmp_path):
    row = "27YU,ROC,HENGELO OV,BBL,3,25001,Lasser,Techniek,Techniek,-1,0,5,,,,,,,"
    frame = read_duo(write(tmp_path / "a.csv", "mbo graduates per institution and programme, from 2020/21", row))
    assert frame[["indicator", "year", "period", "sex"]].to_numpy().tolist() == [
        ["diplomas", 2021, "2020SJ00", "man"],
        ["diplomas", 2021, "2020SJ00", "vrouw"],
        ["diplomas", 2022, "2021SJ00", "man"],
    ]
    assert frame[["low", "high"]].to_numpy().tolist() == [[1, 4], [0, 0], [5, 5]]
    assert ta.check_tidy(frame)["unit"].unique().tolist() == ["diplomas"]


def test_columns_may_be_categories(tmp_path):
    row = "2021,Overijssel,40001,27YU,ROC,HENGELO OV,0164,Hengelo,5,0,,-1"
    frame = read_duo(write(tmp_path / "a.csv", "mbo students per institution and leerweg, 2021-2025", row))
    assert frame["type_mbo"].tolist() == ["BBL", "BOLDT", "EX"]
    assert frame[["year", "gemeentenummer"]].drop_duplicates().to_numpy().tolist() == [[2021, "0164"]]


def test_a_forecast_is_an_estimate_and_history_is_not(tmp_path):
    rows = ["ROC,27YU,2025,17311,Historie,1", "ROC,27YU,2026,3,Prognose,1", "ROC,27YU,2027,-1,Prognose,1"]
    name = "mbo students forecast per institution"
    frame = ta.check_tidy(read_duo(write(tmp_path / "a.csv", name, *rows)))
    assert frame["status"].tolist() == ["", "estimated", "suppressed"]
    with pytest.raises(ta.DataError, match="unknown Type; line 2"):
        read_duo(write(tmp_path / "a.csv", name, "ROC,27YU,2025,17311,Raming,1"))
    with pytest.raises(ta.DataError, match="unknown Jaar; line 3"):
        read_duo(write(tmp_path / "a.csv", name, rows[0], "ROC,27YU,2O26,17311,Historie,1"))


def test_intake_without_a_year_wants_one(tmp_path):
    row = "vmbo,,N,27YU,ROC,hg001,Techniek,2,BOL,1,Lasser,9,7,8"
    path = write(tmp_path / "a.csv", "mbo intake by previous education, totals and intake", row)
    with pytest.raises(ta.DataError, match="Give year="):
        read_duo(path)
    frame = read_duo(path, year=2025)
    assert dict(zip(frame["indicator"], frame["value"], strict=True)) == {
        "students_by_origin": 9,
        "intake_mbo": 7,
        "intake_programme": 8,
    }


def test_files_with_different_columns_are_not_put_under_each_other(tmp_path):
    names = [name for name in HEADERS if name.startswith("mbo students per")]
    for number, name in enumerate(names):
        write(tmp_path / f"{number}.csv", name)
    with pytest.raises(ta.DataError, match="different columns give 'enrolment'"):
        find_duo(tmp_path, "enrolment")


def test_a_column_says_which_of_several_kinds_is_meant(tmp_path):
    names = [name for name in HEADERS if name.startswith("mbo students per")]
    for number, name in enumerate(names):
        write(tmp_path / f"{number}.csv", name)
    (by_programme,) = find_duo(tmp_path, "enrolment", ["hoofdgroep"])
    assert "HOOFDGROEP NAAM" in by_programme.read_text("utf-8")
    with pytest.raises(ta.DataError, match="'enrolment' with nothing_of_the_kind"):
        find_duo(tmp_path, "enrolment", ["nothing_of_the_kind"])


def test_a_year_in_two_editions_is_taken_from_the_later(open_data, tmp_path):
    source = next((open_data / "duo").glob("examenkandidaten*2014-2019.csv"))
    text = source.read_text("cp1252")
    # The same file as an edition two years later: its 2016/17 is the other's 2014/15 and so on.
    shifted = text
    for first in range(2018, 2013, -1):
        shifted = shifted.replace(f"{first}-{first + 1}", f"{first + 2}-{first + 3}")
    (tmp_path / "a.csv").write_text(text, "cp1252")
    (tmp_path / "b.csv").write_text(shifted, "cp1252")
    both = read_editions(tmp_path, "exam_passes")
    sums = both[both["indicator"] == "exam_passes"].groupby("year")["value"].sum()
    alone = read_duo(source)
    alone = alone[alone["indicator"] == "exam_passes"].groupby("year")["value"].sum()
    assert sums.index.tolist() == [2015, 2016, 2017, 2018, 2019, 2020, 2021]
    assert sums.tolist() == [*alone.loc[[2015, 2016]], *alone]


def test_a_file_that_nearly_fits_is_found_and_then_refused(tmp_path):
    path = write(tmp_path / "a.csv", "mbo students per institution and programme, 2021-2025")
    assert find_duo(tmp_path, "enrolment") == [path]
    with pytest.raises(ta.DataError, match="no file of DUO"):
        find_duo(tmp_path, "diplomas")
    path.write_text(path.read_text("utf-8").replace("VROUW2025", "V2025"), "utf-8")
    assert find_duo(tmp_path, "enrolment") == [path]
    with pytest.raises(ta.DataError, match="missing VROUW2025; unknown V2025"):
        read_duo(path)


def test_hiding_is_consistent(tmp_path):
    rows = [f"{year},O,4,27YU,R,H,0164,H,{count},0,0,0" for year, count in ((2021, -1), (2022, 4))]
    path = write(tmp_path / "a.csv", "mbo students per institution and leerweg, 2021-2025", *rows)
    with pytest.raises(ta.DataError, match="bare count of 1 to 4, while line 2 hides one; line 3"):
        read_duo(path)
    marked = path.read_text("utf-8").replace(",EX", ",EX,INDICATIEAVG").replace(",0\n", ",0,j\n").replace("-1", "4")
    path.write_text(marked, "utf-8")
    with pytest.raises(ta.DataError, match="another INDICATIEAVG than J or N; lines 2, 3"):
        read_duo(path)


def test_reading_an_unverified_layout_says_so(tmp_path):
    path = write(tmp_path / "a.csv", "mbo students forecast per institution", "ROC,27YU,2025,17311,Historie,1")
    with pytest.warns(UserWarning, match=r"a\.csv: .*unverified: no file in hand"):
        read_duo(path)


def test_a_row_of_totals_is_no_institution(tmp_path):
    row = "ROC,TOTAAL,2025,17311,Historie,1"
    with pytest.raises(ta.DataError, match="unknown Instellingscode; line 2"):
        read_duo(write(tmp_path / "a.csv", "mbo students forecast per institution", row))
