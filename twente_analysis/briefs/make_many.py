"""The same as `make`; importing it loads all that only some briefs use, such as scipy.stats, which takes a second.

For more briefs than are made at a time; fewer are sooner ready when each loads what it uses.
"""

import importlib
from pkgutil import walk_packages

from .make import make, serve, warm_up
from .record import LIBRARY

__all__ = ["make", "serve", "warm_up"]

#: What the files of an office and other machines take is installed on request, and no brief uses it.
ON_REQUEST = (f"{LIBRARY.name}.memo", f"{LIBRARY.name}.briefs.beside")

for module in walk_packages([str(LIBRARY)], f"{LIBRARY.name}."):
    if not module.name.startswith(ON_REQUEST):
        importlib.import_module(module.name)
