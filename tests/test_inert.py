"""A page with hostile text in every place, opened in a real browser: nothing runs, nothing is asked for."""

import pytest
from playwright.sync_api import sync_playwright
from test_browser import CHROMIUM, FLAGS
from test_hostile import HOSTILE, index_with, page_with

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
