/** The few sentences the bootstrap can show by itself, before or without the bundle. */
export const words = {
  loading: "Loading the canvas…",
  gone: "The kernel is gone or busy.",
  hint: "Run the cell again to make the canvas live.",
  mismatch: "The canvas could not be loaded: the code that came is not the code that was asked for.",
  broken: (reason: string) => `The canvas could not be loaded: ${reason}`,
  last: (name: string) => `${name || "Canvas"}, as it was last saved`,
};
