"""From the published figures to tidy frames: one ``load_`` function per family of figures.

Every function takes `data`, a data folder other than the one beside the code, and raises `DataError` when a
file is missing, changed or damaged. No function fills in a figure: what the source leaves blank stays blank.
"""

from .budgets import (
    load_budgets,
    load_milestones,
    load_whole_budget,
)
from .education import (
    find_prognosis,
    load_diplomas,
    load_enrolment,
    load_history,
    load_indicator,
    load_prognosis,
    load_published_totals,
    load_technical,
)
from .employment import (
    load_jobs,
    load_stocks,
)
from .judgement import (
    load_accuracy,
    load_assumptions,
    load_class_limits,
    load_funders,
    load_price_levels,
)
from .region import (
    home_region,
    load_cbs,
    load_gemeenten,
    load_monitor,
    load_population,
    load_regions,
    load_vacancies,
)
from .sources import load_contested, load_relations, load_sources
from .statements import (
    load_causes,
    load_changes,
    load_composition,
    load_coverage,
    load_flows,
    load_labour_market,
    load_statements,
)
from .targets import (
    load_target_figures,
    load_target_readings,
    load_targets,
)
from .vmbo import (
    load_vmbo_exams,
    load_vmbo_pupils,
)

__all__ = [
    "find_prognosis",
    "home_region",
    "load_accuracy",
    "load_assumptions",
    "load_budgets",
    "load_causes",
    "load_cbs",
    "load_changes",
    "load_class_limits",
    "load_composition",
    "load_contested",
    "load_coverage",
    "load_diplomas",
    "load_enrolment",
    "load_flows",
    "load_funders",
    "load_gemeenten",
    "load_history",
    "load_indicator",
    "load_jobs",
    "load_labour_market",
    "load_milestones",
    "load_monitor",
    "load_population",
    "load_price_levels",
    "load_prognosis",
    "load_published_totals",
    "load_regions",
    "load_relations",
    "load_sources",
    "load_statements",
    "load_stocks",
    "load_target_figures",
    "load_target_readings",
    "load_targets",
    "load_technical",
    "load_vacancies",
    "load_vmbo_exams",
    "load_vmbo_pupils",
    "load_whole_budget",
]
