"""The quantitative statements in running text, and the families of figures selected from them."""

import pandas as pd

from ..catalogue import read_table
from ..tidy import DataError, check_choice
from .frame import Folder, carried_table, finish, with_region, year_of
from .places import check_ids
from .printed import check_figures

__all__ = [
    "load_causes",
    "load_changes",
    "load_composition",
    "load_coverage",
    "load_flows",
    "load_labour_market",
    "load_statements",
]

#: Regiovisie line 118: what the growth of 2010 came from.
CAUSES = ["regiovisie-118-1"]


def load_statements(document: str | None = None, data: Folder = None) -> pd.DataFrame:
    """Load the quantitative statements in running text and text cells, each with its line and what hedges it.

    A statement that a document makes twice stands here twice, and parts stand beside totals: nothing here adds up.

    Parameters
    ----------
    document
        Only those of this document, such as ``regiovisie``.

    Returns
    -------
    DataFrame
        One row per statement, columns as in ``docs/data.md``, and ``source``.

    Raises
    ------
    DataError
        When a document is unknown, the printed figure of a row does not give its value, a date not its period, an
        id is not its document and line, or a document lacks a statement.

    Examples
    --------
    >>> load_statements().query("id == 'regiovisie-97-1'")[["printed", "value", "unit"]].values.tolist()
    [['28%', 28.0, '%']]

    """
    frame, _ = carried_table("statements", data, _check)
    if document is not None:
        check_choice("document", document, sorted(frame["document"].unique()))
        frame = frame[frame["document"] == document]
    frame = frame.assign(source=[f"{row.document}/text#{row.line}" for row in frame.itertuples()])
    return frame.reset_index(drop=True)


def _check(frame: pd.DataFrame) -> None:
    check_ids(frame, "statements.csv")
    check_figures(frame, "statements.csv")


def load_causes(frame: pd.DataFrame, data: Folder = None) -> list[pd.DataFrame]:
    """Load the statements in which a source explains its own series, for the list of sources under it.

    Returns
    -------
    list of DataFrame
        As `load_statements`; empty where the source explains nothing.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> [one["line"].tolist() for one in load_causes(ta.load_enrolment())]
    [[118]]

    """
    statements = load_statements(data=data)
    documents = frame["source"].str.partition("/")[0]
    found = statements[statements["id"].isin(CAUSES) & statements["document"].isin(documents)]
    return [found] if len(found) else []


def load_flows(data: Folder = None) -> pd.DataFrame:
    """Load the published steps from vmbo to mbo and from mbo to hbo.

    Returns
    -------
    DataFrame
        Tidy, dimensions ``from``, ``to`` and ``qualifier``; `value` in pupils, students per year, graduates or %.
        Counts and shares of the same step both stand as printed; status ``estimated`` where the source itself
        reckons instead of counts.

    Examples
    --------
    >>> load_flows().query("unit == 'pupils'")[["from", "to", "value"]].values.tolist()
    [['vmbo-t', 'mbo', 1196.0], ['vmbo-t', 'mbo techniek', 263.0]]

    """
    return family("flows", data)


def load_changes(data: Folder = None) -> pd.DataFrame:
    """Load the changes of vmbo, in % as printed: over 2007-2011, and a growth without a period, a row for each bound.

    Examples
    --------
    >>> load_changes()[["vmbo_leerweg", "value"]].values.tolist()
    [['alle', -7.0], ['bb', -26.0], ['kb', -6.0], ['tl', -11.0], ['bb+kb', 30.0], ['bb+kb', 40.0]]

    """
    return family("changes", data)


def load_composition(data: Folder = None) -> pd.DataFrame:
    """Load the published shares: of the 7,028 students, the 664 pupils, the diplomas of 2008 and of girls.

    Returns
    -------
    DataFrame
        Tidy, `value` in % as printed, dimensions ``population`` (of whom), ``dimension`` (the classification) and
        ``category``.

    Examples
    --------
    >>> load_composition().query("dimension == 'vmbo_leerweg'")[["category", "value"]].values.tolist()
    [['bb', 41.0], ['kb', 44.0], ['gl', 15.0]]

    """
    return family("composition", data)


def load_coverage(data: Folder = None) -> pd.DataFrame:
    """Load what the source says of supply against replacement demand.

    Returns
    -------
    DataFrame
        Tidy, dimension ``mbo_niveau``. The rows differ in region, level and unit and are *not comparable*.

    Examples
    --------
    >>> load_coverage()[["mbo_niveau", "region", "value", "unit"]].values.tolist()
    [['2', 'CR12', 28.0, '%'], ['3-4', 'CR12', 42.0, '%'], ['niet vermeld', 'CR12', 2.0, 'times'], ['niet vermeld',
     'PV23', 50.0, '%']]

    """
    return family("coverage", data)


def load_labour_market(data: Folder = None) -> pd.DataFrame:
    """Load what the documents say of work and workers in the region: vacancies, jobs, education, unemployment.

    Measured by others and quoted by the documents: definitions, regions and periods differ from row to row, and most
    rows have no year. ``note`` says what is missing. Targets are not here.

    Returns
    -------
    DataFrame
        Tidy, dimensions ``field`` (of work), ``education_level`` and ``qualifier``; `value` in the row's unit.

    Examples
    --------
    >>> unemployment = load_labour_market().query("indicator == 'unemployment_rate'")
    >>> unemployment[["region", "value"]].values.tolist()[:2]
    [['GM0141', 6.5], ['GM0153', 7.1]]

    """
    return family("labour_market", data)


def family(name: str, data: Folder) -> pd.DataFrame:
    """Select the statements of a family and give them the dimensions that the reference table names."""
    chosen = read_table("selections", data).query("family == @name")
    statements = load_statements(data=data).set_index("id")
    unknown = chosen[~chosen["statement"].isin(statements.index)]
    if len(unknown):
        raise DataError(
            f"{len(unknown)} row(s) name a statement that does not exist",
            remedy="Use an id of data/raw/statements.csv.",
            file="selections.csv",
            rows=unknown,
        )
    labels = chosen.pivot_table(index="statement", columns="dimension", values="category", aggfunc="first", sort=False)
    if labels.isna().any(axis=None):
        raise DataError(
            f"the family {name!r} does not give every statement the same dimensions",
            remedy="Add the missing dimensions.",
            file="selections.csv",
            rows=labels[labels.isna().any(axis=1)],
        )
    found = statements.loc[labels.index]
    frame = pd.DataFrame({"indicator": labels.pop("indicator"), "year": year_of(found["period"])})
    frame["period"] = found["period"]
    frame = frame.assign(**with_region(found["region"], data), **{str(name): labels[name] for name in labels})
    frame["qualifier"], frame["note"] = found["qualifier"], found["note"]
    frame = frame.assign(value=found["value"], unit=found["unit"])
    frame["status"] = found["kind"].map({"projection": "estimated"}).fillna("")
    return finish(frame.assign(source=found["source"]))
