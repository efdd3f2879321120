"""Dutch and English: labels, sentences, numbers and dates. The texts stand in ``texts/nl.toml`` and ``texts/en.toml``.

Numbers, dates and plural forms come from Babel (Unicode CLDR), never from the operating system's locale.
"""

import re
import string
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from babel import Locale
from babel.dates import format_date as babel_date, get_month_names
from babel.numbers import format_decimal

from .errors import DataError, check_choice

__all__ = [
    "LANGUAGES",
    "format_date",
    "format_euro",
    "format_number",
    "format_period",
    "format_printed",
    "format_share",
    "join",
    "label",
    "say",
    "share_range",
    "step_label",
    "step_path",
    "within",
]

LANGUAGES = ("nl", "en")
#: A word in a date as it is printed: of a quarter, the end of a run of years, a name or an abbreviation.
WORD = re.compile(r"\bk\d\b|e\.v\.|[^\W\d_]+\.?")
MINUS = "\u2212"


@cache
def texts(language: str) -> Mapping[str, Any]:
    """Read all texts of a language, as nested tables."""
    check_choice("language", language, LANGUAGES)
    return tomllib.loads(resources.files(__package__).joinpath("texts", f"{language}.toml").read_text("utf-8"))


def format_number(value: float | None, kind: str = "number", language: str = "nl") -> str:
    """Write a number as a reader of the language expects it.

    Parameters
    ----------
    value
        The number; a fraction (0-1) for ``percent``, ``percent_fine`` and ``change``. None and missing give a dash.
    kind
        ``number`` (whole), ``decimal`` (one place), ``exact`` (the places it has, three at most), ``tick`` (the same,
        eight at most), ``percent``, ``change`` (percent with its sign), ``whole_percent`` and ``whole_change`` (the
        same without places), ``difference`` (whole, with its sign), ``points`` (percentage points with their sign, from
        points), ``per_hundred`` (one place, from a ratio), ``hundreds`` (rounded to them, for an estimate),
        ``percent_fine`` (two places), ``hundredths`` (two places, for a ratio).

    Examples
    --------
    >>> format_number(6303), format_number(0.115, "change"), format_number(-5.4, "points", "en")
    ('6.303', '+11,5%', '−5.4')

    """
    kinds: dict[str, tuple[str, float]] = {
        "number": ("#,##0", 1),
        "decimal": ("#,##0.0", 1),
        "exact": ("#,##0.###", 1),
        "tick": ("#,##0.########", 1),
        "percent": ("#,##0.0", 100),
        "change": ("+#,##0.0;-#,##0.0", 100),
        "difference": ("+#,##0;-#,##0", 1),
        "hundreds": ("#,##0", 1),
        "hundredths": ("#,##0.00", 1),
        "whole_percent": ("#,##0", 100),
        "whole_change": ("+#,##0;-#,##0", 100),
        "per_hundred": ("#,##0.0", 100),
        "points": ("+#,##0.0;-#,##0.0", 1),
        "percent_fine": ("#,##0.00", 100),
    }
    check_choice("kind", kind, kinds)
    check_choice("language", language, LANGUAGES)
    if value is None or value != value:  # noqa: PLR0124 - NaN is the one number unequal to itself
        return "–"
    pattern, factor = kinds[kind]
    digits = {"hundreds": -2, "exact": 3, "tick": 8}.get(kind, pattern.split(";")[0].partition(".")[2].count("0"))
    rounded = round(float(value) * factor, digits)
    if rounded == 0:
        pattern, rounded = pattern.split(";")[0].removeprefix("+"), 0.0
    text = str(format_decimal(rounded, format=pattern, locale=language)).replace("-", MINUS)
    return text + "%" if kind.endswith(("percent", "change", "fine")) else text


def format_euro(value: float | None, language: str = "nl", *, full: bool = False) -> str:
    r"""Write an amount as it reads best in a sentence: in millions with a decimal from one million on; or in `full`.

    Examples
    --------
    >>> format_euro(5635650), format_euro(652500), format_euro(2e6, "en"), format_euro(5635650, full=True)
    ('€\xa05,6\xa0miljoen', '€\xa0652.500', '€2\xa0million', '€\xa05.635.650')

    """
    if value is None or value != value:  # noqa: PLR0124 - NaN is the one number unequal to itself
        return format_number(None, language=language)
    size = abs(float(value))
    if full or size < 1e6:
        text = format_number(size, language=language)
    else:
        whole = abs(size / 1e6 - round(size / 1e6)) < 1e-9
        text = say(
            "euro.million", language, value=format_number(size / 1e6, "number" if whole else "decimal", language)
        )
    return (MINUS if value < 0 and size >= 0.5 else "") + say("euro.amount", language, value=text)


