"""What a run tells while it goes on: a line per brief, a bar on a terminal, and a command that hears what went wrong.

Nothing of it decides what is published or how the run ends: also where nobody reads, briefs are made.
"""

import contextlib
import io
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator

import click

from ..incoming import show_hidden
from .orphans import adopt, children, end_children

__all__ = ["HOOK_SECONDS", "hand_on", "progress", "ready", "say"]

#: How long the command for a failure may take.
HOOK_SECONDS = 60


def ready() -> None:
    """Have the streams take what they are given: a log of another encoding too, and one that was closed."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(line: str, *, err: bool = False) -> None:
    """Write a line, where it can be."""
    with _heard_or_not():
        click.echo(line, err=err)


@contextlib.contextmanager
def _heard_or_not() -> Iterator[None]:
    """Go on when what is written cannot be (a closed pipe, a full disk); what comes after it is then lost too."""
    try:
        yield
    except OSError:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            try:
                stream.flush()
            except OSError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextlib.contextmanager
def progress(total: Callable[[], int]) -> Iterator[Callable[[str], None]]:
    """Give what writes a line per brief; on a terminal a bar below them says how many are done, and of how many."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield say
        return
    from tqdm import tqdm  # noqa: PLC0415 - only a terminal shows it

    with tqdm(total=total(), unit="brief", leave=False) as bar:

        def write(line: str) -> None:
            with _heard_or_not():
                bar.write(line)
                bar.update()

        yield write


def hand_on(command: str | None, told: list[str], exit_code: int) -> None:
    """Run the command that was asked for, with what went wrong as its input; it changes nothing of how the run ends."""
    if not command:
        return
    adopt()
    spared = children()
    try:
        subprocess.run(  # noqa: S603 - who schedules the run chose it
            shlex.split(command),
            input="\n".join([show_hidden(one) for one in told]) + "\n",
            encoding="utf-8",
            errors="backslashreplace",
            check=True,
            timeout=HOOK_SECONDS,
            env=os.environ | {"TWENTE_EXIT_CODE": str(exit_code)},
        )
    except subprocess.TimeoutExpired as error:
        end_children(spared)  # what it started; in time it may leave something, such as mail on its way
        say(f"--on-failure did not work: {error}", err=True)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        say(f"--on-failure did not work: {error}", err=True)
