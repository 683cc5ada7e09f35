"""Six invented databases for the phrasings: keys by name, by another name, over a bridge; short and CamelCase names."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from agent.offline.invented import days, spread

__all__ = ["DATABASES", "frames_of"]


def _museum() -> dict[str, pd.DataFrame]:
    exhibits = pd.DataFrame(
        {
            "exhibit_id": range(1, 61),
            "label": [f"Piece {n}" for n in range(1, 61)],
            "era": spread(("Bronze", "Iron", "Roman", "Norman"), 60),
            "material": spread(("clay", "glass", "gold"), 60, 2),
            "gallery_id": [1 + (7 * n) % 5 for n in range(60)],
            "insured_value": [500 + (n * 137) % 9000 for n in range(60)],
            "weight_kg": [round(0.5 + (n * 11 % 70) / 3, 2) for n in range(60)],
            "acquired_on": days("1998-02-03", 60, 91),
        }
    )
    galleries = pd.DataFrame(
        {
            "gallery_id": range(1, 6),
            "gallery_name": ["Atrium", "Crypt", "Loft", "Rotunda", "Vault"],
            "floor": ["ground", "basement", "upper", "ground", "basement"],
            "curator": ["Orr", "Pym", "Orr", "Quill", "Pym"],
            "area_sqm": [220, 90, 150, 310, 75],
        }
    )
    return {"exhibits": exhibits, "galleries": galleries}


def _ward() -> dict[str, pd.DataFrame]:
    nurses = pd.DataFrame(
        {
            "nurse_id": range(1, 13),
            "full_name": [f"N{n:02d} Vale" for n in range(1, 13)],
            "grade": spread(("junior", "senior", "matron"), 12),
            "salary": [24000 + (n * 1711) % 16000 for n in range(12)],
        }
    )
    wards = pd.DataFrame(
        {"ward_id": range(1, 5), "ward_name": ["Cedar", "Maple", "Rowan", "Willow"], "beds": [12, 20, 8, 16]}
    )
    shifts = pd.DataFrame(
        {
            "nurse_id": [1 + (5 * n + n // 4) % 12 for n in range(80)],
            "ward_id": [1 + (n * n + n // 5) % 4 for n in range(80)],
            "worked_on": days("2021-01-04", 80, 5),
            "hours": [4 + (n * 3) % 9 for n in range(80)],
        }
    )
    return {"nurses": nurses, "wards": wards, "shifts": shifts}


def _shop() -> dict[str, pd.DataFrame]:
    sales = pd.DataFrame(
        {
            "sale_no": range(9001, 9091),
            "buyer": [1 + (11 * n) % 14 for n in range(90)],
            "placed_on": days("2019-03-01", 90, 13),
            "amount": [round(5 + (n * 37) % 211 + 0.5, 2) for n in range(90)],
            "channel": spread(("web", "phone", "counter"), 90, 2),
            "status": spread(("refunded", "pending", "settled"), 90),
        }
    )
    buyers = pd.DataFrame(
        {
            "id": range(1, 15),
            "name": [f"Buyer{chr(64 + n)}" for n in range(1, 15)],
            "town": spread(("Bath", "Ely", "Wells"), 14),
            "segment": spread(("trade", "retail"), 14, 2),
        }
    )
    return {"sales": sales, "buyers": buyers}


def _trees() -> dict[str, pd.DataFrame]:
    trees = pd.DataFrame(
        {
            "TreeNo": range(1, 101),
            "Species": spread(("Beech", "Hazel", "Larch", "Yew"), 100),
            "District": spread(("Eastside", "Harbour", "Midtown"), 100, 2),
            "PlantedYear": [1990 + (n * 7) % 12 for n in range(100)],
            "HeightM": [round(2 + (n * 13 % 90) / 5, 1) for n in range(100)],
            "TrunkGirthCm": [20 + (n * 29) % 170 for n in range(100)],
            "Condition": spread(("poor", "fair", "good"), 100, 3),
        }
    )
    return {"trees": trees}


def _works() -> dict[str, pd.DataFrame]:
    emp = pd.DataFrame(
        {
            "empno": range(100, 140),
            "ename": [f"E{n}" for n in range(100, 140)],
            "job": spread(("fitter", "clerk", "foreman", "driver"), 40),
            "wage": [900 + (n * 53) % 1300 for n in range(40)],
            "hiredate": days("2005-05-02", 40, 83),
            "deptno": [10 * (1 + (3 * n) % 4) for n in range(40)],
        }
    )
    dept = pd.DataFrame(
        {
            "deptno": [10, 20, 30, 40],
            "dname": ["Paint", "Press", "Stores", "Yard"],
            "site": ["Ayr", "Ayr", "Wick", "Perth"],
        }
    )
    return {"emp": emp, "dept": dept}


def _ferry() -> dict[str, pd.DataFrame]:
    crossings = pd.DataFrame(
        {
            "crossing_id": range(1, 73),
            "vessel_id": [1 + (5 * n) % 6 for n in range(72)],
            "route": spread(("Inner", "Outer", "Night"), 72),
            "passenger_count": [40 + (n * 31) % 260 for n in range(72)],
            "fare": [round(4 + (n * 7 % 40) / 4, 2) for n in range(72)],
            "sailed_on": days("2022-01-01", 72, 9),
            "cancelled": [n % 5 == 0 for n in range(72)],
        }
    )
    vessels = pd.DataFrame(
        {
            "vessel_id": range(1, 7),
            "vessel_name": ["Auk", "Curlew", "Dunlin", "Eider", "Gannet", "Knot"],
            "operator": ["Norse", "Clyde", "Norse", "Clyde", "Tay", "Norse"],
            "built": [1991, 2003, 2010, 1998, 2015, 2006],
        }
    )
    return {"crossings": crossings, "vessels": vessels}


DATABASES = {
    "museum": _museum, "ward": _ward, "shop": _shop, "trees": _trees, "works": _works, "ferry": _ferry
}  # fmt: skip


@lru_cache
def frames_of(database: str) -> dict[str, pd.DataFrame]:
    """All tables of a database; never changed by a test."""
    return DATABASES[database]()
