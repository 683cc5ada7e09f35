import "vega";

declare module "vega" {
  /** Left out of the package's own types. */
  export function defaultLocale(): { format(specifier: string): (value: number) => string };
}
