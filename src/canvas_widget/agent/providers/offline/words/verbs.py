"""Verbs and nouns of relation: they say how rows and columns belong together, which the columns say as well."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.words.adverbs import SHADING
from canvas_widget.agent.providers.offline.words.normalise import stem
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["RELATING"]

_VERBS = """
    accept access accumulate act add adopt affect allow analyse analyze appear apply arrange arrive assess assign
    assist associate attach attend award base become begin belong book borrow break bring build buy capture carry
    categorise categorize cause center centre change charge check choose clarify classify collect combine come
    compare compile complete compose compute conduct connect consist construct contact contrast contribute convey
    cost count cover create deal decide define deliver demonstrate depart depict derive describe design determine
    differentiate direct discover display distinguish distribute divide draw earn elect emphasise emphasize employ
    end engage enrol enroll ensure enter enumerate establish estimate evaluate evidence examine exceed exhibit exist
    explain explore express extend extract facilitate fail fall feature fetch figure fit fly follow form found
    gather generate get give go graduate grow handle happen help highlight hire hold host identify illustrate
    include increase indicate inspect investigate involve issue join keep know last launch lead learn leave lend lie
    link list live locate look lookup lose maintain make manage mark marry measure meet move name need note notice
    observe obtain occur offer open operate order organise organize originate outline own pair participate pass pay
    perform pertain pick place play plot point portray possess prefer prepare present produce promote provide
    publish pull purchase put rank rate reach receive record refer reflect register relate release render rent
    report represent request require reside respond retrieve return reveal review run see segment select sell send
    separate serve settle show showcase sign situate sketch sort specify split sponsor stack stand start state stay
    stock store study submit suffer sum summarise summarize supervise supply support take tally teach tell tend
    think track train transfer travel treat try turn undergo understand use utilise utilize vary view visit
    visualise visualize volunteer want wear weigh win work write
"""
_IRREGULAR = """
    been began begun bought brought built came chose chosen cost did done drove driven fell fallen felt found flew flown
    gave given gone got gotten grew grown had held kept knew known led left lent lost made meant met paid ran sat
    saw seen sent sold spent spoke spoken stood taken took taught told thought understood went withdrew won wore worn
    wrote written born
"""
_NOUNS = """
    above access accessible accompany accordingly accurately against alongside altogether amid amongst another
    appropriate aspect assistance associated attribute available axe axes axis basis beginning bit both breakdown
    case certain change circumstance clear clearly collection combination common comparative comparison
    comprehensive concerned concise considering convenient corresponding current currently data dataset depiction
    desired detail detailed diagram difference different distinct distribution effective either element ensure
    entire entirety entity ever exact exactly example existing figure following form format full fully given graph
    graphic graphical graphically group having height help hence individual individually individuals info
    information insight instance instead interval intervals item kind kindly layout length list manner mean meaning
    means
    member method narrative neat necessary nice note number occurrence one other others outcome output overall
    overview pair part particular partition pattern people per person piece position possible presence present
    presentation proper properly purpose question rather record regard regarding related relation relationship
    relevant remaining representation representing request respective respectively response result role sake same
    sample scenario section separate sequence set shape side similar simple simply situation size specific spread
    standing statistic statistics style subject subsequently sure suitable sum summary table tabulate term terms thanks
    there thereby therein thereof thing three title together total totality trend two type understanding unit upon
    usage use value variation varied variety various view visual visualisation visualization visually visuals way
    well whole yet
"""


def _forms(verb: str) -> set[str]:
    base = verb.removesuffix("e")
    doubled = verb + verb[-1]
    turned = verb.endswith("y") and verb[-2] not in "aeou"
    third = f"{verb[:-1]}ies" if turned else f"{verb}s"
    past = f"{verb[:-1]}ied" if turned else f"{base}ed"
    return {verb, third, past, f"{base}ing", f"{doubled}ing", f"{doubled}ed", f"{verb}es"}


RELATING = frozenset(
    {form for verb in _VERBS.split() for form in _forms(verb)} | set(words(_IRREGULAR)) | set(words(_NOUNS)) | SHADING
) | {stem(word) for word in words(_NOUNS)}
"""All forms of them."""
