import { Suggestions } from "../chat/Suggestions.tsx";
import { strings } from "../strings.ts";
import { useValue, useView } from "./context.ts";

/** Asks what the user wants to know, and offers prompts that fit the data; without any it says how to begin. */
export function EmptyState() {
  const { session } = useView();
  const { suggestions } = useValue("offer");
  const live = useValue("connection") === "live" && session !== null;
  const [before, after] = strings.empty.lead.split("%%canvas");
  const [magic, ...lines] = strings.empty.example.split("\n");
  const offers = live && suggestions.length > 0;
  return (
    <div className="em nopan nodrag">
      <h2>{strings.empty.heading}</h2>
      <p className="mut">
        {offers && strings.empty.offer}
        {before}
        <code>%%canvas</code>
        {after}
      </p>
      {offers ? (
        <Suggestions big />
      ) : (
        <pre title={strings.empty.exampleLabel}>
          <b>{magic}</b>
          {`\n${lines.join("\n")}`}
        </pre>
      )}
      {live && (
        <p className="mut hint">
          {strings.empty.press} <span className="kbd key">/</span> {strings.empty.note}
        </p>
      )}
    </div>
  );
}
