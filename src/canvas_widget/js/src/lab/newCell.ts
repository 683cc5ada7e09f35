/** How the widget asks the page it stands in for a new code cell: by an event that who can do it answers. */

const EVENT = "canvas-widget:new-cell";

interface Wish {
  /** Null asks only whether it could be done. */
  code: string | null;
}

function dispatch(element: Element, code: string | null): boolean {
  const event = new CustomEvent<Wish>(EVENT, {
    bubbles: true,
    composed: true,
    cancelable: true,
    detail: { code },
  });
  return !element.dispatchEvent(event);
}

/** Whether somebody around `element` makes cells. */
export function makesCells(element: Element | null): boolean {
  return element !== null && dispatch(element, null);
}

/** Asks for a code cell below the one that shows `element`; false where nobody made it. */
export function newCell(element: Element, code: string): boolean {
  return dispatch(element, code);
}

/** Answers such wishes; `insert` tells whether it can (without code), or whether it did. */
export function answerWishes(insert: (at: Element, code: string | null) => boolean): () => void {
  const listen = (event: Event) => {
    const { code } = (event as CustomEvent<Partial<Wish> | null>).detail ?? {};
    const at = event.composedPath()[0];
    if (!(at instanceof Element) || (code !== null && typeof code !== "string")) return;
    if (insert(at, code)) event.preventDefault();
  };
  document.addEventListener(EVENT, listen);
  return () => document.removeEventListener(EVENT, listen);
}
