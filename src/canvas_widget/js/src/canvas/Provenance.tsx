/** Where a container's numbers come from: what was read, who asked for it, when it ran, whether it still holds. */
import type { MouseEvent, ReactNode } from "react";
import { sqlOf } from "../actions/cells.ts";
import { CellButton } from "../components/CellButton.tsx";
import { Sql } from "../components/Code.tsx";
import { useContainer, useResult, useValue, useView } from "../components/context.ts";
import { Icon } from "../components/Icon.tsx";
import { isStale } from "../components/needs.ts";
import { usePanelOf } from "../panel/context.ts";
import type { MadeBy } from "../protocol/generated.ts";
import type { Container } from "../protocol/types.ts";
import type { ResultEntry } from "../store/results.ts";
import { strings } from "../strings.ts";

const words = strings.tools;

export function Provenance({ id }: { id: string }) {
  const node = useContainer(id);
  const result = useResult(id);
  const { session } = useView();
  const live = useValue("connection") === "live" && session !== null;
  if (!node) return null;
  const made = madeBy(node);
  return (
    <>
      <div className="inspb">
        <Sql sql={sqlOf(node)} />
        <Flow node={node} result={result} />
        <dl className="dl">
          {made?.prompt && (
            <Fact name={words.madeBy}>
              <span className="quoted">{made.prompt}</span> <GoTo turn={made.turn_id ?? ""} />
            </Fact>
          )}
          {made?.at && <Fact name={words.madeAt}>{words.time(made.at)}</Fact>}
          {result && result.elapsedMs !== null && (
            <Fact name={words.ran}>{words.ranIn(strings.chat.time(result.elapsedMs))}</Fact>
          )}
          {result && (
            <Fact name={words.read}>
              {result.rowsRead === null
                ? words.rows(result.rowCount)
                : words.rowsRead(result.rowsRead, result.rowCount)}
            </Fact>
          )}
          {(result?.cost || made?.cost) && <Fact name={words.cost}>{result?.cost || made?.cost}</Fact>}
          <Fact name={words.changed}>{isStale(node, result) ? words.stale : words.fresh}</Fact>
        </dl>
      </div>
      <div className="inspf">
        <CellButton id={id} />
        <i className="sp" />
        {live && (
          <button type="button" className="bt" onClick={() => session.refresh([id])}>
            <Icon name="refresh" />
            {words.runAgain}
          </button>
        )}
      </div>
    </>
  );
}

function madeBy({ content }: Container): MadeBy | null {
  return ("made_by" in content && content.made_by) || null;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** From the dataset over the rows of the result to what is drawn. */
function Flow({ node, result }: { node: Container; result: ResultEntry | undefined }) {
  const dataset = "dataset" in node.content ? node.content.dataset : null;
  const steps = [
    dataset && (
      <>
        {dataset}
        {result && result.rowsRead !== null && <span className="mut"> {words.count(result.rowsRead)}</span>}
      </>
    ),
    result && result.schema.length > 0 && words.shape(result.rowCount, result.schema.length),
    strings.kind(node.content),
  ].filter(Boolean);
  return (
    <ol className="flow" aria-label={words.flow}>
      {steps.map((step, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the steps stand in this order and in no other
        <li key={at}>
          {at > 0 && <Icon name="right" />}
          <span className="fs">{step}</span>
        </li>
      ))}
    </ol>
  );
}

/** To the turn that made it, where the conversation still holds it. */
function GoTo({ turn }: { turn: string }) {
  const panel = usePanelOf();
  const known = useValue("chat").some(({ id }) => id === turn);
  if (!panel || !known) return null;
  const go = (event: MouseEvent) => {
    const view = event.currentTarget.closest(".cw");
    panel.show("chat");
    const seek = () => {
      const found = view?.querySelector<HTMLElement>(`[data-turn-id="${CSS.escape(turn)}"]`);
      found?.scrollIntoView({ block: "start" });
      found?.focus({ preventScroll: true });
    };
    requestAnimationFrame(() => requestAnimationFrame(seek)); // the panel is drawn, and has gone to its end
  };
  return (
    <button type="button" className="lk" onClick={go}>
      {words.goTo}
    </button>
  );
}
