import { ReactFlowProvider } from "@xyflow/react";
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { strings } from "../strings.ts";
import { Banner } from "./Banner.tsx";
import { CanvasView } from "./CanvasView.tsx";
import { useChanges, useView } from "./context.ts";
import { EmptyState } from "./EmptyState.tsx";
import { StatusLine } from "./StatusLine.tsx";
import { Toasts } from "./Toasts.tsx";

const NARROW = 640;

/** Keys that belong to the notebook or the browser even while the widget has the focus. */
function belongsOutside(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.key === "Tab" || /^F\d+$/.test(event.key);
}

export function Frame() {
  const { store, mode } = useView();
  useChanges(["canvas", "order", "connection"]);
  const frame = useRef<HTMLElement>(null);
  const [narrow, setNarrow] = useState(false);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) =>
      setNarrow((entry?.contentRect.width ?? NARROW) < NARROW),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const keepInside = useCallback((event: KeyboardEvent) => {
    if (!belongsOutside(event)) event.stopPropagation();
  }, []);

  const name = store.canvas.name || strings.frame.untitled;
  const empty = store.order.length === 0 && store.ready;
  const classes = ["cw", mode === "dark" ? "dark" : "", narrow ? "nw" : ""].filter(Boolean).join(" ");
  return (
    <section
      ref={frame}
      className={classes}
      aria-label={strings.frame.label(name)}
      data-connection={store.value("connection")}
      onKeyDown={keepInside}
    >
      <header className="hd">
        <h1 className="el">{name}</h1>
        <StatusLine />
      </header>
      <Banner />
      <ReactFlowProvider>
        <CanvasView>
          {empty && <EmptyState />}
          <Toasts />
        </CanvasView>
      </ReactFlowProvider>
    </section>
  );
}
