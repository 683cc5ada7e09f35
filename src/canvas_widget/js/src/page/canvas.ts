/** An open canvas: the bundle, a session in it, and the transport under that. */
import type { Session } from "../store/session.ts";
import { httpLine } from "../transport/http.ts";
import { ServerTransport, type Standing } from "../transport/server.ts";
import { socketLine } from "../transport/socket.ts";
import { type Api, ApiError } from "./api.ts";
import { type Place, queryOf, socketOf } from "./places.ts";

/** What the page uses of the canvas bundle, which is loaded when the first canvas is opened. */
export type Bundle = Pick<typeof import("../index.tsx"), "createSession" | "mount">;

export type CanvasPlace = Exclude<Place, { kind: "home" }>;

export interface OpenCanvas {
  bundle: Bundle;
  session: Session;
  transport: ServerTransport;
  close(): void;
}

export async function openCanvas(api: Api, place: CanvasPlace): Promise<OpenCanvas> {
  const bundle = (await import(/* @vite-ignore */ api.config.widget)) as Bundle;
  const { root } = api.config;
  const transport = new ServerTransport({
    lines: {
      socket: socketLine(socketOf(place, root)),
      http: httpLine(api.ask, queryOf(place)),
    },
    standing: () => standingOf(api, place),
  });
  const session = bundle.createSession({ transport, clientType: "page", place: place.kind });
  transport.start();
  return {
    bundle,
    session,
    transport,
    close: () => session.close(),
  };
}

/** Whether we are signed in, and whether there is such a canvas for us. */
async function standingOf(api: Api, place: CanvasPlace): Promise<Standing> {
  try {
    if (place.kind === "session") {
      const { end_time } = await api.session(place.id);
      return end_time ? "missing" : "ok";
    }
    await api.call("GET", `canvas/size?${queryOf(place)}`);
    return "ok";
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 0;
    if (status === 401) return "signed-out";
    return status === 404 ? "missing" : "unreachable";
  }
}
