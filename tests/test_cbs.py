"""CBS's responses: recorded ones where they are at hand, and every dialect and damage that can be made up."""

import hashlib
import json
import os
import random
import shutil
import warnings
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

import twente_analysis as ta
from twente_analysis.opendata.cbs import list_cbs, read_cbs

REAL = Path(os.environ.get("TWENTE_OPENDATA", "absent")) / "cbs"
needs_recordings = pytest.mark.skipif(not REAL.is_dir(), reason="TWENTE_OPENDATA names no folder with CBS's responses")
HOST4, HOST3 = "https://datasets.cbs.nl/odata/v1/CBS", "https://opendata.cbs.nl/ODataFeed/OData"


def rows_of(*patterns):
    """The rows of recorded pages, read by nothing of ours."""
    paths = [path for pattern in patterns for path in sorted(REAL.glob(pattern))]
    return [row for path in paths for row in json.loads(path.read_text("utf-8"))["value"]]


# --- recorded ---


@pytest.fixture(scope="module")
def vacancies():
    with pytest.warns(UserWarning, match="the list of periods is not here"):
        return read_cbs(REAL, "83599NED")


@needs_recordings
def test_the_recorded_vacancies_are_complete(vacancies):
    assert len(ta.check_tidy(vacancies)) == 15_504
    quarters = [f"{year}KW{quarter:02}" for year in range(2011, 2021) for quarter in range(1, 5)][:38]
    for region in ("NL", "PV23"):
        part = vacancies[vacancies["region"] == region]
        assert part["sbi"].nunique() == 24
        assert part.groupby("sbi")["period"].apply(list).map(lambda found: sorted(found) == quarters).all()
        assert part["value"].notna().all()


@needs_recordings
def test_the_recorded_vacancies_keep_every_figure(vacancies):
    recorded = rows_of("cbs_odata_v3_83599NED/Untyped*.json")
    names = ("RegioS", "BedrijfstakkenBranchesSBI2008", "Perioden", "OpenstaandeVacatures_1")
    wanted = {tuple(row[name].strip() for name in names[:3]): row[names[3]].strip() for row in recorded}
    region = vacancies["region"].replace("NL", "NL01")
    keys = zip(region, vacancies["sbi"], vacancies["period"], strict=True)
    found = dict(zip(keys, vacancies["value"], strict=True))
    assert found.keys() == wanted.keys()
    assert all(pd.isna(found[key]) if text == "" else found[key] == float(text) for key, text in wanted.items())
    blank = vacancies[vacancies["status"] == "blank"]
    assert blank[["region", "sbi", "period"]].to_numpy().tolist() == [["PV31", "300013", "2014KW03"]]
    total = vacancies[vacancies["sbi"] == "T001081"].set_index(["region", "period"])["value"]
    assert total[[("NL", "2011KW01"), ("NL", "2020KW02"), ("PV23", "2011KW01"), ("PV23", "2020KW02")]].tolist() == [
        *(135.5, 200.4, 8.2, 13.0)
    ]
    assert vacancies["unit"].unique().tolist() == ["thousand vacancies"]
    assert vacancies["year"].eq(vacancies["period"].str[:4].astype(int)).all()
    assert vacancies["region_type"].value_counts().to_dict() == {"province": 10_944, "landsdeel": 3648, "country": 912}


@needs_recordings
def test_the_recorded_participation():
    frame = ta.check_tidy(read_cbs(REAL, "80590ned"))
    recorded = rows_of("cbs_odata_v4_80590ned/observations*.json")
    assert len(frame) == len(recorded) == 5586
    found = dict(zip(zip(frame["measure"], frame["period"], strict=True), frame["value"], strict=True))
    for row in recorded:
        value = found[row["Measure"], row["Perioden"]]
        assert pd.isna(value) if row["Value"] is None else value == row["Value"]
    impossible = sum(row["ValueAttribute"] == "Impossible" for row in recorded)
    assert frame["status"].value_counts().to_dict() == {"": 5586 - impossible, "impossible": impossible}
    assert set(frame["unit"]) == {"thousand persons", "%"}
    assert set(frame["sex_title"]) == {"Totaal"}
    assert set(frame["age_title"]) == {"15 tot 75 jaar"}
    first = frame[(frame["measure"] == "3000790_2") & (frame["period"] == "2003JJ00")]
    assert first[["year", "value", "measure_title"]].to_numpy().tolist() == [[2003, 8451, "Niet-seizoengecorrigeerd"]]


