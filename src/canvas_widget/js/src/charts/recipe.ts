/** The closed way to draw a chart: no vega-embed, no eval, no loader, no signal that binds to the page. */
import {
  type Loader,
  type LoggerInterface,
  parse,
  type TooltipHandler,
  type Spec as VegaSpec,
  View,
} from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Row, SchemaField } from "../protocol/types.ts";
import { chartConfig, geometry, type Mode } from "../theme/theme.ts";
import "./bounds.ts";
import { fitted, labelRoom } from "./fit.ts";
import { isFramed } from "./frames.ts";
import { SHARP } from "./renderer.ts";
import { chartRows } from "./rows.ts";
import { withSeries } from "./series.ts";
import { refusal } from "./specGuard.ts";
import { stepsRefusal } from "./specLimits.ts";

export interface ChartInput {
  spec: Record<string, unknown>;
  rows: readonly Row[];
  schema: readonly SchemaField[];
  width: number;
  height: number;
  mode: Mode;
  /** Draws the marks faded: their data has changed since. Text keeps its contrast. */
  stale: boolean;
}

/** A spec that may not be drawn, or could not be. */
export class ChartError extends Error {}

const FADED = geometry.chart.staleOpacity;

const refuseAll = () => Promise.reject(new Error("Charts load nothing."));

const loader: Loader = {
  load: refuseAll,
  sanitize: refuseAll,
  http: refuseAll,
  file: refuseAll,
};

/** Keeps Vega's warnings off the console and its errors to be thrown. */
function quietLogger(): LoggerInterface {
  let current = 0;
  const logger = {
    level(value?: number) {
      if (value === undefined) return current;
      current = value;
      return logger;
    },
    error: () => logger,
    warn: () => logger,
    info: () => logger,
    debug: () => logger,
  } as unknown as LoggerInterface;
  return logger;
}

interface Scope {
  type?: string;
  signals?: { bind?: unknown }[];
  marks?: Scope[];
  encode?: { update?: Record<string, unknown> };
  usermeta?: unknown;
}

/** Takes every binding to page elements out of a compiled spec, at any depth. */
function unbind(scope: Scope): void {
  delete scope.usermeta;
  for (const signal of scope.signals ?? []) delete signal.bind;
  for (const mark of scope.marks ?? []) unbind(mark);
}

function fade(scope: Scope): void {
  for (const mark of scope.marks ?? []) {
    fade(mark);
    if (mark.type === "group" || mark.type === "text") continue;
    mark.encode = { ...mark.encode, update: { ...mark.encode?.update, opacity: { value: FADED } } };
  }
}

/** The theme's config, with the marks of numbers that a spec asks for. */
function withLocale(config: Record<string, unknown>, locale: unknown): Record<string, unknown> {
  const asked = (locale as { number?: Record<string, unknown> } | undefined)?.number;
  const own = config.locale as { number: Record<string, unknown> };
  return asked ? { ...config, locale: { ...own, number: { ...own.number, ...asked } } } : config;
}

/** What of a chart its rows and its box decide beside the marks: legends, labels, axes, and the room on the right. */
export function shape(spec: Record<string, unknown>, values: readonly Row[], width: number, height: number) {
  const right = Math.max(geometry.chart.padding.right, labelRoom(spec, values));
  return { spec: fitted(spec, values, width, height), right };
}

/** The Vega spec that draws `input`, sized to its box. */
export function compileChart({ spec, rows, schema, width, height, mode, stale }: ChartInput): VegaSpec {
  const reason = refusal(spec);
  if (reason) throw new ChartError(reason);
  const { $schema: _schema, title: _title, description: _description, locale, ...drawn } = spec;
  const values = chartRows(rows, schema, spec);
  const narrow = stepsRefusal(spec, values);
  if (narrow) throw new ChartError(narrow);
  const size = isFramed(drawn)
    ? { autosize: "pad" }
    : {
        width: Math.max(1, width),
        height: Math.max(1, height),
        autosize: { type: "fit", contains: "padding" },
      };
  try {
    const { spec: fit, right } = shape(drawn, values, width, height);
    const sized = {
      ...fit,
      data: { name: "result", values },
      ...size,
      padding: { ...geometry.chart.padding, right },
      background: null,
    } as unknown as TopLevelSpec;
    const { spec: compiled } = compile(sized, {
      config: withLocale(structuredClone(chartConfig(mode)), locale),
      logger: quietLogger() as never,
    });
    unbind(compiled as Scope);
    withSeries(compiled as Parameters<typeof withSeries>[0], drawn);
    if (stale) fade(compiled as Scope);
    return compiled;
  } catch (error) {
    throw new ChartError(error instanceof Error ? error.message : String(error));
  }
}

/** Draws into `element`; the view is finished by the caller. `breathe` is awaited between the parts of the work. */
export async function drawChart(
  element: HTMLElement,
  input: ChartInput,
  tooltip: TooltipHandler,
  breathe: () => Promise<void> = async () => undefined,
): Promise<View> {
  const compiled = compileChart(input);
  await breathe();
  let view: View | undefined;
  try {
    const runtime = parse(compiled, undefined, { ast: true });
    await breathe();
    view = new View(runtime, {
      expr: expressionInterpreter,
      loader,
      logger: quietLogger(),
      renderer: SHARP as "canvas",
      container: element,
      hover: true,
      tooltip,
    });
    (view as unknown as { globalCursor(on: boolean): void }).globalCursor(false);
    await breathe();
    await view.runAsync();
    return view;
  } catch (error) {
    view?.finalize();
    throw new ChartError(error instanceof Error ? error.message : String(error));
  }
}

/** Gives a drawn chart another size; small charts have theirs in their spec. */
export async function resizeChart(view: View, width: number, height: number): Promise<void> {
  if (view.width() === 0) return;
  await view.width(Math.max(1, width)).height(Math.max(1, height)).runAsync();
}
