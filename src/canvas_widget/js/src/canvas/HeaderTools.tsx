import { type RefObject, useEffect, useRef, useState } from "react";
import { coverage } from "../actions/align.ts";
import { exportCanvas } from "../actions/export.ts";
import { useChanges, useValue, useView } from "../components/context.ts";
import { Icon } from "../components/Icon.tsx";
import { addNote } from "../components/keys.ts";
import { Menu } from "../components/Menu.tsx";
import { strings } from "../strings.ts";
import type { CanvasTools } from "./context.ts";

interface Props {
  frame: RefObject<HTMLElement | null>;
  tools: RefObject<CanvasTools | null>;
  narrow: boolean;
}

/** The buttons of the header: add, arrange, export, full screen. */
export function HeaderTools({ frame, tools, narrow }: Props) {
  const { store, session } = useView();
  useChanges(["order"]);
  const live = useValue("connection") === "live" && session !== null;
  const { features } = useValue("offer");
  const [menu, setMenu] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const full = useFull(frame);
  if (!session) return null;

  const arrange = () =>
    void session.ask("arrange").then(
      ({ data }) => {
        const share = coverage(
          store.order.flatMap((id) => store.node(id) ?? []),
          store.canvas,
        );
        const moved = Array.isArray(data.deltas) && data.deltas.length > 0;
        store.toast(moved ? strings.tools.arranged(share) : strings.tools.arrangedAlready(share));
      },
      (error: Error) => store.toast(error.message, true),
    );
  const save = (format: "png" | "svg") => () =>
    void exportCanvas(session, store.canvas.name, format).catch((error: Error) =>
      store.toast(error.message, true),
    );
  return (
    <>
      <button
        type="button"
        className="bt t"
        aria-disabled={!live}
        title={strings.tools.addNote}
        onClick={() => live && tools.current && addNote(store, session, tools.current)}
      >
        <Icon name="plus" />
        {!narrow && strings.tools.add}
        {narrow && <span className="vh">{strings.tools.add}</span>}
      </button>
      {features.has("arrange") && store.order.length > 0 && (
        <button
          type="button"
          className="bt"
          aria-disabled={!live}
          aria-label={strings.tools.arrange}
          title={strings.tools.arrange}
          onClick={() => live && arrange()}
        >
          <Icon name="grid" />
        </button>
      )}
      {store.order.length > 0 && (
        <button
          ref={button}
          type="button"
          className="bt"
          aria-disabled={!live}
          aria-haspopup="menu"
          aria-expanded={menu}
          aria-label={strings.tools.exportCanvas}
          title={strings.tools.exportCanvas}
          onClick={() => live && setMenu(!menu)}
        >
          <Icon name="download" />
        </button>
      )}
      {menu && (
        <Menu
          label={strings.tools.exportCanvas}
          anchor={button.current}
          end
          groups={[
            {
              items: [
                { label: strings.tools.png, icon: "download", onPress: save("png") },
                { label: strings.tools.svg, icon: "download", onPress: save("svg") },
              ],
            },
          ]}
          onClose={() => setMenu(false)}
        />
      )}
      {!narrow && (
        <button
          type="button"
          className="bt"
          aria-label={full.on ? strings.tools.leaveFull : strings.tools.full}
          title={full.on ? strings.tools.leaveFull : strings.tools.full}
          onClick={() => full.toggle().catch(() => store.toast(strings.tools.noFull, true))}
        >
          <Icon name={full.on ? "small" : "full"} />
        </button>
      )}
    </>
  );
}

function useFull(frame: RefObject<HTMLElement | null>) {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const look = () => {
      const root = frame.current?.getRootNode() as Document | ShadowRoot | undefined;
      setOn(root?.fullscreenElement === frame.current && frame.current !== null);
    };
    document.addEventListener("fullscreenchange", look);
    return () => document.removeEventListener("fullscreenchange", look);
  }, [frame]);
  const toggle = async () => {
    if (on) await document.exitFullscreen();
    else await frame.current?.requestFullscreen();
  };
  return { on, toggle };
}
