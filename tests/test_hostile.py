"""Hostile names and values: never live in a page, a CSV or a chart, never outside the output folder, never code."""

import ast
import csv
import getpass
import io
import json
import re
import shutil
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st
from matplotlib.text import Text
from papermill.translators import PythonTranslator
from PIL import Image

import twente_analysis as ta
from twente_analysis.briefs.index import render_index
from twente_analysis.briefs.page import render_page
from twente_analysis.briefs.plan import Brief, check_parameters, read_plan
from twente_analysis.briefs.refused import check_printable
from twente_analysis.cell import MIME
from twente_analysis.charts.house import chart_of
from twente_analysis.cli import main
from twente_analysis.export import to_csv
from twente_analysis.incoming import HIDDEN
from twente_analysis.tables import Table

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "notebooks" / "sources.ipynb"
RAN = "window.__ran=1"
HOSTILE = [
    f"<img src=x onerror={RAN}>",
    f'"><script>{RAN}</script>',
    f"</title></style></pre></textarea><svg onload={RAN}>",
    f"' onmouseover='{RAN}' autofocus onfocus='{RAN}",
    f"javascript:{RAN}",
    "<!--stale-->a<!--/stale-->",
    "<meta http-equiv=refresh content='0;url=https://example.com/'><base href=//example.com/>",
    "<style>@import '//example.com/a.css'</style><link rel=stylesheet href=//example.com/a.css>",
    f"[a](javascript:{RAN}) ![b](https://example.com/b.png) <iframe src=//example.com>",
    '=cmd|"/c calc"!A0',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "../../x",
    "..\\..\\x",
    "{{ 7 * 7 }}{% for x in 1 %}",
    "{0.__class__} %s ${x}",
    "$\\frac{$",
    "\u202egpj.exe",
    "a\x00b\x1b[31mc\x07\x9b",
    "]]>-->",
]
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"])))
PROVENANCE = dict.fromkeys(("version", "notebook_hash", "data_hash", "files"), "") | {
    "date": "2026-01-01",
    "data_date": "2026-01-01",
    "assets": "assets/a-nl/0",
}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
#: Who runs this, unless that is a word of its own.
OWN_NAME = {getpass.getuser()} - {"root"}
#: What our own template writes; anything else came in by a value.
TAGS = re.compile(
    "html|head|meta|title|style|body|a|p|h[1-4]|header|main|footer|nav|ul|ol|li|figure|figcaption|div|span|img|label"
    "|input|details|summary|wbr|table|caption|thead|tbody|tr|th|td|code|pre|em|strong|hr|blockquote|del|br"
)
ATTRIBUTES = re.compile(
    "lang|charset|name|content|http-equiv|class|href|id|role|tabindex|aria-label|src|alt|type|autocomplete|scope"
    "|colspan|title|start|data-label|style"
)
#: The one style of a tag: how wide the figures of a row are beside each other.
BESIDE = re.compile(r"--beside: (repeat\(\d+, 1fr\)|[\d.]+fr( [\d.]+fr)*)")


def chart(text):
    figures = {"columns": [text, text], "rows": [[text, 1.0]], "kind": "number"}
    words = dict.fromkeys(("title", "subtitle", "source", "alt", "svg"), text)
    return {"kind": "chart", **words, "figures": figures}


def table(text, folded):
    return {
        **{"kind": "table", "caption": text, "columns": [text, text], "groups": [[text, [[text, text]]]]},
        **{"notes": [text], "strong": [text], "prose": [text], "folded": folded},
    }


def wide_tables(text):
    """Tables whose cells stand after the names of their columns on a phone: one of words, one of figures."""
    words = [text, f"{text} 1", f"{text} 2"]
    stacked = table(text, False) | {"columns": words, "groups": [[text, [words]]], "prose": words}
    return stacked, table(text, False) | {"columns": [text] * 8, "groups": [[text, [[text] * 8]]]}


