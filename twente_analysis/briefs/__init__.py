"""From notebooks to published briefs: `plan` what to make, run it (`kernels`), write the `page`, `publish` it."""

from .page import save_notebook
from .publish import render_briefs

__all__ = ["render_briefs", "save_notebook"]
