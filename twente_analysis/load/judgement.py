"""What figures start from or are held against: assumptions, limits, others' accuracy, funders, price levels."""

import pandas as pd

from ..catalogue import read_table
from ..tidy import check_choice
from .frame import Folder

__all__ = ["load_accuracy", "load_assumptions", "load_class_limits", "load_funders", "load_price_levels"]


def load_accuracy(institution: str | None = None, data: Folder = None) -> pd.DataFrame:
    """Load what institutions report about the accuracy of their own forecasts.

    Parameters
    ----------
    institution
        Only that of ``NCES``, ``OCW``, ``ROA`` or ``BLS``.

    Returns
    -------
    DataFrame
        One row per figure, columns as in ``docs/data.md``; `value` as printed, percentages too. Most are about a
        nation, which misses less than one school would.

    Examples
    --------
    >>> load_accuracy("NCES").query("what_en == 'Associate degrees, United States'")["value"].tolist()
    [2.0, 3.4, 6.2, 16.2]

    """
    table = read_table("accuracy", data).reset_index(drop=True)
    if institution is None:
        return table
    check_choice("institution", institution, table["institution"].unique().tolist())
    return table[table["institution"] == institution].reset_index(drop=True)


def load_assumptions(assumption: str | None = None, data: Folder = None) -> pd.DataFrame:
    """Load the shares and rates that calculations start from.

    Parameters
    ----------
    assumption
        Only the one with this id.

    Returns
    -------
    DataFrame
        One row per assumption, columns as in ``docs/data.md``; `value` as printed, percentages too. ``kind`` says
        whether a source prints it (``published``) or we chose it (``illustrative``).

    Raises
    ------
    DataError
        When there is no such assumption.

    Examples
    --------
    >>> load_assumptions("roa-2024-mbo4-replacement")[["value", "unit", "kind"]].values.tolist()
    [[2.7, '% per year', 'published']]

    """
    table = read_table("assumptions", data).reset_index(drop=True)
    if assumption is None:
        return table
    check_choice("assumption", assumption, table["id"].tolist())
    return table[table["id"] == assumption].reset_index(drop=True)


def load_class_limits(data: Folder = None) -> pd.DataFrame:
    """Load the class limits of the ITA and the spanningsindicator, for `classify`.

    Returns
    -------
    DataFrame
        One row per indicator, publisher, edition and class, columns as in ``docs/data.md``; an empty limit is no limit.

    Examples
    --------
    >>> load_class_limits().query("indicator == 'ita'")[["class", "upper"]].head(2).values.tolist()
    [['zeer goed', 0.85], ['goed', 1.0]]

    """
    return read_table("class_limits", data).reset_index(drop=True)


def load_funders(data: Folder = None) -> pd.DataFrame:
    """Load what kind of payer each funder in the budgets is: public, education, private and so on.

    Returns
    -------
    DataFrame
        One row per funder, columns as in ``docs/data.md``; ``basis`` says whether a document says it or we judged.

    Examples
    --------
    >>> load_funders().set_index("funder").loc[["Rijk", "sectorplan Bouw"], "funder_type"].tolist()
    ['public', 'mixed']

    """
    return read_table("funders", data).reset_index(drop=True)


def load_price_levels(data: Folder = None) -> pd.DataFrame:
    """Load which year's euros each document counts in; no document says so, so each is a judgement.

    Returns
    -------
    DataFrame
        One row per document, columns as in ``docs/data.md``.

    Examples
    --------
    >>> load_price_levels()[["document", "price_level"]].values.tolist()
    [['techwise', 2013], ['twam', 2013], ['regiodeal', 2018]]

    """
    return read_table("price_levels", data).reset_index(drop=True)
