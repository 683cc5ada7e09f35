import { type ReactNode, useEffect, useState } from "react";
import { Icon, type IconName } from "../components/Icon.tsx";
import type { KernelCanvas, SessionInfo } from "./api.ts";
import { usePage } from "./context.ts";
import type { Doing } from "./Home.tsx";
import { type Entry, Menu } from "./Menu.tsx";
import { type Place, pathOf } from "./places.ts";
import { ago, took } from "./time.ts";
import { words } from "./words.ts";

const w = words.home;

interface RowProps {
  name: string;
  icon: IconName;
  place: Place | null;
  detail: string;
  children?: ReactNode;
}

/** One canvas of a list: its name leads there, and so does a press anywhere on its row. */
function Row({ name, icon, place, detail, children }: RowProps) {
  const { api, go } = usePage();
  return (
    <li className={place ? "row" : "row over"}>
      <Icon name={icon} />
      <div className="what">
        {place ? (
          <a
            href={pathOf(place, api.config.root)}
            className="el"
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              go(place);
            }}
          >
            {name}
          </a>
        ) : (
          <span className="el name">{name}</span>
        )}
        <span className="mut s12 el">{detail}</span>
      </div>
      {children}
    </li>
  );
}

function Tag({ text }: { text: string }) {
  return text ? <span className="tag">{text}</span> : null;
}

interface SessionProps {
  session: SessionInfo;
  onDo(doing: Doing): void;
}

export function SessionRow({ session, onDo }: SessionProps) {
  const { session_id: id, name, scope, start_time, active_tabs: tabs } = session;
  const act = (what: "rename" | "share" | "end" | "erase"): Entry => ({
    label: words.actions[what],
    danger: what === "end" || what === "erase",
    run: () => onDo({ what, session }),
  });
  const own = scope === "own";
  return (
    <Row name={name} icon="grid" place={{ kind: "session", id }} detail={w.started(ago(start_time))}>
      {tabs > 0 && (
        <span className="tag live">
          <i />
          {w.open(tabs)}
        </span>
      )}
      <Tag text={w.scope[scope]} />
      {scope !== "read" && (
        <Menu
          label={w.actions(name)}
          face={<Icon name="more" />}
          groups={
            own
              ? [
                  [act("rename"), act("share")],
                  [act("end"), act("erase")],
                ]
              : [[act("rename")]]
          }
        />
      )}
    </Row>
  );
}

export function KernelRow({ canvas }: { canvas: KernelCanvas }) {
  const { kernel_id: id, name, scope, notebook } = canvas;
  return (
    <Row
      name={name}
      icon="note"
      place={{ kind: "kernel", id, canvas: name }}
      detail={notebook ?? w.kernel(id)}
    >
      <Tag text={w.scope[scope]} />
    </Row>
  );
}

export function EndedRow({ session, onDo }: SessionProps) {
  const { api } = usePage();
  const [summary, setSummary] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    api.summary(session.session_id).then(setSummary, () => undefined);
  }, [api, session.session_id]);
  const detail = w.endedAt(ago(session.end_time ?? session.start_time), took(session.duration_seconds));
  const text = summary === null ? w.noSummary : summary;
  return (
    <Row name={session.name} icon="grid" place={null} detail={detail}>
      {session.scope === "own" && (
        <Menu
          label={w.actions(session.name)}
          face={<Icon name="more" />}
          groups={[
            [{ label: words.actions.erase, danger: true, run: () => onDo({ what: "erase", session }) }],
          ]}
        />
      )}
      {text && <p className="summary">{text}</p>}
    </Row>
  );
}
