"""A region and its labour market: gemeenten, population, vacancies and what monitors say."""

from collections.abc import Sequence

import pandas as pd

from ..catalogue import read_table
from ..folders import open_data_folder
from ..opendata.cbs import read_cbs
from ..tidy import DataError, check_choice, total_by
from .frame import Choice, Folder, carried_table, choose, finish, with_region, year_of
from .statements import family

__all__ = [
    "home_region",
    "load_cbs",
    "load_gemeenten",
    "load_monitor",
    "load_population",
    "load_regions",
    "load_vacancies",
]

#: What each region type is called among the columns of ``gemeenten``.
COLUMNS = ("gemeente", "corop", "arbeidsmarktregio", "province")
#: What every sum keeps.
KEPT = ("indicator", "year", "period", "region_type", "region")


def load_regions(data: Folder = None) -> pd.DataFrame:
    """Load the codes, types and names of regions and institutions, one row per code.

    Examples
    --------
    >>> load_regions().set_index("region").loc["CR12", ["region_type", "name"]].tolist()
    ['corop', 'Twente']

    """
    return read_table("regions", data).reset_index(drop=True)


def load_gemeenten(region: str | None = None, data: Folder = None) -> pd.DataFrame:
    """Load the gemeenten by year, with the regions they belong to.

    Parameters
    ----------
    region
        Only those of this COROP, arbeidsmarktregio, province, or the gemeente itself.

    Returns
    -------
    DataFrame
        One row per gemeente and year of the boundaries, columns as in ``docs/data.md``.

    Examples
    --------
    >>> load_gemeenten("AM05")["gemeente"].nunique()
    14

    """
    table = read_table("gemeenten", data).reset_index(drop=True)
    return table if region is None else gemeenten_of(region, data)


def load_population(
    region: str | Sequence[str] = "CR12", *, open_data: Folder = None, data: Folder = None, **chosen: Choice
) -> pd.DataFrame:
    """Load the inhabitants of a region at 1 January.

    Parameters
    ----------
    region
        Code of CBS, or several. A region that CBS does not give is the sum of its gemeenten. The 14 gemeenten of
        Twente, Overijssel and the Netherlands are carried over, 2019-2026, all ages.
    open_data
        Folder with CBS's responses of table 03759ned: then by ``age`` and ``sex`` too, totals included.
    chosen
        Keep these categories of a dimension: ``age="10000"``.

    Returns
    -------
    DataFrame
        Tidy, one row per region and year (and age and sex), `value` in persons.

    Examples
    --------
    >>> load_population().query("year in (2019, 2026)")["value"].tolist()
    [629284, 646496]
    >>> len(load_population(["GM0153", "PV23"]))
    16

    """
    regions = [region] if isinstance(region, str) else list(region)
    if not regions:
        raise DataError("region=[] chooses nothing", remedy="Name a region, or several.")
    if open_data is None:
        raw, table = carried_table("cbs_population", data)
        frame = pd.DataFrame({"indicator": "population", "year": raw["year"]}, index=raw.index)
        frame = frame.assign(**with_region(raw["region"], data), value=raw["value"], unit=table["unit"], status="")
        frame["source"] = f"{table['document']}/{table['table']}#" + raw["row"].astype("str")
        frame = finish(frame)
    else:
        frame = read_cbs(open_data, "03759ned")
        frame = frame[frame["measure"].isin(["M000352", "BevolkingOp1Januari_1"])]
        frame = frame.drop(columns="region_title", errors="ignore")
    return finish(choose(pd.concat([_of_region(frame, one, data) for one in regions], ignore_index=True), chosen))


