"""What leaves the house: data/processed, the codebook, CSV; and an independent reader of our packages."""

import csv
import io
import shutil
from pathlib import Path

import frictionless
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, strategies as st

import twente_analysis as ta
from twente_analysis.catalogue import data_folder, tables
from twente_analysis.cli import main
from twente_analysis.export import safe_text, to_csv, write_processed

ROOT = Path(__file__).parents[1]
RAW = list(tables(data_folder()))


def test_processed_data_and_codebook_are_a_fresh_build(tmp_path):
    for path in write_processed(tmp_path):
        committed = ROOT / path.relative_to(tmp_path)
        assert committed.read_bytes() == path.read_bytes(), f"{committed} is out of date: run `make data`"


@pytest.mark.parametrize("name", RAW)
def test_frictionless_agrees_with_our_reader(name):
    table = tables(data_folder())[name]
    package = frictionless.Package(str(table.path.parent / "datapackage.json"))
    resource = package.get_resource(name)
    report = resource.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    theirs = [row.to_dict() for row in resource.read_rows()]
    ours = ta.read_table(name).astype(object)
    ours = ours.where(ours.notna() & (ours != ""), None).to_dict("records")
    assert [
        {key: float(value) if hasattr(value, "as_tuple") else value for key, value in row.items()} for row in theirs
    ] == ours


def test_frictionless_reads_the_processed_package():
    report = frictionless.validate(str(ROOT / "data/processed/datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])


def test_processed_data_reads_back_as_loaded():
    numbers = {"value": "Int64", "year": "Int64"}
    path = ROOT / "data/processed/diplomas.csv"
    back = pd.read_csv(path, dtype=numbers, keep_default_na=False, na_values={"value": [""]})
    pd.testing.assert_frame_equal(back, ta.load_diplomas())


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_no_text_of_a_csv_runs_as_a_formula(rows):
    read = list(csv.reader(io.StringIO(to_csv(["a", "b"], rows, "nl"), newline=""), delimiter=";"))
    for cell in (cell for row in read[1:] for cell in row):
        number = cell.lstrip("+-").replace(".", "").replace(",", "").replace("%", "").strip().isdigit()
        assert not cell.lstrip().startswith(("=", "@")) and (number or not cell.lstrip().startswith(("+", "-")))
        assert cell.isprintable() or not set(cell) & set("\t\r\n\0")


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-1+cmd", " =1"])
def test_formulas_get_a_quote(text):
    assert safe_text(text) == f"'{text}"


def test_the_command_writes_the_same(data):
    result = CliRunner().invoke(main, ["data"])
    assert result.exit_code == 0
    assert (data / "processed/flows.csv").read_bytes() == (ROOT / "data/processed/flows.csv").read_bytes()


def test_the_command_names_what_is_wrong(data):
    (data / "raw/statements.csv").unlink()
    result = CliRunner().invoke(main, ["data"])
    assert result.exit_code == 3
    assert "statements.csv" in result.output


def test_the_command_lists_the_tables():
    result = CliRunner().invoke(main, ["tables"])
    assert result.exit_code == 0
    assert "regiovisie_enrolment" in result.output


def test_a_copy_of_the_data_writes_nothing_outside_itself(data):
    before = sorted(data.parent.iterdir())
    written = write_processed()
    assert {path.parent for path in written} == {data / "processed"}
    assert sorted(data.parent.iterdir()) == before


def test_a_copy_without_a_place_to_write_to_is_refused(data):
    shutil.rmtree(data / "processed")
    with pytest.raises(ta.DataError, match="there is no place to write to"):
        write_processed()
    assert not (data / "processed").exists()
    assert sorted(path.name for path in data.parent.iterdir()) == ["data"]
