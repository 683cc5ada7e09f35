import { createContext, use, useCallback, useSyncExternalStore } from "react";
import type { Gestures } from "./useGestures.ts";

export const GestureContext = createContext<Gestures | null>(null);

const still = () => () => {};

/** What `read` gives of the gestures; drawn again when it is another. */
export function useGesture<T>(read: (gestures: Gestures | null) => T): T {
  const gestures = use(GestureContext);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a reader reads the same each time
  const snapshot = useCallback(() => read(gestures), [gestures]);
  return useSyncExternalStore(gestures?.subscribe ?? still, snapshot);
}
