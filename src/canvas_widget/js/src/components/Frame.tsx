import { ReactFlowProvider } from "@xyflow/react";
import { type KeyboardEvent, useCallback, useId, useLayoutEffect, useRef, useState } from "react";
import type { CanvasTools } from "../canvas/context.ts";
import { HeaderTools } from "../canvas/HeaderTools.tsx";
import { PanelContext } from "../panel/context.ts";
import { SidePanel } from "../panel/SidePanel.tsx";
import { type Panel, SHEET_BELOW, usePanel } from "../panel/usePanel.ts";
import { editableIn } from "../store/store.ts";
import { strings } from "../strings.ts";
import { Banner } from "./Banner.tsx";
import { CanvasView } from "./CanvasView.tsx";
import { useChanges, useView } from "./context.ts";
import { EmptyState } from "./EmptyState.tsx";
import { type FocusContainer, FocusContext } from "./focusContext.ts";
import { Icon } from "./Icon.tsx";
import { wholeKey } from "./keys.ts";
import { StatusLine } from "./StatusLine.tsx";
import { Toasts } from "./Toasts.tsx";
import { belongsOutside, useOwnKeys } from "./useOwnKeys.ts";

export function Frame() {
  const { store, session, mode } = useView();
  useChanges(["canvas", "order", "connection"]);
  const frame = useRef<HTMLElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const panel = usePanel(size, session !== null);
  const panelId = useId();
  const narrow = size.width > 0 && size.width < SHEET_BELOW;

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const toolsRef = useRef<CanvasTools | null>(null);
  const focuser = useRef<FocusContainer | null>(null);
  const focus = useCallback<FocusContainer>((id, take) => focuser.current?.(id, take), []);
  useOwnKeys(frame);
  const keepInside = useCallback(
    (event: KeyboardEvent) => {
      const element = frame.current;
      const typing = (event.target as Element).matches("input, textarea");
      const editing = editableIn(store.value("connection")) ? session : null;
      if (element && jump(event, element, panel)) event.preventDefault();
      else if (!event.defaultPrevented && wholeKey(event, { store, session: editing }))
        event.preventDefault();
      else if (belongsOutside(event, typing)) return;
      event.stopPropagation();
    },
    [panel, store, session],
  );

  const name = store.canvas.name || strings.frame.untitled;
  const empty = store.order.length === 0 && store.ready;
  const classes = ["cw", mode === "dark" ? "dark" : "", narrow ? "nw" : ""].filter(Boolean).join(" ");
  return (
    <section
      ref={frame}
      className={classes}
      aria-label={strings.frame.label(name)}
      data-connection={store.value("connection")}
      data-panel={panel.open || undefined}
      onKeyDown={keepInside}
    >
      <header className="hd">
        <h1 className="el">{name}</h1>
        <StatusLine />
        <HeaderTools frame={frame} tools={toolsRef} narrow={narrow} />
        {session && (
          <button
            type="button"
            className={panel.open ? "bt on" : "bt"}
            aria-label={panel.open ? strings.panel.hide : strings.panel.show}
            title={panel.open ? strings.panel.hide : strings.panel.show}
            aria-expanded={panel.open}
            aria-controls={panelId}
            onClick={panel.toggle}
          >
            <Icon name="panel" />
          </button>
        )}
      </header>
      <Banner />
      <PanelContext value={session ? panel : null}>
        <FocusContext value={focus}>
          <ReactFlowProvider>
            <CanvasView focuser={focuser} toolsRef={toolsRef}>
              {empty && <EmptyState />}
              <Toasts />
            </CanvasView>
            {panel.open && <SidePanel panel={panel} id={panelId} />}
          </ReactFlowProvider>
        </FocusContext>
      </PanelContext>
    </section>
  );
}

/** Keys that work everywhere in the widget: to the question box, to the search, from one part to the next. */
function jump(event: KeyboardEvent, frame: HTMLElement, panel: Panel): boolean {
  const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  const focus = (selector: string) =>
    frame.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true });
  const open = (tab: "chat" | "outline", selector: string) => {
    panel.show(tab);
    requestAnimationFrame(() => requestAnimationFrame(() => focus(selector)));
    return true;
  };
  if (command && event.key.toLowerCase() === "k") return open("chat", "textarea[data-ask]");
  if (command && event.key.toLowerCase() === "f") return open("outline", "[data-find]");
  if (event.key !== "F6") return false;
  const parts = [...frame.querySelectorAll<HTMLElement>(":scope > .cv, :scope > .pn, :scope > .hd")];
  const order = [".cv", ".pn", ".hd"].flatMap((name) => parts.filter((part) => part.matches(name)));
  const here = order.findIndex((part) => part.contains(frame.ownerDocument.activeElement));
  const next = order[(here + (event.shiftKey ? -1 : 1) + order.length) % order.length];
  if (!next) return false;
  if (next.matches(".cv")) next.focus({ preventScroll: true });
  else next.querySelector<HTMLElement>("[role=tab][tabindex='0'], button")?.focus({ preventScroll: true });
  return true;
}
