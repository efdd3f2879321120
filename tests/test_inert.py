"""A page with hostile text in every place, opened in a real browser: nothing runs, nothing is asked for."""

import csv
import io
import zipfile
from xml.sax.saxutils import escape

import pytest
from playwright.sync_api import sync_playwright
from test_browser import CHROMIUM, FLAGS
from test_hostile import HOSTILE, as_toml, check_inert, index_with, page_with

from twente_analysis.incoming import HIDDEN

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt install chromium)")


@pytest.fixture(scope="module")
def opened():
    """A function that opens HTML, touches all that can be touched, and tells what happened."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context()
        context.add_init_script("window.__ran = 0")

        def visit(path):
            page, seen = context.new_page(), []
            page.on("request", lambda request: seen.append(request.url))
            page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
            page.on("framenavigated", lambda frame: seen.append(frame.url))
            page.on("pageerror", lambda error: seen.append(str(error)))
            page.goto(path.as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            page.evaluate("""document.querySelectorAll('body *').forEach(one => {
                for (const kind of ['mouseover', 'focus', 'load', 'error', 'toggle', 'animationstart'])
                    one.dispatchEvent(new Event(kind)) })""")
            for name in ("script", "iframe", "svg", "base", "form", "object"):
                assert page.locator(name).count() == 0, name
            for link in page.locator("a[href^='javascript' i]").all():
                link.click()
            page.wait_for_timeout(50)
            ran = page.evaluate("window.__ran")
            page.close()
            own = (path.as_uri(), "data:image/png;base64,", (path.parent / "assets").as_uri())
            return ran, [one for one in seen if not one.startswith(own)]

        yield visit
        chromium.close()


@pytest.mark.parametrize("make", [page_with, index_with])
def test_nothing_of_a_hostile_page_runs(opened, tmp_path, make):
    for number, text in enumerate([*HOSTILE, " ".join(HOSTILE)]):
        path = tmp_path / f"{number}.html"
        path.write_text(make(text), "utf-8")
        assert opened(path) == (0, []), text


def test_this_would_be_seen(opened, tmp_path):
    """Without the template, the same texts do run: the test above can fail."""
    path = tmp_path / "bare.html"
    path.write_text(f"<p>{HOSTILE[0]}", "utf-8")
    ran, asked = opened(path)
    assert ran == 1
    assert asked


#: Takes the names of its groups from a file, and shows them, a title and a parameter in all that a brief is made of.
SHOWS = """
import pandas as pd
import twente_analysis as ta
names = pd.read_csv("names.csv")["name"]
frame = ta.load_diplomas()
groups = frame["bedrijfstak_mbo"].unique()
frame["bedrijfstak_mbo"] = frame["bedrijfstak_mbo"].replace(dict(zip(groups, names)))
ta.show(ta.plot_series(frame, "bedrijfstak_mbo", language=language))
print(open_data)
"""


@pytest.mark.faults
def test_what_a_whole_run_makes_of_hostile_values_is_dead_text(opened, checkout):
    # Those with characters that do not show are refused, and braces in a title.
    values = [text for text in HOSTILE if not HIDDEN.search(text) and "{" not in text]
    checkout.write(one=SHOWS)
    with (checkout.notebooks / "names.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["name"], *([text] for text in values)])
    plan = checkout.notebooks / "briefs.toml"
    plain = plan.read_text("utf-8").replace("[one]\n", "")
    fill = 'title.nl = "one"'
    made = {f"b{number}": as_toml(text) for number, text in enumerate(values[:3] + values[9:11])}
    entries = (
        f"[{name}]\n{plain.replace(fill, f'title.nl = {text}')}parameters.open_data = {text}"
        for name, text in made.items()
    )
    plan.write_text("\n".join(entries), "utf-8")
    before = {path for path in checkout.root.parent.rglob("*") if checkout.out not in path.parents}
    checkout.runs()
    after = {path for path in checkout.root.parent.rglob("*") if checkout.out not in path.parents}
    assert after - before == {checkout.out}
    for name, text in zip(made, values[:3] + values[9:11], strict=True):
        page = checkout.out / f"{name}-nl.html"
        assert text in check_inert(page.read_text("utf-8")).get_text()
        assert opened(page) == (0, []), name
    assert opened(checkout.out / "index.html") == (0, [])
    (book, *_) = sorted((checkout.out / "assets").rglob("*.xlsx"))
    with zipfile.ZipFile(book) as parts:
        sheets = {
            name: parts.read(name).decode("utf-8")
            for name in parts.namelist()
            if name.startswith(("xl/work", "xl/shared"))
        }
    assert all(escape(text) in "".join(sheets.values()) for text in (values[0], values[9]))
    assert [name for name, text in sheets.items() if "<f>" in text or "<f " in text] == []
    (table, *_) = sorted((checkout.out / "assets").rglob("*.csv"))
    rows = csv.reader(io.StringIO(table.read_text("utf-8-sig")), delimiter=";")
    assert [cell for row in rows for cell in row if cell.startswith(("=", "@", "+", "-"))] == []
