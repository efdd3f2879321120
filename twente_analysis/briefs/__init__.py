"""From notebooks to published briefs: `plan` what to make, `publish` what `make` makes in the forks of a `forks`.

The names below are loaded when they are first used: papermill loads `kernels` in every process, for its engine.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
