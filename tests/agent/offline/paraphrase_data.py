"""Invented data for the paraphrases: six small databases with keys between their tables, and three sets of Vega's."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from agent.offline.frames import frame
from agent.offline.invented import days, spread

__all__ = ["FOLDS", "tables"]

FOLDS = {
    "cinema": "looked at", "farm": "looked at", "gym": "looked at", "cars": "looked at",
    "airline": "held out", "school": "held out", "energy": "held out", "weather": "held out", "stocks": "held out",
}  # fmt: skip
"""Rules are written looking at one part; the other only judges."""


def _cinema() -> dict[str, pd.DataFrame]:
    films = pd.DataFrame(
        {
            "film_id": range(1, 61),
            "title": [f"Story {n}" for n in range(1, 61)],
            "genre": spread(("Drama", "Comedy", "Thriller", "Western", "Musical"), 60),
            "director_id": [1 + (7 * n) % 9 for n in range(60)],
            "release_date": days("2010-02-03", 60, 61),
            "budget_millions": [5 + (n * 13) % 90 for n in range(60)],
            "running_minutes": [80 + (n * 7) % 75 for n in range(60)],
            "rating": [round(4 + (n * 11 % 55) / 10, 1) for n in range(60)],
        }
    )
    directors = pd.DataFrame(
        {
            "director_id": range(1, 10),
            "full_name": ["Ana Moss", "Bea Reed", "Cal Pine", "Dov Lake", "Eli Hill", "Fay Ford", "Gus West", "Hal Dale", "Ivo Cole"],  # noqa: E501
            "nationality": ["Irish", "French", "Irish", "Danish", "French", "Irish", "Danish", "Polish", "French"],
            "birth_year": [1950, 1961, 1972, 1958, 1980, 1969, 1975, 1955, 1983],
        }
    )  # fmt: skip
    return {"films": films, "directors": directors}


def _farm() -> dict[str, pd.DataFrame]:
    plots = pd.DataFrame(
        {
            "plot_id": range(1, 49),
            "farm_id": [100 + (5 * n) % 8 for n in range(48)],
            "crop": spread(("Wheat", "Barley", "Oats", "Rye"), 48, 3),
            "hectares": [2 + (n * 5) % 17 for n in range(48)],
            "harvest_tonnes": [10.0 + (n * 17) % 64 for n in range(48)],
            "planted_on": days("2018-03-01", 48, 37),
            "irrigated": [n % 3 == 0 for n in range(48)],
        }
    )
    farms = pd.DataFrame(
        {
            "farm_id": range(100, 108),
            "farm_name": [f"{n} Acre" for n in ["Long", "Broad", "Stony", "Mill", "Lower", "Upper", "Nether", "High"]],
            "county": ["Kent", "Devon", "Kent", "Essex", "Devon", "Surrey", "Kent", "Essex"],
            "owner": [f"{n} Barton" for n in ["Amy", "Bob", "Cid", "Dee", "Eve", "Fin", "Gil", "Hob"]],
        }
    )
    return {"plots": plots, "farms": farms}


def _gym() -> dict[str, pd.DataFrame]:
    members = pd.DataFrame(
        {
            "member_id": range(1, 41),
            "full_name": [f"Member{n:02d} Low" for n in range(1, 41)],
            "plan": spread(("Basic", "Plus", "Premium"), 40),
            "monthly_fee": [20 + 5 * (n * 3 % 7) for n in range(40)],
            "joined_on": days("2019-01-05", 40, 29),
            "home_city": spread(("Leeds", "York", "Hull", "Ripon"), 40, 2),
            "age": [18 + (n * 11) % 47 for n in range(40)],
            "status": spread(("active", "paused", "left"), 40, 2),
        }
    )
    checkins = pd.DataFrame(
        {
            "checkin_id": range(1, 121),
            "member_id": [1 + (n * 7) % 38 for n in range(120)],
            "site": spread(("Riverside", "Station", "Castle"), 120),
            "minutes": [20 + (n * 13) % 80 for n in range(120)],
            "visited_at": days("2021-01-01", 120, 3),
        }
    )
    return {"members": members, "checkins": checkins}


def _airline() -> dict[str, pd.DataFrame]:
    departures = pd.DataFrame(
        {
            "departure_id": range(1, 91),
            "carrier_code": spread(("AX", "BQ", "CV", "DK"), 90, 3),
            "origin_airport": spread(("Oslo", "Porto", "Turin", "Graz", "Cork"), 90),
            "delay_minutes": [(n * 17) % 95 for n in range(90)],
            "passengers": [60 + (n * 23) % 140 for n in range(90)],
            "ticket_price": [40.5 + (n * 19) % 210 for n in range(90)],
            "departure_date": days("2020-01-02", 90, 11),
            "aircraft": spread(("Jet", "Turboprop"), 90, 2),
        }
    )
    carriers = pd.DataFrame(
        {
            "carrier_code": ["AX", "BQ", "CV", "DK"],
            "carrier_name": ["Axial Air", "Blue Quail", "Cavendish", "Dakota"],
            "alliance": ["North", "South", "North", "None"],
            "fleet_size": [40, 25, 61, 12],
        }
    )
    return {"departures": departures, "carriers": carriers}


def _school() -> dict[str, pd.DataFrame]:
    pupils = pd.DataFrame(
        {
            "pupil_id": range(1, 71),
            "forename": [f"Kid{n:02d}" for n in range(1, 71)],
            "gender": spread(("girl", "boy"), 70, 3),
            "year_group": [7 + (n * 3) % 5 for n in range(70)],
            "height_cm": [130 + (n * 7) % 45 for n in range(70)],
            "exam_score": [35 + (n * 13) % 61 for n in range(70)],
            "class_id": [1 + (n * 5) % 6 for n in range(70)],
            "birth_date": days("2008-01-03", 70, 23),
            "house": spread(("Oak", "Elm", "Ash"), 70),
        }
    )
    classes = pd.DataFrame(
        {
            "class_id": range(1, 7),
            "teacher_name": ["Ms Finch", "Mr Stone", "Ms Marsh", "Mr Wood", "Ms Field", "Mr Brook"],
            "room": ["R1", "R2", "R3", "R4", "R5", "R6"],
            "subject": ["Maths", "Art", "Maths", "Latin", "Art", "Music"],
        }
    )
    return {"pupils": pupils, "classes": classes}


def _energy() -> dict[str, pd.DataFrame]:
    plants = pd.DataFrame(
        {
            "plant_id": range(1, 25),
            "plant_name": [f"Unit {n}" for n in "ABCDEFGHIJKLMNOPQRSTUVWX"],
            "fuel": spread(("Hydro", "Gas", "Coal", "Solar"), 24, 3),
            "capacity_mw": [50 + (n * 37) % 400 for n in range(24)],
            "commissioned": [1980 + (n * 5) % 40 for n in range(24)],
            "country": spread(("Chile", "Peru", "Brazil"), 24),
            "staff_count": [12 + (n * 7) % 60 for n in range(24)],
        }
    )
    readings = pd.DataFrame(
        {
            "reading_id": range(1, 145),
            "plant_id": [1 + (n * 5) % 24 for n in range(144)],
            "read_on": days("2019-01-06", 144, 7),
            "output_gwh": [3.0 + (n * 11) % 47 for n in range(144)],
        }
    )
    return {"plants": plants, "readings": readings}


@lru_cache
def tables(domain: str) -> dict[str, pd.DataFrame]:
    """All tables of a database; never changed by a test."""
    own = {
        "cinema": _cinema, "farm": _farm, "gym": _gym, "airline": _airline, "school": _school, "energy": _energy
    }  # fmt: skip
    if domain in own:
        return own[domain]()
    name = {"weather": "seattle_weather"}.get(domain, domain)
    return {name: frame(name)}
