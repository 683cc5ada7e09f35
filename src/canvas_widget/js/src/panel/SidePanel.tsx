import { type KeyboardEvent, type PointerEvent, useId, useRef } from "react";
import { ChatPanel } from "../chat/ChatPanel.tsx";
import { useView } from "../components/context.ts";
import { Icon } from "../components/Icon.tsx";
import { Outline } from "../outline/Outline.tsx";
import { strings } from "../strings.ts";
import { PANEL_LEAST, type Panel, type Tab } from "./usePanel.ts";

const TABS: Tab[] = ["chat", "outline"];

/** The column (or, where it is narrow, the sheet) with the chat and the outline. */
export function SidePanel({ panel, id }: { panel: Panel; id: string }) {
  const { session } = useView();
  const names = useId();
  const tabs = useRef<HTMLDivElement>(null);

  const onTabKey = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const next = panel.tab === "chat" ? "outline" : "chat";
    panel.show(next);
    tabs.current?.querySelector<HTMLElement>(`[data-tab=${next}]`)?.focus();
  };

  return (
    <section
      id={id}
      className="pn"
      aria-label={strings.panel.label}
      style={panel.sheet ? { height: panel.height } : { width: panel.width }}
    >
      <Sizer panel={panel} />
      <div className="tabs">
        <div
          ref={tabs}
          className="tablist"
          role="tablist"
          aria-label={strings.panel.tabs}
          onKeyDown={onTabKey}
        >
          {TABS.map((tab) => (
            <button
              key={tab}
              type="button"
              role="tab"
              id={`${names}-${tab}`}
              data-tab={tab}
              className={tab === panel.tab ? "tab on" : "tab"}
              aria-selected={tab === panel.tab}
              aria-controls={`${names}-body`}
              tabIndex={tab === panel.tab ? 0 : -1}
              onClick={() => panel.show(tab)}
            >
              {strings.panel[tab]}
            </button>
          ))}
        </div>
        <i className="sp" />
        {panel.tab === "chat" && session && (
          <button
            type="button"
            className="bt"
            aria-label={strings.chat.newConversation}
            title={strings.chat.newConversation}
            onClick={() =>
              void session
                .ask("clear_conversation")
                .catch((error: Error) => session.store.toast(error.message, true))
            }
          >
            <Icon name="plus" />
          </button>
        )}
        <button
          type="button"
          className="bt"
          aria-label={strings.panel.hide}
          title={strings.panel.hide}
          onClick={panel.toggle}
        >
          <Icon name="close" />
        </button>
      </div>
      <div id={`${names}-body`} className="tabbody" role="tabpanel" aria-labelledby={`${names}-${panel.tab}`}>
        {panel.tab === "chat" ? <ChatPanel /> : <Outline />}
      </div>
    </section>
  );
}

/** The edge that makes the panel wider (or, as a sheet, taller), by pointer or arrow keys. */
function Sizer({ panel }: { panel: Panel }) {
  const start = useRef<{ at: number; size: number } | null>(null);
  const size = panel.sheet ? panel.height : panel.width;
  const at = (event: PointerEvent) => (panel.sheet ? event.clientY : event.clientX);
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = panel.sheet
      ? { ArrowUp: 16, ArrowDown: -16 }
      : { ArrowLeft: 16, ArrowRight: -16 };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    panel.size(size + step);
  };
  return (
    <div
      className="sizer"
      role="separator"
      tabIndex={0}
      aria-orientation={panel.sheet ? "horizontal" : "vertical"}
      aria-label={panel.sheet ? strings.panel.resizeHeight : strings.panel.resize}
      aria-valuenow={size}
      aria-valuemin={PANEL_LEAST}
      aria-valuemax={960}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { at: at(event), size };
      }}
      onPointerMove={(event) => {
        if (start.current) panel.size(start.current.size + start.current.at - at(event));
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      onPointerCancel={() => {
        start.current = null;
      }}
    />
  );
}
