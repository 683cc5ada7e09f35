/** A floating box beside its anchor, kept inside the widget's frame; closes on Escape or a press elsewhere. */
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";

interface Props {
  anchor: Element | null;
  onClose: (returnFocus: boolean) => void;
  className?: string;
  /** Above its anchor where there is room, instead of below. */
  above?: boolean;
  /** Its right edge at the anchor's instead of its left. */
  end?: boolean;
  /** A point in the page instead of the anchor's edge. */
  at?: { x: number; y: number };
  children: ReactNode;
}

const GAP = 6;
const EDGE = 8;

export function Popover({
  anchor,
  onClose,
  className = "",
  above = false,
  end = false,
  at: point,
  children,
}: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);
  const close = useRef(onClose);
  close.current = onClose;
  const frame = anchor?.closest<HTMLElement>(".cw") ?? null;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !anchor || !frame) return;
    const outer = frame.getBoundingClientRect();
    const at = point ? new DOMRect(point.x, point.y, 0, 0) : anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = element;
    const over = at.top - outer.top - GAP - height;
    const under = at.bottom - outer.top + GAP;
    const fitsUnder = under + height <= outer.height - EDGE;
    const top = (above && over >= EDGE) || !fitsUnder ? over : under;
    const left = end && !point ? at.right - outer.left - width : at.left - outer.left;
    setPlace({
      left: Math.max(EDGE, Math.min(left, outer.width - width - EDGE)),
      top: Math.max(EDGE, Math.min(top, outer.height - height - EDGE)),
    });
  }, [anchor, frame, above, end, point]);

  useEffect(() => {
    const stop = new AbortController();
    const root = frame?.ownerDocument;
    root?.addEventListener(
      "pointerdown",
      (event) => {
        const path = event.composedPath();
        if (box.current && !path.includes(box.current) && !(anchor && path.includes(anchor)))
          close.current(false);
      },
      { capture: true, signal: stop.signal },
    );
    return () => stop.abort();
  }, [frame, anchor]);

  if (!frame) return null;
  return createPortal(
    // biome-ignore lint/a11y/noStaticElementInteractions: what is inside has the roles; here only Escape is heard
    <div
      ref={box}
      className={`pop ${className}`}
      style={place ?? { opacity: 0 }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        close.current(true);
      }}
    >
      {children}
    </div>,
    frame,
  );
}
