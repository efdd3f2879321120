"""What a cell started and left behind: on Linux it comes to the process that made the brief, then to that one's parent.

A process whose parent ends goes to the nearest one above it that adopts, whatever its session, group or environment.
Each brief adopts while it runs. So what the parent of the briefs has that is no brief is of one that is over.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import FrameType

__all__ = ["adopt", "can_end_what_is_left", "children", "die_with", "end_children", "guard"]

LINUX = sys.platform == "linux"
#: Of Linux's `prctl`.
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
#: How many seconds to go on with what does not end, how often to look, and how often whether the run is still there.
PATIENCE, LOOK, RUN_LOOK = 5.0, 0.002, 1.0


def adopt() -> bool:
    """Have what loses its parent below this process come here, not to the first process of the machine; if it can."""
    return LINUX and ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def die_with(parent: int) -> None:
    """Have this process end when its parent does, however that ends; at once when it is gone already."""
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def can_end_what_is_left() -> bool:
    """Whether this system gives a process what its children left, and lists its children."""
    return adopt() and any(Path("/proc/self/task").glob("*/children"))


def children() -> set[int]:
    """List the processes whose parent is this one; none where the system does not say."""
    found: set[int] = set()
    for path in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread that has just ended
            found.update(map(int, path.read_text().split()))
    return found


def end_children(spared: AbstractSet[int] = frozenset()) -> None:
    """Kill the children of this process but those that are spared, and theirs when they come here."""
    until = time.monotonic() + PATIENCE
    before: set[int] = set()
    while (left := children() - spared) and time.monotonic() < until:
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):  # one of another user may have ended too
                os.waitpid(pid, os.WNOHANG)
        if left <= before:  # else one may fork just now, which a pause would let go
            time.sleep(LOOK)
        before = left


def guard(line: int, run: int) -> None:
    """Go on in a fork, while this process waits until that is over, kills what it left, and ends as it did.

    The parent of the briefs may be killed or stopped, and then cannot clear up itself. To end all at once, terminate
    this process.

    Parameters
    ----------
    line
        Descriptor that is the fork's alone.
    run
        Process that started this one; when it is gone, all is ended.

    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for who waits on the line
    if not LINUX:
        return
    adopt()
    this = os.getpid()
    pid = os.fork()
    if pid == 0:
        die_with(this)
        return

    def end(number: int, frame: FrameType | None) -> None:
        os.kill(pid, signal.SIGKILL)  # not yet waited for, so still the same process

    def look(number: int, frame: FrameType | None) -> None:
        if os.getppid() != run:
            end(number, frame)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, RUN_LOOK, RUN_LOOK)
    os.close(line)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    end_children()
    if status < 0:
        with contextlib.suppress(OSError):  # that of SIGKILL is as it is
            signal.signal(-status, signal.SIG_DFL)
        os.kill(this, -status)
    os._exit(abs(status))
