"""The folder of the pages: what is put in place, kept, marked as old and swept away.

Whenever a run is broken off, every page in the folder is whole, and what it links to is there: charts are placed
before their page and removed after nothing names them any more.
"""

import re
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ..language import LANGUAGES
from .index import render_index, render_other, render_stale
from .plan import Brief
from .record import Entry, is_whole, read_record, stamps, write_file, write_record

__all__ = ["BUILD", "Published"]

#: How the folder begins in which briefs are made aside, on the same file system.
BUILD = ".build-"
ASSETS = "assets"


class Published:
    """The pages of earlier runs and of this one.

    Parameters
    ----------
    folder
        Folder of the pages.
    copies
        Folder for copies of the charts, or None.

    """

    def __init__(self, folder: Path, copies: Path | None) -> None:
        self.folder, self.copies = folder, copies
        #: What went wrong with copies of charts: the pages do without.
        self.uncopied: list[str] = []
        self.record = read_record(folder)

    def _index(self, language: str) -> Path:
        return self.folder / ("index.html" if language == "nl" else f"index-{language}.html")

    def page(self, brief: Brief) -> Path:
        """Say where the page of a brief lies, or will."""
        return self.folder / f"{brief.name}.html"

    def keeps(self, brief: Brief, inputs: str) -> bool:
        """Whether the brief was published from these inputs and is still there as it was; then it stays."""
        entry = self.record.get(brief.name, {})
        if entry.get("inputs") != inputs or not is_whole(self.folder, entry):
            return False
        entry |= {"unchanged": True, "attempted": ""}
        if self.copies is not None and not _copied(self.folder / entry["assets"], self.copies / brief.name):
            self._copy(brief)
        return True

    def place(self, made: Entry, brief: Brief, aside: Path, inputs: str) -> None:
        """Put the charts and the page of a brief in place; the page after them, since readers start there."""
        assets, page = self.folder / made["assets"], self.page(brief)
        if assets.parent.is_symlink():
            assets.parent.unlink()  # what it leads to is not ours
        if not _same_files(assets, aside / "charts"):
            shutil.rmtree(assets, ignore_errors=True)
            assets.parent.mkdir(parents=True, exist_ok=True)
            (aside / "charts").rename(assets)
        entry = {"published": date.today().isoformat(), "attempted": "", "unchanged": False, "inputs": inputs}
        entry["linked"] = self._link(brief, aside / "page.html")
        if not self._index(brief.language).exists():  # the first page of all leads to it too
            write_file(self._index(brief.language), render_index([], brief.language, bilingual=False).encode())
        (aside / "page.html").replace(page)
        self.record[brief.name] = {**made, **entry, "files": stamps(self.folder, [page, *assets.iterdir()])}
        write_record(self.folder, self.record)
        self._copy(brief)

    def _copy(self, brief: Brief) -> None:
        """Copy the charts of a brief for who looks for them in `copies`; the brief is published without them too."""
        if self.copies is not None:
            try:
                _copy_charts(self.folder / self.record[brief.name]["assets"], self.copies / brief.name)
            except OSError as error:
                self.uncopied.append(f"the charts of {brief.name} were not copied ({error.strerror})")

    def mark_stale(self, brief: Brief) -> None:
        """Say on the last good page and in the record that the brief was not renewed."""
        page = self.page(brief)
        if "published" not in self.record.get(brief.name, {}) or not page.exists():
            self.record.pop(brief.name, None)
            return
        entry = self.record[brief.name]
        entry["attempted"] = date.today().isoformat()
        _mark(page, "stale", render_stale(brief.language, date.today(), date.fromisoformat(entry["published"])))

    def _other(self, brief: Brief) -> str:
        """Name the page in the other language, if it is there."""
        other = f"{brief.family}-{brief.other}.html"
        return other if brief.other and (self.folder / other).exists() else ""

    def _link(self, brief: Brief, page: Path) -> bool:
        """Have a page lead to the one in the other language where that is there; say whether it does."""
        other = self._other(brief)
        _mark(page, "other", render_other(brief.language, brief.other, other) if other else "")
        return bool(other)

    def _link_again(self, brief: Brief) -> None:
        """Renew the link of a page where the other one came after it, or went; the record says what it has now."""
        entry, page = self.record[brief.name], self.page(brief)
        if entry.get("linked") != bool(self._other(brief)):
            whole = is_whole(self.folder, entry)
            entry["linked"] = self._link(brief, page)
            if whole:  # what was changed otherwise must be seen next time
                entry["files"] |= stamps(self.folder, [page])

    def write_indexes(self, planned: Sequence[Brief], languages: set[str]) -> None:
        """Write the links between languages, the record and the index of each; then remove charts that none names."""
        found = [brief for brief in planned if "assets" in self.record.get(brief.name, {})]
        for brief in found:
            self._link_again(brief)
        write_record(self.folder, self.record)
        bilingual = {brief.language for brief in found} == set(LANGUAGES)
        for each in LANGUAGES:
            entries = [
                {"name": brief.name, "question": brief.question, "unchanged": False, **self.record[brief.name]}
                for brief in found
                if brief.language == each
            ]
            index = self._index(each)
            if entries or each in languages or index.exists():
                write_file(index, render_index(entries, each, bilingual).encode())
        for brief in found:
            self._remove_old_charts(brief)

    def _remove_old_charts(self, brief: Brief) -> None:
        """Remove the charts that neither the record nor the page names: a run may have ended between the two."""
        charts = self.folder / ASSETS / brief.name
        if charts.is_symlink():
            return  # what it leads to is not ours
        for old in charts.glob("*"):
            if old == self.folder / self.record[brief.name]["assets"]:
                continue
            if f"/{old.name}/" not in self.page(brief).read_text("utf-8", errors="replace"):
                shutil.rmtree(old, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what a run left that was broken off: what it was making, files it had not yet put in place, charts."""
        for left in [*self.folder.glob(f"{BUILD}*"), *self.folder.glob(".*.new")]:
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)  # a brief of a killed run may write for a moment still
            else:
                left.unlink(missing_ok=True)
        for charts in (self.folder / ASSETS).glob("*/*/"):
            if not (self.folder / f"{charts.parent.name}.html").exists() and _is_ours(charts):
                shutil.rmtree(charts, ignore_errors=True)

    def left_over(self, planned: Sequence[Brief]) -> list[str]:
        """Name the briefs that are in the plan no more; their pages stay, so that a link to one still works."""
        return sorted(set(self.record) - {brief.name for brief in planned})

    def remove(self, names: Sequence[str]) -> None:
        """Remove the copies, pages, charts and record of briefs; of one without a page `sweep` removes what is left."""
        for name in names:
            if self.copies is not None:
                shutil.rmtree(self.copies / name, ignore_errors=True)
            (self.folder / f"{name}.html").unlink()
            shutil.rmtree(self.folder / ASSETS / name, ignore_errors=True)
            del self.record[name]
        if names:
            write_record(self.folder, self.record)


def _is_ours(charts: Path) -> bool:
    """Whether a folder was published with a brief: named by a hash, with files named after the brief."""
    named = re.fullmatch("[0-9a-f]{16}", charts.name) and not charts.is_symlink() and not charts.parent.is_symlink()
    return bool(named) and all(path.name.startswith(f"{charts.parent.name}-") for path in charts.iterdir())


def _mark(page: Path, place: str, shown: str) -> None:
    """Show something at a marked place of a page, instead of what stood there."""
    text = page.read_text("utf-8", errors="replace")
    start, end = f"<!--{place}-->", f"<!--/{place}-->"
    write_file(page, re.sub(f"{start}.*?{end}", lambda _: f"{start}{shown}{end}", text, count=1, flags=re.S).encode())


def _same_files(one: Path, other: Path) -> bool:
    """Whether two folders of charts hold the same files; one that was damaged may have its name and size still."""
    found = [
        {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else None
        for folder in (one, other)
    ]
    return found[0] == found[1]


def _copied(assets: Path, to: Path) -> bool:
    """Whether all charts were copied: a copy keeps size and time of change, of which a disk may know whole seconds."""
    found = [
        {path.name: (about.st_size, int(about.st_mtime)) for path in paths for about in [path.stat()]}
        for paths in (assets.iterdir(), to.glob(f"{to.name}-*"))
    ]
    return found[0] == found[1]


def _copy_charts(assets: Path, to: Path) -> None:
    """Put copies of the charts in place one by one, so that a folder in use never lacks one, and remove older ones."""
    to.mkdir(parents=True, exist_ok=True)
    charts = list(assets.iterdir())
    for chart in charts:
        aside = to / f".{chart.name}.new"
        shutil.copy2(chart, aside)
        aside.replace(to / chart.name)
    for old in {path.name for path in to.glob(f"{to.name}-*")} - {chart.name for chart in charts}:
        (to / old).unlink()
