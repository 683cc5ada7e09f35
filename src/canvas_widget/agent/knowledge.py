"""What the user wrote down about the data: notes, definitions and data dictionaries, by topic, searched by words."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from canvas_widget.errors import InvalidArgument, NotFound

__all__ = ["Knowledge", "KnowledgePort", "words"]

MOST_FOUND = 5
LONGEST_NOTE = 20_000
MAX_FILE = 5_000_000

_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ENDINGS = (
    ("ies", "y"),
    ("sses", "ss"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("xes", "x"),
    ("ing", ""),
    ("ed", ""),
    ("s", ""),
)
_STOP = frozenset(
    _WORD.findall(
        "a an the of in on at to for by and or is are was be it its this that these with from as what which how does "
        "do mean means meaning define definition explain about der die das ein eine und oder ist von im was bedeutet"
    )
)
_NAMES = ("name", "column", "field", "variable", "term", "topic", "key", "spalte", "feld")
_TEXTS = ("description", "meaning", "definition", "note", "notes", "text", "label", "comment", "beschreibung")


class KnowledgePort(Protocol):
    """Where the agent looks notes up."""

    def lookup(self, topic: str) -> list[tuple[str, str]]: ...

    def topics(self) -> list[str]: ...


def words(text: str) -> list[str]:
    """The words of a text, in small letters and without plain endings: `UnitPrices` and "unit price" are the same."""
    return [_stem(word) for word in _WORD.findall(_HUMP.sub(" ", text).casefold())]


def _stem(word: str) -> str:
    if len(word) <= 3 or word.endswith(("ss", "us", "is")):
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)] + instead
            if ending in ("ing", "ed") and len(stem) > 3 and stem[-1] == stem[-2]:
                stem = stem[:-1]
            return stem
    return word


@dataclass(frozen=True, slots=True)
class _Note:
    topic: str
    text: str
    names: tuple[tuple[str, ...], ...]
    body: tuple[str, ...]


class Knowledge:
    """Notes in memory.

    knowledge.add("revenue", "Net of returns, in EUR.", aliases=["turnover"])
    knowledge.add({"region": "Where the customer lives.", "units": "Pieces sold."}, about="sales")
    """

    def __init__(self) -> None:
        self._notes: dict[str, _Note] = {}

    def add(
        self,
        topic: Any,
        note: str | None = None,
        *,
        aliases: Iterable[str] = (),
        about: str | None = None,
    ) -> list[str]:
        """Write a note down, or a whole data dictionary; the same topic again replaces it. Returns the topics.

        Args:
            topic: what the note is about. Or without `note` a data dictionary: a mapping of names to texts (or of
                tables to such mappings), a data frame with a column of names and one of texts, or the path of a
                markdown file, whose headings, tables and `- **name**: text` items become notes.
            note: the text.
            aliases: other words for the topic.
            about: what a data dictionary describes, such as the dataset's name; it becomes part of its topics.

        Raises:
            InvalidArgument: no topic, no text, or nothing that can be read as a data dictionary.
            NotFound: no such file.
        """
        if note is not None:
            return [self._add(topic, note, aliases)]
        found = [(name, text) for name, text in _dictionary(topic) if name.strip() and text.strip()]
        if not found:
            raise InvalidArgument("A note needs a topic and a text; nothing of that kind is in what was given.")
        return [self._add(f"{about}.{name}" if about else name, text, ()) for name, text in found]

    def _add(self, topic: Any, note: Any, aliases: Iterable[str]) -> str:
        if not isinstance(topic, str) or not isinstance(note, str) or not topic.strip() or not note.strip():
            raise InvalidArgument("A note needs a topic and a text.")
        if len(note) > LONGEST_NOTE:
            raise InvalidArgument(f"A note has at most {LONGEST_NOTE:,} characters. Split it into topics.")
        name = topic.strip()
        other = [aliases] if isinstance(aliases, str) else list(aliases)
        names = tuple(tuple(words(each)) for each in (name, *other) if words(each))
        self._notes[name] = _Note(name, note.strip(), names, tuple(words(note)))
        return name

    def remove(self, topic: str) -> None:
        """Forget a note.

        Raises:
            NotFound: there is none on that topic; names the nearest.
        """
        name = topic.strip()
        if name not in self._notes:
            near = difflib.get_close_matches(name, self._notes, n=3, cutoff=0.5)
            raise NotFound(f"No note on {name!r}. {_listed(self.topics())}", alternatives=near)
        del self._notes[name]

    def clear(self) -> None:
        """Forget all notes."""
        self._notes.clear()

    def topics(self) -> list[str]:
        """All topics, in the order they were added."""
        return list(self._notes)

    def get(self, topic: str) -> str | None:
        """The note on exactly that topic."""
        found = self._notes.get(topic.strip())
        return found.text if found else None

    def search(self, text: str, most: int = MOST_FOUND) -> list[tuple[str, str]]:
        """The notes that fit some words, the best first: by topic and other names, then by what the note says.

        Rare words count more than frequent ones; plurals and simple endings are the same word; a topic that is
        spelt nearly so is found too.
        """
        wanted = words(text)
        asked = [word for word in wanted if word not in _STOP]
        if not asked:
            return [(note.topic, note.text) for note in self._notes.values() if wanted and tuple(wanted) in note.names]
        rarity = self._rarity()
        scored = []
        for position, note in enumerate(self._notes.values()):
            score = _score(asked, wanted, note, rarity)
            if score > 0:
                scored.append((-score, position, note))
        best = -scored[0][0] if scored and not scored.sort(key=lambda entry: entry[:2]) else 0.0
        return [(note.topic, note.text) for score, _, note in scored[:most] if -score >= best * 0.1]

    def names(self, text: str) -> bool:
        """Whether some words name a note: its topic, or another name of it."""
        wanted = set(words(text))
        return any(wanted >= set(name) for note in self._notes.values() for name in note.names)

    def lookup(self, topic: str) -> list[tuple[str, str]]:
        """The same, for the agent's tool."""
        return self.search(topic)

    def _rarity(self) -> dict[str, float]:
        count: dict[str, int] = {}
        for note in self._notes.values():
            for word in {*note.body, *(word for name in note.names for word in name)}:
                count[word] = count.get(word, 0) + 1
        total = len(self._notes)
        return {word: math.log(1 + total / found) for word, found in count.items()}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter([(note.topic, note.text) for note in self._notes.values()])

    def __len__(self) -> int:
        return len(self._notes)

    def __bool__(self) -> bool:
        return True

    def __contains__(self, topic: object) -> bool:
        return isinstance(topic, str) and topic.strip() in self._notes

    def __repr__(self) -> str:
        return f"Knowledge({', '.join(self.topics())})"


