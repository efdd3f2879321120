"""A brief as a tagged PDF: its page, printed by Chromium."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from bs4 import BeautifulSoup

from ..briefs.kernels import BriefError
from ..briefs.page import render_page
from ..errors import MachineError
from .contents import Memo

__all__ = ["PROGRAMS", "save_pdf"]

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
SECONDS = 120
#: A chart stands whole on a page, beneath its caption; rows of tables are as close as in the Word document.
PAPER = """
@page {
  size: A4; margin: 18mm 16mm;
  @bottom-right { content: counter(page); font: 8pt Arial, sans-serif; color: #555; }
}
body { font-size: 10pt; }
figure { break-inside: avoid; }
figcaption, h2, h3, caption { break-after: avoid; }
.picture { break-before: avoid; text-align: center; }
figure img { max-height: 200mm !important; max-width: 100% !important; min-width: 0 !important; }
figure img { width: auto !important; }
td, th { padding: 1.5pt 5pt !important; line-height: 1.3; }
"""


def save_pdf(memo: Memo, path: Path) -> None:
    """Print the page of a brief as a tagged PDF with an outline.

    Raises
    ------
    MachineError
        When there is no Chromium.
    BriefError
        When Chromium fails.

    """
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise MachineError(
            "Chromium is not installed, and it prints the PDF",
            remedy="Install it (Debian, Ubuntu: apt install chromium), or take --to docx and save as PDF.",
        )
    page = BeautifulSoup(render_page(memo.notebook, memo.brief, memo.made | {"assets": "", "files": ""}), "html.parser")
    # On paper nothing opens and nothing is downloaded; what a reader would open to read is open.
    for gone in page.select(".skip, .links, .files, .whole, figure details, nav"):
        gone.decompose()
    paper = page.new_tag("style")
    paper.string = PAPER
    page.select("head")[0].append(paper)
    for folded in page.find_all("details"):
        folded["open"] = ""
    with tempfile.TemporaryDirectory(prefix="twente-pdf-") as folder:
        source = Path(folder) / "page.html"
        source.write_text(str(page), "utf-8")
        command = [
            program, "--headless", "--disable-gpu", "--no-first-run", f"--user-data-dir={folder}/profile",
            *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            "--no-pdf-header-footer", "--export-tagged-pdf", "--generate-pdf-document-outline",
            f"--print-to-pdf={path.resolve()}", source.as_uri(),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired as error:
            raise BriefError(f"Chromium did not print within {SECONDS} seconds") from error
        if done.returncode or not path.is_file():
            raise BriefError(f"Chromium did not print the page: {done.stderr.strip()[-300:]}")
