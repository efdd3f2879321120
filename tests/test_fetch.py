"""Fetching, against a server on this machine that replays responses and breaks down in every way we could think of."""

import contextlib
import gzip
import hashlib
import http.server
import itertools
import json
import os
import shutil
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import quote, unquote

import pandas as pd
import pytest
from click.testing import CliRunner

import twente_analysis as ta
from twente_analysis.cli import main
from twente_analysis.opendata.cbs import read_cbs
from twente_analysis.opendata.download import Limits
from twente_analysis.opendata.duo import read_duo
from twente_analysis.opendata.fetch import Terms, fetch, list_fetchable
from twente_analysis.opendata.layouts import LAYOUTS
from twente_analysis.opendata.replace import put

REAL = Path(os.environ.get("TWENTE_OPENDATA", "absent"))
needs_recordings = pytest.mark.skipif(not (REAL / "cbs").is_dir(), reason="TWENTE_OPENDATA names no folder")
LIMITS = Limits(connect=2, read=2, total=20, attempts=3, pause=0.01)
V4, V3 = "/odata/v1/CBS", "/ODataFeed/odata"
HOST, HOST3 = "https://datasets.cbs.nl", "https://opendata.cbs.nl"


# --- the server ---


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves the bodies of `server.bodies`; a fault in `server.faults` comes first."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        path = unquote(self.path)
        self.server.log.append((path, self.headers.get("Range")))
        body = self.server.bodies.get(path)
        fault = next(self.server.faults.get(path, iter(())), None)
        with contextlib.suppress(ConnectionError):
            if fault is not None:
                fault(self, body)
            elif body is None:
                self.answer(404, b"not here")
            else:
                self.whole(body)

    def whole(self, body):
        tag = f'"{hashlib.sha256(body).hexdigest()}"'
        asked = self.headers.get("Range", "")
        if asked and self.headers.get("If-Range") == tag:
            begin = int(asked.removeprefix("bytes=").removesuffix("-"))
            span = f"bytes {begin}-{len(body) - 1}/{len(body)}"
            self.answer(206, body[begin:], {"Content-Range": span, "ETag": tag})
        else:
            self.answer(200, body, {"ETag": tag})

    def answer(self, status, body, headers=(), length=None):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def broken_off(number, reset=True):
    """The connection ends after some bytes of the body, by a reset or in good order."""

    def fault(handler, body):
        tag = f'"{hashlib.sha256(body).hexdigest()}"'
        handler.answer(200, body[:number], {"ETag": tag}, len(body))
        handler.wfile.flush()
        if reset:
            time.sleep(0.05)  # let what was sent arrive before the reset overtakes it
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
        handler.close_connection = True

    return fault


def status(code, **headers):
    return lambda handler, _: handler.answer(code, b"sorry", {k.replace("_", "-"): v for k, v in headers.items()})


def instead(body):
    return lambda handler, _: handler.whole(body)


def trickle(handler, body):
    handler.answer(200, b"", length=len(body))
    for byte in body[:200]:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        handler.server.trickled.append(byte)
        time.sleep(0.02)
    handler.close_connection = True


def compressed(number=None):
    """The body compressed under way, whole or broken off."""

    def fault(handler, body):
        packed = gzip.compress(body)
        handler.answer(200, packed[:number], {"Content-Encoding": "gzip"}, len(packed))
        handler.close_connection = number is not None

    return fault


WEB_PAGE = instead(b"<!DOCTYPE html><html><body>Log in to the guest network</body></html>")


@pytest.fixture
def server():
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.bodies, made.faults, made.log, made.trickled = {}, {}, [], []
    made.address = f"http://127.0.0.1:{made.server_port}"
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


# --- what it serves ---


