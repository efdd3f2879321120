"""What is to be ready when: the milestones of the policy documents per quarter."""

import pandas as pd

from .tidy import check_choice

__all__ = ["milestones_by_quarter", "result_dates"]

#: So ends the name of the section of a project that says what it will bring.
RESULTS = ": Resultaten"
#: So a printed deadline says that it is open at its end: "en volgende".
OPEN = "e.v."


def milestones_by_quarter(milestones: pd.DataFrame, year: int = 0) -> pd.DataFrame:
    """Order milestones by the quarter in which they are to be ready, each once.

    Parameters
    ----------
    milestones
        What `load_milestones` gives.
    year
        Only those of this year; 0 for all, also those without a date.

    Returns
    -------
    DataFrame
        One row per milestone and deadline: ``quarter`` (``2013KW04``; of a range the last; empty without a date),
        ``document, table, goal, activity_id, activity, milestone, printed, deadline, qualifier, status`` and
        ``lines``, all lines that say the same. ``qualifier`` is of the deadline alone: work that goes on from a quarter
        ("2013, k3 e.v.") and is to be ready in September 2017 has none.

    Raises
    ------
    DataError
        When there is no milestone in that year.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> calendar = milestones_by_quarter(ta.load_milestones("twam"))
    >>> calendar[["quarter", "activity_id", "lines"]].values.tolist()
    [['2013KW04', 'twam-hr-agenda-port-of-twente', '235, 240, 279'], ['2013KW04', 'twam-zorgpact', '236, 241, 278']]

    """
    last = milestones["deadline"].str.replace(r"^.*/", "", regex=True)
    month = pd.to_numeric(last.str.extract(r"MM(\d\d)$")[0])
    quarter = last.str[:4] + "KW" + ((month + 2) // 3).astype("Int64").astype("str").str.zfill(2)
    ready = milestones["qualifier"].eq("from") & ~milestones["printed"].str.contains(OPEN, regex=False)
    frame = milestones.assign(
        quarter=quarter.where(month.notna(), last), qualifier=milestones["qualifier"].mask(ready, "")
    )
    if year:
        years = sorted({int(one[:4]) for one in frame["quarter"] if one})
        check_choice("year", year, [0, *years])
        frame = frame[frame["quarter"].str.startswith(str(year))]
    same = ["quarter", "document", "table", "activity_id", "milestone", "printed", "deadline", "qualifier", "status"]
    first = frame.groupby(same, sort=False).agg(
        goal=("goal", "first"), activity=("activity", "first"), lines=("line", lambda one: ", ".join(map(str, one)))
    )
    found = first.reset_index()
    found = found.assign(undated=found["quarter"].eq("")).sort_values(["undated", "quarter"], kind="stable")
    names = ["quarter", "document", "table", "goal", "activity_id", "activity", "milestone", "printed", "deadline"]
    return found[[*names, "qualifier", "status", "lines"]].reset_index(drop=True)


def result_dates(statements: pd.DataFrame) -> pd.DataFrame:
    """Find the years and months that a document's text gives among the results of its projects.

    Parameters
    ----------
    statements
        What `load_statements` gives of one document; only the Regio Deal has sections of that name.

    Returns
    -------
    DataFrame
        One row per date: ``year`` (of a range the last), ``project``, ``subject``, ``printed``, ``line``, ``source``,
        by year. Only some are a promise that something is ready: phases and starts are among them.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> found = result_dates(ta.load_statements("regiodeal"))
    >>> found[found["year"].eq(2019)][["subject", "printed"]].values.tolist()[-1]
    ['Sanderink Technology Centre gereed', 'eind 2019']

    """
    dated = statements[statements["kind"].eq("date") & statements["section"].str.endswith(RESULTS)]
    last = dated["period"].str.extract(r"(\d{4})[^/]*$", expand=False).astype("int64")
    # A range has a statement for each end; here it stands once.
    dated = dated.assign(year=last, project=dated["section"].str.removesuffix(RESULTS))[dated["value"] == last]
    names = ["year", "project", "subject", "printed", "line", "source"]
    return dated[names].sort_values(["year", "line"], kind="stable", ignore_index=True)
