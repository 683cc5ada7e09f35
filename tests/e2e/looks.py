"""Whether a picture of the widget can be shown: nothing blank in it, nothing cut off, nothing over something else."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

__all__ = ["check_view", "problems_of", "violations", "wait_sharp"]

AXE = Path(__file__).resolve().parents[2] / "src/canvas_widget/js/node_modules/axe-core/axe.min.js"
WIDGET = "section.cw"

# Texts that are cut without an ellipsis, containers and floating bars that overlap or leave the view.
LOOK = """(view) => {
    const found = [];
    const frame = view.getBoundingClientRect();
    const classes = (element) => String(element.className?.baseVal ?? element.className).trim().split(/\\s+/);
    const name = (element) => `${element.tagName.toLowerCase()}.${classes(element).slice(0, 2).join(".")} `
        + `"${(element.textContent ?? "").trim().slice(0, 40)}"`;
    const shown = (element) => {
        const { width, height } = element.getBoundingClientRect();
        return width > 2 && height > 2 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
            && !element.closest(".vh, [hidden]");
    };
    const texts = [...view.querySelectorAll("*")].filter((element) => !element.closest("svg") && shown(element)
        && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
    for (const element of texts) {
        const range = document.createRange();
        range.selectNodeContents(element);
        const text = range.getBoundingClientRect();
        const stop = element.closest(".react-flow__node") ?? view;
        for (let at = element; at && at !== stop.parentElement; at = at.parentElement) {
            const style = getComputedStyle(at);
            if (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none") break;
            if (/auto|scroll/.test(style.overflowX + style.overflowY)) break;
            if (style.overflowX === "visible" && style.overflowY === "visible" && at !== view) continue;
            const box = at.getBoundingClientRect();
            if (text.right > box.right + 1.5 || text.left < box.left - 1.5 || text.bottom > box.bottom + 3
                || text.top < box.top - 3) {
                found.push(`cut: ${name(element)} by ${name(at)}`);
                break;
            }
        }
    }
    const over = (one, other) => Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1
        && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1;
    const apart = (elements) => elements.forEach((one, at) => {
        for (const other of elements.slice(at + 1))
            if (over(one.getBoundingClientRect(), other.getBoundingClientRect()))
                found.push(`overlap: ${name(one)} and ${name(other)}`);
    });
    apart([...view.querySelectorAll(".react-flow__node")].filter(shown));
    apart([...view.querySelectorAll(".fl, .mm, .toast")].filter(shown));
    apart([...view.querySelectorAll(".hd > *")].filter(shown));
    for (const element of view.querySelectorAll(".fl, .mm, .toast, .pop, .hd, .pn"))
        if (shown(element)) {
            const box = element.getBoundingClientRect();
            if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
                || box.bottom > frame.bottom + 1) found.push(`outside: ${name(element)}`);
        }
    return found;
}"""
# How many colours each box of a picture has, and how much of it the commonest one fills.
COLOURS = """async ([picture, boxes]) => {
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0)); // a page's policy may forbid fetch
    const image = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    return boxes.map(([x, y, width, height]) => {
        const { data } = context.getImageData(x, y, Math.max(1, width), Math.max(1, height));
        const counts = new Map();
        for (let at = 0; at < data.length; at += 4) {
            const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
            counts.set(colour, (counts.get(colour) ?? 0) + 1);
        }
        return [counts.size, Math.max(...counts.values()) / (data.length / 4)];
    });
}"""
BOXES = """(view) => {
    const frame = view.getBoundingClientRect();
    const scale = window.devicePixelRatio;
    return [...view.querySelectorAll(".react-flow__node, .far, .em, .mm")].filter((node) => !node.querySelector(".sk"))
        .map((node) => {
            const box = node.getBoundingClientRect();
            const left = Math.max(box.left + 4, frame.left), top = Math.max(box.top + 4, frame.top);
            const right = Math.min(box.right - 4, frame.right), bottom = Math.min(box.bottom - 4, frame.bottom);
            return [node.getAttribute("data-container-id") ?? node.className,
                [left - frame.left, top - frame.top, right - left, bottom - top].map((px) => Math.round(px * scale))];
        }).filter(([, [, , width, height]]) => width > 24 && height > 24);
}"""
# Charts have between one and some three pixels for each that is seen: fewer are blurred, more lose strokes of letters.
SHARP = """(view) => [...view.querySelectorAll(".chart canvas")].every((canvas) => {
    const seen = canvas.getBoundingClientRect().width * devicePixelRatio;
    return canvas.width >= 0.99 * seen && canvas.width <= Math.max(2.5 * seen, 1.01 * parseFloat(canvas.style.width));
})"""
FEWEST = 6
FLATTEST = 0.995


def wait_sharp(view: Locator) -> None:
    """Waits until every chart is drawn in as many pixels as the zoom asks for."""
    view.page.wait_for_function(SHARP, arg=view.element_handle())


def violations(page: Page, within: str = WIDGET) -> list[str]:
    """What axe finds wrong in the widget, or in what a selector names, one line each."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "(within) => axe.run(document.querySelector(within), { resultTypes: ['violations'] })", within
    )
    return [
        f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def problems_of(view: Locator) -> list[str]:
    """What is cut off, overlaps or stands outside, one line each; from the geometry of the page."""
    return list(view.evaluate(LOOK))


def check_view(view: Locator, picture: bytes) -> None:
    """Fails when the picture of `view` has a blank container, or the view anything cut off or overlapping.

    Raises:
        AssertionError: names each of them.
    """
    problems = problems_of(view)
    boxes: list[Any] = view.evaluate(BOXES)
    sizes = view.page.evaluate(COLOURS, [base64.b64encode(picture).decode(), [box for _, box in boxes]])
    for (name, _), (colours, most) in zip(boxes, sizes, strict=True):
        if colours < FEWEST or most > FLATTEST:
            problems.append(f"blank: {name} has {colours} colours, one of them on {most:.1%}")
    assert not problems, "the picture cannot be shown:\n" + "\n".join(problems)
