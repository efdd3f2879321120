"""Does a figure as printed prove the number beside it? Reads digits, factors, ranges and Dutch number words."""

import math
import re
from collections.abc import Callable
from functools import cache

import pandas as pd
from babel.numbers import NumberFormatError, parse_decimal

from ..tidy import DataError
from .cells import read_deadlines

FACTORS = {"mln": 1e6, "milj": 1e6, "mio": 1e6, "miljoen": 1e6}
NAMES = ("één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf")
#: What a word says. A part of a whole is a percentage: half is 50.
WORDS = {name: float(number) for number, name in enumerate(NAMES, start=1)} | {
    "eén": 1.0,  # as Dutch spelling has it with a capital: Eén
    **{"tweede": 2.0, "derde": 3.0, "vierde": 4.0, "vijfde": 5.0},
    **{"honderd": 100.0, "honderden": 100.0},
    **{"al": 100.0, "helft": 50.0, "driekwart": 75.0, "tweederde": 66.67, "twee-derde": 66.67},
}
#: An ending that leaves the number as it is: een vijftal, een driejarige opleiding, tweemaandelijks.
ENDINGS = re.compile(r"(tal|jarige?|maandelijkse?)$")
FIGURE = re.compile(r"((?<![\w.,])[-−](?=\d))?(\d+(?:[.,]\d+)*)(?:\s*(miljoen|milj|mln|mio)\b)?")
YEARS = re.compile(r"'(\d\d)\b")
ONE_IN = re.compile(r"(\w+) op de (\w+)")
#: How the words around a figure change it; None where they alone give it.
IMPLIED: dict[str, Callable[[float], float] | None] = {
    "": lambda figure: figure,
    "decrease": lambda figure: -figure,
    "doubling": lambda figure: 100 * (figure - 1),
    "million": lambda figure: figure * 1e6,
    "thousand": lambda figure: figure * 1e3,
    "same amount": None,
    "heading": None,
}


@cache
def readings(printed: str) -> tuple[float, ...]:
    """Read the numbers in a printed figure, in their order.

    A factor holds for all figures of a range. A decimal point, as these documents print it now and then, is read
    where the text is no Dutch number. What stands between brackets is left out.

    Examples
    --------
    >>> readings("€12 tot €15 miljoen"), readings("1.532"), readings("€6.75 mln.")
    ((12000000.0, 15000000.0), (1532.0,), (6750000.0,))
    >>> readings("Bijna driekwart"), readings("één op de twee"), readings("'11-'16")
    ((75.0,), (50.0,), (2011.0, 2016.0))

    """
    text = re.sub(r"\([^)]*\)", " ", printed)
    years = YEARS.findall(text)
    if years:
        return tuple(2000.0 + int(year) for year in years)
    found = FIGURE.findall(text)
    if found:
        factor = next((FACTORS[factor] for _, _, factor in reversed(found) if factor), 1.0)
        return tuple(round(_number(figure) * factor, 6) * (-1 if sign else 1) for sign, figure, _ in found)
    return _words(text.lower())


def check_figures(raw: pd.DataFrame, file: str) -> None:
    """Raise a `DataError` when a printed figure does not give the value beside it, or a date another period.

    Parameters
    ----------
    raw
        Columns printed, value, kind, qualifier and implied (how the words around the figure change it), and period of
        what has ``kind`` date.

    """
    wrong = raw[[not _proves(*row) for row in raw[["printed", "value", "kind", "qualifier", "implied"]].to_numpy()]]
    if len(wrong):
        raise DataError(
            f"{len(wrong)} row(s) where the printed figure does not give the value",
            remedy="Mend the value, or say under `implied` how the words around the figure change it.",
            file=file,
            rows=wrong,
        )
    rows = raw[["printed", "value", "period", "kind"]].to_numpy()
    moved = raw[[kind == "date" and not _dates(*row) for *row, kind in rows]]
    if len(moved):
        raise DataError(
            f"{len(moved)} row(s) where the period is not the date that is printed",
            remedy="Write the period with the printed year, and the month where one is printed.",
            file=file,
            rows=moved[["id", "printed", "value", "period"]],
        )


def printed_step(printed: str, value: float, implied: str = "") -> float | None:
    """Give the worth of the last printed digit of the figure that gives `value`; None for a number in words.

    Examples
    --------
    >>> printed_step("€ 2,35 miljoen", 2_350_000.0), printed_step("bijna 75%", 75.0), printed_step("vier", 4.0)
    (10000.0, 1.0, None)
    >>> printed_step("3.4", 3_400_000.0, "million")
    100000.0

    """
    change = IMPLIED[implied]
    if change is None:
        return None
    text = re.sub(r"\([^)]*\)", " ", printed)
    found = FIGURE.findall(text)
    factor = next((FACTORS[factor] for _, _, factor in reversed(found) if factor), 1.0)
    for _, figure, _ in found:
        number = _number(figure)
        if math.isclose(abs(change(number * factor)), abs(value), rel_tol=1e-9):
            # A dot or comma that leaves the digits as they are is a decimal mark; else it parts thousands.
            decimals = len(re.split(r"[.,]", figure)[-1]) if float(re.sub(r"[.,]", "", figure)) != number else 0
            return abs(change(factor * 10.0**-decimals))
    return None


def _proves(printed: str, value: float, kind: str, qualifier: str, implied: str) -> bool:
    change = IMPLIED[implied]
    if change is None:
        return True
    found = [change(figure) for figure in readings(printed)]
    if kind == "date":
        return any(figure == value for figure in found if 1900 < figure < 2100)
    if qualifier in ("lower bound", "upper bound"):
        return len(found) == 2 and found[0] < found[1] and found[qualifier == "upper bound"] == value
    return len(found) == 1 and math.isclose(found[0], value, rel_tol=1e-9)


def _dates(printed: str, value: float, period: str) -> bool:
    """Say whether a period begins or ends in the year of a date, with the month that is printed."""
    ends = period.split("/")
    months = read_deadlines(printed.lower())
    return str(int(value)) in (ends[0][:4], ends[-1][:4]) and set(months) <= set(ends)


def _number(figure: str) -> float:
    try:
        return float(parse_decimal(figure, locale="nl", strict=True))
    except NumberFormatError:
        return float(parse_decimal(figure, locale="en", strict=True))


def _words(text: str) -> tuple[float, ...]:
    share = ONE_IN.search(text)
    if share and {*share.groups()} <= WORDS.keys():
        return (100 * WORDS[share[1]] / WORDS[share[2]],)
    words = re.findall(r"[\w-]+", text)
    if any(word.startswith("verdubbel") for word in words):
        return (2.0,)
    found = [WORDS[stem] for stem in (ENDINGS.sub("", word) for word in words) if stem in WORDS]
    return tuple(found or [1.0 for word in words if word == "een"])
