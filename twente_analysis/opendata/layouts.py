"""The layouts of DUO's files, as data: which columns identify a row, which hold counts, what they are called here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from string import Formatter

import pandas as pd

from ..tidy import DataError

__all__ = ["HIDDEN_MARK", "LAYOUTS", "REMEDY", "YEAR", "Layout", "label_columns", "recognise"]

REMEDY = "Fetch the file again, or compare it with the layouts in twente_analysis/opendata/layouts.py."
#: A column that any file may have: J says that a 4 beside it stands for 1 to 4.
HIDDEN_MARK = "INDICATIEAVG"
YEAR = "(?:19|20)[0-9]{2}"
_YEARS = {"year": YEAR, "endyear": YEAR, "schoolyear": f"{YEAR}-{YEAR}"}


@dataclass(frozen=True)
class Layout:
    """A file of DUO.

    Parameters
    ----------
    name
        What the file holds.
    keys
        Header of each column that describes a row -> our column; ``region`` is the institution's code (BRIN), ``year``
        and ``status`` the year and status of the row's counts.
    counts
        Header of a column of counts, with the fields ``{year}``, ``{schoolyear}`` (2014-2015), ``{endyear}`` (the year
        in which a school year ends), ``{measure}``, ``{sex}`` or another dimension of ours.
    indicators
        Our indicator for each measure; the key is empty where a file has one measure.
    unit
        Unit of the counts.
    identity
        Our columns that together occur once.
    categories
        What stands in the header for each field of `counts` that is neither a year nor a measure. All must be there.
    rate
        Measure that is read past, as it is the percentage of the second measure in the third; checked.
    sums
        Which ``sex`` is the total of the others; checked against them. Empty where there is none.
    kept
        Empty to leave the total out; the total's name to keep it alone, where it also counts what no part does.
    statuses
        Our status for each text of the column ``status``; the key is empty where a file has no such column.
    verified
        Whether a real file has been read. Otherwise the layout is what is documented, and nothing more.
    """

    name: str
    keys: Mapping[str, str]
    counts: str
    indicators: Mapping[str, str]
    unit: str
    identity: frozenset[str]
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rate: tuple[str, str, str] | None = None
    sums: str = ""
    kept: str = ""
    statuses: Mapping[str, str] = field(default_factory=lambda: {"": ""})
    verified: bool = True

    @property
    def title(self) -> str:
        """Name of the layout, marked where no real file has been read."""
        return self.name if self.verified else f"{self.name} (unverified: no file in hand)"

    @cached_property
    def fields(self) -> list[str]:
        """Fields in the header of a count, in the order of the header."""
        return [name for _, name, _, _ in Formatter().parse(self.counts) if name]

    def header(self, column: str) -> str:
        """Header of the column that is called `column` here; empty where there is none."""
        return next((header for header, ours in self.keys.items() if ours == column), "")

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What the header of a column with figures looks like, a group for each field."""
        options = {one: "|".join(map(re.escape, self._options(one))) for one in self.fields if one not in _YEARS}
        parts = {one: f"(?P<{one}>{text})" for one, text in (options | _YEARS).items()}
        return re.compile(self.counts.format(**parts))

    def match(self, name: str) -> dict[str, str] | None:
        """Tell what a column counts by its header: a text for each field; nothing when it holds no figures."""
        found = self.pattern.fullmatch(name)
        return found.groupdict() if found and name not in self.keys else None

    def fit(self, header: Iterable[str]) -> tuple[list[str], list[str]]:
        """Compare a header with the layout, in any order: which columns are missing, which unknown."""
        given = set(header)
        found = [match for match in map(self.match, given) if match is not None]
        spread = [
            sorted({match[one] for match in found} or {"yyyy"}) if one in _YEARS else self._options(one)
            for one in self.fields
        ]
        known = {self.counts.format(**dict(zip(self.fields, texts, strict=True))) for texts in product(*spread)}
        known |= set(self.keys)
        return sorted(known - given), sorted(given - known - {HIDDEN_MARK})

    def _options(self, name: str) -> tuple[str, ...]:
        if name != "measure":
            return self.categories[name]
        return (*self.indicators, *(self.rate or ())[:1])


