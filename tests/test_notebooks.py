"""The rules of a notebook, and what some tell with other parameters than those stored."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

import twente_analysis as ta
from twente_analysis.cell import payload

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
FORBIDDEN = (ast.FunctionDef, ast.Lambda, ast.For, ast.While, ast.ClassDef, ast.With, ast.Try)
FORBIDDEN_NAMES = {"groupby", "merge", "read_csv", "to_csv", "open", "apply", "pivot"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def test_stored_without_outputs_for_the_plain_kernel(notebook):
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert notebook.metadata.kernelspec.name == "python3"


def test_parameters_are_literals_with_type_and_meaning(notebook):
    (cell,) = tagged(notebook, "parameters")
    for statement, line in zip(ast.parse(cell.source).body, cell.source.splitlines(), strict=True):
        assert isinstance(statement, ast.AnnAssign)
        assert type(ast.literal_eval(statement.value)).__name__ == statement.annotation.id
        assert len(line.partition("  # ")[2]) > 10
    assert notebook.cells.index(cell) < min(
        number for number, other in enumerate(notebook.cells) if other.cell_type == "code" and other is not cell
    )


def test_cells_are_thin(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            # A parameter has a line of its own, however many there are.
            assert len(cell.source.splitlines()) <= 8 or cell in tagged(notebook, "parameters")
            tree = ast.walk(ast.parse(cell.source))
            for node in tree:
                assert not isinstance(node, FORBIDDEN)
                assert getattr(node, "attr", getattr(node, "id", "")) not in FORBIDDEN_NAMES
                typed_in = isinstance(node, ast.Constant) and isinstance(node.value, int | float)
                assert not typed_in or cell in tagged(notebook, "parameters")


def test_narrative_stands_in_both_languages(notebook):
    markdown = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    dutch, english = tagged(notebook, "nl"), tagged(notebook, "en")
    assert len(dutch) == len(english) == len(markdown) / 2
    assert [re.match("#*", cell.source)[0] for cell in dutch] == [re.match("#*", cell.source)[0] for cell in english]
    assert not re.search(r"\d[\d.,]*\s*%", " ".join(cell.source for cell in markdown)), "a typed-in figure"


@pytest.mark.parametrize(
    "parameters",
    [
        {"indicator": "diplomas", "language": "en"},
        {"scope": "transport at its 2007 level", "highlight": "Hout en interieur"},
        {"indicator": "diplomas", "scope": "without transport and combinatie", "first_year": 2008, "last_year": 2010},
        {"indicator": "diplomas", "last_year": 2010},
    ],
)
def test_the_trend_notebook_runs_with_other_parameters(parameters, run_notebook, tmp_path):
    done = run_notebook(FOLDER / "trend.ipynb", parameters, tmp_path / "trend.ipynb")
    found = [payload(output) for cell in done.cells for output in cell.get("outputs", [])]
    assert [content["kind"] for content in found if content].count("chart") == 5
    (sources,) = [content["sentences"] for content in found if content and content.get("role") == "sources"]
    for lines in ("regels 125-135", "regels 145-155", "regel 118") if parameters.get("language") != "en" else ():
        assert any(lines in sentence for sentence in sources)


def test_the_trend_notebook_tells_of_duo_by_leerweg_and_niveau(run_notebook, tmp_path):
    done = run_notebook(FOLDER / "trend.ipynb", {"publisher": "duo", "scope": "bbl"}, tmp_path / "trend.ipynb")
    found = [payload(output) for cell in done.cells for output in cell.get("outputs", [])]
    assert [content["kind"] for content in found if content].count("chart") == 5
    headline = next(content for content in found if content and content.get("role") == "headline")
    assert headline["sentences"][0].startswith("In de bbl ging het aantal")
    (table, *_) = [content for content in found if content and content["kind"] == "table"]
    rows = {row[0]: row[1:] for _, group in table["groups"] for row in group}
    assert rows["Bol"][0] == "3.406"
    assert rows["Niveau 4"][4] == "2.773"


def test_the_trend_notebook_tells_of_any_other_school(open_data, run_notebook, tmp_path):
    parameters = {"publisher": "duo", "brin": "25PZ", "region": "CR14", "open_data": str(open_data), "language": "en"}
    done = run_notebook(FOLDER / "trend.ipynb", parameters, tmp_path / "trend.ipynb")
    found = [payload(output) for cell in done.cells for output in cell.get("outputs", [])]
    headline = next(content for content in found if content and content.get("role") == "headline")
    assert "at ROC van Amsterdam rose from 6,567 in 2015 to 7,306 in 2019" in headline["sentences"][0]


def test_every_step_of_the_flows_notebook_has_a_lever(run_notebook, tmp_path):
    stored = nbformat.read(FOLDER / "flows.ipynb", as_version=4)
    names = re.findall(r"^lever_\w+", tagged(stored, "parameters")[0].source, re.M)
    done = run_notebook(
        FOLDER / "flows.ipynb", dict.fromkeys(names, 0.02) | {"language": "en"}, tmp_path / "flows.ipynb"
    )
    found = [payload(output) for cell in done.cells for output in cell.get("outputs", [])]
    (table,) = [one for one in found if one and one["kind"] == "table" and one["caption"].startswith("Now and")]
    rows = {row[0]: row[1:] for _, group in table["groups"] for row in group}
    # 1,532 x 1.02; 664 x 1.02 and 17 % of it; 85 + 2; 45 + 2; 85 + 2
    assert rows["vmbo-t, final year"][1] == "1,563"
    assert rows["technical vmbo, fourth year"][1] == "677"
    assert rows["of whom gemengd"][1] == "about 115"
    shares = ("vmbo-t → mbo", "mbo → technical mbo", "mbo 4 → hbo, all fields", "hbo → technical hbo")
    assert [rows[name][-1] for name in shares] == ["80.1%", "24%", "47%", "87%"]
    assert [row[-1] for name, row in rows.items() if name.endswith("ROC van Twente")] == ["87%"]


def test_a_copy_in_one_language(tmp_path, monkeypatch):
    # By its name alone from any folder, as where a scheduler runs the start notebook.
    monkeypatch.chdir(tmp_path)
    by_name = ta.save_notebook("trend", "b/trend.ipynb", "en")
    assert by_name.read_bytes() == ta.save_notebook(FOLDER / "trend.ipynb", "c/trend.ipynb", "en").read_bytes()
    with pytest.raises(ta.DataError, match=r"flows, .*trend"):
        ta.save_notebook("trends", "d/trend.ipynb", "en")
    copy = nbformat.read(ta.save_notebook(FOLDER / "trend.ipynb", tmp_path / "a/trend.ipynb", "en"), as_version=4)
    assert tagged(copy, "nl") == []
    assert len(tagged(copy, "en")) == len(tagged(nbformat.read(FOLDER / "trend.ipynb", as_version=4), "en"))