@needs_recordings
def test_the_recorded_population():
    frame = ta.check_tidy(read_cbs(REAL, "03759ned"))
    assert len(frame) == 256
    january = frame[frame["measure"] == "M000352"].set_index(["region", "year"])["value"]
    assert january[[("NL", 2019), ("GM0153", 2019), ("GM0153", 2026)]].tolist() == [17_282_163, 158_986, 162_683]
    gemeenten = frame[frame["region_type"] == "gemeente"]
    assert gemeenten["region"].nunique() == 14
    names = gemeenten.set_index("region")["region_title"]
    assert names["GM0141"].unique().tolist() == ["Almelo"]
    assert frame["status"].value_counts().to_dict() == {"": 240, "impossible": 16}


@needs_recordings
def test_both_versions_give_the_same_shape(vacancies):
    later = [read_cbs(REAL, table) for table in ("80590ned", "03759ned")]
    for frame in (vacancies, *later):
        names = [name for name in frame.columns if not name.endswith("_title")]
        assert names[:6] == ["indicator", "year", "period", "region_type", "region", "measure"]
        assert names[-4:] == ["value", "unit", "status", "source"]
    types = [frame.dtypes.astype(str).to_dict() for frame in (vacancies, *later)]
    for name in set.intersection(*(set(one) for one in types)):
        assert len({one[name] for one in types}) == 1, name


@needs_recordings
def test_the_recorded_metadata_tell_what_is_provisional(tmp_path):
    shutil.copytree(REAL / "cbs_odata_v4_85554NED_metadata", tmp_path / "ww")
    cells = {"2013MM01": 410_000, "2026MM04": None}
    rows = [
        {
            "Id": number,
            "Measure": "D001908",
            "ValueAttribute": "None" if value else "Confidential",
            "Value": value,
            **{"Geslacht": "T001038", "Leeftijd": "10000", "Marges": "MW00000", "RegioS": "AM05", "Perioden": period},
        }
        for number, (period, value) in enumerate(cells.items())
    ]
    body = {"@odata.context": f"{HOST4}/85554NED/$metadata#Observations", "value": rows}
    (tmp_path / "figures.json").write_text(json.dumps(body), "utf-8")
    frame = ta.check_tidy(read_cbs(tmp_path, "85554NED"))
    assert frame["status"].tolist() == ["provisional", "confidential"]
    assert frame["region_title"].unique().tolist() == ["Twente (AM)"]
    assert frame["margin_title"].unique().tolist() == ["Waarde"]
    assert frame["region_type"].unique().tolist() == ["arbeidsmarktregio"]


# --- made up ---

SBI, REGIO = "BedrijfstakkenBranchesSBI2008", "RegioS"
REGIONS, BRANCHES = ("NL01", "PV23", "LD01", "AM05", "CR12", "GM0153"), ("T001081", "301000", "348000")
PERIODS = {"2019KW04": "Definitief", "2020KW01": "NaderVoorlopig", "2020KW02": "Voorlopig", "2020JJ00": "Voorlopig"}
#: Cells without a figure: how version 4 and version 3 write them, and what they are.
EMPTY = {
    "blank": ("None", ""),
    "not available": ("NotAvailable", ""),
    "impossible": ("Impossible", ""),
    "confidential": ("Confidential", "."),
}
STATUS4 = {"blank": "blank", "not available": "blank", "impossible": "impossible", "confidential": "confidential"}
STATUS3 = STATUS4 | {"impossible": "blank"}


