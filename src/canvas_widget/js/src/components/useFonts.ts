import { useSyncExternalStore } from "react";
import { fontsLoaded, loadFonts } from "../theme/fonts.ts";

function subscribe(changed: () => void): () => void {
  let live = true;
  void loadFonts().then(() => {
    if (live) changed();
  });
  return () => {
    live = false;
  };
}

/** Whether text measures as it will be drawn; renders again when it does. */
export function useFonts(): boolean {
  return useSyncExternalStore(subscribe, fontsLoaded);
}
