"""Briefs with a real kernel: what is published, and what is not when something is wrong."""

import json
import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from PIL import Image

import twente_analysis as ta
from twente_analysis.briefs.document import check_outputs, titled
from twente_analysis.briefs.kernels import BriefError
from twente_analysis.briefs.page import parameter_words, render_page
from twente_analysis.briefs.plan import Brief, check_parameters, read_plan
from twente_analysis.briefs.published import Published
from twente_analysis.briefs.record import Inputs
from twente_analysis.cell import MIME
from twente_analysis.cli import main
from twente_analysis.folders import open_data_folder
from twente_analysis.language import texts
from twente_analysis.tables import Table

ROOT = Path(__file__).parents[1]
PROVENANCE = {
    "date": "2026-01-01",
    "version": "1",
    "notebook_hash": "0",
    "data_date": "2026-01-01",
    "data_hash": "0",
    "assets": "a",
    "files": "a-nl-1.png a-nl-1.svg a-nl-1.csv a-nl-1.xlsx a-nl-10.png",
}
NASTY = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


def soup_of(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """One brief of the suite in both languages, published to an empty folder."""
    folder = tmp_path_factory.mktemp("published")
    table = ta.render_briefs("trend-diplomas", out=folder / "briefs", figures_to=folder / "figures")
    assert table["outcome"].tolist() == ["published", "published"]
    return folder


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_page_is_self_contained_and_accessible(published, language):
    page = soup_of(published / "briefs" / f"trend-diplomas-{language}.html")
    assert page.html["lang"] == language
    assert page.find_all(["script", "iframe", "link", "object"]) == []
    assert not [tag for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert "default-src 'none'" in page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    images = page.find_all("img")
    assert len(images) == 5
    assert all(image["src"].startswith("data:image/png;base64,") and len(image["alt"]) > 100 for image in images)
    # Where a chart scrolls sideways, its message can be read as text above it.
    captions = [figure.find(True) for figure in page.find_all("figure")]
    assert all(caption.name == "figcaption" and len(caption.get_text().split()) > 4 for caption in captions)
    levels = [int(tag.name[1]) for tag in page.find_all(["h1", "h2", "h3", "h4"])]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(table.caption and table.find("th", scope="col") for table in page.find_all("table"))
    identifiers = [tag["id"] for tag in page.find_all(id=True)]
    assert len(identifiers) == len(set(identifiers))


def test_every_link_of_a_page_leads_somewhere(published):
    for path in (published / "briefs").glob("*.html"):
        page = soup_of(path)
        for target in [link["href"] for link in page.find_all("a")] + [image["src"] for image in page.find_all("img")]:
            if target.startswith("#"):
                assert page.find(id=target[1:]), target
            elif not target.startswith("data:"):
                assert (path.parent / target).is_file(), target


def test_the_page_says_what_the_published_figures_say(published):
    text = soup_of(published / "briefs/trend-diplomas-nl.html").get_text(" ", strip=True)
    assert "steeg van 1.657 in 2007 naar 3.073 in 2011 (+85,5%)" in text
    assert "daalde het juist: van 1.538 naar 1.492 (−3,0%)" in text
    assert "1 cel in de bron niet ingevuld" in text
    assert "p-waarde" not in text
    assert "R2" not in text


def test_the_english_page_has_no_dutch_narrative(published):
    text = soup_of(published / "briefs/trend-diplomas-en.html").get_text(" ", strip=True)
    assert "What to know before quoting this" in text
    assert "Wat u moet weten" not in text


def test_a_figure_that_is_no_count_says_so_in_the_csv_and_behind_the_chart(published):
    csv = (published / "figures/trend-diplomas-nl/trend-diplomas-nl-1.csv").read_text("utf-8-sig").splitlines()
    assert csv[0] == "Afbakening;2007;2008;2009;2010;2011;Soort cijfer"
    assert csv[1].startswith("Totaal;1657;")
    assert [line.rpartition(";")[2] for line in csv[1:]] == ["", "", "", "rekenvoorbeeld"]
    behind = soup_of(published / "briefs/trend-diplomas-nl.html").select_one("figure details table")
    names = [row.th.get_text(" ", strip=True) for row in behind.select("tbody tr")]
    assert [name for name in names if "rekenvoorbeeld" in name] == names[-1:]


def test_charts_lie_beside_the_pages_and_in_figures(published):
    copies = sorted(path.name for path in (published / "figures/trend-diplomas-nl").iterdir())
    assert copies == sorted(
        f"trend-diplomas-nl-{n}.{form}" for n in (1, 2, 3, 4, 5) for form in ("csv", "png", "svg", "xlsx")
    )
    csv = (published / "figures/trend-diplomas-nl/trend-diplomas-nl-3.csv").read_text("utf-8-sig").splitlines()
    assert csv[1].startswith("Transport en logistiek;88,2")
    with Image.open(published / "figures/trend-diplomas-nl/trend-diplomas-nl-1.png") as image:
        assert image.width > 1800


def test_an_unchanged_brief_gives_the_same_page(published):
    page = published / "briefs/trend-diplomas-nl.html"
    before = page.read_bytes()
    table = ta.render_briefs("trend-diplomas", "nl", published / "briefs", force=True)
    assert table["outcome"].tolist() == ["published"]
    assert page.read_bytes() == before
    assert len(list((published / "briefs/assets/trend-diplomas-nl").iterdir())) == 1
    assert [path.name for path in (published / "briefs").glob(".*")] == [".lock"]


def files_of(folder):
    """What is published: the record has times of change, the index and the reports what the last runs did."""
    found = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    of_runs = {Path("briefs.json"), Path("index.html"), Path("index-en.html"), Path(".lock")}
    return {name: path.read_bytes() for name, path in found.items() if name not in of_runs and name.parts[0] != "runs"}


@pytest.mark.slow
def test_both_engines_give_the_same_files(published, tmp_path):
    ta.render_briefs("trend-diplomas", None, tmp_path, engine="nbclient")
    ours, stock = files_of(published / "briefs"), files_of(tmp_path)
    assert ours.keys() == stock.keys()
    assert [name for name, content in ours.items() if stock[name] != content] == []


@pytest.fixture
def own_plan(data):
    """A checkout with one small notebook of its own; gives a function to write its plan and code."""

    def write(code, parameters="{}", tags=(), root=data.parent):
        folder = root / "notebooks"
        folder.mkdir(exist_ok=True)
        cells = [
            nbformat.v4.new_markdown_cell("# Klein\n\n## Kop"),
            nbformat.v4.new_code_cell('level: int = 1\nlanguage: str = "nl"', metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(code, metadata={"tags": list(tags)}),
        ]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "small.ipynb")
        plan = f'[small]\nnotebook = "small.ipynb"\ntitle.nl = "Klein"\nlanguages = ["nl"]\nparameters = {parameters}\n'
        (folder / "briefs.toml").write_text(plan, "utf-8")
        return root / "briefs"

    return write


def test_a_failing_brief_publishes_nothing(own_plan):
    out = own_plan("1 / 0")
    result = CliRunner().invoke(main, ["briefs"])
    assert result.exit_code == 1
    assert "small-nl: failed: cell 3 raised ZeroDivisionError: division by zero" in result.output
    assert not (out / "small-nl.html").exists()
    assert soup_of(out / "index.html").find_all("li") == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os._exit(1)", "the kernel died (exit status 1)"),
        (
            "import IPython.display as d; d.display({'application/vnd.twente+json': {'kind': 'chart'}}, raw=True)",
            "no title",
        ),
    ],
)
def test_a_failing_brief_takes_no_other_down(own_plan, data, code, reason):
    out = own_plan("print('goed')")
    folder = data.parent / "notebooks"
    shutil.copy(folder / "small.ipynb", folder / "good.ipynb")
    own_plan(code)
    (folder / "broken.ipynb").write_text("no notebook", "utf-8")
    with (folder / "briefs.toml").open("a", encoding="utf-8") as plan:
        plan.write('[good]\nnotebook = "good.ipynb"\ntitle.nl = "Goed"\n')
    result = CliRunner().invoke(main, ["briefs"])
    assert result.exit_code == 1
    assert "small-nl: failed" in result.output
    assert reason in result.output
    assert "goed" in soup_of(out / "good-nl.html").get_text()


