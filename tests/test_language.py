import re
import string
from datetime import date

import pytest

import twente_analysis as ta
from twente_analysis.language import _Writer, format_date, format_number, label, say, texts


def flat(table, prefix=""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def placeholders(text):
    return {(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts_with_the_same_figures():
    dutch, english = (dict(flat(texts(language))) for language in ("nl", "en"))
    assert dutch.keys() == english.keys()
    assert {key: placeholders(text) for key, text in dutch.items()} == {
        key: placeholders(text) for key, text in english.items()
    }


@pytest.mark.parametrize(
    ("value", "kind", "dutch", "english"),
    [
        (1643, "number", "1.643", "1,643"),
        (0.2475, "percent", "24,8%", "24.8%"),
        (-0.069, "change", "−6,9%", "−6.9%"),
        (0.00001, "change", "0,0%", "0.0%"),
        (-0.00001, "points", "0,0", "0.0"),
        (301, "difference", "+301", "+301"),
        (1128.4, "points", "+1.128,4", "+1,128.4"),
        (None, "number", "–", "–"),
    ],
)
def test_numbers(value, kind, dutch, english):
    assert (format_number(value, kind), format_number(value, kind, "en")) == (dutch, english)


def test_dates():
    assert (format_date(date(2026, 3, 1)), format_date(date(2026, 3, 1), "en")) == ("1 maart 2026", "1 March 2026")


def plurals(table, prefix=""):
    """Every sentence that has a form for one and a form for others."""
    for key, value in table.items():
        if isinstance(value, dict):
            here = f"{prefix}{key}"
            if {"one", "other"} <= value.keys() and not prefix.startswith("labels."):
                yield here, value
            else:
                yield from plurals(value, f"{here}.")


def after_number(text, name):
    """The word after the number that a sentence turns on, an adjective skipped."""
    found = re.search(rf"\{{{name}(?::number)?\}} (?:(?:extra|technische?|technical) )?([a-z']+)", text)
    return found[1] if found else ""


#: Sentences whose number is never one: why.
NEVER_ONE = {
    "audit.says_copies": "our list of targets, over a hundred figures",
    "audit.chart_title": "of all the contradictions in five documents",
    "audit_wording.": "figures as the documents print them",
    "citation.many": "from seven runs of lines on",
    "describe.groups": "from six on",
    "describe.units": "from six on",
    "demand.headline_published": "thousands, as the monitor prints them",
    "demand.times": "a value with its decimals",
    "demand.school": "the diplomas of a school, hundreds a year",
    "flow_caveat.hbo": "graduates as the source prints them",
    "flows.hbo": "of a round number of graduates",
    "goals.": "the number of targets that a document has",
    "goal_caveat.": "the number of targets that a document has",
    "investment.": "the number of activities that a document has",
    "investment_contested.": "the number of activities that a document has",
    "projection.": "at least five years are needed, and a test looks several years ahead",
    "projection_caveat.": "at least five years are needed",
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("n", [0, 1, 2])
def test_every_sentence_agrees_with_its_number(language, n):
    for key, forms in plurals(texts(language)):
        assert set(forms) <= {"zero", "one", "two", "other", "by"}, key
        name = forms.get("by", "n")
        figures = {
            one: 7 if spec else one.upper() for form in forms.keys() - {"by"} for one, spec in placeholders(forms[form])
        }
        # Dutch and English use the plural for none; a form of its own for exactly none or two comes first.
        form = forms["one"] if n == 1 else forms.get({0: "zero", 2: "two"}[n], forms["other"])
        assert say(key, language, **figures | {name: n}) == _Writer(language).vformat(form, (), figures | {name: n}), (
            key
        )


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_number_before_a_plural_has_a_form_for_one(language):
    found = list(plurals(texts(language)))
    many = {after_number(forms["other"], forms.get("by", "n")) for _, forms in found}
    one = {after_number(forms["one"], forms.get("by", "n")) for _, forms in found}
    nouns = {word for word in many - one if len(word) > 4 and word.endswith(("s", "en"))} - {"geven"}
    assert len(nouns) > 6
    bare = {
        key
        for key, text in flat(texts(language))
        for name, spec in placeholders(text)
        if spec in ("", "number") and after_number(text, name) in nouns and not key.endswith(".other")
    }
    assert {key for key in bare if not key.startswith(tuple(NEVER_ONE))} == set()


@pytest.mark.parametrize(("n", "start"), [(0, "0 cellen zijn"), (1, "1 cel is"), (2, "2 cellen zijn")])
def test_number_agreement(n, start):
    assert say("trend.missing", n=n).startswith(start)


def test_an_unknown_category_keeps_its_name():
    assert label("bedrijfstak_mbo", "Nieuw") == "Nieuw"


@pytest.mark.parametrize("call", [lambda: say("trend.nothing"), lambda: say("trend.top", "de"), lambda: say("labels")])
def test_an_unknown_sentence_or_language_is_refused(call):
    with pytest.raises(ta.DataError):
        call()


@pytest.mark.parametrize(
    ("n", "said"), [(0, "geen klopt"), (1, "1 klopt"), (1.0, "1 klopt"), (2, "2 kloppen"), (675, "675 kloppen")]
)
def test_none_one_and_many(n, said):
    assert say("audit.holding", n=n) == said


@pytest.mark.parametrize(
    ("n", "dutch", "english"), [(0, "tabellen", "tables"), (1.0, "tabel", "table"), (2, "tabellen", "tables")]
)
def test_a_thing_counted_agrees_with_its_number(n, dutch, english):
    assert (label("audit_unit", "tables", n=n), label("audit_unit", "tables", "en", n=n)) == (dutch, english)
