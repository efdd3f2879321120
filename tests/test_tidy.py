import pandas as pd
import pytest

import twente_analysis as ta
from twente_analysis.tidy import merge_sources


def tidy(**columns):
    """A tidy frame of two students' counts, with some columns replaced."""
    base = {
        "indicator": ["enrolment", "enrolment"], "year": [2020, 2020], "region_type": ["institution"] * 2,
        "region": ["27YU"] * 2, "group": ["a", "b"], "value": [3, 4], "unit": ["students"] * 2, "status": ["", ""],
        "source": ["doc/t#1", "doc/t#2"],
    }  # fmt: skip
    frame = pd.DataFrame({name: columns.get(name, values) for name, values in base.items()})
    extra = {name: values for name, values in columns.items() if name not in base}
    for position, (name, values) in enumerate(extra.items(), list(base).index("value") + 1):
        frame.insert(position, name, values)
    numbers = {name: "Int64" for name in ("year", "value", "low", "high") if name in frame.columns}
    return frame.astype({name: "str" for name in frame.columns if name not in numbers} | numbers)


def test_a_tidy_frame_comes_back_itself():
    frame = tidy()
    assert ta.check_tidy(frame) is frame


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"group": ["a", "a"]}, "same key"),
        ({"status": ["", "gone"]}, "unknown status"),
        ({"region_type": ["city", "city"]}, "unknown region type"),
        ({"value": [3, None]}, "no value and no status"),
        ({"status": ["", "blank"]}, "a value although"),
    ],
)
def test_a_broken_contract_is_named(columns, message):
    with pytest.raises(ta.DataError, match=message):
        ta.check_tidy(tidy(**columns))


def test_wrong_columns_are_named():
    frame = tidy()
    with pytest.raises(ta.DataError, match="no column 'unit'"):
        ta.check_tidy(frame.drop(columns="unit"))
    with pytest.raises(ta.DataError, match="out of order"):
        ta.check_tidy(frame[["year", "indicator", *frame.columns[2:]]])
    with pytest.raises(ta.DataError, match="'value' is of type int64"):
        ta.check_tidy(frame.astype({"value": "int64"}))


def test_a_sum_leaves_out_a_blank_and_says_so():
    total = ta.total_by(tidy(value=[3, None], status=["", "blank"]))
    assert total[["value", "missing", "status"]].values.tolist() == [[3, 1, ""]]


def test_a_sum_of_blanks_is_blank():
    total = ta.total_by(tidy(value=[None, None], status=["blank", "blank"]))
    assert total["value"].isna().all()
    assert total["status"].tolist() == ["blank"]


def test_a_sum_adds_bounds_and_gives_no_value_for_suppressed_cells():
    total = ta.total_by(tidy(value=[3, None], status=["", "suppressed"], low=[3, 1], high=[3, 4]))
    assert total[["low", "high", "status"]].values.tolist() == [[4, 7, "suppressed"]]
    assert total["value"].isna().all()


def test_a_sum_keeps_the_weakest_status():
    assert ta.total_by(tidy(status=["scenario", "estimated"]))["status"].tolist() == ["scenario"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"unit": ["students", "diplomas"]}, "several values of 'unit'"),
        ({"region": ["27YU", "NL"]}, "several values of 'region'"),
        ({"indicator": ["enrolment", "intake"]}, "several values of 'indicator'"),
        ({"unit": ["%", "%"]}, "do not add up"),
    ],
)
def test_a_sum_without_meaning_is_refused(columns, message):
    with pytest.raises(ta.DataError, match=message):
        ta.total_by(tidy(**columns))


def test_sources_merge_into_ranges():
    assert merge_sources(["d/a#12", "d/a#10-11", "d/b#3", "d/a#20"]) == "d/a#10-12,20; d/b#3"


def test_an_error_shows_five_rows_at_most():
    message = str(ta.DataError("x", remedy="y", rows=pd.DataFrame({"a": range(8)})))
    assert message.count("\n") == 8
    assert "and 3 more" in message
