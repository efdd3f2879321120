"""From notebooks to published briefs: `plan` what to make, run it (`kernels`), write the `page`, `publish` it."""

from .page import save_notebook
from .publish import list_leftovers, remove_leftovers, render_briefs

__all__ = ["list_leftovers", "remove_leftovers", "render_briefs", "save_notebook"]
