"""Files over HTTP: within time limits, tried again on passing trouble, continued where they stopped.

Nothing stands under its own name before it is whole. What came of a file that is not whole yet is ``<name>.part``,
with ``<name>.from`` beside it, which says of which version of what address it is.
"""

import contextlib
import errno
import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from tqdm import tqdm

from ..tidy import DataError

__all__ = ["ASIDE", "Limits", "Service", "Terms", "Unreachable", "on_disk"]

#: Folder of what is not whole yet, in the folder of the user.
ASIDE = ".fetching"
CHUNK = 2**16
AGAIN = (408, 425, 429, 500, 502, 503, 504)
LATER = "Run the same command again later: it goes on from what has come."


class Unreachable(DataError):  # noqa: N818 - a DataError of which one kind must be told apart
    """The service gave no whole answer; what came of it is kept, so that a later run goes on from there."""


@dataclass(frozen=True)
class Limits:
    """How long and how often to try.

    Parameters
    ----------
    connect, read
        Seconds until a connection stands, and of silence.
    total
        Seconds per file.
    attempts
        Number of times that one request is made.
    pause
        Seconds before the second attempt; doubled before each next one. A service that says how long to wait is
        obeyed, up to a minute.
    size
        Bytes of the largest file that is taken.

    """

    connect: float = 10
    read: float = 60
    total: float = 1800
    attempts: int = 5
    pause: float = 1
    size: int = 2**31


@dataclass(frozen=True)
class Terms:
    """What to fetch, and how.

    Parameters
    ----------
    regions
        Codes as CBS writes them; of each table that is fetched by region, those that it has.
    odata
        Version of CBS's service: 4, or 3.
    accept_changes
        Take a file whose columns have changed or that has shrunk.
    address
        A mirror of the service, with the same paths; empty for the service itself.
    limits
        How long and how often to try.

    """

    regions: Sequence[str] = ("AM05", "NL01")
    odata: int = 4
    accept_changes: bool = False
    address: str = ""
    limits: Limits = field(default_factory=Limits)


