import { createContext, use } from "react";
import type { Panel } from "./usePanel.ts";

export const PanelContext = createContext<Panel | null>(null);

/** The view's panel; null in a still picture, which has none. */
export const usePanelOf = () => use(PanelContext);
