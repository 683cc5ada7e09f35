/** The dots behind the containers. They are painted for a zoom; a pan shifts them, by at most the way to the next dot. */
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
      const [x, y, zoom] = movement.transform;
      const step = GAP * zoom;
      const off = (at: number) => (((at % step) + step) % step) - step;
      const where = `translate(${off(x)}px, ${off(y)}px)`;
      if (zoom !== painted) element.style.setProperty("--z", `${zoom}`);
      painted = zoom;
      if (movement.moving === "pan") return shift.to(element, where);
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
