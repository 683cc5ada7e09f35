/** What pointers do in a drawn chart: select an interval or values, look behind a mark. */
import {
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { View } from "vega";
import { brush as select } from "../actions/data.ts";
import { useTools } from "../canvas/context.ts";
import { brushOf, type ChartSelection, toggled } from "../charts/brush.ts";
import type { DrawnItem } from "../charts/drawn.ts";
import { type Band, bandOf, fade, intervalAt, markAt, rowOf } from "../charts/touch.ts";
import type { ChartContent, SchemaField } from "../protocol/types.ts";
import { strings } from "../strings.ts";
import { useEntry, useOnlySelected, useValue, useView } from "./context.ts";

interface Props {
  id: string;
  content: ChartContent;
  schema: readonly SchemaField[];
  columns: readonly string[];
  view: RefObject<{ drawn: View } | null>;
  /** Changes when the chart was drawn anew. */
  items: readonly DrawnItem[] | null;
  stale: boolean;
}

/** A press that moves less than this, px of the chart, is a click. */
const STILL = 3;

function placeIn(event: { clientX: number; clientY: number; currentTarget: Element }): {
  x: number;
  y: number;
} {
  const figure = event.currentTarget as HTMLElement;
  const rect = figure.getBoundingClientRect();
  const zoom = rect.width / figure.offsetWidth || 1;
  return { x: (event.clientX - rect.left) / zoom, y: (event.clientY - rect.top) / zoom };
}

export function useChartTouch({ id, content, schema, columns, view, items, stale }: Props) {
  const { store, session } = useView();
  const tools = useTools();
  const { features } = useValue("offer");
  const live = useValue("connection") === "live";
  const chosen = useEntry("selections", id);
  const only = useOnlySelected(id);
  const brush = useMemo(() => brushOf(content, schema), [content, schema]);
  const armed = useValue("brushing") && live && brush !== null && features.has("brush");
  const drills = live && features.has("drill") && only;
  const selection = chosen?.selection ?? null;
  const [band, setBand] = useState<Band | null>(null);
  const start = useRef<{ x: number; moved: boolean } | null>(null);
  const wasSelected = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart that is drawn anew is marked anew
  useEffect(() => {
    const drawn = view.current?.drawn;
    if (!drawn || !brush) return setBand(null);
    fade(drawn, brush, selection, stale);
    setBand(bandOf(drawn, brush, selection));
  }, [brush, selection, items, stale]);

  const tell = (next: ChartSelection | null) => session && select(session, id, next);
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    wasSelected.current = drills;
    if (!armed || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: placeIn(event).x, moved: false };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const from = start.current;
    const drawn = view.current?.drawn;
    if (!from || !drawn || brush?.kind !== "interval") return;
    const { x } = placeIn(event);
    if (!from.moved && Math.abs(x - from.x) < STILL) return;
    from.moved = true;
    const range = intervalAt(drawn, brush, from.x, x);
    if (range) tell({ [brush.field]: { range } });
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    const from = start.current;
    start.current = null;
    const drawn = view.current?.drawn;
    if (!from || from.moved || !drawn || !brush) return;
    const { x, y } = placeIn(event);
    const mark = markAt(drawn, x, y);
    const value = mark && rowOf(mark, schema, [brush.field])[brush.field];
    if (brush.kind === "interval" || value === null || value === undefined) tell(null);
    else tell(toggled(selection, brush, value, event.ctrlKey || event.metaKey || event.shiftKey));
  };
  const onClick = (event: React.MouseEvent<HTMLElement>) => {
    const drawn = view.current?.drawn;
    if (armed || !drawn || !wasSelected.current || !tools || event.shiftKey || event.ctrlKey || event.metaKey)
      return;
    const { x, y } = placeIn(event);
    const mark = markAt(drawn, x, y);
    if (mark && store.value("selection").has(id)) tools.behind(id, rowOf(mark, schema, columns));
  };

  const classes = ["chart", armed && "brushing nodrag nopan", !armed && drills && "drills"];
  const overlay: ReactNode = band && (
    <i className="band" style={{ ...band }} aria-hidden="true">
      <i />
      <i />
    </i>
  );
  return {
    figure: {
      className: classes.filter(Boolean).join(" "),
      title: armed ? strings.data.brushHint[brush.kind] : undefined,
      onPointerDown,
      onPointerMove,
      onPointerUp,
      onPointerCancel: () => {
        start.current = null;
      },
      onClick,
    },
    overlay,
  };
}
