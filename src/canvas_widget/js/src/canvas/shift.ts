/** Moving what is drawn without laying out the layers of the page anew. */

/**
 * Puts an element where a transform says. Chromium rebuilds all layers of a page when the transform in a style changes,
 * also of a layer of its own (2.4 ms with 45 containers), and none when that of an animation does: so this one stands
 * still and gets other key frames.
 */
export class Shift {
  #animation: Animation | null = null;
  #element: Element | null = null;
  #shown = "";

  to(element: Element, transform: string): void {
    if (this.#element === element && this.#shown === transform) return;
    this.#shown = transform;
    const frames = { transform: [transform, transform] };
    const effect = this.#element === element ? this.#animation?.effect : null;
    if (effect instanceof KeyframeEffect) {
      effect.setKeyframes(frames);
      return;
    }
    this.end();
    this.#element = element;
    this.#shown = transform;
    this.#animation = element.animate(frames, { duration: 1_000, fill: "both" });
    this.#animation.pause();
  }

  /** Whether it still holds what it moved: a picture of its own, sharp where it stands on whole pixels of the screen. */
  get holds(): boolean {
    return this.#animation !== null;
  }

  /** From here on the element stands where its style says. */
  end(): void {
    this.#animation?.cancel();
    this.#animation = null;
    this.#element = null;
  }
}

/** Whether a way of so many px is one of whole pixels of the screen. */
export function whole(px: number): boolean {
  const at = px * (globalThis.devicePixelRatio || 1);
  return Math.abs(at - Math.round(at)) < 0.01;
}
