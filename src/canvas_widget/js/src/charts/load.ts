/** The chart engine, loaded once, when the first chart is drawn. */
import { load } from "virtual:chart-engine";

export type Engine = typeof import("./engine.ts");

let loading: Promise<Engine> | undefined;

export function loadEngine(): Promise<Engine> {
  if (!loading) {
    loading = load();
    loading.catch(() => {
      loading = undefined;
    });
  }
  return loading;
}
