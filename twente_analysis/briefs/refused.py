"""What may not be a parameter of a brief, whatever the notebook takes: it is printed on the page for all to read."""

import re
from typing import Any

from ..errors import DataError
from ..incoming import HIDDEN

__all__ = ["check_printable"]

#: Names under which programs keep secrets, in English and Dutch: anywhere in a name, or as a part between underscores.
SECRET_NAME = re.compile(
    r"password|passwd|wachtwoord|secret|geheim|token|api_?key|credential|signature|toegangscode"
    r"|(?:^|_)(?:pass(?:w|phrase|code)?|pwd?|pat|otp|sas|pin(?:code)?|auth(?:orization)?|bearer|cookie|jwt|session_?id"
    r"|(?:access|account|private|ssh|encryption|licen[cs]e)_?keys?|sleutels?|connection_?string|dsn)[0-9]*(?:_|$)",
    re.IGNORECASE,
)
#: Values that give themselves away by their form.
SECRET_VALUES = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "a signed token (JWT)": r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",
    "a token of a service": (
        r"\b(?:gh[opsur]_|github_pat_|glpat-|xox[abeoprs]-|sk-|sk_live_|pypi-|hf_|npm_|SG\.)[\w-]{16,}|\bya29\.\w"
    ),
    "a key of a cloud": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{30,}|\bAccountKey=",
    "an address with a password": r"://[^\s/@]+@|://[^\s/:@]*:(?![0-9]+(?:/|$))[^\s@]+@|\bjdbc:\S*@",
    "a header with a password": r"(?i:\b(?:bearer|basic)\s+[\w.+/=-]{16,})",
    "a password": (
        r"(?i:\b(?:pass(?:w|wd|word|code|phrase)?|pwd?|wachtwoord|secret|token|api_?key|\w*accesskey)\s*[=:]\s*\S)"
    ),
    "the address of a webhook": r"(?i:hooks\.slack\.com/|webhook\.office\.com/|discord(?:app)?\.com/api/webhooks/)",
    "a key (UUID)": r"\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b",
    "an address with a secret": r"(?i:[?&](?:\w*token|sig|signature|key|code|auth|pass\w*|pwd?)=[^&\s]{4,})",
}
#: So many letters and digits in a row are no name of a group, school or folder.
RANDOM, RUN = re.compile(r"[\w+/=-]{32,}"), re.compile(r"[\w+=-]{32,}")
#: Words and numbers with marks between them, such as folders.
SLUGS = r"/?[A-Za-z]+(?:[-_/]+(?:[A-Za-z]+|[0-9]+))*/?"
LENGTH = 1000


def check_printable(name: str, value: Any, file: str) -> None:
    """Raise a `DataError` when a parameter is a secret by its name or value, or no plain text; never with the value.

    Examples
    --------
    >>> check_printable("scope", "without_transport", "trend.ipynb")
    >>> check_printable("api_key", "", "trend.ipynb")
    Traceback (most recent call last):
    ...
    twente_analysis.errors.DataError: trend.ipynb: parameter 'api_key' has the name of a secret.
    What to do: ...

    """
    remedy = "Parameters are printed on the page. Take a secret from the environment, within the function that needs it"
    if SECRET_NAME.search(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)):
        raise DataError(f"parameter {name!r} has the name of a secret", remedy=f"{remedy}.", file=file)
    for text in _texts(value):
        kind = next((kind for kind, form in SECRET_VALUES.items() if re.search(form, text)), None)
        if kind is None and any(map(_looks_random, RANDOM.findall(text))):
            kind = "a secret"
        if kind is not None:
            remedy += "; if it is none, write it otherwise."
            raise DataError(f"the value of parameter {name!r} looks like {kind}", remedy=remedy, file=file)
        hidden = HIDDEN.search(text)
        if hidden or len(text) > LENGTH:
            told = f"holds the hidden character U+{ord(hidden[0]):04X}" if hidden else f"has over {LENGTH} characters"
            raise DataError(f"the value of parameter {name!r} {told}", remedy="Give plain text.", file=file)


def _texts(value: Any) -> list[str]:
    """Find every text in a value, keys too."""
    if isinstance(value, dict):
        return [text for pair in value.items() for one in pair for text in _texts(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []


def _looks_random(text: str) -> bool:
    """Tell a key from long words, slugs and folders.

    In a key digits are scattered among the letters; in one with slashes a sixth or more goes to a digit, a letter or a
    capital.
    """
    if re.fullmatch(SLUGS, text):
        return False
    capitals = len(re.findall(r"[a-z](?=[A-Z])", text))
    return 6 * (capitals + _scattered(text)) >= len(text) or any(_scattered(part) >= 6 for part in RUN.findall(text))


def _scattered(text: str) -> int:
    return len(re.findall(r"[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])", text))
