/** Documents and results for tests: the cars of `cars.json`, and containers made by hand. */
import type { CanvasDocument, ChartContent, Container, ResultData } from "../protocol/types.ts";
import cars from "./cars.json";

export function carsDocument(): CanvasDocument {
  return structuredClone(cars.document) as unknown as CanvasDocument;
}

export function carsResults(): ResultData[] {
  return Object.entries(structuredClone(cars.results)).map(
    ([container_id, data]) => ({ ...data, container_id }) as unknown as ResultData,
  );
}

export function carsResult(id: string): ResultData {
  const found = carsResults().find(({ container_id }) => container_id === id);
  if (!found) throw new Error(`no result for ${id}`);
  return found;
}

export function chartContent(id: string): ChartContent {
  const content = carsDocument().containers.find((container) => container.id === id)?.content;
  if (content?.kind !== "chart") throw new Error(`${id} is no chart`);
  return content;
}

export function container(id: string, fields: Partial<Container> = {}): Container {
  return {
    id,
    title: id,
    x: 0,
    y: 0,
    width: 80,
    height: 48,
    z: 0,
    placement: "auto",
    locked: false,
    hidden: false,
    relations: { above: null, below: null, left_of: null, right_of: null, top: false },
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    content: { kind: "text", markdown: id } as Container["content"],
    ...fields,
  };
}

export function documentOf(containers: Container[], rev = 1): CanvasDocument {
  return {
    rev,
    canvas: { name: "main", width: 800, height: 600 },
    settings: { auto_adjust: true, overlap_prevention: false },
    containers,
  };
}
