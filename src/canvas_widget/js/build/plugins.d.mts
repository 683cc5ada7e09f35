import type { Plugin } from "vite";

export const ALIASES: Record<string, string>;

export function viteAssets(): Plugin;
