"""Verbs and nouns of relation: they say how rows and columns belong together, which the columns say as well."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.normalise import stem
from canvas_widget.agent.providers.offline.vocabulary import words

__all__ = ["RELATING"]

_VERBS = """
    access accept accumulate act add adopt affect analyse analyze arrange assess assist break capture categorise
    categorize check classify clarify collect combine compare compile compute construct contrast convey count cover
    create define demonstrate depict derive describe determine differentiate discover display distinguish distribute
    draw emphasise emphasize employ engage ensure enumerate estimate evaluate evidence examine exceed exhibit
    explain explore express extend extract facilitate feature fetch figure gather generate help highlight identify
    illustrate indicate inspect investigate link look lookup mark measure name notice observe outline pair pertain
    pick plot portray possess prepare present produce provide pull rate reflect relate render request retrieve return
    reveal review see segment select show showcase situate sketch sort specify split stack state sum summarise
    summarize tally tend track understand utilise utilize vary view visualise visualize affect allow appear apply arrive assign associate attach attend award base become begin
    belong book borrow bring build buy carry cause center centre change charge choose come complete compose conduct
    connect consist contact contribute cost cover deal decide deliver depart design direct divide earn elect employ
    end enrol enroll enter establish exist fail fall fit fly follow form found get give go graduate grow handle
    happen help hire hold host include increase indicate involve issue join keep know last launch lead learn leave
    lend lie list live locate lose maintain make manage marry meet move need note obtain occur offer open operate
    order organise organize originate own participate pass pay perform place play point possess prefer produce
    promote publish purchase put rank reach receive record refer register release relate rent report represent
    require reside respond return run sell send separate serve settle sign sponsor stand start stay stock store
    study submit suffer supervise supply support take teach tend tell think train transfer travel treat try turn
    undergo use visit volunteer want wear weigh win work write
"""
_IRREGULAR = """
    been began begun bought brought built came chose chosen cost did done drove driven fell fallen felt found flew flown
    gave given gone got gotten grew grown had held kept knew known led left lent lost made meant met paid ran sat
    saw seen sent sold spent spoke spoken stood taken took taught told thought understood went withdrew won wore worn
    wrote written born
"""
_NOUNS = """
    above access accompany accordingly accurately against alongside altogether amid appropriate aspect associated
    assistance axe axes axis basis beginning bit breakdown case circumstance clear clearly collection combination
    comparative comparison comprehensive concerned concise convenient data dataset depiction desired detailed diagram
    distribution effective either element ensure entire entirety entity exact example exactly figure form format
    full fully graph graphic graphical graphically height help hence individual individually individuals insight
    instance instead kindly layout length list manner mean meaning means member method narrative necessary neat
    nice occurrence one outcome output overview pair part partition pattern per piece position presence presentation
    proper properly purpose rather relation relationship relevant remaining representation representing request
    respective respectively response role sake sample scenario sequence shape side simple simply situation size
    spread standing statistic style subject subsequently suitable table tabulate term terms thanks thereby therein
    thereof title together totality understanding unit upon usage use value variation varied variety visual visually
    visualisation visualization visuals
    above accessible amongst another attribute available both certain change common considering corresponding current
    currently detail difference different distinct ever existing following given group having info information
    interval item kind list manner method note number other others overall particular people person possible present
    question record regard regarding related result same section separate set similar specific statistics sum summary
    there thing three total trend type two various view way well whole yet
"""


def _forms(verb: str) -> set[str]:
    base = verb.removesuffix("e")
    doubled = verb + verb[-1]
    third = f"{verb[:-1]}ies" if verb.endswith("y") else f"{verb}s"
    past = f"{verb[:-1]}ied" if verb.endswith("y") else f"{base}ed"
    return {verb, third, past, f"{base}ing", f"{doubled}ing", f"{doubled}ed", f"{verb}es"}


RELATING = frozenset(
    {form for verb in _VERBS.split() for form in _forms(verb)} | set(words(_IRREGULAR)) | set(words(_NOUNS))
) | {stem(word) for word in words(_NOUNS)}
"""All forms of them."""