_SEXES = ("MAN", "VROUW")
_EXAM_KEYS = {
    "INSTELLINGSNAAM VESTIGING": "vestigingsnaam",
    "GEMEENTENAAM": "gemeente",
    "ONDERWIJSTYPE VO": "onderwijstype",
    "INSPECTIECODE": "inspectiecode",
    "OPLEIDINGSNAAM": "opleiding",
}
_EXAMS = Layout(
    name="vo exam candidates and passes, to 2018/19",
    keys={"BRIN NUMMER": "region", "VESTIGINGSNUMMER": "vestiging", **_EXAM_KEYS},
    counts="{measure} SCHOOLJAAR {schoolyear} - {sex}",
    indicators={"EXAMENKANDIDATEN": "exam_candidates", "GESLAAGDEN": "exam_passes"},
    unit="pupils",
    identity=frozenset({"region", "vestiging", "onderwijstype", "inspectiecode"}),
    categories={"sex": (*_SEXES, "ONBEKEND", "TOTAAL")},
    rate=("SLAAGPERC", "GESLAAGDEN", "EXAMENKANDIDATEN"),
    sums="TOTAAL",
)
_VO_KEYS = {
    "BRIN NUMMER": "region",
    "VESTIGINGSNUMMER": "vestiging",
    "INSTELLINGSNAAM VESTIGING": "vestigingsnaam",
    "PLAATSNAAM VESTIGING": "plaats",
    "PROVINCIE VESTIGING": "provincie",
    "ONDERWIJSTYPE VO EN LEER- OF VERBLIJFSJAAR": "onderwijstype",
    "LWOO INDICATIE": "lwoo",
    "VMBO SECTOR": "vmbo_sector",
    "AFDELING": "afdeling",
    "ELEMENTCODE": "elementcode",
    "OPLEIDINGSNAAM": "opleiding",
}
_VO_PUPILS = Layout(
    name="vo pupils per branch, 2016-2017",
    keys=_VO_KEYS,
    counts="LEER- OF VERBLIJFSJAAR {leerjaar} - {sex}",
    indicators={"": "vo_pupils"},
    unit="pupils",
    identity=frozenset({"region", "vestiging", "onderwijstype", "lwoo", "vmbo_sector", "afdeling", "elementcode"}),
    categories={"leerjaar": tuple("123456"), "sex": _SEXES},
)
_PROGRAMME_KEYS = {
    "INSTELLINGSCODE": "region",
    "INSTELLINGSNAAM": "instelling",
    "PLAATSNAAM INSTELLING": "plaats",
    "LEERWEG": "type_mbo",
    "NIVEAU": "mbo_niveau",
    "ERKENDE OPLEIDING CODE": "crebo",
    "ERKENDE OPLEIDING NAAM": "kwalificatie",
    "SECTORKAMER NAAM": "sectorkamer",
    "HOOFDGROEP NAAM": "hoofdgroep",
}
_STUDENTS = Layout(
    name="mbo students per institution and programme, 2021-2025",
    keys={"SOORT INSTELLING": "soort_instelling", **_PROGRAMME_KEYS},
    counts="{sex}{year}",
    indicators={"": "enrolment"},
    unit="students",
    identity=frozenset({"region", "plaats", "type_mbo", "mbo_niveau", "crebo"}),
    categories={"sex": _SEXES},
    verified=False,
)
_STUDENTS_LEERWEG = Layout(
    name="mbo students per institution and leerweg, 2021-2025",
    keys={
        "JAAR": "year",
        "PROVINCIE INSTELLING": "provincie",
        "BEVOEGD GEZAG NUMMER": "bevoegd_gezag",
        "INSTELLINGSCODE": "region",
        "INSTELLINGSNAAM": "instelling",
        "PLAATSNAAM INSTELLING": "plaats",
        "GEMEENTENUMMER INSTELLING": "gemeentenummer",
        "GEMEENTE INSTELLING": "gemeente",
    },
    counts="{type_mbo}",
    indicators={"": "enrolment"},
    unit="students",
    identity=frozenset({"year", "region", "plaats"}),
    categories={"type_mbo": ("BBL", "BOLDT", "BOLVT", "EX")},
    verified=False,
)
_SECTORKAMERS = (
    *("BOVENSECTORAAL", "ENTREE", "NIET_GESPECIFICEERD_NAAR_SECTOR"),
    *("SECTORKAMER_CREATIEVE_INDUSTRIE_EN_ICT", "SECTORKAMER_HANDEL", "SECTORKAMER_SPECIALISTISCH_VAKMANSCHAP"),
    *("SECTORKAMER_MOBILITEIT_TRANSPORT_LOGISTIEK_MARITIEM", "SECTORKAMER_TECHNIEK_EN_GEBOUWDE_OMGEVING"),
    *("SECTORKAMER_VOEDSEL_GROEN_EN_GASTVRIJHEID", "SECTORKAMER_ZORG_WELZIJN_EN_SPORT"),
    "SECTORKAMER_ZAKELIJKE_DIENSTVERLENING_EN_VEILIGHEID",
)
# What an INSTROOM column means is documented by its name only; nor is a BEROEPSOPLEIDING known to be a crebo.
_INTAKE_KEYS = {
    "VOOROPLEIDING VO": "vooropleiding_vo",
    "VOOROPLEIDING MBO": "vooropleiding_mbo",
    "INSTELLINGSCODE": "region",
    "NIVEAU": "mbo_niveau",
    "LEERWEG": "mbo_leerweg",
    "BEROEPSOPLEIDING CODE": "beroepsopleiding",
    "BEROEPSOPLEIDING NAAM": "beroepsopleiding_naam",
}
_INTAKE_IDENTITY = frozenset(_INTAKE_KEYS.values()) - {"beroepsopleiding_naam"}
_INTAKE = Layout(
    name="mbo intake by previous education, totals and intake",
    keys={
        **_INTAKE_KEYS,
        "INDICATIE KLEINE OPLEIDING": "kleine_opleiding",
        "INSTELLINGSNAAM": "instelling",
        "HOOFDGROEP CODE": "hoofdgroep_code",
        "HOOFDGROEP NAAM": "hoofdgroep",
    },
    counts="{measure}",
    indicators={
        "TOTAAL MBO": "students_by_origin",
        "INSTROOM MBO": "intake_mbo",
        "INSTROOM OPLEIDING": "intake_programme",
    },
    unit="students",
    identity=_INTAKE_IDENTITY | {"kleine_opleiding", "hoofdgroep_code"},
    verified=False,
)
_INTAKE_FLAGS = {
    "WIJZIGING IN INSTELLING": "wijziging_instelling",
    "LAATSTE JAAR VO": "laatste_jaar_vo",
    "LAATSTE JAAR MBO": "laatste_jaar_mbo",
    "INSTROOM VO": "instroom_vo",
    "INSTROOM MBO": "instroom_mbo",
    "INSTROOM OPLEIDING": "instroom_opleiding",
}
_FORECAST = Layout(
    name="mbo students forecast per institution",
    keys={
        **{"Instellingsnaam": "instelling", "Instellingscode": "region"},
        **{"Jaar": "year", "Type": "status", "Versie": "versie"},
    },
    counts="Aantal",
    indicators={"": "enrolment_forecast"},
    unit="students",
    identity=frozenset({"region", "year", "versie"}),
    statuses={"Historie": "", "Prognose": "estimated"},
    verified=False,
)

