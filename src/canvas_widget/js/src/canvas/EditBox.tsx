import { useEffect, useRef, useState } from "react";
import { rename } from "../actions/containers.ts";
import { useView } from "../components/context.ts";
import { Popover } from "../components/Popover.tsx";
import type { Change } from "../protocol/types.ts";
import { strings } from "../strings.ts";

interface Props {
  id: string;
  anchor: Element;
  onClose: () => void;
}

/** Renames a container; a note's text is edited in the same box. */
export function EditBox({ id, anchor, onClose }: Props) {
  const { store, session } = useView();
  const node = store.node(id);
  const note = node?.content.kind === "text" ? node.content : null;
  const [title, setTitle] = useState(node?.title ?? "");
  const [text, setText] = useState(note?.markdown ?? "");
  const first = useRef<HTMLInputElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    const box = area.current ?? first.current;
    box?.focus({ preventScroll: true });
    box?.select();
  }, []);

  const close = (returnFocus: boolean) => {
    onClose();
    if (returnFocus && anchor instanceof HTMLElement) anchor.focus({ preventScroll: true });
  };
  const save = () => {
    const changes: Change[] = rename(store, id, title);
    if (note && text !== note.markdown)
      changes.push({ op: "set", path: `/containers/${id}/content`, value: { ...note, markdown: text } });
    session?.edit(changes);
    close(true);
  };
  return (
    <Popover anchor={anchor} onClose={close} className="edit">
      <form
        aria-label={note ? strings.tools.editNote : strings.tools.rename}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
          else if (event.key === "Escape") close(true);
        }}
      >
        <label>
          <span>{strings.tools.title}</span>
          <input
            ref={first}
            value={title}
            maxLength={200}
            onChange={(event) => setTitle(event.target.value)}
          />
        </label>
        {note && (
          <label>
            <span>{strings.tools.text}</span>
            <textarea ref={area} rows={6} value={text} onChange={(event) => setText(event.target.value)} />
          </label>
        )}
        <div className="row">
          <i className="sp" />
          <button type="button" className="bt" onClick={() => close(true)}>
            {strings.tools.cancel}
          </button>
          <button type="submit" className="bt p t">
            {strings.tools.save}
          </button>
        </div>
      </form>
    </Popover>
  );
}
