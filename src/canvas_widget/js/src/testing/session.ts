/** Sessions over a fake server for tests, on a clock that the test moves. */
import { beforeEach, vi } from "vitest";
import type { Change, Delta } from "../protocol/types.ts";
import { Session } from "../store/session.ts";
import { CanvasStore } from "../store/store.ts";
import type { Transport } from "../transport/transport.ts";
import type { FakeServer } from "./server.ts";
import { later } from "./view.ts";

/** From now on the tests of this file move the clock themselves. */
export function ownClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
}

export function kept(session: Session): Session {
  later(() => session.close());
  return session;
}

export function started(transport: Transport): Session {
  const session = kept(new Session(transport, { store: new CanvasStore((callback) => callback()) }));
  session.start();
  return session;
}

export const joined = (server: FakeServer): Session => started(server.transport);

export function shown({ store }: Session) {
  return store.order.map((id) => store.node(id));
}

export const set = (id: string, field: string, value: unknown): Change => ({
  op: "set",
  path: `/containers/${id}/${field}`,
  value,
});

export const update = (id: string, node: Record<string, unknown>): Delta => ({
  action: "update",
  path: `/containers/${id}`,
  node,
});
