"""Renames tables, columns and values of the set, in the data, the questions and the expected charts alike.

Each word of a name or a text cell becomes a word that no language has, the same one everywhere. Words that requests are
made of ("name", "year", "number", "average") stay, as do numbers, dates, months and answers of yes or no: a score that
falls by much shows rules that were written for one vocabulary.
"""

from __future__ import annotations

import csv
import hashlib
import re
import tempfile
from pathlib import Path
from typing import Any

from canvas_widget.agent.providers.offline.words.normalise import fold, name_words, stem
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR
from canvas_widget.agent.providers.offline.words.synonyms import FILLERS, SUPERLATIVES, UNIT_WORDS
from canvas_widget.agent.providers.offline.words.verbs import RELATING
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["Renaming"]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_KEPT = words("""
    id name title code key date time year month week weekday day number no true false yes null none nan na jan feb mar
    apr may jun jul aug sep oct nov dec january february march april june july august september october november
    december mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday am pm first last max
    min type total letter each axis birth surname salary pay
""")
_CONSONANTS, _VOWELS = "bdfgklmnprtvz", "aeiou"


def _in_order(gold: dict[str, Any]) -> dict[str, Any]:
    """The expected rows sorted by their new names, where the order asked for is that of the names."""
    sort, names = gold.get("sort") or {}, gold.get("x") or []
    if sort.get("channel") != "x" or not all(isinstance(name, str) for name in names):
        return gold
    order = sorted(range(len(names)), key=lambda k: names[k], reverse=sort["order"].startswith("desc"))
    rows = {channel: [gold[channel][k] for k in order] for channel in ("x", "y", "series") if gold.get(channel)}
    return gold | rows


class Renaming:
    """New words by a seed; `tables` learns the words of one database, the others replace them."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._words: dict[str, str] = {}
        self._folder = tempfile.TemporaryDirectory()

    def tables(self, files: dict[str, Path]) -> dict[str, Any]:
        """The tables under new names, with new columns and cells, as files of their own."""
        read = {name: list(csv.reader(file.open(encoding="utf-8", newline=""))) for name, file in files.items()}
        self._words = {}
        for name, rows in read.items():
            for text in [name, *rows[0]]:
                for word in name_words(text):
                    self._learn(word)
                self._glue(name_words(text))
            for row in rows[1:]:
                for cell in row:
                    for word in _WORD.findall(cell):
                        self._learn(stem(word))
        found: dict[str, Any] = {}
        for number, (name, rows) in enumerate(read.items()):
            path = Path(self._folder.name) / f"{abs(hash(tuple(files)))}_{number}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([[self.question(cell) for cell in row] for row in rows])
            found[self.question(name)] = str(path)
        return found

    def question(self, text: str) -> str:
        """A text with the words of the database replaced."""
        return _WORD.sub(lambda match: self._new(match.group()), text)

    def gold(self, gold: dict[str, Any]) -> dict[str, Any]:
        """The expected chart with the words of its cells replaced."""
        changed = dict(gold)
        for channel in ("x", "y", "series"):
            if gold.get(channel):
                changed[channel] = [self.question(cell) if isinstance(cell, str) else cell for cell in gold[channel]]
        return _in_order(changed)

    def _learn(self, word: str) -> None:
        said = fold(word)
        spoken = said in GRAMMAR or said in FILLERS or said in RELATING or said in SUPERLATIVES or said in UNIT_WORDS
        if spoken or said in _KEPT or len(said) < 3 or not said.isascii() or not said.isalpha():
            return
        self._words.setdefault(said, self._invented(said))

    def _glue(self, written: tuple[str, ...]) -> None:
        """A name of several words is also said as one word: “pettype” for PetType."""
        if len(written) > 1 and any(word in self._words for word in written):
            self._words.setdefault(stem("".join(written)), "".join(self._words.get(word, word) for word in written))

    def _invented(self, word: str) -> str:
        digest = hashlib.sha256(f"{self.seed}:{word}".encode()).digest()
        made = "".join(
            _CONSONANTS[digest[2 * k] % len(_CONSONANTS)] + _VOWELS[digest[2 * k + 1] % len(_VOWELS)]
            for k in range(max(2, min(5, len(word) // 2)))
        )
        made += _CONSONANTS[digest[-1] % len(_CONSONANTS)]
        return made if made not in self._words.values() else f"{made}o{made[:2]}"

    def _new(self, word: str) -> str:
        base = stem(word)
        made = self._words.get(base)
        if made is None:
            return word
        made += "s" if base != fold(word) else ""
        return made.upper() if word.isupper() else made.capitalize() if word[0].isupper() else made
