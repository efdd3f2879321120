"""The layouts of DUO's files, as data: which columns identify a row, which hold counts, what they are called here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

__all__ = ["LAYOUTS", "Layout"]


@dataclass(frozen=True)
class Layout:
    """A file of DUO.

    Parameters
    ----------
    keys
        Header of each column that identifies a row -> our column; ``region`` is the institution's code (BRIN).
    identity
        Our columns that together occur once, the institution's code first.
    dropped
        Matches headers that are read past: percentages that follow from the counts.
    counts
        Matches the header of a count, with the groups ``year`` or ``schoolyear``, ``sex``, ``leerjaar``, ``measure``.
    indicators
        Our indicator for each measure; the key is empty where a file has one measure.
    unit
        Unit of the counts.
    sums
        Which ``sex`` is the total of the others; checked against them. Empty where there is none.
    kept
        Empty to leave the total out; the total's name to keep it alone, where it also counts what no part does.
    """

    name: str
    keys: Mapping[str, str]
    counts: str
    indicators: Mapping[str, str]
    unit: str
    identity: frozenset[str]
    dropped: str = ""
    sums: str = ""
    kept: str = ""


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
    counts=r"(?P<measure>EXAMENKANDIDATEN|GESLAAGDEN) SCHOOLJAAR (?P<schoolyear>\d{4}-\d{4}) - (?P<sex>[A-Z]+)",
    indicators={"EXAMENKANDIDATEN": "exam_candidates", "GESLAAGDEN": "exam_passes"},
    unit="pupils",
    identity=frozenset({"region", "vestiging", "onderwijstype", "inspectiecode"}),
    dropped=r"SLAAGPERC SCHOOLJAAR \d{4}-\d{4} - [A-Z]+",
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
_VO_IDENTITY = frozenset({"region", "vestiging", "onderwijstype", "lwoo", "vmbo_sector", "afdeling", "elementcode"})
_VO_COUNTS = r"LEER- OF VERBLIJFSJAAR (?P<leerjaar>\d) - (?P<sex>MAN|VROUW)"

#: Each has been read from a real file, unless its name says that it is unverified.
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
        counts=r"(?P<sex>MAN|VROUW|TOTAAL)(?P<year>\d{4})",
        indicators={"": "enrolment"},
        unit="students",
        identity=frozenset({"region", "plaats", "type_mbo", "mbo_niveau", "crebo"}),
        sums="TOTAAL",
    ),
    Layout(
        name="vo pupils per branch, 2016-2017",
        keys=_VO_KEYS,
        counts=_VO_COUNTS,
        indicators={"": "vo_pupils"},
        unit="pupils",
        identity=_VO_IDENTITY,
    ),
    Layout(
        name="vo pupils per branch, 2019 (unverified: no file in hand)",
        keys={header: column for header, column in _VO_KEYS.items() if column != "lwoo"},
        counts=_VO_COUNTS,
        indicators={"": "vo_pupils"},
        unit="pupils",
        identity=_VO_IDENTITY,
    ),
    _EXAMS,
    replace(
        _EXAMS,
        name="vo exam candidates and passes, from 2019/20",
        keys={"INSTELLINGSCODE": "region", "VESTIGINGSCODE": "vestiging", **_EXAM_KEYS},
        kept="TOTAAL",  # persons of unknown sex stand in the totals only
    ),
)