def notebook_with(text):
    """An executed notebook with a text in every place that a page takes something from."""
    told = [{"kind": "text", "role": role, "sentences": [text] * 3} for role in ("headline", "finding", "caveats")]
    outputs = [
        nbformat.v4.new_output("display_data", data={MIME: content, "image/png": PIXEL})
        for content in (chart(text), table(text, True), table(text, False), *wide_tables(text), *told, {"kind": text})
    ]
    outputs.append(nbformat.v4.new_output("stream", name="stdout", text=text))
    outputs.append(nbformat.v4.new_output("display_data", data={"text/html": text, "text/plain": text}))
    outputs.append(nbformat.v4.new_output("display_data", data={"image/svg+xml": text, "text/markdown": text}))
    cells = [
        nbformat.v4.new_markdown_cell(f"# {text}\n\n## {text}\n\n{text}"),
        nbformat.v4.new_code_cell(text, outputs=outputs),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def page_with(text):
    names = ("highlight", "brin", "scope", "open_data", text)
    brief = Brief("a", "nl", text, Path(text.replace("/", "-") + ".ipynb"), dict.fromkeys(names, text), question=text)
    return render_page(notebook_with(text), brief, PROVENANCE | dict.fromkeys(("version", "data_hash"), text))


def index_with(text):
    entry = dict.fromkeys(("question", "title", "headline"), text)
    entry |= {
        "name": "a-nl",
        "thumbnail": "assets/a.png",
        "published": "2026-01-01",
        "attempted": "2026-01-02",
        "unchanged": False,
    }
    return render_index([entry], "nl", bilingual=True)


def check_inert(html):
    """Check that a page has nothing but what our template writes, and that all of it can be seen."""
    assert not HIDDEN.search(html)
    soup = BeautifulSoup(html, "html.parser")
    assert [tag.name for tag in soup.find_all(True) if not TAGS.fullmatch(tag.name)] == []
    for tag in soup.find_all(True):
        assert all(map(ATTRIBUTES.fullmatch, tag.attrs)), tag
        assert BESIDE.fullmatch(tag.get("style", "--beside: 1fr")), tag
        if "href" in tag.attrs:
            assert re.match(r"#|index(-en)?\.html$|assets/|a-nl\.html|https?://|mailto:", tag["href"]), tag
    policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert policy in (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:",
    )
    assert len(soup.find_all("meta", {"http-equiv": True})) == 1
    # The policy holds for what comes after it.
    assert html.index("Content-Security-Policy") < html.index("<title>") < html.index("<style>")
    return soup


@settings(max_examples=60, deadline=None)
@given(texts.filter(bool))
def test_no_text_is_live_in_a_page(text):
    soup = check_inert(page_with(text))
    assert [image["src"][:22] for image in soup.find_all("img") if image.get("alt") != "b"] == [
        "data:image/png;base64,"
    ]
    check_inert(index_with(text))


@settings(deadline=None)
@given(texts, st.booleans())
def test_no_text_is_live_in_a_table(text, folded):
    kinds = {key: value for key, value in table(text, folded).items() if key != "kind"}
    html = Table(**kinds).html()
    assert all(TAGS.fullmatch(tag.name) for tag in BeautifulSoup(html, "html.parser").find_all(True))
    assert not HIDDEN.search(html)


def split_like(text, separator):
    """Read a CSV as a spreadsheet of one country would, quotes aside."""
    return [cell for line in re.split(r"[\r\n]+", text) for cell in re.split(rf"[{separator}]", line)]


@given(st.lists(st.tuples(texts, texts), min_size=1), st.sampled_from(["", "nl", "en"]))
def test_no_cell_of_a_csv_is_a_formula_in_any_country(rows, language):
    written = to_csv([row[0] for row in rows[:1]] + ["b"], rows, language)
    assert not HIDDEN.search(written)
    read = list(csv.reader(io.StringIO(written, newline=""), delimiter=";" if language == "nl" else ","))
    assert {len(cells) for cells in read} == {2}
    for cell in [cell for cells in read for cell in cells] + split_like(written, ",") + split_like(written, ";"):
        bare = cell.strip('\u200b\u2060\ufeff \t"').replace("\xa0", "")
        assert not bare.startswith(("=", "@", "\uff1d", "\uff20")), cell


@pytest.mark.filterwarnings("ignore:Tight layout not applied", "ignore:constrained_layout not applied")
@pytest.mark.parametrize("names", [HOSTILE[0::2], HOSTILE[1::2]], ids=["even", "odd"])
def test_a_chart_shows_hostile_names_as_they_stand(names, tmp_path):
    frame = ta.load_diplomas()
    plain = [re.sub("[\x00-\x1f\x7f-\x9f]", "", name) for name in names]
    groups = frame["bedrijfstak_mbo"].unique()
    frame["bedrijfstak_mbo"] = frame["bedrijfstak_mbo"].replace(dict(zip(groups, plain, strict=False)))
    assert set(plain) <= set(frame["bedrijfstak_mbo"])
    ax = ta.plot_series(frame, "bedrijfstak_mbo")
    figure, _ = chart_of(ax)
    figure.draw_without_rendering()
    drawn = [one for one in figure.findobj(Text) if one.get_text()]
    assert not any(one.get_parse_math() for one in drawn)
    svg = ET.fromstring(ta.save_chart(ax, tmp_path / "a.svg").read_bytes())
    live = {"script", "foreignObject", "a", "image", "iframe", "animate", "set", "handler"}
    assert {one.tag.rpartition("}")[2] for one in svg.iter()} & live == set()
    listed = {(name.rpartition("}")[2], value) for one in svg.iter() for name, value in one.items()}
    assert not [name for name, _ in listed if name.startswith("on")]
    assert all(value.startswith("#") for name, value in listed if name == "href")


@given(texts | st.text(), texts)
def test_a_value_pasted_into_a_notebook_is_a_text_and_no_code(value, key):
    for given_value in (value, [value], {key: value}):
        pasted = PythonTranslator.codify({"document": given_value})
        try:
            check_printable("document", given_value, "a.ipynb")
        except ta.DataError as error:
            assert not HIDDEN.search(str(error))
            continue
        (statement,) = ast.parse(pasted).body
        assert ast.literal_eval(statement.value) == given_value


@given(texts | st.text())
def test_a_name_is_a_parameter_only_when_the_notebook_has_it(name):
    if name not in ("document", "language"):
        with pytest.raises(ta.DataError):
            check_parameters(SOURCES, {name: "x"})


shapes = st.recursive(
    texts
    | st.integers()
    | st.booleans()
    | st.sampled_from(["nl", "en", "small.ipynb", "{first_year}", "{last_year:>9}"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["nl", "en", "document", "notebook", "../x", "a b"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["a", "index", "../x", "a\nb", "CON.", "x" * 300, "questions"]) | texts,
        st.fixed_dictionaries(
            {"notebook": st.just("small.ipynb") | shapes, "title": st.just({"nl": "T"}) | shapes},
            optional={"question": shapes, "languages": shapes, "parameters": shapes, "other": shapes},
        )
        | shapes,
        max_size=2,
    )
)
def test_a_plan_makes_briefs_in_its_folder_or_is_refused(tmp_path_factory, plan):
    folder = tmp_path_factory.getbasetemp() / "plans"
    folder.mkdir(exist_ok=True)
    if not (folder / "small.ipynb").exists():
        shutil.copy(SOURCES, folder / "small.ipynb")
    # JSON's tables are TOML's inline ones, but for the colon.
    (folder / "briefs.toml").write_text(
        "\n".join(f"{as_toml(name)} = {as_toml(entry)}" for name, entry in plan.items()), "utf-8"
    )
    assert tomllib.loads((folder / "briefs.toml").read_text("utf-8")) == plan
    try:
        briefs = read_plan(folder / "briefs.toml")
    except ta.DataError:
        return
    for brief in briefs:
        assert re.fullmatch(r"[a-z0-9-]{1,83}", brief.name)
        assert not brief.name.startswith("index")
        assert brief.notebook.parent == folder
        assert not HIDDEN.search(brief.title)
        brief.title.format(first_year=2000, last_year=2001)


def as_toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_toml(name)} = {as_toml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value).replace("\x7f", "\\u007f") if not isinstance(value, str) else toml_text(value)


def toml_text(text):
    return '"' + "".join(one if one.isalnum() and one.isascii() else f"\\U{ord(one):08X}" for one in text) + '"'


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "db_password",
        "wachtwoord",
        "token",
        "access_token",
        "secret",
        "api_key",
        "apiKey",
        "APIKEY",
        "PWD",
        "client_secret",
        "private_key",
        "ssh_key",
        "credentials",
        "geheim",
        "dbpassword",
        "password1",
        "authtoken",
        "authorization",
        "pin",
        "toegangscode",
        "session_id",
        "account_key",
        "github_pat",
        "otp",
        "sas",
        "licence_key",
    ],
)
def test_a_parameter_with_the_name_of_a_secret_is_refused(name):
    with pytest.raises(ta.DataError, match="has the name of a secret"):
        check_printable(name, "", "a.ipynb")


