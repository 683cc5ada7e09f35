"""Recognises what a request wants done: a command on the canvas, or (None) something about data."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.words.charts import KINDS
from canvas_widget.agent.providers.offline.words.lexicon import AGGREGATES, GROUPERS
from canvas_widget.agent.providers.offline.words.phrases import Hit, Phrase, PhraseTable
from canvas_widget.agent.providers.offline.words.vocabulary import table, words

__all__ = ["asks_something", "command", "first_word"]

_POLITE = words(
    """
    please can could would will you i i'd i'll we want need like to let lets let's us me now then ok okay hey hi
    hello also kindly the so well
    """
)

_WHOLE: PhraseTable[str] = PhraseTable(
    table("""
undo:: undo, undo that, undo it, undo the last, take that back, take it back, go back, revert, revert that, step
    back, undo everything you did, roll back
redo:: redo, redo that, redo it, do it again, do that again, bring it back, bring that back, undo the undo, put it back
clear:: clear, clear the canvas, clear canvas, clear everything, clear all, wipe, wipe the canvas, wipe
    everything, reset the canvas, reset everything, empty the canvas, start over, start again, start from
    scratch, remove everything, delete everything, delete all, remove all, delete all containers, remove all
    containers, delete all the containers, remove all the containers, delete everything on the canvas, remove
    everything from the canvas, erase everything, clear the whole canvas, clean the canvas
arrange:: arrange, arrange everything, arrange the canvas, arrange all, arrange the containers, arrange all
    containers, arrange them, tidy, tidy up, tidy up the canvas, tidy the canvas, tidy everything, tidy
    everything up, organise, organize, organise the canvas, organize the canvas, organise everything, organize
    everything, clean up, clean up the layout, lay out, lay everything out, relayout, auto layout, auto arrange,
    align everything, make it tidy, optimise the layout, optimize the layout, arrange in a grid, arrange
    everything in a grid, put everything in a grid, arrange them in a grid, rearrange, rearrange everything,
    tidy up the layout, tidy the layout, make a grid, use the space
help:: hello, hi, hey, hello there, hi there, good morning, thanks, thank you, help, help me,
    what can you do, what can i do, what can i ask, how does this work, how do i use this, how
    do i use this canvas, show help, what do you understand, what are you able to do, usage, examples, give me
    examples, show me examples
state:: what is on the canvas, what's on the canvas, what is on it, list the containers, list containers, list
    all containers, describe the canvas, show the canvas state, show canvas state, canvas state, get canvas
    state, state of the canvas, what is there on the canvas, which containers are there, what containers are
    there, what do you see, what do we have on the canvas, show me the state of the canvas, what is on my
    canvas, which charts are there, what charts are there, what have you made
size:: canvas size, how big is the canvas, how large is the canvas, what is the canvas size, what is the size of
    the canvas, what's the canvas size, what size is the canvas, get canvas size, how wide is the canvas, how
    high is the canvas
settings?:: canvas settings, show the settings, show settings, what are the settings, what are the canvas
    settings, get canvas settings, settings, which settings are on
datasets:: list datasets, list the datasets, list data, list the data, what data do i have, what data do we
    have, what data is there, which datasets, which datasets are there, what datasets are there, what datasets
    do i have, which data, show datasets, show the datasets, show me the datasets, show the data sets, what data
    sets are there, which data sets are there, what data can you see, which data do i have, what data is
    available, what is the data, show me the data, show the data, show data, show me my data,
    what columns are there, which tables are there, what tables are there, which data frames are there,
    what can you see
screenshot:: take a screenshot, take a screenshot of the canvas, screenshot, take a picture, save a picture,
    save a screenshot, export as png, export png, export the canvas as png, export the canvas,
    save a picture of the canvas, capture the canvas, take a snapshot, export a picture, save
    as png, save the canvas as a picture
""")
)

_VERBS: PhraseTable[str] = PhraseTable(
    table("""
delete:: delete, remove, get rid of, discard, drop, throw away, erase, take away
move:: move, shift, relocate, drag, reposition, position
put:: put, place, bring, set
resize:: resize, enlarge, shrink, widen, grow, scale, stretch
make:: make, turn, change, convert, switch, transform
rename:: rename, retitle, call, change the title, change title, set the title, set title,
    change the title of, set the title of, change the name of, title, name, label
lock:: lock, freeze, fix in place
unlock:: unlock, unfreeze
hide:: hide
unhide:: unhide, show again
describe:: describe, what columns does, which columns does, columns of, what are the columns of, what columns,
    which columns, what is in, what's in, show the columns of, list the columns of, tell me about, explain,
    check, look at, inspect, what does
