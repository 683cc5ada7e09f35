/** Light, dark, or as the system: kept for this browser, and said to the canvas as JupyterLab would say it. */
import { useEffect, useState, useSyncExternalStore } from "react";
import type { Mode } from "../theme/theme.ts";
import type { ThemeChoice } from "./context.ts";

const KEY = "canvas-theme";
const query = matchMedia("(prefers-color-scheme: dark)");

function held(): ThemeChoice {
  try {
    const found = localStorage.getItem(KEY);
    return found === "light" || found === "dark" ? found : "auto";
  } catch {
    return "auto";
  }
}

const watch = (changed: () => void) => {
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
};

export function useTheme(): { mode: Mode; theme: ThemeChoice; setTheme(choice: ThemeChoice): void } {
  const [theme, setTheme] = useState(held);
  const dark = useSyncExternalStore(watch, () => query.matches);
  const mode: Mode = theme === "auto" ? (dark ? "dark" : "light") : theme;
  useEffect(() => {
    document.body.dataset.jpThemeLight = String(mode === "light");
    document.documentElement.style.colorScheme = mode;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Not kept, then: the choice holds for this tab.
    }
  }, [mode, theme]);
  return { mode, theme, setTheme };
}
