"""A brief in the files of an office: `word` (docx), `slides` (pptx) and `pdf`, all from the executed notebook."""

from .render import render_memo

__all__ = ["render_memo"]
