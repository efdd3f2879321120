from .breaks import (
    plot_history as plot_history,
    plot_vmbo as plot_vmbo,
)
from .demand import (
    plot_closing as plot_closing,
    plot_routes as plot_routes,
)
from .flows import (
    plot_flows as plot_flows,
    plot_parts as plot_parts,
)
from .growth import (
    plot_contributions as plot_contributions,
)
from .house import (
    save_chart as save_chart,
    show as show,
)
from .investment import (
    plot_funders as plot_funders,
)
from .misses import (
    plot_misses as plot_misses,
)
from .projection import (
    plot_projection as plot_projection,
)
from .sizes import (
    chart_size as chart_size,
)
from .sources import (
    plot_verdicts as plot_verdicts,
)
from .targets import (
    plot_targets as plot_targets,
)
from .trend import (
    plot_index as plot_index,
    plot_scopes as plot_scopes,
    plot_series as plot_series,
)
