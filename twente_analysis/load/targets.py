"""The targets of the policy documents, the ways to read them, and what was published later."""

from collections.abc import Callable

import pandas as pd

from ..catalogue import read_table
from ..tidy import DataError, check_choice, merge_sources, total_by
from .education import load_enrolment
from .frame import Folder, carried_table
from .places import check_ids
from .printed import check_figures
from .region import load_monitor
from .statements import load_statements
from .vmbo import load_vmbo_pupils

__all__ = ["load_target_figures", "load_target_readings", "load_targets"]

#: Frames that a later figure may be taken from.
FAMILIES: dict[str, Callable[..., pd.DataFrame]] = {
    "enrolment_duo": load_enrolment,
    "vmbo_pupils_duo": load_vmbo_pupils,
    "monitor": load_monitor,
}


def load_targets(programme: str = "", data: Folder = None) -> pd.DataFrame:
    """Load the targets of the five documents, as printed, those without a figure too.

    Parameters
    ----------
    programme
        Only those of ``techniekagenda``, ``techwise``, ``techniekpact``, ``twam`` or ``regiodeal``.

    Returns
    -------
    DataFrame
        One row per target (``role`` goal) and per year of a printed path (``step``, under the goal in ``part_of``);
        columns as in ``docs/data.md``, and ``source``. A target stated at several places has one row.

    Raises
    ------
    DataError
        When a programme is unknown, a figure is not what is printed, or an id, year, term or goal does not fit.

    Examples
    --------
    >>> load_targets("regiodeal").query("code == '' and baseline == 700")[["printed", "deadline"]].values.tolist()
    [['1000', '2022']]

    """
    frame, _ = carried_table("targets", data, _check_targets)
    if programme:
        check_choice("programme", programme, frame["programme"].unique().tolist())
        frame = frame[frame["programme"] == programme]
    lines = [f"{row.line},{row.also}".strip(",") for row in frame.itertuples()]
    sources = [
        merge_sources([f"{document}/text#{places}"])
        for document, places in zip(frame["document"], lines, strict=True)
    ]  # fmt: skip
    return frame.assign(source=sources).reset_index(drop=True)


def load_target_readings(data: Folder = None) -> pd.DataFrame:
    """Load the ways to read a target whose wording leaves more than one, with the figure taken as base.

    Those of the steps from vmbo to mbo to hbo stand in `READINGS`.

    Returns
    -------
    DataFrame
        One row per reading: ``id, reading, kind, base, base_period, unit, source``. ``base`` is missing where no
        base is published; none of them is named in a document as the base of its target.

    Examples
    --------
    >>> load_target_readings().query("id == 'regiovisie-183-1'")[["kind", "base"]].values.tolist()
    [['growth', 61.0], ['points', 61.0]]

    """
    readings = read_table("target_readings", data)
    _refuse_unknown(readings, "id", load_targets(data=data)["id"], "target_readings.csv")
    statements = load_statements(data=data).set_index("id")
    _refuse_unknown(
        readings[readings["base_statement"] != ""], "base_statement", statements.index, "target_readings.csv"
    )
    found = statements.reindex(readings["base_statement"])
    return pd.DataFrame(
        {
            **{name: readings[name].tolist() for name in ("id", "reading", "kind")},
            "base": found["value"].tolist(),
            "base_period": found["period"].fillna("").tolist(),
            "unit": readings["unit"].tolist(),
            "source": found["source"].fillna("").tolist(),
        }
    ).astype({"base": "Float64", "base_period": "str", "source": "str"})


def load_target_figures(data: Folder = None) -> pd.DataFrame:
    """Load what was published later beside a target, per year.

    Returns
    -------
    DataFrame
        One row per target, figure and period: ``id, figure, match, period, value, unit, qualifier, source``.
        ``match`` is ``same`` where the figure counts what the target counts; a ``nearby`` one has another definition
        and judges no target.

    Examples
    --------
    >>> found = load_target_figures().query("id == 'techniekpact-90-1'")
    >>> found[["match", "period", "value"]].values.tolist()
    [['nearby', '2017SJ00', 30.0]]

    """
    chosen = read_table("target_figures", data)
    _refuse_unknown(chosen, "id", load_targets(data=data)["id"], "target_figures.csv")
    parts = [_figures(row, data) for row in chosen.to_dict("records")]
    return pd.concat(parts, ignore_index=True).astype({"value": "Float64"})