KEY = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF"


@pytest.mark.parametrize(
    "value",
    [
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
        "ghp_" + KEY,
        "glpat-" + KEY[:20],
        "AKIAIOSFODNN7EXAMPLE",
        "https://user:hunter2@example.com/data",
        "Bearer " + KEY,
        "Server=db;Password=hunter2",
        KEY,
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ["x", {"y": KEY}],
        "https://example.org/data?sig=hunter2",
        "token=hunter2",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "/a/long/folder/of/words/before/it" * 6 + "/" + KEY,
        "Zm9vYmFyOnNlY3JldA/xyz+AbC9dE0f/1gHiJk2lMn3oP==",
        "550e8400-e29b-41d4-a716-446655440000",
        "https://hooks.slack.com/services/T0/B0/hunter2",
        "https://anna:hunt/hunter2@example.org/",
        "https://hunter2@example.org/data",
        "jdbc:oracle:thin:anna/hunter2@//db",
        "https://example.org/?pass=hunter2",
        "pass: hunter2",
        "Endpoint=sb://x/;SharedAccessKey=hunter2",
    ],
)
def test_a_value_that_looks_like_a_secret_is_refused_and_not_repeated(value):
    with pytest.raises(ta.DataError, match="looks like") as caught:
        check_printable("document", value, "a.ipynb")
    for text in ("hunter2", KEY[:12], "b3Bl", "c2lnbmF0dXJl", "9f86d0", "wJalr", "Zm9v", "550e"):
        assert text not in str(caught.value)


