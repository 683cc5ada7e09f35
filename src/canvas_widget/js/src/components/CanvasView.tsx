import { type NodeTypes, ReactFlow, useStore, ViewportPortal } from "@xyflow/react";
import {
  type FocusEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { type CanvasTools, ToolsContext } from "../canvas/context.ts";
import { Dots } from "../canvas/Dots.tsx";
import { Guides } from "../canvas/Guides.tsx";
import { Minimap } from "../canvas/Minimap.tsx";
import { Overview } from "../canvas/Overview.tsx";
import { SelectionBar } from "../canvas/SelectionBar.tsx";
import { useCanvasTools } from "../canvas/useCanvasTools.tsx";
import { usePress } from "../canvas/usePress.ts";
import { editableIn } from "../store/store.ts";
import { strings } from "../strings.ts";
import { ContainerNode } from "./ContainerNode.tsx";
import { useChanges, useValue, useView } from "./context.ts";
import type { FocusContainer } from "./focusContext.ts";
import { GestureContext } from "./gestureContext.ts";
import { canvasKey } from "./keys.ts";
import { MovementContext } from "./movement.ts";
import type { CanvasNode } from "./nodes.ts";
import { useGestures } from "./useGestures.ts";
import { useHandlers } from "./useHandlers.ts";
import { useMoving } from "./useMoving.ts";
import { useNodes } from "./useNodes.ts";
import { useSight } from "./useSight.ts";
import { useCanvasViewport, zoomLimits } from "./useViewport.ts";
import { useWheel } from "./useWheel.ts";
import { ZoomBar } from "./ZoomBar.tsx";

const NODE_TYPES: NodeTypes = { container: ContainerNode };
const NO_EDGES: never[] = [];
const LABELS = {
  "node.a11yDescription.default": strings.canvas.keys,
  "node.a11yDescription.keyboardDisabled": strings.canvas.keys,
};
const SNAP: [number, number] = [8, 8];

/** The canvas: containers on a page that can be panned, zoomed, dragged and resized. */
interface Props {
  children: ReactNode;
  /** Where the view leaves its way to bring a container into sight. */
  focuser: RefObject<FocusContainer | null>;
  /** And what it can open. */
  toolsRef: RefObject<CanvasTools | null>;
}

export function CanvasView({ children, focuser, toolsRef }: Props) {
  const { store, session, mode } = useView();
  useChanges(["order", "canvas"]);
  const connection = useValue("connection");
  const editable = session !== null && editableIn(connection);
  const viewport = useCanvasViewport();
  const [active, setActive] = useState(false);
  const area = useRef<HTMLDivElement>(null);
  const gestures = useGestures(area);
  const drawn = useRef(0);
  const movement = useMoving(area, viewport.placed, drawn);
  useWheel(area, movement);
  const sight = useSight(movement);
  const { nodes, more } = useNodes(gestures, viewport.placed ? sight.full : null, movement);
  const bare = sight.bare || more;
  drawn.current = nodes.length;
  const viewWidth = useStore((state) => state.width);
  const { tools, open, inspecting } = useCanvasTools(area, editable, viewWidth);
  const handlers = useHandlers(gestures, tools, viewport.taken);
  const { press, marquee } = usePress(area, gestures, bare, editable);
  const { width, height } = store.canvas;
  const extent = useMemo(
    (): [[number, number], [number, number]] => [
      [0, 0],
      [width, height],
    ],
    [width, height],
  );

  useEffect(() => {
    toolsRef.current = tools;
  }, [toolsRef, tools]);
  useEffect(() => {
    focuser.current = (id, take = false) => {
      store.select([id]);
      viewport.reveal(id);
      if (take) void focusNode(area.current, id);
    };
    return () => {
      focuser.current = null;
    };
  }, [focuser, store, viewport]);

  const keyDown = useRef<(event: KeyboardEvent) => void>(() => {});
  keyDown.current = (event) =>
    canvasKey(event, {
      store,
      session: editable ? session : null,
      gestures,
      viewport,
      tools,
      area: area.current,
    });
  const keyUp = useRef(gestures.commit);
  keyUp.current = gestures.commit;

  useEffect(() => {
    const element = area.current;
    if (!element) return;
    const stop = new AbortController();
    element.addEventListener("keydown", (event) => keyDown.current(event), { signal: stop.signal });
    element.addEventListener(
      "keyup",
      ({ key }) => {
        if (key.startsWith("Arrow")) keyUp.current();
      },
      { signal: stop.signal },
    );
    return () => stop.abort();
  }, []);

  const focused = useCallback(
    (event: FocusEvent) => {
      setActive(true);
      const id = (event.target as Element)
        .closest?.("[data-container-id]")
        ?.getAttribute("data-container-id");
      if (id && (event.target as Element).matches(".react-flow__node:focus-visible")) store.select([id]);
    },
    [store],
  );
  const blurred = useCallback((event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setActive(false);
  }, []);
  const pressed = useCallback(() => {
    const element = area.current;
    if (element && !element.contains(element.ownerDocument.activeElement))
      element.focus({ preventScroll: true });
  }, []);

  return (
    <ToolsContext value={tools}>
      <MovementContext.Provider value={movement}>
        <GestureContext.Provider value={gestures}>
          <div
            ref={area}
            className={active ? "cv live" : "cv"}
            role="region"
            tabIndex={-1}
            aria-label={strings.canvas.label}
            aria-description={editable ? strings.canvas.keys : undefined}
            onFocus={focused}
            onBlur={blurred}
            onPointerDownCapture={pressed}
            onMouseDownCapture={press}
          >
            <ReactFlow<CanvasNode>
              nodes={nodes}
              edges={NO_EDGES}
              nodeTypes={NODE_TYPES}
              colorMode={mode}
              {...handlers}
              nodesDraggable={editable}
              nodesConnectable={false}
              elementsSelectable={false}
              nodesFocusable
              disableKeyboardA11y
              selectNodesOnDrag={false}
              nodeDragThreshold={0}
              nodeExtent={extent}
              snapToGrid
              snapGrid={SNAP}
              minZoom={zoomLimits.least}
              maxZoom={zoomLimits.most}
              panOnScroll={active}
              zoomOnScroll={false}
              zoomOnPinch={active}
              zoomOnDoubleClick={false}
              preventScrolling={active}
              deleteKeyCode={null}
              selectionKeyCode={null}
              multiSelectionKeyCode={null}
              zoomActivationKeyCode={null}
              panActivationKeyCode={null}
              ariaLabelConfig={LABELS}
              proOptions={{ hideAttribution: true }}
            >
              <Dots />
              {store.order.length > 0 && (
                <ViewportPortal>
                  <div className="page" style={{ width, height }} />
                </ViewportPortal>
              )}
              <Guides />
            </ReactFlow>
            {bare && <Overview />}
            {marquee && (
              <i
                className="marquee"
                style={{ left: marquee.x, top: marquee.y, width: marquee.width, height: marquee.height }}
              />
            )}
            {store.ready && !inspecting && <SelectionBar editable={editable} />}
            {store.ready && <Minimap taken={viewport.taken} />}
            {open}
            {store.ready && <ZoomBar viewport={viewport} editable={editable} />}
            {children}
          </div>
        </GestureContext.Provider>
      </MovementContext.Provider>
    </ToolsContext>
  );
}

/** Gives a container the focus once it is drawn: out of sight it has no element. */
async function focusNode(area: HTMLElement | null, id: string): Promise<void> {
  for (let frame = 0; frame < 60; frame++) {
    const node = area?.querySelector<HTMLElement>(`.react-flow__node[data-container-id="${CSS.escape(id)}"]`);
    if (node) return node.focus({ preventScroll: true });
    await new Promise(requestAnimationFrame);
  }
}
