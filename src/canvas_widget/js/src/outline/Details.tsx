import { type KeyboardEvent, useEffect, useState } from "react";
import { place } from "../actions/containers.ts";
import { useContainer, useValue, useView } from "../components/context.ts";
import { inside } from "../components/nodes.ts";
import { strings } from "../strings.ts";
import { nameOf } from "./rows.ts";

const FIELDS = ["x", "y", "width", "height"] as const;
type Field = (typeof FIELDS)[number];

/** What is selected, with its place and size as fields: the way to move without dragging. */
export function Details() {
  const selection = useValue("selection");
  const [id = ""] = selection;
  const node = useContainer(id);
  if (selection.size > 1) return <p className="det mut">{strings.outline.chosen(selection.size)}</p>;
  if (!node) return null;
  return (
    <section className="det" aria-label={strings.outline.details}>
      <p className="mut el">{nameOf(node)}</p>
      <dl>
        <dt>{strings.outline.type}</dt>
        <dd>{strings.kind(node.content)}</dd>
      </dl>
      <div className="fields">
        {FIELDS.map((field) => (
          <NumberField
            key={`${id} ${field}`}
            id={id}
            field={field}
            value={node[field]}
            locked={node.locked}
          />
        ))}
      </div>
    </section>
  );
}

function NumberField({
  id,
  field,
  value,
  locked,
}: {
  id: string;
  field: Field;
  value: number;
  locked: boolean;
}) {
  const { store, session } = useView();
  const live = useValue("connection") === "live" && session !== null;
  const [text, setText] = useState(String(value));
  useEffect(() => setText(String(value)), [value]);

  const commit = () => {
    const node = store.node(id);
    const wanted = Number(text);
    if (!node || !text.trim() || !Number.isFinite(wanted)) return setText(String(value));
    const next = inside({ ...node, [field]: wanted }, store.canvas)[field];
    if (next !== node[field]) session?.edit(place(id, { [field]: next }));
    setText(String(next));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") commit();
    else if (event.key === "Escape") setText(String(value));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <label>
      <span>{strings.outline[field]}</span>
      <input
        inputMode="numeric"
        value={text}
        disabled={!live || locked}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
    </label>
  );
}
