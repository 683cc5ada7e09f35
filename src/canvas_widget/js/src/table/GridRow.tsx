import { type CSSProperties, memo } from "react";
import type { Column } from "../components/columns.ts";
import type { Row } from "../protocol/types.ts";
import { covers, type Range } from "./selection.ts";

interface Props {
  id: string;
  index: number;
  row: Row | undefined;
  columns: readonly Column[];
  range: Range | null;
  style: CSSProperties;
}

export const GridRow = memo(function GridRow({ id, index, row, columns, range, style }: Props) {
  return (
    <div className="tr" role="row" aria-rowindex={index + 2} style={style}>
      {columns.map((column, at) => {
        const value = row?.[column.name];
        const text = value === undefined ? "" : column.format(value);
        const bar = column.bar(value);
        const active = range?.active.row === index && range.active.column === at;
        const chosen = covers(range, index, at);
        const classes = [
          "el",
          column.numeric ? "r" : "",
          value === null ? "nil" : "",
          column.sorted && column.numeric ? "lead" : "",
          chosen ? "cho" : "",
          active ? "act" : "",
        ];
        return (
          <span
            key={column.name}
            id={active ? `${id}-${index}-${at}` : undefined}
            role="gridcell"
            aria-colindex={at + 1}
            aria-selected={chosen}
            data-cell={`${index} ${at}`}
            className={classes.filter(Boolean).join(" ")}
            title={text.length > 24 ? text : undefined}
          >
            {bar !== null && <i className="bar" style={{ width: bar, right: column.barsEnd }} />}
            {text}
          </span>
        );
      })}
    </div>
  );
});
