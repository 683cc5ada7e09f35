import { strings } from "../strings.ts";
import { useChanges, useValue, useView } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { needsRows } from "./needs.ts";

/** One slim line beside the name: what the running turn does, else what is on the canvas. */
export function StatusLine() {
  const turn = useValue("turn");
  return (
    <div className="status" role="status" aria-live="polite">
      {turn ? (
        <>
          {turn.running ? (
            <Icon name="ring" spin />
          ) : turn.failed ? (
            <Icon name="warning" />
          ) : (
            <Icon name="check" />
          )}
          <span className={turn.failed ? "el bad" : "el"}>
            {turn.text}
            {turn.running && "…"}
          </span>
        </>
      ) : (
        <Summary />
      )}
    </div>
  );
}

function Summary() {
  const { store } = useView();
  useChanges(["order", "results", "document", "connection"]);
  const connection = store.value("connection");
  if (!store.ready)
    return <span className="el">{connection === "connecting" && strings.frame.connecting}</span>;
  const ids = store.order;
  if (ids.length === 0) return <span className="el">{strings.frame.empty}</span>;
  const failed = ids.filter((id) => store.result(id)?.error).length;
  const running =
    connection === "live" ? ids.filter((id) => needsRows(store.node(id), store.result(id))).length : 0;
  const counts = [running > 0 && strings.frame.running(running)].filter(Boolean).join(" · ");
  if (failed === 0 && !counts) {
    const { still, copy, containers } = strings.frame;
    const state = connection === "gone" ? ` · ${still}` : connection === "static" ? ` · ${copy}` : "";
    return <span className="el">{containers(ids.length) + state}</span>;
  }
  return (
    <span className="el">
      {failed > 0 && <span className="bad">{strings.frame.failed(failed)}</span>}
      {failed > 0 && counts && " · "}
      {counts}
    </span>
  );
}
