import { type KeyboardEvent, useEffect, useRef } from "react";
import { Icon, type IconName } from "./Icon.tsx";
import { Popover } from "./Popover.tsx";

export interface MenuItem {
  label: string;
  onPress: () => void;
  icon?: IconName;
  /** Its key, as a reader would write it. */
  keys?: string;
  disabled?: boolean;
  /** One of a choice: whether it is the chosen one. */
  checked?: boolean;
  note?: string;
  danger?: boolean;
}

/** Items in groups; a group may have a heading. */
export interface MenuGroup {
  label?: string;
  items: readonly MenuItem[];
}

interface Props {
  label: string;
  anchor: Element | null;
  groups: readonly MenuGroup[];
  onClose: () => void;
  above?: boolean;
  end?: boolean;
  at?: { x: number; y: number };
}

/** How long after a letter the next one still belongs to the same word, in ms. */
const PAUSE = 1000;

/** A menu at its anchor: arrow keys, Home, End, first letters; Escape and Tab close it and give the focus back. */
export function Menu({ label, anchor, groups, onClose, above = false, end = false, at }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: "", at: Number.NEGATIVE_INFINITY });
  const all = () => [...(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];

  useEffect(() => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
    const first = items.find((item) => item.getAttribute("aria-checked") === "true") ?? items[0];
    first?.focus({ preventScroll: true });
  }, []);

  const leave = (returnFocus: boolean) => {
    onClose();
    if (returnFocus && anchor instanceof HTMLElement) anchor.focus({ preventScroll: true });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const items = all();
    const here = items.indexOf(event.target as HTMLElement);
    const to = (index: number) => items[(index + items.length) % items.length]?.focus();
    if (event.key === "ArrowDown") to(here + 1);
    else if (event.key === "ArrowUp") to(here - 1);
    else if (event.key === "Home") to(0);
    else if (event.key === "End") to(items.length - 1);
    else if (event.key === "Tab") leave(true);
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== " ") {
      const { text, at: last } = typed.current;
      const begun = event.timeStamp - last < PAUSE ? text + event.key.toLowerCase() : event.key.toLowerCase();
      typed.current = { text: begun, at: event.timeStamp };
      const from = begun.length > 1 ? here : here + 1;
      const rest = [...items.slice(from), ...items.slice(0, from)];
      rest.find((item) => item.textContent?.trim().toLowerCase().startsWith(begun))?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <Popover anchor={anchor} onClose={leave} above={above} end={end} {...(at && { at })} className="menu">
      <div ref={list} role="menu" aria-label={label} tabIndex={-1} onKeyDown={onKeyDown}>
        {groups
          .filter(({ items }) => items.length > 0)
          .map(({ label: heading, items }) => (
            <div key={heading ?? items[0]?.label} role="group" aria-label={heading} className="mg">
              {heading && (
                <div className="mh" aria-hidden="true">
                  {heading}
                </div>
              )}
              {items.map((item) => (
                <button
                  key={item.label}
                  type="button"
                  {...(item.checked === undefined
                    ? { role: "menuitem" }
                    : { role: "menuitemradio", "aria-checked": item.checked })}
                  aria-disabled={item.disabled || undefined}
                  className={item.danger ? "mi danger" : "mi"}
                  tabIndex={-1}
                  title={item.note}
                  onClick={() => {
                    if (item.disabled) return;
                    leave(true);
                    item.onPress();
                  }}
                >
                  {item.checked !== undefined ? (
                    <Icon name="check" className={item.checked ? "" : "off"} />
                  ) : (
                    item.icon && <Icon name={item.icon} />
                  )}
                  <span className="el">{item.label}</span>
                  {item.note && <span className="mn el">{item.note}</span>}
                  {item.keys && <span className="kbd">{item.keys}</span>}
                </button>
              ))}
            </div>
          ))}
      </div>
    </Popover>
  );
}
