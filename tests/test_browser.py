"""Every published page in a real browser: for eyes, ears, a phone and a printer, and without a network.

axe-core finds what a machine can find of WCAG 2.2 AA; the other tests are for what it lets pass. A page is opened once:
pytest runs all tests of a page before it goes to the next, and each test sets the state that it looks at.
"""

import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

from twente_analysis.briefs.plan import read_plan
from twente_analysis.briefs.published import Published
from twente_analysis.language import say
from twente_analysis.memo.pdf import PROGRAMS

CHROMIUM = next(filter(None, map(shutil.which, PROGRAMS)), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt install chromium)"),
]

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Without the lists of what passed, which take most of the time; with the one rule that WCAG 2.2 adds, which is off
#: unless asked for by name.
LEAN = {"resultTypes": ["violations", "incomplete"], "preload": False}
EVERY = {"runOnly": TAGS, "rules": {"target-size": {"enabled": True}}, **LEAN}
COLOURS = {"runOnly": ["cat.color"], **LEAN}
#: Contrast takes most of axe's time. At 768 px the rules of style are those of 1280 px, which a test below holds, so no
#: colour is another; the dark page differs from the light one in its colours alone, and a page in one language from the
#: other in its words, and the tables that those shape: so on a phone the colours of a Dutch page are looked at in the
#: light and those of an English one in the dark.
COLOURLESS = EVERY | {"rules": EVERY["rules"] | {"color-contrast": {"enabled": False}}}
STATES = {
    "nl": {(1280, "light"): EVERY, (768, "light"): COLOURLESS, (320, "light"): EVERY, (1280, "dark"): COLOURS},
    "en": {(1280, "light"): EVERY, (320, "light"): COLOURLESS, (320, "dark"): COLOURS},
}
PLAN = Path(__file__).parents[1] / "notebooks" / "briefs.toml"
LANGUAGE = {brief.name: brief.language for brief in read_plan(PLAN)} | {"index": "nl", "index-en": "en"}


def pages(*names):
    """Have a test look at some pages only, where in the others nothing else is at stake."""
    return pytest.mark.parametrize("name", names, indirect=True, scope="module")