class Table:
    """Known figures, and the files of a version of the service that hold them."""

    def __init__(self, version, cells, measures):
        self.version, self.cells, self.measures = version, cells, measures
        self.table = "83599NED"
        self.files = {}

    def truth(self):
        """(region, sbi, period, measure) -> value and status."""
        found = {}
        for (region, branch, period, measure), cell in self.cells.items():
            if isinstance(cell, str):
                status = STATUS4[cell] if self.version == "v4" else STATUS3[cell]
                value = None
                if self.version == "typed":
                    status = "blank"
            else:
                value, status = cell, "" if PERIODS[period] == "Definitief" else "provisional"
            found[region.replace("NL01", "NL"), branch, period, measure] = (value, status)
        return found

    def rows(self):
        if self.version == "v4":
            for number, ((region, branch, period, measure), cell) in enumerate(self.cells.items()):
                why = EMPTY[cell][0] if isinstance(cell, str) else "None"
                value = None if isinstance(cell, str) else cell
                keys = {SBI: branch, REGIO: region, "Perioden": period}
                yield {
                    "Id": number,
                    "Measure": measure,
                    "ValueAttribute": why,
                    "Value": value,
                    "StringValue": None,
                    **keys,
                }
            return
        for number, (region, branch, period) in enumerate(dict.fromkeys(key[:3] for key in self.cells)):
            row = {"ID": number, SBI: f"{branch:7}", REGIO: f"{region:6}", "Perioden": period}
            for measure in self.measures:
                cell = self.cells[region, branch, period, measure]
                if self.version == "typed":
                    row[measure] = None if isinstance(cell, str) else cell
                else:
                    row[measure] = EMPTY[cell][1] if isinstance(cell, str) else f"{cell:8}"
            yield row

    def page(self, name, rows, following=None):
        four = self.version == "v4"
        context = f"{HOST4}/{self.table}/$metadata#" if four else f"{HOST3}/{self.table}/$metadata#Cbs.OData.WebAPI."
        body = {"@odata.context" if four else "odata.metadata": f"{context}{name}", "value": rows}
        if following is not None:
            set_of = f"{HOST4}/{self.table}/{name}?" if four else f"{HOST3}/{self.table}/{name}/?$format=json&"
            body["@odata.nextLink" if four else "odata.nextLink"] = set_of + following
        return json.dumps(body).encode()

    def write_pages(self, size, names, token):
        """Cut the rows into pages; `token` hides in the link where the next one begins."""
        rows = list(self.rows())
        name = {"v4": "Observations", "typed": "TypedDataSet", "untyped": "UntypedDataSet"}[self.version]
        for begin in range(0, len(rows), size):
            end = begin + size
            following = (f"$skiptoken={end:x}z" if token else f"$skip={end}") if end < len(rows) else None
            self.files[names.pop()] = self.page(name, rows[begin:end], following)

    def write_lists(self, names):
        four = self.version == "v4"
        codes = {
            REGIO: [{"Title": f"region {code}", "code": f"{code:6}"} for code in REGIONS],
            SBI: [{"Title": f"branch {code}", "code": f"{code:7}"} for code in BRANCHES],
            "Perioden": [{"Title": code, "code": code, "Status": status} for code, status in PERIODS.items()],
        }
        for name, rows in codes.items():
            listed = [
                {("Identifier" if four else "Key"): one.pop("code").strip() if four else one.pop("code"), **one}
                for one in rows
            ]
            self.files[names.pop()] = self.page(f"{name}Codes" if four else name, listed)
        topics = [{"Title": f"measure {code}", "Unit": "x 1 000"} for code in self.measures]
        pairs = list(zip(self.measures, topics, strict=True))
        if four:
            self.files[names.pop()] = self.page("MeasureCodes", [{"Identifier": code, **one} for code, one in pairs])
            self.files[names.pop()] = self.page("Dimensions", [{"Identifier": name} for name in codes])
        else:
            rows = [{"Key": name, "Type": "Dimension"} for name in codes] + [{"Key": None, "Type": "TopicGroup"}]
            rows += [{"Key": code, "Type": "Topic", **one} for code, one in pairs]
            self.files[names.pop()] = self.page("DataProperties", rows)

    def write_record(self):
        sums = {name: {"sha256": hashlib.sha256(content).hexdigest()} for name, content in self.files.items()}
        self.files["fetched.json"] = json.dumps({"table": self.table, "files": sums}).encode()

    def pages(self):
        return sorted(
            name for name, content in self.files.items() if b"DataSet" in content or b"#Observations" in content
        )


