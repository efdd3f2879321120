from .catalogue import (
    describe as describe,
    table_catalogue as table_catalogue,
)
from .demand import (
    table_activities as table_activities,
    table_allocation as table_allocation,
    table_assumptions as table_assumptions,
    table_base as table_base,
    table_closing as table_closing,
    table_coverage as table_coverage,
    table_example as table_example,
    table_published_coverage as table_published_coverage,
    table_tightness as table_tightness,
    table_vacancies as table_vacancies,
)
from .flows import (
    table_effects as table_effects,
    table_flows as table_flows,
    table_levers as table_levers,
    table_targets as table_targets,
)
from .house import (
    Table as Table,
)
from .investment import (
    table_double as table_double,
    table_funders as table_funders,
    table_hours as table_hours,
    table_investment as table_investment,
    table_key_figures as table_key_figures,
    table_multipliers as table_multipliers,
    table_payments as table_payments,
    table_printed_totals as table_printed_totals,
)
from .milestones import (
    table_calendar as table_calendar,
    table_dates as table_dates,
)
from .projection import (
    table_accuracy as table_accuracy,
    table_later as table_later,
    table_projected_groups as table_projected_groups,
    table_projected_scopes as table_projected_scopes,
    table_projection as table_projection,
    table_record as table_record,
)
from .sources import (
    table_audit as table_audit,
    table_audit_counts as table_audit_counts,
    table_contested as table_contested,
    table_remarks as table_remarks,
    table_sources as table_sources,
    table_wording as table_wording,
)
from .targets import (
    table_goal_counts as table_goal_counts,
    table_goal_figures as table_goal_figures,
    table_goal_path as table_goal_path,
    table_goal_promises as table_goal_promises,
    table_goal_readings as table_goal_readings,
    table_goal_starts as table_goal_starts,
    table_goal_steps as table_goal_steps,
    table_goals as table_goals,
)
from .trend import (
    table_ratio as table_ratio,
    table_scopes as table_scopes,
    table_series as table_series,
)
