"""What papermill finds under the name ``twente``. It loads nothing: papermill loads it while being loaded itself."""

from typing import Any

__all__ = ["Entry"]


class _Later(type):
    """Asks the engine when something is asked of the class: `kernels` needs papermill whole."""

    def __getattr__(cls, name: str) -> Any:
        from .kernels import TwenteEngine  # noqa: PLC0415 - see above

        return getattr(TwenteEngine, name)


class Entry(metaclass=_Later):
    """Stands for `TwenteEngine` until a notebook is run with it."""