def format_date(day: date, language: str = "nl") -> str:
    """Write a date in full.

    Examples
    --------
    >>> format_date(date(2026, 11, 20))
    '20 november 2026'

    """
    # British English: day before month, as Dutch readers of English expect.
    return str(babel_date(day, format="long", locale={"en": "en_GB"}.get(language, language)))


def format_period(period: str, language: str = "nl") -> str:
    """Write a period: a year, a quarter (``2018KW02``), a month (``2018MM03``) or several years (``2021/2024``).

    Examples
    --------
    >>> format_period("2018KW02"), format_period("2018MM03", "en"), format_period("2021/2024")
    ('2e kwartaal van 2018', 'March 2018', '2021-2024')

    """
    if "/" in period:
        return ("-" if period.replace("/", "").isdecimal() else " - ").join(
            format_period(one, language) for one in period.split("/")
        )
    found = re.fullmatch(r"(\d{4})(KW|MM)(\d\d)", period)
    if found is None:
        return period
    year, number = int(found[1]), int(found[3])
    if found[2] == "KW":
        return say("period.quarter", language, quarter=number, year=year)
    return str(babel_date(date(year, number, 1), format="MMMM y", locale=language))


def format_printed(printed: str, language: str = "nl") -> str:
    """Write a date in the words of a Dutch document for a reader of the language; Dutch where a word is not known.

    Examples
    --------
    >>> format_printed("vanaf 2020", "en"), format_printed("sept. 2013", "en"), format_printed("sept. 2013")
    ('from 2020', 'September 2013', 'sept. 2013')
    >>> format_printed("Technologiepact", "en")
    'Technologiepact'

    """
    if language == "nl":
        return printed
    words = {word: _printed_word(word, language) for word in WORD.findall(printed)}
    return WORD.sub(lambda found: str(words[found[0]]), printed) if all(words.values()) else printed


def _printed_word(word: str, language: str) -> str | None:
    """Find a word of a date in another language: in the texts, or as a month, which may be shortened."""
    known = texts(language)["labels"]["printed_word"].get(word)
    months = get_month_names("wide", locale="nl")
    named = [number for number, name in months.items() if len(word) > 2 and name.startswith(word.rstrip("."))]
    return str(known or get_month_names("wide", locale=language)[named[0]]) if known or named else None


def format_share(fraction: float | None, language: str = "nl", *, rough: bool = False) -> str:
    """Write a share with one decimal; with none where that is a zero, or the share rests on whole ones (`rough`).

    A share that is something is not written as 0%: a small one has decimals up to its first digit.

    Examples
    --------
    >>> format_share(0.78068), format_share(0.2199), format_share(0.3825, rough=True), format_share(0.002, rough=True)
    ('78,1%', '22%', '38%', '<1%')
    >>> format_share(0.0003), format_share(0.000018)
    ('0,03%', '0,002%')

    """
    if fraction is None or fraction != fraction:  # noqa: PLR0124 - NaN is the one number unequal to itself
        return format_number(None, language=language)
    if rough and 0 < fraction < 0.005:
        return "<1%"
    if 0 < fraction < 0.0005:
        return str(format_decimal(float(f"{fraction * 100:.0e}"), format="0." + "#" * 12, locale=language)) + "%"
    whole = rough or round(fraction * 100, 1) == round(fraction * 100)
    return (
        format_number(fraction * 100, language=language) + "%"
        if whole
        else format_number(fraction, "percent", language)
    )


def share_range(low: float, high: float, language: str = "nl") -> str:
    """Write a share without decimals, or two of which it may be any between.

    Examples
    --------
    >>> share_range(0.769, 0.8556), share_range(0.337, 0.3371)
    ('77-86%', '34%')

    """
    first, last = (format_share(one, language, rough=True) for one in (low, high))
    return last if last in (first, "<1%") else f"{first.removesuffix('%')}-{last}"


def label(group: str, value: str, language: str = "nl", *, n: float = 2) -> str:
    """Give the reader's name of a code or category, for `n` of it; the value itself where the texts have none.

    Examples
    --------
    >>> label("bedrijfstak_mbo", "Grafische beroepen"), label("bedrijfstak_mbo", "Iets nieuws")
    ('Grafisch', 'Iets nieuws')
    >>> label("audit_unit", "stars", n=1), label("audit_unit", "stars")
    ('sterretje', 'sterretjes')

    """
    entry = texts(language)["labels"].get(group, {}).get(value, value)
    return str(entry[_plural(entry, n, language)] if isinstance(entry, Mapping) else entry)


