import { type ControlPosition, type NodeProps, NodeResizeControl } from "@xyflow/react";
import { memo, use, useMemo } from "react";
import type { Container } from "../protocol/types.ts";
import type { ResultEntry } from "../store/results.ts";
import { editableIn, type Progress } from "../store/store.ts";
import { strings } from "../strings.ts";
import { ChartView } from "./ChartView.tsx";
import { ControlView } from "./ControlView.tsx";
import { useContainer, useEntry, useResult, useValue, useView } from "./context.ts";
import { GestureContext } from "./gestureContext.ts";
import { Failure, FailureLine, Heading, Retry } from "./Heading.tsx";
import { MetricView } from "./MetricView.tsx";
import { isStale, needsRows } from "./needs.ts";
import type { CanvasNode } from "./nodes.ts";
import { Skeleton } from "./Skeleton.tsx";
import { TableView } from "./TableView.tsx";
import { TextView } from "./TextView.tsx";

const PLACES: ControlPosition[] = [
  "top-left",
  "top",
  "top-right",
  "right",
  "bottom-right",
  "bottom",
  "bottom-left",
  "left",
];
const NO_LIVE: Progress = { text: strings.container.noLive, fraction: null };
/** How high a container has to be, px, to say in words that it is out of date; a lower one has a dot. */
const LEAST_TOLD = { metric: 84, other: 72 };
const LEAST = { width: 48, height: 40 };

/** One container: its header, what it holds, and handles while it is selected. */
export const ContainerNode = memo(function ContainerNode({
  id,
  width,
  height,
  selected,
}: NodeProps<CanvasNode>) {
  const container = useContainer(id);
  const result = useResult(id);
  const connection = useValue("connection");
  const { session } = useView();
  const wide = width ?? container?.width ?? 0;
  const tall = height ?? container?.height ?? 0;
  const size = useMemo(() => ({ width: wide, height: tall }), [wide, tall]);
  if (!container) return null;
  const stale = isStale(container, result);
  const failed = result?.error && keepsPicture(container, result) ? result.error : null;
  const least = container.content.kind === "metric" ? LEAST_TOLD.metric : LEAST_TOLD.other;
  const told = (stale || failed !== null) && size.height >= least;
  const resizable = selected && session !== null && editableIn(connection) && !container.locked;
  return (
    <>
      <section className={stale ? "ct stale" : "ct"} data-kind={container.content.kind}>
        <Body container={container} result={result} size={size} bottom={told ? 24 : 0} stale={stale} />
        {told && (failed ? <FailureLine id={id} error={failed} /> : <StaleLine id={id} />)}
        {!told && failed && <i className="stale-dot bad" role="img" aria-label={failed.message} />}
        {!told && stale && <i className="stale-dot" role="img" aria-label={strings.container.stale} />}
      </section>
      {resizable && <Handles />}
    </>
  );
});

/** Whether there is something to show although the last query failed: the rows of the one before, or a text. */
function keepsPicture({ content }: Container, result: ResultEntry): boolean {
  return result.resultId !== "" || content.kind === "text" || content.kind === "control";
}

/** Apart from the container, which must not be drawn again with each step of a gesture. */
function Handles() {
  const gestures = use(GestureContext);
  return PLACES.map((place) => (
    <NodeResizeControl
      key={place}
      className="hdl"
      position={place}
      minWidth={LEAST.width}
      minHeight={LEAST.height}
      onResizeEnd={() => gestures?.commit()}
    />
  ));
}

interface BodyProps {
  container: Container;
  result: ResultEntry | undefined;
  size: { width: number; height: number };
  bottom: number;
  stale: boolean;
}

function Body({ container, result, size, bottom, stale }: BodyProps) {
  const { content, title } = container;
  const progress = useEntry("progress", container.id);
  const connection = useValue("connection");
  if (result?.error && !keepsPicture(container, result)) {
    return (
      <>
        <Heading title={title} />
        <Failure message={result.error.message}>
          <Retry id={container.id} error={result.error} />
        </Failure>
      </>
    );
  }
  if (content.kind === "control") return <ControlView container={container} content={content} />;
  const waiting = needsRows(container, result);
  if (waiting && !(result && content.kind === "chart")) {
    const note = editableIn(connection) || connection === "connecting" ? progress : NO_LIVE;
    const label = "label" in content ? content.label : null;
    return (
      <>
        <Heading title={title || label || ""} />
        <Skeleton kind={content.kind} note={note} />
      </>
    );
  }
  switch (content.kind) {
    case "chart":
      return (
        result && (
          <ChartView
            container={container}
            content={content}
            result={result}
            size={size}
            bottom={bottom}
            stale={stale}
          />
        )
      );
    case "table":
      return (
        result && (
          <TableView container={container} content={content} result={result} size={size} bottom={bottom} />
        )
      );
    case "metric":
      return (
        result && (
          <MetricView container={container} content={content} result={result} size={size} bottom={bottom} />
        )
      );
    case "text":
      return <TextView container={container} content={content} size={size} />;
    default:
      return (
        <>
          <Heading title={title} />
          <p className="msg">{strings.container.nothing}</p>
        </>
      );
  }
}

function StaleLine({ id }: { id: string }) {
  const { session } = useView();
  const connection = useValue("connection");
  return (
    <div className="stale-line">
      <i />
      <span className="el">{strings.container.stale}</span>
      {session && editableIn(connection) && (
        <button type="button" className="lk nodrag" onClick={() => session.refresh([id])}>
          {strings.container.refresh}
        </button>
      )}
    </div>
  );
}
