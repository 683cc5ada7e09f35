import { describe, expect, test } from "vitest";
import { columnFormat, formatMetric, type Marks } from "./format.ts";

const GERMAN: Marks = { decimal: ",", thousands: ".", grouping: [3], currency: ["", "\u00a0€"] };
const INDIAN: Marks = { decimal: ".", thousands: ",", grouping: [3, 2, 2, 2], currency: ["₹", ""] };

describe("numbers", () => {
  test.each([
    [406, "integer", ",d", "406"],
    [1234567, "integer", null, "1,234,567"],
    ["9007199254740993", "integer", null, "9,007,199,254,740,993"],
    ["9007199254740993", "integer", ",d", "9,007,199,254,740,993"],
    [-919, "integer", null, "−919"],
    [30.45063, "number", ",.1f", "30.5"],
    [0.123456, "number", null, "0.1235"],
    [0.31, "number", ".0%", "31%"],
    [1234.5678, "number", null, "1,234.57"],
    [null, "number", ",.1f", "–"],
    [5, "integer", "no such format", "5"],
    ["Japan", "string", null, "Japan"],
    ["2024-02-29T00:00:00", "datetime", null, "2024-02-29"],
  ])("[N1] %o of type %s as %s reads %s", (value, type, form, expected) => {
    expect(formatMetric(value, type, form)).toBe(expected);
  });

  test.each([
    [1234567.5, ",.1f", GERMAN, "1.234.567,5"],
    [-1234567.5, "$,.2f", GERMAN, "−1.234.567,50\u00a0€"],
    [12345678.25, "$,.2f", INDIAN, "₹1,23,45,678.25"],
    [0.315, ".1%", GERMAN, "31,5%"],
    [2024, "d", GERMAN, "2024"],
  ])("[E7] %o as %s with the marks the user set reads %s", (value, form, marks, expected) => {
    expect(formatMetric(value, "number", form, marks)).toBe(expected);
    const column = columnFormat("price", "number", [1234.5, 7], GERMAN);
    expect([1234.5, 7, null].map(column.format)).toEqual(["1.234,5", "7,0", "–"]);
  });

  test("[N1] a column has the same decimals throughout, and years no separators", () => {
    const price = columnFormat("price", "number", [1, 2.5, 1000.25]);
    expect([1, 2.5, 1000.25, -3, null].map((value) => price.format(value))).toEqual([
      "1.00",
      "2.50",
      "1,000.25",
      "−3.00",
      "–",
    ]);
    expect(columnFormat("model_year", "integer", [1970]).format(1970)).toBe("1970");
    expect(columnFormat("count", "integer", [1970]).format(1970)).toBe("1,970");
  });
});
