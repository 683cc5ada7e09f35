"""Six invented sets of data for tests of wording: a shop, staff, a clinic, a league, a library, a haulier."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd

from agent.offline.frames import dataset_view
from agent.offline.reading import drawn, where
from canvas_widget.agent.providers.offline.canvas.model import Reading
from canvas_widget.agent.providers.offline.plan import read
from canvas_widget.agent.views import CanvasView, CatalogueView

__all__ = ["DOMAINS", "asked", "said"]

ROWS = 120


def _some(*values: Any) -> list[Any]:
    """These values, unevenly often."""
    return [values[(n * n + n // 3) % len(values)] for n in range(ROWS)]


def _days(start: str) -> Any:
    return pd.date_range(start, periods=ROWS, freq="9D")


def _frames() -> dict[str, dict[str, pd.DataFrame]]:
    number = range(ROWS)
    return {
        "retail": {
            "orders": pd.DataFrame(
                {
                    "order_id": [5000 + n for n in number],
                    "order_date": _days("2020-02-03"),
                    "store_city": _some("Lyon", "Porto", "Gdansk", "Cork"),
                    "product_category": _some("Garden", "Toys", "Kitchen"),
                    "quantity": [1 + n % 9 for n in number],
                    "unit_price": [3.5 + n % 31 for n in number],
                    "payment_method": _some("cash", "voucher", "transfer"),
                }
            )
        },
        "hr": {
            "employees": pd.DataFrame(
                {
                    "employee_id": [100 + n for n in number],
                    "full_name": [f"Person {n}" for n in number],
                    "department": _some("Finance", "Legal", "Research", "Support"),
                    "job_title": _some("Analyst", "Clerk", "Engineer", "Chief", "Trainee"),
                    "annual_salary": [31_000 + 777 * (n % 53) for n in number],
                    "hire_date": _days("2012-05-06"),
                    "gender": _some("F", "M"),
                    "age": [21 + n % 40 for n in number],
                    "office_city": _some("Turin", "Malmo", "Ghent"),
                }
            )
        },
        "clinic": {
            "visits": pd.DataFrame(
                {
                    "visit_id": [1 + n for n in number],
                    "visit_date": _days("2019-01-05"),
                    "clinic_name": _some("Hillside", "Riverbank", "Old Mill"),
                    "diagnosis": _some("asthma", "fracture", "migraine", "flu"),
                    "patient_age": [2 + n % 80 for n in number],
                    "treatment_cost": [40.0 + 3 * (n % 71) for n in number],
                    "waiting_minutes": [n % 45 for n in number],
                    "insurance_type": _some("public", "private", "none"),
                }
            )
        },
        "league": {
            "matches": pd.DataFrame(
                {
                    "match_id": [900 + n for n in number],
                    "match_date": _days("2018-08-01"),
                    "home_team": _some("Otters", "Falcons", "Bisons", "Herons"),
                    "stadium": _some("North Park", "Dockside", "Citadel"),
                    "attendance": [1200 + 37 * (n % 91) for n in number],
                    "goals_scored": [n % 7 for n in number],
                    "referee": _some("Novak", "Silva", "Okoro", "Lind"),
                }
            )
        },
        "library": {
            "books": pd.DataFrame(
                {
                    "book_id": [1 + n for n in number],
                    "title": [f"Volume {n}" for n in number],
                    "genre": _some("poetry", "crime", "travel", "history"),
                    "publisher_id": [1 + n % 5 for n in number],
                    "page_count": [80 + 7 * (n % 67) for n in number],
                    "publication_year": [1980 + n % 40 for n in number],
                    "language": _some("English", "Polish", "Catalan"),
                }
            ),
            "publishers": pd.DataFrame(
                {
                    "publisher_id": [1, 2, 3, 4, 5],
                    "publisher_name": ["Lantern", "Cobalt", "Quay", "Juniper", "Mosaic"],
                    "country": ["Poland", "Spain", "Ireland", "Poland", "Spain"],
                }
            ),
        },
        "logistics": {
            "shipments": pd.DataFrame(
                {
                    "shipment_id": [70 + n for n in number],
                    "ship_date": _days("2021-03-04"),
                    "carrier": _some("Swift", "Heron Line", "Postway"),
                    "destination_country": _some("Chile", "Kenya", "Japan", "Oman"),
                    "weight_kg": [0.5 + n % 29 for n in number],
                    "freight_cost": [9.0 + n % 83 for n in number],
                    "status": _some("delivered", "lost", "delayed"),
                }
            )
        },
    }


DOMAINS = ("retail", "hr", "clinic", "league", "library", "logistics")


@lru_cache
def _catalogue(domain: str) -> CatalogueView:
    return CatalogueView([dataset_view(name, data) for name, data in _frames()[domain].items()])


def asked(domain: str, sentence: str) -> Reading:
    """The reading of a sentence over all data of a domain."""
    return read(sentence, _catalogue(domain), CanvasView())


def said(domain: str, sentence: str) -> str:
    """What a sentence draws, on one line with its conditions; what is asked or not understood where nothing is."""
    reading = asked(domain, sentence)
    if len(reading.calls) != 1:
        part = reading.parts[0]
        return f"{len(reading.calls)} calls, asks {part.asks}, unread {part.unread}"
    call = reading.calls[0]
    if call.tool == "run_query":
        return str(call.arguments["sql"])
    conditions = "".join(f" [{field} {op} {value}]" for field, op, value in where(call))
    return drawn(call) + conditions
