"""The recipes of docs/howto.md, followed on a copy of the checkout: their blocks are written, their commands run."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise

import pytest
from checkouts import ROOT

LEFT_OUT = shutil.ignore_patterns(
    ".*", "briefs", "figures", "build", "scratch", "pictures", "*.egg-info", "__pycache__"
)
#: The commands of a recipe, as a shell in the checkout would find them.
PROGRAMS = {
    "twente": [sys.executable, "-c", "from twente_analysis.cli import main; main()"],
    ".venv/bin/python": [sys.executable],
    "cp": ["cp"],
    "grep": ["grep"],
}
SAYS = re.compile(r"`(data/[\w./]+|notebooks/briefs\.toml|twente_analysis/load/\w+\.py)`")


class Copy:
    """A copy of the checkout in which recipes are followed."""

    def __init__(self, root):
        self.root = root
        for name in ("data", "docs", "notebooks", "tests", "twente_analysis"):
            # `briefs` is also a folder of the library.
            left_out = shutil.ignore_patterns("scratch", "__pycache__") if name == "twente_analysis" else LEFT_OUT
            shutil.copytree(ROOT / name, root / name, ignore=left_out)
        shutil.copyfile(ROOT / "pyproject.toml", root / "pyproject.toml")

    def run(self, line):
        """Run a line of a recipe; give what it said and its exit code."""
        program, *words = shlex.split(line)
        outside = ("TWENTE_", "PYTEST_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(outside)}
        done = subprocess.run(
            [*PROGRAMS[program], *words],
            check=False,
            cwd=self.root,
            env=env | {"PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
        )
        return done.stdout + done.stderr, done.returncode

    def write(self, kind, text, path):
        """Write a block into the file that the step before it names."""
        file = self.root / path
        if kind == "csv":
            rows = file.read_text("utf-8").splitlines() if file.exists() else []
            for row in text.splitlines():
                old = [
                    one for one in rows if one.split(",")[0] == row.split(",")[0] and path.startswith("data/reference")
                ]
                rows = [row if one in old else one for one in rows] + ([] if old else [row])
            file.write_text("\n".join(rows) + "\n", "utf-8")
        elif kind == "python":
            file.write_text(text, "utf-8")
        elif kind == "toml":
            file.write_text(file.read_text("utf-8") + "\n" + text, "utf-8")
        else:
            package, part = json.loads(file.read_text("utf-8")), json.loads(text)
            merge(package["resources" if "schema" in part else "sources"], [part])
            file.write_text(json.dumps(package, ensure_ascii=False, indent=2), "utf-8")


def merge(into, part):
    """Merge a part of a descriptor into it; in a list what has the same name is the same."""
    if isinstance(into, list):
        for one in part:
            known = [other for other in into if other["name"] == one["name"]]
            merge(known[0], one) if known else into.append(one)
    else:
        for key, value in part.items():
            if isinstance(value, dict | list) and key in into and key != "primaryKey":
                merge(into[key], value)
            else:
                into[key] = value


def steps(recipe):
    """Give the blocks of a recipe: kind, text, and the file that the words before it named last."""
    parts = re.split(r"^## (.*)$", (ROOT / "docs/howto.md").read_text("utf-8"), flags=re.M)
    text = dict(pairwise(parts))[recipe]
    for found in re.finditer(r"^ +```(\w+)\n(.*?)^ +```$", text, re.M | re.S):
        said = SAYS.findall(text[: found.start()])
        yield found[1], re.sub("^   ", "", found[2], flags=re.M), said[-1] if said else None


def follow(recipe, copy):
    """Follow a recipe to its end; each command has to succeed. Give what the commands said."""
    said = {}
    for kind, text, path in steps(recipe):
        if kind != "sh":
            copy.write(kind, text, path)
            continue
        for line in text.splitlines():
            said[line], code = copy.run(line)
            assert code == 0, f"{line}\n{said[line]}"
    return said


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path)


def test_a_year(copy):
    before = (copy.root / "data/processed/population.csv").read_text("utf-8").splitlines()
    said = follow("A year", copy)
    assert re.search(r"cbs_population .* 2019 +2027 ", said["twente tables"])
    after = (copy.root / "data/processed/population.csv").read_text("utf-8").splitlines()
    assert len(set(after) - set(before)) == 2
    assert set(before) <= set(after)
    # A row that breaks a rule is named, and nothing is recorded.
    descriptor = (copy.root / "data/raw/datapackage.json").read_bytes()
    copy.write("csv", "GM0141,2028,1,1", "data/raw/cbs_population.csv")
    text, code = copy.run("twente data --accept cbs_population")
    assert code != 0
    assert "2028" in text
    assert (copy.root / "data/raw/datapackage.json").read_bytes() == descriptor


def test_a_source(copy):
    said = follow("A source", copy)
    assert re.search(r"staff .* 2018 +2019 ", said["twente tables"])
    described = next(text for line, text in said.items() if "describe" in line)
    assert "4, of which 3 with a figure" in described or "4, waarvan 3 met een cijfer" in described
    assert "zorg 2019" in described
    assert "Jaarverslag 2019" in described


def test_a_region_or_school(copy, request):
    for kind, text, path in steps("A region or school"):
        if "--open-data" not in text:
            if kind == "sh":
                assert copy.run(text)[1] == 0
            else:
                copy.write(kind, text, path)
            continue
        without, code = copy.run("twente briefs --only trend-alfa --language nl")
        assert code != 0
        assert "25LU" in without
        published = os.environ.get("TWENTE_OPENDATA")
        if published:
            (copy.root / "opendata").symlink_to(published)
            said, code = copy.run(text.strip() + " --language nl")
            assert code == 0, said


def test_a_notebook_and_its_brief(copy):
    follow("A notebook and its brief", copy)
    assert (copy.root / "briefs/passes-nl.html").is_file()
