"""Ways to make the briefs, side by side in one run: ``make bench``; ``--full`` makes 96 too, every way on all briefs.

The plan is the project's own, repeated with other values of the parameters until it has as many briefs as asked. The
ways take turns: each loop over the command line runs in two halves, with the others between them, so that a busy
machine is busy for all. In the quick form these loops make a sample, and their time for all briefs comes from it.
"""

import argparse
import base64
import contextlib
import gc
import io
import itertools
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCRIPTS = Path(sys.executable).parent
WAYS = (
    "papermill CLI, nbconvert CLI",
    "the same, two at a time",
    "process pool, Python APIs",
    "twente",
    "floor: the cells in forks",
)
#: What is varied, per notebook: another value is another brief.
VARIED = {
    "trend.ipynb": ("first_year", 2008),
    "diplomas.ipynb": ("first_year", 2008),
    "flows.ipynb": ("lever_to_roc", 0.01),
    "replacement_demand.ipynb": ("extra_graduates", 100),
    "targets.ipynb": None,
    "sources.ipynb": None,
    "projection.ipynb": ("horizon", 2),
    "investment.ipynb": None,
}


def main():
    """Print a table of ways, then the single measures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true", help="every way on all briefs, 24 and 96")
    options.add_argument("--briefs", type=int, nargs="*", default=None, help="how many briefs [24, full 24 96]")
    options.add_argument("--pairs", type=int, default=None, help="pairs of one more brief and its floor [8, full 32]")
    given = options.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d')}")
    for count in given.briefs if given.briefs is not None else [24, 96] if given.full else [24]:
        compare(count, given.full)
    pairs(given.pairs or (32 if given.full else 8))
    imports()


def compare(count, full):
    with tempfile.TemporaryDirectory() as place:
        briefs = checkout(Path(place), count)
        sample = briefs if full else sampled(briefs)
        one, two, pool, ours, plain = WAYS
        before, after = (
            [
                (one, lambda out, half=half: command_line(half, out, 1)),
                (two, lambda out, half=half: command_line(half, out, 2)),
            ]
            for half in (sample[::2], sample[1::2])
        )
        stock = (pool, lambda out: twente(out, "--engine", "nbclient"))
        turns = [*before, stock, (ours, twente), (plain, lambda _: floor(count)), *after]
        spent = dict.fromkeys(WAYS, (0.0, 0.0))
        for way, run in turns:
            share = count / len(sample) if way in (one, two) else 1
            took = clocked(lambda way=way, run=run: run(Path(place) / way.split()[0]))
            spent[way] = tuple(total + share * more for total, more in zip(spent[way], took, strict=True))
        first = spent[one]
        print(f"\n{count} briefs" + ("" if full else f" (command lines: from {len(sample)})"))
        print(f"{'way':32}{'wall s':>9}{'cpu s':>9}{'times, wall':>13}{'times, cpu':>12}")
        for name, (wall, cpu) in spent.items():
            print(f"{name:32}{wall:9.1f}{cpu:9.1f}{first[0] / wall:13.1f}{first[1] / cpu:12.1f}")
        again = [clocked(lambda: twente(Path(place) / "twente"))[0] for _ in range(5)]
        print(f"unchanged, again: {min(again):.2f} s at best, {statistics.median(again):.2f} s in the middle of 5")


def sampled(briefs):
    """Each family of the plan once, in one language or the other; of a short plan every other family."""
    plan = tomllib.loads((ROOT / "notebooks" / "briefs.toml").read_text("utf-8"))
    families = sum("notebook" in entry for entry in plan.values())
    each = [briefs[2 * number + number % 2] for number in range(min(families, len(briefs) // 2))]
    return each if len(each) == families else each[::2]


def checkout(place, count):
    """Copy data and notebooks, and write a plan of `count` briefs; give them as (notebook, parameters)."""
    shutil.copytree(ROOT / "data", place / "data")
    shutil.copytree(ROOT / "notebooks", place / "notebooks", ignore=shutil.ignore_patterns("scratch"))
    os.environ["TWENTE_DATA"] = str(place / "data")
    plan = tomllib.loads((ROOT / "notebooks" / "briefs.toml").read_text("utf-8"))
    families = [(name, entry) for name, entry in plan.items() if "notebook" in entry]
    lines, made = [], []
    for number, (name, entry) in zip(range(count // 2), itertools.cycle(families), strict=False):
        again = number // len(families)
        parameters = dict(entry.get("parameters", {}))
        varied = VARIED.get(entry["notebook"])
        if again and varied and parameters.get("publisher") != "duo":
            key, start = varied
            parameters[key] = start if key in ("first_year", "horizon") else start * again
        given = ", ".join(f"{key} = {json.dumps(value)}" for key, value in parameters.items())
        lines.append(
            f'[{name}-{again}]\nnotebook = "{entry["notebook"]}"\ntitle.nl = "{name}"\ntitle.en = "{name}"\n'
            f"parameters = {{ {given} }}\n"
        )
        made += [(entry["notebook"], {**parameters, "language": language}) for language in ("nl", "en")]
    (place / "notebooks" / "briefs.toml").write_text("\n".join(lines), "utf-8")
    return made


def command_line(briefs, out, jobs):
    """What a Makefile would do for each brief, with parameters as papermill's command takes them."""
    out.mkdir(exist_ok=True)
    folder = Path(os.environ["TWENTE_DATA"]).parent / "notebooks"

    def one(number):
        notebook, parameters = briefs[number]
        to = out / f"{number}.ipynb"
        given = base64.b64encode(json.dumps(parameters).encode()).decode()
        papermill = [SCRIPTS / "papermill", folder / notebook, to, "-b", given, "--cwd", folder, "--no-progress-bar"]
        subprocess.run(papermill, check=True, capture_output=True)
        subprocess.run([SCRIPTS / "jupyter-nbconvert", "--to", "html", to], check=True, capture_output=True)

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, range(len(briefs))))


