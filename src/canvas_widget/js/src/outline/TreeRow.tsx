import { memo, type PointerEvent, use, useLayoutEffect, useRef } from "react";
import { toggleHidden, toggleLocked } from "../actions/containers.ts";
import { useContainer, useResult, useView } from "../components/context.ts";
import { FocusContext } from "../components/focusContext.ts";
import { Icon } from "../components/Icon.tsx";
import { strings } from "../strings.ts";
import { iconOf, nameOf } from "./rows.ts";

interface Props {
  id: string;
  top: number;
  place: number;
  count: number;
  current: boolean;
  selected: boolean;
  editable: boolean;
  renaming: boolean;
  dragged: boolean;
  onGo: (id: string) => void;
  onRename: (id: string) => void;
  /** The new name, or null where it stays. */
  onRenamed: (id: string, title: string | null) => void;
  onGrab: (event: PointerEvent, id: string) => void;
}

/** One container in the outline. */
export const TreeRow = memo(function TreeRow(props: Props) {
  const { id, current, selected, editable, renaming } = props;
  const { store } = useView();
  const focus = use(FocusContext);
  const node = useContainer(id);
  const result = useResult(id);
  if (!node) return null;
  const name = nameOf(node);
  const kind = strings.kind(node.content);
  const state = strings.outline.state(node.hidden, node.locked);
  const rows = node.content.kind === "table" && result ? strings.outline.rows(result.rowCount) : "";
  const label = [name, kind.toLowerCase(), rows, state].filter(Boolean).join(", ");
  const classes = ["tr d1", selected ? "on" : "", node.hidden ? "off" : "", props.dragged ? "drag" : ""];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears the keys
    <div
      role="treeitem"
      data-row={id}
      className={classes.filter(Boolean).join(" ")}
      style={{ top: props.top }}
      aria-level={2}
      aria-posinset={props.place}
      aria-setsize={props.count}
      aria-selected={selected}
      aria-label={label}
      tabIndex={current ? 0 : -1}
      onPointerDown={(event) => props.onGrab(event, id)}
      onClick={(event) => {
        const add = event.shiftKey || event.ctrlKey || event.metaKey;
        props.onGo(id);
        if (!add) return focus?.(id);
        const next = new Set(store.value("selection"));
        if (next.has(id)) next.delete(id);
        else next.add(id);
        store.select(next);
      }}
      onDoubleClick={() => editable && props.onRename(id)}
    >
      <Icon name={iconOf(node.content)} />
      {renaming ? (
        <Rename name={name} title={node.title} onEnd={(title) => props.onRenamed(id, title)} />
      ) : (
        <span className="el">{name}</span>
      )}
      {!renaming && <Marks {...{ id, editable, rows }} hidden={node.hidden} locked={node.locked} />}
    </div>
  );
});

interface MarksProps {
  id: string;
  editable: boolean;
  rows: string;
  hidden: boolean;
  locked: boolean;
}

function Marks({ id, editable, rows, hidden, locked }: MarksProps) {
  const { store, session } = useView();
  const hide = hidden ? strings.outline.show : strings.outline.hide;
  const lock = locked ? strings.outline.unlock : strings.outline.lock;
  return (
    <>
      {rows && <span className="nr">{rows}</span>}
      {editable && session && (
        <span className="marks" aria-hidden="true" onClick={(event) => event.stopPropagation()}>
          <button
            type="button"
            className={hidden ? "set" : ""}
            title={hide}
            tabIndex={-1}
            onClick={() => session.edit(toggleHidden(store, [id]))}
          >
            <Icon name={hidden ? "hidden" : "eye"} />
          </button>
          <button
            type="button"
            className={locked ? "set" : ""}
            title={lock}
            tabIndex={-1}
            onClick={() => session.edit(toggleLocked(store, [id]))}
          >
            <Icon name={locked ? "lock" : "unlock"} />
          </button>
        </span>
      )}
    </>
  );
}

function Rename({
  name,
  title,
  onEnd,
}: {
  name: string;
  title: string;
  onEnd: (title: string | null) => void;
}) {
  const box = useRef<HTMLInputElement>(null);
  const over = useRef(false);
  useLayoutEffect(() => {
    box.current?.focus(); // before the next key comes
    box.current?.select();
  }, []);
  const end = (next: string | null) => {
    if (over.current) return;
    over.current = true;
    onEnd(next);
  };
  return (
    <input
      ref={box}
      className="ren"
      defaultValue={title}
      aria-label={strings.outline.rename(name)}
      onPointerDown={(event) => event.stopPropagation()}
      onClick={(event) => event.stopPropagation()}
      onBlur={(event) => end(event.currentTarget.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") end(event.currentTarget.value);
        else if (event.key === "Escape") end(null);
        else return;
        event.preventDefault();
      }}
    />
  );
}
