// Generated from canvas_widget/data/guards by `make generate`. Do not edit.

export const CELLS: ReadonlySet<string> = new Set(["datum", "domain", "equal", "oneof", "sort", "values"]);
export const COUNTS: ReadonlySet<string> = new Set(["columns", "count", "nice", "tickcount"]);
export const DATE_PARTS: ReadonlySet<string> = new Set(["date", "day", "dayofyear", "hours", "milliseconds", "minutes", "month", "quarter", "seconds", "week", "year"]);
export const ENDS: ReadonlySet<string> = new Set(["constant", "domainmax", "domainmid", "domainmin", "tickminstep"]);
export const FREE_TEXT: ReadonlySet<string> = new Set(["$schema", "as", "datum", "description", "domain", "equal", "field", "name", "oneof", "sort", "text", "title", "values"]);
export const KEYS: ReadonlySet<string> = new Set(["$ref", "__proto__", "autosize", "bind", "bins", "calculate", "column", "concat", "config", "constructor", "cursor", "datasets", "divide", "embedoptions", "event", "events", "expr", "facet", "filter", "geo", "graticule", "hconcat", "href", "image", "imageurl", "impute", "keyvals", "labelexpr", "latitude", "latitude2", "loader", "longitude", "longitude2", "lookup", "maxbins", "minstep", "on", "param", "params", "projection", "prototype", "repeat", "row", "selection", "sequence", "signal", "signals", "sphere", "src", "steps", "test", "topojson", "transform", "update", "url", "usermeta", "vconcat"]);
export const LONGEST: Readonly<Record<string, number>> = {"layer": 50, "values": 1000, "domain": 10000, "sort": 10000, "oneof": 10000};
export const MARKS: ReadonlySet<string> = new Set(["geoshape", "group", "image"]);
export const MAX_BINS = 10000;
export const MAX_BYTES = 200000;
export const MAX_COLUMNS = 20;
export const MAX_COUNT = 100;
export const MAX_DEPTH = 32;
export const MAX_FORMAT = 100;
export const MAX_PARTS = 200;
export const MAX_SIDE = 20000;
export const MAX_STEP = 1000;
export const MAX_TEXT = 10000;
export const NAMES: ReadonlySet<string> = new Set(["aggregate", "formattype", "interpolate", "op", "orient", "scheme", "shape", "stack", "timeunit", "type"]);
export const REACHES_OUT = new RegExp("url\\(|javascript:|vbscript:|^(?:https?:|data:|file:|blob:|//)");
export const SIDES: ReadonlySet<string> = new Set(["fontsize", "height", "outerradius", "padding", "radius", "size", "strokewidth", "width"]);
export const TITLES: ReadonlySet<string> = new Set(["description", "name", "text", "title"]);
export const WORDS_ONLY: ReadonlySet<string> = new Set(["nice", "tickcount", "timeunit"]);
