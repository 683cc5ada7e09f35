import { createContext, use } from "react";
import type { Mode } from "../theme/theme.ts";
import type { Api, Me } from "./api.ts";
import type { Place } from "./places.ts";

export type ThemeChoice = "auto" | Mode;

export interface PageState {
  api: Api;
  me: Me | null;
  mode: Mode;
  theme: ThemeChoice;
  setTheme(choice: ThemeChoice): void;
  place: Place;
  go(place: Place): void;
  /** Somebody signed in; an open canvas goes on. */
  signedIn(me: Me): void;
  signOut(): void;
}

export const PageContext = createContext<PageState | null>(null);

export function usePage(): PageState {
  const found = use(PageContext);
  if (!found) throw new Error("There is no page around this.");
  return found;
}
