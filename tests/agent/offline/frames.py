"""Frames of the tests, and catalogue views over them computed with pandas."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Any

import pandas as pd

from canvas_widget.agent.views import CatalogueView, ColumnType, ColumnView, DatasetView

__all__ = ["FRAMES", "catalogue", "dataset_view", "frame"]


def _vega(name: str) -> pd.DataFrame:
    from vega_datasets import local_data

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # vega_datasets asks pandas for a way of reading dates that pandas gives up
        return getattr(local_data, name)()


def _sales() -> pd.DataFrame:
    days = pd.date_range("2021-01-15", "2023-12-15", freq="MS") + pd.Timedelta(days=14)
    regions = ["North", "South", "East", "West"]
    products = ["Laptop", "Phone", "Desk", "Office Chair"]
    rows = []
    for number, day in enumerate(day for day in days for _ in range(6)):
        units, price = 1 + number % 7, 20.0 + 10 * (number % 5)
        rows.append(
            {
                "order_id": number,
                "order_date": day,
                "region": regions[number % 4],
                "product": products[(number // 3) % 4],
                "units": units,
                "unit_price": price,
                "revenue": units * price,
                "customer": f"Customer {number % 23}",
            }
        )
    return pd.DataFrame(rows)


def _staff() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "employeeId": [1, 2, 3, 4, 5],
            "FullName": ["Ann Lee", "Bo Ray", "Cy Ott", "Di Fox", "Ed Poe"],
            "department": ["Sales", "Sales", "Legal", "Legal", "IT"],
            "annualSalary": [50_000, 61_000, 72_000, 58_000, 66_000],
            "age": [31, 45, 52, 38, 27],
            "hireDate": pd.to_datetime(["2015-03-01", "2017-06-15", "2012-01-09", "2019-11-30", "2021-05-05"]),
            "active": [True, True, False, True, True],
        }
    )


FRAMES: dict[str, Any] = {
    **{
        name: (lambda name=name: _vega(name))
        for name in ("cars", "stocks", "seattle_weather", "barley", "iris", "us_employment", "wheat")
    },
    "sales": _sales,
    "staff": _staff,
}


@lru_cache
def frame(name: str) -> pd.DataFrame:
    """A frame by name; never changed by a test."""
    return FRAMES[name]()


def _type(series: pd.Series) -> ColumnType:
    if pd.api.types.is_bool_dtype(series):
        return "boolean"
    if pd.api.types.is_integer_dtype(series):
        return "integer"
    if pd.api.types.is_float_dtype(series):
        return "number"
    return "datetime" if pd.api.types.is_datetime64_any_dtype(series) else "string"


def _cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, pd.Timestamp) else value.item() if hasattr(value, "item") else value


def dataset_view(name: str, data: pd.DataFrame) -> DatasetView:
    """The view that the workspace would give of a frame."""
    columns = []
    for column in data.columns:
        series = data[column].dropna()
        counts = series.astype(object).value_counts(sort=True)
        frequent = tuple(str(value) for value in counts.index[:20]) if _type(series) == "string" else ()
        low, high = (
            (_cell(series.min()), _cell(series.max())) if len(series) and _type(series) != "string" else (None, None)
        )
        columns.append(
            ColumnView(
                str(column),
                _type(data[column]),
                low,
                high,
                int(series.nunique()),
                int(data[column].isna().sum()),
                frequent,
            )
        )
    return DatasetView(name, len(data), columns)


@lru_cache
def catalogue(*names: str) -> CatalogueView:
    """The catalogue of these frames."""
    return CatalogueView([dataset_view(name, frame(name)) for name in sorted(names)])
