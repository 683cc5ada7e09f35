"""Databases of crashes, clubs, hotels and beers, invented for requests that were held out."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from agent.offline.invented import days, some

__all__ = ["DESK", "desk_frames"]


def _roads() -> dict[str, pd.DataFrame]:
    """An officer has no crash; a district has none either."""
    names = ("Ashby", "Brockholt", "Carrow", "Dunmere", "Elsdon", "Farleigh", "Glenby")
    district = pd.DataFrame(
        {
            "district_id": range(11, 18),
            "district_name": names,
            "county": ["Wester", "Easter", "Wester", "Norrie", "Easter", "Norrie", "Wester"],
            "population": [48000, 21500, 63000, 9800, 37400, 15200, 28900],
        }
    )
    crash = pd.DataFrame(
        {
            "crash_id": range(7001, 7151),
            "district_id": [11 + (n * n + n // 4) % 6 for n in range(150)],
            "happened_on": days("2017-02-03", 150, 11),
            "weather": some(("fog", "rain", "clear"), 150),
            "road_type": [("lane", "street", "motorway")[(n * n + n // 7) % 3] for n in range(150)],
            "severity": some(("fatal", "serious", "slight"), 150, 2),
            "victims": [(n * 7 + n // 3) % 6 for n in range(150)],
            "vehicles": [1 + (n * 5 + n // 4) % 4 for n in range(150)],
            "speed_limit": [30 + 10 * ((n * 3 + n // 7) % 9) for n in range(150)],
        }
    )
    person = pd.DataFrame(
        {
            "person_id": range(1, 241),
            "crash_id": [7001 + (n * 13 + n // 5) % 141 for n in range(240)],
            "role": some(("pedestrian", "passenger", "driver"), 240),
            "race": [("Asian", "Black", "White")[(n * n + n // 3) % 3] for n in range(240)],
            "gender": [("female", "male")[(n * 3 + n // 7) % 2] for n in range(240)],
            "age": [6 + (n * 17) % 78 for n in range(240)],
            "outcome": [("killed", "injured", "unhurt")[(n * n + n // 5) % 3] for n in range(240)],
        }
    )
    officer = pd.DataFrame(
        {
            "officer_id": range(1, 26),
            "district_id": [11 + (n * 3) % 7 for n in range(25)],
            "officer_name": [f"Officer {chr(65 + n)}" for n in range(25)],
            "rank": some(("captain", "sergeant", "constable"), 25),
        }
    )
    return {"district": district, "crash": crash, "person": person, "officer": officer}


def _derby() -> dict[str, pd.DataFrame]:
    """Two keys lead from a match to a club, two players share a name, one club has no player."""
    clubs = pd.DataFrame(
        {
            "club_id": range(1, 9),
            "club_name": ["Albion", "Borough", "Corinth", "Dockers", "Eagles", "Forest", "Grange", "Harriers"],
            "town": ["Alder", "Birch", "Alder", "Cedar", "Birch", "Cedar", "Alder", "Elm"],
            "founded": [1898, 1911, 1885, 1924, 1907, 1933, 1950, 1978],
            "stadium_capacity": [21000, 14500, 38000, 9000, 26500, 12000, 17400, 6000],
        }
    )
    names = [f"{first} {last}" for last in ("Abel", "Boyd", "Cole", "Dunn", "Egan", "Finn") for first in "ABCDEFGH"]
    names[30] = names[4]
    players = pd.DataFrame(
        {
            "player_id": range(501, 549),
            "player_name": names,
            "club_id": [1 + (n * 3 + n // 5) % 7 for n in range(48)],
            "position": some(("goalkeeper", "striker", "defender", "midfielder"), 48),
            "birth_year": [1985 + (n * 7) % 18 for n in range(48)],
            "height_cm": [168 + (n * 11 + n // 5) % 29 for n in range(48)],
            "weekly_wage": [900 + (n * 1361) % 9700 for n in range(48)],
        }
    )
    matches = pd.DataFrame(
        {
            "match_id": range(1, 113),
            "home_club_id": [1 + (n * 5 + n // 8) % 7 for n in range(112)],
            "away_club_id": [1 + (n * 5 + n // 8 + 1 + n % 5) % 7 for n in range(112)],
            "played_on": days("2021-08-07", 112, 5),
            "home_goals": [(n * 7 + n // 5) % 5 for n in range(112)],
            "away_goals": [(n * 5 + n // 3) % 4 for n in range(112)],
            "attendance": [2400 + (n * 997) % 19000 for n in range(112)],
        }
    )
    cards = pd.DataFrame(
        {
            "card_id": range(1, 161),
            "match_id": [1 + (n * 9 + n // 7) % 112 for n in range(160)],
            "player_id": [501 + (n * 7 + n // 6) % 46 for n in range(160)],
            "colour": some(("red", "yellow"), 160),
            "minute": [1 + (n * 23) % 90 for n in range(160)],
        }
    )
    return {"clubs": clubs, "players": players, "matches": matches, "cards": cards}


def _stay() -> dict[str, pd.DataFrame]:
    """Names cut to letters."""
    htl = pd.DataFrame(
        {
            "htl_id": range(1, 8),
            "htl_nm": ["Astoria", "Bellevue", "Central", "Du Lac", "Europa", "Falken", "Grand"],
            "cty": ["Basel", "Chur", "Basel", "Luzern", "Chur", "Basel", "Luzern"],
            "stars": [4, 3, 3, 5, 2, 4, 4],
        }
    )
    rm = pd.DataFrame(
        {
            "rm_no": range(101, 156),
            "htl_id": [1 + (n * n + n // 4) % 7 for n in range(55)],
            "typ": some(("suite", "single", "double"), 55),
            "bds": [1 + (n * 3 + n // 5) % 4 for n in range(55)],
            "rate": [80 + (n * 37) % 260 for n in range(55)],
        }
    )
    gst = pd.DataFrame(
        {
            "gst_id": range(1, 46),
            "fnm": some(("Anna", "Beat", "Carla", "Dario"), 45),
            "lnm": [f"Gast{n:02d}" for n in range(45)],
            "ctry": some(("Austria", "France", "Germany", "Italy"), 45, 2),
        }
    )
    bkg = pd.DataFrame(
        {
            "bkg_id": range(1, 181),
            "gst_id": [1 + (n * 11 + n // 9) % 41 for n in range(180)],
            "rm_no": [101 + (n * 13 + n // 5) % 55 for n in range(180)],
            "ci_dt": days("2018-01-05", 180, 9),
            "nts": [1 + (n * 5 + n // 8) % 12 for n in range(180)],
            "amt": [120 + (n * 173) % 2100 for n in range(180)],
            "chnl": some(("phone", "agency", "web"), 180),
        }
    )
    stf = pd.DataFrame(
        {
            "stf_id": range(1, 41),
            "htl_id": [1 + (n * 5 + n // 7) % 7 for n in range(40)],
            "job": some(("manager", "cook", "porter", "cleaner"), 40),
            "sal": [2600 + (n * 531) % 3900 for n in range(40)],
        }
    )
    return {"htl": htl, "rm": rm, "gst": gst, "bkg": bkg, "stf": stf}


def _brewery() -> dict[str, pd.DataFrame]:
    beers = pd.DataFrame(
        {
            "beer_id": range(1, 11),
            "beer_name": ["Amber Owl", "Black Fen", "Copper Top", "Dry Reed", "Elder", "Fox Red", "Gull", "Hay",
                          "Iron Gate", "Jetty"],
            "style": ["ale", "stout", "ale", "lager", "wheat", "ale", "lager", "wheat", "stout", "lager"],
            "abv": [4.8, 6.2, 5.1, 4.4, 5.0, 5.6, 4.1, 4.9, 7.3, 4.6],
            "ibu": [32, 45, 38, 22, 14, 40, 19, 12, 52, 25],
        }
    )  # fmt: skip
    batches = pd.DataFrame(
        {
            "batch_id": range(1, 97),
            "beer_id": [1 + (n * 7 + n // 6) % 10 for n in range(96)],
            "tank": some(("T1", "T2", "T3"), 96),
            "brewed_on": days("2019-03-04", 96, 12),
            "litres": [600 + (n * 71) % 1400 for n in range(96)],
            "cost": [round(410 + (n * 137 % 900) / 3, 2) for n in range(96)],
            "spoiled": [(n * 5 + n // 4) % 9 == 0 for n in range(96)],
        }
    )
    pubs = pd.DataFrame(
        {
            "pub_id": range(31, 43),
            "pub_name": ["Anchor", "Bell", "Crown", "Dolphin", "Eagle", "Fleece", "Globe", "Hare", "Inkwell", "Jolly",
                         "Kings", "Lamb"],
            "area": some(("harbour", "old town", "campus"), 12, 2),
            "opened_year": [1988, 2004, 1996, 2012, 2009, 1979, 2015, 2001, 2018, 1993, 2011, 1985],
        }
    )  # fmt: skip
    deliveries = pd.DataFrame(
        {
            "delivery_id": range(1, 201),
            "batch_id": [1 + (n * 17 + n // 9) % 96 for n in range(200)],
            "pub_id": [31 + (n * 7 + n // 10 + n * n // 11) % 11 for n in range(200)],
            "delivered_on": days("2019-04-01", 200, 6),
            "kegs": [2 + (n * 11) % 23 for n in range(200)],
            "price": [round(60 + (n * 43 % 800) / 4, 2) for n in range(200)],
            "returned_kegs": [(n * 3 + n // 5) % 4 for n in range(200)],
        }
    )
    return {"beers": beers, "batches": batches, "pubs": pubs, "deliveries": deliveries}


DESK = {"roads": _roads, "derby": _derby, "stay": _stay, "brewery": _brewery}


@lru_cache
def desk_frames(database: str) -> dict[str, pd.DataFrame]:
    """All tables of a database; never changed by a test."""
    return DESK[database]()
