/** The code of a container, for a new cell where the page can make one, for the clipboard elsewhere. */
import { copyText } from "../components/copy.ts";
import { newCell } from "../lab/newCell.ts";
import type { Container } from "../protocol/types.ts";
import type { Session } from "../store/session.ts";
import type { CanvasStore } from "../store/store.ts";
import { strings } from "../strings.ts";
import { codeFor, offers } from "./data.ts";

const py = (text: string) => JSON.stringify(text);

export function sqlOf(node: Container): string {
  return "sql" in node.content ? node.content.sql : "";
}

/** The Python that gives the same rows again. */
export function codeOf(node: Container): string {
  return sqlOf(node) ? `canvas[${py(node.id)}].rows()` : `canvas[${py(node.id)}]`;
}

/** The Python that makes a container again; where the session cannot say it, what reads its rows. */
async function pythonOf(store: CanvasStore, session: Session | null, node: Container): Promise<string> {
  let code = "";
  if (session && offers(session, "code") && sqlOf(node))
    code = await codeFor(session, node.id).catch((error: Error) => {
      store.toast(error.message, true);
      return "";
    });
  return code.trimEnd() || codeOf(node);
}

export function copying(store: CanvasStore, text: string): void {
  copyText(text).then(
    () => store.toast(strings.chat.copied),
    () => store.toast(strings.chat.copyFailed, true),
  );
}

export async function copyCode(store: CanvasStore, session: Session | null, node: Container): Promise<void> {
  copying(store, await pythonOf(store, session, node));
}

/** Puts the code into a cell below the one that shows `element`; on the clipboard where that is refused. */
export async function codeToCell(
  store: CanvasStore,
  session: Session | null,
  node: Container,
  element: Element,
): Promise<void> {
  const code = await pythonOf(store, session, node);
  if (newCell(element, code)) store.toast(strings.tools.newCellMade);
  else copying(store, code);
}
