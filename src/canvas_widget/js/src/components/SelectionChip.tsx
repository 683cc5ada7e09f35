import { brush as select } from "../actions/data.ts";
import type { Condition } from "../charts/brush.ts";
import { strings } from "../strings.ts";
import { useEntry, useValue, useView } from "./context.ts";
import { Icon } from "./Icon.tsx";

export function conditionText(field: string, condition: Condition): string {
  const words = strings.data;
  return "range" in condition
    ? words.range(field, condition.range[0], condition.range[1])
    : words.values(field, condition.values);
}

/** What is selected in a chart, and the way to let go of it. */
export function SelectionChip({ id }: { id: string }) {
  const { session } = useView();
  const chosen = useEntry("selections", id);
  const live = useValue("connection") === "live";
  if (!chosen) return null;
  const text = Object.entries(chosen.selection)
    .map(([field, condition]) => conditionText(field, condition))
    .join(" · ");
  const linked = strings.data.linked(chosen.linked.length);
  return (
    <div className="picked nodrag" role="status">
      <span className="el" title={[text, linked].filter(Boolean).join(", ")}>
        {text}
      </span>
      {session && live && (
        <button
          type="button"
          className="bt"
          aria-label={strings.data.clear}
          title={strings.data.clear}
          onClick={() => select(session, id, null)}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
