/** The one look: tokens and chart config from theme.json, shared with the headless renderer, per light and dark. */
import theme from "../../../theme/theme.json";

export type Mode = "light" | "dark";

export const geometry = theme.geometry;
export const fontFamily = theme.font.family;
export const fontStack = theme.font.stack;

export function chartConfig(mode: Mode): Record<string, unknown> {
  return theme[mode].vega;
}

export function palette(mode: Mode): readonly string[] {
  return theme[mode].palette;
}

const DARK_CLASSES = ["dark", "dark-theme", "vscode-dark", "vscode-high-contrast"];

/** The mode of the page around `root`: what JupyterLab or the host says, else what the system prefers. */
export function detectMode(root: Document = document): Mode {
  const marked = root.querySelector("[data-jp-theme-light]")?.getAttribute("data-jp-theme-light");
  if (marked === "true" || marked === "false") return marked === "false" ? "dark" : "light";
  for (const element of [root.body, root.documentElement]) {
    const kind = element?.getAttribute("data-vscode-theme-kind");
    if (kind) return kind.includes("light") ? "light" : "dark";
    if (DARK_CLASSES.some((name) => element?.classList.contains(name))) return "dark";
  }
  return root.defaultView?.matchMedia?.("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Calls `changed` whenever the page's mode may be another, until the returned function is called. */
export function watchMode(changed: () => void, root: Document = document): () => void {
  const observer = new MutationObserver(changed);
  const options = {
    attributes: true,
    attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "data-vscode-theme-kind", "class"],
  };
  for (const element of [root.body, root.documentElement]) if (element) observer.observe(element, options);
  const query = root.defaultView?.matchMedia?.("(prefers-color-scheme: dark)");
  query?.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    query?.removeEventListener("change", changed);
  };
}
