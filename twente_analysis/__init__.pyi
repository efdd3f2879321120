"""The public face: every name an analyst needs, and where it lives."""

from .briefs import (
    render_briefs as render_briefs,
)
from .briefs import (
    save_notebook as save_notebook,
)
from .catalogue import (
    checksum as checksum,
)
from .catalogue import (
    citation as citation,
)
from .catalogue import (
    data_folder as data_folder,
)
from .catalogue import (
    list_tables as list_tables,
)
from .catalogue import (
    read_table as read_table,
)
from .catalogue import (
    region_name as region_name,
)
from .charts import (
    plot_contributions as plot_contributions,
)
from .charts import (
    plot_index as plot_index,
)
from .charts import (
    plot_scopes as plot_scopes,
)
from .charts import (
    plot_series as plot_series,
)
from .charts import (
    save_chart as save_chart,
)
from .charts import (
    show as show,
)
from .load import (
    load_changes as load_changes,
)
from .load import (
    load_composition as load_composition,
)
from .load import (
    load_coverage as load_coverage,
)
from .load import (
    load_diplomas as load_diplomas,
)
from .load import (
    load_enrolment as load_enrolment,
)
from .load import (
    load_flows as load_flows,
)
from .load import (
    load_indicator as load_indicator,
)
from .load import (
    load_published_totals as load_published_totals,
)
from .load import (
    load_regions as load_regions,
)
from .load import (
    load_statements as load_statements,
)
from .load import (
    load_vacancies as load_vacancies,
)
from .load import (
    load_vmbo_pupils as load_vmbo_pupils,
)
from .narrative import (
    tell_caveats as tell_caveats,
)
from .narrative import (
    tell_contributions as tell_contributions,
)
from .narrative import (
    tell_headline as tell_headline,
)
from .narrative import (
    tell_ratio as tell_ratio,
)
from .narrative import (
    tell_scopes as tell_scopes,
)
from .narrative import (
    tell_sources as tell_sources,
)
from .tables import (
    table_catalogue as table_catalogue,
)
from .tables import (
    table_ratio as table_ratio,
)
from .tables import (
    table_scopes as table_scopes,
)
from .tables import (
    table_series as table_series,
)
from .tidy import (
    DataError as DataError,
)
from .tidy import (
    check_choice as check_choice,
)
from .tidy import (
    check_tidy as check_tidy,
)
from .tidy import (
    total_by as total_by,
)
from .trends import (
    SCOPES as SCOPES,
)
from .trends import (
    compare_scopes as compare_scopes,
)
from .trends import (
    contributions as contributions,
)
from .trends import (
    diplomas_per_student as diplomas_per_student,
)
from .trends import (
    growth_rate as growth_rate,
)
from .trends import (
    in_scope as in_scope,
)
from .trends import (
    index_to as index_to,
)
from .trends import (
    select_years as select_years,
)
from .trends import (
    share_of as share_of,
)
from .trends import (
    split_intensity_mix as split_intensity_mix,
)
from .trends import (
    yearly_change as yearly_change,
)
