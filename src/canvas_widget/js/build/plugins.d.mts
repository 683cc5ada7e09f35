import type { Plugin } from "vite";

export function viteAssets(): Plugin;
