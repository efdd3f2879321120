"""What may come in from outside: a plain file that fits in memory, and text that shows all that it holds.

A compressed file of a kilobyte can unpack to a terabyte, so nothing is unpacked here. Control characters and those that
turn the direction of text make a reader see something else than what stands there (Unicode Technical Report 36).
"""

import csv
import os
import re
import unicodedata
from pathlib import Path
from stat import S_ISREG

from .errors import DataError

__all__ = ["HIDDEN", "check_json", "check_size", "check_text", "read_content", "show_hidden", "show_plainly"]

#: The largest file that is read, in bytes; ten times the largest that DUO publishes.
LIMIT = 500_000_000
LIMIT_FROM = "TWENTE_MAX_BYTES"
#: The longest line of a CSV file, in bytes; the longest known is a tenth of it.
LINE = 20_000
#: Control characters (but tab and line ends), marks of direction, separators that only some readers take for a line
#: end, halves of a character, and tags.
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
#: The same, as JSON may write them.
ESCAPED = re.compile(
    rb"\\u(00[01][0-9a-f]|007f|00[89][0-9a-f]|061c|200[ef]|202[89a-e]|206[6-9]|d[89a-f][0-9a-f]{2})", re.IGNORECASE
)
PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n\r"
COMPRESSED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "ZIP, as an Excel workbook is",
    b"PK\x05\x06": "ZIP",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
}


def read_content(path: Path, remedy: str) -> bytes:
    """Read a file that is neither compressed nor too large; the size is looked at first.

    Raises
    ------
    DataError
        When it cannot be read, is no plain file, is compressed, or larger than `LIMIT` bytes or those that the
        environment's ``TWENTE_MAX_BYTES`` says.

    """
    limit = _limit()
    try:
        # A pipe would keep us waiting for who writes to it.
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(opened, "rb") as file:
            about = os.fstat(file.fileno())
            if not S_ISREG(about.st_mode):
                raise DataError("this is no plain file", remedy=remedy, file=path)
            start = file.read(8)
            for magic, form in COMPRESSED.items():
                if start.startswith(magic):
                    raise DataError(
                        f"the file is compressed ({form}), and is not unpacked here",
                        remedy="Unpack it yourself, see what came out and how large it is, and save that as CSV.",
                        file=path,
                    )
            content = start + file.read(limit + 1) if about.st_size <= limit else b""
    except OSError as error:
        raise DataError(f"the file cannot be read ({error.strerror})", remedy=remedy, file=path) from error
    check_size(path, max(about.st_size, len(content)))
    return content


def check_size(path: Path, size: int) -> None:
    """Raise a `DataError` for a file of more bytes than are read."""
    if size > (limit := _limit()):
        raise DataError(
            f"the file has {size:,} bytes, more than the {limit:,} that are read",
            remedy=f"See whether it is the right file; if so, set {LIMIT_FROM} in the environment to a larger number.",
            file=path,
        )


def check_text(content: bytes, text: str, path: Path, remedy: str) -> None:
    """Raise a `DataError` that names line and column where the text of a CSV file holds what no reader sees.

    Parameters
    ----------
    content, text
        The file as bytes, and decoded.

    """
    # Without the ASCII that is almost all of it, there is little left to look at.
    odd = content.translate(None, PLAIN)
    if odd and HIDDEN.search(odd.decode("utf-8", errors="replace") if not odd.isascii() else odd.decode("ascii")):
        found = HIDDEN.search(text)
        if found:
            line, column = _place(text, found.start())
            raise DataError(f"line {line}{column} holds {_name(found[0])}", remedy=remedy, file=path)
    longest = max(map(len, content.split(b"\n")))
    if longest > LINE:
        line = next(number for number, one in enumerate(content.split(b"\n"), 1) if len(one) > LINE)
        raise DataError(
            f"line {line} has {longest:,} bytes; no line of a table has more than {LINE:,}", remedy=remedy, file=path
        )


def check_json(content: bytes, path: Path, remedy: str) -> None:
    """Raise a `DataError` where a JSON file holds, or writes as an escape, a character that no reader sees."""
    found = ESCAPED.search(content)
    code = found[1].decode() if found else ""
    odd = HIDDEN.search(content.translate(None, PLAIN).decode("utf-8", errors="replace"))
    hidden = odd[0] if odd else chr(int(code, 16)) if code else ""
    if hidden:
        raise DataError(f"a text holds {_name(hidden)}", remedy=remedy, file=path)


def show_hidden(text: str) -> str:
    r"""Write what no reader sees as its number, so that it is seen and does nothing.

    Examples
    --------
    >>> show_hidden("a\u202eb\x1b[31m")
    'a[U+202E]b[U+001B][31m'

    """
    if text.isascii() and text.isprintable():  # such as a picture of a page, which is long
        return text
    return HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def show_plainly(value: object) -> object:
    """Write a value of a template so that all of it is seen; markup that is ready stays as it is."""
    return show_hidden(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _limit() -> int:
    told = os.environ.get(LIMIT_FROM, str(LIMIT))
    if not re.fullmatch(r"[0-9]{1,15}", told):
        raise DataError(f"{LIMIT_FROM}={told!r} is no number of bytes", remedy=f"Give a number, such as {LIMIT}.")
    return int(told)


def _name(character: str) -> str:
    kind = "control character" if unicodedata.category(character) == "Cc" else "hidden character"
    name = unicodedata.name(character, "")
    return f"the {kind} U+{ord(character):04X}" + (f" ({name})" if name else "")


def _place(text: str, position: int) -> tuple[int, str]:
    """Give the line of a character and the column that it stands in, as far as that can be told."""
    start = text.rfind("\n", 0, position) + 1
    head, line = text.partition("\n")[0], text[start:position].replace("\0", " ")
    separator = ";" if head.count(";") >= head.count(",") else ","
    try:
        names, before = (next(csv.reader([one.rstrip("\r")], delimiter=separator), []) for one in (head, line))
    except csv.Error:
        names, before = [], []
    number = text.count("\n", 0, position) + 1
    known = number > 1 and 0 < len(before) <= len(names)
    return number, f", column {show_hidden(names[len(before) - 1])!r}," if known else ""
