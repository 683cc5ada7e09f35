/** When effects run: right after what was drawn, as React runs them, instead of after the next frame. */
import { options } from "preact";

/**
 * A menu that a key opened has the focus before the next key comes, and a hidden page, which has no frames, runs its
 * effects too.
 */
const channel = new MessageChannel();

options.requestAnimationFrame = (run) => {
  channel.port1.onmessage = run;
  channel.port2.postMessage(null);
};
