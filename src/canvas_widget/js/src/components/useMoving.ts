/** While the view only moves, what stands on it is a picture that the browser shifts; at rest it is drawn sharply. */
import { useStoreApi } from "@xyflow/react";
import { type RefObject, useEffect, useMemo, useRef } from "react";
import { Shift, whole } from "../canvas/shift.ts";
import { Movement } from "./movement.ts";
import { FEW } from "./nodes.ts";

/**
 * Marks `area` with `data-moving` while the view moves. A pan shifts the layer of all containers as it is. So does a
 * zoom where `drawn` are many, which is blurred until it rests; few are drawn sharply at each step. A pan that ends on
 * whole pixels leaves the picture as it is, sharp: to take its layer away and make it again for the next one costs more
 * than twenty steps (all layers of the page are built anew, and what stands on this one is painted).
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
    let view: Element | null | undefined = null;
    let before = "rest";
    /** What the picture was taken for, and where it stands. */
    let pictured = 0;
    let stands: Movement["transform"] | null = null;
    const look = () => {
      const { moving, transform } = movement;
      if (moving !== before) area.current?.setAttribute("data-moving", moving);
      before = moving;
      const [x, y, zoom] = transform;
      const picture = moving === "pan" || (moving === "zoom" && drawn.current > FEW);
      const sharp = zoom === pictured && whole(x) && whole(y);
      if (moving === "rest" && shift.holds && stands === transform && sharp) return;
      if (!view?.isConnected) view = area.current?.querySelector(".react-flow__viewport");
      if (!view || !picture) return shift.end();
      if (!shift.holds) pictured = zoom;
      stands = transform;
      shift.to(view, `translate(${x}px, ${y}px) scale(${zoom})`);
    };
    const stops = [movement.follow(flow, () => latest.current), movement.subscribe(look)];
    return () => {
      for (const stop of stops) stop();
      shift.end();
    };
  }, [flow, area, movement, drawn]);
  return movement;
}
