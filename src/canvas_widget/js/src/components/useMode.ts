import { useSyncExternalStore } from "react";
import { detectMode, type Mode, watchMode } from "../theme/theme.ts";

const watch = (changed: () => void) => watchMode(changed);
const read = () => detectMode();

/** Light or dark: what was asked for, else what the page is. */
export function useMode(asked: Mode | null): Mode {
  const found = useSyncExternalStore(watch, read);
  return asked ?? found;
}
