import { useStore } from "@xyflow/react";
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { align, distribute, type Edge } from "../actions/align.ts";
import { sqlOf } from "../actions/cells.ts";
import { useChanges, useValue, useView } from "../components/context.ts";
import { useGesture } from "../components/gestureContext.ts";
import { Icon, type IconName } from "../components/Icon.tsx";
import { strings } from "../strings.ts";
import { useTools } from "./context.ts";

const GAP = 8;
/** Where nothing is shown the bar is not drawn anew with each step of the view. */
const NOWHERE: [number, number, number] = [0, 0, 1];
const ALIGNS: [Edge, IconName, string][] = [
  ["left", "alignLeft", strings.tools.alignLeft],
  ["centre", "alignCentre", strings.tools.alignCentre],
  ["right", "alignRight", strings.tools.alignRight],
  ["top", "alignTop", strings.tools.alignTop],
  ["middle", "alignMiddle", strings.tools.alignMiddle],
  ["bottom", "alignBottom", strings.tools.alignBottom],
];

/** The bar over what is selected; it flips below where there is no room, and hides while something is dragged. */
export function SelectionBar({ editable }: { editable: boolean }) {
  const { store } = useView();
  const selection = useValue("selection");
  const moved = useGesture((gestures) => (gestures?.boxes.size ?? 0) > 0);
  useChanges(["document"]);
  const nodes = [...selection].map((id) => store.node(id)).filter((node) => node !== null && !node.hidden);
  const shown = nodes.length > 0 && !moved;
  const [x, y, zoom] = useStore((state) => (shown ? state.transform : NOWHERE));
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const bar = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 34 });

  useLayoutEffect(() => {
    const element = bar.current;
    if (!element) return;
    const { offsetWidth, offsetHeight } = element;
    setSize((before) =>
      before.width === offsetWidth && before.height === offsetHeight
        ? before
        : { width: offsetWidth, height: offsetHeight },
    );
  });

  if (!shown) return null;
  const left = Math.min(...nodes.map((node) => node?.x ?? 0)) * zoom + x;
  const top = Math.min(...nodes.map((node) => node?.y ?? 0)) * zoom + y;
  const right = Math.max(...nodes.map((node) => (node ? node.x + node.width : 0))) * zoom + x;
  const bottom = Math.max(...nodes.map((node) => (node ? node.y + node.height : 0))) * zoom + y;
  if (right < 0 || left > width || bottom < 0 || top > height) return null;
  const above = top - size.height - GAP;
  const below = bottom + GAP;
  const at = above >= 4 ? above : below + size.height <= height - 4 ? below : Math.max(4, top + GAP);
  const middle = (left + right - size.width) / 2;
  const style = {
    left: Math.round(Math.max(8, Math.min(middle, width - size.width - 8))),
    top: Math.round(Math.min(at, height - size.height - 4)),
    visibility: size.width === 0 ? ("hidden" as const) : undefined,
  };
  const ids = nodes.map((node) => node?.id ?? "");
  return (
    <div
      ref={bar}
      className="fl tb nopan nodrag"
      role="toolbar"
      aria-label={ids.length > 1 ? strings.tools.bars(ids.length) : strings.tools.bar}
      style={style}
      onKeyDown={walk}
    >
      {ids.length > 1 ? (
        <Many ids={ids} editable={editable} />
      ) : (
        <One id={ids[0] ?? ""} editable={editable} />
      )}
      <More ids={ids} first={ids.length > 1 && !editable} />
    </div>
  );
}

/** Arrow keys inside a toolbar. */
export function walk(event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.indexOf(event.target as HTMLButtonElement);
  if (!step || at < 0) return;
  event.preventDefault();
  event.stopPropagation();
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
}

function One({ id, editable }: { id: string; editable: boolean }) {
  const { store } = useView();
  const tools = useTools();
  const { features } = useValue("offer");
  const brushing = useValue("brushing");
  const node = store.node(id);
  if (!node || !tools) return null;
  const buttons: [string, () => void][] = [
    ...(sqlOf(node)
      ? ([
          [strings.tools.sql, () => tools.inspect(id, "sql")],
          [strings.tools.data, () => tools.inspect(id, "data")],
        ] as [string, () => void][])
      : []),
    ...(editable && node.content.kind === "chart" && features.has("brush")
      ? ([[strings.data.brushShort, () => store.setNow("brushing", !brushing)]] as [string, () => void][])
      : []),
    ...(editable ? ([[strings.tools.edit, () => tools.edit(id)]] as [string, () => void][]) : []),
  ];
  return buttons.map(([label, onPress], at) => (
    <button
      key={label}
      type="button"
      className={label === strings.data.brushShort && brushing ? "bt t on" : "bt t"}
      {...(label === strings.data.brushShort && { "aria-pressed": brushing, title: strings.data.brush })}
      tabIndex={at === 0 ? 0 : -1}
      onClick={onPress}
    >
      {label}
    </button>
  ));
}

function Many({ ids, editable }: { ids: readonly string[]; editable: boolean }) {
  const { store, session } = useView();
  if (!editable) return null;
  const boxes = () => ids.map((id) => store.node(id)).filter((node) => node !== null);
  const button = (label: string, icon: IconName, onPress: () => void, first = false) => (
    <button
      key={label}
      type="button"
      className="bt"
      aria-label={label}
      title={label}
      tabIndex={first ? 0 : -1}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <>
      {ALIGNS.map(([edge, icon, label], at) =>
        button(label, icon, () => session?.edit(align(boxes(), edge)), at === 0),
      )}
      {ids.length > 2 && (
        <>
          <i className="sep" />
          {button(strings.tools.spreadAcross, "spreadAcross", () => session?.edit(distribute(boxes(), "x")))}
          {button(strings.tools.spreadDown, "spreadDown", () => session?.edit(distribute(boxes(), "y")))}
        </>
      )}
      <i className="sep" />
    </>
  );
}

function More({ ids, first }: { ids: readonly string[]; first: boolean }) {
  const tools = useTools();
  const button = useRef<HTMLButtonElement>(null);
  return (
    <button
      ref={button}
      type="button"
      className="bt"
      aria-label={strings.tools.more}
      title={strings.tools.more}
      aria-haspopup="menu"
      tabIndex={first ? 0 : -1}
      onClick={() => button.current && tools?.menu(ids, button.current)}
    >
      <Icon name="more" />
    </button>
  );
}
