from .page import save_notebook as save_notebook
from .publish import render_briefs as render_briefs
