import { createContext, use } from "react";

import type { Row } from "../protocol/types.ts";

export type InspectTab = "sql" | "data";

/** What the view can open for a container. */
export interface CanvasTools {
  inspect(id: string, tab: InspectTab): void;
  edit(id: string): void;
  /** Shows the dataset's rows behind a mark; without values those behind the whole container. */
  behind(id: string, values: Row): void;
  redraw(id: string): void;
  menu(ids: readonly string[], anchor: Element, at?: { x: number; y: number }): void;
}

export const ToolsContext = createContext<CanvasTools | null>(null);

export const useTools = () => use(ToolsContext);
