/**
 * The dots behind the containers. They are painted for a zoom; a pan shifts them, by at most the way to the next dot, and
 * always by whole px, so that they are as sharp as they were painted.
 */
import { useEffect, useRef } from "react";
import { useMovement } from "../components/movement.ts";
import { Shift } from "./shift.ts";

const GAP = 16;

export function Dots() {
  const movement = useMovement();
  const dots = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = dots.current;
    if (!element) return;
    const shift = new Shift();
    let painted = 0;
    const place = () => {
      const { moving, transform } = movement;
      const [x, y, zoom] = transform;
      const step = GAP * zoom;
      const off = (at: number) => Math.round((((at % step) + step) % step) - step);
      const where = `translate(${off(x)}px, ${off(y)}px)`;
      if (zoom === painted && (moving === "pan" || shift.holds)) return shift.to(element, where);
      if (zoom !== painted) element.style.setProperty("--z", `${zoom}`);
      painted = zoom;
      element.style.transform = where;
      shift.end();
    };
    place();
    const stop = movement.subscribe(place);
    return () => {
      stop();
      shift.end();
    };
  }, [movement]);
  return <div ref={dots} className="dots" aria-hidden="true" />;
}
