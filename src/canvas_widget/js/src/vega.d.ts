import "vega";

/** Parts of Vega that its own types leave out. */
declare module "vega" {
  /** A view's own steps compute and paint; these compute only. */
  export const Dataflow: { prototype: { evaluate(this: View): Promise<unknown> } };
  type Origin = [number, number];
  export const CanvasRenderer: new () => {
    initialize(
      element: HTMLElement | null,
      width: number,
      height: number,
      origin: Origin,
      scale?: number,
      options?: unknown,
    ): unknown;
    resize(width: number, height: number, origin: Origin, scale?: number): unknown;
    _render(scene: unknown, markTypes?: unknown): unknown;
  };
  export const CanvasHandler: new (
    ...parts: unknown[]
  ) => {
    canvas(): HTMLCanvasElement;
    context(): unknown;
  };
  export const Marks: unknown;
  export function renderModule(name: string, parts: Record<string, unknown>): unknown;
}