def fill_v4(server, table="83582NED", rows=7, page=3, **change):
    """A table of version 4: regions x years, in pages whose links name the published host."""
    regions, root = ["NL01", "CR12"], f"{V4}/{table}"

    def put(name, value, **more):
        body = {"@odata.context": f"{HOST}{root}/$metadata#{name}", "value": value, **more}
        server.bodies[f"{root}/{name}"] = json.dumps(body).encode()

    observations = [
        {
            "Id": 10 * number,
            "Measure": "M1",
            "ValueAttribute": "None",
            "Value": 1.5 * number,
            "StringValue": None,
            "RegioS": regions[number % 2],
            "Perioden": f"{2010 + number // 2}JJ00",
            **change,
        }
        for number in range(rows)
    ]
    put("Properties", [], Identifier=table, Modified=f"{rows} {change}")
    put("Dimensions", [{"Identifier": name, "ContainsCodes": True} for name in ("RegioS", "Perioden", *change)])
    put("RegioSCodes", [{"Identifier": code, "Title": f"region {code}"} for code in (*regions, "CR13")])
    periods = sorted({row["Perioden"] for row in observations})
    put("PeriodenCodes", [{"Identifier": code, "Title": code, "Status": "Voorlopig"} for code in periods])
    put("MeasureCodes", [{"Identifier": "M1", "Title": "Banen", "Unit": "x 1 000"}])
    for name, code in change.items():
        put(f"{name}Codes", [{"Identifier": code, "Title": code}])
    query = "$filter=(RegioS eq 'CR12' or RegioS eq 'NL01')"
    server.bodies[f"{root}/Observations/$count?{query}"] = f"\ufeff{rows}".encode()
    for begin in range(0, rows, page):
        skip = f"&$skip={begin}" if begin else ""
        following = {}
        if begin + page < rows:
            following["@odata.nextLink"] = f"{HOST}{root}/Observations?{quote(query, safe='$=()')}&$skip={begin + page}"
        put(f"Observations?{query}{skip}", observations[begin : begin + page], **following)
        path = f"{root}/Observations?{query}{skip}"
        server.bodies[path] = server.bodies[path].replace(f"#Observations?{query}{skip}".encode(), b"#Observations")
    return [f"{root}/Observations?{query}" + (f"&$skip={begin}" if begin else "") for begin in range(0, rows, page)]


def edit(server, path, change):
    body = json.loads(server.bodies[path])
    change(body)
    server.bodies[path] = json.dumps(body).encode()


DUO = "/open_onderwijsdata/images/"
STUDENTS = (
    "03-deelnemers-per-instelling-plaats-kenniscentrum-sector-bedrijfstak-type-mbo-opleiding-niveau-geslacht-"
    "2015-2019.csv"
)


def students(rows=300, extra=()):
    header = [*LAYOUTS[0].keys, *extra, "MAN2015", "VROUW2015", "TOTAAL2015"]
    lines = [";".join(header)]
    for number in range(rows):
        keys = ["27YU", "ROC", "ROC van Twente", "HENGELO OV", "BBL", "3", f"{number:05}", "Lasser", "techniek"]
        lines.append(";".join([*keys, "Bouw", "x", "", "", *("" for _ in extra), str(number), "2", str(number + 2)]))
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def terms(server, regions=("CR12", "NL01"), limits=LIMITS, **more):
    return Terms(regions=regions, address=server.address, limits=limits, **more)


def run(server, to, publisher="cbs", tables=("83582NED",), **more):
    done = fetch(publisher, list(tables), to, terms(server, **more), lambda *_: None)
    return done.set_index("table")


def problem(*args, **kwargs):
    done = run(*args, **kwargs)
    assert done["outcome"].tolist() == ["failed"]
    assert "What to do: " in done["problem"].iloc[0]
    return done["problem"].iloc[0]


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def seen(to):
    """What a reader of the folder sees: all but the hidden folder."""
    return {name: content for name, content in contents(to).items() if not name.startswith(".")}


# --- tables of CBS ---


