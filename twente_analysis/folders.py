"""Where do the data lie?"""

import os
from pathlib import Path

from .errors import DataError

__all__ = ["data_folder", "open_data_folder"]


def data_folder(data: str | Path | None = None) -> Path:
    """Find the folder with the data: `data`, else the environment's ``TWENTE_DATA``, else beside the code.

    Raises
    ------
    DataError
        When the folder does not hold ``raw/datapackage.json``.

    Examples
    --------
    >>> data_folder("nowhere")
    Traceback (most recent call last):
    ...
    twente_analysis.errors.DataError: nowhere: the folder holds no raw/datapackage.json.
    What to do: Point --data or TWENTE_DATA to the data folder of a checkout.

    """
    folder = Path(data or os.environ.get("TWENTE_DATA") or Path(__file__).parents[1] / "data")
    if not (folder / "raw" / "datapackage.json").is_file():
        raise DataError(
            "the folder holds no raw/datapackage.json",
            remedy="Point --data or TWENTE_DATA to the data folder of a checkout.",
            file=folder,
        )
    return folder


def open_data_folder(open_data: str | Path | None = None) -> Path | None:
    """Give the folder with published files: `open_data`, else what the environment's ``TWENTE_OPENDATA`` names."""
    folder = open_data or os.environ.get("TWENTE_OPENDATA")
    return Path(folder) if folder else None
