"""The public face: every name an analyst needs, and where it lives."""

from .audit import (
    audit_lines as audit_lines,
    audit_sources as audit_sources,
    contested_figures as contested_figures,
    select_audit as select_audit,
    take_figure as take_figure,
)
from .backtest import (
    FURTHER as FURTHER,
    compare_later as compare_later,
    evaluate as evaluate,
    replay as replay,
    replay_total as replay_total,
)
from .breaks import (
    across_break as across_break,
    to_bedrijfstak as to_bedrijfstak,
)
from .briefs import (
    list_leftovers as list_leftovers,
    remove_leftovers as remove_leftovers,
    render_briefs as render_briefs,
    save_notebook as save_notebook,
)
from .budgets import (
    choose_listings as choose_listings,
    compare_totals as compare_totals,
    counted_twice as counted_twice,
    in_euros as in_euros,
    label_money as label_money,
    means_per_year as means_per_year,
    repeated_means as repeated_means,
    select_budget as select_budget,
    single_out as single_out,
)
from .catalogue import (
    checksum as checksum,
    citation as citation,
    data_folder as data_folder,
    document_name as document_name,
    find_breaks as find_breaks,
    list_tables as list_tables,
    read_table as read_table,
    region_name as region_name,
)
from .charts import (
    chart_size as chart_size,
    plot_closing as plot_closing,
    plot_contributions as plot_contributions,
    plot_flows as plot_flows,
    plot_funders as plot_funders,
    plot_history as plot_history,
    plot_index as plot_index,
    plot_misses as plot_misses,
    plot_parts as plot_parts,
    plot_projection as plot_projection,
    plot_routes as plot_routes,
    plot_scopes as plot_scopes,
    plot_series as plot_series,
    plot_targets as plot_targets,
    plot_verdicts as plot_verdicts,
    plot_vmbo as plot_vmbo,
    save_chart as save_chart,
    show as show,
)
from .cohorts import (
    cohort_supply as cohort_supply,
    follow_cohort as follow_cohort,
    stock_flow as stock_flow,
)
from .coverage import (
    close_gap as close_gap,
    coverage_gap as coverage_gap,
    rate_times_jobs as rate_times_jobs,
)
from .demand import (
    assumed_fractions as assumed_fractions,
    choose_routes as choose_routes,
    chosen_coverage as chosen_coverage,
    closing_steps as closing_steps,
    cohort_replacement as cohort_replacement,
    demand_routes as demand_routes,
    grow_supply as grow_supply,
    published_coverage as published_coverage,
    select_jobs as select_jobs,
)
from .flows import (
    check_tree as check_tree,
    flow_tree as flow_tree,
    lever_effects as lever_effects,
    pull_levers as pull_levers,
)
from .funding import (
    PARTS as PARTS,
    cost_and_cover as cost_and_cover,
    cover_by_funder as cover_by_funder,
    multipliers as multipliers,
)
from .hours import (
    hours_per_funder as hours_per_funder,
    implied_rates as implied_rates,
    mark_hours as mark_hours,
    one_rate as one_rate,
    price_hours as price_hours,
)
from .load import (
    find_prognosis as find_prognosis,
    home_region as home_region,
    load_accuracy as load_accuracy,
    load_assumptions as load_assumptions,
    load_budgets as load_budgets,
    load_causes as load_causes,
    load_cbs as load_cbs,
    load_changes as load_changes,
    load_class_limits as load_class_limits,
    load_composition as load_composition,
    load_contested as load_contested,
    load_coverage as load_coverage,
    load_diplomas as load_diplomas,
    load_enrolment as load_enrolment,
    load_flows as load_flows,
    load_funders as load_funders,
    load_gemeenten as load_gemeenten,
    load_history as load_history,
    load_indicator as load_indicator,
    load_jobs as load_jobs,
    load_labour_market as load_labour_market,
    load_milestones as load_milestones,
    load_monitor as load_monitor,
    load_population as load_population,
    load_price_levels as load_price_levels,
    load_prognosis as load_prognosis,
    load_published_totals as load_published_totals,
    load_regions as load_regions,
    load_relations as load_relations,
    load_sources as load_sources,
    load_statements as load_statements,
    load_stocks as load_stocks,
    load_target_figures as load_target_figures,
    load_target_readings as load_target_readings,
    load_targets as load_targets,
    load_technical as load_technical,
    load_vacancies as load_vacancies,
    load_vmbo_exams as load_vmbo_exams,
    load_vmbo_pupils as load_vmbo_pupils,
    load_whole_budget as load_whole_budget,
)
from .memo import (
    render_memo as render_memo,
)
from .milestones import (
    milestones_by_quarter as milestones_by_quarter,
)
from .narrative import (
    tell_caveats as tell_caveats,
    tell_contributions as tell_contributions,
    tell_headline as tell_headline,
    tell_history as tell_history,
    tell_ratio as tell_ratio,
    tell_saved as tell_saved,
    tell_scopes as tell_scopes,
    tell_sources as tell_sources,
    tell_vmbo as tell_vmbo,
)
from .narrative_backtest import (
    tell_accuracy as tell_accuracy,
    tell_accuracy_sources as tell_accuracy_sources,
    tell_further as tell_further,
    tell_later as tell_later,
    tell_record as tell_record,
)
from .narrative_demand import (
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
from .narrative_flows import (
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
from .narrative_investment import (
    tell_calendar as tell_calendar,
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
from .narrative_projection import (
    tell_beside as tell_beside,
    tell_method_share as tell_method_share,
    tell_projection as tell_projection,
    tell_projection_caveats as tell_projection_caveats,
)
from .narrative_sources import (
    tell_audit as tell_audit,
    tell_checked as tell_checked,
    tell_documents as tell_documents,
    tell_verdicts as tell_verdicts,
)
from .narrative_targets import (
    tell_goal_caveats as tell_goal_caveats,
    tell_goal_path as tell_goal_path,
    tell_goal_questions as tell_goal_questions,
    tell_goal_reasons as tell_goal_reasons,
    tell_goal_terms as tell_goal_terms,
    tell_goal_wants as tell_goal_wants,
    tell_goals as tell_goals,
)
from .opendata.cbs import (
    list_cbs as list_cbs,
    read_cbs as read_cbs,
)
from .opendata.duo import (
    read_duo as read_duo,
)
from .openings import (
    check_comparable as check_comparable,
    expansion_demand as expansion_demand,
    job_openings as job_openings,
    replacement_demand as replacement_demand,
    separations as separations,
)
from .outlook import (
    SCENARIOS as SCENARIOS,
    cohort_scenario as cohort_scenario,
    project_scenario as project_scenario,
    project_scopes as project_scopes,
    projected_part as projected_part,
    round_projection as round_projection,
)
from .periods import (
    per_year as per_year,
    yearly_rate as yearly_rate,
)
from .projection import (
    RULES as RULES,
    chance_above as chance_above,
    method_share as method_share,
    pool_growth as pool_growth,
    project as project,
    project_total as project_total,
)
from .ratios import (
    diplomas_per_student as diplomas_per_student,
    split_intensity_mix as split_intensity_mix,
)
from .readings import (
    READINGS as READINGS,
    Reading as Reading,
    repeat_changes as repeat_changes,
    target_readings as target_readings,
    unread_targets as unread_targets,
)
from .replacement import (
    cohort_changes as cohort_changes,
    exit_rates as exit_rates,
    net_entrants as net_entrants,
    net_outflow as net_outflow,
    shrink_rates as shrink_rates,
)
from .series import (
    join_groups as join_groups,
)
from .tables import (
    table_ratio as table_ratio,
    table_scopes as table_scopes,
    table_series as table_series,
)
from .tables_catalogue import (
    describe as describe,
    table_catalogue as table_catalogue,
)
from .tables_demand import (
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
from .tables_flows import (
    table_effects as table_effects,
    table_flows as table_flows,
    table_levers as table_levers,
    table_targets as table_targets,
)
from .tables_investment import (
    table_calendar as table_calendar,
    table_double as table_double,
    table_funders as table_funders,
    table_hours as table_hours,
    table_investment as table_investment,
    table_key_figures as table_key_figures,
    table_multipliers as table_multipliers,
    table_payments as table_payments,
    table_printed_totals as table_printed_totals,
)
from .tables_projection import (
    table_accuracy as table_accuracy,
    table_later as table_later,
    table_projected_groups as table_projected_groups,
    table_projected_scopes as table_projected_scopes,
    table_projection as table_projection,
    table_record as table_record,
)
from .tables_sources import (
    table_audit as table_audit,
    table_audit_counts as table_audit_counts,
    table_contested as table_contested,
    table_remarks as table_remarks,
    table_sources as table_sources,
    table_wording as table_wording,
)
from .tables_targets import (
    table_goal_counts as table_goal_counts,
    table_goal_figures as table_goal_figures,
    table_goal_path as table_goal_path,
    table_goal_promises as table_goal_promises,
    table_goal_readings as table_goal_readings,
    table_goal_starts as table_goal_starts,
    table_goal_steps as table_goal_steps,
    table_goals as table_goals,
)
from .targets import (
    REASONS as REASONS,
    STATUSES as STATUSES,
    count_goals as count_goals,
    goal_chances as goal_chances,
    goal_path as goal_path,
    goal_readings as goal_readings,
    judge_goals as judge_goals,
    needed_per_year as needed_per_year,
    reach_chance as reach_chance,
    scale_goals as scale_goals,
)
from .tidy import (
    DataError as DataError,
    check_choice as check_choice,
    check_tidy as check_tidy,
    total_by as total_by,
)
from .tightness import (
    classify as classify,
    classify_fitting as classify_fitting,
    ita as ita,
)
from .trends import (
    SCOPES as SCOPES,
    classification as classification,
    compare_scopes as compare_scopes,
    contributions as contributions,
    growth_rate as growth_rate,
    in_scope as in_scope,
    index_to as index_to,
    select_years as select_years,
    share_of as share_of,
    year_span as year_span,
    yearly_change as yearly_change,
)
from .vacancies import (
    allocate_sections as allocate_sections,
    allocate_vacancies as allocate_vacancies,
    base_readings as base_readings,
    compare_allocation as compare_allocation,
)
