"""DUO's files: real ones where they are at hand, and every dialect and damage that can be made up."""

import os
from pathlib import Path

import pandas as pd
import pytest

import twente_analysis as ta
from twente_analysis.opendata.duo import read_duo

REAL = Path(os.environ.get("TWENTE_OPENDATA", "absent")) / "duo"
needs_real_files = pytest.mark.skipif(not REAL.is_dir(), reason="TWENTE_OPENDATA names no folder with DUO's files")

KEYS = [
    *(
        "BRIN NUMMER",
        "SOORTINS",
        "INSTELLINGSNAAM",
        "PLAATSNAAM",
        "TYPE MBO",
        "KWALIFICATIENIVEAU",
        "KWALIFICATIE CODE",
    ),
    *("KWALIFICATIE NAAM", "MBO SECTOR", "DOMEIN", "SECTORUNIT SBB", "BRIN NUMMER KENNISCENTRUM", "NAAM KENNISCENTRUM"),
]
COUNTS = [f"{sex}{year}" for year in (2015, 2016) for sex in ("MAN", "VROUW", "TOTAAL")]


@pytest.fixture(scope="module")
def students():
    (path,) = REAL.glob("03-*.csv")
    return read_duo(path)


@needs_real_files
def test_the_published_students(students):
    by_year = students.groupby("year")["value"].sum().tolist()
    assert by_year == [471848, 479505, 482900, 492410, 501903]
    school = students[students["region"] == "27YU"]
    assert school.groupby("year")["value"].sum().tolist() == [18201, 18453, 18939, 18858, 19485]
    technical = school[(school["mbo_sector"] == "techniek") & school["mbo_niveau"].isin(["2", "3", "4"])]
    assert technical.groupby("year")["value"].sum().tolist() == [5421, 5554, 5606, 5623, 5722]


@needs_real_files
def test_real_files_give_tidy_frames(students):
    ta.check_tidy(students)
    for name, year in (("01*2016-2017.csv", 2016), ("01*2017-2018.csv", 2017), ("exam*.csv", None)):
        for path in REAL.glob(name):
            assert len(ta.check_tidy(read_duo(path, year))) > 100_000


@needs_real_files
def test_masking_keeps_every_true_sum_inside_its_bounds(students, tmp_path):
    (path,) = REAL.glob("03-*.csv")
    raw = pd.read_csv(path, sep=";", encoding="cp1252", dtype="str", keep_default_na=False)
    counts = [name for name in raw.columns if name[:3] in ("MAN", "VRO", "TOT")]
    raw[counts] = raw[counts].replace({"1": "<5", "2": "<5", "3": "<5", "4": "<5"})
    raw.to_csv(tmp_path / "masked.csv", sep=";", index=False, quoting=1, encoding="utf-8")
    masked = read_duo(tmp_path / "masked.csv")
    key = ["region", "year"]
    true = students.groupby(key)["value"].sum()
    bounds = masked.groupby(key)[["low", "high"]].sum()
    assert true.index.equals(bounds.index)
    assert ((bounds["low"] <= true) & (true <= bounds["high"])).all()
    assert masked["status"].eq("suppressed").sum() == students["value"].between(1, 4).sum()


@needs_real_files
def test_the_exams_of_both_dialects():
    older, newer = (
        read_duo(REAL / f"examenkandidaten-en-geslaagden-{years}.csv") for years in ("2014-2019", "2019-2024")
    )
    assert older["year"].unique().tolist() == [2015, 2016, 2017, 2018, 2019]
    assert newer["year"].unique().tolist() == [2020, 2021, 2022, 2023, 2024]
    assert older["status"].eq("").all()
    assert newer.loc[newer["status"] == "suppressed", ["low", "high"]].drop_duplicates().to_numpy().tolist() == [[1, 4]]


def row(number, counts):
    """A row of file 03 with unique key."""
    school = ["27YU", "ROC", "Roc \u00e9\u00e9n", "HENGELO OV"]
    return [*school, "BBL", "3", f"{number:05}", "Lasser", "techniek", "Bouw", "x", "  ", " ", *counts]


def written(rows, separator=";", newline="\r\n", quoted=False, header=(*KEYS, *COUNTS)):
    def cell(text):
        return f'"{text}"' if quoted or separator in text else text

    return "".join(separator.join(map(cell, cells)) + newline for cells in [list(header), *rows])


