/** Cuts markdown that is still growing into blocks at blank lines; code fences and lists stay whole. */
const FENCE = /^\s{0,3}(`{3,}|~{3,})/;
const INSIDE = /^(?:\s{2,}|\s*(?:[-*+]|\d+[.)])\s|\s*$)/;

export function blocksOf(source: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let fence = "";
  let blank = false;
  for (const line of source.split("\n")) {
    const mark = FENCE.exec(line)?.[1] ?? "";
    if (blank && !fence && lines.length > 0 && !INSIDE.test(line)) {
      blocks.push(lines.join("\n"));
      lines = [];
    }
    if (!fence && mark) fence = mark;
    else if (fence && mark.startsWith(fence) && line.trim() === mark) fence = "";
    blank = line.trim() === "";
    lines.push(line);
  }
  if (lines.length > 0) blocks.push(lines.join("\n"));
  return blocks;
}