def test_a_table_comes_with_its_lists_and_a_record(server, tmp_path):
    pages = fill_v4(server)
    done = run(server, tmp_path)
    assert done.loc["83582NED", ["outcome", "rows"]].tolist() == ["fetched", 7]
    folder = tmp_path / "cbs" / "83582NED"
    frame = read_cbs(tmp_path, "83582NED")
    assert sorted(frame["value"]) == [1.5 * number for number in range(7)]
    assert frame["status"].unique().tolist() == ["provisional"]
    assert frame["region_title"].unique().tolist() == ["region NL01", "region CR12"]
    record = json.loads((folder / "fetched.json").read_text("utf-8"))
    assert (record["rows"], record["measures"], record["licence"]) == (7, ["M1"], "CC BY 4.0")
    assert set(record["files"]) == {path.name for path in folder.iterdir()} - {"fetched.json"}
    for name, file in record["files"].items():
        content = (folder / name).read_bytes()
        assert (file["sha256"], file["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
        assert file["url"].startswith(server.address)
        assert pd.Timestamp(file["date"]).tz is not None
    assert [file["rows"] for name, file in record["files"].items() if name.startswith("Obs")] == [3, 3, 1]
    assert [path for path, _ in server.log if path in pages] == pages


def test_a_fetched_file_that_was_altered_is_refused(server, tmp_path):
    fill_v4(server)
    run(server, tmp_path)
    page = tmp_path / "cbs/83582NED/Observations-0001.json"
    page.write_bytes(page.read_bytes().replace(b"4.5", b"5.5"))
    with pytest.raises(ta.DataError, match=r"Observations-0001\.json: the file is not as it was fetched"):
        read_cbs(tmp_path, "83582NED")
    page.unlink()
    with pytest.raises(ta.DataError, match=r"Observations-0001\.json: the file is missing"):
        read_cbs(tmp_path, "83582NED")


def fill_v3(server, table, rows, size=10_000):
    """A table of version 3 with its lists made of the rows: padded keys, figures as text."""
    root = f"{V3}/{table}"
    names = [name for name in rows[0] if name != "ID" and not name.endswith("_1")]
    lists = {name: sorted({row[name] for row in rows}) for name in names}
    measure = next(name for name in rows[0] if name.endswith("_1"))

    def put(name, value, query="?$format=json", **more):
        about = f"{HOST3}/ODataFeed/OData/{table}/$metadata#Cbs.OData.WebAPI.{name.strip('/')}"
        server.bodies[f"{root}/{name}{query}"] = json.dumps({"odata.metadata": about, "value": value, **more}).encode()

    put("TableInfos", [{"ID": 0, "Identifier": table}])
    topic = {"Key": measure, "Type": "Topic", "Title": "the measure", "Unit": "x 1 000"}
    kinds = {"Perioden": "TimeDimension", "RegioS": "GeoDimension"}
    named = [{"Key": name, "Type": kinds.get(name, "Dimension"), "Title": name} for name in names]
    put("DataProperties", [*named, {"Key": None, "Type": "TopicGroup", "Title": "above"}, topic])
    for name, codes in lists.items():
        put(name, [{"Key": code, "Title": f"title of {code.strip()}", "Status": "Definitief"} for code in codes])
    return put


@needs_recordings
def test_recorded_v3_comes_through_the_loopback_server(server, tmp_path):
    recorded = [json.loads(p.read_bytes()) for p in sorted((REAL / "cbs/cbs_odata_v3_83599NED").glob("Unt*.json"))]
    fill_v3(server, "83599NED", [row for body in recorded for row in body["value"]])
    first, last = sorted((REAL / "cbs/cbs_odata_v3_83599NED").glob("Unt*.json"))
    server.bodies[f"{V3}/83599NED/UntypedDataSet?$format=json"] = first.read_bytes()
    # The address in the recorded link: another case, a slash more, and the published host.
    server.bodies["/ODataFeed/OData/83599NED/UntypedDataSet/?$format=json&$skip=10000"] = last.read_bytes()
    server.faults["/ODataFeed/OData/83599NED/UntypedDataSet/?$format=json&$skip=10000"] = iter([broken_off(300_000)])
    done = run(server, tmp_path, tables=["83599NED"], odata=3)
    assert done["rows"].tolist() == [15504], done["problem"].tolist()
    frame = read_cbs(tmp_path, "83599NED")
    bare = read_cbs_quietly(REAL, "83599NED")
    pd.testing.assert_frame_equal(frame[bare.columns], bare)
    assert frame["measure_title"].unique().tolist() == ["the measure"]


def read_cbs_quietly(folder, table):
    with pytest.warns(UserWarning, match="provisional"):
        return read_cbs(folder, table)


@needs_recordings
def test_recorded_v4_comes_through_the_loopback_server(server, tmp_path):
    recorded, root = REAL / "cbs/cbs_odata_v4_80590ned", f"{V4}/80590ned"
    for name, file in {
        "Properties": "properties",
        "Dimensions": "dimensions",
        "MeasureCodes": "measure-codes",
        "Observations": "observations-page-1",
        **{f"{name}Codes": f"codes-{name}" for name in ("Geslacht", "Leeftijd", "Perioden")},
    }.items():
        server.bodies[f"{root}/{name}"] = (recorded / f"{file}.json").read_bytes()
    server.bodies[f"{root}/Observations/$count"] = b"5586"
    server.faults[f"{root}/Observations"] = iter([status(503), broken_off(5000), broken_off(700_000, reset=False)])
    done = run(server, tmp_path, tables=["80590ned"], limits=Limits(attempts=4, pause=0.01))
    assert done["rows"].tolist() == [5586], done["problem"].tolist()
    pd.testing.assert_frame_equal(read_cbs(tmp_path, "80590ned"), read_cbs(REAL, "80590ned"))


def test_padded_keys_stand_in_a_filter_of_version_3(server, tmp_path):
    rows = [{"ID": n, "RegioS": "CR12  ", "Perioden": f"{2010 + n}JJ00", "Banen_1": f"   {n}.5"} for n in range(3)]
    put = fill_v3(server, "83582NED", rows)
    # The wide key is asked for, or nothing would come.
    put("UntypedDataSet", rows, "?$format=json&$filter=(RegioS eq 'CR12  ')")
    done = run(server, tmp_path, odata=3)
    assert done["rows"].tolist() == [3], done["problem"].tolist()
    assert read_cbs(tmp_path, "83582NED")["value"].tolist() == [0.5, 1.5, 2.5]


def passing(pages, faults):
    return {pages[1]: iter(faults)}


@pytest.mark.parametrize(
    "faults",
    [
        [status(503)],
        [status(503, Retry_After="0"), status(429, Retry_After="0")],
        [broken_off(0)],
        [broken_off(40), broken_off(90)],
        [broken_off(40, reset=False)],
        [compressed(60), compressed()],
    ],
    ids=["503", "retry-after", "reset before", "reset in the body", "cut off", "compressed"],
)
def test_passing_trouble_is_overcome(server, tmp_path, faults):
    pages = fill_v4(server)
    server.faults = passing(pages, faults)
    assert run(server, tmp_path)["problem"].tolist() == [""]
    assert len(read_cbs(tmp_path, "83582NED")) == 7


def to_elsewhere(body):
    body["@odata.nextLink"] = body["@odata.nextLink"].replace("datasets.cbs.nl", "elsewhere.example")


def to_itself(body):
    body["@odata.nextLink"] = body["@odata.nextLink"].replace("skip=6", "skip=3")


def to_the_first(body):
    body["@odata.nextLink"] = body["@odata.nextLink"].replace("&$skip=6", "")


def to_another_table(body):
    body["@odata.nextLink"] = body["@odata.nextLink"].replace("83582NED", "80590ned")


def no_address(body):
    body["@odata.nextLink"] = "https://[oops"


def of_another_table(body):
    body["@odata.context"] = body["@odata.context"].replace("83582NED", "80590ned")


def without_rows(body):
    body["value"] = []


def one_row_less(body):
    del body["value"][1]


def repeated(body):
    body["value"][2] |= {"Id": 1000, "Perioden": body["value"][0]["Perioden"]}


def unknown_region(body):
    body["value"][0]["RegioS"] = "CR99"


def no_figure(body):
    body["value"][0]["Value"] = "1,5"


PERMANENT = [
    ([status(503)], "answers 503"),
    ([status(404)], "answers 404"),
    ([broken_off(40)], "broken off 3 times"),
    ([broken_off(40, reset=False)], r"broken off 3 times \(.*bytes read"),
    ([WEB_PAGE], "a web page, not JSON"),
    ([instead(b'{"value": [')], "is no JSON"),
    ([instead(b"")], "is no JSON"),
    ([instead(b'{"error": {"code": "500"}}')], "no response of CBS"),
    (to_elsewhere, r"another host, 'elsewhere\.example'"),
    (to_itself, "go round in a circle"),
    (to_the_first, "go round in a circle"),
    (to_another_table, "the next page is of something else"),
    (no_address, "is no address"),
    (of_another_table, "the service gave 80590ned/Observations"),
    (without_rows, "has no rows, yet says that another follows"),
    (one_row_less, "6 rows came, while the service counts 7"),
    (repeated, "figures of the same thing"),
    (unknown_region, "not in its list: CR99"),
    (no_figure, "figure.* no number, such as '1,5'"),
]


@pytest.mark.parametrize(("fault", "message"), PERMANENT, ids=[message for _, message in PERMANENT])
def test_lasting_trouble_leaves_the_old_table(server, tmp_path, fault, message):
    fill_v4(server, rows=6)
    run(server, tmp_path)
    before = seen(tmp_path)
    pages = fill_v4(server)
    good = dict(server.bodies)
    if callable(fault):
        edit(server, pages[1], fault)
    else:
        server.faults = passing(pages, itertools.cycle(fault))
    told = problem(server, tmp_path)
    assert pd.Series(told).str.contains(message)[0], told
    assert "http://127.0.0.1" in told
    assert seen(tmp_path) == before
    assert len(read_cbs(tmp_path, "83582NED")) == 6
    server.bodies, server.faults = good, {}
    assert run(server, tmp_path)["problem"].tolist() == [""]
    assert len(read_cbs(tmp_path, "83582NED")) == 7
    assert not [name for name in contents(tmp_path) if "Observations" in name and name.startswith(".")]


def test_pages_that_never_end_are_refused(server, tmp_path):
    pages = fill_v4(server)
    # Each page is another one that says the same and names a next one; nor does the service count.
    server.bodies.pop(pages[0].replace("Observations?", "Observations/$count?"))
    body = json.loads(server.bodies[pages[1]])
    for number in range(3, 30, 3):
        body["@odata.nextLink"] = body["@odata.nextLink"].replace(f"skip={number}", f"skip={number + 3}")
        server.bodies[f"{pages[0]}&$skip={number}"] = json.dumps(body).encode()
    assert "a page comes twice" in problem(server, tmp_path)
    assert len(server.log) < 20
    assert seen(tmp_path) == {}


def test_a_run_that_broke_off_goes_on_from_the_last_whole_page(server, tmp_path):
    pages = fill_v4(server)
    server.faults = {pages[2]: itertools.cycle([broken_off(30)])}
    assert "broken off" in problem(server, tmp_path)
    assert seen(tmp_path) == {}
    server.faults, server.log = {}, []
    run(server, tmp_path)
    assert [path for path, _ in server.log if "Observations?" in path] == [pages[2]]
    assert len(read_cbs(tmp_path, "83582NED")) == 7


@pytest.mark.parametrize("what", ["table", "regions"])
def test_pages_of_another_version_are_not_gone_on_with(server, tmp_path, what):
    pages = fill_v4(server)
    server.faults = {pages[2]: itertools.cycle([broken_off(30)])}
    problem(server, tmp_path)
    server.faults, server.log, regions = {}, [], ("CR12", "NL01")
    if what == "table":
        fill_v4(server, rows=8)
    else:
        regions = ("NL01", "CR12")
        server.bodies |= {
            path.replace("(RegioS eq 'CR12' or RegioS eq 'NL01')", "(RegioS eq 'NL01' or RegioS eq 'CR12')"): body
            for path, body in list(server.bodies.items())
        }
    run(server, tmp_path, regions=regions)
    assert sum("Observations?" in path for path, _ in server.log) == 3
    assert len(read_cbs(tmp_path, "83582NED")) == (8 if what == "table" else 7)


def test_a_table_that_changes_while_it_is_fetched_is_refused(server, tmp_path):
    pages = fill_v4(server)
    newer = server.bodies[f"{V4}/83582NED/Properties"].replace(b"Modified", b"MODIFIED")

    def meanwhile(handler, body):
        server.bodies[f"{V4}/83582NED/Properties"] = newer
        handler.whole(body)

    server.faults = {pages[2]: iter([meanwhile])}
    assert "a new version meanwhile" in problem(server, tmp_path)
    assert seen(tmp_path) == {}
    assert run(server, tmp_path)["problem"].tolist() == [""]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rows": 5}, "shrunk from 7 to 5 rows"),
        ({"Geslacht": "T001038"}, r"columns have changed \(gone: none; new: Geslacht\)"),
        ({"Measure": "M2"}, r"measures have changed \(gone: M1; new: M2\)"),
    ],
)
def test_a_changed_table_is_refused_until_it_is_accepted(server, tmp_path, change, message):
    fill_v4(server)
    run(server, tmp_path)
    before = seen(tmp_path)
    fill_v4(server, **{name: value for name, value in change.items() if name != "Measure"})
    if "Measure" in change:
        server.bodies = {path: body.replace(b'"M1"', b'"M2"') for path, body in server.bodies.items()}
    told = problem(server, tmp_path)
    assert pd.Series(told).str.contains(message)[0], told
    assert "--accept-changes" in told
    assert seen(tmp_path) == before
    assert run(server, tmp_path, accept_changes=True)["problem"].tolist() == [""]
    assert seen(tmp_path) != before
    read_cbs(tmp_path, "83582NED")