""")
)

_SETTINGS = ("auto adjust", "auto - adjust", "autoadjust", "automatic layout", "auto layout", "automatic adjustment")
_OVERLAP = ("overlap prevention", "overlap - prevention", "overlap", "overlaps", "overlapping")
_SWITCHES = words("""
    on off enable disable activate deactivate allow prevent avoid stop don't no true false turn switch
""")


def first_word(phrase: Phrase) -> int:
    """The index of the first word that is not mere politeness."""
    index = 0
    while index < len(phrase) - 1 and phrase.word(index) in _POLITE:
        index += 1
    return index


def _rest(phrase: Phrase, index: int) -> list[str]:
    return [
        t.lower
        for t in phrase.tokens[index:]
        if t.kind != "symbol" and t.lower not in _POLITE | {"again", "there", "all", "please"}
    ]


def command(phrase: Phrase) -> tuple[str, int] | None:
    """The command of a request and where its object starts; None when it asks for something about data."""
    start = first_word(phrase)
    if start >= len(phrase):
        return None
    setting = _setting(phrase)
    if setting is not None:
        return setting, start
    for index in dict.fromkeys((0, start)):
        whole = _WHOLE.at(phrase.tokens, index)
        if whole is not None and (whole.value in ("undo", "redo", "screenshot") or not _rest(phrase, whole.end)):
            return whole.value, whole.end
    if _canvas_size(phrase, start):
        return "canvas_size", start
    verb = _VERBS.at(phrase.tokens, start)
    if verb is None:
        verb = _VERBS.at(phrase.tokens, 0)
    if verb is not None and not _noun(phrase, verb.start) and not _about_numbers(phrase, verb):
        return verb.value, verb.end
    if _new_container(phrase, start):
        return "create", start
    return None


_MEANING = words("have contain contains hold mean show look include consist")


def _noun(phrase: Phrase, index: int) -> bool:
    """“Shifts per grade”, “Labels by colour”: a plural is no verb that commands."""
    token = phrase.tokens[index]
    return token.lower != token.stem and token.lower.endswith("s")


def _about_numbers(phrase: Phrase, verb: Hit[str]) -> bool:
    """“What does the number of sales look like across towns”: about the data, and no question on a table's columns."""
    if phrase.word(verb.end - 1) != "does":
        return False
    if not _MEANING & _said(phrase):
        return True
    return AGGREGATES.first(phrase) is not None or any(hit.value in ("group", "time") for hit in GROUPERS.scan(phrase))


def _said(phrase: Phrase) -> set[str]:
    return {token.lower for token in phrase.tokens}


def _other_object(phrase: Phrase, index: int) -> bool:
    """“clear the filter” is not about the canvas."""
    return any(token.lower in ("filter", "filters", "title", "sort", "limit", "by") for token in phrase.tokens[index:])


def _setting(phrase: Phrase) -> str | None:
    said = [token.lower for token in phrase.tokens]
    if not _SWITCHES & set(said) or len(said) > 12:
        return None
    line = f" {' '.join(said)} "
    for names, setting in ((_SETTINGS, "auto_adjust"), (_OVERLAP, "overlap_prevention")):
        if any(f" {name} " in line for name in names):
            return setting
    return None


def _canvas_size(phrase: Phrase, start: int) -> bool:
    if all(token.lower != "canvas" for token in phrase.tokens) or not any(
        token.kind == "number" for token in phrase.tokens
    ):
        return False
    verb = phrase.word(start) in (
        "make",
        "set",
        "resize",
        "change",
        "enlarge",
        "canvas",
        "use",
        "give",
        "shrink",
        "adjust",
        "size",
        "grow",
        "edit",
    )
    made = any(token.stem in ("container", "chart", "box", "graph", "table", "metric") for token in phrase.tokens)
    return verb and not made


def _new_container(phrase: Phrase, start: int) -> bool:
    if phrase.word(start) not in ("create", "add", "make", "insert", "new", "give", "a", "an", "another"):
        return False
    nouns = [
        k
        for k, token in enumerate(phrase.tokens)
        if token.stem in ("container", "box", "panel", "placeholder") and KINDS.at(phrase.tokens, k) is None
    ]
    if not nouns:
        return False
    return phrase.word(nouns[0] - 1) != "text" and not any(
        KINDS.at(phrase.tokens, k) and phrase.tokens[k].kind != "quoted" for k in range(start, nouns[0])
    )


_ASKING = words("what what's which who whose when how is are was were does do did")


def asks_something(phrase: Phrase) -> bool:
    """Whether a request is a question: by its first words."""
    first, second = phrase.word(0), phrase.word(1)
    if first == "how":
        return second in ("many", "much", "often")
    return first in _ASKING