def test_what_the_plan_uses_is_no_secret():
    assert len(read_plan(ROOT / "notebooks" / "briefs.toml")) > 10
    for value in ("Mobiliteits- en voertuigentechniek, transport en logistiek", "projection-enrolment-2011-en", "27YU"):
        check_printable("highlight", value, "a.ipynb")
    check_printable("open_data", "/srv/opendata/duo_2025-10-01_definitief/mbo-studenten-per-instelling", "a.ipynb")
    check_printable("open_data", "/srv/OpenData/DuoBestanden2025/MboStudentenPerInstelling/2025-10-01", "a.ipynb")
    check_printable("open_data", "https://example.org:8080/data@2025/file.csv", "a.ipynb")
    check_printable("highlight", "passend onderwijs: vmbo", "a.ipynb")
    check_printable("key_sector", "a", "a.ipynb")
    check_printable("compass", "a", "a.ipynb")


@pytest.fixture
def small(data):
    """A checkout with one notebook that writes where it was told to when it runs."""
    folder = data.parent / "notebooks"
    folder.mkdir()

    def write(parameters, code="open('ran', 'w')", names='level: int = 1\nlanguage: str = "nl"\nsecret: str = ""'):
        cells = [
            nbformat.v4.new_code_cell(names, metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(code),
        ]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "small.ipynb")
        plan = f'[small]\nnotebook = "small.ipynb"\ntitle.nl = "Klein"\nparameters = {parameters}\n'
        (folder / "briefs.toml").write_text(plan, "utf-8")
        return CliRunner().invoke(main, ["briefs"])

    return write


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ('{ secret = "hunter2" }', "has the name of a secret"),
        ("{ \"level=1;open('ran','w')#\" = 3 }", "is no parameter"),
        ('{ "__builtins__" = 3 }', "is no parameter"),
        ('{ "../../x" = 3 }', "is no parameter"),
    ],
)
def test_a_secret_or_code_as_a_name_is_refused_before_a_kernel_starts(small, data, parameters, message):
    names = 'level: int = 1\nlanguage: str = "nl"' + ('\nsecret: str = ""' if "hunter2" in parameters else "")
    result = small(parameters, names=names)
    assert result.exit_code == 3
    assert message in result.output
    assert "hunter2" not in result.output
    assert not list(data.parent.rglob("ran"))


