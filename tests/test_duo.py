"""DUO's files: real ones where they are at hand, and every dialect and damage that can be made up."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

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


@st.composite
def files(draw):
    """Rows with known counts, and the bytes of a file that holds them in some dialect."""
    hidden = draw(st.sampled_from(["", "<5", "-1"]))
    number = st.one_of(st.none(), st.integers(0, 9000))
    pairs = draw(st.lists(st.tuples(st.tuples(number, number), st.tuples(number, number)), min_size=1, max_size=6))

    def shown(count):
        return "" if count is None else hidden if hidden and 1 <= count <= 4 else str(count)

    rows = []
    for index, years in enumerate(pairs):
        cells = []
        for man, woman in years:
            known = [count for count in (man, woman) if count is not None]
            cells += [shown(man), shown(woman), shown(sum(known) if known else None)]
        rows.append(row(index, cells))
    separator, newline = draw(st.sampled_from(";,")), draw(st.sampled_from(["\n", "\r\n"]))
    text = written(rows, separator, newline, quoted=draw(st.booleans()))
    lines = text.splitlines(keepends=True)
    for _ in range(draw(st.integers(0, 2))):
        lines.insert(draw(st.integers(1, len(lines))), newline)
    encoding = draw(st.sampled_from(["cp1252", "utf-8", "utf-8-sig"]))
    return pairs, hidden, "".join(lines).encode(encoding)


def truth(pairs, hidden):
    """(year, crebo, sex) -> bounds of every count that is there."""
    found = {}
    for index, years in enumerate(pairs):
        for year, counts in zip((2015, 2016), years, strict=True):
            for sex, count in zip(("man", "vrouw"), counts, strict=True):
                if count is not None:
                    found[year, f"{index:05}", sex] = (1, 4) if hidden and 1 <= count <= 4 else (count, count)
    return found


def bounds_of(frame):
    return {
        (one.year, one.crebo, one.sex): (one.low, one.high)
        for one in frame[["year", "crebo", "sex", "low", "high"]].itertuples(index=False)
    }


SETTINGS = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SETTINGS
@given(files())
def test_every_dialect_gives_the_right_counts(tmp_path, made):
    pairs, hidden, content = made
    path = tmp_path / "any name.txt"
    path.write_bytes(content)
    wanted = truth(pairs, hidden)
    if not wanted:
        return
    frame = ta.check_tidy(read_duo(path))
    assert bounds_of(frame) == wanted
    assert frame["value"].isna().equals(frame["status"].eq("suppressed"))
    assert set(frame["instelling"]) == {"Roc \u00e9\u00e9n"}
    lines = content.decode("cp1252").splitlines()
    for one in frame[["crebo", "source"]].itertuples(index=False):
        assert one.crebo in lines[int(one.source.rpartition("#")[2]) - 1]


@SETTINGS
@given(files(), st.data())
def test_a_damaged_file_is_refused_or_still_right(tmp_path, made, draw):
    """One byte changed, taken out or put in, or the file cut: never a wrong count, never another exception."""
    pairs, hidden, content = made
    place = draw.draw(st.integers(0, len(content) - 1))
    new = draw.draw(
        st.sampled_from(
            [b"", b";", b",", b'"', b"\n", b"0", b"7", b"-", b"<", b" ", b"e", b".", b"\xff", b"\0", b"cut"]
        )
    )
    if new == b"cut":
        damaged = content[:place]
    else:
        damaged = content[:place] + new + content[place + draw.draw(st.integers(0, 1)) :]
    path = tmp_path / "any name.txt"
    path.write_bytes(damaged)
    try:
        found = bounds_of(read_duo(path))
    except ta.DataError as error:
        assert "any name.txt" in str(error)
        return
    wanted = truth(pairs, hidden)
    # A code, name or year may have been altered into another valid one; a count may only have become one that its
    # total still allows. So compare the sums per row of the whole file, not the labels.
    if set(found) == set(wanted):
        for key, (low, high) in found.items():
            true = wanted[key]
            assert (low, high) == true or hidden or low == high, (key, low, high, true)
        totals = {key[:2] for key in wanted}
        for year, crebo in totals:
            ours, theirs = (
                np.sum([bound for key, bound in side.items() if key[:2] == (year, crebo)], axis=0)
                for side in (found, wanted)
            )
            assert hidden or (ours == theirs).all()


def test_a_hidden_count_is_never_added(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(written([row(1, ["<5", "10", "12", "-1", "3", "7"])]), "utf-8")
    frame = read_duo(path)
    assert frame["value"].tolist() == [pd.NA, 10, pd.NA, 3]
    total = ta.total_by(frame)
    assert total[["low", "high", "status"]].to_numpy().tolist() == [[11, 14, "suppressed"], [4, 7, "suppressed"]]
    assert total["value"].isna().all()


def test_the_average_mark_hides_a_four(tmp_path):
    path = tmp_path / "a.csv"
    header = [*KEYS, "INDICATIEAVG", *COUNTS]
    rows = [[*row(n, []), mark, "4", "10", "14", "0", "0", "0"] for n, mark in ((1, "J"), (2, "N"))]
    path.write_text(written(rows, header=header), "utf-8")
    frame = read_duo(path).query("year == 2015 and sex == 'man'").set_index("crebo")
    assert frame.loc["00001", ["low", "high"]].tolist() == [1, 4]
    assert frame.loc["00002", "value"] == 4


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
        ([row(1, ["1", "2", "3", "0", "0"])], "fewer than 19 cells; line 2"),
        ([row(1, ["1", "2", "3", "0", "0", "0", "9"])], "not CSV with 19 cells"),
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
        ({"publisher": "duo", "brin": "25PZ"}, "'27YU'"),
        ({"publisher": "duo", "crebo": "25180"}, "'domein'"),
        ({"publisher": "duo", "mbo_niveau": 5}, "'1', '2', '3', '4'"),
        ({"publisher": "duo", "mbo_sector": "groen"}, "'techniek'"),
    ],
)
def test_what_is_not_there_is_refused(choice, message):
    with pytest.raises(ta.DataError, match=message):
        ta.load_enrolment(**choice)


def test_a_folder_without_duo_files_is_refused(tmp_path):
    with pytest.raises(ta.DataError, match="no file of DUO"):
        ta.load_enrolment("duo", open_data=tmp_path)
