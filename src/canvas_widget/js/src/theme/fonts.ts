/** The bundled font, so that text is as wide in the browser as in the headless picture. */
import regular from "../../../theme/fonts/canvas-sans-400.woff2?inline";
import semibold from "../../../theme/fonts/canvas-sans-600.woff2?inline";
import { fontFamily } from "./theme.ts";

let loading: Promise<void> | undefined;
let loaded = false;

/** Whether text can be measured in the bundled font already, or will never be. */
export const fontsLoaded = () => loaded;

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Adds the font to the page, once. Never fails: without it the fallback family is used. */
export function loadFonts(): Promise<void> {
  loading ??= (async () => {
    try {
      const faces = [new FontFace(fontFamily, bytes(regular), { weight: "400" })];
      faces.push(new FontFace(fontFamily, bytes(semibold), { weight: "600 700" }));
      for (const face of await Promise.all(faces.map((face) => face.load()))) document.fonts.add(face);
    } catch {
      // A page that forbids fonts still shows everything, in the next family of the stack.
    }
    loaded = true;
  })();
  return loading;
}
