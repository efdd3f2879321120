"""Regional education and labour-market analysis for Twente: published figures to tidy frames, charts and briefs.

The names below are loaded when they are first used, so that an import costs little. ``__init__.pyi`` lists them.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