#: Each has been read from a real file, unless it says that it is unverified.
LAYOUTS = (
    Layout(
        name="mbo students per institution, 2015-2019",
        keys={
            "BRIN NUMMER": "region",
            "SOORTINS": "soort_instelling",
            "INSTELLINGSNAAM": "instelling",
            "PLAATSNAAM": "plaats",
            "TYPE MBO": "type_mbo",
            "KWALIFICATIENIVEAU": "mbo_niveau",
            "KWALIFICATIE CODE": "crebo",
            "KWALIFICATIE NAAM": "kwalificatie",
            "MBO SECTOR": "mbo_sector",
            "DOMEIN": "domein",
            "SECTORUNIT SBB": "sectorkamer",
            "BRIN NUMMER KENNISCENTRUM": "kenniscentrum",
            "NAAM KENNISCENTRUM": "kenniscentrum_naam",
        },
        counts="{sex}{year}",
        indicators={"": "enrolment"},
        unit="students",
        identity=frozenset({"region", "plaats", "type_mbo", "mbo_niveau", "crebo"}),
        categories={"sex": (*_SEXES, "TOTAAL")},
        sums="TOTAAL",
    ),
    _VO_PUPILS,
    replace(
        _VO_PUPILS,
        name="vo pupils per branch, 2019",
        keys={header: column for header, column in _VO_KEYS.items() if column != "lwoo"},
        verified=False,
    ),
    _EXAMS,
    replace(
        _EXAMS,
        name="vo exam candidates and passes, from 2019/20",
        keys={"INSTELLINGSCODE": "region", "VESTIGINGSCODE": "vestiging", **_EXAM_KEYS},
        categories={"sex": (*_SEXES, "TOTAAL")},
        kept="TOTAAL",  # persons of unknown sex stand in the totals only
    ),
    _STUDENTS,
    _STUDENTS_LEERWEG,
    replace(
        _STUDENTS_LEERWEG,
        name="mbo students per institution and sectorkamer, 2021-2025",
        counts="{sectorkamer}",
        categories={"sectorkamer": _SECTORKAMERS},
    ),
    replace(
        _STUDENTS,
        name="mbo graduates per institution and programme, from 2020/21",
        keys=_PROGRAMME_KEYS,
        counts="DIP{sex}{endyear}",  # a file named 2020-2024 has columns 2021-2025
        indicators={"": "diplomas"},
        unit="diplomas",
    ),
    _INTAKE,
    replace(
        _INTAKE,
        name="mbo intake by previous education, by kind of intake",
        keys={"JAAR": "year", **_INTAKE_KEYS, **_INTAKE_FLAGS},
        counts="AANTAL",
        indicators={"": "students_by_origin"},
        identity=_INTAKE_IDENTITY | {"year", *_INTAKE_FLAGS.values()},
    ),
    _FORECAST,
    replace(
        _FORECAST,
        name="vo pupils forecast per institution",
        keys={"INSTELLINGSCODE": "region", "ONDERWIJSNIVEAU": "onderwijsniveau", "JAAR": "year"},
        counts="PROGNOSEAANTALLEN",
        indicators={"": "vo_pupils_forecast"},
        unit="pupils",
        identity=frozenset({"region", "onderwijsniveau", "year"}),
        statuses={"": "estimated"},
    ),
)


