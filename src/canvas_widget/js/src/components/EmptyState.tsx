import { Suggestions } from "../chat/Suggestions.tsx";
import { strings } from "../strings.ts";
import { useValue, useView } from "./context.ts";
import { Icon } from "./Icon.tsx";

/** Asks what the user wants to know, and offers prompts that fit the data; without any it says how to begin. */
export function EmptyState() {
  const { session } = useView();
  const { suggestions } = useValue("offer");
  const live = useValue("connection") === "live" && session !== null;
  const place = useValue("place");
  const [before, after] = strings.empty.lead.split("%%canvas");
  const [magic, ...lines] = strings.empty.example.split("\n");
  const offers = live && suggestions.length > 0;
  return (
    <div className="em nopan nodrag">
      <h2>{strings.empty.heading}</h2>
      <p className="mut">
        {offers && strings.empty.offer}
        {place === "notebook" ? (
          <>
            {before}
            <code>%%canvas</code>
            {after}
          </>
        ) : (
          !offers && strings.empty.elsewhere[place]
        )}
      </p>
      {offers ? (
        <Suggestions big />
      ) : (
        place === "notebook" && (
          <pre title={strings.empty.exampleLabel}>
            <b>{magic}</b>
            {`\n${lines.join("\n")}`}
          </pre>
        )
      )}
      {place === "session" && live && (
        <button
          type="button"
          className="bt o up"
          onClick={(event) =>
            event.currentTarget.dispatchEvent(new CustomEvent("canvas:upload", { bubbles: true }))
          }
        >
          <Icon name="up" />
          {offers ? strings.empty.more : strings.empty.upload}
        </button>
      )}
      {live && (
        <p className="mut hint">
          {strings.empty.press} <span className="kbd key">/</span> {strings.empty.note}
        </p>
      )}
    </div>
  );
}
