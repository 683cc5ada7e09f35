/** The bundled font, so that text is as wide in the browser as in the headless picture. */
import { fontFiles } from "./fontFiles.ts";
import { fontFamily } from "./theme.ts";

let loading: Promise<void> | undefined;
let loaded = false;

/** Whether text can be measured in the bundled font already, or will never be. */
export const fontsLoaded = () => loaded;

const WEIGHTS = ["400", "600 700"];

/** Adds the font to the page, once. Never fails: without it the fallback family is used. */
export function loadFonts(): Promise<void> {
  loading ??= (async () => {
    try {
      const faces = fontFiles().map(
        (file, at) => new FontFace(fontFamily, file, { weight: WEIGHTS[at] ?? "400" }),
      );
      for (const face of await Promise.all(faces.map((face) => face.load()))) document.fonts.add(face);
    } catch {
      // A page that forbids fonts still shows everything, in the next family of the stack.
    }
    loaded = true;
  })();
  return loading;
}