def test_one_language_links_to_nothing_that_is_not_there(data):
    shutil.copytree(ROOT / "notebooks", data.parent / "notebooks")
    out = data.parent / "elsewhere" / "pages"
    result = CliRunner().invoke(main, ["briefs", "--only", "trend-diplomas", "--language", "en", "--out", str(out)])
    assert result.exit_code == 0
    assert f"Open {out / 'index-en.html'}" in result.output
    assert sorted(path.name for path in out.glob("*.html")) == ["index-en.html", "trend-diplomas-en.html"]
    assert "it fell instead" in soup_of(out / "index-en.html").find("main").get_text()
    assert sorted(path.name for path in out.parent.iterdir()) == ["pages"]
    for path in out.glob("*.html"):
        targets = [link["href"] for link in soup_of(path).find_all("a") if not link["href"].startswith("#")]
        assert all((out / target).is_file() for target in targets), targets


def test_a_failing_brief_keeps_the_last_good_page_and_marks_it(own_plan):
    out = own_plan("print('eerste versie', level)", "{ level = 3 }")
    assert CliRunner().invoke(main, ["briefs"]).exit_code == 0
    assert "eerste versie 3" in soup_of(out / "small-nl.html").get_text()
    own_plan("raise ValueError('stuk')")
    # What failed is tried again, though nothing changed.
    assert [CliRunner().invoke(main, ["briefs"]).exit_code for _ in range(2)] == [1, 1]
    page = soup_of(out / "small-nl.html")
    assert "eerste versie 3" in page.get_text()
    assert "is mislukt" in page.find(class_="stale").get_text()
    assert "is mislukt" in soup_of(out / "index.html").get_text()
    own_plan("print('tweede versie')")
    assert CliRunner().invoke(main, ["briefs"]).exit_code == 0
    assert soup_of(out / "small-nl.html").find(class_="stale") is None