@st.composite
def tables(draw, recorded=False):
    """A table in some dialect, its pages and lists under any names."""
    version = draw(st.sampled_from(["v4", "typed", "untyped"]))
    measures = draw(st.sampled_from([["OpenstaandeVacatures_1"], ["OpenstaandeVacatures_1", "Andere_2"]]))
    key = st.tuples(st.sampled_from(REGIONS), st.sampled_from(BRANCHES), st.sampled_from(list(PERIODS)))
    keys = draw(st.lists(key, min_size=2, max_size=9, unique=True))
    number = st.one_of(st.integers(0, 9999), st.integers(-99, 99_999).map(lambda tenth: tenth / 10))
    cell = st.one_of(number, number, number, st.sampled_from(list(EMPTY)))
    made = Table(version, {(*key, measure): draw(cell) for key in keys for measure in measures}, measures)
    names = [f"{letter}.json" for letter in "abcdefghijklmnopqrstuvwxyz"]
    random.Random(draw(st.integers(0, 99))).shuffle(names)
    # With an address that hides the order of the pages they must stand in that order, as a fetched table's do.
    made.write_pages(draw(st.integers(1, 5)), names, draw(st.booleans()))
    made.has_lists = draw(st.booleans())
    if made.has_lists:
        made.write_lists(names)
    if recorded:
        made.write_record()
    return made


