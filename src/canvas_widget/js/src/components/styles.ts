/** Puts the widget's style sheet into the root an element lives in (page or shadow root), once per root. */
import flow from "@xyflow/react/dist/base.css?scoped";
import answer from "../styles/answer.css?scoped";
import base from "../styles/base.css?scoped";
import chat from "../styles/chat.css?scoped";
import container from "../styles/container.css?scoped";
import contents from "../styles/contents.css?scoped";
import data from "../styles/data.css?scoped";
import frame from "../styles/frame.css?scoped";
import outline from "../styles/outline.css?scoped";
import panel from "../styles/panel.css?scoped";
import states from "../styles/states.css?scoped";
import steps from "../styles/steps.css?scoped";
import tokens from "../styles/tokens.css?scoped";
import tools from "../styles/tools.css?scoped";
import { fontStack } from "../theme/theme.ts";

/** In this order: what comes later wins over what is as strong. */
const RULES = [
  ...[flow, tokens, base, frame, container, states, contents],
  ...[panel, chat, steps, answer, outline, tools, data],
].join("");

const sheets = new WeakMap<Node, { users: number; element: HTMLStyleElement }>();

export function addStyles(element: Element): () => void {
  const root = element.getRootNode();
  const host = root instanceof ShadowRoot ? root : document.head;
  let sheet = sheets.get(host);
  if (!sheet?.element.isConnected) {
    const style = document.createElement("style");
    // A page with a strict policy marks its own script; what that script adds carries the same mark.
    style.nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";
    style.textContent = `${RULES}.cw{--cw-font:${fontStack}}`;
    host.append(style);
    sheet = { users: 0, element: style };
    sheets.set(host, sheet);
  }
  const used = sheet;
  used.users += 1;
  let done = false;
  return () => {
    if (done) return;
    done = true;
    used.users -= 1;
    if (used.users === 0) used.element.remove();
  };
}
