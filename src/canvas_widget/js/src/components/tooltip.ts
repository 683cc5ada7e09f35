/** A tooltip that can only be text: whatever a datum holds, no element is made from it. */
import type { TooltipHandler } from "vega";

const MOST_LINES = 12;

function line(key: string, value: unknown): HTMLElement {
  const row = document.createElement("div");
  for (const text of [key, typeof value === "object" ? JSON.stringify(value) : String(value)]) {
    const cell = document.createElement("span");
    cell.textContent = text.slice(0, 200);
    row.append(cell);
  }
  return row;
}

/** A handler that shows values in `frame` (the widget's root), and a function that takes it away. */
export function textTooltip(frame: HTMLElement): { handler: TooltipHandler; remove: () => void } {
  let box: HTMLElement | undefined;
  const remove = () => {
    box?.remove();
    box = undefined;
  };
  const handler: TooltipHandler = (_view, event, _item, value) => {
    remove();
    if (value === null || value === undefined || value === "") return;
    const pairs = typeof value === "object" ? Object.entries(value) : [["", value] as const];
    box = document.createElement("div");
    box.className = "tip";
    box.setAttribute("aria-hidden", "true");
    for (const [key, item] of pairs.slice(0, MOST_LINES)) box.append(line(key, item));
    frame.append(box);
    const outer = frame.getBoundingClientRect();
    const { width, height } = box.getBoundingClientRect();
    const { clientX = 0, clientY = 0 } = event as MouseEvent;
    const left = Math.min(clientX - outer.left + 12, outer.width - width - 8);
    const above = clientY - outer.top - height - 12;
    box.style.left = `${Math.max(8, left)}px`;
    box.style.top = `${above > 8 ? above : clientY - outer.top + 16}px`;
  };
  return { handler, remove };
}
