/** Which rows of a long list are in view, and where they stand. All rows are equally tall. */
import { type RefObject, useEffect, useState } from "react";

/** Browsers cut elements taller than some 30M px, so a longer list is scrolled faster than it moves. */
export const TALLEST = 8_000_000;

interface Options {
  count: number;
  rowHeight: number;
  /** The height of the view without its header, px, before it can be measured. */
  height: number;
  overscan?: number;
}

export interface Rows {
  /** The height of all rows, px. */
  total: number;
  first: number;
  /** One past the last. */
  end: number;
  top(index: number): number;
  /** How far to scroll so that a row begins the view. */
  scrollFor(index: number): number;
}

/** The same arithmetic without a browser. */
export function rowsAt({ count, rowHeight, height, overscan = 4 }: Options, scrolled: number): Rows {
  const full = count * rowHeight;
  const total = Math.min(full, TALLEST);
  const range = Math.max(1, total - height);
  const factor = full > TALLEST ? (full - height) / range : 1;
  const at = Math.min(Math.max(0, scrolled), range) * factor;
  const start = Math.floor(at / rowHeight);
  return {
    total,
    first: Math.max(0, start - overscan),
    end: Math.min(count, Math.ceil((at + height) / rowHeight) + overscan),
    top: (index) => index * rowHeight - at + at / factor,
    scrollFor: (index) => (index * rowHeight) / factor,
  };
}

export function useRows(
  scroller: RefObject<HTMLElement | null>,
  options: Options,
): Rows & { scrolled: number } {
  const [scrolled, setScrolled] = useState(0);
  const [height, setHeight] = useState(options.height);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = () => setScrolled(element.scrollTop);
    const measure = () => setHeight(element.clientHeight);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [scroller]);
  return { ...rowsAt({ ...options, height: Math.max(height, options.height) }, scrolled), scrolled };
}
