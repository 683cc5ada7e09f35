/** Plain text in the place of a view that cannot be drawn yet, or at all. Text only: no markup from data. */
import { words } from "./words.ts";

const BOX =
  "box-sizing:border-box;min-height:96px;padding:16px;border:1px solid var(--jp-border-color2,#e0e0e0);border-radius:8px;" +
  "background:var(--jp-layout-color1,#fff);color:var(--jp-ui-font-color1,#212121);" +
  "font:13px/20px var(--jp-ui-font-family,system-ui,sans-serif)";

function paragraph(text: string, style = "margin:0"): HTMLElement {
  const element = document.createElement("p");
  element.textContent = text;
  element.style.cssText = style;
  return element;
}

/** The containers of a saved document, as a list; null where there is none. */
function outline(saved: unknown): HTMLElement | null {
  const { canvas, containers } = (saved ?? {}) as { canvas?: { name?: unknown }; containers?: unknown };
  if (!Array.isArray(containers) || containers.length === 0) return null;
  const box = document.createElement("div");
  box.append(paragraph(words.last(String(canvas?.name ?? "")), "margin:12px 0 4px;font-weight:600"));
  const list = document.createElement("ul");
  list.style.cssText = "margin:0;padding:0 0 0 20px";
  for (const container of containers.slice(0, 50)) {
    const item = document.createElement("li");
    const kind = String(container?.content?.kind ?? "");
    item.textContent = [container?.title || container?.id, kind].filter(Boolean).join(", ");
    list.append(item);
  }
  box.append(list);
  return box;
}

export interface Notice {
  say(...lines: string[]): void;
  /** Says so, and lists what the saved document holds. */
  stand(saved: unknown, ...lines: string[]): void;
  remove(): void;
}

export function notice(element: HTMLElement): Notice {
  const box = document.createElement("div");
  box.setAttribute("role", "status");
  box.style.cssText = BOX;
  element.append(box);
  const say = (...lines: string[]) => box.replaceChildren(...lines.map((line) => paragraph(line)));
  return {
    say,
    stand(saved, ...lines) {
      say(...lines);
      const list = outline(saved);
      if (list) box.append(list);
    },
    remove: () => box.remove(),
  };
}