def read(folder, files):
    """Read files; give (region, sbi, period, measure) -> value and status, and whether no list of periods was there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        frame = read_cbs(folder, "83599NED")
    keys = zip(frame["region"], frame["sbi"], frame["period"], frame["measure"], strict=True)
    values = [None if pd.isna(one) else one for one in frame["value"]]
    found = dict(zip(keys, zip(values, frame["status"], strict=True), strict=True))
    assert len(frame) == len(found)
    return frame, found, bool(told)


def wanted(made, unlisted):
    """The truth; without a list of periods nothing is known to be provisional."""
    hidden = {"provisional": ""} if unlisted else {}
    return {key: (value, hidden.get(status, status)) for key, (value, status) in made.truth().items()}


EXAMPLES = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@EXAMPLES
@given(tables(), st.booleans())
def test_every_dialect_gives_the_right_figures(tmp_path, made, recorded):
    if recorded:
        made.write_record()
    frame, found, unlisted = read(tmp_path / "cbs", made.files)
    ta.check_tidy(frame)
    assert unlisted is not made.has_lists
    assert found == wanted(made, unlisted)
    assert set(frame["unit"]) == {"thousand vacancies"}
    if made.has_lists:
        assert (frame["region_title"] == "region " + frame["region"].replace("NL", "NL01")).all()
        assert (frame["sbi_title"] == "branch " + frame["sbi"]).all()
        assert (frame["measure_title"] == "measure " + frame["measure"]).all()


def never_wrong(folder, made, files, recorded=False):
    """Damaged files give the right figures, or an error that names a file in the folder.

    Rows that are gone from the very end leave no trace but in the record of the fetching.
    """
    try:
        _, found, unlisted = read(folder, files)
    except ta.DataError as error:
        assert str(error.file).startswith(str(folder)), error
        assert str(error).startswith(str(error.file))
        assert "What to do: " in str(error)
        return False
    right = wanted(made, unlisted)
    if not recorded:
        right = dict(list(right.items())[: len(found)])
    assert found == right, files
    return True


def changed_row(choose, body, made):
    """Do something to one row that makes it another row, or none."""
    rows = body["value"]
    row = rows[choose(len(rows))]
    name = list(row)[choose(len(row))]
    damage = choose(6)
    # Null is how version 4 and the typed pages write that there is no figure.
    no_null = made.version == "untyped" or name not in ("Value", "StringValue", *made.measures)
    if damage == 0:
        del row[name]
    elif damage == 1:
        row[f"{name}x"] = row.pop(name)
    elif damage == 2:
        row[name] = [[row[name]], {"a": 1}, True, 10**400, float("nan"), float("inf"), None][choose(6 + no_null)]
    elif damage == 3 and (
        made.has_lists or name not in (SBI, "Measure")
    ):  # a code is known to be wrong by its list alone
        row[name] = ["1e3", "0x10", "1_000", "1,5", "12 a", "nan", "Infinity", "<5", "**"][choose(9)]
    elif damage == 4:
        rows.append(dict(row))
    else:
        rows.remove(row)


def changed_page(choose, made, files):
    """Do something to a whole file, or to what it says of itself."""
    pages = made.pages()
    name = [*pages, *files][choose(len(pages) + len(files))]
    body = json.loads(files[name])
    context = next(iter(body))
    damage = choose(9)
    if damage == 0:
        del files[name]
    elif damage == 1:
        files["zz.json"] = files[name]
    elif damage == 2:
        files[name] = [b"", b"<html>", b"null", b"[]", b"{}", b'"', b"\xff\xfe", b"[" * 100_000][choose(8)]
    elif damage == 3:
        body[context] = body[context].replace("83599NED", ["80590ned", "83599NEE", ""][choose(3)])
    elif damage == 4:
        body["value"] = [None, {}, [1], "x", [], [[]]][choose(6)]
    elif damage == 5:
        body.pop("@odata.nextLink", body.pop("odata.nextLink", None))
    elif damage == 6:
        link = "@odata.nextLink" if "@" in context else "odata.nextLink"
        body[link] = [7, "", "x", [], f"{HOST4}/83599NED/Observations?$skip=99"][choose(5)]
    elif damage == 7:
        files[name] = files[name][: choose(len(files[name]))]
    else:
        body["value"].reverse()
    if damage in (3, 4, 5, 6, 8):
        files[name] = json.dumps(body).encode()


@EXAMPLES
@given(tables(), st.integers(0, 2**32))
def test_a_damaged_structure_is_refused_or_still_right(tmp_path, made, seed):
    """No record of fetching: what the responses say themselves must be enough."""

    choose = random.Random(seed).randrange
    for _ in range(12):
        files = dict(made.files)
        if choose(3):
            name = made.pages()[choose(len(made.pages()))]
            body = json.loads(files[name])
            changed_row(choose, body, made)
            files[name] = json.dumps(body).encode()
        else:
            changed_page(choose, made, files)
        never_wrong(tmp_path / "cbs", made, files)


BYTES = [
    b"",
    b" ",
    b"0",
    b"7",
    b"-",
    b".",
    b"e",
    b'"',
    b",",
    b":",
    b"{",
    b"]",
    b"\\",
    b"\n",
    b"\xff",
    b"\0",
    b"N",
    b"_",
]


def damaged_bytes(choose, content):
    place, new = choose(len(content)), BYTES[choose(len(BYTES))]
    return content[:place] + new + content[place + choose(2) :]


@EXAMPLES
@given(tables(recorded=True), st.integers(0, 2**32))
def test_what_was_fetched_and_then_damaged_is_never_read_wrong(tmp_path, made, seed):
    """One byte changed, taken out or put in, in any file, the record of the fetching too."""

    choose = random.Random(seed).randrange
    for _ in range(12):
        files = dict(made.files)
        name = sorted(files)[choose(len(files))]
        files[name] = damaged_bytes(choose, files[name])
        never_wrong(tmp_path / "cbs", made, files, recorded=True)


@EXAMPLES
@given(tables(), st.integers(0, 2**32))
def test_a_byte_changed_by_hand_touches_one_row_at_most(tmp_path, made, seed):
    """Nothing can tell 13 that became 73; but no other figure may change, and none may get lost."""

    choose = random.Random(seed).randrange
    for _ in range(12):
        files = dict(made.files)
        name = sorted(files)[choose(len(files))]
        files[name] = damaged_bytes(choose, files[name])
        try:
            _, found, unlisted = read(tmp_path / "cbs", files)
        except ta.DataError as error:
            assert str(error.file).startswith(str(tmp_path))
            continue
        right = wanted(made, unlisted)
        assert len(found) == len(right)
        apart = {key[:3] for key, cell in right.items() if found.get(key) != cell}
        assert len(apart) <= (name in made.pages()), (name, files[name])


# --- one by one ---


def write(folder, made):
    for name, content in made.files.items():
        (folder / name).write_bytes(content)


def small(version="v4", cells=None, size=2):
    cells = cells or {("NL01", "T001081", period, "OpenstaandeVacatures_1"): 1.5 for period in PERIODS}
    made = Table(version, cells, ["OpenstaandeVacatures_1"])
    names = [f"{number:02}.json" for number in range(30, 0, -1)]
    made.write_pages(size, names, token=False)
    made.write_lists(names)
    return made


def test_why_there_is_no_figure_is_kept_apart(tmp_path):
    cells = dict.fromkeys(EMPTY, None)
    keys = [("NL01", "T001081", period, "OpenstaandeVacatures_1") for period in PERIODS]
    made = small(cells=dict(zip(keys, cells, strict=True)))
    write(tmp_path, made)
    assert read_cbs(tmp_path, "83599NED")["status"].tolist() == ["blank", "blank", "impossible", "confidential"]


def test_numbers_that_are_out_of_order_and_an_empty_last_page(tmp_path):
    made = small()
    bodies = {name: json.loads(made.files[name]) for name in made.pages()}
    first, last = bodies
    bodies[first]["value"], bodies[last]["value"] = bodies[last]["value"], bodies[first]["value"]
    bodies[last]["@odata.nextLink"] = bodies[first]["@odata.nextLink"].replace("skip=2", "skip=4")
    made.files |= {name: json.dumps(body).encode() for name, body in bodies.items()}
    made.files["99.json"] = made.page("Observations", [])
    write(tmp_path, made)
    assert len(read_cbs(tmp_path, "83599NED")) == 4


def test_a_page_of_a_filtered_table_may_begin_at_0_and_skip_numbers(tmp_path):
    made = small()
    made.table = "83582NED"
    for name, content in made.files.items():
        other = content.replace(b"83599NED", b"83582NED").replace(b'"Id": 3', b'"Id": 300')
        made.files[name] = other.replace(b"OpenstaandeVacatures_1", b"BanenVanWerknemers_1")
    write(tmp_path, made)
    frame = read_cbs(tmp_path, "83582NED")
    assert frame["source"].tolist() == [f"cbs/83582NED#{number}" for number in (0, 1, 2, 300)]


def test_a_code_list_in_two_pages(tmp_path):
    made = small()
    name = next(name for name, content in made.files.items() if b"#PeriodenCodes" in content)
    rows = json.loads(made.files[name])["value"]
    made.files[name], made.files["98.json"] = (made.page("PeriodenCodes", part) for part in (rows[:2], rows[2:]))
    write(tmp_path, made)
    assert read_cbs(tmp_path, "83599NED")["status"].tolist() == ["", *["provisional"] * 3]


def test_school_years_count_as_the_catalogue_says(tmp_path):
    for table, year in (("85353NED", 2024), ("85356NED", 2025)):
        made = small(cells={("NL01", "T001081", "2020JJ00", "OpenstaandeVacatures_1"): 7})
        made.files = {
            name: content.replace(b"2020JJ00", b"2024SJ00")
            .replace(b"83599NED", table.encode())
            .replace(b"x 1 000", b"aantal")
            for name, content in made.files.items()
        }
        (tmp_path / table).mkdir()
        write(tmp_path / table, made)
        frame = read_cbs(tmp_path, table)
        assert frame[["year", "period"]].to_numpy().tolist() == [[year, "2024SJ00"]]


def test_two_regions_and_a_dimension_with_the_name_of_a_column(tmp_path):
    made = small()
    made.files = {
        name: content.replace(b"83599NED", b"85483NED")
        .replace(b"RegioS", b"WerkregioS")
        .replace(SBI.encode(), b"WoonregioS")
        for name, content in made.files.items()
    }
    write(tmp_path, made)
    frame = read_cbs(tmp_path, "85483NED")
    assert frame["region"].unique().tolist() == ["NL"]
    assert frame["woonregio"].unique().tolist() == ["T001081"]
    for name, content in made.files.items():
        (tmp_path / name).write_bytes(content.replace(b"WoonregioS", b"Status"))
    with pytest.raises(ta.DataError, match="'Status' would become a second column 'status'"):
        read_cbs(tmp_path, "85483NED")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'"Value": 1.5', b'"Value": "1.5"', r"figure\(s\) are no number, such as '1.5'; rows 0, 1"),
        (b'"Value": 1.5', b'"Value": true', r"no number, such as True"),
        (b'"ValueAttribute": "None"', b'"ValueAttribute": "Secret"', "a ValueAttribute that is not known; rows 0, 1"),
        (b'"ValueAttribute": "None"', b'"ValueAttribute": "Impossible"', "a figure that is said not to exist"),
        (b'"StringValue": null', b'"StringValue": "x"', "a text instead of a figure"),
        (b'"Perioden": "2019KW04"', b'"Perioden": "2019KW05"', "not known: 2019KW05; row 0"),
        (b'"RegioS": "NL01"', b'"RegioS": "XX01"', "of a type that is not known: XX01; rows 0, 1"),
        (b'"RegioS": "NL01"', b'"RegioS": "NL02"', "region that are not in its list: NL02; rows 0, 1"),
        (b'"Id": 1', b'"Id": 0', "a row stands twice: a page was kept under two names; row 0"),
        (b'"Id": 1', b'"Id": "1"', "no whole number as 'Id'"),
        (b'"Status": "Voorlopig"', b'"Status": "Oud"', "the status of 2020KW02, 2020JJ00 is not known: 'Oud'"),
        (b'"Unit": "x 1 000"', b'"Unit": "km"', "the unit of OpenstaandeVacatures_1 is 'km'"),
        (b'"Identifier": "RegioS"', b'"Identifier": "Regios"', "those of the table are"),
        (b"$skip=2", b"$skip=3", "the next one begins at row 3, 2 rows come before it"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, old, new, message):
    made = small()
    made.files = {name: content.replace(old, new) for name, content in made.files.items()}
    write(tmp_path, made)
    with pytest.raises(ta.DataError, match=message) as told:
        read_cbs(tmp_path, "83599NED")
    assert "twente fetch cbs --table 83599NED" in str(told.value)


def test_pages_of_two_sets_and_an_unknown_table(tmp_path):
    write(tmp_path, small("typed"))
    (tmp_path / "more").mkdir()
    write(tmp_path / "more", small("untyped"))
    with pytest.raises(ta.DataError, match="pages of TypedDataSet and of UntypedDataSet"):
        read_cbs(tmp_path, "83599NED")
    with pytest.raises(ta.DataError, match="no page with figures of this table"):
        read_cbs(tmp_path, "80590ned")
    with pytest.raises(ta.DataError, match="'80590ned'"):
        read_cbs(tmp_path, "80590NED")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "more").rename(tmp_path / ".hidden" / "more")
    assert len(read_cbs(tmp_path, "83599NED")) == 4


def test_the_catalogue():
    listed = list_cbs().set_index("table")
    assert listed.loc["83599NED", "verified"].startswith("v3")
    assert (listed["verified"] == "").sum() == 4
