"""What stands in the cells of tables: KPIs by their names, amounts in their units."""

import pandas as pd

from saypro_nb.agree.settings import Catalogue
from saypro_nb.show.words import amount, difference


def named(rows: pd.DataFrame, kpis: Catalogue) -> pd.DataFrame:
    """Return `rows` with ``name``, the full name of each row's ``kpi``."""
    return rows.assign(name=[kpis[kpi].name if kpi in kpis else kpi for kpi in rows["kpi"]])


def amounts(rows: pd.DataFrame, column: str, kpis: Catalogue, currency: str) -> list[str]:
    """Return the values of `column` in the unit of each row's ``kpi``."""
    return [amount(value, kpis[kpi], currency) for value, kpi in zip(rows[column], rows["kpi"], strict=True)]


def differences(rows: pd.DataFrame, column: str, kpis: Catalogue, currency: str) -> list[str]:
    """Return the differences in `column` with their sign, those of percentages in points."""
    return [difference(value, kpis[kpi], currency) for value, kpi in zip(rows[column], rows["kpi"], strict=True)]
