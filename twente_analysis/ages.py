"""Ages and age bands: what they hold, and whether they overlap or join on."""

import re
from collections.abc import Iterable
from itertools import pairwise

from .tidy import DataError

__all__: list[str] = []

#: The end of an open band.
OLDEST = 999


def check_apart(bands: Iterable[str]) -> list[tuple[int, int, str]]:
    """Return ages and bands from young to old with what they hold, or raise a `DataError` that lists what overlaps.

    Examples
    --------
    >>> check_apart(["25+", "15-19", "20"])
    [(15, 19, '15-19'), (20, 20, '20'), (25, 999, '25+')]

    """
    ages, faults = _read(bands)
    faults += _overlaps(ages)
    if faults:
        raise DataError(
            f"The ages do not fit: {'; '.join(faults)}",
            remedy="Give ages (15) or bands (15-19, 65+) that do not overlap: each person counts once.",
        )
    return ages


def order_bands(bands: Iterable[str], width: int) -> list[str]:
    """Return bands of `width` years that join on, from young to old, or raise a `DataError` that lists what is wrong.

    Examples
    --------
    >>> order_bands(["25+", "15-19", "20-24"], 5)
    ['15-19', '20-24', '25+']

    """
    ages, faults = _read(bands)
    faults += [f"{band} is not {width} years wide" for low, high, band in ages if high not in (low + width - 1, OLDEST)]
    faults += _overlaps(ages)
    faults += [
        f"between {band} and {following} ages are left out"
        for (_, high, band), (low, _, following) in pairwise(ages)
        if low > high + 1
    ]
    if len(ages) < 2 and not faults:
        faults.append("there are fewer than two bands")
    if faults:
        raise DataError(
            f"The age bands do not fit: {'; '.join(faults)}",
            remedy=f"Give bands of {width} years that join on, such as 15-19, 20-24, ..., 60-64, 65+ (or 65-69 as the "
            "last).",
        )
    return [band for _, _, band in ages]


def _read(bands: Iterable[str]) -> tuple[list[tuple[int, int, str]], list[str]]:
    """Read the ages of each band, and list those that cannot be read."""
    read = {band: re.fullmatch(r"(\d+)(?:-(\d+)|(\+))?", band) for band in dict.fromkeys(bands)}
    faults = [f"{band!r} is no age band" for band, found in read.items() if found is None]
    ages = sorted(
        (int(found[1]), OLDEST if found[3] else int(found[2] or found[1]), band)
        for band, found in read.items()
        if found
    )
    faults += [f"{band} has its ages out of order" for low, high, band in ages if high < low]
    return [one for one in ages if one[1] >= one[0]], faults


def _overlaps(ages: list[tuple[int, int, str]]) -> list[str]:
    return [f"{band} and {following} overlap" for (_, high, band), (low, _, following) in pairwise(ages) if low <= high]