def test_what_a_notebook_says_does_not_steer_the_terminal(small):
    code = "raise ValueError('\\x1b]0;title\\x07 \\u202e')"
    result = small("{}", code, 'level: int = 1\nlanguage: str = "nl"')
    assert result.exit_code == 1
    assert "[U+001B]" in result.output
    assert not HIDDEN.search(result.output)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    done = ta.render_briefs("sources", out=folder / "briefs", figures_to=folder / "figures")
    assert done["outcome"].tolist() == ["published", "published"]
    return folder


def test_nothing_published_names_a_folder_a_user_or_a_program(published):
    files = [path for path in published.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".html", ".png", ".svg", ".csv", ".json"}
    strange = {
        str(ROOT),
        str(Path.home()),
        str(published),
        "/tmp/",
        "/home/",
        "site-packages",
        f"\\{getpass.getuser()}",
    }
    for path in files:
        content = path.read_bytes().decode("latin-1")
        text = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", content)
        if path.suffix != ".png":
            assert [one for one in strange if one in text] == [], path
    for path in published.rglob("*.png"):
        with Image.open(path) as image:
            assert set(image.info) <= {"dpi"}, path
    for path in published.rglob("*.svg"):
        about = ET.fromstring(path.read_bytes()).find("{http://www.w3.org/2000/svg}metadata")
        words = [] if about is None else [*about.itertext()]
        assert {one.strip() for one in words} <= {"", "image/svg+xml"}, path
        assert "matplotlib.org" not in path.read_text("utf-8")


def test_a_saved_notebook_names_no_folder(tmp_path):
    run = nbformat.read(SOURCES, as_version=4)
    run.metadata["papermill"] = {"input_path": "/home/anna/sources.ipynb", "output_path": "/home/anna/out.ipynb"}
    run.cells[0].metadata["papermill"] = {"exception": "/home/anna"}
    nbformat.write(run, tmp_path / "run.ipynb")
    saved = ta.save_notebook(tmp_path / "run.ipynb", tmp_path / "nl.ipynb", "nl").read_text("utf-8")
    assert "anna" not in saved
    assert "papermill" not in saved
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert not re.search(r"/(home|root|work)/|\\Users\\|papermill", path.read_text("utf-8")), path


@pytest.mark.slow
def test_a_page_of_every_brief_has_the_policy_and_no_script(every_brief):
    pages = sorted(every_brief.glob("*.html"))
    assert len(pages) > 20
    for path in pages:
        soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        images = "'self' file:" if path.name.startswith("index") else "data:"
        policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
        assert policy == f"default-src 'none'; style-src 'unsafe-inline'; img-src {images}"
        assert soup.find("script") is None


@pytest.mark.parametrize("record", ['{"../mine": {}}', '{"/mine": {}}', '["mine"]', '{"a\\u0000": {}}'])
def test_a_record_that_was_tampered_with_removes_nothing(tmp_path, record):
    folder = tmp_path / "briefs"
    (folder / "assets").mkdir(parents=True)
    (folder / "briefs.json").write_text(record, "utf-8")
    (tmp_path / "mine.html").write_text("not ours", "utf-8")
    with pytest.raises(ta.DataError, match="not as it was written"):
        ta.remove_leftovers(folder)
    assert (tmp_path / "mine.html").exists()