def test_one_failing_table_stops_no_other(server, tmp_path):
    fill_v4(server)
    done = run(server, tmp_path, tables=["85554NED", "83582NED"])
    assert done["outcome"].to_dict() == {"85554NED": "failed", "83582NED": "fetched"}
    assert [path.name for path in (tmp_path / "cbs").iterdir()] == ["83582NED"]


def test_a_region_that_a_table_has_not_is_told(server, tmp_path):
    fill_v4(server)
    told = problem(server, tmp_path, regions=("AM05", "NL01"))
    assert "83582NED has no region AM05" in told
    assert "it has NL01, CR12, CR13" in told


def test_a_run_that_died_while_replacing_is_mended(server, tmp_path):
    fill_v4(server)
    run(server, tmp_path)
    before = seen(tmp_path)
    aside = tmp_path / ".fetching/cbs/83582NED.old"
    (tmp_path / "cbs/83582NED").rename(aside)  # as after the first of the two renames
    server.faults = {f"{V4}/83582NED/Properties": iter([status(404)])}
    problem(server, tmp_path)
    assert seen(tmp_path) == before
    shutil.copytree(tmp_path / "cbs/83582NED", aside)  # as after the second
    assert run(server, tmp_path)["problem"].tolist() == [""]
    assert not aside.exists()


