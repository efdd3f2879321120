"""How far a printed figure may lie from the number it stands for, and what that does to a sum or a product.

A figure printed as "3,4 mln." is known to a tenth of a million: it stands for 3.35 to 3.45 million. "Circa" and
"ruim" announce more room. A sum keeps the room of its parts; the audit compares what is left.
"""

import math
from dataclasses import dataclass
from itertools import product

from .tidy import check_choice

__all__ = ["Quantity", "combine", "quantity"]

#: Room that a hedge announces: the least and the most, as a factor of the figure.
HEDGES = {
    "about": (0.95, 1.05),
    "almost": (0.9, 1.0),
    "more than": (1.0, math.inf),
    "at least": (1.0, math.inf),
    "less than": (-math.inf, 1.0),
    "at most": (-math.inf, 1.0),
}
#: Statuses of a cell that stands for an amount nobody gives; a blank or a dash stands for none.
OPEN = ("pm", "ntb", "unstated")
OPERATIONS = ("+", "-", "*", "/", "compound")


@dataclass(frozen=True)
class Quantity:
    """A number with the least and the most it can be.

    Parameters
    ----------
    value, low, high
        None for `value` where no figure is given; then the bounds are 0.
    unknown
        Whether an amount that nobody gives (PM, n.t.b.) belongs to it: it is then at least what is given.
    status
        Why there is no figure, where that is so.

    """

    value: float | None
    low: float = 0.0
    high: float = 0.0
    unknown: bool = False
    status: str = ""

    @property
    def known(self) -> float:
        """The figure, or nothing where none is given: only for comparing, never to be shown."""
        return 0.0 if self.value is None else self.value


def quantity(value: float | None, step: float | None = None, qualifier: str = "", status: str = "") -> Quantity:
    """Read a printed figure with its room.

    Parameters
    ----------
    value
        The figure; None where none is given.
    step
        Worth of the last printed digit where that is a rounding; None for an exact count.
    qualifier
        How the source hedges it; what `HEDGES` does not have, changes nothing.
    status
        Why there is no figure.

    Examples
    --------
    >>> one = quantity(3_400_000, 100_000)
    >>> one.low, one.high
    (3350000.0, 3450000.0)
    >>> quantity(2500, qualifier="more than").high
    inf

    """
    if value is None:
        return Quantity(None, unknown=status in OPEN, status=status)
    half = (step or 0.0) / 2
    least, most = HEDGES.get(qualifier, (1.0, 1.0))
    low, high = sorted((value * least, value * most)) if value else (0.0, 0.0)
    return Quantity(value, low - half, high + half)


def combine(left: Quantity, operation: str, right: Quantity) -> Quantity:
    """Add, subtract, multiply, divide or compound (percentages) two quantities, each with its room.

    Examples
    --------
    >>> combine(quantity(5), "compound", quantity(10)).value
    15.5
    >>> half = combine(quantity(50), "/", quantity(100))
    >>> half.value, half.low
    (0.5, 0.5)

    """
    check_choice("operation", operation, OPERATIONS)
    unknown = left.unknown or right.unknown
    if operation in ("+", "-"):
        if left.value is None and right.value is None:
            return Quantity(None, unknown=unknown, status=left.status or right.status)
        sign = 1 if operation == "+" else -1
        ends = sorted((sign * right.low, sign * right.high))
        return Quantity(left.known + sign * right.known, left.low + ends[0], left.high + ends[1], unknown)
    if left.value is None or right.value is None or (operation == "/" and right.value == 0):
        return Quantity(None, unknown=True)
    ends = [_times(a, operation, b) for a, b in product((left.low, left.high), (right.low, right.high))]
    kept = [end for end in ends if not math.isnan(end)]
    return Quantity(_times(left.value, operation, right.value), min(kept), max(kept), unknown)


def _times(left: float, operation: str, right: float) -> float:
    if operation == "*":
        return left * right
    if operation == "/":
        return left / right if right else math.nan
    return left + right + left * right / 100
