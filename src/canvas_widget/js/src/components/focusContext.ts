import { createContext } from "react";

/** Centres a container, selects it and, where asked, gives it the keyboard's focus. */
export type FocusContainer = (id: string, take?: boolean) => void;

export const FocusContext = createContext<FocusContainer | null>(null);