def test_a_folder_that_cannot_be_replaced_stays(tmp_path):
    (tmp_path / "table").mkdir()
    (tmp_path / "table" / "page.json").write_text("{}")
    with pytest.raises(FileNotFoundError):
        put(tmp_path / "nothing came", tmp_path / "table", tmp_path / "table.old")
    assert list(contents(tmp_path)) == ["table/page.json"]


def test_two_runs_at_once_are_refused(server, tmp_path):
    pages = fill_v4(server)
    inner = []

    def meanwhile(handler, body):
        try:
            run(server, tmp_path)
        except ta.DataError as error:
            inner.append(str(error))
        handler.whole(body)

    server.faults = {pages[1]: iter([meanwhile])}
    assert run(server, tmp_path)["problem"].tolist() == [""]
    assert "another `twente fetch` is at work" in inner[0]


def test_a_service_that_does_not_answer_is_told(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    done = fetch("cbs", ["83582NED"], tmp_path, Terms(address=address, limits=LIMITS), lambda *_: None)
    assert "can't be reached" in done["problem"][0]
    assert seen(tmp_path) == {}


# --- files of DUO ---


def test_a_file_goes_on_where_it_was_broken_off(server, tmp_path):
    server.bodies[DUO + STUDENTS] = body = students()
    server.faults = {DUO + STUDENTS: iter([broken_off(5000), status(404)])}
    name = "mbo-students-2015-2019"
    assert "404" in problem(server, tmp_path, "duo", [name])
    assert seen(tmp_path) == {}
    server.log = []
    assert run(server, tmp_path, "duo", [name])["rows"].tolist() == [300]
    assert server.log == [(DUO + STUDENTS, "bytes=5000-")]
    assert (tmp_path / "duo" / STUDENTS).read_bytes() == body
    record = json.loads((tmp_path / "duo/fetched.json").read_text("utf-8"))["files"][STUDENTS]
    assert record["sha256"] == hashlib.sha256(body).hexdigest()
    assert (record["bytes"], record["rows"], record["table"]) == (len(body), 300, name)
    assert read_duo(tmp_path / "duo" / STUDENTS)["value"].sum() == sum(range(300)) + 600
    assert sorted(contents(tmp_path / ".fetching")) == ["lock"]


def test_a_file_that_changed_since_begins_anew(server, tmp_path):
    server.bodies[DUO + STUDENTS] = students()
    server.faults = {DUO + STUDENTS: iter([broken_off(5000), status(404)])}
    problem(server, tmp_path, "duo", ["mbo-students-2015-2019"])
    server.bodies[DUO + STUDENTS] = body = students(rows=310)
    assert run(server, tmp_path, "duo", ["mbo-students-2015-2019"])["rows"].tolist() == [310]
    assert (tmp_path / "duo" / STUDENTS).read_bytes() == body


def test_a_wrong_part_is_not_taken(server, tmp_path):
    server.bodies[DUO + STUDENTS] = body = students()

    def shifted(handler, body):
        handler.answer(206, body[4000:], {"Content-Range": f"bytes 4000-{len(body) - 1}/{len(body)}"})

    def short(handler, body):
        handler.answer(206, body[5000:6000], {"Content-Range": f"bytes 5000-5999/{len(body)}"})

    server.faults = {DUO + STUDENTS: iter([broken_off(5000), short, shifted, status(416)])}
    limits = Limits(attempts=6, pause=0.01)
    assert run(server, tmp_path, "duo", ["mbo-students-2015-2019"], limits=limits)["problem"].tolist() == [""]
    assert (tmp_path / "duo" / STUDENTS).read_bytes() == body


def test_a_trickle_ends_at_the_time_limit(server, tmp_path):
    server.bodies[DUO + STUDENTS] = students()
    server.faults = {DUO + STUDENTS: iter([trickle])}
    limits = Limits(total=0.3, attempts=2, pause=0.01)
    assert "more than 0.3 seconds" in problem(server, tmp_path, "duo", ["mbo-students-2015-2019"], limits=limits)
    assert len(server.trickled) < 150  # not listened to until it ended of itself
    assert seen(tmp_path) == {}


def test_silence_ends_at_the_time_limit(server, tmp_path):
    server.bodies[DUO + STUDENTS] = students()
    silent = threading.Event()

    def fault(handler, body):
        handler.answer(200, body[:100], length=len(body))
        silent.wait(10)
        handler.close_connection = True

    server.faults = {DUO + STUDENTS: itertools.cycle([fault])}
    limits = Limits(read=0.1, attempts=2, pause=0.01)
    assert "broken off 2 times (Read timed out" in problem(
        server, tmp_path, "duo", ["mbo-students-2015-2019"], limits=limits
    )
    silent.set()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (students(rows=200), "shrunk from 300 to 200 rows"),
        (students(extra=["NIEUW"]), "unknown NIEUW"),
        (b"<html>", "a web page or a message, not CSV"),
        (b'{"success": false}', "a web page or a message, not CSV"),
        (students()[:-40], "the file may be cut off|cells, the header"),
        (students().replace(b";9;2;11", b";9;2;12"), "the total of 2015 is not the sum of its parts; line 11"),
    ],
)
def test_a_wrong_file_leaves_the_old_one(server, tmp_path, body, message):
    name = "mbo-students-2015-2019"
    server.bodies[DUO + STUDENTS] = students()
    run(server, tmp_path, "duo", [name])
    before = seen(tmp_path)
    server.bodies[DUO + STUDENTS] = body
    told = problem(server, tmp_path, "duo", [name])
    assert pd.Series(told).str.contains(message)[0], told
    assert seen(tmp_path) == before
    assert sorted(contents(tmp_path / ".fetching")) == ["lock"]
    server.bodies[DUO + STUDENTS] = students(rows=301)
    assert run(server, tmp_path, "duo", [name])["rows"].tolist() == [301]