def load_vacancies(
    publisher: str = "regiodeal", level: str | Sequence[str] = "section", data: Folder = None
) -> pd.DataFrame:
    """Load open vacancies: a stock.

    Parameters
    ----------
    publisher
        ``regiodeal``: more than 2,500 technical ones, and a growth of 55 %, of which the source does not say whether it
        is that of technical or of all vacancies. ``cbs``: Overijssel at the end of each quarter, 2011KW01-2020KW02;
        CBS gives none for Twente.
    level
        For ``cbs``: ``section`` (19 sections A-S), ``main`` (4 groups), ``business services`` (M-N) or ``total``; or
        several, whose rows then overlap.

    Returns
    -------
    DataFrame
        Tidy, dimension ``field`` (`value` in vacancies or %) or ``sbi`` (in thousand vacancies, as published). The
        parts add up to CBS's total within rounding, but for 2011KW04, where sections are 1.3 and the four groups 1.4
        thousand short. From 2018 on the figures are provisional.

    Examples
    --------
    >>> load_vacancies("cbs", "total").query("period == '2019KW02'")["value"].tolist()
    [18.5]

    """
    check_choice("publisher", publisher, ["regiodeal", "cbs"])
    if publisher == "regiodeal":
        return family("vacancies", data)
    raw, table = carried_table("cbs_vacancies", data)
    names = read_table("sbi", data).query("table == @table['table']")
    levels = [level] if isinstance(level, str) else list(level)
    for one in levels:
        check_choice("level", one, names["level"].drop_duplicates().tolist())
    raw = raw.merge(names[names["level"].isin(levels)], left_on="sbi_code", right_on="code", validate="many_to_one")
    frame = pd.DataFrame({"indicator": "vacancies_open", "year": year_of(raw["period"]), "period": raw["period"]})
    frame = frame.assign(**with_region(pd.Series(table["region"], index=raw.index), data), sbi=raw["sbi"])
    frame = frame.assign(value=raw["value"], unit=table["unit"], status=raw["status"])
    return finish(frame.assign(source=raw["document"] + f"/{table['table']}#" + raw["row"].astype("str")))


def load_monitor(indicator: str | None = None, data: Folder = None) -> pd.DataFrame:
    """Load what public monitors say of Twente's labour market, 2007-2024.

    Parameters
    ----------
    indicator
        Only this one, such as ``vacancies_open``.

    Returns
    -------
    DataFrame
        Tidy, one row per figure as published. ``definition`` says how the monitor defines it, ``edition`` where it
        stands: figures with different definitions or from different editions make no one series.

    Examples
    --------
    >>> load_monitor("unemployment_rate").query("region == 'AM05' and period == '2016'")[["edition", "value"]].values
    array([['monitor-04', 6.7],
           ['monitor-09', 6.9]], dtype=object)

    """
    raw, table = carried_table("monitor", data)
    if indicator is not None:
        check_choice("indicator", indicator, raw["indicator"].drop_duplicates().tolist())
        raw = raw[raw["indicator"] == indicator]
    frame = pd.DataFrame({"indicator": raw["indicator"], "year": year_of(raw["period"]), "period": raw["period"]})
    frame = frame.assign(**with_region(raw["region"], data), edition=raw["document"])
    frame = frame.assign(**raw[["definition", "field", "qualifier", "note", "value", "unit"]], status="")
    return finish(frame.assign(source=raw["document"] + f"/{table['table']}#" + raw["line"].astype("str")))


def load_cbs(
    table: str, region: str | None = None, *, open_data: Folder = None, data: Folder = None, **chosen: Choice
) -> pd.DataFrame:
    """Load a table of CBS as fetched, for one region where that is given.

    Parameters
    ----------
    table
        Id of CBS, one of `list_cbs`.
    region
        Code of CBS. A region that the table does not give is the sum of its gemeenten, where it gives those.
    open_data
        Folder with the fetched responses, else what ``TWENTE_OPENDATA`` names.

    Returns
    -------
    DataFrame
        As `read_cbs` gives it; totals of CBS stand beside their parts.

    Raises
    ------
    DataError
        When there is no folder, or it does not hold the table or the region.

    Examples
    --------
    >>> import json, pathlib, tempfile, warnings
    >>> row = {"RegioS": "PV23", "BedrijfstakkenBranchesSBI2008": "T001081", "Perioden": "2020KW02"}
    >>> host = "https://opendata.cbs.nl/ODataFeed/OData/83599NED/$metadata#UntypedDataSet"
    >>> page = {"odata.metadata": host, "value": [{"ID": 0, **row, "OpenstaandeVacatures_1": "13.0"}]}
    >>> with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):  # no list of periods
    ...     _ = pathlib.Path(folder, "page.json").write_text(json.dumps(page))
    ...     load_cbs("83599NED", "PV23", open_data=folder)[["region", "period", "value", "unit"]].values.tolist()
    [['PV23', '2020KW02', 13.0, 'thousand vacancies']]

    """
    folder = open_data_folder(open_data)
    if folder is None:
        raise DataError(
            f"{table} is not carried over",
            remedy=f"Fetch it (twente fetch cbs --table {table}) and give open_data=DIR or set TWENTE_OPENDATA.",
        )
    frame = read_cbs(folder, table)
    # First the choice: gemeenten can only be added up when one measure is left.
    frame = choose(frame, chosen)
    return finish(frame if region is None else _of_region(frame, {"NL01": "NL"}.get(region, region), data))


