"""Words about columns and rows: synonyms, abbreviations, superlatives, and words that say nothing."""

from __future__ import annotations

from dataclasses import dataclass

from canvas_widget.agent.providers.offline.words.kindred import alike
from canvas_widget.agent.providers.offline.words.vocabulary import table, words

__all__ = [
    "ABBREVIATIONS",
    "ADDITIVE",
    "COMPARATIVES",
    "FILLERS",
    "SAID",
    "SUPERLATIVES",
    "UNIT_WORDS",
    "UNWANTED",
    "Superlative",
    "alike",
]


@dataclass(frozen=True, slots=True)
class Superlative:
    """“heaviest”: the words a fitting column may have, best first, and whether large values come first.

    `date` tells what a date column means to it: "desc" for the latest, "asc" for the earliest. `words` is empty for
    "highest" and its like, which go with any quantity.
    """

    words: tuple[str, ...] = ()
    descending: bool = True
    date: str | None = None


ABBREVIATIONS: dict[str, str] = table("""
quantity:: qty
amount:: amt
number:: num, nbr, no
temperature:: temp
department:: dept
address:: addr
telephone:: tel
customer:: cust
product:: prod
employee:: emp
manager:: mgr
minimum:: min
maximum:: max
percent:: pct, perc
year:: yr
month:: mo
horsepower:: hp
pound:: lb, lbs
kilogram:: kg
foot:: ft
kilometre:: km
annual:: yearly
average:: avg
count:: cnt
description:: desc
category:: cat
cylinder:: cyl
acceleration:: accel
displacement:: disp
first name:: fname
last name:: lname
population:: pop
birthdate:: dob
organisation:: org
manufacturer:: mfr
identifier:: id
latitude:: lat
longitude:: lon, lng
revenue:: rev
hour:: hr
weight:: wt
height:: ht
account:: acct
invoice:: inv
""")
"""Written short; both spellings match."""

SAID: dict[str, tuple[tuple[str, ...], ...]] = {
    name: tuple(tuple(phrase.split()) for phrase in said.split("|"))
    for name, said in {
        "surname": "last name|family name", "lastname": "surname|last name|family name", "lname": "surname|last name",
        "fname": "first name|given name|forename", "firstname": "first name|given name|forename",
        "forename": "first name|given name", "dob": "date of birth|birth date|birthday", "birthdate": "date of birth",
        "birthday": "date of birth|birth date", "zip": "postal code|post code", "zipcode": "postal code|zip code",
        "phone": "telephone number|phone number", "email": "mail address|email address|e mail",
        "gpa": "grade point average", "mpg": "mile per gallon", "qty": "quantity", "salary": "pay",
    }.items()
}  # fmt: skip
"""Names of one word that are said in several, or the other way round; the words are stems."""

UNIT_WORDS = words("""
    c celsius cent cm dollar eur euro f fahrenheit foot ft g gb gbp gram hour hz in inch k kb kg kilogram km kmh kw
    kwh l lb lbs liter litre m mb mile million minute mm mph ms mw pct percent pound second thousand usd w
    sqm sqft sqkm ha acre hectare metre meter centimetre centimeter millimetre millimeter kilometre kilometer tonne ton
    euro gbp kelvin degree ounce oz yard yd watt kilowatt megawatt
""")
"""Words at the end of a name that only tell its unit."""

ADDITIVE = words("""
    amount attendance birth budget case crop harvest kilowatt gigawatt gwh mwh kwh generation ton
    tonne tonnage click cost count
    death donation download earning expense export fund hour
    import income inventory loss number order output passenger payment population production profit purchase qty
    quantity revenue sale sold spend spending stock tax total turnover unit view visit visitor volume
""")
"""Stems of quantities that add up over rows; of others the mean is taken when no aggregate is asked for."""


UNWANTED = words("""
    delay lateness wait error loss death accident crime complaint defect injury failure fault absence debt unemployment
    poverty downtime outage casualty victim penalty waste cost expense bug incident risk cancellation return fine crash
    collision fatality theft outbreak pollution shortage churn breach violation loser
""")
"""Stems of what is the worse the more of it there is."""


def _superlative(meaning: str) -> Superlative:
    concepts, direction, date = meaning.split("|")
    return Superlative(tuple(concepts.split()), direction == "down", date or None)


