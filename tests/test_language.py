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
    """Name each figure of a sentence and how it is written; words that go with a number differ per language."""
    found = {(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name}
    return {(name, spec) for name, spec in found if "|" not in spec}


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


#: Nouns that stand after numbers, beside those that the sentences with two forms have.
NOUNS = {
    "nl": "afgestudeerden banen bedrijfstakken bedrijven eenheden groepen leerlingen manieren proefberekeningen "
    "studenten tellingen uren vacatures vertrekkers werknemers",
    "en": "companies counts employees forecasts graduates groups hours jobs leavers people pupils schools sectors "
    "students times units vacancies years",
}
#: Sentences whose number is never one: why.
NEVER_ONE = {
    "audit.chart_title.one": "of all the contradictions in five documents",
    "audit.says_copies": "our list of targets, over a hundred figures",
    "audit_wording.regiodeal-vacancies-technical.safe": "as the monitor prints them",
    "audit_wording.regiovisie-mbo4-hbo.avoid": "graduates as the document prints them",
    "audit_wording.regiovisie-mbo4-hbo.safe": "recomputed from what the document prints",
    "audit_wording.techwise-250-per-year.avoid": "employees as the document prints them",
    "audit_wording.techwise-250-per-year.safe": "employees as the document prints them",
    "citation.many": "from seven runs of lines on",
    "demand.base": "vacancies as the Regio Deal prints them",
    "demand.headline_published": "thousands, as the monitor prints them",
    "demand.reckoned": "the jobs of a region, tens of thousands",
    "demand.school": "the diplomas of a school, hundreds a year",
    "demand.times": "a value with its decimals",
    "describe.groups": "from six on",
    "describe.units": "from six on",
    "flow_caveat.hbo": "graduates as the source prints them",
    "flow_caveat.join": "pupils as the source prints them",
    "flow_change.root": "pupils of a year group, after a change in hundredths",
    "flows.fourth": "pupils as the source prints them",
    "flows.hbo": "of a round number of graduates",
    "flows.headline": "pupils as the source prints them",
    "flows.lever": "pupils of a year group, after a change in hundredths",
    "goal_caveat.chance.one": "the targets of a programme, at least seven",
    "goal_caveat.no_chance": "the targets of a programme, at least seven",
    "goals.figure.pupils": "later figures, hundreds",
    "goals.headline_none": "the targets of a programme, at least seven",
    "goals.headline_some.one": "the targets of a programme, at least seven",
    "goals.scope_readings": "a target with one reading has another sentence",
    "goals.title_counted": "the targets that a chart has room for",
    "goals.title_no_base": "the targets of a programme, at least seven",
    "goals.with_base.one": "the targets of a programme with a number, at least seven",
    "goals.without_base": "the targets of a programme with a number, at least seven",
    "goals.without_deadline.one": "the targets of a programme, at least seven",
    "investment.dates": "the Regio Deal has two dozen",
    "investment.estimate": "years as the document prints them",
    "investment.printed_multiplier": "as the document prints it: two",
    "projection.four_years": "at least two years between two series",
    "projection.later": "the eleven sectors",
    "projection.later_inside": "the eleven sectors",
    "projection.later_inside_but": "the eleven sectors",
    "projection.later_sure": "the sectors that compare well, more than two",
    "projection.misses_alt": "the eleven sectors",
    "projection.two_years.one": "of every group once",
    "projection_caveat.far": "the years that a method was tested for, three",
    "projection_caveat.few_years": "at least five years are needed",
    "vmbo.finding": "the pupils of a region, thousands",
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("n", [0, 1, 2, 675])
def test_every_sentence_agrees_with_its_number(language, n):
    for key, forms in plurals(texts(language)):
        assert set(forms) <= {"zero", "one", "two", "other", "by"}, key
        name = forms.get("by", "n")
        figures = {
            one: 7 if spec else one.upper() for form in forms.keys() - {"by"} for one, spec in placeholders(forms[form])
        }
        # Dutch and English use the plural for none; a form of its own for exactly none or two comes first.
        form = forms["one"] if n == 1 else forms.get({0: "zero", 2: "two"}.get(n, ""), forms["other"])
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
        if spec in ("", "number")
        and after_number(text, name) in nouns.union(NOUNS[language].split())
        and not key.endswith(".other")
    }
    assert sorted(bare - NEVER_ONE.keys()) == []
    assert sorted(NEVER_ONE.keys() - dict(flat(texts(language))).keys()) == []


def test_a_word_goes_with_the_number_as_it_is_written():
    figures = {"base": 664, "wanted": 1.2}
    assert "1 pupil more is needed" in say("flow_target.vmbo", "en", **figures)
    assert "is 1 leerling meer nodig" in say("flow_target.vmbo", **figures)
    for n in (0, 2, 675):
        assert f"zijn {n} leerlingen meer nodig" in say("flow_target.vmbo", **figures | {"wanted": n})


def test_a_programme_has_more_than_one_target():
    for _, targets in ta.load_targets().groupby("programme", observed=True):
        assert targets.loc[targets["role"] == "goal", "target"].count() >= 7


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
