"""A live canvas as a person sees it in the page: its containers, what is drawn in them, dragging them by mouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, expect

__all__ = ["CanvasView", "Mark", "number"]

# Notes, for each container that appears from now on, whether a cell was running at that moment.
WATCH = """(view) => {
    window.appeared = [];
    const seen = new Set();
    const note = () => {
        const prompts = [...document.querySelectorAll(".jp-InputPrompt")];
        const running = prompts.some((prompt) => prompt.textContent.includes("*"));
        for (const node of view.querySelectorAll("[data-container-id]")) {
            const id = node.getAttribute("data-container-id");
            if (!seen.has(id)) { seen.add(id); window.appeared.push([id, running]); }
        }
    };
    new MutationObserver(note).observe(view, { childList: true, subtree: true });
}"""


@dataclass(frozen=True)
class Mark:
    """One drawn mark: its kind, its box in px within the chart, and what it was drawn from, by field."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    cells: dict[str, str]


def number(text: str) -> float:
    """A number as it stands on the page."""
    return float(text.replace(",", "").replace("−", "-"))


class CanvasView:
    """The view of a canvas in the first matching place of `where`."""

    def __init__(self, where: Locator) -> None:
        self.view = where.locator("section.cw").first
        self.page = where.page

    def wait_live(self) -> None:
        expect(self.view).to_have_attribute("data-connection", "live", timeout=30_000)

    def is_live(self) -> bool:
        return self.page.locator("section.cw[data-connection='live']").count() > 0

    def watch(self) -> None:
        """From now on `appeared` tells which containers came, and whether a cell was running then."""
        self.view.evaluate(WATCH)

    def appeared(self) -> dict[str, bool]:
        return dict(self.page.evaluate("() => window.appeared"))

    @property
    def containers(self) -> Locator:
        return self.view.locator("[data-container-id]")

    def container(self, container_id: str) -> Locator:
        return self.view.locator(f"[data-container-id='{container_id}']")

    def ids(self) -> list[str]:
        return [str(node.get_attribute("data-container-id")) for node in self.containers.all()]

    def settle(self) -> None:
        """Waits until every container that holds a query shows its result."""
        expect(self.view.locator(".sk")).to_have_count(0)
        charts = self.view.locator("[data-kind='chart']")
        for chart in charts.all():
            expect(chart.locator("figure[data-marks]")).to_be_attached()

    def box(self, container_id: str) -> dict[str, float]:
        """Where a container stands on the screen, px; above or left of it when it is scrolled away."""
        found = self.container(container_id).bounding_box()
        assert found is not None, f"{container_id} is not on the screen"
        return dict(found)

    def rest(self, container_id: str) -> None:
        """Waits until a container moves no more."""
        self.container(container_id).element_handle().wait_for_element_state("stable")

    def columns(self, container_id: str) -> list[str]:
        """The columns of a chart's text alternative."""
        return self.container(container_id).locator("table.drawn th").all_text_contents()

    def marks(self, container_id: str) -> list[Mark]:
        """The drawn marks of a chart, in drawing order, read from the page."""
        rows: list[dict[str, Any]] = (
            self.container(container_id)
            .locator("table.drawn")
            .evaluate(
                """(table) => [...table.tBodies[0].rows].map((row) => ({
                mark: row.dataset.mark, box: row.dataset.box, values: [...row.cells].map((cell) => cell.textContent)
            }))"""
            )
        )
        columns = self.columns(container_id)
        return [
            Mark(row["mark"], *map(float, row["box"].split()), dict(zip(columns, row["values"], strict=True)))
            for row in rows
        ]

    def marks_of_kind(self, container_id: str, kind: str) -> list[Mark]:
        """The marks of a chart that are of a kind; none where it is no chart."""
        if self.container(container_id).locator("table.drawn").count() == 0:
            return []
        return [mark for mark in self.marks(container_id) if mark.kind == kind]

    def scale(self) -> float:
        """Screen px per canvas px."""
        return float(
            self.view.locator(".react-flow__viewport").evaluate(
                "(element) => new DOMMatrix(getComputedStyle(element).transform).a"
            )
        )

    def drag(self, container_id: str, dx: float, dy: float) -> None:
        """Takes a container by its upper edge and moves it by `dx`, `dy` px of the screen, in steps."""
        self.container(container_id).scroll_into_view_if_needed()
        self.view.scroll_into_view_if_needed()
        self.rest(container_id)
        box = self.box(container_id)
        mouse = self.page.mouse
        x, y = box["x"] + box["width"] / 2, box["y"] + 8
        mouse.move(x, y)
        mouse.down()
        for step in range(1, 9):
            mouse.move(x + dx * step / 8, y + dy * step / 8)
        mouse.up()
