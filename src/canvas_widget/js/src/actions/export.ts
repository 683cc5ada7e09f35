/** Files made of what is shown: a chart as a picture, rows as CSV, the whole canvas as the kernel draws it. */
import { pictureIn } from "../charts/drawn.ts";
import { saveFile } from "../components/copy.ts";
import { parseResult } from "../protocol/parse.ts";
import type { Container, Row } from "../protocol/types.ts";
import type { Session } from "../store/session.ts";

const MOST_ROWS = 100_000;
const PAGE = 10_000;

/** A file name that every system takes. */
export function fileName(title: string, ending: string): string {
  const plain = title
    .normalize("NFKD")
    .replace(/[^\w-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return `${plain || "canvas"}.${ending}`;
}

export async function exportContainer(
  element: Element | null,
  title: string,
  format: "png" | "svg",
): Promise<void> {
  const host = element?.querySelector("figure.chart > div");
  const picture = host ? await pictureIn(host, format) : null;
  if (!picture) throw new Error("The chart is not drawn, so there is no picture to save.");
  saveFile(fileName(title, format), picture);
}

export async function exportRows(session: Session, node: Container, title: string): Promise<void> {
  const rows: Row[] = [];
  let names: string[] = [];
  for (let offset = 0; offset < MOST_ROWS; offset += PAGE) {
    const { data } = await session.ask("get_result", { container_id: node.id, offset, limit: PAGE });
    const page = parseResult(data);
    if (!page) break;
    if (names.length === 0) names = page.schema.map(({ name }) => name);
    rows.push(...page.rows);
    if (page.rows.length < PAGE) break;
  }
  saveFile(fileName(title, "csv"), new Blob([toCsv(rows, names)], { type: "text/csv;charset=utf-8" }));
}

/** RFC 4180; a text that a spreadsheet would take for a formula gets a quote before it. */
export function toCsv(rows: readonly Row[], names: readonly string[]): string {
  const cell = (value: unknown) => {
    if (value === null || value === undefined) return "";
    let text = typeof value === "object" ? JSON.stringify(value) : String(value);
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.]+$/.test(text))
      text = `'${text}`;
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [names.map(cell), ...rows.map((row) => names.map((name) => cell(row[name])))]
    .map((line) => line.join(","))
    .join("\r\n");
}

export async function exportCanvas(session: Session, title: string, format: "png" | "svg"): Promise<void> {
  const { data } = await session.ask("take_screenshot", { format });
  if (typeof data.data !== "string") throw new Error("The kernel sent no picture.");
  const bytes = Uint8Array.from(atob(data.data), (character) => character.charCodeAt(0));
  const type = format === "png" ? "image/png" : "image/svg+xml";
  saveFile(fileName(title, format), new Blob([bytes], { type }));
}
