/** What React Flow tells of presses on its nodes and pane. */
import { type MouseEvent, type RefObject, useMemo, useRef } from "react";
import type { CanvasTools } from "../canvas/context.ts";
import type { CanvasStore } from "../store/store.ts";
import { useView } from "./context.ts";
import type { CanvasNode } from "./nodes.ts";
import type { Gestures } from "./useGestures.ts";

/** A press that moves less than this, in px, is a click and no drag. */
const STILL = 4;

type Press = globalThis.MouseEvent | TouchEvent;

/** The same functions at every drawing: with others React Flow draws all of its nodes anew. */
export function useHandlers(gestures: Gestures, tools: CanvasTools, taken: () => void) {
  const { store } = useView();
  const latest = useRef({ tools, taken });
  latest.current = { tools, taken };
  return useMemo(() => handlersOf(store, gestures, latest), [store, gestures]);
}

function handlersOf(
  store: CanvasStore,
  gestures: Gestures,
  latest: RefObject<{ tools: CanvasTools; taken: () => void }>,
) {
  let grabbed: readonly [number, number] = [0, 0];
  return {
    onNodesChange: gestures.follow,
    onNodeDragStart: (event: Press | MouseEvent, node: CanvasNode) => {
      grabbed = pointer(event);
      if (!adds(event) && !store.value("selection").has(node.id)) store.select([node.id]);
    },
    onNodeDragStop: (event: Press | MouseEvent) => {
      const [endX, endY] = pointer(event);
      const shaken = Math.hypot(endX - grabbed[0], endY - grabbed[1]) < STILL;
      if (shaken) gestures.cancel();
      else gestures.commit();
    },
    onNodeClick: (event: MouseEvent, node: CanvasNode) => select(store, node.id, adds(event)),
    onNodeContextMenu: (event: MouseEvent, node: CanvasNode) => {
      event.preventDefault();
      const selection = store.value("selection");
      const ids = selection.has(node.id) ? [...selection] : [node.id];
      store.select(ids);
      latest.current.tools.menu(ids, event.currentTarget, { x: event.clientX, y: event.clientY });
    },
    onPaneClick: () => store.select([]),
    onMoveStart: (event: Press | null) => {
      if (event) latest.current.taken();
    },
  };
}

const adds = (event: Press | MouseEvent) => event.shiftKey || event.metaKey || event.ctrlKey;

function pointer(event: Press | MouseEvent): readonly [number, number] {
  const { clientX, clientY } =
    "clientX" in event ? event : (event.changedTouches[0] ?? { clientX: 0, clientY: 0 });
  return [clientX, clientY];
}

function select(store: CanvasStore, id: string, add: boolean): void {
  const selection = new Set(add ? store.value("selection") : []);
  if (add && selection.has(id)) selection.delete(id);
  else selection.add(id);
  store.select(selection);
}
