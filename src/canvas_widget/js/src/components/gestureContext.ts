import { createContext } from "react";
import type { Gestures } from "./useGestures.ts";

export const GestureContext = createContext<Gestures | null>(null);
