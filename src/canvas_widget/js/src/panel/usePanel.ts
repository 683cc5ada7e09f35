/** Whether the panel is open, what it shows and how large it is; remembered from one view to the next. */
import { useCallback, useMemo, useState } from "react";

export type Tab = "chat" | "outline";

interface Kept {
  open?: boolean;
  tab?: Tab;
  width?: number;
  height?: number;
}

export interface Panel {
  open: boolean;
  tab: Tab;
  width: number;
  height: number;
  /** Sheet at the bottom instead of a column beside the canvas. */
  sheet: boolean;
  toggle(): void;
  show(tab: Tab): void;
  size(px: number): void;
}

const KEY = "canvas-widget:panel";
/** From this width of the widget, px, there is room for both the canvas and an open panel. */
const ROOMY = 960;
export const SHEET_BELOW = 640;
export const PANEL_LEAST = 264;
const WIDTH = 320;
const HEIGHT = 300;

function read(): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof kept === "object" && kept !== null ? (kept as Kept) : {};
  } catch {
    return {};
  }
}

function write(kept: Kept): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A page that keeps nothing starts with the defaults each time.
  }
}

export function usePanel(frame: { width: number; height: number }, live: boolean): Panel {
  const [kept, setKept] = useState(read);
  const [opened, setOpened] = useState<boolean | null>(null);
  const sheet = frame.width < SHEET_BELOW;
  const roomy = frame.width >= ROOMY;
  const open = live && (opened ?? (roomy && kept.open !== false));

  const change = useCallback((fields: Kept) => {
    setKept((before) => {
      const next = { ...before, ...fields };
      write(next);
      return next;
    });
  }, []);

  return useMemo(() => {
    const within = (px: number | undefined, fallback: number, least: number, most: number) =>
      Math.round(
        Math.min(Math.max(Number.isFinite(px) ? Number(px) : fallback, least), Math.max(least, most)),
      );
    return {
      open,
      sheet,
      tab: kept.tab === "outline" ? ("outline" as const) : ("chat" as const),
      width: within(kept.width, WIDTH, PANEL_LEAST, Math.min(640, frame.width * 0.55)),
      height: within(kept.height, HEIGHT, 160, frame.height - 96),
      toggle: () => {
        setOpened(!open);
        if (roomy) change({ open: !open });
      },
      show: (tab: Tab) => {
        setOpened(true);
        change(roomy ? { tab, open: true } : { tab });
      },
      size: (px: number) => change(sheet ? { height: px } : { width: px }),
    };
  }, [open, sheet, roomy, kept, frame.width, frame.height, change]);
}
