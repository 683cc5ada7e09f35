/** How many cases a property test tries: a tenth by default, all with FUZZ=10 in the environment. */
export function runs(count: number): number {
  const factor = Number(import.meta.env.VITE_FUZZ ?? 1);
  return Math.max(1, Math.round(count * (Number.isFinite(factor) ? factor : 1)));
}