SUPERLATIVES: dict[str, Superlative] = {
    phrase: _superlative(meaning)
    for phrase, meaning in table("""
weight mass|down|:: heaviest
weight mass|up|:: lightest
price cost fare fee rate budget expense rent amount|up|:: cheapest
price cost fare fee budget expense rent value|down|:: dearest
price cost fare fee budget expense rent value|down|:: priciest
cost price budget fare fee expense rent value|down|:: costliest
speed velocity pace horsepower|down|:: fastest
speed velocity pace|up|:: slowest
speed velocity time duration|down|:: quickest
length duration distance runtime time minute hour day week month|down|:: longest
length duration height distance runtime minute hour day week month|up|:: shortest
height elevation|down|:: tallest
depth|down|:: deepest
width|down|:: widest
thickness depth|down|:: thickest
width|up|:: narrowest
thickness|up|:: thinnest
size area population capacity volume amount quantity|down|:: largest, biggest
size area population capacity volume amount quantity|up|:: smallest
age|down|asc:: oldest
age|up|desc:: youngest
|down|desc:: newest, latest, recent
|up|asc:: earliest
income wealth salary revenue|down|:: richest
income wealth salary revenue|up|:: poorest
strength power horsepower|down|:: strongest
strength power horsepower|up|:: weakest
horsepower power strength|down|:: powerful
price cost fare fee budget expense rent value|down|:: expensive
efficiency mpg economy mileage|down|:: efficient
economy mpg efficiency mileage|down|:: economical
popularity vote view rating download sale|down|:: popular
temperature|down|:: hottest, warmest
temperature|up|:: coldest, coolest
precipitation rain rainfall humidity|down|:: wettest
precipitation rain rainfall|down|:: rainiest
precipitation rain rainfall humidity|up|:: driest
wind gust|down|:: windiest
visit passenger traffic count|down|:: busiest
population inhabitant|down|:: populous, populated
profit margin|down|:: profitable
sale quantity unit revenue|down|:: selling
salary wage pay|down|:: paid
rating score star|down|:: rated
sale quantity unit|down|:: sold
space area size|down|:: spacious
|down|:: highest, best, top, most, greatest, leading, utmost, foremost
|up|:: lowest, worst, bottom, fewest, least
""").items()
}
"""A line: the concepts, whether large values come first, what it means of a date; then the words."""

COMPARATIVES: dict[str, tuple[tuple[str, ...], str]] = {
    phrase: (tuple(meaning.split("|")[0].split()), meaning.split("|")[1])
    for phrase, meaning in table("""
weight mass|>:: heavier
weight mass|<:: lighter
price cost fare|<:: cheaper
speed velocity|>:: faster
speed velocity|<:: slower
length duration distance|>:: longer
length duration height|<:: shorter
height|>:: taller
age|>:: older
age|<:: younger
depth|>:: deeper
width|>:: wider
temperature|>:: warmer, hotter
temperature|<:: colder
cost price|>:: costlier
""").items()
}

FILLERS = words("""
    a able about above according across actually add adding adds after again against ago all along also always among
    amount an analyse analysis analyze and another any are aren't arrange as ascending at axis bars be been before
    being belong belonging belongs below beside between big bin binned bins both bottom build but by calculate can
    can't canvas chart clear color colored colour coloured column columns compare compared comparing comparison
    compute concerning contain containing contains correspond corresponding could count create created creates
    creating data dataframe dataset demonstrate depict descending describe detail details did didn't different
    display displayed displaying displays do does doesn't doing don't done down draw drawing drawn draws during
    each entries entry ever every exist existing few field fields find first for frame from generate get give
    gives giving good graph group grouped grouping had has have having he hello her here hey hi him how i i'd i'm
    i've if illustrate in info information insert instead interested into is isn't it its itself just kind know
    last least left less let let's lets like lines list look looking looks lot made make makes making many may me
    might more most much my need needs never new next nice no nor not now number numbers of often ok okay on one
    ones only onto or order ordered ordering other our out over overall own per place please please. plot plots
    plotted plotting points present pretty produce provide provided put quick quickly rank ranked ranking rather
    record records reflect regarding related relation render report represent representation representing
    represents respect respective respectively result results return right row rows same see shall she should show
    showing shown shows side simple since single small so some sort sorted sorting split such table tell than
    thank thanks that that's the their them themselves then there there's these they this those through to
    together too top total under understand until up us use used using value values various versus very view
    visualise visualize visualized visualizing vs want wanted wants was wasn't we we'd we've well were were've
    weren't what what's when where which while who whole whom whose why will with within without won't would x y
    you your
""")
"""Words that carry no reading of their own, so that leaving them out loses nothing."""
