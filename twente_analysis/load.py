"""From the published figures to tidy frames: one ``load_`` function per family of figures.

Every function takes `data`, a data folder other than the one beside the code, and raises `DataError` when a
file is missing, changed or damaged. No function fills in a figure: what the source leaves blank stays blank.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from .catalogue import data_folder, read_table, tables
from .opendata.duo import find_duo, read_duo
from .tidy import DataError, check_choice, check_tidy, dimensions

__all__ = [
    "load_changes",
    "load_composition",
    "load_coverage",
    "load_diplomas",
    "load_enrolment",
    "load_flows",
    "load_indicator",
    "load_published_totals",
    "load_regions",
    "load_statements",
    "load_vacancies",
    "load_vmbo_pupils",
]

Folder = str | Path | None
Choice = str | int | Sequence[str | int]
#: The series over the years that a trend brief can be about.
SERIES = {"enrolment": "regiovisie_enrolment", "diplomas": "regiovisie_diplomas"}


def load_enrolment(
    publisher: str = "regiovisie",
    *,
    brin: str = "27YU",
    open_data: Folder = None,
    data: Folder = None,
    **chosen: Choice,
) -> pd.DataFrame:
    """Load the students enrolled in mbo at a school: a stock.

    Parameters
    ----------
    publisher
        ``regiovisie``: technical mbo at ROC van Twente, niveau 2-4, per bedrijfstak mbo (11) and year (2007-2011), 55
        rows. ``duo``: DUO's counts at 1 October 2015-2019.
    brin
        The school, for ``duo``. What is carried over in ``data/raw`` is sector techniek at 27YU, ROC van Twente.
    open_data
        Folder with DUO's published files: then any school, with every column of the file.
    chosen
        Keep these categories of a dimension: ``mbo_niveau=[2, 3, 4]``, ``mbo_sector="techniek"``.

    Returns
    -------
    DataFrame
        Tidy, `value` in students. The Regiovisie does not say on which date it counts; its bedrijfstakken and DUO's
        domeinen are different classifications, so the two make no one series.

    Raises
    ------
    DataError
        When the school, a dimension or a category is not there; the message lists what is.

    Notes
    -----
    Source: Regiovisie Twente Techniek, table "Techniek studenten", lines 125-135; DUO, deelnemers per instelling
    2015-2019 (CC0), summed over programmes.

    Examples
    --------
    >>> load_enrolment().query("year == 2011")["value"].sum()
    np.int64(7028)
    >>> technical = load_enrolment("duo", mbo_sector="techniek", mbo_niveau=[2, 3, 4])
    >>> technical.groupby("year")["value"].sum().tolist()
    [5421, 5554, 5606, 5623, 5722]

    """
    check_choice("publisher", publisher, ["regiovisie", "duo"])
    if publisher == "regiovisie":
        frame = load_indicator("enrolment", data)
    elif open_data is None:
        frame = _carried_over(data)
    else:
        frame = pd.concat([read_duo(path) for path in find_duo(open_data, "enrolment")], ignore_index=True)
    return _finish(_choose(frame, {"region": brin} | chosen))


def load_diplomas(data: Folder = None) -> pd.DataFrame:
    """Load the diplomas in technical mbo at ROC van Twente.

    Returns
    -------
    DataFrame
        Tidy, one row per bedrijfstak mbo (11) and year (2007-2011): 55 rows, `value` in diplomas. The one
        cell that the source leaves blank has status ``blank`` and no value.

    Notes
    -----
    Source: Regiovisie Twente Techniek, section 4.6, lines 145-155.

    Examples
    --------
    >>> load_diplomas().query("status == 'blank'")[["bedrijfstak_mbo", "year"]].values.tolist()
    [['Combinatie bedrijf', 2010]]

    """
    return load_indicator("diplomas", data)


def load_indicator(indicator: str, data: Folder = None) -> pd.DataFrame:
    """Load a series by the name of its indicator: ``enrolment`` or ``diplomas``."""
    check_choice("indicator", indicator, list(SERIES))
    table = tables(data_folder(data))[SERIES[indicator]].descriptor
    raw = read_table(SERIES[indicator], data)
    _check_printed(raw, table["path"])
    frame = pd.DataFrame({"indicator": indicator, "year": raw["year"]}, index=raw.index)
    frame = frame.assign(**_region(pd.Series(table["region"], index=raw.index), data))
    frame["bedrijfstak_mbo"] = raw["bedrijfstak_mbo"]
    frame = frame.assign(value=raw["value"], unit=table["unit"], status=raw["status"])
    frame["source"] = [f"{table['document']}/{table['table']}#{line}" for line in raw["line"]]
    return _check_totals(_finish(frame), data)


def load_published_totals(data: Folder = None) -> pd.DataFrame:
    """Load the totals that the document prints under its two tables, to check the parts against.

    Returns
    -------
    DataFrame
        One row per indicator and year: indicator, year, value, status and source. Never among the parts.

    Notes
    -----
    Source: Regiovisie Twente Techniek, lines 136 and 156 ("Eindtotaal").

    """
    raw = read_table("regiovisie_totals", data)
    _check_printed(raw, "regiovisie_totals.csv")
    frame = raw[["indicator", "year", "value", "status"]].copy()
    frame["source"] = [f"regiovisie/eindtotaal#{line}" for line in raw["line"]]
    return frame.reset_index(drop=True)


def load_statements(document: str | None = None, data: Folder = None) -> pd.DataFrame:
    """Load the quantitative statements in running text, each with its line and what hedges it.

    Parameters
    ----------
    document
        Only those of this document, such as ``regiovisie``.

    Returns
    -------
    DataFrame
        One row per statement, columns as in ``docs/data.md``, and ``source``.

    Examples
    --------
    >>> load_statements().query("id == 'regiovisie-97-1'")[["printed", "value", "unit"]].values.tolist()
    [['28%', 28.0, '%']]

    """
    frame = read_table("statements", data)
    if document is not None:
        check_choice("document", document, sorted(frame["document"].unique()))
        frame = frame[frame["document"] == document]
    frame = frame.assign(source=[f"{row.document}/text#{row.line}" for row in frame.itertuples()])
    return frame.reset_index(drop=True)


def load_vmbo_pupils(data: Folder = None) -> pd.DataFrame:
    """Load the pupils in the last years of vmbo: 664 in the fourth technical year, 1,532 in vmbo-t.

    Returns
    -------
    DataFrame
        Tidy, `value` in pupils, dimensions ``vmbo_leerweg``, ``vmbo_sector``, ``leerjaar``; the year is missing
        because the source gives none. The two rows overlap in no pupil and still are no total of vmbo.

    """
    return _family("vmbo_pupils", data)


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
    return _family("flows", data)


def load_changes(data: Folder = None) -> pd.DataFrame:
    """Load the changes of vmbo over 2007-2011, in % as printed; a range has a row for each bound."""
    return _family("changes", data)


def load_composition(data: Folder = None) -> pd.DataFrame:
    """Load the published shares: of the 7,028 students, the 664 pupils, the diplomas of 2008 and of girls.

    Returns
    -------
    DataFrame
        Tidy, `value` in % as printed, dimensions ``population`` (of whom), ``dimension`` (the classification) and
        ``category``.

    """
    return _family("composition", data)


def load_coverage(data: Folder = None) -> pd.DataFrame:
    """Load what the source says of supply against replacement demand.

    Returns
    -------
    DataFrame
        Tidy, dimension ``mbo_niveau``. The rows differ in region, level and unit and are *not comparable*.

    """
    return _family("coverage", data)


def load_vacancies(data: Folder = None) -> pd.DataFrame:
    """Load the open vacancies of the Regio Deal: more than 2,500 technical ones, and a growth of 55 %.

    Returns
    -------
    DataFrame
        Tidy, dimension ``field``; `value` in vacancies (a stock) or %. The source does not say whether the growth is
        that of technical or of all vacancies.

    """
    return _family("vacancies", data)


def load_regions(data: Folder = None) -> pd.DataFrame:
    """Load the codes, types and names of regions and institutions, one row per code."""
    return read_table("regions", data).reset_index(drop=True)


def _carried_over(data: Folder) -> pd.DataFrame:
    """Give DUO's students in sector techniek at ROC van Twente, as summed in ``data/raw/duo_enrolment.csv``."""
    raw = read_table("duo_enrolment", data)
    table = tables(data_folder(data))["duo_enrolment"].descriptor
    frame = pd.DataFrame({"indicator": table["indicator"], "year": raw["year"]}, index=raw.index)
    frame = frame.assign(**_region(pd.Series(table["region"], index=raw.index), data), mbo_sector="techniek")
    frame = frame.assign(**raw[["type_mbo", "mbo_niveau", "domein", "kenniscentrum", "kenniscentrum_naam", "sex"]])
    frame = frame.assign(value=raw["value"], unit=table["unit"], status="")
    frame["source"] = [f"{table['document']}/{table['table']}#{lines}" for lines in raw["lines"]]
    return _finish(frame)