def codes_around(region: str, data: Folder = None) -> list[str]:
    """List the codes under which CBS may give a region: itself, its gemeenten and the regions those belong to.

    Examples
    --------
    >>> codes_around("AM05")[:3], len(codes_around("AM05"))
    (['AM05', 'CR12', 'GM0141'], 17)

    """
    table = read_table("gemeenten", data)
    rows = table[table[list(COLUMNS)].eq(region).any(axis=1)]
    around = {code for name in COLUMNS for code in rows[name] if code}
    return [region, *sorted(around - {region})]


def gemeenten_of(region: str, data: Folder = None) -> pd.DataFrame:
    """Find the gemeenten of a region: their codes, with every spelling of their names in any year."""
    table = read_table("gemeenten", data).reset_index(drop=True)
    member = table[list(COLUMNS)].eq(region).any(axis=1)
    if not member.any():
        known = sorted({code for name in COLUMNS[1:] for code in table[name] if code})
        raise DataError(
            f"region={region!r} has no gemeenten in gemeenten.csv",
            remedy=f"Choose a gemeente (GM....) or one of: {', '.join(known)}.",
            file="gemeenten.csv",
        )
    return table[table["gemeente"].isin(table.loc[member, "gemeente"])].reset_index(drop=True)


def spelling(names: pd.Series) -> pd.Series:
    """Bring names of gemeenten to one spelling: DUO writes the same one with and without accents, points and hyphens.

    Examples
    --------
    >>> spelling(pd.Series(["'S-GRAVENHAGE", "S GRAVENHAGE", "SÚDWEST-FRYSLÂN"])).tolist()
    ['SGRAVENHAGE', 'SGRAVENHAGE', 'SUDWESTFRYSLAN']

    """
    return names.str.upper().str.normalize("NFKD").str.replace(r"[^A-Z]", "", regex=True)


def check_known(names: pd.Series, data: Folder = None) -> None:
    """Raise a `DataError` for gemeenten that our table does not name: they could lie in any region."""
    known = spelling(read_table("gemeenten", data)["name"])
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise DataError(
            f"{len(unknown)} gemeente(n) of the files are not known: {', '.join(unknown)}",
            remedy="Add them, with the regions they belong to, and `twente data --accept gemeenten`.",
            file="data/reference/gemeenten.csv",
        )


def home_region(brin: str, data: Folder = None) -> str:
    """Name the region that a school is at home in, as far as ``data/reference/regions.csv`` says it.

    Raises
    ------
    DataError
        When it does not: a region is not guessed.

    Examples
    --------
    >>> home_region("27YU")
    'CR12'

    """
    homes = read_table("regions", data).set_index("region")["home"]
    if not homes.get(brin, ""):
        raise DataError(
            f"the region of school {brin} is not known here",
            remedy="Give region=, by CBS's code: a COROP, province or gemeente.",
        )
    return str(homes[brin])


def _of_region(frame: pd.DataFrame, region: str, data: Folder) -> pd.DataFrame:
    """Keep the rows of a region, or sum those of its gemeenten."""
    if frame["region"].eq(region).any():
        return frame[frame["region"] == region]
    members = set(gemeenten_of(region, data)["gemeente"])
    found = frame[frame["region"].isin(members)]
    if set(found["region"]) != members:
        raise DataError(
            f"region={region!r} is not in the table, and {len(members - set(found['region']))} of its "
            f"{len(members)} gemeenten are not either",
            remedy="Choose another region, or fetch the table for this one.",
        )
    summed = found.drop(columns="region_title", errors="ignore")
    summed = summed.assign(**with_region(pd.Series(region, index=found.index), data))
    by = [name for name in summed.columns[: list(summed.columns).index("value")] if name not in KEPT]
    return finish(total_by(summed, by).drop(columns="missing"))
