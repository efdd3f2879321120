"""Which files of DUO in a folder give an indicator, and of each year the latest edition."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from ..tidy import DataError
from .duo import read_duo, split_header
from .layouts import LAYOUTS, Layout

__all__ = ["find_duo", "has_duo", "read_editions"]

#: The header of a file stands in its first bytes.
HEADER = 100_000


def has_duo(folder: str | Path, indicator: str) -> bool:
    """Say whether a file of DUO under `folder` gives an indicator, by its header."""
    return bool(_matching(folder, indicator, ()))


def find_duo(folder: str | Path, indicator: str, having: Collection[str] = ()) -> list[Path]:
    """Find the files of DUO under `folder` that give an indicator, by their header.

    Parameters
    ----------
    having
        Our columns that the file must have: the same students may be there by programme, by leerweg and by sectorkamer.

    Raises
    ------
    DataError
        When there is none, or when files with other columns give it too: those cannot stand under each other.

    """
    found = _matching(folder, indicator, having)
    if not found:
        asked = f" with {', '.join(sorted(having))}" if having else ""
        raise DataError(f"no file of DUO here gives {indicator!r}{asked}", remedy="Point to DUO's files.", file=folder)
    if len({frozenset([*layout.keys.values(), *layout.fields]) for layout in found.values()}) > 1:
        told = "; ".join(f"{path.name} ({layout.name})" for path, layout in found.items())
        remedy = "Say having=[a column that only one of them has], or read each with read_duo."
        raise DataError(f"files with different columns give {indicator!r}: {told}", remedy=remedy, file=folder)
    return list(found)


def read_editions(folder: str | Path, indicator: str, having: Collection[str] = ()) -> pd.DataFrame:
    """Read all files of DUO that give an indicator; a year that stands in two of them is taken from the later edition.

    Returns
    -------
    DataFrame
        As `read_duo` gives it.

    """
    kept: list[pd.DataFrame] = []
    frames = [read_duo(path) for path in find_duo(folder, indicator, having)]
    for frame in sorted(frames, key=lambda frame: int(frame["year"].max()), reverse=True):
        there = {year for newer in kept for year in newer["year"].unique()}
        kept.append(frame[~frame["year"].isin(there)])
    return pd.concat(reversed(kept), ignore_index=True)


def _matching(folder: str | Path, indicator: str, having: Collection[str]) -> dict[Path, Layout]:
    """Find the files whose header gives an indicator, or nearly, with the layout of each."""
    found: dict[Path, Layout] = {}
    for path in sorted(Path(folder).rglob("*.csv")):
        if not path.is_file():
            continue
        with path.open("rb") as content:
            # What has no line end in so many bytes has no header.
            head = next((line for line in content.read(HEADER).splitlines() if line.strip()), b"")
        text = head.decode("cp1252", errors="replace").removeprefix("\u00ef\u00bb\u00bf")
        _, header = split_header(text, (1, path))
        # A header that nearly fits is found too, so that reading it says what is wrong.
        near = [layout for layout in LAYOUTS if set(layout.keys) <= set(header)]
        for layout in [layout for layout in near if not any(layout.fit(header))] or near:
            if indicator in layout.indicators.values() and set(having) <= {*layout.keys.values(), *layout.fields}:
                found[path] = layout
    return found