def test_a_missing_chart_fails_the_brief(own_plan):
    out = own_plan("print('geen grafiek')", tags=["chart"])
    result = CliRunner().invoke(main, ["briefs"])
    assert result.exit_code == 1
    assert "tagged 'chart' and shows 0" in result.output
    assert not (out / "small-nl.html").exists()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ("{ levl = 3 }", "Did you mean 'level'?"),
        ('{ level = "3" }', "of type str"),
        ("{ level = true }", "of type bool"),
        ('{ language = "en" }', "Use the key languages"),
        ('{ "x=1;import os" = 3 }', "is no parameter"),
    ],
)
def test_wrong_parameters_are_refused_before_a_kernel_starts(own_plan, parameters, message):
    out = own_plan("1 / 0", parameters)
    result = CliRunner().invoke(main, ["briefs"])
    assert result.exit_code == 3
    assert message in result.output
    assert not list(out.glob("*.html"))


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ("[a", "cannot be read"),
        ('["../x"]\nnotebook = "small.ipynb"\ntitle.nl = "x"\n', "no file name"),
        ('[a]\nnotebook = "../small.ipynb"\ntitle.nl = "x"\n', "no notebook beside it"),
        ('[a]\nnotebook = "small.ipynb"\n', "missing or unknown keys"),
        ('[a]\nnotebook = "small.ipynb"\ntitle.nl = "in {year}"\n', "unknown placeholder"),
        ('[a]\nnotebook = "small.ipynb"\ntitle.nl = "x"\nquestion = "why"\n', "unknown question 'why'"),
        ('[questions.why]\nnl = "Waarom?"\n[a]\nnotebook = "small.ipynb"\ntitle.nl = "x"\n', "in every language"),
        ('[a]\nnotebook = "small.ipynb"\ntitle.nl = "x"\nlanguages = ["en"]\n', "a language without a title"),
    ],
)
def test_a_wrong_plan_is_refused(own_plan, data, plan, message):
    own_plan("1")
    path = data.parent / "notebooks/briefs.toml"
    path.write_text(plan, "utf-8")
    with pytest.raises(ta.DataError, match=message):
        read_plan(path)


