/** Other rows in a chart that is drawn already: what would be drawn of them anew, in a fraction of the time. */
import { changeset, Dataflow, truthy, type View } from "vega";
import { type ChartInput, shape } from "./recipe.ts";
import { chartRows, measuredFields } from "./rows.ts";
import { showAll } from "./series.ts";
import { stepsRefusal } from "./specLimits.ts";

export type Rows = Pick<ChartInput, "spec" | "rows" | "schema" | "width" | "height">;

/** What a chart's rows and its box decide beside its marks: while it is the same, the chart need not be drawn anew. */
export function fitKey({ spec, rows, schema, width, height }: Rows): string {
  return keyOf(shape(spec, chartRows(rows, schema, spec), width, height));
}

const keyOf = (decided: ReturnType<typeof shape>) => JSON.stringify(decided);

/** What the last rows were named: the values of all fields but the measured ones, in their order. */
const names = new WeakMap<View, string>();

/**
 * Gives a chart that was drawn with `fit` other rows. Returns whether it could: rows that need other legends, labels or
 * room are to be drawn anew. Where their names or the order of these are others, the old rows leave in a step of their
 * own: names that stay would keep their old order.
 */
export async function refillChart(view: View, input: Rows, fit: string): Promise<boolean> {
  const { spec, rows, schema, width, height } = input;
  const values = chartRows(rows, schema, spec);
  if (keyOf(shape(spec, values, width, height)) !== fit || stepsRefusal(spec, values)) return false;
  const measured = measuredFields(spec);
  const named = JSON.stringify(values, (name, value) => (measured.has(name) ? undefined : value));
  const old = changeset().remove(truthy);
  if (names.get(view) !== named) {
    showAll(view.change("result", old));
    await Dataflow.prototype.evaluate.call(view);
  }
  names.set(view, named);
  showAll(view.change("result", old.insert(values)));
  if (view.width() !== 0) view.width(Math.max(1, width)).height(Math.max(1, height));
  await view.resize().runAsync();
  return true;
}
