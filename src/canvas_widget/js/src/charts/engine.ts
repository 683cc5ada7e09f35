/** What draws charts: Vega and all that belongs to it, loaded with the first chart. */
export { drawChart, fitKey, resizeChart } from "./recipe.ts";
export { sharpen } from "./renderer.ts";
