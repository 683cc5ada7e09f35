import { useMemo } from "react";
import type { Session } from "../store/session.ts";
import type { CanvasStore } from "../store/store.ts";
import type { Mode } from "../theme/theme.ts";
import { View } from "./context.ts";
import { Frame } from "./Frame.tsx";
import { useMode } from "./useMode.ts";

interface Props {
  store: CanvasStore;
  session: Session | null;
  theme: Mode | null;
}

export function CanvasApp({ store, session, theme }: Props) {
  const mode = useMode(theme);
  const view = useMemo(() => ({ store, session, mode }), [store, session, mode]);
  return (
    <View.Provider value={view}>
      <Frame />
    </View.Provider>
  );
}
