/** What draws charts: Vega and all that belongs to it, loaded with the first chart. */
export { drawChart, resizeChart } from "./recipe.ts";
export { fitKey, refillChart } from "./refill.ts";
export { sharpen } from "./renderer.ts";