def _choose(frame: pd.DataFrame, chosen: Mapping[str, Choice]) -> pd.DataFrame:
    """Keep the rows of some categories, each of which must be there."""
    for name, choice in chosen.items():
        check_choice("dimension", name, ["region", *dimensions(frame)])
        wanted = [str(one) for one in ([choice] if isinstance(choice, str | int) else choice)]
        there = frame[name].drop_duplicates().tolist()
        for one in wanted:
            check_choice(name, one, there)
        frame = frame[frame[name].isin(wanted)]
    return frame.reset_index(drop=True)


def _family(family: str, data: Folder) -> pd.DataFrame:
    """Select the statements of a family and give them the dimensions that the reference table names."""
    chosen = read_table("selections", data).query("family == @family")
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
            f"the family {family!r} does not give every statement the same dimensions",
            remedy="Add the missing dimensions.",
            file="selections.csv",
            rows=labels[labels.isna().any(axis=1)],
        )
    found = statements.loc[labels.index]
    year = pd.to_numeric(found["period"].str.extract(r"^(\d{4})(?:MM\d{2}|KW\d{2})?$")[0]).astype("Int64")
    frame = pd.DataFrame({"indicator": labels.pop("indicator"), "year": year, "period": found["period"]})
    frame = frame.assign(**_region(found["region"], data), **{str(name): labels[name] for name in labels})
    frame["qualifier"], frame["note"] = found["qualifier"], found["note"]
    frame = frame.assign(value=found["value"], unit=found["unit"])
    frame["status"] = found["kind"].map({"projection": "estimated"}).fillna("")
    return _finish(frame.assign(source=found["source"]))


