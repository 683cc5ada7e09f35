/** A rectangle of cells with its active corner, moved by keys. Row −1 is the header. */
export interface Cell {
  row: number;
  column: number;
}

export interface Range {
  anchor: Cell;
  active: Cell;
}

export interface Bounds {
  rows: number;
  columns: number;
  page: number;
}

const clamp = (value: number, least: number, most: number) =>
  Math.min(Math.max(value, least), Math.max(least, most));

/** Where a key leads; null when it leads nowhere. */
export function cellAfter(key: string, jump: boolean, { row, column }: Cell, bounds: Bounds): Cell | null {
  const last = bounds.rows - 1;
  const to = (nextRow: number, nextColumn: number): Cell => ({
    row: clamp(nextRow, -1, last),
    column: clamp(nextColumn, 0, bounds.columns - 1),
  });
  switch (key) {
    case "ArrowDown":
      return to(jump ? last : row + 1, column);
    case "ArrowUp":
      return to(jump ? 0 : row - 1, column);
    case "ArrowLeft":
      return to(row, jump ? 0 : column - 1);
    case "ArrowRight":
      return to(row, jump ? bounds.columns - 1 : column + 1);
    case "PageDown":
      return to(row + bounds.page, column);
    case "PageUp":
      return to(Math.max(row - bounds.page, 0), column);
    case "Home":
      return to(jump ? 0 : row, 0);
    case "End":
      return to(jump ? last : row, bounds.columns - 1);
    default:
      return null;
  }
}

/** The rectangle's edges; the header row is not part of it. */
export function edges({ anchor, active }: Range) {
  return {
    top: Math.max(0, Math.min(anchor.row, active.row)),
    bottom: Math.max(anchor.row, active.row),
    left: Math.min(anchor.column, active.column),
    right: Math.max(anchor.column, active.column),
  };
}

export function covers(range: Range | null, row: number, column: number): boolean {
  if (!range) return false;
  const { top, bottom, left, right } = edges(range);
  return row >= top && row <= bottom && column >= left && column <= right;
}

/** Cells as text with tabs, as spreadsheets paste them. */
export function toTsv(
  rows: readonly (Record<string, unknown> | undefined)[],
  names: readonly string[],
): string {
  const text = (value: unknown) => {
    if (value === null || value === undefined) return "";
    const plain = typeof value === "object" ? JSON.stringify(value) : String(value);
    return /[\t\n\r"]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  return rows.map((row) => names.map((name) => text(row?.[name])).join("\t")).join("\n");
}
