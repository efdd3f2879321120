"""What each text for a reader is: sentences with a role, and the sources and saved files that any brief names."""

import html
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..catalogue import citation
from ..cell import bundle
from ..language import join, say

__all__ = ["Text", "tell_saved", "tell_sources"]


@dataclass(frozen=True)
class Text:
    """Sentences with a role: ``headline``, ``finding``, ``caveats``, ``sources`` or ``remarks``.

    The last three are lists; that of remarks comes after a first sentence of its own.

    `years` are the first and the last year of the counts that they are about, where a title may need them.
    """

    role: str
    sentences: Sequence[str]
    years: Sequence[int] = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        safe = [escape_markdown(sentence) for sentence in self.sentences]
        if self.role in ("caveats", "sources", "remarks"):
            markdown = "\n".join(f"- {sentence}" for sentence in safe)
            markdown = markdown.removeprefix("- ").replace("\n", "\n\n", 1) if self.role == "remarks" else markdown
        else:
            markdown = f"**{' '.join(safe)}**" if self.role == "headline" else " ".join(safe)
        return bundle("text", asdict(self), text_markdown=markdown, text_plain="\n".join(self.sentences))


def tell_sources(*frames: pd.DataFrame | None, language: str = "nl") -> Text:
    """List document, table and lines of every figure used in `frames`: one sentence per document; None has none.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> print(*tell_sources(ta.load_enrolment(), ta.load_coverage(), language="en").sentences)
    Regiovisie Twente Techniek (ca. 2012), Techniek studenten - ROC van Twente - niveau 2, 3 en 4, lines 125-135;
    running text, lines 23, 72 and 97.

    """
    source = pd.concat([frame["source"].astype("str") for frame in frames if frame is not None]).drop_duplicates()
    documents = source.str.partition("/")[0]
    # A row may rest on several places, so the document it begins with is not always the only one.
    parts = [source[documents == one].to_frame() for one in documents.unique()]
    return Text("sources", [citation(part, language) + "." for part in parts])


def tell_saved(*paths: str | Path, language: str = "nl") -> Text:
    """Say where files were saved.

    Examples
    --------
    >>> print(tell_saved("scratch/scopes.png", language="en").sentences)
    ['Saved: scratch/scopes.png.']

    """
    return Text("finding", [say("saved", language, files=join([str(path) for path in paths], language))])


def escape_markdown(text: str) -> str:
    r"""Write `text` so that Markdown shows it as it is.

    Examples
    --------
    >>> print(escape_markdown("<b> *x*"))
    &lt;b&gt; \*x\*

    """
    escaped = html.escape(text, quote=False)
    return "".join(f"\\{character}" if character in "\\`*_[]#|" else character for character in escaped)
