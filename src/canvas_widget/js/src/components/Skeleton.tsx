import type { Content } from "../protocol/types.ts";
import type { Progress } from "../store/store.ts";
import { strings } from "../strings.ts";

const BARS = [40, 64, 52, 86, 60, 76, 48, 94, 70, 82, 54, 100];
const ROWS = ["38%", "52%", "44%", "34%", "48%", "40%", "55%", "36%"];

/** The shape of what is coming, at its final size. */
export function Skeleton({ kind, note }: { kind: Content["kind"]; note: Progress | undefined }) {
  return (
    <div aria-busy={note === undefined || undefined}>
      <div aria-hidden="true">
        {kind === "chart" && (
          <div className="skc" style={note ? { bottom: 30 } : undefined}>
            {BARS.map((height) => (
              <i key={height} className="sk" style={{ height: `${height}%` }} />
            ))}
          </div>
        )}
        {kind === "table" && (
          <div className="skt" style={note ? { bottom: 30 } : undefined}>
            {ROWS.map((width) => (
              <i key={width} className="sk" style={{ width }} />
            ))}
          </div>
        )}
        {kind === "metric" && !note && (
          <div className="kpi">
            <i className="sk" style={{ display: "block", width: 96, height: 24, marginTop: 4 }} />
          </div>
        )}
      </div>
      {note && (
        <div className="sknote">
          <span className="el">{note.text || strings.container.running}</span>
          {note.fraction !== null && <Bar fraction={note.fraction} />}
        </div>
      )}
    </div>
  );
}

/** How far it is; only where that is measured. */
function Bar({ fraction }: { fraction: number }) {
  const percent = Math.round(fraction * 100);
  return (
    <>
      <span className="pc">{percent} %</span>
      <div
        className="pg"
        role="progressbar"
        aria-label={strings.container.running}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <i style={{ width: `${percent}%` }} />
      </div>
    </>
  );
}
