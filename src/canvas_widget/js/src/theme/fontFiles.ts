/** The font's files inside the bundle. `givenFonts.ts` stands in its place where they come beside it. */
import regular from "../../../theme/fonts/canvas-sans-400.woff2?inline";
import semibold from "../../../theme/fonts/canvas-sans-600.woff2?inline";

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Weight 400, then weight 600. */
export const fontFiles = (): Uint8Array<ArrayBuffer>[] => [bytes(regular), bytes(semibold)];
