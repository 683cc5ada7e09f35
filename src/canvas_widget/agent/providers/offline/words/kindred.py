"""Nouns that stand for each other in names and requests; a semicolon ends one meaning."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.words.normalise import stem

__all__ = ["alike"]

_GROUPS = """
revenue sales turnover income earning; sales revenue total;
 price cost fare fee charge expense; country nation; city town municipality;
salary wage pay compensation remuneration earning; employee staff worker personnel workforce;
person people individual; date day time timestamp; product item article good merchandise;
quantity unit qty volume amount count; amount number; temperature temp; customer client buyer shopper; weight mass;
height elevation altitude; sex gender; rain precipitation rainfall; region area territory zone;
category type kind class group genre classification;
classification class category kind; method mode manner; payment transaction; illness disease diagnosis condition;
treatment therapy procedure; match game fixture; stadium arena venue ground;
attendance crowd spectator audience turnout; book volume title; page leaf; country state;
shipment consignment delivery parcel package; carrier shipper haulier courier; freight shipping transport;
branch location office; language tongue; publisher press; school college university; grade year level;
course class lesson; room chamber; owner proprietor holder; dog pet; nationality citizenship; member subscriber;
visit appointment consultation; patient client; doctor physician; event occasion; winner champion; loss defeat;
win victory; rent lease; apartment flat; train railway; flight trip journey; party faction; device gadget machine;
road street; hotel lodging inn; charge bill; debt loan; height stature tallness; width breadth; headcount staff;
start begin; finish end; name title; kilometre km kilometer; power horsepower hp; age old; speed velocity pace;
duration length time runtime; population inhabitant people resident; score rating grade mark point;
store shop outlet branch; student pupil; film movie; car vehicle automobile auto;
company firm business organization organisation manufacturer maker; department division dept; origin country;
profit margin gain; mpg mileage economy; number no num count; id identifier code key;
job occupation profession position; address location place; site place location; budget fund; order purchase;
seat capacity; phone telephone; author writer; team club; wind gust; teacher instructor faculty; airline carrier;
airport station; discount rebate; distance mile kilometre length; engine motor; birthday birthdate dob;
yield harvest crop; variety kind sort; channel medium; segment group; budget cost spending;
spending expense expenditure outlay; revenue income proceed gross takings; profit gain surplus; wage stipend;
capacity size space; capacity seat; duration minute length; runtime minute; delay lateness wait; score result mark;
score rating; rating review evaluation; rank ranking position standing; vote ballot;
participant competitor contestant entrant; competition contest tournament; match bout; player athlete sportsman;
coach trainer manager; manager boss supervisor head; head leader chief; judge referee umpire; goal target;
artist performer musician; singer vocalist; song track tune; album record; concert performance gig show;
theme topic subject; show programme program; series programme; episode instalment; channel broadcaster;
director filmmaker; actor performer; nationality nation country; nationality origin; citizen resident inhabitant;
voter elector; candidate nominee applicant; representative delegate; election poll; government administration;
constituency district; district region area; district county; county shire region; state province; continent landmass;
hometown town birthplace; residence home address; home residence; street avenue; building tower structure;
bridge structure; museum gallery; mountain peak summit hill; river stream; island isle; lake water;
harbour harbor port; ship boat vessel; aircraft plane airplane aeroplane jet; pilot aviator;
passenger traveller traveler rider; driver motorist; vehicle transport; model design version; version release edition;
engine power; fuel petrol gas; consumption usage; bike bicycle cycle; trip ride; station stop; route line;
destination goal; departure start; arrival end; software application app program; browser client; file document;
document paper record; data information; account profile; balance amount; transaction deal; loan credit; card ticket;
bank lender; investor shareholder; share stock; asset property; property estate; policy insurance; claim demand;
premium fee; invoice bill; order request; supplier vendor provider; vendor seller; seller merchant trader;
buyer purchaser; brand make label; make manufacturer brand; manufacturer producer; factory plant works;
warehouse depot storehouse; furniture furnishing; material fabric substance; ingredient component;
component part piece; color colour shade; size dimension; shape form; description detail text; note remark comment;
comment remark; reason cause; result outcome; status state condition; condition state; stage phase; phase step;
priority urgency; type style; form kind; role function position; role job; function duty; title heading;
degree qualification; major field specialty; field area discipline; specialty specialisation specialization;
faculty teacher; professor lecturer; lecturer teacher; advisor adviser tutor; tutor teacher; exam test examination;
test assessment; enrollment registration; registration sign; credit point; semester term; dormitory dorm residence;
campus site; library archive; author composer; chapter section; reader subscriber; magazine journal periodical;
newspaper paper; reporter journalist correspondent; news report article; editor publisher; party group;
ceremony event; festival fair; event incident; incident accident; accident crash collision; crime offence offense;
victim casualty; killed dead death; injured wounded hurt; death fatality; soldier troop; weapon arm;
allergy intolerance; medication medicine drug; medicine remedy; drug medication; procedure operation;
operation surgery; nurse carer; ward department; symptom sign; pet animal; animal creature; breed race; tree plant;
plant crop; flower bloom; fruit produce; harvest production output; output production yield; dish meal; meal food;
restaurant eatery diner; beverage drink; wine vintage; grape variety; cheese dairy; temperature heat;
humidity moisture; precipitation rainfall; cloud cover; visibility sight; storm hurricane cyclone; speed rate;
rate ratio; ratio proportion; percentage percent share; share proportion; frequency count; density concentration;
acreage area land; land area; hectare area acre; acre area; apps appearance; appearance application; try attempt;
attempt trial; save stop; win success; draw tie; season year; decade year; founder creator; established founded;
opened founded; owner holder possessor; ownership possession; tenant renter occupant lodger; guest visitor;
visitor attendee; attendee participant; host organiser organizer; sponsor backer; employer company;
workforce headcount; hire recruit; contract agreement; shift duty; bonus premium extra; commission fee; tax duty levy;
discount reduction; price value worth; value worth; market trade; industry sector branch; sector field;
headquarters base seat; enterprise company; agency bureau; bureau office; institution institute organisation;
institute school; academy school; child kid; kid child pupil; boy male man; girl female woman; man male; woman female;
parent guardian; husband spouse; wife spouse; couple pair; friend companion; family household; household home;
religion faith; gender sex; ethnicity race; birth born; forename firstname; surname lastname; nickname alias;
mail email; mobile phone; website site url; login username; user account; message post; post article; review rating;
like favourite favorite; follower subscriber; view visit; click hit; download install; session visit
"""


def _neighbours() -> dict[str, frozenset[str]]:
    near: dict[str, set[str]] = {}
    for group in _GROUPS.strip().replace("\n", " ").split(";"):
        stems = {stem(word) for word in group.split()}
        for word in stems:
            near.setdefault(word, set()).update(stems - {word})
    return {word: frozenset(others) for word, others in near.items()}


_ALIKE = _neighbours()


def alike(word: str) -> frozenset[str]:
    """The stems that may stand for the stem `word`."""
    return _ALIKE.get(word, frozenset())
