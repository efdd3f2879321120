"""What a memo is made of, and how wide the columns of its tables are."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import nbformat

from ..briefs.document import Block
from ..briefs.page import parameter_words
from ..briefs.plan import Brief
from ..charts.lettering import text_width
from ..export import visible_text
from ..language import format_date, say
from ..tables import Table

__all__ = [
    "LOCALES",
    "Memo",
    "cell_lines",
    "column_widths",
    "least_width",
    "leftward",
    "lines_of",
    "said_choices",
    "said_made",
    "table_rows",
]

LOCALES = {"nl": "nl-NL", "en": "en-GB"}
#: The room of a table is shared out in so many steps, in which its heading counts as so many rows.
STEPS, HEADING = 100, 3
#: A cell with more letters holds words: its column starts at the left.
WORDS = 24
#: The space around the text of a cell, in cm; how wide a document's letters are, as part of those of our charts; and in
#: how many lines the heading of a column of numbers may stand.
PAD, NARROWER, HEADS = 0.55, 0.92, 2
MEASURED = 2000


@dataclass(frozen=True, eq=False)
class Memo:
    """A brief that ran: its blocks in one language, and how it was made."""

    brief: Brief
    blocks: Sequence[Block]
    made: dict[str, str]
    notebook: nbformat.NotebookNode

    @property
    def language(self) -> str:
        """The reader's language."""
        return self.brief.language


def said_made(memo: Memo) -> list[str]:
    """Say when and from what the brief was made."""
    made, language = memo.made, memo.language
    day, held = (format_date(date.fromisoformat(made[name]), language) for name in ("date", "data_date"))
    hashes = {name: made[name][:12] for name in ("notebook_hash", "data_hash")}
    return [
        say("page.made_on", language, date=day, version=made["version"]),
        say("page.notebook", language, notebook=memo.brief.notebook.name, data_date=held, **hashes),
    ]


def said_choices(memo: Memo) -> list[list[str]]:
    """Give what was chosen for the brief: of each choice its name and its value, in words."""
    return [list(map(visible_text, parameter_words(memo.brief, name)[:2])) for name in memo.brief.parameters]


def table_rows(table: Table) -> Iterator[tuple[str, list[str]]]:
    """Give the rows of a table, each with its kind: ``group`` (its heading alone), ``strong`` or empty."""
    for group, rows in table.groups:
        if group:
            yield "group", [visible_text(group)]
        for row in rows:
            cells = [visible_text(str(cell)) for cell in row]
            yield "strong" if row and row[0] in table.strong else "", cells


def leftward(table: Table) -> list[bool]:
    """Say of each column whether it starts at the left: the first, and those of words."""
    rows = [row for _, group in table.groups for row in group]
    return [
        place == 0 or name in table.prose or any(len(str(row[place])) > WORDS for row in rows if place < len(row))
        for place, name in enumerate(table.columns)
    ]


def column_widths(table: Table, room: float, size: float) -> list[float]:
    """Divide `room` over the columns: what the cells take where that fits, else no column below its longest word.

    Parameters
    ----------
    room, size
        Width there is, in cm, and of the letters, in points.

    Returns
    -------
    list of float
        The width of each column, in cm, with the space around the text of a cell.

    Examples
    --------
    >>> table = Table("t", ["a", "b"], [("", [["one two three", "1"]])])
    >>> [round(wide, 1) for wide in column_widths(table, 16.0, 8.5)]  # 2.0 and 0.2 cm of text, each with 0.55 around it
    [2.5, 0.7]
    >>> wide = Table("t", ["a", "b"], [("a heading of 24 letters.", [["one", "1"]])])
    >>> round(sum(column_widths(wide, 16.0, 8.5)), 1)
    4.2

    """
    wide, least, full = _measure(table, size)
    if sum(full) <= room:
        # The heading of a group goes over all columns, and is bold too.
        heading = max((_wide(group, size, "bold") for group, _ in table.groups if group), default=0.0)
        full[0] += max(0.0, min(room, heading) - sum(full))
        return full
    if sum(least) >= room:
        return [room * one / sum(least) for one in least]
    return _share_out(wide, least, full, room)


def cell_lines(text: str, wide: float, size: float) -> int:
    """Estimate how many lines a text takes in a cell of `wide` cm, in letters of `size` points."""
    # Lines that break at words are not full; of one that just fits nothing is lost.
    needed = (_wide(text, size) - PAD) / (wide - PAD)
    return 1 if needed <= 1.001 else math.ceil(1.08 * needed)


def least_width(table: Table, size: float) -> float:
    """Give the width, in cm, below which a table in letters of `size` points breaks words."""
    return sum(_measure(table, size)[1])


def _measure(table: Table, size: float) -> tuple[list[list[float]], list[float], list[float]]:
    """Give how wide each cell of each column is, and how wide a column is at least and at most."""
    rows = [[*map(str, row)] for _, group in table.groups for row in group]
    cells = [[str(name), *(row[place] for row in rows if place < len(row))] for place, name in enumerate(table.columns)]
    # A heading is bold: its letters are wider.
    wide = [[_wide(head, size, "bold"), *(_wide(cell, size) for cell in column)] for head, *column in cells]
    least = [
        max(
            [_wide(word, size, "bold") for word in head.split()]
            + [_wide(word, size) for word in {word for cell in column for word in cell.split()}]
        )
        for head, *column in cells
    ]
    full = [max(low, *lengths) for low, lengths in zip(least, wide, strict=True)]
    for place, left in enumerate(leftward(table)):
        if not left:
            # A number is never broken over two lines; its heading may be, and is where it would make much room.
            least[place] = max(least[place], *wide[place][1:], 0.0)
            full[place] = max(least[place], wide[place][0] / HEADS)
    return wide, least, full


def _wide(text: str, size: float, weight: str = "normal") -> float:
    """Give how wide a cell with a text is, in cm."""
    shown = visible_text(text)
    # Of a very long text the beginning is measured.
    first = shown[:MEASURED]
    return PAD + text_width(first, size, weight) * NARROWER / 72 * 2.54 * (len(shown) / max(1, len(first)))


def _share_out(
    wide: Sequence[Sequence[float]], least: Sequence[float], full: Sequence[float], room: float
) -> list[float]:
    """Give the room that is left, bit by bit, to the column that makes the rows the most lower."""
    widths = list(least)
    # The heading comes back on every page.
    rows = [row for number, row in enumerate(zip(*wide, strict=False)) for _ in range(HEADING if number == 0 else 1)]
    step = (room - sum(least)) / STEPS
    for _ in range(STEPS):
        gain = [0.0] * len(widths)
        for row in rows:
            high = [long / own for long, own in zip(row, widths, strict=True)]
            place = max(range(len(high)), key=high.__getitem__)
            gain[place] += high[place] / widths[place] if widths[place] < full[place] else 0.0
        best = max(range(len(gain)), key=gain.__getitem__)
        widths[best] += step
    return widths


def lines_of(text: str, letters: float) -> int:
    """Estimate how many lines a text takes at so many letters a line."""
    return max(1, -(-len(text) // max(1, int(letters))))
