import { isFields, parseFrame } from "../protocol/parse.ts";
import type { Frame } from "../protocol/types.ts";
import { Listeners } from "./listeners.ts";
import type { OutgoingFrame, Transport } from "./transport.ts";

/** What this package uses of an anywidget model (a subset of the AFM's). */
export interface WidgetModel {
  get(name: string): unknown;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[] | ArrayBufferView[]): void;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
}

/** Events of a Jupyter widget model that tell that its comm may have died. */
const DOUBTS = ["comm:close", "comm_live_update"];

/** Frames as anywidget custom messages. */
export class AnywidgetTransport implements Transport {
  #model: WidgetModel;
  #frames = new Listeners<[Frame]>();
  #doubts = new Listeners<[]>();

  constructor(model: WidgetModel) {
    this.#model = model;
    model.on("msg:custom", this.#receive);
    for (const event of DOUBTS) model.on(event, this.#doubt);
  }

  /** One frame, or several that left the kernel together, in order. */
  #receive = (content: unknown): void => {
    const batch = isFields(content) && content.type === "batch" && Array.isArray(content.frames);
    for (const item of batch ? (content.frames as unknown[]) : [content]) {
      const frame = parseFrame(item);
      if (frame) this.#frames.call(frame);
    }
  };

  #doubt = (): void => this.#doubts.call();

  send(frame: OutgoingFrame): void {
    try {
      this.#model.send({ data: {}, ...frame });
    } catch {
      this.#doubt();
    }
  }

  onFrame(listener: (frame: Frame) => void): () => void {
    return this.#frames.add(listener);
  }

  onDoubt(listener: () => void): () => void {
    return this.#doubts.add(listener);
  }

  close(): void {
    this.#model.off("msg:custom", this.#receive);
    for (const event of DOUBTS) this.#model.off(event, this.#doubt);
    this.#frames.clear();
    this.#doubts.clear();
  }
}