def forecasts(server, body, name="mbo-studentenprognose_instelling.csv"):
    dataset = "studentprognoses-mbo-per-instelling"
    link = f"/dataset/1/resource/2/download/{name}"
    resources = [
        {"name": "toelichting", "format": "PDF", "url": "https://onderwijsdata.duo.nl/dataset/1/toelichting.pdf"},
        {"name": name, "format": "CSV", "url": f"https://onderwijsdata.duo.nl{link}"},
        {"name": "Other", "url": "https://onderwijsdata.duo.nl/x/mbo-studentenprognose_gemeente_instelling.csv"},
    ]
    answer = json.dumps({"success": True, "result": {"resources": resources}}).encode()
    server.bodies[f"/api/3/action/package_show?id={dataset}"] = answer
    server.bodies[link] = body
    return resources


FORECAST = b"Instellingsnaam,Instellingscode,Jaar,Aantal,Type,Versie\r\nROC van Twente,27YU,2026,17000,Prognose,1\r\n"


def test_a_file_is_found_in_its_dataset(server, tmp_path):
    forecasts(server, FORECAST)
    assert run(server, tmp_path, "duo", ["mbo-forecast"])["rows"].tolist() == [1]
    assert (tmp_path / "duo/mbo-forecast.csv").read_bytes() == FORECAST
    forecasts(server, FORECAST.replace(b"Versie", b"Versie nr") + b"ROC van Twente,27YU,2027,16900,Prognose,1\r\n")
    told = problem(server, tmp_path, "duo", ["mbo-forecast"])
    assert "columns have changed (gone: Versie; new: Versie nr)" in told
    assert (tmp_path / "duo/mbo-forecast.csv").read_bytes() == FORECAST
    assert run(server, tmp_path, "duo", ["mbo-forecast"], accept_changes=True)["rows"].tolist() == [2]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"<html>", "no list of files"),
        (b'{"success": false}', "no list of files"),
        (b'{"result": {"resources": []}}', "has no CSV file that begins with"),
        (
            b'{"result": {"resources": [{"url": "https://x.example/mbo-studentenprognose_instelling.csv"}]}}',
            "another host",
        ),
    ],
)
def test_a_dataset_without_the_file_is_told(server, tmp_path, answer, message):
    server.bodies["/api/3/action/package_show?id=studentprognoses-mbo-per-instelling"] = answer
    assert message in problem(server, tmp_path, "duo", ["mbo-forecast"])
    assert seen(tmp_path) == {}


