"""What of the data may leave for a provider: `samples`, `schema` or `none`, and less for a private dataset."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from canvas_widget.errors import CanvasError
from canvas_widget.settings import Share

__all__ = ["Sharing", "mentions"]

_WORDS = re.compile(r"[^\W_]+")
_LISTS = re.compile(
    r" (?:Closest match|Closest|Columns|Columns with numbers|Data frames here|Tables there): .*?(?=\nLine \d+: |\Z)",
    re.DOTALL,
)
_ENGINE = re.compile(r"(?<!The SQL )\b(?P<what>could not run|cannot be read): .*\Z", re.DOTALL)
_VALUES = r"\g<what>. Why would tell values, which the user does not share: look at the types, and cast by try_cast."
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _words(text: str) -> str:
    """The words of a text between blanks: `Miles_per_Gallon` and "miles per gallon" are the same."""
    return f" {' '.join(_WORDS.findall(_HUMP.sub(' ', text))).casefold()} "


def mentions(prompt: str, name: str) -> bool:
    """Whether a prompt names this, as it is written or word by word."""
    words = _words(name)
    if not words.strip():
        return bool(name) and name in prompt
    return words in _words(prompt) or f" {name.casefold()} " in f" {prompt.casefold()} "


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a turn may tell its provider.

    With `samples` names, types and values; with `schema` names and types; with `none`, and for a private dataset
    always, only the names that the prompt mentions.
    """

    share: Share = "samples"
    prompt: str = ""
    private: frozenset[str] = frozenset()

    def _mentioned(self, name: str) -> bool:
        return mentions(self.prompt, name)

    def named(self, dataset: str) -> bool:
        """Whether the dataset's name may be told."""
        hidden = self.share == "none" or dataset in self.private
        return not hidden or self._mentioned(dataset)

    def columns(self, dataset: str, names: Iterable[str]) -> list[str]:
        """The columns whose names may be told."""
        if self.share == "none" or dataset in self.private:
            return [name for name in names if self._mentioned(name)]
        return list(names)

    def values(self, datasets: Iterable[str]) -> bool:
        """Whether cells of these datasets, and ranges, counts and rows made of them, may be told."""
        return self.share == "samples" and not self.private.intersection(datasets)

    def hides(self, dataset: str | None, sql: str | None = None) -> bool:
        """Whether what was made of this dataset, or by this query, may not be told the names of."""
        if self.share == "none":
            return bool(dataset or sql)
        return dataset in self.private or any(mentions(sql or "", name) for name in self.private)

    def error(self, error: CanvasError, given: str) -> CanvasError:
        """The error as the provider may be told it: no value of a cell, no list of names that may not be told.

        Args:
            error: what went wrong, as the user is told it.
            given: the arguments of the call, whose names the provider knows already.
        """
        if self.share == "samples" and not self.private:
            return error
        message = _ENGINE.sub(_VALUES, error.message)
        alternatives = error.alternatives
        told = f"{given} {message}"
        if self.share == "none" or any(mentions(told, name) for name in self.private):
            message = _LISTS.sub(" The names that there are are not shared.", message)
            alternatives = tuple(name for name in alternatives if self._mentioned(name))
        if (message, alternatives) == (error.message, error.alternatives):
            return error
        return CanvasError(message, alternatives=alternatives)
