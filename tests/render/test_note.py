"""Notes: markdown as set type, with nothing of the markup left and nothing fetched."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.document import TextContent
from canvas_widget.render import render_svg
from canvas_widget.render.markdown import Run, blocks, plain, runs, set_runs
from canvas_widget.render.measure import text_width
from render.kit import ROOT, SVG, box, document, parse, texts

HOSTILE = json.loads((ROOT / "src/canvas_widget/js/src/testing/hostileMarkdown.json").read_text(encoding="utf-8"))


def note(markdown: str, *, at: tuple[int, int, int, int] = (0, 0, 300, 300), title: str = "") -> str:
    return render_svg(document(box("n", TextContent(markdown=markdown), at=at, title=title)), {})


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("US mpg nearly **doubled**.", ["US mpg nearly doubled."]),
        ("# Head\ntext", ["Head", "text"]),
        ("one\ntwo\n\nthree", ["one two", "three"]),
        ("- a\n- b\n  more", ["•", "a", "•", "b more"]),
        ("1. a\n2) b", ["1.", "a", "2.", "b"]),
        ("*soft* and `code` and snake_case_name", ["soft and code and snake_case_name"]),
        ("[text](http://a.b/c) ![alt](http://a.b/x.png)", ["text alt"]),
        ("```\na <b>\n```", ["a <b>"]),
        ("---", []),
        ("2 * 3 * 4 ** 5", ["2 * 3 * 4 ** 5"]),
        ("", []),
    ],
)
def test_markdown_is_set_without_its_marks(markdown: str, shown: list[str]) -> None:
    assert texts(note(markdown)) == shown


def test_bold_is_bold() -> None:
    (line,) = parse(note("so **much** more")).iter(f"{SVG}text")
    assert [(span.text, span.get("font-weight")) for span in line] == [(" much", "600")]


def test_a_note_too_long_for_its_box_ends_in_an_ellipsis() -> None:
    shown = texts(note("word " * 400, at=(0, 0, 200, 80)))
    assert shown[-1].endswith("…")
    assert all(text_width(text, 12) <= 176 for text in shown)


@pytest.mark.ledger("X7")
def test_a_word_wider_than_the_note_goes_on_in_the_next_line() -> None:
    word = "Donaudampfschifffahrtsgesellschaftskapitän"
    lines = texts(note(f"Ein {word}", at=(0, 0, 150, 200)))
    assert lines[0] == "Ein"
    assert "".join(lines[1:]) == word
    assert max(text_width(line, 12) for line in lines) <= 126


def test_text_begins_below_a_title_and_higher_without_one() -> None:
    def first(svg: str, words: str) -> float:
        return next(float(text.get("y")) for text in parse(svg).iter(f"{SVG}text") if text.text == words)

    assert first(note("words", title="Title"), "words") > first(note("words"), "words")


@given(st.text(max_size=120), st.floats(60, 300))
def test_set_lines_fit_and_lose_nothing(text: str, room: float) -> None:
    lines = set_runs([Run(text), Run(" bold", 600)], room, 12)
    assert all(sum(text_width(run.text, 12, run.weight) for run in line) <= room + 0.01 for line in lines)
    if all(text_width(word, 12, 600) <= room for word in text.split()):
        assert " ".join("".join(run.text for run in line) for line in lines).split() == [*text.split(), "bold"]


@given(st.text(max_size=200))
def test_any_text_has_blocks_and_no_block_is_lost(text: str) -> None:
    assert len(plain(text).splitlines()) >= len([block for block in blocks(text) if block.kind == "paragraph"])
    assert all(run.text for block in blocks(text) for run in runs(block.text))


def test_the_hostile_texts_are_hundreds_each_another() -> None:
    made = {around.replace("{}", attack) for around in HOSTILE["wrappers"] for attack in HOSTILE["payloads"]}
    assert len(made) == len(HOSTILE["wrappers"]) * len(HOSTILE["payloads"]) > 500


@pytest.mark.ledger("X7")
@pytest.mark.parametrize("around", HOSTILE["wrappers"])
def test_hostile_markdown_is_text_in_the_picture_and_nothing_else(around: str) -> None:
    """Each attack inside `around`: the picture holds shapes and text, no handler, no link, and no address to load."""
    for attack in HOSTILE["payloads"]:
        picture = parse(note(around.replace("{}", attack), at=(0, 0, 700, 500)))
        for element in picture.iter():
            assert element.tag.removeprefix(SVG) in {"svg", "style", "rect", "line", "text", "tspan", "g"}, attack
            if element.tag == f"{SVG}style":
                assert set(re.findall(r"url\((.{12})", element.text or "")) <= {"data:font/wo"}, attack
                assert "@import" not in (element.text or ""), attack
            for name, value in element.attrib.items():
                told = name == "aria-label"
                assert not re.search(r"href|^on|^style$|src", name.lower()), (attack, name)
                assert told or not re.search(r"url\(|script:|://|evil", value), (attack, name, value)
