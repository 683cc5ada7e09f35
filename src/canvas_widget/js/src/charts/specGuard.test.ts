import { describe, expect, test } from "vitest";
import built from "../testing/built.json";
import cars from "../testing/cars.json";
import { chartContent } from "../testing/fixtures.ts";
import hostile from "../testing/hostile.json";
import { compileChart } from "./recipe.ts";
import { refusal } from "./specGuard.ts";

const encoding = { x: { field: "a", type: "nominal" }, y: { field: "b", type: "quantitative" } };
const bar = { mark: "bar", encoding };

const REFUSED: [string, unknown][] = [
  ["no object", "bar"],
  ["null", null],
  ["data by address", { ...bar, data: { url: "https://evil.example/d.json" } }],
  ["other data", { ...bar, data: { values: [{ a: 1 }] } }],
  ["a generator", { ...bar, data: { sequence: { start: 0, stop: 1e9 } } }],
  ["named data with more", { ...bar, data: { name: "result", url: "x" } }],
  ["an image mark", { mark: "image", encoding }],
  ["an image mark object", { mark: { type: "image", url: "https://evil.example/x.png" }, encoding }],
  ["a geoshape", { mark: "geoshape" }],
  ["href", { ...bar, encoding: { ...encoding, href: { field: "a" } } }],
  ["url channel", { ...bar, encoding: { ...encoding, url: { value: "x" } } }],
  ["lookup", { ...bar, transform: [{ lookup: "a", from: { data: { url: "x" }, key: "a" } }] }],
  [
    "a field that ends its quotes",
    { ...bar, encoding: { x: { field: "a'); warn(1), ('", type: "nominal" } } },
  ],
  ["a title that ends its quotes", { ...bar, encoding: { x: { field: "a", title: 'x\\": warn(1), "' } } }],
  ["calculate", { ...bar, transform: [{ calculate: "1+1", as: "c" }] }],
  ["params", { ...bar, params: [{ name: "p", bind: { input: "range", element: "#app" } }] }],
  ["a signal", { ...bar, width: { signal: "1" } }],
  ["an expr", { mark: { type: "bar", color: { expr: "1" } }, encoding }],
  ["a label expression", { ...bar, encoding: { x: { field: "a", axis: { labelExpr: "datum.value" } } } }],
  ["a test", { ...bar, encoding: { color: { condition: { test: "1", value: "red" }, value: "blue" } } }],
  ["usermeta", { ...bar, usermeta: { embedOptions: { loader: {} } } }],
  ["config", { ...bar, config: { background: "red" } }],
  ["a cursor", { mark: { type: "bar", cursor: "url(https://evil.example/c.cur), auto" }, encoding }],
  ["a fill that loads", { mark: { type: "bar", fill: "url(https://evil.example/f)" }, encoding }],
  ["a colour that loads", { ...bar, encoding: { ...encoding, color: { value: " URL (//evil.example)" } } }],
  ["a script", { mark: { type: "bar", color: "javascript:alert(1)" }, encoding }],
  ["an address as value", { ...bar, encoding: { ...encoding, shape: { value: "https://evil.example" } } }],
  ["nested in a layer", { layer: [bar, { hconcat: [{ mark: "bar", data: { url: "x" } }] }] }],
  ["a polluted prototype", JSON.parse('{"mark":"bar","__proto__":{"x":1}}')],
  ["endless nesting", Array.from({ length: 60 }).reduce<unknown>((inner) => ({ layer: [inner] }), bar)],
  ["endless breadth", { layer: Array.from({ length: 30_000 }, () => ({})) }],
  ["an endless text", { ...bar, title: "x".repeat(20_000) }],
];

describe("the closed recipe", () => {
  test.each(built.map(({ name, spec }) => [name, spec] as const))(
    "[N1] draws what the kernel builds: %s",
    (_name, spec) => {
      expect(refusal(spec)).toBeNull();
      expect(refusal({ ...spec, Transform: [] })).toContain("Transform");
    },
  );

  test.each(REFUSED)("[C2] refuses %s", (_name, spec) => {
    expect(refusal(spec)).toEqual(expect.any(String));
  });

  test.each(hostile.refused.map(({ name, spec }) => [name, spec] as const))(
    "[X7] refuses what the kernel refuses: %s",
    (_name, spec) => {
      expect(refusal(spec)).toEqual(expect.any(String));
    },
  );

  test.each(hostile.drawn.map(({ name, spec }) => [name, spec] as const))(
    "[X7] lets through what the kernel lets through: %s",
    (_name, spec) => {
      expect(refusal(spec)).toBeNull();
    },
  );

  test.each(
    "url href src usermeta signal signals expr params transform lookup datasets sequence cursor bind events on loader hconcat repeat config test filter labelExpr CURSOR".split(
      " ",
    ),
  )("[C2] refuses the key %s wherever it stands", (key) => {
    for (const spec of [
      { ...bar, [key]: "x" },
      { mark: { type: "bar", [key]: "pointer" }, encoding },
      { layer: [{ ...bar, [key]: 1 }] },
    ])
      expect(refusal(spec)).toBe(`"${key}" is not allowed`);
  });

  test("[N1] lets through what the builders make", () => {
    for (const spec of [chartContent("mpg").spec, chartContent("power").spec, cars.series.spec, bar])
      expect(refusal(spec)).toBeNull();
  });

  test("[C2] a field, a title or a sort value may read like an address", () => {
    const spec = {
      ...bar,
      description: "https://example.org",
      encoding: {
        x: { field: "https://example.org", type: "nominal", title: "url(x)", sort: ["https://a", "data:b"] },
      },
    };
    expect(refusal(spec)).toBeNull();
  });

  test("[C2] what is compiled binds to nothing on the page and loads nothing", () => {
    const size = {
      rows: [{ a: "x", b: 1 }],
      schema: [],
      width: 200,
      height: 100,
      mode: "light" as const,
      stale: false,
    };
    const compiled = compileChart({ spec: bar, ...size });
    const text = JSON.stringify(compiled);
    expect(text).not.toMatch(/"(bind|url|href|usermeta)":/);
  });

  test("[X14] stale marks are faded, labels are not", () => {
    const rows = [{ Origin: "x", mean_Miles_per_Gallon: 1 }];
    const input = {
      spec: chartContent("mpg").spec,
      rows,
      schema: [],
      width: 200,
      height: 100,
      mode: "light" as const,
    };
    const opacities = (stale: boolean) =>
      (compileChart({ ...input, stale }).marks ?? []).map((mark) => [
        mark.type,
        (mark.encode?.update as { opacity?: { value?: number } } | undefined)?.opacity?.value,
      ]);
    expect(opacities(true)).toEqual([
      ["rect", 0.42],
      ["text", undefined],
    ]);
    expect(opacities(false)[0]?.[1]).not.toBe(0.42);
  });
});
