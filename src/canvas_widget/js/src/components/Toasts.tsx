import { useEffect, useState } from "react";
import { usePanelOf } from "../panel/context.ts";
import { strings } from "../strings.ts";
import { useValue, useView } from "./context.ts";
import { Icon } from "./Icon.tsx";

const STAY = 6_000;

/** One message at a time. It leaves after a while unless it is an error, hovered or focused. */
export function Toasts() {
  const { store } = useView();
  const toast = useValue("toast");
  const [held, setHeld] = useState(false);

  useEffect(() => {
    if (!toast || toast.isError || held) return;
    const timer = setTimeout(() => store.set("toast", null), STAY);
    return () => clearTimeout(timer);
  }, [toast, held, store]);

  const panel = usePanelOf();
  if (!toast || (toast.inChat && panel?.open && panel.tab === "chat")) return null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering or focusing it only keeps it on the screen
    <div
      className="fl toast nopan nodrag"
      role={toast.isError ? "alert" : "status"}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {toast.isError && <Icon name="warning" />}
      <span>{toast.text}</span>
      {toast.action && (
        <button
          type="button"
          className="lk"
          onClick={() => {
            toast.action?.run();
            store.set("toast", null);
          }}
        >
          {toast.action.label}
        </button>
      )}
      <button
        type="button"
        className="bt"
        aria-label={strings.toast.dismiss}
        onClick={() => store.set("toast", null)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