def twente(out, *options):
    code = "from twente_analysis.cli import main; main()"
    subprocess.run(
        [sys.executable, "-c", code, "briefs", "--out", out, "--jobs", "2", *options], check=True, capture_output=True
    )


def floor(count):
    subprocess.run([sys.executable, __file__, "floor", str(count)], check=True, capture_output=True)


def clocked(run):
    """Wall and processor seconds of what the processes that `run` starts take."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, cpu


def warm():
    """The parent that both the floor and the pairs fork from."""
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    from twente_analysis.briefs.make_many import warm_up
    from twente_analysis.briefs.plan import read_plan
    from twente_analysis.briefs.socketless import ready
    from twente_analysis.folders import data_folder

    warm_up()
    ready()
    gc.collect()
    gc.freeze()
    return read_plan(data_folder().parent / "notebooks" / "briefs.toml")


def cells(brief, tell):
    """The cells of a brief as a plain script; what they show is thrown away."""
    os.chdir(brief.notebook.parent)
    names = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in json.loads(brief.notebook.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), brief.notebook.name, "exec"), names)
                if "parameters" in cell["metadata"].get("tags", []):
                    names.update(brief.parameters)


def private_memory():
    """MB of this process that it shares with no other."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def run_floor(count):
    from twente_analysis.briefs.parents import run_forked

    for brief, outcome in run_forked(warm()[:count], cells, 2):
        if outcome.error is not None:
            raise RuntimeError(brief.name) from outcome.error


def pairs(count):
    own = {name: value for name, value in os.environ.items() if name != "TWENTE_DATA"}  # the ways had a checkout each
    subprocess.run([sys.executable, __file__, "pairs", str(count)], check=True, env=own)


def run_pairs(count):
    """One more brief and its cells as a plain script, each in a fork, in turns."""
    briefs = warm()
    from twente_analysis.briefs.forks import Child
    from twente_analysis.briefs.make import make

    def whole(brief, place, tell):
        make(brief, place, "twente", tell=tell)
        return private_memory()

    chosen = (briefs[:: max(len(briefs) // count, 1)] * count)[:count]
    ours, plain, memory = [0.0, 0.0], [0.0, 0.0], []
    with tempfile.TemporaryDirectory() as place:
        for number, brief in enumerate(chosen):
            todo = [
                (ours, lambda tell, b=brief, n=number: whole(b, Path(place) / str(n), tell)),
                (plain, lambda tell, b=brief: cells(b, tell)),
            ]
            for total, work in todo if number % 2 else todo[::-1]:
                wall, cpu = clocked(lambda work=work: memory.append(forked(Child, work)))
                total[0] += wall
                total[1] += cpu
    print(f"\none more brief, {count} pairs: {ours[0] / plain[0]:.3f} times the floor by the wall clock, ", end="")
    print(f"{ours[1] / plain[1]:.3f} by processor time ({ours[1] / count:.2f} and {plain[1] / count:.2f} s)")
    print(f"private memory of a brief: {max(one for one in memory if one):.0f} MB at most")


def forked(child_class, work):
    child = child_class(work)
    outcome = child.wait()
    child.close()
    if outcome.error is not None:
        raise outcome.error
    return outcome.value


def imports():
    """What ``import twente_analysis`` costs beside ``import pandas``, in turns."""
    spent = {"pandas": [], "twente_analysis": []}
    for _ in range(7):
        for name, times in spent.items():
            times.append(
                clocked(lambda name=name: subprocess.run([sys.executable, "-c", f"import {name}"], check=True))
            )
    best = {name: min(cpu for _, cpu in times) for name, times in spent.items()}
    print(
        f"import twente_analysis: {best['twente_analysis'] / best['pandas']:.2f} times import pandas (processor time)"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["floor"]:
        run_floor(int(sys.argv[2]))
    elif sys.argv[1:2] == ["pairs"]:
        run_pairs(int(sys.argv[2]))
    else:
        main()
