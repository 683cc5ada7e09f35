import { useStore } from "@xyflow/react";
import { type KeyboardEvent, useRef } from "react";
import { strings } from "../strings.ts";
import { useValue, useView } from "./context.ts";
import { Icon, type IconName } from "./Icon.tsx";
import type { Viewport } from "./useViewport.ts";

interface ButtonProps {
  label: string;
  icon: IconName;
  disabled?: boolean;
  first?: boolean;
  onPress: () => void;
}

function BarButton({ label, icon, disabled = false, first = false, onPress }: ButtonProps) {
  return (
    <button
      type="button"
      className="bt"
      aria-label={label}
      title={label}
      aria-disabled={disabled}
      tabIndex={first ? 0 : -1}
      onClick={() => {
        if (!disabled) onPress();
      }}
    >
      <Icon name={icon} />
    </button>
  );
}

/** Zoom, fit, undo and redo; one tab stop, arrow keys inside. */
export function ZoomBar({ viewport, editable }: { viewport: Viewport; editable: boolean }) {
  const { session } = useView();
  const history = useValue("history");
  const zoom = useStore((state) => state.transform[2]);
  const bar = useRef<HTMLDivElement>(null);

  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const buttons = [...(bar.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    if (!step || at < 0) return;
    event.preventDefault();
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  };

  return (
    <div
      ref={bar}
      className="fl zm nopan nodrag"
      role="toolbar"
      aria-label={strings.canvas.zoomBar}
      onKeyDown={move}
    >
      <BarButton label={strings.canvas.zoomOut} icon="minus" first onPress={() => viewport.zoomBy(1 / 1.2)} />
      <button
        type="button"
        className="bt pc"
        title={strings.canvas.zoomReset}
        aria-label={`${strings.canvas.zoom(zoom)}, ${strings.canvas.zoomReset}`}
        tabIndex={-1}
        onClick={() => viewport.zoomTo(1)}
      >
        {strings.canvas.zoom(zoom)}
      </button>
      <BarButton label={strings.canvas.zoomIn} icon="plus" onPress={() => viewport.zoomBy(1.2)} />
      <i className="sep" />
      <BarButton label={strings.canvas.fit} icon="fit" onPress={() => viewport.fit()} />
      {session && (
        <>
          <i className="sep" />
          <BarButton
            label={strings.canvas.undo}
            icon="undo"
            disabled={!editable || !history.canUndo}
            onPress={() => session.reverse("undo")}
          />
          <BarButton
            label={strings.canvas.redo}
            icon="redo"
            disabled={!editable || !history.canRedo}
            onPress={() => session.reverse("redo")}
          />
        </>
      )}
    </div>
  );
}
