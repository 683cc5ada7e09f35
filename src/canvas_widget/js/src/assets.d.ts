declare module "*.css?scoped" {
  const css: string;
  export default css;
}
declare module "*.woff2?inline" {
  const base64: string;
  export default base64;
}
declare module "virtual:chart-engine" {
  export function load(): Promise<typeof import("./charts/engine.ts")>;
}
