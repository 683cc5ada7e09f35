/**
 * The `_esm` of the widget: small, because every widget instance carries a copy. It starts one session per model and
 * mounts its views; everything else is in the bundle.
 */
import { loadBundle, Mismatch } from "./bundle.ts";
import type { Bundle, Model } from "./model.ts";
import { notice } from "./notice.ts";
import { words } from "./words.ts";

/** How long to wait for the bundle before saying that the kernel does not answer, in ms. */
const PATIENCE = 4_000;

interface Live {
  bundle: Bundle;
  session: { close(): void };
}

interface Props {
  model: Model;
  signal?: AbortSignal;
}

/** One widget: anywidget calls this once per model. */
export default function widget() {
  let started: { live: Promise<Live>; controller: AbortController } | undefined;

  function start({ model, signal }: Props) {
    if (started) return started;
    const controller = new AbortController();
    signal?.addEventListener("abort", () => controller.abort(), { once: true });
    const live = loadBundle(model, controller.signal).then((bundle) => {
      const session = bundle.createSession({ model });
      if (controller.signal.aborted) session.close();
      else controller.signal.addEventListener("abort", () => session.close(), { once: true });
      return { bundle, session };
    });
    live.catch(() => {});
    started = { live, controller };
    return started;
  }

  return {
    /** Returns at once: messages from the kernel are held back until it has. */
    initialize(props: Props) {
      const { controller } = start(props);
      return () => {
        controller.abort();
        started = undefined;
      };
    },

    render({ model, el, signal }: Props & { el: HTMLElement }) {
      const view = new AbortController();
      signal?.addEventListener("abort", () => view.abort(), { once: true });
      const { live } = start({ model });
      const text = notice(el);
      text.say(words.loading);
      const timer = setTimeout(() => text.stand(model.get("document"), words.gone, words.hint), PATIENCE);
      view.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        text.remove();
      });
      live.then(
        ({ bundle, session }) => {
          if (view.signal.aborted) return;
          clearTimeout(timer);
          text.remove();
          const unmount = bundle.mount(el, session);
          view.signal.addEventListener("abort", unmount, { once: true });
        },
        (error: unknown) => {
          clearTimeout(timer);
          const reason = error instanceof Error ? error.message : String(error);
          text.stand(
            model.get("document"),
            error instanceof Mismatch ? reason : words.broken(reason),
            words.hint,
          );
        },
      );
      return () => view.abort();
    },
  };
}