def _score(asked: list[str], wanted: list[str], note: _Note, rarity: Mapping[str, float]) -> float:
    best = 0.0
    for name in note.names:
        if list(name) in (asked, wanted):
            return 1000.0
        held = set(name)
        hits = sum(rarity.get(word, 1.0) for word in set(asked) & held)
        whole = 4.0 if held <= set(wanted) else 2.0
        near = max((_alike(word, other) for word in asked for other in held), default=0.0)
        best = max(best, hits * whole + hits * len(held & set(asked)) / len(held), near)
    body = set(note.body)
    return best + sum(rarity.get(word, 0.0) for word in set(asked) & body)


def _alike(word: str, other: str) -> float:
    if len(word) >= 3 and other.startswith(word):
        return 0.9
    if min(len(word), len(other)) < 4:
        return 0.0
    ratio = difflib.SequenceMatcher(None, word, other).ratio()
    return ratio if ratio >= 0.8 else 0.0


def _listed(topics: list[str]) -> str:
    return f"Topics: {', '.join(topics[:20])}." if topics else "Nothing was written down yet."


# -- data dictionaries ---------------------------------------------------------------------------------------------


def _dictionary(source: Any) -> Iterator[tuple[str, str]]:
    if isinstance(source, Mapping):
        for name, text in source.items():
            if isinstance(text, Mapping):
                yield from ((f"{name}.{inner}", said) for inner, said in _dictionary(text))
            elif text is not None:
                yield str(name), str(text)
    elif hasattr(source, "columns") and hasattr(source, "__len__"):
        yield from _from_frame(source)
    elif isinstance(source, str | Path):
        yield from _from_file(Path(source))
    else:
        raise InvalidArgument(
            f"A data dictionary is a mapping, a data frame or a markdown file's path, not {type(source).__name__}."
        )


def _from_frame(frame: Any) -> Iterator[tuple[str, str]]:
    columns = [str(column) for column in frame.columns]
    by_name = {column.casefold(): column for column in columns}
    name = next((by_name[each] for each in _NAMES if each in by_name), None)
    text = next((by_name[each] for each in _TEXTS if each in by_name), None)
    if name is None or text is None:
        if len(columns) != 2:
            raise InvalidArgument(
                "A data dictionary as a data frame has a column of names (name, column, field, …) and one of texts "
                f"(description, meaning, …); this one has {', '.join(columns[:10])}."
            )
        name, text = columns
    for row_name, row_text in zip(list(frame[name]), list(frame[text]), strict=True):
        if row_text is not None and row_text == row_text:  # noqa: PLR0124  (NaN is no text)
            yield str(row_name), str(row_text)


def _from_file(path: Path) -> Iterator[tuple[str, str]]:
    if not path.is_file():
        raise NotFound(
            f"No file {str(path)!r}. A note needs a topic and a text; a data dictionary, a file that is there."
        )
    if path.stat().st_size > MAX_FILE:
        raise InvalidArgument(
            f"{path.name} is larger than {MAX_FILE // 1_000_000} MB; a data dictionary is a small text."
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArgument(f"{path.name} cannot be read as UTF-8 text ({type(error).__name__}).") from None
    yield from _from_markdown(text, path.stem)


_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
_ITEM = re.compile(r"^\s*[-*+]\s+(?:\*\*(.+?)\*\*|`(.+?)`|([\w .]{1,60}?))\s*[:–—-]\s+(.+)$")


def _from_markdown(text: str, name: str) -> Iterator[tuple[str, str]]:
    topic, said = name, list[str]()
    for line in text.splitlines():
        cells = [cell.strip().strip("*`") for cell in line.strip().strip("|").split("|")] if "|" in line else []
        if found := _HEADING.match(line):
            yield topic, "\n".join(said).strip()
            topic, said = found.group(1).strip("*` "), []
        elif found := _ITEM.match(line):
            yield next(part for part in found.groups()[:3] if part), found.group(4)
        elif line.lstrip().startswith("|") and len(cells) >= 2:
            if not re.fullmatch(r"[:\s-]*", cells[0]) and cells[0].casefold() not in _NAMES:
                yield cells[0], " – ".join(cell for cell in cells[1:] if cell)
        else:
            said.append(line)
    yield topic, "\n".join(said).strip()