def _figures(row: dict[str, str], data: Folder) -> pd.DataFrame:
    publisher = () if row["family"] == "monitor" else ("duo",)
    whole = FAMILIES[row["family"]](*publisher, data=data)
    found = whole
    for choice in filter(None, row["selection"].split(";")):
        column, _, value = choice.partition("=")
        check_choice("selection of target_figures.csv", column, whole.columns.tolist())
        check_choice(column, value, whole[column].unique().tolist())
        found = found[found[column] == value]
    if row["family"] != "monitor":
        found, whole = total_by(found), total_by(whole)
        found = found.assign(period=found["year"].astype("str"))
    found = found.assign(qualifier=found.get("qualifier", ""))
    figures = found[["period", "value", "unit", "qualifier", "source"]].reset_index(drop=True)
    if row["part"] == "yes":
        figures = figures.assign(value=100 * found["value"].to_numpy() / whole["value"].to_numpy(), unit="%")
    return pd.DataFrame({name: row[name] for name in ("id", "figure", "match")}, figures.index).join(figures)


def _check_targets(frame: pd.DataFrame) -> None:
    """A commitment has no figure, everything else one that its words prove; nothing is due before it was set."""
    check_ids(frame, "targets.csv")
    empty = frame["target"].isna()
    stated = (frame["kind"] == "commitment") | (frame["unit"] == "") | (frame["printed"] == "")
    goals = frame.loc[frame["role"] == "goal", "id"]
    _refuse(
        frame,
        (empty != (frame["kind"] == "commitment"))
        | (~empty & stated)
        | (frame["target_high"] <= frame["target"]).fillna(False)
        | (frame["baseline"].isna() != (frame["baseline_printed"] == ""))
        | ((frame["role"] == "step") != frame["part_of"].isin(goals)),
        "figure, printed text, unit, kind and role do not agree",
        "Give a target its figure as printed and its unit, a commitment none, and a step its goal.",
    )
    due = frame["deadline"].str[-7:].str.extract(r"(\d{4})", expand=False).fillna("9999").astype("int64")
    programme = frame.groupby("document")[["programme", "published"]].transform("nunique").max(axis=1)
    term = frame["term"].mask(frame["term"] == "").groupby([frame["document"], frame["section"]]).transform("nunique")
    _refuse(
        frame,
        (due < frame["published"]) | (programme > 1) | (term > 1),
        "document, programme, year, term and deadline do not agree",
        "A document has one programme and year, a section one term, and no target is due before its document.",
    )
    check_figures(target_figures(frame), "targets.csv")


def target_figures(frame: pd.DataFrame) -> pd.DataFrame:
    """Put every figure of the targets on a row of its own: what is aimed at, of a range both ends, and the baseline.

    Returns
    -------
    DataFrame
        Columns as of a statement, `role` ``target``, ``upper`` or ``baseline``, and ``statement``: the id of the
        statement that prints the figure, where one does.

    """
    names = ["id", "document", "line", "indicator", "subject", "unit", "qualifier", "deadline"]
    given = frame["statement"].str.split(",")
    target = frame[names].assign(value=frame["target"], printed=frame["printed"], implied=frame["implied"])
    target = target.assign(period=frame["deadline"], role="target", statement=given.str[0].fillna(""), kind="target")
    upper = target.assign(value=frame["target_high"], role="upper", statement=given.str[1].fillna(""))
    ranged = frame["target_high"].notna()
    baseline = target.assign(value=frame["baseline"], printed=frame["baseline_printed"], implied="", role="baseline")
    parts = (
        target.assign(qualifier=target["qualifier"].mask(ranged, "lower bound")),
        upper.assign(qualifier="upper bound"),
        baseline.assign(qualifier="", statement="", period=frame["baseline_period"]),
    )
    rows = pd.concat(parts)
    return rows[rows["value"].notna()].drop(columns="deadline")


def _refuse(frame: pd.DataFrame, wrong: pd.Series, problem: str, remedy: str) -> None:
    if wrong.any():
        shown = ["id", "target", "unit", "kind", "printed", "published", "term", "deadline"]
        raise DataError(
            f"{wrong.sum()} row(s) where {problem}", remedy=remedy, file="targets.csv", rows=frame.loc[wrong, shown]
        )


def _refuse_unknown(rows: pd.DataFrame, column: str, known: pd.Index | pd.Series, file: str) -> None:
    unknown = rows[~rows[column].isin(known)]
    if len(unknown):
        raise DataError(
            f"{len(unknown)} row(s) with an unknown {column}",
            remedy="Use an id of data/raw/targets.csv or data/raw/statements.csv.",
            file=file,
            rows=unknown,
        )