def test_damaged_data_stops_the_run_before_a_kernel_starts(data):
    shutil.copytree(ROOT / "notebooks", data.parent / "notebooks")
    path = data / "raw/regiovisie_diplomas.csv"
    path.write_text(path.read_text("utf-8").replace(",1581,1581,", ",1581,1582,"), "utf-8")
    result = CliRunner().invoke(main, ["briefs"])
    assert result.exit_code == 3
    assert "regiovisie_diplomas.csv" in result.output
    assert not list((data.parent / "briefs").glob("*.html"))


def executed(*payloads):
    outputs = [
        nbformat.v4.new_output("display_data", data={MIME: content, "image/png": "AAAA"}) for content in payloads
    ]
    outputs.append(nbformat.v4.new_output("stream", name="stdout", text=NASTY))
    cells = [nbformat.v4.new_markdown_cell(f"## Kop {NASTY}"), nbformat.v4.new_code_cell("x", outputs=outputs)]
    return nbformat.v4.new_notebook(cells=cells)


def test_hostile_text_is_never_live():
    table = {
        "kind": "table",
        "caption": NASTY,
        "columns": [NASTY],
        "groups": [[NASTY, [[NASTY]]]],
        "notes": [NASTY],
        "strong": [],
    }
    figures = {"columns": [NASTY], "rows": [[NASTY, 1.0]], "kind": "number"}
    chart = {
        "kind": "chart",
        "svg": "<svg/>",
        "title": NASTY,
        "subtitle": NASTY,
        "source": NASTY,
        "alt": NASTY,
        "figures": figures,
    }
    told = [{"kind": "text", "role": role, "sentences": [NASTY]} for role in ("headline", "finding", "caveats")]
    brief = Brief("a", "nl", NASTY, Path("small.ipynb"), {"highlight": NASTY})
    provenance = PROVENANCE | {"version": NASTY}
    page = BeautifulSoup(render_page(executed(chart, table, *told), brief, provenance), "html.parser")
    assert page.find_all("script") == []
    assert {image["src"][:5] for image in page.find_all("img")} == {"data:"}
    assert not [tag for tag in page.find_all(True) if "onerror" in tag.attrs]
    assert page.get_text().count("alert(2)") >= 10


def test_html_of_other_outputs_is_left_out():
    notebook = executed()
    notebook.cells[1].outputs.append(
        nbformat.v4.new_output("display_data", data={"text/html": NASTY, "text/plain": "tekst"})
    )
    brief = Brief("a", "nl", "t", Path("small.ipynb"), {})
    page = BeautifulSoup(render_page(notebook, brief, PROVENANCE), "html.parser")
    assert page.find_all("script") == []
    assert "tekst" in page.get_text()


def test_a_chart_without_alternative_text_is_refused():
    with pytest.raises(BriefError, match="no alt"):
        check_outputs(executed({"kind": "chart", "title": "t", "source": "s", "alt": " "}))


def test_every_file_of_a_chart_is_linked_pictures_first():
    words = {"title": "t", "subtitle": "s", "source": "b", "alt": "a", "svg": "<svg/>"}
    chart = {"kind": "chart", **words, "figures": {"columns": ["k"], "rows": [["r", 1.0]], "kind": "number"}}
    brief = Brief("a", "nl", "t", Path("small.ipynb"), {})
    page = BeautifulSoup(render_page(executed(chart), brief, PROVENANCE), "html.parser")
    links = page.find(class_="files").find_all("a")
    assert [link["href"] for link in links] == [f"a/a-nl-1.{form}" for form in ("png", "svg", "xlsx", "csv")]


