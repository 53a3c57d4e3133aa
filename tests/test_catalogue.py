"""The KPI catalogue that comes with the sample: all perspectives, and every KPI that the review guide names."""

from typing import get_args

import pytest

from saypro_nb.agree.schema import Perspective
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import inspection
from tests.workspaces import REPOSITORY

NAMED = {
    "financial": "revenue_growth gross_profit_margin operating_expense_ratio net_profit_margin cash_flow "
    "receivable_days",
    "customer": "csat nps retention_rate customer_acquisition_cost customer_lifetime_value churn_rate",
    "employee": "engagement_score turnover_rate training_investment time_to_productivity employee_productivity "
    "employee_satisfaction",
    "operational": "process_cycle_time inventory_turnover productivity_rate first_time_resolution response_time "
    "resolution_time issue_resolution_rate service_delivery_time on_time_delivery production_cycle_time "
    "orders_per_hour throughput "
    "defect_rate rework_rate cost_per_operation resource_utilisation uptime it_resolution_time",
    "marketing_and_sales": "lead_conversion sales_revenue cost_per_lead marketing_roi leads_generated lead_quality "
    "campaign_roi email_open_rate click_through_rate social_engagement website_traffic brand_awareness market_share "
    "sales_cycle average_deal_size lead_follow_up_time crm_utilisation pipeline_health",
    "innovation": "time_to_market product_defect_rate complaint_rate product_recalls rd_spend_share",
    "sustainability": "carbon_footprint diversity_inclusion social_impact",
}


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace.load(REPOSITORY)


@pytest.mark.parametrize("perspective", get_args(Perspective))
def test_the_catalogue_has_every_kpi_of_the_guide_in_its_perspective(workspace: Workspace, perspective: str) -> None:
    found = {name for name, kpi in workspace.kpis.items() if kpi.perspective == perspective}
    assert set(NAMED[perspective].split()) <= found


def test_every_kpi_says_where_to_look(workspace: Workspace) -> None:
    assert [name for name, kpi in workspace.kpis.items() if not kpi.area] == []


def test_a_kpi_that_nobody_owns_stands_without_data_and_without_fault(workspace: Workspace) -> None:
    patterns = {name for name, kpi in workspace.kpis.items() if kpi.computed and not kpi.departments}
    assert {"gross_profit_margin", "receivable_days", "marketing_roi"} <= patterns
    assert inspection.faults(workspace) == []
