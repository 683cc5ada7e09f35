/** While the view only moves, what stands on it is a picture that the browser shifts; at rest it is drawn sharply. */
import { useStoreApi } from "@xyflow/react";
import { type RefObject, useEffect, useMemo, useRef } from "react";
import { Shift } from "../canvas/shift.ts";
import { Movement } from "./movement.ts";
import { FEW } from "./nodes.ts";

/**
 * Marks `area` with `data-moving` while the view moves. A pan shifts the layer of all containers as it is. So does a
 * zoom where `drawn` are many, which is blurred until it rests; few are drawn sharply at each step.
 */
export function useMoving(
  area: RefObject<HTMLElement | null>,
  placed: boolean,
  drawn: RefObject<number>,
): Movement {
  const flow = useStoreApi();
  const movement = useMemo(() => new Movement(), []);
  const latest = useRef(placed);
  latest.current = placed;
  useEffect(() => {
    const shift = new Shift();
    let before = "rest";
    const look = () => {
      const { moving, transform } = movement;
      if (moving !== before) area.current?.setAttribute("data-moving", moving);
      before = moving;
      const view = area.current?.querySelector(".react-flow__viewport");
      const [x, y, zoom] = transform;
      const picture = moving === "pan" || (moving === "zoom" && drawn.current > FEW);
      if (view && picture) shift.to(view, `translate(${x}px, ${y}px) scale(${zoom})`);
      else shift.end();
    };
    const stops = [movement.follow(flow, () => latest.current), movement.subscribe(look)];
    return () => {
      for (const stop of stops) stop();
      shift.end();
    };
  }, [flow, area, movement, drawn]);
  return movement;
}
