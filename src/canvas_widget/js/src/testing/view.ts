/** Views over a fake session for tests. */
import { vi } from "vitest";
import { createSession, mount } from "../index.tsx";
import type { Session } from "../store/session.ts";
import type { FakeServer } from "./server.ts";

const cleanups: (() => void)[] = [];

/** Takes away what a test has shown; every test ends with it. */
export function cleanUp(): void {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
  document.body.removeAttribute("data-jp-theme-light");
  document.body.replaceChildren();
  localStorage.clear();
}

export function later(cleanup: () => void): void {
  cleanups.push(cleanup);
}

export function box(width = 1100): HTMLElement {
  const element = document.createElement("div");
  element.style.width = `${width}px`;
  document.body.style.margin = "0";
  document.body.append(element);
  return element;
}

export interface Shown {
  element: HTMLElement;
  session: Session;
  server: FakeServer;
  unmount(): void;
}

/** A session over `server` with one view of it. */
export function show(server: FakeServer, width?: number): Shown {
  const element = box(width);
  const session = createSession({ transport: server.transport });
  const unmount = mount(element, session);
  later(() => {
    unmount();
    session.close();
  });
  return { element, session, server, unmount };
}

/** The container's element, once it is there. */
export function containerIn(element: ParentNode, id: string): Promise<HTMLElement> {
  return vi.waitFor(
    () => {
      const found = element.querySelector<HTMLElement>(`[data-container-id="${id}"]`);
      if (!found) throw new Error(`container ${id} is not shown`);
      return found;
    },
    { timeout: 8_000 },
  );
}

/** The chart in a container, once it is drawn. */
export async function chartIn(element: ParentNode, id: string): Promise<HTMLElement> {
  const container = await containerIn(element, id);
  return vi.waitFor(
    () => {
      const figure = container.querySelector<HTMLElement>("figure[data-marks]");
      if (!figure) throw new Error(`the chart in ${id} is not drawn`);
      return figure;
    },
    { timeout: 8_000 },
  );
}
