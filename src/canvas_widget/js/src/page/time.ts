/** Moments and durations as people say them. */
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const dated = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

export function ago(moment: string, now = Date.now()): string {
  const seconds = (now - Date.parse(moment)) / 1000;
  if (seconds > 6 * 86_400) return `on ${dated.format(new Date(moment))}`;
  for (const [unit, size] of STEPS)
    if (seconds >= size) return relative.format(-Math.floor(seconds / size), unit);
  return "just now";
}

export function took(seconds: number | null): string {
  if (seconds === null) return "";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

export function bytes(size: number): string {
  if (size < 1_000) return `${size} B`;
  if (size < 1e6) return `${Math.round(size / 1_000)} kB`;
  return `${(size / 1e6).toFixed(1)} MB`;
}