def recognise(header: list[str], place: tuple[int, Path]) -> Layout:
    """Find the layout whose columns are exactly those of the header, in any order; else say what differs.

    `place` is the line of the header and the file.
    """
    line, path = place
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        told = f"a column name stands twice in the header, line {line}: {', '.join(map(repr, twice))}"
        raise DataError(told, remedy=REMEDY, file=path)
    near: list[tuple[int, str]] = []
    for layout in LAYOUTS:
        missing, unknown = layout.fit(header)
        if not missing and not unknown:
            return layout
        told = "; ".join(
            f"{what} {', '.join(names)}" for what, names in (("missing", missing), ("unknown", unknown)) if names
        )
        near.append((len(missing) + len(unknown), f"{layout.title}: {told}"))
    raise DataError(
        f"the header, line {line}, fits no file of DUO that we know. Nearest is {min(near)[1]}",
        remedy=f"Files that we know: {'; '.join(layout.title for layout in LAYOUTS)}.",
        file=path,
    )


def label_columns(layout: Layout, header: list[str], year: int | None, place: tuple[int, Path]) -> pd.DataFrame:
    """Say of each column of counts what it counts: one row per column; `year` where the file does not say it."""
    line, path = place
    matches = {name: match for name in header if (match := layout.match(name)) is not None}
    found = pd.DataFrame(list(matches.values()), index=range(len(matches)))
    measure = found.pop("measure") if "measure" in found.columns else pd.Series("", index=found.index)
    found.insert(0, "indicator", measure.map(layout.indicators))
    found.insert(0, "header", list(matches))
    found = found[found["indicator"].notna()].reset_index(drop=True)
    if "schoolyear" in found.columns:
        if any(int(text[5:]) != int(text[:4]) + 1 for text in found["schoolyear"]):
            problem = f"a school year in the header, line {line}, is longer than a year"
            raise DataError(problem, remedy=REMEDY, file=path)
        found["endyear"] = found.pop("schoolyear").str[5:]
    if "endyear" in found.columns:
        found["year"] = found.pop("endyear")
        found["period"] = [f"{int(text) - 1}SJ00" for text in found["year"]]
    if "year" in found.columns:
        found["year"] = found["year"].astype(int)
        years = found["year"].unique()
        if years.max() - years.min() >= len(years):
            raise DataError(f"a year is left out in the header, line {line}", remedy=REMEDY, file=path)
    elif not layout.header("year"):
        if year is None:
            raise DataError(
                f"{layout.title}: the file does not say its year",
                remedy="Give year=, the year of 1 October: 2016 for a file named 2016-2017.",
                file=path,
            )
        found["year"] = year
    if "sex" in found.columns:
        found["sex"] = found["sex"].str.lower()
    return found
