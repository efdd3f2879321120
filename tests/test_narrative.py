"""Sentences: true for every choice of indicator, scope and years, in both languages."""

from itertools import combinations

import pandas as pd
import pytest

import twente_analysis as ta
from twente_analysis.narrative import Text

BY = "bedrijfstak_mbo"


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("indicator", ["enrolment", "diplomas"])
@pytest.mark.parametrize("years", list(combinations(range(2007, 2012), 2)))
def test_every_choice_of_years_gives_whole_sentences(indicator, years, language):
    frame = ta.load_indicator(indicator)
    scopes = ta.select_years(ta.compare_scopes(ta.load_enrolment(), ta.load_diplomas()), *years)
    chosen = [ta.select_years(one, *years) for one in (ta.load_enrolment(), ta.load_diplomas())]
    split = ta.split_intensity_mix(ta.diplomas_per_student(*chosen, by=BY), *years, by=BY, blank="not counted")
    for scope in ta.SCOPES[BY]:
        inside = ta.select_years(ta.in_scope(frame, scope), *years)
        parts = ta.contributions(inside, *years, by=BY, blank="not counted")
        told = [
            ta.tell_headline(scopes, indicator, scope, language=language),
            ta.tell_scopes(scopes, language=language),
            ta.tell_contributions(parts, years, BY, language=language),
            ta.tell_ratio(split, language=language),
            ta.tell_caveats(ta.select_years(frame, *years), scope, language=language),
            ta.tell_sources(inside, language=language),
        ]
        for sentence in (sentence for text in told for sentence in text.sentences):
            assert sentence.endswith((".", ").", ")"))
            assert not {"nan", "<NA>", "None", "{", "}"} & set(sentence.replace("(", " ").replace(")", " ").split())


def test_the_headline_contrasts_scopes_that_go_apart():
    scopes = ta.compare_scopes(ta.load_enrolment())
    first, third, second = ta.tell_headline(scopes, "enrolment", language="en").sentences
    assert "rose from 6,303 in 2007 to 7,028 in 2011 (+11.5%)" in first
    assert second == "Without transport and logistics, it fell instead: from 5,807 to 5,404 (−6.9%)."
    assert third == "It peaked in 2010 at 8,844."


def test_caveats_name_the_blank_cell_only_where_it_is_shown():
    frame = ta.load_diplomas()
    shown, hidden = (
        ta.tell_caveats(ta.select_years(frame, *years), language="en") for years in ((2007, 2011), (2007, 2009))
    )
    assert any("blank in 2010" in sentence for sentence in shown.sentences)
    assert not any("blank in" in sentence for sentence in hidden.sentences)


def test_the_source_names_document_table_and_lines():
    (sentence,) = ta.tell_sources(ta.load_enrolment(), language="nl").sentences
    assert sentence.startswith("Regiovisie Twente Techniek (ca. 2012), Techniek studenten")
    assert sentence.endswith("regels 125-135.")


def test_a_percentage_on_a_small_cell_stands_in_no_table():
    table = ta.table_series(ta.load_diplomas(), BY, language="en")
    rows = {row[0]: row for row in table.groups[0][1]}
    assert rows["Combined sector"][-1] == "–"
    assert rows["Graphic trades"][-1] == "–"
    assert rows["Total"][1:6] == ["1,657", "1,836", "2,007", "2,281", "3,073"]
    assert "Where a count is below 30, no percentage is given." in table.notes


def test_text_is_escaped_for_jupyterlab():
    data = Text("finding", ["<b>*x*</b>"])._repr_mimebundle_()
    assert data["text/markdown"] == "&lt;b&gt;\\*x\\*&lt;/b&gt;"


def test_the_ratio_table_adds_up():
    ratios = ta.diplomas_per_student(ta.load_enrolment(), ta.load_diplomas(), BY)
    table = ta.table_ratio(ratios, BY, language="en")
    numbers = pd.DataFrame([row[1:] for row in table.groups[0][1]], index=[row[0] for row in table.groups[0][1]])
    assert numbers.loc["Total", 0] == "26.3"
    assert numbers.loc["Total", 4] == "43.7"
    assert numbers.loc["Graphic trades", 5] == "–"


def test_exact_sentences():
    parts = ta.contributions(ta.in_scope(ta.load_diplomas(), "without transport"), 2007, 2011, BY)
    assert ta.tell_contributions(parts, (2007, 2011), BY, "without transport", language="nl").sentences == [
        "Zonder transport en logistiek daalde het aantal van 2007 tot 2011 met 3,0%. "
        "Het meest erbij: Proces, lab, fotonica (+5,3 procentpunt). "
        "Het meest eraf: Bouw en gww (−6,8 procentpunt).",
    ]
    scopes = ta.compare_scopes(ta.load_diplomas())
    assert ta.tell_headline(scopes, "diplomas", "without transport", language="nl").sentences == [
        "Zonder transport en logistiek ging het aantal diploma's techniek bij ROC van Twente van 1.538 in 2007 naar "
        "1.492 in 2011 (−3,0%).",
        "De top lag in 2010, met 1.748.",
        "In totaal steeg het juist: van 1.657 naar 3.073 (+85,5%).",
    ]


@pytest.mark.parametrize(
    ("indicator", "years", "word", "stands"),
    [
        ("enrolment", (2007, 2011), "eenmalige bedrijfsopleiding", True),
        ("enrolment", (2010, 2011), "eenmalige bedrijfsopleiding", False),
        ("enrolment", (2007, 2011), "andere indeling", True),
        ("enrolment", (2007, 2008), "andere indeling", False),
        ("enrolment", (2010, 2011), "andere indeling", False),
        ("enrolment", (2007, 2009), "3 jaarcijfers", True),
        ("diplomas", (2008, 2010), "andere indeling", True),
    ],
)
def test_a_caveat_stands_only_where_it_applies(indicator, years, word, stands):
    frame = ta.select_years(ta.load_indicator(indicator), *years)
    assert any(word in sentence for sentence in ta.tell_caveats(frame, language="nl").sentences) == stands


def test_a_blank_group_is_named_and_is_no_extreme():
    parts = ta.contributions(ta.load_diplomas(), 2008, 2010, BY, blank="not counted")
    told = " ".join(ta.tell_contributions(parts, (2008, 2010), BY, language="nl").sentences)
    assert "Combinatie bedrijf heeft in een van beide jaren geen cijfer" in told
