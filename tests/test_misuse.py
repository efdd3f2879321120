"""What a wrong argument is answered with: one clear error that says what to call first."""

import pytest

import twente_analysis as ta

PLOTS = sorted(name for name in dir(ta) if name.startswith("plot_"))


@pytest.mark.parametrize("given", ["frame", "text"])
@pytest.mark.parametrize("name", PLOTS)
def test_a_chart_of_something_else_names_the_function_to_call_first(name, given):
    wrong = ta.load_assumptions()[["id"]] if given == "frame" else "abc"
    count = {"plot_misses": 2, "plot_targets": 3, "plot_projection": 2, "plot_funders": 3, "plot_index": 2}.get(name, 1)
    more = ["bedrijfstak_mbo"] if name == "plot_series" else [(2007, 2011)] if name == "plot_contributions" else []
    with pytest.raises(ta.DataError, match=r"Give what ta\.\w+ gives") as raised:
        getattr(ta, name)(*[[wrong] if name == "plot_history" else wrong] * count, *more)
    maker = str(raised.value).partition("Give what ta.")[2].partition(" ")[0]
    assert callable(getattr(ta, maker))


@pytest.mark.parametrize(
    "call",
    [
        lambda: ta.plot_series(ta.load_enrolment(), "bedrijfstak", "x"),
        lambda: ta.describe(3),
        lambda: ta.compare_scopes("abc"),
        lambda: ta.save_notebook("none.ipynb", "copy.ipynb", "nl"),
    ],
)
def test_a_wrong_argument_is_one_clear_error(call):
    with pytest.raises(ta.DataError, match="What to do"):
        call()
