"""Build the data files of the two workspaces under examples/ from data that we did not make.

    python tools/make_examples.py SIGNALS.csv.gz PIZZA_ORDERS.csv [--examples DIR]

SIGNALS is a tidy table with department, kpi, period, value, numerator, denominator and source.
Only its rows from the R package NHSRdatasets (``ae_attendances``, April 2016 to March 2019) are used.
The package is under CC0; the figures are NHS England's, under the Open Government Licence v3.0.

PIZZA_ORDERS is ``pizzaplace`` of the R package gt, one row per pizza sold in 2015.
The package is under the MIT licence, and its documentation says that the orders are synthetic.

The same inputs give the same files.
"""

import argparse
from pathlib import Path

import pandas as pd

ORGANISATIONS = (
    # All three types of department, or two of them
    *("RHW", "RNZ", "R0A"),
    # A major department and minor units
    *("RAS", "RM1", "RTF", "RA2"),
    # Minor units only, or one speciality only
    *("RYX", "RP6"),
    # Every patient in time, every month; the second stops before the others
    *("Y03094", "E84068"),
    # Few months
    *("NNFA7", "Y02987"),
)

EMERGENCY_KPIS = {
    "A&E type 1: seen within 4 hours (share)": "type_1_within_4_hours",
    "A&E type 2: seen within 4 hours (share)": "type_2_within_4_hours",
    "A&E other: seen within 4 hours (share)": "other_within_4_hours",
    "A&E type 1: attendances (count)": "type_1_attendances",
    "A&E type 1: breaches per 1000 attendances": "type_1_breaches_per_1000",
}

LARGE = ("L", "XL", "XXL")
DIMENSIONS = ["type", "name", "size", "weekday", "hour_band"]


def read_attendances(signals: Path) -> pd.DataFrame:
    """Return the attendance figures in `signals`; codes such as NA stay text."""
    table = pd.read_csv(signals, dtype={"department": str}, keep_default_na=False, na_values=[""])
    return table.loc[table["source"] == "NHSRdatasets ae_attendances"]


def emergency_values(attendances: pd.DataFrame) -> pd.DataFrame:
    """Return kpi_values of the chosen organisations, shares turned into percent."""
    chosen = attendances["department"].isin(ORGANISATIONS) & attendances["kpi"].isin(EMERGENCY_KPIS)
    values = attendances[chosen]
    factor = values["kpi"].str.endswith("(share)").map({True: 100.0, False: 1.0})
    return (
        values.assign(value=values["value"] * factor, kpi=values["kpi"].map(EMERGENCY_KPIS))
        .sort_values(["department", "kpi", "period"], ignore_index=True)
        .loc[:, ["department", "kpi", "period", "value", "numerator", "denominator"]]
    )


def read_orders(path: Path) -> pd.DataFrame:
    """Return the pizzas sold in whole weeks, with ``period`` the Monday of the week."""
    orders = pd.read_csv(path, parse_dates=["date"])
    monday = orders["date"] - pd.to_timedelta(orders["date"].dt.day_of_week, unit="D")
    # The data starts on a Thursday and ends on one, and half a week would look like a collapse of sales
    whole: pd.Series[bool] = (monday >= orders["date"].min()) & (monday + pd.Timedelta(days=6) <= orders["date"].max())
    return orders.assign(period=monday).loc[whole]


def pizza_records(orders: pd.DataFrame) -> pd.DataFrame:
    """Return one row per pizza: its date, the dimensions, ``price``, and ``large`` as 0 or 1."""
    return (
        orders.assign(large=orders["size"].isin(LARGE).astype("int64"))
        .loc[:, ["date", *DIMENSIONS, "price", "large"]]
        .sort_values(["date", *DIMENSIONS, "price"], ignore_index=True)
    )


def pizza_values(orders: pd.DataFrame) -> pd.DataFrame:
    """Return kpi_values of the KPIs that sums of records can't give, such as opening days."""
    days = orders.groupby(["period", "date"]).agg(pizzas=("price", "size")).groupby("period")["pizzas"]
    weeks = orders.groupby("period").agg(sales=("price", "sum"), pizzas=("price", "size"), orders=("id", "nunique"))
    opening = days.size()
    parts = [
        _values("shop", "opening_days", opening),
        _ratio("shop", "sales_per_opening_day", weeks["sales"], opening),
        _ratio("shop", "pizzas_per_order", weeks["pizzas"], weeks["orders"]),
        _ratio("kitchen", "pizzas_per_opening_day", weeks["pizzas"], opening),
        _values("kitchen", "busiest_day", days.max()),
    ]
    return pd.concat(parts, ignore_index=True)


def _values(department: str, kpi: str, weekly: pd.Series) -> pd.DataFrame:
    """Return `weekly`, indexed by period, as rows of kpi_values."""
    table = pd.DataFrame({"department": department, "kpi": kpi, "period": weekly.index, "value": weekly.to_numpy()})
    return table.assign(period=table["period"].dt.strftime("%Y-%m-%d"))


def _ratio(department: str, kpi: str, top: pd.Series, bottom: pd.Series) -> pd.DataFrame:
    """Return `top` over `bottom` as rows of kpi_values that keep both."""
    return _values(department, kpi, top / bottom).assign(numerator=top.to_numpy(), denominator=bottom.to_numpy())


def write_values(values: pd.DataFrame, path: Path) -> None:
    """Write kpi_values to `path`, whole numbers without a decimal point."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values.to_csv(path, index=False, float_format="%.12g", lineterminator="\n")


def write_records(records: pd.DataFrame, path: Path) -> None:
    """Write `records` to `path` as compressed Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    records.to_parquet(path, index=False, compression="zstd")


def main() -> None:
    """Build the data files of both examples."""
    parser = argparse.ArgumentParser(description="Build the data files of the workspaces under examples/.")
    parser.add_argument("signals", type=Path, help="tidy table that holds NHSRdatasets ae_attendances")
    parser.add_argument("orders", type=Path, help="gt's pizzaplace as CSV")
    parser.add_argument("--examples", type=Path, default=Path(__file__).resolve().parent.parent / "examples")
    given = parser.parse_args()
    orders = read_orders(given.orders)
    emergency = given.examples / "emergency_departments" / "data"
    pizzeria = given.examples / "pizzeria" / "data"
    write_values(emergency_values(read_attendances(given.signals)), emergency / "kpi_values.csv")
    write_values(pizza_values(orders), pizzeria / "kpi_values.csv")
    write_records(pizza_records(orders), pizzeria / "records" / "pizzas.parquet")


if __name__ == "__main__":
    main()
