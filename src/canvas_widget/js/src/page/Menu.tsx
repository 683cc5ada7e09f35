import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";

export interface Entry {
  label: string;
  run(): void;
  danger?: boolean;
  /** Set for one of several choices: whether it is the one. */
  checked?: boolean;
}

interface Props {
  label: string;
  face: ReactNode;
  /** Groups of entries, a line between them. */
  groups: (readonly Entry[])[];
}

/** A button with a menu: arrows walk, letters find, Escape closes. */
export function Menu({ label, face, groups }: Props) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    items(list.current)[0]?.focus();
    const outside = (event: PointerEvent) => {
      const inside =
        list.current?.contains(event.target as Node) || button.current?.contains(event.target as Node);
      if (!inside) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const all = items(list.current);
    const here = all.indexOf(document.activeElement as HTMLElement);
    const to = (index: number) => all[(index + all.length) % all.length]?.focus();
    if (event.key === "ArrowDown") to(here + 1);
    else if (event.key === "ArrowUp") to(here - 1);
    else if (event.key === "Home") to(0);
    else if (event.key === "End") to(-1);
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") {
      setOpen(false);
      return;
    } else if (event.key.length === 1 && event.key !== " ") {
      const after = [...all.slice(here + 1), ...all.slice(0, here + 1)];
      after.find((item) => item.textContent?.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="menu">
      <button
        ref={button}
        type="button"
        className={open ? "bt on" : "bt"}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {face}
      </button>
      {open && (
        <div
          ref={list}
          id={id}
          className="menu-list"
          role="menu"
          aria-label={label}
          tabIndex={-1}
          onKeyDown={onKeyDown}
        >
          {groups
            .filter((group) => group.length > 0)
            .map((group, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the groups of a menu stand where they stand
              <div key={index} role="group">
                {group.map((entry) => (
                  // biome-ignore lint/a11y/useAriaPropsSupportedByRole: only a menuitemradio has it
                  <button
                    key={entry.label}
                    type="button"
                    role={entry.checked === undefined ? "menuitem" : "menuitemradio"}
                    aria-checked={entry.checked}
                    className={entry.danger ? "danger" : undefined}
                    tabIndex={-1}
                    onClick={() => {
                      close();
                      entry.run();
                    }}
                  >
                    <span className="tick" aria-hidden="true">
                      {entry.checked ? "✓" : ""}
                    </span>
                    {entry.label}
                  </button>
                ))}
              </div>
            ))}
        </div>
      )}
    </div>
  );
}

function items(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
}