@needs_recordings
def test_real_files_come_through_the_loopback_server(server, tmp_path):
    names = ["vo-exams-2014-2019", "vo-exams-2019-2024", "mbo-students-2015-2019"]
    for path in (REAL / "duo").iterdir():
        server.bodies[DUO + path.name] = path.read_bytes()
        server.faults[DUO + path.name] = iter([broken_off(2_000_000)])
    done = run(server, tmp_path, "duo", names)
    assert done["rows"].tolist() == [13986, 12782, 19229], done["problem"].tolist()
    for path in (tmp_path / "duo").glob("*.csv"):
        assert path.read_bytes() == (REAL / "duo" / path.name).read_bytes()


# --- the disk ---


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 256 kB."""
    if os.geteuid() or shutil.which("mount") is None:
        pytest.skip("only root can make a small disk")
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this system makes no small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("publisher", ["cbs", "duo"])
def test_a_full_disk_leaves_the_old_copy(server, small_disk, publisher):
    table = "83582NED" if publisher == "cbs" else "mbo-students-2015-2019"
    fill_v4(server)
    server.bodies[DUO + STUDENTS] = students()
    run(server, small_disk, publisher, [table])
    before = seen(small_disk)
    fill_v4(server, rows=3000, page=1000)
    server.bodies[DUO + STUDENTS] = students(rows=5000)
    told = problem(server, small_disk, publisher, [table])
    assert "No space left on device" in told
    assert "Free some space" in told
    assert seen(small_disk) == before
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    assert run(server, small_disk, publisher, [table])["rows"].tolist() == [3000 if publisher == "cbs" else 5000]


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "there").write_text("a file")
    result = CliRunner().invoke(main, ["fetch", "cbs", "--to", str(tmp_path / "there" / "below")])
    assert result.exit_code == 3
    assert "it can't be written (Not a directory)" in result.stderr


# --- the command ---


def test_the_command(server, tmp_path, monkeypatch):
    fill_v4(server)
    server.bodies[f"{V4}/85554NED/Properties"] = b"<html>"
    monkeypatch.setenv("TWENTE_FETCH_ADDRESS", server.address)
    monkeypatch.setenv("TWENTE_OPENDATA", str(tmp_path / "data"))
    ask = ["fetch", "cbs", "--region", "CR12", "--table", "83582NED"]
    result = CliRunner().invoke(main, ask)
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"83582NED: 7 rows in {tmp_path}/data/cbs/83582NED" in result.stdout
    assert "1 of 1 fetched." in result.stdout
    result = CliRunner().invoke(main, [*ask, "--table", "85554NED"])
    assert result.exit_code == 1
    assert "85554NED: failed; the old copy, if any, stays." in result.stdout
    assert "a web page, not JSON" in result.stdout
    assert "1 of 2 fetched." in result.stdout


def test_wrong_usage_lists_what_is_known(tmp_path):
    for ask, known in (
        (["duo", "--table", "nothing"], "vo-exams-2019-2024"),
        (["cbs", "--table", "80590NED"], "80590ned"),
    ):
        result = CliRunner().invoke(main, ["fetch", *ask, "--to", str(tmp_path)])
        assert result.exit_code == 2
        assert known in result.stderr
    assert CliRunner().invoke(main, ["fetch", "uwv"]).exit_code == 2
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ta.DataError, match="'vo-exams-2019-2024'"):
        fetch("duo", ["nothing"], tmp_path, Terms())
    with pytest.raises(ta.DataError, match="'duo', 'cbs'"):
        list_fetchable("uwv")