def _region(codes: pd.Series, data: Folder) -> dict[str, pd.Series]:
    types = load_regions(data).set_index("region")["region_type"]
    return {"region_type": codes.map(types), "region": codes}


def _check_printed(raw: pd.DataFrame, file: str) -> None:
    """A count must be the number that is printed, and a blank cell no number at all."""
    stated = raw["value"].astype("str").where(raw["value"].notna(), "")
    wrong = raw[(raw["printed"] != stated) | ((raw["status"] == "blank") != (raw["printed"] == ""))]
    if len(wrong):
        raise DataError(
            f"{len(wrong)} row(s) where value, printed and status do not agree",
            remedy="Write the count as printed, or leave both empty with status blank.",
            file=file,
            rows=wrong,
        )


def _check_totals(frame: pd.DataFrame, data: Folder) -> pd.DataFrame:
    """Return the frame when every group has every year, and each year with a published total adds up to it."""
    cells = frame.groupby("year")["bedrijfstak_mbo"].nunique()
    expected = frame["bedrijfstak_mbo"].nunique()
    short = cells[cells != expected]
    if len(short):
        raise DataError(
            f"{len(short)} year(s) do not have all {expected} groups",
            remedy="Add the missing rows; a blank cell is a row with status blank.",
            file=f"{SERIES[frame['indicator'].iloc[0]]}.csv",
            rows=short.to_frame("groups"),
        )
    totals = load_published_totals(data)
    printed = totals[totals["indicator"] == frame["indicator"].iloc[0]].set_index("year")["value"]
    sums = frame.groupby("year")["value"].sum()
    both = pd.DataFrame({"sum": sums, "published": printed.reindex(sums.index)}).dropna()
    wrong = both[both["sum"] != both["published"]]
    if len(wrong):
        raise DataError(
            f"{len(wrong)} year(s) do not add up to the total that the document prints",
            remedy="Compare the cells with the document; a contradiction of the source itself belongs in an audit.",
            file=f"{SERIES[frame['indicator'].iloc[0]]}.csv",
            rows=wrong,
        )
    return frame


def _finish(frame: pd.DataFrame) -> pd.DataFrame:
    """Give every column the type of the contract and check it."""
    numbers = {"year", "value", "low", "high"}
    texts = {name: "str" for name in frame.columns if name not in numbers}
    return check_tidy(frame.astype(texts).reset_index(drop=True))
