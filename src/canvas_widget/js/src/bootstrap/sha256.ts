/** SHA-256 in hex. The browser's own where it offers it (secure pages only), else the same in plain code. */

function constants(): { round: Uint32Array; start: Uint32Array } {
  const round = new Uint32Array(64);
  const start = new Uint32Array(8);
  const part = (value: number) => ((value - Math.floor(value)) * 2 ** 32) | 0;
  let found = 0;
  for (let candidate = 2; found < 64; candidate++) {
    let prime = true;
    for (let factor = 2; factor * factor <= candidate; factor++) if (candidate % factor === 0) prime = false;
    if (!prime) continue;
    if (found < 8) start[found] = part(Math.sqrt(candidate));
    round[found] = part(Math.cbrt(candidate));
    found += 1;
  }
  return { round, start };
}

export function plainSha256(bytes: Uint8Array): string {
  const { round, start } = constants();
  const length = bytes.length;
  const padded = new Uint8Array((((length + 8) >> 6) + 1) << 6);
  padded.set(bytes);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(padded.length - 4, length << 3);
  const at = (array: Uint32Array, index: number) => array[index] as number;
  const turn = (value: number, by: number) => (value >>> by) | (value << (32 - by));
  const words = new Uint32Array(64);
  const hash = start.slice();
  for (let offset = 0; offset < padded.length; offset += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(offset + 4 * i);
    for (let i = 16; i < 64; i++) {
      const [near, far] = [at(words, i - 15), at(words, i - 2)];
      const low = turn(near, 7) ^ turn(near, 18) ^ (near >>> 3);
      const high = turn(far, 17) ^ turn(far, 19) ^ (far >>> 10);
      words[i] = at(words, i - 16) + low + at(words, i - 7) + high;
    }
    let [a, b, c, d, e, f, g, h] = hash as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let i = 0; i < 64; i++) {
      const choose = (e & f) ^ (~e & g);
      const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choose + at(round, i) + at(words, i)) | 0;
      const major = (a & b) ^ (a & c) ^ (b & c);
      const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + major) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => {
      hash[i] = at(hash, i) + value;
    });
  }
  return [...hash].map((word) => word.toString(16).padStart(8, "0")).join("");
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle) return plainSha256(bytes);
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
