"""Nouns that stand for each other in names and requests; a line holds one meaning."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.normalise import stem

__all__ = ["alike"]

_GROUPS = """
revenue sales turnover income earning
price cost fare fee charge expense
country nation
city town municipality
salary wage pay compensation remuneration earning
employee staff worker personnel workforce
person people individual
date day time timestamp
product item article good merchandise
quantity unit qty volume amount count
amount number
temperature temp
customer client buyer shopper
weight mass
height elevation altitude
sex gender
rain precipitation rainfall
region area territory zone
category type kind class group genre
method mode manner
payment transaction
illness disease diagnosis condition
treatment therapy procedure
match game fixture
stadium arena venue ground
attendance crowd spectator audience turnout
book volume title
page leaf
country state
shipment consignment delivery parcel package
carrier shipper haulier courier
freight shipping transport
branch location office
language tongue
publisher press
school college university
grade year level
course class lesson
room chamber
owner proprietor holder
dog pet
nationality citizenship
member subscriber
visit appointment consultation
patient client
doctor physician
event occasion
winner champion
loss defeat
win victory
rent lease
apartment flat
train railway
flight trip journey
party faction
device gadget machine
road street
hotel lodging inn
charge bill
debt loan
height stature tallness
width breadth
headcount staff
start begin
finish end
name title
kilometre km kilometer
power horsepower hp
age old
speed velocity pace
duration length time runtime
population inhabitant people resident
score rating grade mark point
store shop outlet branch
student pupil
film movie
car vehicle automobile auto
company firm business organization organisation manufacturer maker
department division dept
origin country
profit margin gain
mpg mileage economy
number no num count
id identifier code key
job occupation profession position
address location place
site place location
budget fund
order purchase
seat capacity
phone telephone
author writer
team club
wind gust
teacher instructor faculty
airline carrier
airport station
discount rebate
distance mile kilometre length
engine motor
birthday birthdate dob
yield harvest crop
variety kind sort
channel medium
segment group
"""


def _neighbours() -> dict[str, frozenset[str]]:
    near: dict[str, set[str]] = {}
    for group in _GROUPS.strip().splitlines():
        stems = {stem(word) for word in group.split()}
        for word in stems:
            near.setdefault(word, set()).update(stems - {word})
    return {word: frozenset(others) for word, others in near.items()}


_ALIKE = _neighbours()


def alike(word: str) -> frozenset[str]:
    """The stems that may stand for the stem `word`."""
    return _ALIKE.get(word, frozenset())
