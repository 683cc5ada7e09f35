"""Six more invented databases: link tables, two keys to one table, every key called “id”, names cut to letters."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from agent.offline.invented import days, spread

__all__ = ["SPOKEN", "spoken_frames"]


def _store() -> dict[str, pd.DataFrame]:
    sales = pd.DataFrame(
        {
            "order_id": range(50001, 50121),
            "order_date": days("2017-01-09", 120, 11),
            "region": spread(("North", "South", "East", "West"), 120),
            "product": spread(("Lamp", "Desk", "Chair", "Shelf", "Rug"), 120, 2),
            "customer_type": spread(("consumer", "corporate", "reseller"), 120, 3),
            "quantity": [1 + (n * 7) % 9 for n in range(120)],
            "revenue": [round(20 + (n * 53) % 480 + 0.25, 2) for n in range(120)],
            "discount_pct": [(n * 3) % 7 * 5 for n in range(120)],
        }
    )
    return {"sales": sales}


def _campus() -> dict[str, pd.DataFrame]:
    student = pd.DataFrame(
        {
            "stu_no": range(2001, 2041),
            "stu_name": [f"Stu{n:02d} Hale" for n in range(40)],
            "major": spread(("History", "Physics", "Law", "Botany"), 40),
            "gpa": [round(1.8 + (n * 17 % 22) / 10, 1) for n in range(40)],
            "admitted": [2015 + (n * 3) % 5 for n in range(40)],
        }
    )
    course = pd.DataFrame(
        {
            "crs_code": ["HS1", "PH1", "PH2", "LW1", "BT1", "BT2", "HS2"],
            "crs_title": ["Empires", "Optics", "Waves", "Torts", "Mosses", "Ferns", "Treaties"],
            "credits": [5, 10, 5, 15, 5, 10, 10],
            "level": ["basic", "basic", "advanced", "advanced", "basic", "advanced", "basic"],
        }
    )
    enrolment = pd.DataFrame(
        {
            "stu_no": [2001 + (n * 7 + n // 5) % 36 for n in range(110)],
            "crs_code": [course["crs_code"][(n * n + n // 3) % 6] for n in range(110)],
            "term": spread(("autumn", "spring"), 110),
            "mark": [40 + (n * 13) % 60 for n in range(110)],
        }
    )
    return {"student": student, "course": course, "enrolment": enrolment}


def _league() -> dict[str, pd.DataFrame]:
    team = pd.DataFrame(
        {
            "team_id": range(1, 9),
            "team_name": ["Rovers", "Albion", "County", "Rangers", "Harriers", "Athletic", "Orient", "Vale"],
            "city": ["Derby", "Stoke", "Derby", "Crewe", "Stoke", "Derby", "Luton", "Crewe"],
            "founded": [1884, 1901, 1899, 1878, 1923, 1910, 1881, 1905],
        }
    )
    game = pd.DataFrame(
        {
            "game_id": range(1, 71),
            "home_team_id": [1 + (n * 3) % 7 for n in range(70)],
            "away_team_id": [1 + (n * 5 + 2) % 8 for n in range(70)],
            "played_on": days("2018-08-04", 70, 16),
            "home_goals": [(n * 7) % 5 for n in range(70)],
            "away_goals": [(n * 11) % 4 for n in range(70)],
            "attendance": [900 + (n * 317) % 8000 for n in range(70)],
            "referee": spread(("Dunn", "Kerr", "Moss"), 70),
        }
    )
    player = pd.DataFrame(
        {
            "player_id": range(1, 61),
            "player_name": [f"P{n:02d} Crane" for n in range(60)],
            "team_id": [1 + (n * 5) % 7 for n in range(60)],
            "position": spread(("keeper", "defender", "striker"), 60),
            "salary": [300 + (n * 61) % 2100 for n in range(60)],
            "birth_year": [1985 + (n * 7) % 17 for n in range(60)],
        }
    )
    return {"team": team, "game": game, "player": player}


def _clinic() -> dict[str, pd.DataFrame]:
    doctors = pd.DataFrame(
        {
            "id": range(1, 8),
            "name": ["Dr Ash", "Dr Birch", "Dr Cole", "Dr Dean", "Dr Eaves", "Dr Frost", "Dr Gale"],
            "specialty": ["skin", "heart", "bone", "heart", "skin", "bone", "eye"],
            "hired_on": days("2009-04-01", 7, 400),
        }
    )
    patients = pd.DataFrame(
        {
            "id": range(1, 31),
            "name": [f"Pat{n:02d} Low" for n in range(30)],
            "gender": spread(("F", "M"), 30),
            "town": spread(("Whitby", "Filey", "Goole"), 30, 2),
            "age": [18 + (n * 13) % 60 for n in range(30)],
        }
    )
    appointments = pd.DataFrame(
        {
            "id": range(1, 91),
            "doctor_id": [1 + (n * 5 + n // 7) % 6 for n in range(90)],
            "patient_id": [1 + (n * 11) % 27 for n in range(90)],
            "booked_for": days("2020-02-03", 90, 9),
            "fee": [35 + (n * 17) % 120 for n in range(90)],
            "status": spread(("cancelled", "missed", "kept"), 90),
        }
    )
    return {"doctors": doctors, "patients": patients, "appointments": appointments}


def _library() -> dict[str, pd.DataFrame]:
    author = pd.DataFrame(
        {
            "author_id": range(1, 11),
            "name": [f"{n} Quist" for n in ("Ada", "Bo", "Cy", "Di", "Ed", "Flo", "Gil", "Hy", "Io", "Jo")],
            "country": ["Norway", "Chile", "Norway", "Ghana", "Chile", "Ghana", "Norway", "Japan", "Japan", "Chile"],
        }
    )
    book = pd.DataFrame(
        {
            "book_id": range(101, 151),
            "title": [f"Volume {n}" for n in range(50)],
            "author_id": [1 + (n * 7) % 9 for n in range(50)],
            "genre": spread(("crime", "poetry", "travel"), 50),
            "pages": [90 + (n * 47) % 500 for n in range(50)],
            "price": [round(4 + (n * 9 % 50) / 3, 2) for n in range(50)],
            "published_year": [1990 + (n * 11) % 25 for n in range(50)],
        }
    )
    loan = pd.DataFrame(
        {
            "loan_id": range(1, 101),
            "book_id": [101 + (n * 13) % 45 for n in range(100)],
            "borrowed_on": days("2019-01-02", 100, 8),
            "days_kept": [3 + (n * 5) % 26 for n in range(100)],
            "branch": spread(("Central", "Docks", "Hill"), 100, 2),
        }
    )
    return {"author": author, "book": book, "loan": loan}


def _cut() -> dict[str, pd.DataFrame]:
    """Names cut to letters: the keys can be told by their values only."""
    cust = pd.DataFrame(
        {
            "cid": range(7001, 7016),
            "cname": [f"Firm {chr(65 + n)}" for n in range(15)],
            "rgn": spread(("Alpha", "Beta", "Gamma"), 15),
            "seg": spread(("big", "small"), 15, 2),
        }
    )
    ordr = pd.DataFrame(
        {
            "onum": range(1, 81),
            "buyer": [7001 + (n * 4) % 14 for n in range(80)],
            "odate": days("2021-03-01", 80, 7),
            "amt": [10 + (n * 37) % 300 for n in range(80)],
            "stat": spread(("open", "shipped"), 80),
        }
    )
    return {"cust": cust, "ordr": ordr}


SPOKEN = {
    "store": _store, "campus": _campus, "league": _league, "clinic": _clinic, "library": _library, "cut": _cut
}  # fmt: skip


@lru_cache
def spoken_frames(database: str) -> dict[str, pd.DataFrame]:
    """All tables of a database; never changed by a test."""
    return SPOKEN[database]()