def test_a_hidden_count_is_never_added(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(written([row(1, ["<5", "10", "12", "-1", "0", "<5"])]), "utf-8")
    frame = read_duo(path)
    assert frame["value"].tolist() == [pd.NA, 10, pd.NA, 0]
    total = ta.total_by(frame)
    assert total[["low", "high", "status"]].to_numpy().tolist() == [[11, 14, "suppressed"], [1, 4, "suppressed"]]
    assert total["value"].isna().all()


def test_the_average_mark_hides_a_four(tmp_path):
    path = tmp_path / "a.csv"
    header = [*KEYS, "INDICATIEAVG", *COUNTS]
    rows = [[*row(n, []), mark, "4", "10", "14", "0", "0", "0"] for n, mark in ((1, "J"), (2, "N"))]
    path.write_text(written(rows, header=header), "utf-8")
    frame = read_duo(path).query("year == 2015 and sex == 'man'").set_index("crebo")
    assert frame.loc["00001", ["low", "high"]].tolist() == [1, 4]
    assert frame.loc["00002", "value"] == 4


def test_a_bare_count_below_four_is_refused_where_fours_are_hidden(tmp_path):
    path = tmp_path / "a.csv"
    header = [*KEYS, "INDICATIEAVG", *COUNTS]
    rows = [[*row(1, []), "J", "4", "10", "14", "2", "10", "12"]]
    path.write_text(written(rows, header=header), "utf-8")
    with pytest.raises(ta.DataError, match=r"bare count of 1 to 3.*line 2"):
        read_duo(path)


def test_a_lone_carriage_return_is_no_line_end(tmp_path):
    path = tmp_path / "a.csv"
    text = written([row(1, ["1", "2", "3", "0", "0", "0"]), row(2, ["4", "2", "6", "0", "0", "0"])])
    head, _, tail = text.rpartition("\r\n27YU")
    path.write_bytes(f"{head}\r27YU{tail}".encode())
    with pytest.raises(ta.DataError, match="line 2 holds a carriage return"):
        read_duo(path)


def test_codes_keep_their_zeros_and_absent_is_no_zero(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(written([row(7, ["", "", "", "0", "0", "0"])]), "utf-8")
    frame = read_duo(path)
    assert frame["crebo"].unique().tolist() == ["00007"]
    assert frame["year"].tolist() == [2016, 2016]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row(1, ["1", "2", "4", "0", "0", "0"])], "total of 2015 is not the sum of its parts; line 2"),
        (
            [row(1, ["1", "2", "3", "0", "0", "0"]), row(2, ["1.5", "2", "3", "0", "0", "0"])],
            "that are no count.*line 3",
        ),
        ([row(1, ["-2", "2", "0", "0", "0", "0"])], "no count, such as '-2'"),
        ([row(1, ["1", "2", "3", "0", "0", "0"])] * 2, "same key as another; lines 2, 3"),
        ([row(1, ["1", "2", "3", "0", "0"])], "fewer or more than 19 cells; line 2"),
        ([row(1, ["1", "2", "3", "0", "0", "0", "9"])], "line 2 has more than 19 cells"),
        ([["", *row(1, ["1", "2", "3", "0", "0", "0"])[1:]]], "without BRIN NUMMER; line 2"),
    ],
)
def test_a_wrong_row_is_named(tmp_path, rows, message):
    path = tmp_path / "a.csv"
    path.write_text(written(rows), "utf-8")
    with pytest.raises(ta.DataError, match=message):
        read_duo(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("DOMEIN", "HOOFDGROEP", "missing DOMEIN; unknown HOOFDGROEP"),
        ("MAN2015", "MAN2016", "stands twice"),
        ("DOMEIN", "DOMEIN;EXTRA", "unknown EXTRA"),
    ],
)
def test_another_header_is_refused(tmp_path, old, new, message):
    path = tmp_path / "a.csv"
    path.write_text(written([row(1, ["1", "2", "3", "0", "0", "0"])]).replace(old, new), "utf-8")
    with pytest.raises(ta.DataError, match=message):
        read_duo(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ta.DataError, match=r"nothing\.csv.*cannot be read"):
        read_duo(tmp_path / "nothing.csv")


def test_the_carried_over_students():
    frame = ta.load_enrolment("duo", mbo_sector="techniek", mbo_niveau=[2, 3, 4])
    assert frame.groupby("year")["value"].sum().tolist() == [5421, 5554, 5606, 5623, 5722]
    by_domain = frame.groupby(["domein", "year"])["value"].sum()
    assert [by_domain["Techniek en procesindustrie", year] for year in range(2015, 2020)] == [
        2213,
        2427,
        2444,
        2447,
        2425,
    ]
    assert by_domain["Bouw en infra"].tolist() == [644, 605, 635, 699, 728]
    by_centre = frame.query("year == 2015").groupby("kenniscentrum_naam")["value"].sum()
    assert by_centre[["Kenteq", "Innovam Groep", "VTL"]].tolist() == [1774, 474, 305]


@needs_real_files
def test_carried_over_and_published_agree():
    ours = ta.load_enrolment("duo")
    theirs = ta.load_enrolment("duo", open_data=REAL, mbo_sector="techniek")
    key = ["year", "type_mbo", "mbo_niveau", "domein", "kenniscentrum", "sex"]
    sums = [frame.groupby(key)["value"].sum().sort_index() for frame in (ours, theirs)]
    pd.testing.assert_series_equal(*sums)


@needs_real_files
def test_any_other_school():
    frame = ta.load_enrolment("duo", brin="25PZ", open_data=REAL, mbo_sector="techniek")
    assert frame["region"].unique().tolist() == ["25PZ"]
    assert frame["value"].sum() > 10_000


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"publisher": "cbs"}, "'regiovisie', 'duo'"),
        ({"publisher": "duo", "brin": "25PZ"}, "25PZ is not carried over(?s:.*)TWENTE_OPENDATA"),
        ({"publisher": "duo", "mbo_niveau": []}, "chooses nothing"),
        ({"open_data": "."}, "no published file"),
        ({"publisher": "duo", "crebo": "25180"}, "'domein'"),
        ({"publisher": "duo", "mbo_niveau": 5}, "'1', '2', '3', '4'"),
        ({"publisher": "duo", "mbo_sector": "groen"}, "'techniek'"),
    ],
)
def test_what_is_not_there_is_refused(choice, message, monkeypatch):
    monkeypatch.delenv("TWENTE_OPENDATA", raising=False)
    with pytest.raises(ta.DataError, match=message):
        ta.load_enrolment(**choice)


def test_a_folder_without_duo_files_is_refused(tmp_path):
    with pytest.raises(ta.DataError, match="no file of DUO"):
        ta.load_enrolment("duo", open_data=tmp_path)
