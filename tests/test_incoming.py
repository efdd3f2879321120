"""What comes in from outside: nothing is unpacked, nothing too large is read, nothing hidden passes."""

import bz2
import csv
import gzip
import io
import lzma
import os
import resource
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, strategies as st

import twente_analysis as ta
from twente_analysis.cli import main
from twente_analysis.incoming import HIDDEN, check_json, check_text, show_hidden
from twente_analysis.opendata.editions import has_duo

DUO = "BRIN;INSTELLINGSNAAM;VESTIGING\n27YU;ROC van Twente;00\n"
ENROLMENT = "raw/regiovisie_enrolment.csv"
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def bomb(form):
    """A small file that would unpack to 100 MB of zeros."""
    zeros = bytes(100_000_000)
    if form == "zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", zeros)
        return buffer.getvalue()
    return {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress}[form](zeros)


@pytest.fixture(scope="module", params=["zip", "gzip", "bzip2", "xz"])
def packed(request):
    content = bomb(request.param)
    assert len(content) < 200_000
    return content


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.zip", "a.csv.xz"])
def test_a_compressed_file_of_duo_is_refused_and_not_unpacked(packed, tmp_path, name):
    (tmp_path / name).write_bytes(packed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ta.DataError, match=r"(?s)is compressed \(.*not unpacked.*Unpack it yourself"):
        ta.read_duo(tmp_path / name)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB


def test_compressed_data_and_responses_are_refused(packed, data, tmp_path):
    (data / ENROLMENT).write_bytes(packed)
    with pytest.raises(ta.DataError, match=r"regiovisie_enrolment\.csv: the file is compressed"):
        ta.load_enrolment()
    (tmp_path / "responses").mkdir()
    (tmp_path / "responses" / "a.json").write_bytes(packed)
    with pytest.raises(ta.DataError, match=r"a\.json: the file is compressed"):
        ta.read_cbs(tmp_path / "responses", "80590ned")


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(10**12)  # takes no room on the disk, but would fill the memory
    with pytest.raises(ta.DataError, match=r"1,000,000,000,000 bytes, more than the 500,000,000.*\n.*TWENTE_MAX_BYTES"):
        ta.read_duo(path)


def test_the_limit_can_be_set(data, monkeypatch):
    size = (data / ENROLMENT).stat().st_size
    monkeypatch.setenv("TWENTE_MAX_BYTES", "much")
    with pytest.raises(ta.DataError, match="is no number of bytes"):
        ta.read_table("regiovisie_enrolment")
    monkeypatch.setenv("TWENTE_MAX_BYTES", str(size - 1))
    with pytest.raises(ta.DataError, match=f"{size:,} bytes, more than the {size - 1:,}"):
        ta.read_table("regiovisie_enrolment")
    monkeypatch.setenv("TWENTE_MAX_BYTES", str(size))
    assert len(ta.read_table("regiovisie_enrolment")) == 55


def test_a_pipe_and_a_folder_are_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name, reason in (("pipe.csv", "no plain file"), ("folder.csv", "cannot be read")):
        with pytest.raises(ta.DataError, match=reason):
            ta.read_duo(tmp_path / name)
    assert not has_duo(tmp_path, "enrolment")


@pytest.mark.parametrize("character", [*BIDI, "\x00", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\U000e0041"])
def test_a_hidden_character_in_data_is_refused_with_its_place(data, tmp_path, character):
    path = data / ENROLMENT
    lines = path.read_text("utf-8").split("\n")
    lines[6] = lines[6].replace("Bouw", f"B{character}ouw")
    assert character in lines[6]
    path.write_text("\n".join(lines), "utf-8")
    code = f"U\\+{ord(character):04X}"
    with pytest.raises(ta.DataError, match=rf"line 7, column 'bedrijfstak_mbo', holds the \w+ character {code}"):
        ta.load_enrolment()
    result = CliRunner().invoke(main, ["tables"])
    assert character not in result.output.replace("\n", "")
    duo = tmp_path / "duo.csv"
    duo.write_text(DUO.replace("ROC", f"R{character}OC"), "utf-8")
    with pytest.raises(ta.DataError, match=rf"line 2, column 'INSTELLINGSNAAM', holds the \w+ character {code}"):
        ta.read_duo(duo)


@pytest.mark.parametrize("written", ["\u202e", "\\u202E", "\\u0007", "\\ud800", "\\u009b"])
def test_a_hidden_character_in_a_response_is_refused(written):
    content = f'{{"value": [{{"Title": "a{written}b"}}]}}'.encode()
    with pytest.raises(ta.DataError, match=r"holds the \w+ character U\+"):
        check_json(content, Path("a.json"), "Fetch it again.")
    check_json('{"Description": "Twee\\r\\nregels, caf\\u00e9 €"}'.encode(), Path("a.json"), "Fetch it again.")


def test_a_cell_of_a_megabyte_is_refused(data, tmp_path):
    path = data / ENROLMENT
    path.write_text(path.read_text("utf-8").replace("Bouw", "x" * 1_000_000, 1), "utf-8")
    with pytest.raises(ta.DataError, match=r"line 7 has 1,000,\d+ bytes; no line of a table has more than 20,000"):
        ta.load_enrolment()
    (tmp_path / "duo.csv").write_text(DUO.replace("ROC van Twente", "x" * 1_000_000), "utf-8")
    with pytest.raises(ta.DataError, match=r"line 2 has 1,000,\d+ bytes"):
        ta.read_duo(tmp_path / "duo.csv")
    # Spread over quoted lines it is still one cell.
    lines = path.read_text("utf-8").split("\n")
    lines[6] = '"' + "x\n" * 500_000 + '",2007,1187,1187,,126'
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(ta.DataError, match=r"field larger than|cell of more than 20,000"):
        ta.load_enrolment()
    limit = csv.field_size_limit(10**9)
    with pytest.raises(ta.DataError, match="cell of more than 20,000"):
        ta.load_enrolment()
    csv.field_size_limit(limit)


@given(st.text())
def test_what_passes_holds_nothing_hidden(text):
    content = text.encode("utf-8", errors="surrogatepass")
    try:
        check_text(content, text, Path("a.csv"), "Mend it.")
    except ta.DataError as error:
        assert HIDDEN.search(text)
        assert not HIDDEN.search(str(error))
    else:
        assert not HIDDEN.search(text)


@given(st.text(st.sampled_from([*BIDI, "\x1b", "\x00", "a", "é", "\n", "\ud800"])))
def test_what_is_hidden_is_shown(text):
    shown = show_hidden(text)
    assert not HIDDEN.search(shown)
    assert shown.count("[U+") == len(HIDDEN.findall(text))
