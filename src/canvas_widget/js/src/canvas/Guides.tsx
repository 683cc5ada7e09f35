import { ViewportPortal } from "@xyflow/react";
import { useGesture } from "../components/gestureContext.ts";

/** The lines that show what a dragged box meets, and the size under the pointer while it is resized. */
export function Guides() {
  const guides = useGesture((gestures) => gestures?.guides) ?? [];
  if (guides.length === 0) return null;
  return (
    <ViewportPortal>
      {guides.map(({ axis, at, from, to, gap }) => {
        const style =
          axis === "x"
            ? { left: at, top: from, height: to - from }
            : { top: at, left: from, width: to - from };
        return (
          <i
            key={`${axis} ${at} ${from}`}
            className={`gd ${axis}${gap === undefined ? "" : " gp"}`}
            style={style}
          >
            {gap !== undefined && <b>{gap}</b>}
          </i>
        );
      })}
    </ViewportPortal>
  );
}
