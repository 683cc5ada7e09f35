import { createContext, useContext, useSyncExternalStore } from "react";
import type { Container } from "../protocol/types.ts";
import type { ResultEntry } from "../store/results.ts";
import type { Session } from "../store/session.ts";
import type { CanvasStore } from "../store/store.ts";
import type { Mode } from "../theme/theme.ts";

/** What a view is about. Without a session it is a still picture that can be read but not changed. */
export interface ViewContext {
  store: CanvasStore;
  session: Session | null;
  mode: Mode;
}

export const View = createContext<ViewContext | null>(null);

export function useView(): ViewContext {
  const view = useContext(View);
  if (!view) throw new Error("This component stands outside a canvas view.");
  return view;
}

/** Renders again after a change of any of `keys`, at most once a frame. */
export function useChanges(keys: readonly string[]): void {
  const { signals } = useView().store;
  const joined = keys.join(" ");
  useSyncExternalStore(
    (changed) => {
      const stops = joined.split(" ").map((key) => signals.subscribe(key, changed));
      return () => {
        for (const stop of stops) stop();
      };
    },
    () => signals.version(joined.split(" ")),
  );
}

export function useValue<K extends Parameters<CanvasStore["value"]>[0]>(
  key: K,
): ReturnType<typeof CanvasStore.prototype.value<K>> {
  const { store } = useView();
  return useSyncExternalStore(
    (changed) => store.signals.subscribe(key, changed),
    () => store.value(key),
  );
}

export function useContainer(id: string): Container | null {
  const { store } = useView();
  return useSyncExternalStore(
    (changed) => store.signals.subscribe(`node:${id}`, changed),
    () => store.node(id),
  );
}

export function useResult(id: string): ResultEntry | undefined {
  const { store } = useView();
  return useSyncExternalStore(
    (changed) => store.signals.subscribe(`result:${id}`, changed),
    () => store.result(id),
  );
}

/** What the store has of one container; the others' changes nothing here. */
export function useEntry<K extends "progress" | "selections" | "series">(key: K, id: string) {
  const { store } = useView();
  return useSyncExternalStore(
    (changed) => store.signals.subscribe(key, changed),
    () => store.value(key).get(id) as EntryOf<K> | undefined,
  );
}

type EntryOf<K extends Parameters<CanvasStore["value"]>[0]> =
  ReturnType<typeof CanvasStore.prototype.value<K>> extends ReadonlyMap<string, infer Entry> ? Entry : never;

/** Whether a container is the only one that is selected. */
export function useOnlySelected(id: string): boolean {
  const { store } = useView();
  return useSyncExternalStore(
    (changed) => store.signals.subscribe("selection", changed),
    () => store.value("selection").size === 1 && store.value("selection").has(id),
  );
}
