"""Words of one family: “acceleration” and accelerate, “rated” and rating, “membership” and member."""

from __future__ import annotations

from functools import lru_cache

from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["related"]

_ENDINGS = (
    "ization", "isation", "ication", "ational", "ations", "ation", "ition", "iness", "ments", "ment", "ness", "ship",
    "ances", "ance", "ence", "ency", "ancy", "able", "ible", "ical", "ings", "ing", "ists", "ist", "ions", "ion",
    "ity", "ive", "ers", "er", "ors", "or", "ees", "ee", "ial", "ual", "al", "ant", "ent", "age", "ied", "ies", "ier",
    "ed", "ly", "ic", "y", "d", "r", "s", "e",
)  # fmt: skip
_SHORTEST = 4
_INFLECTIONS = frozenset({"ed", "d", "ing", "ings", "s", "er", "r"})
_APART = words("""
    station stations state department apartment party parties customer country county city nation section mission
    session season position person number university community universe general major minor matter letter order
    offer summer winter water paper power tower corner center manner master minister register rental character
    weather whether moment element document internal external capital animal material serial journal hospital
    metal medal actor factor doctor sector color motor tutor mayor floor door error story history factory century
    early daily family only reply supply apply music public topic traffic fabric logic basic being thing king ring
    wing spring string evening morning building ceiling meeting training
""")
"""Words that end like a derived one and mean something of their own."""
_IRREGULAR = (
    ("sale", "sell", "sold"), ("weight", "weigh"), ("height", "high"), ("length", "long"), ("width", "wide"),
    ("depth", "deep"), ("strength", "strong"), ("speed", "sped"), ("growth", "grow", "grown"), ("death", "die", "died"),
    ("birth", "born"), ("flight", "fly", "flown"), ("loss", "lose", "lost"), ("win", "won", "winner"),
    ("gift", "give", "given"), ("choice", "choose", "chosen"), ("thought", "think"), ("purchase", "buy", "bought"),
    ("payment", "pay", "paid"), ("cost", "costly"), ("age", "aged"), ("writer", "written", "wrote"),
    ("teacher", "taught"), ("driver", "drive", "driven"), ("spending", "spent", "spend"), ("theft", "steal", "stolen"),
    ("arrival", "arrive"), ("departure", "depart"), ("marriage", "marry", "married"), ("analysis", "analyse"),
    ("abbreviation", "abbreviate"), ("enrolment", "enrol", "enrollment", "enroll", "enrolled"),
)  # fmt: skip
_FAMILIES = {word: number for number, family in enumerate(_IRREGULAR) for word in family}


@lru_cache(maxsize=8192)
def _bases(word: str) -> frozenset[str]:
    """What a word may be derived from, itself among it."""
    found = {word}
    if word in _APART:
        return frozenset(found)
    for ending in _ENDINGS:
        left = word.removesuffix(ending)
        if left == word or len(left) < (3 if ending in _INFLECTIONS else _SHORTEST):
            continue
        found |= {left, f"{left}e"}
        if ending in ("ied", "ies", "ier", "iness", "ication"):
            found.add(f"{left}y")
        if len(left) > _SHORTEST and left[-1] == left[-2]:
            found.add(left[:-1])
        if ending in ("ation", "ations", "ion", "ions", "ive", "or", "ors"):
            found.add(left.removesuffix("at"))
        if ending in ("ion", "ions") and left.endswith("miss"):  # admission, permission: to admit, to permit
            found.add(f"{left[:-2]}t")
    return frozenset(base for base in found if len(base) >= 3)


@lru_cache(maxsize=65536)
def related(one: str, other: str) -> bool:
    """Whether two words are forms of one word, or derived from the same one."""
    if one[:2] != other[:2]:
        family = _FAMILIES.get(one)
        return family is not None and family == _FAMILIES.get(other)
    if _FAMILIES.get(one, -1) == _FAMILIES.get(other, -2):
        return True
    return not _bases(one).isdisjoint(_bases(other))
