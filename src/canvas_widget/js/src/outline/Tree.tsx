import { type KeyboardEvent, use, useEffect, useLayoutEffect, useRef, useState } from "react";
import { rename, reorder } from "../actions/containers.ts";
import { useChanges, useValue, useView } from "../components/context.ts";
import { FocusContext } from "../components/focusContext.ts";
import { Icon } from "../components/Icon.tsx";
import { useRows } from "../components/useRows.ts";
import { strings } from "../strings.ts";
import { ROOT, ROW } from "./rows.ts";
import { TreeRow } from "./TreeRow.tsx";
import { treeKey } from "./treeKeys.ts";
import { useDragOrder } from "./useDragOrder.ts";

interface Props {
  id: string;
  ids: readonly string[];
  /** Whether all containers are shown, so that their places are those of the reading order. */
  whole: boolean;
}

export function Tree({ id: treeId, ids, whole }: Props) {
  const { store, session } = useView();
  useChanges(["canvas"]);
  const focus = use(FocusContext);
  const selection = useValue("selection");
  const editable = useValue("connection") === "live" && session !== null;
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(true);
  const [active, setActive] = useState(ROOT);
  const [renaming, setRenaming] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  const shown = open ? [ROOT, ...ids] : [ROOT];
  const current = shown.includes(active) ? active : ROOT;
  const view = useRows(scroller, { count: shown.length, rowHeight: ROW, height: 0, overscan: 6 });
  const drag = useDragOrder(
    scroller,
    ids,
    (id, index) => session?.edit(reorder(store, id, index)),
    whole && editable,
  );

  const go = (id: string) => {
    wanted.current = id;
    setActive(id);
    const at = shown.indexOf(id);
    const element = scroller.current;
    if (!element || at < 0) return;
    if (at * ROW < element.scrollTop) element.scrollTop = at * ROW;
    else if ((at + 1) * ROW > element.scrollTop + element.clientHeight)
      element.scrollTop = (at + 1) * ROW - element.clientHeight;
  };

  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(wanted.current)}"]`);
    if (!row) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  });

  const [chosen] = selection;
  useEffect(() => {
    if (chosen !== undefined) setActive(chosen);
  }, [chosen]);

  const endRename = (id: string, title: string | null) => {
    if (title !== null) session?.edit(rename(store, id, title));
    setRenaming(null);
    go(id);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.target as Element).matches("input")) return;
    const handled = treeKey(event, {
      store,
      session: editable ? session : null,
      shown,
      current,
      open,
      whole,
      go,
      setOpen,
      rename: setRenaming,
      show: (id) => focus?.(id, true),
    });
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const rootName = store.canvas.name || strings.frame.untitled;
  const visible = shown.slice(view.first, view.end);
  if (!visible.includes(current)) visible.push(current);
  return (
    <div ref={scroller} className="tree" data-drop={drag.over ?? undefined}>
      <div
        id={treeId}
        role="tree"
        aria-label={strings.outline.label}
        aria-description={strings.outline.keys}
        aria-multiselectable="true"
        style={{ height: shown.length * ROW }}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          const row = event.target.getAttribute("data-row");
          if (row !== null) setActive(row);
        }}
      >
        {visible.map((id) => {
          const at = shown.indexOf(id);
          if (id === ROOT)
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears the keys
              <div
                key={ROOT}
                role="treeitem"
                data-row={ROOT}
                className="tr"
                style={{ top: 0 }}
                aria-level={1}
                aria-expanded={open}
                aria-selected={false}
                aria-label={`${rootName}, ${strings.frame.containers(ids.length)}`}
                tabIndex={current === ROOT ? 0 : -1}
                onClick={() => {
                  setOpen(!open);
                  go(ROOT);
                }}
              >
                <Icon name={open ? "down" : "right"} />
                <span className="el b">{rootName}</span>
                <span className="nr">{ids.length}</span>
              </div>
            );
          return (
            <TreeRow
              key={id}
              id={id}
              top={at * ROW}
              place={at}
              count={shown.length - 1}
              current={id === current}
              selected={selection.has(id)}
              editable={editable}
              renaming={renaming === id}
              dragged={drag.dragged === id}
              onGo={go}
              onRename={setRenaming}
              onRenamed={endRename}
              onGrab={drag.grab}
            />
          );
        })}
        {drag.over !== null && <i className="dropline" style={{ top: (drag.over + 1) * ROW }} />}
      </div>
    </div>
  );
}
