"""The rules of the house, as tests."""

import ast
import importlib
import inspect
import re
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import twente_analysis as ta
from twente_analysis import export

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "twente_analysis"
MODULES = sorted(PACKAGE.rglob("*.py"))
# Who may import whom; a name covers the modules below it.
ALLOWED = {
    "errors": set(),
    "folders": {"errors"},
    "tidy": {"errors"},
    "cell": set(),
    "incoming": {"errors"},
    "schema": {"incoming", "tidy"},
    "language": {"errors"},
    "catalogue": {"folders", "language", "schema", "tidy"},
    "opendata": {"incoming", "tidy"},
    "load": {"catalogue", "folders", "opendata", "schema", "tidy"},
    "ages": {"tidy"},
    "trends": {"tidy"},
    "breaks": {"tidy"},
    "flows": {"tidy"},
    "readings": {"flows", "tidy"},
    "intervals": {"tidy"},
    "evidence": {"intervals", "tidy"},
    "audit": {"evidence", "intervals", "tidy"},
    "cohorts": {"ages", "periods", "tidy"},
    "ratios": {"tidy", "trends"},
    "periods": {"ages", "tidy"},
    "forecasts": {"tidy"},
    "series": {"ratios", "tidy", "trends"},
    "projection": {"forecasts", "series", "tidy"},
    "backtest": {"forecasts", "projection", "series", "tidy", "trends"},
    "outlook": {"cohorts", "projection", "series", "tidy", "trends"},
    "openings": {"periods", "tidy"},
    "replacement": {"ages", "periods", "tidy"},
    "coverage": {"periods", "tidy"},
    "tightness": {"periods", "tidy"},
    "vacancies": {"tidy"},
    "demand": {"coverage", "openings", "periods", "replacement", "tidy"},
    "targets": {"tidy"},
    "hours": {"tidy"},
    "budgets": {"hours", "tidy"},
    "funding": {"budgets", "tidy"},
    "milestones": {"tidy"},
    "tables": {
        *("audit", "catalogue", "cell", "incoming", "language", "outlook", "projection", "ratios", "targets", "tidy"),
        "trends",
    },
    "narrative": {
        *("audit", "breaks", "catalogue", "cell", "flows", "language", "outlook", "projection", "ratios", "tables"),
        *("targets", "tidy", "trends"),
    },
    "charts": {
        "audit",
        *("tidy", "language", "cell", "catalogue", "trends", "breaks", "flows", "outlook", "projection", "incoming"),
        "tables",
    },
    "export": {"catalogue", "incoming", "load", "tidy"},
    "briefs": {
        *(
            "catalogue",
            "cell",
            "charts",
            "errors",
            "export",
            "folders",
            "incoming",
            "language",
            "load",
            "tables",
            "tidy",
        ),
    },
    "memo": {"briefs", "catalogue", "charts", "errors", "export", "language", "tables", "tidy"},
    "cli": {
        *("audit", "briefs", "catalogue", "errors", "export", "language", "load", "memo", "opendata"),
        *("doctor", "folders", "incoming", "tables"),
    },
    "doctor": {"briefs", "catalogue", "errors", "folders"},
    "__init__": set(),
}
READERS = {
    *("doctor.py", "incoming.py"),
    *("schema.py", "catalogue.py", "publish.py", "language.py", "document.py", "page.py", "plan.py", "workbook.py"),
    *("index.py", "make.py", "record.py", "forks.py", "parents.py", "published.py", "runs.py", "socketless.py"),
    *("beside.py", "console.py", "orphans.py"),
    *("duo.py", "editions.py", "cbs.py", "odata.py", "download.py", "fetch.py", "fetch_cbs.py", "replace.py"),
    "employment.py",
}
DUTCH = {
    *("vmbo", "mbo", "hbo", "bol", "bbl", "niveau", "leerweg", "bedrijfstak", "crebo", "brin", "gemeente", "peildatum"),
    *("spanningsindicator", "ita", "stand", "instroom", "gediplomeerden", "doorstroom", "vervangingsvraag"),
    *("uitbreidingsvraag", "baanopeningen"),
}


