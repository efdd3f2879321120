"""What a chart, a table or a text leaves in a notebook cell.

Each output carries our own MIME type beside what JupyterLab shows, so that publishing and memo export take
the figures, words and alternative text from the executed notebook and need no other file. A page trusts
this type alone; its content is data, never markup.
"""

from typing import Any

__all__ = ["MIME", "Payload", "bundle", "payload"]

MIME = "application/vnd.twente+json"
KINDS = ("chart", "table", "text")
Payload = dict[str, Any]


def bundle(kind: str, content: Payload, **shown: str | bytes) -> dict[str, Any]:
    """Put `content` and what JupyterLab shows into one MIME bundle; ``text_plain`` becomes ``text/plain``."""
    rich = {name.replace("_", "/", 1): value for name, value in shown.items()}
    return {MIME: {"kind": kind, **content}, **rich}


def payload(output: dict[str, Any]) -> Payload | None:
    """Take our content from a notebook output, if it has any."""
    content = output.get("data", {}).get(MIME)
    return content if isinstance(content, dict) and content.get("kind") in KINDS else None
