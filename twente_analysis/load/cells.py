"""What a cell of a Dutch table says: the value of a printed figure, how finely it is known, and printed deadlines."""

import re
from decimal import Decimal
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import pandas as pd

from ..tidy import DataError

NUMBER = r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,([0-9]+|-))?"
SCALES = {"": 1, "mln": 10**6, "mln.": 10**6, "milj.": 10**6, "miljoen": 10**6, "mio": 10**6}
SCALE = r" ?(mln\.?|milj\.|miljoen|mio|)"
#: Words that may stand with a figure and do not change it: a unit, a label PM, an unknown funder, a footnote mark.
BESIDE = r"(?: (?:uur|pm|PM|\?|per broedplaats)|\*{1,3})?"
AMOUNT = re.compile(rf"(?:M x )?(?:€ ?)?{NUMBER}{SCALE}{BESIDE}")
PRODUCT = re.compile(rf"{NUMBER} x (?:€ ?)?{NUMBER}")
WORDS = {
    "blank": re.compile(r""),
    "dash": re.compile(r"(?:€ )?\.?-\*?"),
    "pm": re.compile(r"PM|pm|p\.m\."),
    "ntb": re.compile(r"ntb|n\.t\.b\."),
}
MONTHS = ("jan", "feb", "maart", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
MONTH = re.compile(rf"({'|'.join(MONTHS)})[a-z]*\.? ?(\d{{4}})")


class Printed(NamedTuple):
    """A figure as printed: value and the worth of its last printed digit, or the status that says why not."""

    value: Decimal | None
    step: Decimal | None
    status: str


@cache
def read_printed(text: str, scale: int = 1) -> Printed:
    """Read a figure as Dutch documents print it: dots between thousands, a comma before decimals.

    Parameters
    ----------
    text
        The cell, or the part of it that holds one figure.
    scale
        What the table's heading multiplies its figures by, such as 1000000 for "X mio".

    Returns
    -------
    Printed
        `value` and `step` in full units with an empty `status`; else both None, and the status ``blank``, ``dash``,
        ``pm``, ``ntb`` or ``unstated`` (words without a figure that this can read).

    Examples
    --------
    >>> [str(one) for one in read_printed("€ 43,8 mln.")]
    ['43800000.0', '100000.0', '']
    >>> [int(read_printed(text).value) for text in ("1.120.000", "1,120 mln.", "11.000 x €35", "€ 300,-", "95.000 pm")]
    [1120000, 1120000, 385000, 300, 95000]
    >>> [read_printed(text).status for text in ("", "€ -", "-*", "p.m.", "n.t.b.", "Inkind", "1.12.000")]
    ['blank', 'dash', 'dash', 'pm', 'ntb', 'unstated', 'unstated']

    """
    product = PRODUCT.fullmatch(text)
    if product:
        left, right = _number(product[1], product[2]), _number(product[3], product[4])
        return Printed(left[0] * right[0] * scale, left[1] * right[1] * scale, "")
    found = AMOUNT.fullmatch(text)
    if found:
        value, step = _number(found[1], found[2])
        times = SCALES[found[3]] * scale
        return Printed(value * times, step * times, "")
    return Printed(None, None, next((name for name, word in WORDS.items() if word.fullmatch(text)), "unstated"))


def _number(whole: str, decimals: str | None) -> tuple[Decimal, Decimal]:
    """Give a number and the worth of its last digit; ``,-`` says that there are no cents."""
    digits = (decimals or "").rstrip("-")
    return Decimal(f"{whole.replace('.', '')}.{digits or 0}"), Decimal(1).scaleb(-len(digits))


def check_printed(raw: pd.DataFrame, file: str, scale: int = 1) -> list[Printed]:
    """Check that every row's value and status are what its ``printed`` says, and give what that was read as.

    An empty ``printed`` beside a named funder (``funder_printed``) is `unstated`, not `blank`. The stars of a footnote
    stand in ``mark``, where the table has that column.

    Raises
    ------
    DataError
        With the file and the rows where value, printed and status do not agree.

    """
    found = [read_printed(text, scale) for text in raw["printed"]]
    empty = pd.Series("", index=raw.index)
    funder = raw.get("funder_printed", empty)
    rows = zip(found, raw["status"], raw["value"], funder, strict=True)
    wrong = pd.Series([not _agrees(*row) for row in rows], index=raw.index, dtype=bool)
    stars = (raw["printed"] + funder).str.extract(r"(\*+)", expand=False).fillna("")
    wrong |= stars != raw.get("mark", empty)
    if wrong.any():
        shown = [name for name in ("printed", "funder_printed", "mark", "value", "status", "line") if name in raw]
        raise DataError(
            f"{wrong.sum()} row(s) where value, printed and status do not agree",
            remedy="Write the figure as printed, its value in full and the stars in mark; without a figure no value.",
            file=file,
            rows=raw.loc[wrong, shown],
        )
    return found


def _agrees(one: Printed, status: str, value: float, funder: str) -> bool:
    """Say whether a row states what its printed text was read as."""
    expected = "unstated" if one.status == "blank" and funder else one.status
    same = pd.isna(value) if one.value is None else not pd.isna(value) and one.value == Decimal(str(value))
    return status == expected and bool(same)


def read_deadlines(text: str, year: str = "") -> list[str]:
    """Read the months or quarters in a text, in the notation of CBS; two quarters with a dash are one span.

    Parameters
    ----------
    text
        The cell; quarters as ``k3``.
    year
        Year of the quarters, where the text does not give it.

    Examples
    --------
    >>> read_deadlines("sept. 2013"), read_deadlines("k2 - k3", "2013"), read_deadlines("k1; k4", "2014")
    (['2013MM09'], ['2013KW02/2013KW03'], ['2014KW01', '2014KW04'])
    >>> read_deadlines("2013 k4 e.v."), read_deadlines("1x p. jr.")
    (['2013KW04'], [])

    """
    months = [f"{year}MM{MONTHS.index(month) + 1:02d}" for month, year in MONTH.findall(text)]
    stated = re.match(r"\d{4}", text)
    quarters = [f"{stated[0] if stated else year}KW0{one}" for one in re.findall(r"k([1-4])", text)]
    return months + (["/".join(quarters)] if " - " in text and len(quarters) == 2 else quarters)


def check_deadlines(raw: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return the milestones of a table when the deadlines and periods are those that are printed, each on a row.

    Raises
    ------
    DataError
        With the file and the rows of a cell where deadline, period, printed and status do not agree.

    """
    texts = raw[["line", "period_printed", "period", "printed", "deadline", "status"]].to_dict("records")
    found: list[bool] = []
    for _, group in groupby(texts, key=itemgetter("line")):
        rows = list(group)
        found += [_states_deadlines(rows)] * len(rows)
    wrong = ~pd.Series(found, index=raw.index, dtype=bool)
    if wrong.any():
        raise DataError(
            f"{wrong.sum()} row(s) where deadline, period, printed and status do not agree",
            remedy="Write a row for each month or quarter that is printed; without one, say why in status.",
            file=file,
            rows=raw.loc[wrong, ["period_printed", "period", "printed", "deadline", "status", "line"]],
        )
    return raw


def _states_deadlines(rows: list[dict[str, Any]]) -> bool:
    """Say whether the rows of one cell state what its printed texts were read as."""
    cell = rows[0]
    deadlines = read_deadlines(cell["printed"], cell["period"][:4]) or [""]
    status = "" if deadlines != [""] else "undated" if cell["printed"] else "blank"
    periods = {cell["period"]}
    if cell["period_printed"]:
        years = "/".join(re.findall(r"[0-9]{4}", cell["period_printed"]))
        periods = {(read_deadlines(cell["period_printed"]) or [years])[0]}
    return (
        [row["deadline"] for row in rows] == deadlines
        and {(row["printed"], row["status"]) for row in rows} == {(cell["printed"], status)}
        and {row["period"] for row in rows} == periods
    )
