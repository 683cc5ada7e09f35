import { type KeyboardEvent, useEffect, useId, useRef } from "react";
import { sqlOf } from "../actions/cells.ts";
import { CopyButton } from "../components/Code.tsx";
import { useContainer, useResult } from "../components/context.ts";
import { Icon } from "../components/Icon.tsx";
import { nameOf } from "../outline/rows.ts";
import { strings } from "../strings.ts";
import type { InspectTab } from "./context.ts";
import { DataTab } from "./DataTab.tsx";
import { Provenance } from "./Provenance.tsx";

interface Props {
  id: string;
  tab: InspectTab;
  width: number;
  /** At the left of the view instead of the right. */
  left: boolean;
  onTab: (tab: InspectTab) => void;
  onClose: () => void;
}

const TABS: InspectTab[] = ["sql", "data"];

/** Where a container's numbers come from: its SQL and its rows. */
export function Inspector({ id, tab, width, left, onTab, onClose }: Props) {
  const node = useContainer(id);
  const result = useResult(id);
  const names = useId();
  const box = useRef<HTMLDivElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus goes in once for each container
  useEffect(() => box.current?.querySelector<HTMLElement>("[role=tab][aria-selected=true]")?.focus(), [id]);
  useEffect(() => {
    if (!node) onClose();
  }, [node, onClose]);

  if (!node) return null;
  const sql = sqlOf(node);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
    else if (/^Arrow(Left|Right)$/.test(event.key) && (event.target as Element).matches("[role=tab]")) {
      const next = tab === "sql" ? "data" : "sql";
      onTab(next);
      box.current?.querySelector<HTMLElement>(`[data-tab=${next}]`)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={box}
      className="pop insp nopan nodrag nowheel"
      role="dialog"
      aria-label={nameOf(node)}
      style={left ? { width, left: 16, right: "auto" } : { width }}
      onKeyDown={onKeyDown}
    >
      <div className="tabs">
        <div className="tablist" role="tablist" aria-label={nameOf(node)}>
          {TABS.map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              id={`${names}-${one}`}
              data-tab={one}
              className={one === tab ? "tab on" : "tab"}
              aria-selected={one === tab}
              aria-controls={`${names}-body`}
              tabIndex={one === tab ? 0 : -1}
              onClick={() => onTab(one)}
            >
              {strings.tools[one]}
            </button>
          ))}
        </div>
        <i className="sp" />
        <CopyButton text={sql} label={strings.tools.copySql} bare />
        <button type="button" className="bt" aria-label={strings.tools.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div id={`${names}-body`} className="inspt" role="tabpanel" aria-labelledby={`${names}-${tab}`}>
        {tab === "sql" ? (
          <Provenance id={id} />
        ) : (
          <div className="inspb">
            {result && result.schema.length > 0 ? (
              <DataTab id={id} result={result} width={width - 2} label={nameOf(node)} />
            ) : (
              <p className="none">{result?.error?.message ?? strings.tools.noRows}</p>
            )}
          </div>
        )}
      </div>
    </div>
  );
}
