/** The tree of what is on the canvas. */
export function Outline() {
  return null;
}
