"""Four more invented databases: two keys to one table, link tables, namesakes, names cut to letters."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from agent.offline.invented import days, some

__all__ = ["FRESH", "fresh_frames"]


def _freight() -> dict[str, pd.DataFrame]:
    names = ("Aurora", "Brisa", "Cormoran", "Dagny", "Estrela", "Fulmar", "Garza", "Hestia", "Isola", "Aurora")
    vessel = pd.DataFrame(
        {
            "vessel_id": range(301, 311),
            "vessel_name": names,
            "flag": ["Malta", "Panama", "Norway", "Norway", "Panama", "Malta", "Panama", "Norway", "Malta", "Panama"],
            "built_year": [1998, 2004, 2011, 2015, 2001, 2009, 2018, 1996, 2007, 2013],
            "deadweight": [12000, 34500, 28000, 51000, 17500, 22300, 60800, 9400, 31000, 44200],
            "crew_size": [14, 19, 17, 22, 15, 16, 24, 12, 18, 21],
        }
    )
    port = pd.DataFrame(
        {
            "port_code": ["BRV", "GLA", "LEG", "NAN", "OPO", "STN"],
            "port_name": ["Bremerhaven", "Glasgow", "Leghorn", "Nantes", "Porto", "Stavanger"],
            "country": ["Germany", "Scotland", "Italy", "France", "Portugal", "Norway"],
            "berths": [42, 18, 25, 12, 20, 9],
        }
    )
    codes = list(port["port_code"])
    voyage = pd.DataFrame(
        {
            "voyage_no": range(9001, 9097),
            "vessel_id": [301 + (n * 7 + n // 5) % 10 if (n * 7 + n // 5) % 10 != 7 else 303 for n in range(96)],
            "origin_code": [codes[(n * n + n // 3) % 6] for n in range(96)],
            "destination_code": [codes[(n * 5 + 1 + n // 7) % 5] for n in range(96)],
            "departed_on": days("2020-01-10", 96, 13),
            "cargo_class": some(("dry", "reefer", "liquid"), 96),
            "containers": [40 + (n * 59) % 700 for n in range(96)],
            "fuel_tonnes": [round(20 + (n * 37 % 260) / 3, 1) for n in range(96)],
            "delay_hours": [(n * 11) % 30 for n in range(96)],
        }
    )
    return {"vessel": vessel, "port": port, "voyage": voyage}


def _fest() -> dict[str, pd.DataFrame]:
    artists = pd.DataFrame(
        {
            "artist_id": range(1, 10),
            "name": ["The Moths", "Saga", "Kilo", "Low Tide", "The Moths", "Nadir", "Pilot Light", "Quay", "Rue"],
            "genre": ["folk", "metal", "techno", "folk", "metal", "techno", "folk", "jazz", "jazz"],
            "country": ["Wales", "Iceland", "Germany", "Wales", "Canada", "Germany", "Iceland", "France", "France"],
            "formed": [2003, 1995, 2012, 2008, 1999, 2016, 2010, 1988, 2019],
        }
    )
    stages = pd.DataFrame(
        {
            "stage_id": range(1, 5),
            "stage_name": ["Barn", "Dome", "Meadow", "Quarry"],
            "capacity": [400, 1500, 6000, 2500],
            "surface": ["wood", "steel", "grass", "stone"],
        }
    )
    gigs = pd.DataFrame(
        {
            "artist_id": [1 + (n * 5 + n // 4) % 8 for n in range(70)],
            "stage_id": [1 + (n * n + n // 3) % 4 for n in range(70)],
            "played_on": days("2016-06-03", 70, 37),
            "minutes": [35 + (n * 13) % 70 for n in range(70)],
            "fee": [500 + (n * 733) % 9000 for n in range(70)],
        }
    )
    guests = pd.DataFrame(
        {
            "guest_id": range(1, 41),
            "first_name": some(("Ines", "Tom", "Ola", "Ruth", "Max"), 40),
            "last_name": [f"Guest{n:02d}" for n in range(40)],
            "age": [17 + (n * 11) % 50 for n in range(40)],
            "ticket_type": some(("weekend", "day", "vip"), 40, 2),
            "home_town": some(("Cardiff", "Leeds", "York"), 40, 3),
        }
    )
    purchases = pd.DataFrame(
        {
            "purchase_id": range(1, 121),
            "guest_id": [1 + (n * 17) % 37 for n in range(120)],
            "item": some(("beer", "pizza", "shirt", "poster"), 120),
            "amount": [round(3 + (n * 29 % 190) / 4, 2) for n in range(120)],
            "paid_by": some(("cash", "card"), 120, 2),
            "bought_on": days("2018-06-01", 120, 6),
        }
    )
    return {"artists": artists, "stages": stages, "gigs": gigs, "guests": guests, "purchases": purchases}


def _grid() -> dict[str, pd.DataFrame]:
    """Names cut to letters."""
    cst = pd.DataFrame(
        {
            "cst_id": range(101, 121),
            "nm": [f"Household {chr(65 + n)}" for n in range(20)],
            "twn": some(("Ayr", "Bala", "Cromer"), 20),
            "trf": some(("night", "flat", "green"), 20, 2),
            "yr_joined": [2010 + (n * 3) % 8 for n in range(20)],
        }
    )
    mtr = pd.DataFrame(
        {
            "mtr_no": range(5001, 5026),
            "cst_id": [101 + (n * 7) % 18 for n in range(25)],
            "mdl": some(("Echo", "Pulse"), 25),
            "inst_dt": days("2012-05-01", 25, 90),
        }
    )
    rdg = pd.DataFrame(
        {
            "rdg_id": range(1, 141),
            "mtr_no": [5001 + (n * 11 + n // 6) % 23 for n in range(140)],
            "rd_dt": days("2019-01-15", 140, 10),
            "kwh": [80 + (n * 47) % 600 for n in range(140)],
            "stat": some(("bad", "est", "ok"), 140),
        }
    )
    return {"cst": cst, "mtr": mtr, "rdg": rdg}


def _science() -> dict[str, pd.DataFrame]:
    labs = pd.DataFrame(
        {
            "lab_id": range(1, 6),
            "lab_name": ["Bohr House", "Curie Wing", "Dirac Hall", "Euler Court", "Fermi Loft"],
            "city": ["Gent", "Turku", "Gent", "Graz", "Turku"],
            "floor_area": [900, 1450, 620, 1100, 480],
        }
    )
    names = ("A Berg", "B Cruz", "C Diaz", "D Eco", "E Faro", "F Gold", "G Hahn", "A Berg", "I Jung", "J Kohl")
    scientists = pd.DataFrame(
        {
            "id": range(1, 21),
            "name": [*names, "K Lund", "L Marx", "M Nash", "N Otto", "C Diaz", "P Quin", "Q Rask", "R Sato", "S Tamm",
                     "T Urey"],
            "field": some(("optics", "genomics", "logic"), 20),
            "lab_id": [1 + (n * 3 + n // 4) % 5 for n in range(20)],
            "hired_on": days("2008-09-01", 20, 190),
            "salary": [3100 + (n * 467) % 2900 for n in range(20)],
        }
    )  # fmt: skip
    papers = pd.DataFrame(
        {
            "paper_id": range(1, 46),
            "title": [f"On matter {n}" for n in range(45)],
            "journal": some(("Acta", "Letters", "Annals"), 45),
            "published_year": [2011 + (n * 5) % 9 for n in range(45)],
            "citations": [(n * 37) % 120 for n in range(45)],
        }
    )
    authorship = pd.DataFrame(
        {
            "scientist_id": [1 + (n * 7 + n // 9) % 18 for n in range(90)],
            "paper_id": [1 + (n * 4 + n // 11) % 45 for n in range(90)],
            "author_position": [1 + n % 4 for n in range(90)],
        }
    )
    grants = pd.DataFrame(
        {
            "grant_id": range(71, 101),
            "lead_id": [1 + (n * 3) % 14 for n in range(30)],
            "deputy_id": [2 + (n * 5) % 16 for n in range(30)],
            "agency": some(("North Fund", "Polar Trust"), 30),
            "amount": [20000 + (n * 7919) % 90000 for n in range(30)],
            "awarded_on": days("2014-02-01", 30, 75),
        }
    )
    return {"labs": labs, "scientists": scientists, "papers": papers, "authorship": authorship, "grants": grants}


FRESH = {"freight": _freight, "fest": _fest, "grid": _grid, "science": _science}


@lru_cache
def fresh_frames(database: str) -> dict[str, pd.DataFrame]:
    """All tables of a database; never changed by a test."""
    return FRESH[database]()
