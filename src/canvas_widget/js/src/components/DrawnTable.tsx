import { memo } from "react";
import type { DrawnItem } from "../charts/drawn.ts";
import { strings } from "../strings.ts";

const MOST_ROWS = 200;

interface Props {
  title: string;
  items: DrawnItem[];
  columns: string[];
}

/** The values that were drawn, for those who do not see the drawing. */
export const DrawnTable = memo(function DrawnTable({ title, items, columns }: Props) {
  const shown = items.slice(0, MOST_ROWS);
  return (
    <table className="vh drawn">
      <caption>
        {strings.chart.table(title)}
        {items.length > MOST_ROWS && `. ${strings.chart.firstOf(MOST_ROWS, items.length)}`}
      </caption>
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((item, row) => (
          <tr
            // biome-ignore lint/suspicious/noArrayIndexKey: drawn marks have no other identity than their order
            key={row}
            data-mark={item.mark}
            data-box={[item.x, item.y, item.width, item.height].map(Math.round).join(" ")}
          >
            {columns.map((name) => (
              <td key={name}>{item.datum[name] === null ? "" : String(item.datum[name] ?? "")}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
});
