"""Charts in the house style: each ``plot_`` function takes an analysis frame and returns its axes.

The names below are loaded when they are first used, as those of the library are. ``__init__.pyi`` lists them.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
