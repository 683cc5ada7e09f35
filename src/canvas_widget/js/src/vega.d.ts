import "vega";

/** Parts of Vega that its own types leave out. */
declare module "vega" {
  export const CanvasRenderer: new () => {
    resize(width: number, height: number, origin: [number, number], scale?: number): unknown;
  };
  export const CanvasHandler: unknown;
  export const Marks: unknown;
  export function renderModule(name: string, parts: Record<string, unknown>): unknown;
}
