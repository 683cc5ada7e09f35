/** Where in the page the user is, as the address says it. */
export type Place =
  | { kind: "home" }
  | { kind: "session"; id: string }
  | { kind: "kernel"; id: string; canvas: string };

export function placeOf(path: string, root: string): Place {
  const [kind, id, canvas] = path.slice(root.length).split("/").filter(Boolean).map(decodeURIComponent);
  if (kind === "session" && id) return { kind, id };
  if (kind === "kernel" && id && canvas) return { kind, id, canvas };
  return { kind: "home" };
}

export function pathOf(place: Place, root: string): string {
  if (place.kind === "home") return root;
  const rest = place.kind === "session" ? [place.id] : [place.id, place.canvas];
  return `${root}${[place.kind, ...rest].map(encodeURIComponent).join("/")}`;
}

/** The place as the query of the HTTP API names it. */
export function queryOf(place: Exclude<Place, { kind: "home" }>): string {
  const fields: Record<string, string> =
    place.kind === "session" ? { session_id: place.id } : { kernel_id: place.id, canvas: place.canvas };
  return new URLSearchParams(fields).toString();
}

/** The address of its WebSocket. */
export function socketOf(place: Exclude<Place, { kind: "home" }>, root: string): string {
  const path = pathOf(place, `${root}ws/`);
  return new URL(path, location.href.replace(/^http/, "ws")).href;
}
