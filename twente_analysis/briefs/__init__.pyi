from .page import save_notebook as save_notebook
from .publish import (
    list_leftovers as list_leftovers,
    remove_leftovers as remove_leftovers,
    render_briefs as render_briefs,
)
