const PATHS = {
  minus: "M3.5 8h9",
  plus: "M8 3.5v9M3.5 8h9",
  fit: "M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3",
  undo: "M5.5 3 2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 7.5H7",
  redo: "M10.5 3l3 3-3 3M13.5 6h-7a4 4 0 0 0 0 7.5H9",
  close: "M4 4l8 8M12 4l-8 8",
  warning: "M8 2 14.5 13.5H1.5ZM8 6.4V9.6M8 11.6V11.7",
  ring: "M8 2.5a5.5 5.5 0 1 1-5.5 5.5",
  check: "M3.5 8.5l3 3 6-7",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, spin = false }: { name: IconName; spin?: boolean }) {
  return (
    <svg className={spin ? "i spin" : "i"} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