class Service:
    """The way to one service: its address, or a mirror's with the same paths, and the limits."""

    def __init__(self, base: str, address: str | None, limits: Limits) -> None:
        self.base, self.address, self.limits = base, (address or "").rstrip("/"), limits
        retry = urllib3.Retry(
            total=limits.attempts - 1,
            status_forcelist=AGAIN,
            backoff_factor=limits.pause,
            backoff_max=60,
            retry_after_max=60,
            raise_on_status=False,
        )
        self.session = requests.Session()
        self.session.headers["User-Agent"] = f"twente_analysis {requests.__title__}/{requests.__version__}"
        self.session.max_redirects = 5
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, HTTPAdapter(max_retries=retry))

    def close(self) -> None:
        """End the connections."""
        self.session.close()

    def locate(self, link: str, of: str | None = None) -> str:
        """Make a link absolute, and see that it stays with this service.

        Parameters
        ----------
        link
            Address, or part of one, as the service gives it.
        of
            Address of the answer that holds the link.

        """
        home, mirror = urlsplit(self.base), urlsplit(self.address or self.base)
        try:
            found = urlsplit(urljoin(of or f"{self.base}/", link))
        except ValueError as error:
            raise DataError(f"{link!r} is no address", remedy="Run the same command again later.", file=of) from error
        if (found.scheme, found.netloc) == (mirror.scheme, mirror.netloc):
            return found.geturl()
        if found.hostname != home.hostname:
            raise DataError(
                f"the answer refers to another host, {found.netloc!r}",
                remedy=f"This is not followed. If {home.netloc} has moved, mend its address in the .toml file.",
                file=of or self.base,
            )
        # Always by the scheme of our own address: an answer can't make us leave https.
        return (self.address or f"{home.scheme}://{home.netloc}") + found._replace(scheme="", netloc="").geturl()

    def save(self, url: str, path: Path, keep: bool = False) -> None:
        """Save what `url` gives as `path`, which stands there when it is whole.

        Parameters
        ----------
        url
            Address, from `locate`.
        path
            Where it goes.
        keep
            Whether what came of it may be continued later; costs that it is not compressed under way.

        Raises
        ------
        Unreachable
            When the service can't be reached, breaks off time after time, or takes too long.
        DataError
            When it answers that it has no such thing, or the disk is full or can't be written.

        """
        part, deadline = path.with_name(f"{path.name}.part"), time.monotonic() + self.limits.total
        trouble = ""
        for attempt in range(self.limits.attempts):
            if attempt:
                time.sleep(max(0, min(self.limits.pause * 2 ** (attempt - 1), deadline - time.monotonic())))
            try:
                with on_disk(part):
                    self._receive(url, part, deadline, keep)
                    part.replace(path)
                    _origin(part).unlink(missing_ok=True)
                return
            except urllib3.exceptions.HTTPError as error:
                trouble = _told(error)
        raise Unreachable(f"broken off {self.limits.attempts} times ({trouble})", remedy=LATER, file=url)

    def _receive(self, url: str, part: Path, deadline: float, keep: bool) -> None:
        """Make one request; add what it gives to what is there."""
        have, validator = _kept(part, url) if keep else (0, "")
        headers = {"Accept-Encoding": "identity" if keep else "gzip"}
        headers |= {"Range": f"bytes={have}-", "If-Range": validator} if have else {}
        with self._answer(url, headers, deadline) as response:
            given = response.headers.get("Content-Range", "")
            if response.status_code == 206 and not given.startswith(f"bytes {have}-"):
                part.unlink(missing_ok=True)
                raise urllib3.exceptions.ProtocolError("the service gave another part than was asked")
            if response.status_code not in (200, 206):
                self._refuse(response, part)
            if response.status_code == 200:
                have = 0
                # First away with the old part, or a run that dies here leaves it noted as one of the new version.
                part.unlink(missing_ok=True)
                _note(part, url, response if keep else None)
            end = given.rpartition("/")[2]
            length = response.headers.get("Content-Length", "")
            whole = have + int(length) if length.isdigit() and "Content-Encoding" not in response.headers else None
            # `disable=None`: a bar on a terminal only.
            bar = tqdm(
                desc=part.name[:30], total=whole, initial=have, unit="B", unit_scale=True, leave=False, disable=None
            )
            with part.open("ab" if have else "wb") as file, bar:
                while chunk := response.raw.read1(CHUNK, decode_content=True):
                    file.write(chunk)
                    have += len(chunk)
                    bar.update(len(chunk))
                    if have > self.limits.size:
                        part.unlink()
                        raise DataError(
                            f"the file is larger than {self.limits.size:,} bytes",
                            remedy="That is no file we know: look it up at the publisher's site.",
                            file=url,
                        )
                    self._check_time(url, deadline)
                file.flush()
                os.fsync(file.fileno())
            if end.isdigit() and have != int(end):
                raise urllib3.exceptions.ProtocolError(f"{have} of {end} bytes came")

    def _answer(self, url: str, headers: dict[str, str], deadline: float) -> requests.Response:
        self._check_time(url, deadline)
        silence = min(self.limits.read, max(0.1, deadline - time.monotonic()))
        try:
            response = self.session.get(url, headers=headers, stream=True, timeout=(self.limits.connect, silence))
        except requests.RequestException as error:
            remedy = "See whether there is internet. " + LATER
            raise Unreachable(f"the service can't be reached ({_told(error)})", remedy=remedy, file=url) from error
        if url.startswith("https:") and not response.url.startswith("https:"):
            raise DataError("the service leads away from https", remedy="Do not trust this network.", file=url)
        return response

    def _check_time(self, url: str, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise Unreachable(f"it took more than {self.limits.total:g} seconds", remedy=LATER, file=url)

    def _refuse(self, response: requests.Response, part: Path) -> None:
        """Raise for an answer without content."""
        status = f"{response.status_code} {response.reason}".strip()
        if response.status_code == 416:
            part.unlink(missing_ok=True)
            raise urllib3.exceptions.ProtocolError(f"the service answers {status}")
        if response.status_code in AGAIN:
            raise Unreachable(f"the service answers {status}", remedy=LATER, file=response.url)
        raise DataError(
            f"the service answers {status}",
            remedy="It may have been renamed or replaced by a newer one: look it up at the publisher's site.",
            file=response.url,
        )


@contextlib.contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """Tell trouble with the disk as a `DataError`."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
        remedy = "Free some space, or choose" if full else "Make the folder writable, or choose"
        remedy += " another folder with --to; then run the same command again."
        raise DataError(f"it can't be written ({error.strerror or error})", remedy=remedy, file=path) from error


def _origin(part: Path) -> Path:
    return part.with_suffix(".from")


def _note(part: Path, url: str, response: requests.Response | None) -> None:
    """Note what a part is a part of, where the service lets it be continued."""
    origin = _origin(part)
    tag = response.headers.get("ETag", "") if response is not None else ""
    validator = "" if tag.startswith("W/") else tag
    if response is not None and not validator:
        validator = response.headers.get("Last-Modified", "")
    if response is None or not validator or "Content-Encoding" in response.headers:
        origin.unlink(missing_ok=True)
        return
    origin.write_text(json.dumps({"url": url, "validator": validator}), "utf-8")


def _kept(part: Path, url: str) -> tuple[int, str]:
    """Give the number of bytes that came earlier and the version they are of; 0 where they can't be continued."""
    try:
        noted: dict[str, Any] = json.loads(_origin(part).read_text("utf-8"))
        if noted["url"] == url:
            return part.stat().st_size, noted["validator"]
    except (OSError, ValueError, LookupError, TypeError):
        pass  # nothing came earlier, or not enough is known of it: begin at the beginning
    return 0, ""


def _told(error: BaseException) -> str:
    """Give the innermost reason of a network error in one line."""
    reason = error
    while isinstance(inner := getattr(reason, "reason", None) or next(iter(reason.args), None), BaseException):
        reason = inner
    told = (str(reason) or type(reason).__name__).splitlines()[0]
    return re.sub(r"^<?\w+(\.\w+)*(Pool|Connection|object)?\(.*?\)>?: ", "", told).rstrip(".")[:200]
