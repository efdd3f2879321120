from .backtest import (
    tell_accuracy as tell_accuracy,
    tell_accuracy_sources as tell_accuracy_sources,
    tell_further as tell_further,
    tell_later as tell_later,
    tell_record as tell_record,
)
from .breaks import (
    tell_history as tell_history,
    tell_vmbo as tell_vmbo,
)
from .demand import (
    tell_allocation as tell_allocation,
    tell_base as tell_base,
    tell_closing as tell_closing,
    tell_cohorts as tell_cohorts,
    tell_demand as tell_demand,
    tell_demand_caveats as tell_demand_caveats,
    tell_rate as tell_rate,
    tell_school as tell_school,
    tell_supply as tell_supply,
)
from .flows import (
    tell_agenda as tell_agenda,
    tell_flow_caveats as tell_flow_caveats,
    tell_flows as tell_flows,
    tell_hbo as tell_hbo,
    tell_levers as tell_levers,
    tell_parts as tell_parts,
    tell_schools as tell_schools,
    tell_steps as tell_steps,
    tell_targets as tell_targets,
    tell_unread_targets as tell_unread_targets,
)
from .house import (
    Text as Text,
    tell_saved as tell_saved,
    tell_sources as tell_sources,
)
from .investment import (
    tell_contested as tell_contested,
    tell_double as tell_double,
    tell_hours as tell_hours,
    tell_investment as tell_investment,
    tell_lacking as tell_lacking,
    tell_money_caveats as tell_money_caveats,
    tell_money_terms as tell_money_terms,
    tell_multipliers as tell_multipliers,
    tell_payers as tell_payers,
    tell_promises as tell_promises,
    tell_years as tell_years,
)
from .milestones import (
    tell_calendar as tell_calendar,
    tell_dates as tell_dates,
)
from .projection import (
    tell_beside as tell_beside,
    tell_method_share as tell_method_share,
    tell_projection as tell_projection,
    tell_projection_caveats as tell_projection_caveats,
)
from .sources import (
    tell_audit as tell_audit,
    tell_checked as tell_checked,
    tell_documents as tell_documents,
    tell_verdicts as tell_verdicts,
)
from .targets import (
    tell_goal_caveats as tell_goal_caveats,
    tell_goal_path as tell_goal_path,
    tell_goal_questions as tell_goal_questions,
    tell_goal_reasons as tell_goal_reasons,
    tell_goal_terms as tell_goal_terms,
    tell_goal_wants as tell_goal_wants,
    tell_goals as tell_goals,
)
from .trend import (
    tell_caveats as tell_caveats,
    tell_contributions as tell_contributions,
    tell_headline as tell_headline,
    tell_ratio as tell_ratio,
    tell_scopes as tell_scopes,
)
