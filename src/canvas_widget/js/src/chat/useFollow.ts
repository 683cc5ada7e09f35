/** A log that follows its end as long as the reader is there. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** So close to the end, px, counts as being there. */
const NEAR = 24;

export function useFollow(log: RefObject<HTMLElement | null>, changed: unknown) {
  const following = useRef(true);
  const [away, setAway] = useState(false);

  useEffect(() => {
    const element = log.current;
    if (!element) return;
    const look = () => {
      following.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
      setAway(!following.current);
    };
    const grown = new ResizeObserver(() => {
      if (following.current) element.scrollTop = element.scrollHeight;
    });
    grown.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      grown.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [log]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was added is why it scrolls
  useLayoutEffect(() => {
    const element = log.current;
    if (element && following.current) element.scrollTop = element.scrollHeight;
  }, [log, changed]);

  const jump = useCallback(() => {
    const element = log.current;
    if (!element) return;
    following.current = true;
    element.scrollTop = element.scrollHeight;
    setAway(false);
  }, [log]);
  return { away, jump };
}
