import { ViewportPortal } from "@xyflow/react";
import { use, useEffect, useLayoutEffect, useRef, useState } from "react";
import { GestureContext } from "../components/gestureContext.ts";
import { Shift } from "./shift.ts";
import type { Guide } from "./snap.ts";

/** More are never shown (snap.ts): three lines and two gaps along each axis. */
const POOL = { x: 3, y: 3, "x gp": 2, "y gp": 2 };
type Kind = keyof typeof POOL;
const PLACES = (Object.keys(POOL) as Kind[]).flatMap((kind) =>
  Array.from({ length: POOL[kind] }, (_, index) => ({ kind, index, key: `${kind} ${index}` })),
);
const AWAY = "scale(0)";

/**
 * The lines that show what a dragged box meets. From the first one on all stand ready till the drag ends and are shifted:
 * a line that comes and goes would have the page laid out anew at most steps (4 of 9 ms with 45 containers).
 */
export function Guides() {
  const gestures = use(GestureContext);
  const [shown, setShown] = useState(false);
  const group = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      gestures?.subscribe(() => {
        if (gestures.guides.length > 0) setShown(true);
        else if (gestures.boxes.size === 0) setShown(false);
      }),
    [gestures],
  );
  useLayoutEffect(() => {
    const elements = group.current?.children;
    if (!shown || !gestures || !elements) return;
    const shifts = PLACES.map(() => new Shift());
    const place = () => {
      const free = [...gestures.guides];
      PLACES.forEach(({ kind }, at) => {
        const element = elements[at];
        const next = free.findIndex((guide) => kindOf(guide) === kind);
        const [guide] = next < 0 ? [] : free.splice(next, 1);
        if (!element) return;
        const label = element.firstElementChild;
        if (guide?.gap !== undefined && label && label.textContent !== `${guide.gap}`)
          label.textContent = `${guide.gap}`;
        shifts[at]?.to(element, guide ? transformOf(guide) : AWAY);
      });
    };
    place();
    const stop = gestures.subscribe(place);
    return () => {
      stop();
      for (const shift of shifts) shift.end();
    };
  }, [shown, gestures]);
  if (!shown) return null;
  return (
    <ViewportPortal>
      <div ref={group} className="gds">
        {PLACES.map(({ kind, key }) => (
          <i key={key} className={`gd ${kind}`}>
            {kind.endsWith("gp") && <b />}
          </i>
        ))}
      </div>
    </ViewportPortal>
  );
}

const kindOf = ({ axis, gap }: Guide): Kind => (gap === undefined ? axis : `${axis} gp`);

/** A line is one px of the page long before it is stretched; a gap has its length by its style. */
function transformOf({ axis, at, from, to, gap }: Guide): string {
  const place = axis === "x" ? `translate(${at}px, ${from}px)` : `translate(${from}px, ${at}px)`;
  if (gap !== undefined) return place;
  return `${place} scale(${axis === "x" ? `1, ${to - from}` : `${to - from}, 1`})`;
}
