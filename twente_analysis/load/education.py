"""Students and diplomas in mbo, per school."""

from collections.abc import Sequence

import pandas as pd

from ..catalogue import data_folder, read_table, tables
from ..folders import open_data_folder
from ..opendata.editions import has_duo, read_editions
from ..tidy import DataError, check_choice, total_by
from .cells import check_printed
from .frame import Choice, Folder, carried_region, carried_table, choose, finish, with_region
from .places import check_places

__all__ = [
    "find_prognosis",
    "load_diplomas",
    "load_enrolment",
    "load_history",
    "load_indicator",
    "load_prognosis",
    "load_published_totals",
    "load_technical",
]

#: The series over the years of the Regiovisie.
SERIES = {"enrolment": "regiovisie_enrolment", "diplomas": "regiovisie_diplomas"}
#: What a trend is told by, first the classification of its groups.
TREND = {"regiovisie": ["bedrijfstak_mbo"], "duo": ["domein", "type_mbo", "mbo_niveau"]}


def load_enrolment(
    publisher: str = "regiovisie",
    *,
    brin: str = "27YU",
    open_data: Folder = None,
    data: Folder = None,
    having: Sequence[str] = (),
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
        Folder with DUO's published files: then any school, with every column of the file. Without it the carried-over
        table; a school that is not in it is read from the folder that ``TWENTE_OPENDATA`` names, where that is set.
    having
        Columns that the published file must have, where the folder holds several kinds: ``["hoofdgroep"]`` is the
        students of 2021-2025 by programme, ``["mbo_sector"]`` those of 2015-2019.
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
    if publisher == "regiovisie" and open_data is not None:
        raise DataError("The Regiovisie has no published file", remedy="Leave open_data out, or say publisher='duo'.")
    folder = open_data
    if publisher == "duo" and folder is None and brin != carried_region("duo_enrolment", data):
        folder = open_data_folder(None)
    if publisher == "regiovisie":
        frame = load_indicator("enrolment", data)
    elif folder is None:
        frame = _carried_over(data)
    else:
        frame = read_editions(folder, "enrolment", [*having, *chosen])
    if folder is None and publisher == "duo" and brin not in set(frame["region"]):
        raise DataError(
            f"school {brin} is not carried over; what is, is {', '.join(frame['region'].unique())}",
            remedy="Give open_data=DIR or set TWENTE_OPENDATA: a folder with DUO's published files.",
        )
    return finish(choose(frame, {"region": brin} | chosen))


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


def load_technical(
    publisher: str = "regiovisie",
    indicator: str | None = None,
    *,
    brin: str = "27YU",
    open_data: Folder = None,
    data: Folder = None,
) -> pd.DataFrame:
    """Load the series that a trend is about: technical mbo, niveau 2-4, at a school.

    Parameters
    ----------
    publisher
        ``regiovisie`` (27YU alone) or ``duo``.
    indicator
        Only this one: ``enrolment``, or the Regiovisie's ``diplomas``.
    brin, open_data
        As in `load_enrolment`.

    Returns
    -------
    DataFrame
        Tidy, one row per indicator, year and group: ``bedrijfstak_mbo`` for the Regiovisie; ``domein``, ``type_mbo``
        and ``mbo_niveau`` for DUO, of which sector techniek is kept.

    Examples
    --------
    >>> load_technical("duo").groupby("year")["value"].sum().tolist()
    [5421, 5554, 5606, 5623, 5722]

    """
    check_choice("publisher", publisher, list(TREND))
    if publisher == "regiovisie":
        check_choice("brin", brin, [carried_region("regiovisie_enrolment", data)])
        frame = pd.concat([load_indicator(one, data) for one in SERIES], ignore_index=True)
    else:
        frame = load_enrolment(publisher, brin=brin, open_data=open_data, data=data, mbo_sector="techniek")
        # Not every school has every level.
        frame = frame[frame["mbo_niveau"].isin(["2", "3", "4"])]
        if frame.empty:
            raise DataError(f"school {brin} has no technical students of niveau 2-4", remedy="Choose another school.")
        frame = finish(total_by(frame, TREND[publisher]).drop(columns="missing"))
    if indicator is not None:
        check_choice("indicator", indicator, frame["indicator"].drop_duplicates().tolist())
    return frame if indicator is None else frame[frame["indicator"] == indicator].reset_index(drop=True)


def load_history(
    indicator: str = "enrolment", *, brin: str = "27YU", open_data: Folder = None, data: Folder = None
) -> list[pd.DataFrame]:
    """Load every series of technical mbo at a school that is at hand, oldest first. They make no one line.

    Returns
    -------
    list of DataFrame
        As `load_technical` gives them, one per publisher.

    Examples
    --------
    >>> [int(frame["year"].min()) for frame in load_history()]
    [2007, 2015]

    """
    known = {"regiovisie": brin == carried_region("regiovisie_enrolment", data), "duo": indicator == "enrolment"}
    check_choice("indicator", indicator, list(SERIES))
    return [
        load_technical(publisher, indicator, brin=brin, open_data=open_data, data=data)
        for publisher, is_known in known.items()
        if is_known
    ]


def load_prognosis(brin: str = "27YU", *, open_data: Folder = None) -> pd.DataFrame:
    """Load DUO's own forecast of all mbo students of a school, from a folder with its fetched file.

    Parameters
    ----------
    brin
        The school.
    open_data
        Folder with DUO's published files; without it the one that ``TWENTE_OPENDATA`` names.

    Returns
    -------
    DataFrame
        Tidy, `value` in students, one row per year, of the latest ``versie`` in the file: counts, and from then on the
        forecast with status ``estimated``. All of mbo, every sector and niveau: beside technical mbo of niveau 2-4 it
        is another scope, so the two are never one line.

    Raises
    ------
    DataError
        When there is no folder, no such file in it, or the school is not in the file.

    Notes
    -----
    Source: DUO, studentprognoses mbo per instelling (CC0). The layout is as documented; no file of it was in hand.

    Examples
    --------
    >>> import tempfile, warnings
    >>> head, row = "Instellingsnaam Instellingscode Jaar Aantal Type Versie", ["ROC", "27YU", 2030, 170, "Prognose", 1]
    >>> with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):  # an unseen layout
    ...     pd.DataFrame([row], columns=head.split()).to_csv(f"{folder}/a.csv", index=False)
    ...     load_prognosis(open_data=folder)[["region", "year", "value", "status"]].values.tolist()
    [['27YU', 2030, 170, 'estimated']]

    """
    folder = open_data_folder(open_data)
    if folder is None:
        raise DataError(
            "DUO's forecast is not carried over",
            remedy="Fetch it (twente fetch duo), then give open_data=DIR or set TWENTE_OPENDATA.",
        )
    frame = choose(read_editions(folder, "enrolment_forecast"), {"region": brin})
    latest = frame["versie"].astype("str").map(float).groupby(frame["year"]).transform("max")
    return finish(frame[frame["versie"].astype("str").map(float) == latest])


def find_prognosis(brin: str = "27YU", *, open_data: Folder = None) -> pd.DataFrame | None:
    """Load DUO's own forecast as `load_prognosis` does where its file has been fetched; without that file, None.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(find_prognosis(open_data=folder))  # the folder holds no forecast
    None

    """
    folder = open_data_folder(open_data)
    there = folder is not None and has_duo(folder, "enrolment_forecast")
    return load_prognosis(brin, open_data=folder) if there else None


def load_indicator(indicator: str, data: Folder = None) -> pd.DataFrame:
    """Load a series of the Regiovisie by the name of its indicator, per bedrijfstak mbo, 2007-2011.

    Parameters
    ----------
    indicator
        ``enrolment`` (students, a stock) or ``diplomas``.

    Returns
    -------
    DataFrame
        Tidy, one row per year and bedrijfstak mbo, as `load_enrolment` and `load_diplomas` give it.

    Examples
    --------
    >>> load_indicator("diplomas").groupby("year")["value"].sum().tolist()
    [1657, 1836, 2007, 2281, 3073]

    """
    check_choice("indicator", indicator, list(SERIES))
    table = tables(data_folder(data))[SERIES[indicator]].descriptor
    raw = _printed_table(SERIES[indicator], data)
    frame = pd.DataFrame({"indicator": indicator, "year": raw["year"]}, index=raw.index)
    frame = frame.assign(**with_region(pd.Series(table["region"], index=raw.index), data))
    frame["bedrijfstak_mbo"] = raw["bedrijfstak_mbo"]
    frame = frame.assign(value=raw["value"], unit=table["unit"], status=raw["status"])
    frame["source"] = [f"{table['document']}/{table['table']}#{line}" for line in raw["line"]]
    return _check_totals(finish(frame), data)


def load_published_totals(data: Folder = None) -> pd.DataFrame:
    """Load the totals that the document prints under its two tables, to check the parts against.

    Returns
    -------
    DataFrame
        One row per indicator and year: indicator, year, value, status and source. Never among the parts.

    Notes
    -----
    Source: Regiovisie Twente Techniek, lines 136 and 156 ("Eindtotaal").

    Examples
    --------
    >>> load_published_totals().query("indicator == 'diplomas'")["value"].tolist()
    [1657, 1836, 2007, 2281, 3073]

    """
    raw = _printed_table("regiovisie_totals", data)
    frame = raw[["indicator", "year", "value", "status"]].copy()
    frame["source"] = [f"regiovisie/eindtotaal#{line}" for line in raw["line"]]
    return frame.reset_index(drop=True)


def _printed_table(name: str, data: Folder) -> pd.DataFrame:
    """Read a table of the document, each row on its line and with the value that is printed."""
    table = tables(data_folder(data))[name]

    def check(raw: pd.DataFrame) -> None:
        check_places(raw, table)
        check_printed(raw, table.path.name)

    raw = read_table(name, data, check)
    check(raw)
    return raw


def _carried_over(data: Folder) -> pd.DataFrame:
    """Give DUO's students in sector techniek at ROC van Twente, as summed in ``data/raw/duo_enrolment.csv``."""
    raw, table = carried_table("duo_enrolment", data)
    frame = pd.DataFrame({"indicator": table["indicator"], "year": raw["year"]}, index=raw.index)
    frame = frame.assign(**with_region(pd.Series(table["region"], index=raw.index), data), mbo_sector="techniek")
    frame = frame.assign(**raw[["type_mbo", "mbo_niveau", "domein", "kenniscentrum", "kenniscentrum_naam", "sex"]])
    frame = frame.assign(value=raw["value"], unit=table["unit"], status="")
    frame["source"] = [f"{table['document']}/{table['table']}#{lines}" for lines in raw["lines"]]
    return finish(frame)


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