def test_a_title_takes_its_years_from_the_data():
    brief = Brief("a", "nl", "Diploma's, {first_year}-{last_year}", Path("small.ipynb"), {})
    text = {"kind": "text", "role": "headline", "sentences": ["x"]}
    assert titled(brief, executed(text, text | {"years": [2007, 2011]})).title == "Diploma's, 2007-2011"
    with pytest.raises(BriefError, match="no text of the notebook names them"):
        titled(brief, executed(text))


def test_the_key_figures_stand_before_the_contents(published):
    page = soup_of(published / "briefs/trend-diplomas-nl.html")
    assert page.nav.find_previous("p")["class"] == ["headline"]
    assert len(page.find_all(class_="headline")) == 1


def test_the_page_says_in_words_what_was_chosen(published):
    page = soup_of(published / "briefs/trend-diplomas-en.html")
    rows = {row.code.get_text(): [cell.get_text() for cell in row][:2] for row in page.footer.tbody.find_all("tr")}
    assert rows["first_year"] == ["First year", "the first of the series"]
    assert rows["highlight"] == ["Group in another colour", "none"]
    assert rows["brin"] == ["School (with its BRIN number)", "ROC van Twente (27YU)"]
    assert rows["indicator"] == ["Which series", "technical diplomas"]


def test_a_code_of_cbs_has_its_words_among_the_choices():
    brief, _ = read_plan(ROOT / "notebooks/briefs.toml", "replacement-demand")
    assert parameter_words(brief, "sectors")[1] == "industrie (B-E), bouw (F)"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_parameter_and_what_its_zero_means_has_words(language):
    names = texts(language)["labels"]
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        for name, value in check_parameters(notebook, {}).items():
            own = f"{notebook.stem} {name}"
            assert names["parameter"].get(own) or names["parameter"][name]
            assert value not in ("", 0) or names["parameter_unset"].get(own) or names["parameter_unset"][name]


def test_a_brief_that_left_the_plan_stays_until_it_is_pruned(own_plan, data):
    out = own_plan("print('goed')")
    assert CliRunner().invoke(main, ["briefs"]).exit_code == 0
    plan = data.parent / "notebooks/briefs.toml"
    plan.write_text(plan.read_text("utf-8").replace("[small]", "[other]"), "utf-8")
    result = CliRunner().invoke(main, ["briefs"])
    assert "small-nl: in the plan no more" in result.output
    assert (out / "small-nl.html").exists()
    assert "small-nl" not in (out / "index.html").read_text("utf-8")
    (out / "own.html").write_text("not ours", "utf-8")
    result = CliRunner().invoke(main, ["briefs", "--prune"])
    assert "small-nl: removed." in result.output
    assert sorted(path.name for path in out.glob("*.html")) == ["index.html", "other-nl.html", "own.html"]
    assert ta.list_leftovers() == []


def test_a_table_travels_whole_through_a_notebook():
    table = Table("c", ["a", "b"], [("g", [["x", "1"]])], ["n"], ["x"])
    data = json.loads(json.dumps(table._repr_mimebundle_()))
    content = {key: value for key, value in data[MIME].items() if key != "kind"}
    assert Table(**content).html() == table.html()
    # In a notebook the table brings its own style: there is no style sheet of ours.
    assert table.html(styled=True) == data["text/html"]


def outcomes(*options):
    result = CliRunner().invoke(main, ["briefs", *options])
    assert result.exit_code == 0, result.output
    return [line.partition(": ")[2] for line in result.output.splitlines() if line.startswith("small-")]


def test_an_unchanged_brief_is_left_as_it_is(own_plan):
    out = own_plan("print('hallo')")
    assert outcomes() == ["published"]
    assert "Bijgewerkt op" in soup_of(out / "index.html").get_text()
    before = (out / "small-nl.html").stat()
    assert outcomes() == ["unchanged"]
    assert (out / "small-nl.html").stat() == before
    assert "Ongewijzigd sinds" in soup_of(out / "index.html").get_text()
    assert outcomes("--force") == ["published"]
    assert "Bijgewerkt op" in soup_of(out / "index.html").get_text()


def add_line(path):
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")


def ask(root, plan):
    path = root / "notebooks/briefs.toml"
    question = '[questions.why]\nnl = "Waarom?"\nen = "Why?"\n'
    path.write_text(question + path.read_text("utf-8") + 'question = "why"\n', "utf-8")


