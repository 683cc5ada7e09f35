/** The standalone page: everything that a notebook has around a canvas and a browser tab has not. */
import { createRoot } from "react-dom/client";
import { isFields } from "../protocol/parse.ts";
import { App } from "./App.tsx";
import { Api, type Config } from "./api.ts";

const element = document.getElementById("app");
const config: unknown = JSON.parse(element?.dataset.config ?? "null");
if (element && isFields(config))
  createRoot(element).render(<App api={new Api(config as unknown as Config)} />);
