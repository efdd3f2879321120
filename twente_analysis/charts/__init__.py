"""Charts in the house style: each ``plot_`` function takes an analysis frame and returns its axes."""

from .breaks import (
    plot_history,
    plot_vmbo,
)
from .demand import (
    plot_closing,
    plot_routes,
)
from .flows import (
    plot_flows,
    plot_parts,
)
from .growth import plot_contributions
from .house import (
    save_chart,
    show,
)
from .investment import (
    plot_funders,
)
from .misses import (
    plot_misses,
)
from .projection import (
    plot_projection,
)
from .sizes import (
    chart_size,
)
from .sources import (
    plot_verdicts,
)
from .targets import (
    plot_targets,
)
from .trend import (
    plot_index,
    plot_scopes,
    plot_series,
)

__all__ = [
    "chart_size",
    "plot_closing",
    "plot_contributions",
    "plot_flows",
    "plot_funders",
    "plot_history",
    "plot_index",
    "plot_misses",
    "plot_parts",
    "plot_projection",
    "plot_routes",
    "plot_scopes",
    "plot_series",
    "plot_targets",
    "plot_verdicts",
    "plot_vmbo",
    "save_chart",
    "show",
]