CHANGES = {
    "the notebook": lambda root, plan: plan("print('anders')", root=root),
    "a parameter": lambda root, plan: plan("print('hallo')", "{ level = 2 }", root=root),
    "a reference table": lambda root, plan: add_line(root / "data/reference/columns.json"),
    "the lock": lambda root, plan: (root / "requirements.lock").write_text("x==1", "utf-8"),
    "its question": ask,
    "the page": lambda root, plan: add_line(root / "briefs/small-nl.html"),
    "a page that is gone": lambda root, plan: (root / "briefs/small-nl.html").unlink(),
}


def is_kept(root):
    """Whether a run would leave the brief of this checkout as it is."""
    (brief,) = read_plan(root / "notebooks/briefs.toml")
    return Published(root / "briefs", None).keeps(brief, Inputs(root / "data", open_data_folder()).of(brief))


def test_a_changed_brief_is_made_again(own_plan, data, tmp_path_factory):
    own_plan("print('hallo')")
    assert outcomes() == ["published"]
    for name, change in CHANGES.items():
        copy = shutil.copytree(data.parent, tmp_path_factory.mktemp("changed") / "checkout")
        assert (name, is_kept(copy)) == (name, True)
        change(copy, own_plan)
        assert (name, is_kept(copy)) == (name, False)
    own_plan("print('anders')")
    assert outcomes() == ["published"]
    assert outcomes() == ["unchanged"]


def test_a_chart_that_is_gone_is_made_again_and_a_copy_copied(published, tmp_path):
    shutil.copytree(published, tmp_path / "run")
    out, figures = tmp_path / "run/briefs", tmp_path / "run/figures"
    shutil.rmtree(figures / "trend-diplomas-nl")
    # Copied files have other times than the published ones, so one run makes them again.
    ta.render_briefs("trend-diplomas", "nl", out, figures_to=figures)
    shutil.rmtree(figures / "trend-diplomas-nl")
    table = ta.render_briefs("trend-diplomas", "nl", out, figures_to=figures)
    assert table["outcome"].tolist() == ["unchanged"]
    assert len(list((figures / "trend-diplomas-nl").iterdir())) == 20
    next((out / "assets/trend-diplomas-nl").rglob("*-1.xlsx")).unlink()
    table = ta.render_briefs("trend-diplomas", "nl", out, figures_to=figures)
    assert table["outcome"].tolist() == ["published"]


def test_finding_nothing_changed_loads_neither_pandas_nor_papermill(own_plan, data):
    own_plan("print('hallo')")
    assert outcomes() == ["published"]
    code = """
import sys
from click.testing import CliRunner
from twente_analysis.cli import main
print(CliRunner().invoke(main, ["briefs"]).output.splitlines()[0])
print(sorted({"pandas", "numpy", "papermill", "nbconvert", "matplotlib", "IPython"} & set(sys.modules)))
"""
    env = os.environ | {"TWENTE_DATA": str(data)}
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=env)
    assert done.stdout == "small-nl: unchanged\n[]\n"


def test_the_list_of_briefs_tells_them_apart_without_open_years():
    lines = CliRunner().invoke(main, ["briefs", "--list"]).output.splitlines()
    told = [line.split(maxsplit=3)[-1] for line in lines]
    assert len(set(told)) == len(told) >= 16
    assert not any("...-..." in line for line in told)


def test_several_briefs_can_be_asked_for():
    asked = ["briefs", "--list", "--only", "targets", "--only", "flows"]
    assert [line.split()[0] for line in CliRunner().invoke(main, asked).output.splitlines()] == ["flows", "targets"]
    wrong = CliRunner().invoke(main, [*asked, "--only", "flow"])
    assert (wrong.exit_code, "Did you mean 'flows'?" in wrong.output) == (2, True)
    with pytest.raises(ta.DataError, match="no brief is left to make"):  # a choice that came out empty is not all
        read_plan(ROOT / "notebooks/briefs.toml", [])
