/** What a reader asks of the data behind a container. */
import type { ChartSelection } from "../charts/brush.ts";
import type { Frame, JsonValue, Row } from "../protocol/types.ts";
import { withSelection } from "../store/selections.ts";
import type { Session } from "../store/session.ts";

export type Feature = "brush" | "drill" | "redraw" | "code" | "controls";

export function offers({ store }: Session, feature: Feature): boolean {
  return store.value("offer").features.has(feature);
}

const sending = new WeakMap<Session, Map<string, { busy: boolean; next: (() => void) | null }>>();

/** One request for each container at a time; of those that came meanwhile only the newest is sent. */
function paced(session: Session, id: string, send: () => Promise<unknown>): void {
  const all = sending.get(session) ?? new Map();
  sending.set(session, all);
  const line = all.get(id) ?? { busy: false, next: null };
  all.set(id, line);
  if (line.busy) {
    line.next = () => paced(session, id, send);
    return;
  }
  line.busy = true;
  send()
    .catch((error: Error) => session.store.toast(error.message, true))
    .finally(() => {
      line.busy = false;
      const { next } = line;
      line.next = null;
      if (next) next();
      else all.delete(id);
    });
}

/** Selects in a chart: shown at once, and told to the session as fast as it answers. */
export function brush(session: Session, id: string, selection: ChartSelection | null): void {
  const { store } = session;
  const before = store.value("selections");
  if (selection === null && !before.has(id)) return;
  store.setNow("selections", withSelection(before, id, selection, undefined, true));
  const told = () => session.ask("select", { container_id: id, selection });
  const settled = (kept: ChartSelection | null) => {
    const now = store.value("selections");
    if (now.get(id)?.selection === selection)
      store.set("selections", withSelection(now, id, kept, now.get(id)?.linked));
  };
  paced(session, id, () =>
    told().then(
      () => settled(selection),
      (error: Error) => {
        settled(null);
        throw error;
      },
    ),
  );
}

export function setControl(session: Session, id: string, value: JsonValue): void {
  paced(session, id, () => session.ask("set_control", { container_id: id, value }));
}

/** One page of the dataset's rows behind a mark. */
export function rowsBehind(
  session: Session,
  id: string,
  values: Row,
  offset: number,
  limit: number,
): Promise<Frame> {
  return session.ask("rows_behind", { container_id: id, values, offset, limit });
}

export interface Redrawing {
  mark?: string;
  sort?: string;
  limit?: number | null;
}

export function redraw(session: Session, id: string, changed: Redrawing): Promise<Frame> {
  return session.ask("redraw", { container_id: id, ...changed });
}

/** The Python that makes a container again. */
export async function codeFor(session: Session, id: string): Promise<string> {
  const { data } = await session.ask("get_code", { container_id: id });
  return typeof data.python === "string" ? data.python : "";
}
