"""What a memo is made of, and how wide the columns of its tables are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import nbformat

from ..briefs.document import Block
from ..briefs.plan import Brief
from ..export import visible_text
from ..language import format_date, say
from ..tables import Table

__all__ = ["LOCALES", "Memo", "column_widths", "leftward", "lines_of", "said_made", "table_rows"]

LOCALES = {"nl": "nl-NL", "en": "en-GB"}
#: The room of a table is shared out in so many steps, in which its heading counts as so many rows.
STEPS, HEADING = 100, 3
#: A cell with more letters holds words: its column starts at the left.
WORDS = 24


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


def column_widths(table: Table, room: float, letter: float) -> list[float]:
    """Divide `room` over the columns: what the cells take where that fits, else no column below its longest word.

    Three letters are left for the space around the text of a cell.

    Parameters
    ----------
    room, letter
        Width there is, and of a letter, in one unit.

    Examples
    --------
    >>> table = Table("t", ["a", "b"], [("", [["one two three", "1"]])])
    >>> column_widths(table, 21.0, 1.0)
    [16.0, 4.15]
    >>> wide = Table("t", ["a", "b"], [("a heading of 24 letters.", [["one", "1"]])])
    >>> round(sum(column_widths(wide, 50.0, 1.0)), 1)  # 3 + 1.15 x 24
    30.6

    """
    rows = [[*map(str, row)] for _, group in table.groups for row in group]
    cells = [[str(name), *(row[place] for row in rows if place < len(row))] for place, name in enumerate(table.columns)]
    # A heading is bold: its letters are wider.
    words = [
        [1.15 * len(word) for word in head.split()] + [len(word) for cell in column for word in cell.split()]
        for head, *column in cells
    ]
    least = [letter * (3 + max(lengths, default=0)) for lengths in words]
    full = [max(low, letter * (3 + max(map(len, column)))) for low, column in zip(least, cells, strict=True)]
    for place, left in enumerate(leftward(table)):
        if not left:
            # A number is never broken over two lines; its heading may be.
            least[place] = max(least[place], letter * (3 + max((len(cell) for cell in cells[place][1:]), default=0)))
            full[place] = least[place] if sum(full) > room else full[place]
    if sum(full) <= room:
        # The heading of a group goes over all columns, and is bold too.
        heading = max((letter * (3 + 1.15 * len(group)) for group, _ in table.groups if group), default=0.0)
        full[0] += max(0.0, min(room, heading) - sum(full))
        return full
    spare = room - sum(least)
    if spare <= 0:
        return [room * one / sum(least) for one in least]
    return _share_out(cells, least, full, letter, room)


def _share_out(
    cells: Sequence[Sequence[str]], least: Sequence[float], full: Sequence[float], letter: float, room: float
) -> list[float]:
    """Give the room that is left, bit by bit, to the column that makes the rows the most lower."""
    widths = list(least)
    # The heading comes back on every page.
    rows = [row for number, row in enumerate(zip(*cells, strict=False)) for _ in range(HEADING if number == 0 else 1)]
    step = (room - sum(least)) / STEPS
    for _ in range(STEPS):
        gain = [0.0] * len(widths)
        for row in rows:
            high = [letter * len(text) / wide for text, wide in zip(row, widths, strict=True)]
            place = max(range(len(high)), key=high.__getitem__)
            gain[place] += high[place] / widths[place] if widths[place] < full[place] else 0.0
        best = max(range(len(gain)), key=gain.__getitem__)
        widths[best] += step
    return widths


def lines_of(text: str, letters: float) -> int:
    """Estimate how many lines a text takes at so many letters a line."""
    return max(1, -(-len(text) // max(1, int(letters))))