DUTCH, ENGLISH = ([name for name, one in LANGUAGE.items() if one == language] for language in ("nl", "en"))
#: A table ends in a shade where there is more to scroll to. On it axe tells the contrast of no text; so without it.
RUN_AXE = """async options => {
    const shaded = [...document.querySelectorAll('.table')];
    shaded.forEach(one => one.style.backgroundImage = 'none');
    const found = await axe.run(document, options);
    shaded.forEach(one => one.style.backgroundImage = '');
    return found;
}"""
#: The width of A4 between the margins that Chromium prints with, in CSS pixels.
A4 = 717
FUNCTION_WORDS = {
    "nl": "de het een van en niet dat die zijn met op voor door maar ook naar bij wordt worden er dan uit",
    "en": "the a of and not that which are with on for by but also to at be there than from it this",
}


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", params=LANGUAGE)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def soup(every_brief, name):
    return BeautifulSoup((every_brief / f"{name}.html").read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def opened(browser, every_brief, name):
    """A function that sets the opened page in a state; what the page asks for and says is kept from its start."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.asked, page.said = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.said.append(message.text))
    page.goto((every_brief / f"{name}.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate(Axe().axe_script)

    def show(width, colours="light", media="screen"):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=colours, media=media)
        page.evaluate("document.querySelectorAll('.whole input').forEach(one => one.checked = false)")
        return page

    yield show
    context.close()


@pages(*DUTCH)
@pytest.mark.parametrize("state", STATES["nl"])
def test_axe_finds_nothing_in_dutch(opened, state):
    check_axe(opened(*state), STATES["nl"][state])


@pages(*ENGLISH)
@pytest.mark.parametrize("state", STATES["en"])
def test_axe_finds_nothing_in_english(opened, state):
    check_axe(opened(*state), STATES["en"][state])


def check_axe(page, options):
    """Check that axe finds no violation, and knows the contrast of all but what it cannot tell."""
    found = page.evaluate(RUN_AXE, options)
    assert {one["id"]: [node["target"] for node in one["nodes"]] for one in found["violations"]} == {}
    assert ("color-contrast" in {one["id"] for one in found["passes"]}) == (options is not COLOURLESS)
    unknown = [node for one in found["incomplete"] if one["id"] == "color-contrast" for node in one["nodes"]]
    # Of a single character, and of what is scrolled out of its box, axe cannot tell the contrast.
    reasons = {node["any"][0]["data"]["messageKey"] for node in unknown}
    assert reasons <= {"shortTextContent", "elmPartiallyObscured"}


def test_a_page_that_was_not_renewed_says_so_to_everyone(browser, every_brief, tmp_path):
    brief = read_plan(PLAN, "flows", "nl")[0]
    for name in ("briefs.json", f"{brief.name}.html"):
        shutil.copyfile(every_brief / name, tmp_path / name)
    shutil.copytree(every_brief / "assets" / brief.name, tmp_path / "assets" / brief.name)
    published = Published(tmp_path, None)
    published.mark_stale(brief)
    published.write_indexes([brief], {"nl"})
    page = browser.new_page()
    for name in (brief.name, "index"):
        page.goto((tmp_path / f"{name}.html").as_uri())
        assert "mislukt" in page.inner_text("body")
        page.evaluate(Axe().axe_script)
        for (width, colours), options in STATES["nl"].items():
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=colours)
            check_axe(page, options)
    page.close()


@pages("index", "flows-nl")
def test_at_768_px_the_rules_of_style_are_those_of_1280_px(opened):
    conditions = """[...document.styleSheets].flatMap(sheet => [...sheet.cssRules]).filter(rule => rule.conditionText)
        .map(rule => [rule.conditionText, matchMedia(rule.conditionText).matches])"""
    narrow, wide, phone = (opened(width).evaluate(conditions) for width in (768, 1280, 320))
    assert narrow == wide != phone


def test_a_script_that_came_in_would_not_run(browser, every_brief, tmp_path):
    attack = "<script>document.title = 'ran'</script><img src=x onerror=\"document.title = 'ran'\">"
    text = (every_brief / "trend-diplomas-nl.html").read_text("utf-8")
    (tmp_path / "page.html").write_text(text.replace('<main id="main">', f'<main id="main">{attack}'), "utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert page.locator("main script").count() == 1
    assert page.title() != "ran"
    page.close()


def test_no_page_scrolls_sideways_on_a_phone(opened):
    page = opened(320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    # A chart has four fifths of its 16 cm, and scrolls in its own box; asked for, it fits as a whole.
    wide = "[...document.querySelectorAll('.picture')].map(one => one.scrollWidth)"
    boxes = page.locator(".whole input")
    assert [one >= 0.8 * 16 / 2.54 * 96 for one in page.evaluate(wide)] == [True] * boxes.count()
    for number in range(boxes.count()):
        boxes.nth(number).check()
    assert [one <= 320 for one in page.evaluate(wide)] == [True] * boxes.count()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_lines_over_the_years_begin_at_their_end_on_a_phone(opened, name):
    # The newest year, a projection and the names of the lines stand there; a bar begins with its name.
    ends = """[...document.querySelectorAll('.picture')].map(box => [box.classList.contains('newest'),
        box.firstElementChild.getBoundingClientRect().right <= box.getBoundingClientRect().right + 1])"""
    found = opened(320).evaluate(ends)
    assert [newest for newest, ends_there in found if newest != ends_there] == []
    assert any(newest for newest, _ in found) == name.startswith(("trend", "projection", "diplomas"))


def test_no_table_scrolls_or_is_cut_on_a_phone(opened):
    # Cut at the edge, +120 reads as +12; over its neighbour, two figures read as one.
    cut = """[...document.querySelectorAll('.table')].flatMap(box => [...box.querySelectorAll('th, td')]
        .filter(cell => !cell.closest('thead') || getComputedStyle(cell.closest('thead')).clipPath === 'none')
        .filter(cell => cell.getBoundingClientRect().right > box.getBoundingClientRect().right + 1
            || cell.scrollWidth > cell.clientWidth + 1)
        .map(cell => [box.getAttribute('aria-label'), cell.textContent]))"""
    assert opened(320).evaluate(cut) == []
    wide = "[...document.querySelectorAll('.table')].filter(one => one.scrollWidth > one.clientWidth + 1).length"
    assert opened(320).evaluate(wide) == 0


def test_a_cell_stands_below_the_head_of_its_table_or_after_the_name_of_its_column(opened):
    unnamed = """[...document.querySelectorAll(':is(.stacked, .listed) td:not(:empty), .stacked tbody th[scope=row]')]
        .filter(cell => getComputedStyle(cell, '::before').content.length < 5).map(cell => cell.textContent)"""
    assert opened(320).evaluate(unnamed) == []
    apart = """[...document.querySelectorAll('.headed td')].filter(cell => {
        const head = cell.closest('table').tHead.rows[0].cells[cell.cellIndex];
        return Math.abs(cell.getBoundingClientRect().right - head.getBoundingClientRect().right) > 6;
    }).map(cell => cell.textContent)"""
    assert opened(320).evaluate(apart) == []


def test_a_table_on_a_phone_is_heard_as_on_a_desk(opened):
    heard = []
    for width in (1280, 320):
        session = opened(width).context.new_cdp_session(opened(width))
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        found = [(node["role"]["value"], node.get("name", {}).get("value")) for node in nodes if not node["ignored"]]
        heard.append([one for one in found if one[0] in ("table", "row", "columnheader", "rowheader", "cell")])
        session.detach()
    assert heard[0] == heard[1]


def test_no_table_is_wider_than_a_page_on_a_desk_or_tablet(opened):
    wide = """[...document.querySelectorAll('.table')].filter(one => one.scrollWidth > one.clientWidth + 1)
        .map(one => one.getAttribute('aria-label'))"""
    assert [opened(width).evaluate(wide) for width in (1280, 768)] == [[], []]


def test_a_tall_picture_can_be_read_on_paper(opened):
    widths = "[...document.querySelectorAll('.picture img')].map(one => one.getBoundingClientRect().width)"
    assert all(width > A4 / 2 for width in opened(A4, media="print").evaluate(widths))


def test_a_long_table_goes_on_over_the_page_and_a_short_one_does_not(opened):
    tables = """[...document.querySelectorAll('main table')].filter(one => !one.closest('details')).map(one =>
        [one.querySelectorAll('tbody tr').length, getComputedStyle(one).breakInside])"""
    for rows, breaks in opened(A4, media="print").evaluate(tables):
        assert breaks == ("auto" if rows > 8 else "avoid")


def test_nothing_is_cut_on_paper(opened):
    page = opened(A4, media="print")
    wide = """[...document.querySelectorAll('table, img, pre, p')]
        .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
        .map(one => one.textContent.slice(0, 60))"""
    assert page.evaluate(wide) == []
    for hidden in ("nav", ".skip", ".files", ".whole"):
        assert not any(one.is_visible() for one in page.locator(hidden).all()), hidden


def test_a_picture_says_in_words_what_it_shows(soup):
    for figure in soup.find_all("figure"):
        alt, title = figure.img["alt"].strip(), figure.figcaption.get_text().partition(". ")[2].strip(" .")
        assert len(alt) > 60
        assert re.search(r"\d", alt), "an alternative text without a figure"
        assert alt.rstrip(".") != title
        assert not re.search(r"\.(png|svg|jpe?g)\b|no description|figure size|image|<Axes", alt, re.I), alt


def test_a_figure_is_read_title_picture_table(soup, opened):
    for figure in soup.find_all("figure"):
        parts = [tag.name for tag in figure.find_all(["figcaption", "img", "table"])]
        assert parts == ["figcaption", "img", "table"]
    tops = """[...document.querySelectorAll('figure')].map(figure => ['figcaption', 'img', 'table']
        .map(part => figure.querySelector(part).getBoundingClientRect().top))"""
    for places in opened(320).evaluate(tops):
        assert places == sorted(places)


def test_headings_make_an_outline(soup, name):
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(tag.get_text(strip=True) for tag in soup.find_all(re.compile("^h[1-6]$")))
    if not name.startswith("index"):
        contents = [link["href"][1:] for link in soup.nav.find_all("a")]
        assert contents == [tag["id"] for tag in soup.find_all("h2")]
        # The key figures come before the contents, and the contents before any chart.
        order = [
            tag for tag in soup.find_all(True) if tag.name in ("nav", "figure") or "headline" in tag.get("class", [])
        ]
        assert [tag.name for tag in order[:2]] == ["p", "nav"]
        # The first part has the first chart; method, sources, audit lines and making close the page, in this order.
        parts = [tag.get_text() for tag in soup.find_all("h2")]
        assert soup.figure.find_previous("h2").get_text() == parts[0]
        closing = ["Hoe het is berekend", "Bronnen", "Controle van de bronnen", "Hoe deze factsheet is gemaakt"]
        if LANGUAGE[name] == "en":
            closing = ["How it is calculated", "Sources", "Check of the sources", "How this brief was made"]
        kept = [part for part in closing if not (name.startswith("sources") and part == closing[2])]  # is all an audit
        assert parts[-len(kept) :] == kept


def test_nothing_is_asked_of_a_network_and_nothing_runs(opened, every_brief, soup):
    folder, page = every_brief.as_uri(), opened(1280)
    # Of all states that the tests above set the page in.
    assert [one for one in page.asked if not one.startswith((folder, "data:image/png;base64,"))] == []
    assert page.said == []
    assert soup.find_all(["script", "iframe", "object", "embed", "link", "base", "form"]) == []
    attributes = [(key, str(value)) for tag in soup.find_all(True) for key, value in tag.attrs.items()]
    assert [key for key, value in attributes if key.startswith("on") or value.lower().startswith("javascript:")] == []


def test_every_link_has_its_target(soup, every_brief):
    identifiers = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(identifiers) == len(set(identifiers))
    targets = [link["href"] for link in soup.find_all("a")]
    targets += [image["src"] for image in soup.find_all("img") if not image["src"].startswith("data:")]
    assert [one for one in targets if one.startswith("#") and one[1:] not in identifiers] == []
    assert [one for one in targets if not one.startswith("#") and not (every_brief / one).is_file()] == []


def test_every_file_of_a_chart_is_linked(soup, every_brief, name):
    linked = {Path(link["href"]) for link in soup.find_all("a") if link["href"].startswith("assets/")}
    there = {path.relative_to(every_brief) for path in (every_brief / "assets" / name).glob("*/*")}
    assert there == linked
    for figure in soup.find_all("figure"):
        assert {link["href"].rpartition(".")[2] for link in figure.find_all("a")} >= {"png", "svg", "csv"}


def test_the_words_are_in_the_language_that_the_page_names(soup, name):
    language = LANGUAGE[name]
    assert soup.html["lang"] == language
    assert {tag["lang"] for tag in soup.find_all(lang=True)} <= {"nl", "en"}
    foreign = []
    for block in soup.find_all(["p", "li", "td", "th", "caption", "figcaption", "h1", "h2", "h3", "summary", "img"]):
        # Names of documents, tables and programmes stay as they are.
        if block.find_parent(class_="sources") or block.get("scope") == "rowgroup":
            continue
        if any(tag["lang"] != language for tag in [block, *block.parents] if tag.get("lang")):
            continue
        own = "".join(text for text in block.strings if text.find_parent(lang=True)["lang"] == language)
        words = re.findall(r"[a-z]+", (block.get("alt") or own).lower())
        counts = {one: sum(word in known.split() for word in words) for one, known in FUNCTION_WORDS.items()}
        (strange,) = (count for one, count in counts.items() if one != language)
        if strange >= 3 and strange > 3 * counts[language]:
            foreign.append(own[:80] or block["alt"])
    assert foreign == []


def test_the_index_groups_by_question_in_each_language(every_brief):
    for page, language in (("index", "nl"), ("index-en", "en")):
        soup = BeautifulSoup((every_brief / f"{page}.html").read_text("utf-8"), "html.parser")
        briefs = read_plan(PLAN, language=language)
        assert all(brief.question for brief in briefs)
        assert [tag.get_text() for tag in soup.find_all("h2")] == list(dict.fromkeys(one.question for one in briefs))
        for heading in soup.find_all("h2"):
            links = [link["href"] for link in heading.find_next("ul").find_all("a")]
            assert links == [f"{one.name}.html" for one in briefs if one.question == heading.get_text()]
        cards = soup.find_all("li")
        assert all(card.img and card.find(class_="note").get_text() for card in cards)
        assert say("page.other_briefs", language) not in soup.get_text()