def step_label(start: str, end: str, language: str = "nl") -> str:
    """Name where a step of a flow goes; the texts may name it after where it starts.

    Examples
    --------
    >>> step_label("vmbo-t", "mbo techniek"), step_label("mbo", "naar elders / niet genoemd")
    ('technisch mbo', 'ander mbo of niet genoemd')

    """
    both = f"{start} > {end}"
    named = label("flow", both, language)
    return label("flow", end, language) if named == both else named


def step_path(step: Mapping[Any, Any], language: str = "nl") -> str:
    """Write a row of a tree of flows: what it starts from, where it goes, or what it is a part of.

    Examples
    --------
    >>> step_path({"from": "mbo", "to": "mbo techniek", "kind": "step"})
    'mbo → technisch mbo'
    >>> step_path({"from": "vmbo techniek leerjaar 4", "to": "gl", "kind": "part"})
    'waarvan gemengd'

    """
    to = step_label(step["from"], step["to"], language)
    if not step["from"]:
        return to
    form = "part" if step["kind"] == "part" else "arrow"
    return say(f"flows.table_{form}", language, start=label("flow", step["from"], language), to=to)


def within(text: str, scope: str, language: str = "nl") -> str:
    """Add the scope to a text that is about part of the groups only.

    Examples
    --------
    >>> within("Diploma's", "all"), within("Diploma's", "without transport")
    ("Diploma's", "Diploma's, zonder transport en logistiek")

    """
    check_choice("scope", scope, list(texts(language)["labels"]["scope"]))
    return text if scope == "all" else f"{text}, {label('scope', scope, language).lower()}"


def join(parts: list[str], language: str = "nl") -> str:
    """List parts as in a sentence.

    Examples
    --------
    >>> join(["a", "b", "c"]), join(["a", "b"], "en")
    ('a, b en c', 'a and b')

    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {texts(language)['and']} {parts[-1]}"


def say(key: str, language: str = "nl", **figures: object) -> str:
    """Fill a sentence of the texts with figures.

    A text may be a table of plural forms (``one``, ``other``; ``zero`` and ``two`` where exactly so many read
    otherwise), chosen by the figure ``n``, or the one that its ``by`` names; or of directions (``up``, ``down``,
    ``same``), chosen by the sign of the figure ``change``.

    Parameters
    ----------
    key
        Path in the texts, such as ``trend.headline``.
    figures
        What the sentence's placeholders stand for; ``{value:number}`` is written by `format_number`,
        ``{value:euro}`` and ``{value:euros}`` (in full) by `format_euro`; ``{value:group|groups}`` is the word that
        goes with so many, in whole numbers.

    Raises
    ------
    DataError
        When the texts have no such sentence.

    Examples
    --------
    >>> say("trend.missing", "en", n=1), say("trend.missing", "en", n=2)
    ('1 cell is not filled in', '2 cells are not filled in')

    """
    entry: Any = texts(language)
    for part in key.split("."):
        entry = entry.get(part) if isinstance(entry, Mapping) else None
    if isinstance(entry, Mapping):
        entry = entry.get(_form(entry, figures, language))
    if not isinstance(entry, str):
        raise DataError(f"The texts have no sentence {key!r} in {language!r}", remedy="Add it to both languages.")
    return _Writer(language).vformat(entry, (), figures)


def _form(entry: Mapping[str, Any], figures: Mapping[str, Any], language: str) -> str:
    if "other" in entry:
        return _plural(entry, figures[entry.get("by", "n")], language)
    if "same" not in entry:
        return ""
    change = round(float(figures["change"]), 3)
    return "up" if change > 0 else "down" if change < 0 else "same"


def _plural(forms: Mapping[str, str], n: float, language: str) -> str:
    """Choose a plural form: that of exactly none or two where there is one, else the language's."""
    exact = "zero" if n == 0 else "two" if n == 2 else ""
    # A whole number is one thing as an integer only: of 1.0 the rules see a decimal.
    return exact if exact in forms else Locale.parse(language).plural_form(int(n) if float(n).is_integer() else n)


class _Writer(string.Formatter):
    """Writes ``{value:percent}`` as `format_number` does, and of ``{value:group|groups}`` the word for so many."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:
            forms = dict(zip(("one", "other"), format_spec.split("|"), strict=True))
            return forms[_plural(forms, round(value), self.language)]
        writers: dict[str, Callable[[], str]] = {
            "": lambda: str(value),
            "year": lambda: str(int(value)),
            "euro": lambda: format_euro(value, self.language),
            "euros": lambda: format_euro(value, self.language, full=True),
        }
        return writers.get(format_spec, lambda: format_number(value, format_spec, self.language))()
