"""Markdown as plain blocks of runs: headings, paragraphs, lists, code, bold. Links show their text, images nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from canvas_widget.render.breaking import may_break, units
from canvas_widget.render.measure import text_width

__all__ = ["Block", "Run", "blocks", "plain", "runs", "set_runs"]

BlockKind = Literal["heading", "paragraph", "item", "code", "rule"]


@dataclass(frozen=True)
class Run:
    """A stretch of text of one weight."""

    text: str
    weight: int = 400


@dataclass(frozen=True)
class Block:
    """One block; `level` counts headings (1–3) and list nesting (0–), `marker` is what stands before an item."""

    kind: BlockKind
    text: str
    level: int = 0
    marker: str = ""


_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"^(\s*)(?:([-*+])|(\d{1,9})[.)])\s+(.*)$")
_RULE = re.compile(r"^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_SOFT = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_]+?)(?<=\S)\1(?![\w*])|`([^`]+)`")


def blocks(markdown: str) -> list[Block]:
    """The blocks of a text, in order."""
    found: list[Block] = []
    joining = fenced = False
    for line in markdown.splitlines():
        if line.lstrip().startswith("```"):
            fenced, joining = not fenced, False
            continue
        if fenced:
            found.append(Block("code", line))
            continue
        if not line.strip():
            joining = False
            continue
        if _RULE.match(line):
            found.append(Block("rule", ""))
            joining = False
            continue
        heading, item = _HEADING.match(line), _ITEM.match(line)
        if heading:
            found.append(Block("heading", heading[2], min(len(heading[1]), 3)))
            joining = False
        elif item:
            found.append(
                Block("item", item[4], min(len(item[1].expandtabs(2)) // 2, 3), "•" if item[2] else f"{item[3]}.")
            )
            joining = True
        elif joining:
            last = found[-1]
            found[-1] = Block(last.kind, f"{last.text} {line.strip()}", last.level, last.marker)
        else:
            found.append(Block("paragraph", line.strip().removeprefix("> ")))
            joining = True
    return found


def _soften(text: str) -> str:
    """The text without the marks of emphasis and code."""
    return _SOFT.sub(lambda match: match[3] if match[3] is not None else match[2], text)


def runs(text: str, weight: int = 400) -> list[Run]:
    """The runs of a line of markdown."""
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    found: list[Run] = []
    place = 0
    for match in _BOLD.finditer(text):
        found.append(Run(_soften(text[place : match.start()]), weight))
        found.append(Run(_soften(match[2]), 600))
        place = match.end()
    found.append(Run(_soften(text[place:]), weight))
    return [run for run in found if run.text]


def plain(markdown: str) -> str:
    """The text alone, one line per block."""
    lines = []
    for block in blocks(markdown):
        text = "".join(run.text for run in runs(block.text)) if block.kind != "code" else block.text
        lines.append(f"{'  ' * block.level}{block.marker} {text}" if block.kind == "item" else text)
    return "\n".join(lines)


def set_runs(found: list[Run], width: float, size: float) -> list[list[Run]]:
    """The lines that runs break into: at spaces, where a browser breaks, and in a word where it alone is too wide."""
    lines: list[list[Run]] = [[]]
    used = 0.0
    for spaced, whole in _words(found):
        for at, word in enumerate(_pieces(whole, width, size)):
            gap = text_width(" ", size, word[0].weight) if lines[-1] and not at and spaced else 0.0
            need = sum(text_width(run.text, size, run.weight) for run in word)
            if lines[-1] and (at or used + gap + need > width):
                lines.append([])
                used, gap = 0.0, 0.0
            if lines[-1] and spaced:
                word = [Run(f" {word[0].text}", word[0].weight), *word[1:]]  # noqa: PLW2901
            lines[-1].extend(word)
            used += gap + need
    return [_joined(line) for line in lines if line]


def _pieces(word: list[Run], width: float, size: float) -> list[list[Run]]:
    """A word in pieces that fit; a single character is never cut, however narrow the box."""
    if sum(text_width(run.text, size, run.weight) for run in word) <= width:
        return [word]
    pieces: list[list[Run]] = [[]]
    room = width
    for run in word:
        text = ""
        for char in run.text:
            if (text or pieces[-1]) and text_width(text + char, size, run.weight) > room:
                pieces[-1].append(Run(text, run.weight))
                pieces.append([])
                text, room = "", width
            text += char
        pieces[-1].append(Run(text, run.weight))
        room -= text_width(text, size, run.weight)
    return [[run for run in piece if run.text] for piece in pieces]


def _words(found: list[Run]) -> list[tuple[bool, list[Run]]]:
    """The parts that no line ends in, each in as many runs as weights meet in it, and whether a blank is before it."""
    words: list[tuple[bool, list[Run]]] = []
    before = ""
    for run in found:
        for piece in re.findall(r"\s+|\S+", run.text):
            if piece.isspace():
                before = ""
                continue
            for _, part in units(piece):
                if before and not may_break(before[-2:-1], before[-1], part[0]):
                    words[-1][1].append(Run(part, run.weight))
                else:
                    words.append((not before, [Run(part, run.weight)]))
                before = (before + part)[-2:]
    return words


def _joined(line: list[Run]) -> list[Run]:
    """The same line with neighbours of one weight in one run."""
    joined: list[Run] = []
    for run in line:
        if joined and joined[-1].weight == run.weight:
            joined[-1] = Run(joined[-1].text + run.text, run.weight)
        else:
            joined.append(run)
    return joined