def own_imports(path):
    """Each name of ours that a module imports, after the parts of where it stands."""
    here = path.relative_to(PACKAGE).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = here[: len(here) - node.level] + tuple(node.module.split(".") if node.module else ())
            yield from ((*base, alias.name) for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_go_in_one_direction(path):
    room = path.relative_to(PACKAGE).with_suffix("").parts[0]
    assert {name[0] for name in own_imports(path)} - {room} <= ALLOWED[room]


def test_the_map_has_every_room_after_what_it_imports_and_fits_a_page():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rooms = re.findall(r"`(\w+)/?`", text.partition("- **Ground.**")[2].partition("\n\n")[0].replace("`twente`", ""))
    assert sorted(rooms) == sorted(set(ALLOWED) - {"__init__"})
    for place, room in enumerate(rooms):
        assert ALLOWED[room] <= set(rooms[:place]), room
    lines = text.partition("\n## To add something")[0].splitlines()
    assert len(lines) <= 55
    assert max(map(len, lines)) <= 115


def test_within_a_room_they_go_in_one_direction_too():
    paths = {path.relative_to(PACKAGE).with_suffix("").parts: path for path in MODULES}
    # What is loaded when it is first used stands in the stub.
    paths |= {module: path.with_suffix(".pyi") for module, path in paths.items() if path.with_suffix(".pyi").exists()}
    imports = {
        module: {
            next(place for place in (name, (*name, "__init__"), name[:-1], (*name[:-1], "__init__")) if place in paths)
            for name in own_imports(path)
        }
        for module, path in paths.items()
    }
    TopologicalSorter(imports).prepare()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_modules_are_short(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400


def test_the_public_face_exists_and_names_no_module():
    modules = {path.stem for path in MODULES} | {path.parent.name for path in MODULES}
    assert set(ta.__all__).isdisjoint(modules)
    for name in ta.__all__:
        assert getattr(ta, name).__doc__ or not callable(getattr(ta, name)), name


def test_every_public_function_has_an_example():
    functions = [name for name in ta.__all__ if inspect.isfunction(getattr(ta, name))]
    assert len(functions) > 250
    shown = re.compile(r"^ *Examples\n *-{8}\n(.*\n)*? *>>> ", re.M)
    without = [name for name in functions if not shown.search(getattr(ta, name).__doc__)]
    assert without == [], "these need an example in their docstring, which a newcomer reads in Contextual Help"


def test_every_public_function_is_on_the_face():
    inner = {
        "__init__",
        "cell",
        "cli",
        "doctor",
        "errors",
        "evidence",
        "export",
        "folders",
        "forecasts",
        "incoming",
        "intervals",
        "language",
        "opendata",
        "schema",
    }
    for room in set(ALLOWED) - inner - {"tidy"}:
        functions = {name for name in importlib.import_module(f"twente_analysis.{room}").__all__ if name.islower()}
        assert functions <= set(ta.__all__), room


def requirements():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    return project, {str(Requirement(one)) for one in project["dependencies"] + extras}


def test_the_conda_environment_equals_pyproject():
    project, wanted = requirements()
    lines = (ROOT / "environment.yml").read_text("utf-8").splitlines()
    listed = {line.strip().removeprefix("- ").partition(" #")[0] for line in lines if line.lstrip().startswith("- ")}
    listed -= {"conda-forge", "nodefaults", "pip", "pip:", "-e ."}
    assert f"python{project['requires-python']}" in listed
    assert {str(Requirement(one)) for one in listed if not re.match(r"python[<>=]", one)} == wanted
    assert "      - -e ." in lines


def test_the_lock_has_hashes_and_no_address():
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in text
    pinned = dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text, re.M))
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        assert block.startswith("#") or "--hash=sha256:" in block
    for one in map(Requirement, requirements()[1]):
        assert pinned[one.name] in one.specifier, one


def test_every_dependency_has_a_reason():
    listed = re.findall(r'^  "[a-z0-9-]+[><=][^"]*",(.*)$', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert len(listed) == len(requirements()[1])
    assert all(reason.strip().startswith("# ") and len(reason) > 15 for reason in listed)


def test_every_direct_import_is_a_dependency():
    _, wanted = requirements()
    names = {Requirement(one).name for one in wanted}
    distribution = {
        "bs4": "beautifulsoup4",
        "jupyter_client": "jupyter-client",
        "zmq": "pyzmq",
        "docx": "python-docx",
        "pptx": "python-pptx",
        "IPython": "ipython",
        "PIL": "pillow",
        "lazy_loader": "lazy-loader",
        "mpl_toolkits": "matplotlib",
    }
    standard = set(importlib.import_module("sys").stdlib_module_names)
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found = [alias.name.split(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found = [node.module.split(".")[0]]
            else:
                continue
            assert {distribution.get(one, one) for one in found if one not in standard} <= names, path


def test_only_the_load_rooms_read_data_files():
    readers = [
        path.name
        for path in MODULES
        if re.search(r"read_csv\(|read_bytes\(|read_text\(|[^_.]open\(|\.open\(", path.read_text("utf-8"))
    ]
    assert set(readers) <= READERS


def test_every_column_and_dutch_term_is_in_the_glossary():
    glossary = (ROOT / "docs/glossary.md").read_text("utf-8").lower()
    _, *listed = re.findall(r"^\| `?([^|`]+?)`? \|", glossary, re.M)
    assert listed == sorted(listed, key=lambda term: re.sub("[_-]", " ", term))
    terms = set(listed)
    columns = {name for make in export.FAMILIES.values() for name in make().columns}
    assert sorted((columns | DUTCH) - terms) == []


def test_every_method_has_an_example_and_says_when_not_to_trust_it():
    parts = re.split(r"^#{2,3} (.*)$", (ROOT / "docs/methods.md").read_text("utf-8"), flags=re.M)
    methods = {title: text for title, text in zip(parts[1::2], parts[2::2], strict=True) if "`" in title}
    assert len(methods) > 30
    assert [title for title, text in methods.items() if not re.search(r"[Ee]xample|>>> ", text)] == []
    assert [title for title, text in methods.items() if "When not to trust it" not in text] == []


def test_the_parts_of_the_methods_that_a_brief_names_are_there():
    headings = re.findall(r"^#{2,3} (.*)$", (ROOT / "docs/methods.md").read_text("utf-8"), re.M)
    there = {re.sub(":? ?`.*", "", heading) for heading in headings}
    texts = [path.read_text("utf-8") for path in (ROOT / "notebooks").glob("*.ipynb")]
    named = [re.findall(r"\*([^*]+)\*", part) for text in texts for part in re.findall("docs/methods.md`(.*)", text)]
    told = [names for names in named if names]
    assert len(told) == 2 * 8
    assert {name for names in told for name in names} - there == set()


def test_the_readme_shows_the_commands_that_exist():
    readme, makefile = ((ROOT / name).read_text("utf-8") for name in ("README.md", "Makefile"))
    for command in ("briefs", "test", "lab"):
        assert f"make {command}" in readme
        assert f"\n{command}:" in makefile
    assert "make test" in (ROOT / ".ci/run").read_text("utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (ROOT / link).exists(), link
