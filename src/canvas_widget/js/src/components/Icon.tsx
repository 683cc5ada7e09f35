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
  panel: "M2.5 3h11v10h-11zM9.5 3v10",
  right: "M6 3.5 10.5 8 6 12.5",
  down: "M3.5 6 8 10.5 12.5 6",
  up: "M8 13V3.5M4 7.5l4-4 4 4",
  stop: "M4.5 4.5h7v7h-7z",
  copy: "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
  dash: "M4 8h8",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9M10.5 10.5l3 3",
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8M8 6.2a1.8 1.8 0 1 1 0 3.6a1.8 1.8 0 0 1 0-3.6",
  hidden:
    "M2.5 2.5l11 11M6.2 4a6 6 0 0 1 1.8-.3c4 0 6.5 4.3 6.5 4.3a11 11 0 0 1-2 2.4M4.2 5.2A11 11 0 0 0 1.5 8s2.5 4.3 6.5 4.300a6 6 0 0 0 2.7-.6",
  lock: "M3.5 7.500h9v6h-9zM5.5 7.500v-2.500a2.5 2.5 0 0 1 5 0v2.5",
  unlock: "M3.5 7.500h9v6h-9zM5.5 7.500v-3a2.5 2.5 0 0 1 4.8-.9",
  trash: "M3 4.500h10M6.5 4.500v-2h3v2M4.5 4.500l.5 9h6l.5-9M6.8 7v4M9.2 7v4",
  more: "M2.9 8a.6.6 0 1 0 1.2 0a.6.6 0 1 0-1.2 0M7.4 8a.6.6 0 1 0 1.2 0a.6.6 0 1 0-1.2 0M11.9 8a.6.6 0 1 0 1.2 0a.6.6 0 1 0-1.2 0",
  download: "M8 2.500v7.500M4.5 7 8 10.5 11.5 7M2.5 11v2.500h11V11",
  full: "M9.5 2.500h4v4M13.5 2.5 9 7M6.5 13.500h-4v-4M2.5 13.5 7 9",
  small: "M13.5 6.500h-4v-4M9.5 6.500l4-4M2.5 9.500h4v4M6.5 9.500l-4 4",
  grid: "M2.5 2.500h4.500v5h-4.500zM9 2.500h4.500v3h-4.500zM9 7.500h4.500v6h-4.500zM2.5 9.500h4.500v4h-4.500z",
  refresh: "M13 5.500A5.5 5.5 0 1 0 13.5 8M13.5 2.500v3.500h-3.5",
  chart: "M3 13.500V8M8 13.500V2.500M13 13.500V6",
  legend:
    "M2.600 4.500a1.400 1.400 0 1 0 2.800 0a1.400 1.400 0 1 0-2.800 0M7.500 4.500h6M2.600 11.500a1.400 1.400 0 1 0 2.800 0a1.400 1.400 0 1 0-2.800 0M7.500 11.500h6",
  line: "M2.5 11 6 6.500l3 2.5 4.5-6",
  table: "M2.5 3h11v10h-11zM2.5 6.500h11M2.5 9.800h11M6.5 6.500V13",
  metric: "M2.5 12a5.5 5.5 0 1 1 11 0M8 11.5 10.5 7.5",
  note: "M3.5 2.500h6l3 3v8h-9zM9.5 2.500v3h3M5.5 8.500h5M5.5 11h3.5",
  box: "M3 3h10v10H3z",
  alignLeft: "M2.5 2v12M5 4.500h8v2.500H5zM5 9.500h5V12H5z",
  alignRight: "M13.5 2v12M3 4.500h8v2.500H3zM6 9.500h5V12H6z",
  alignTop: "M2 2.500h12M4.5 5v8H7V5zM9.5 5v5H12V5z",
  alignBottom: "M2 13.500h12M4.5 3v8H7V3zM9.5 6v5H12V6z",
  alignCentre: "M8 2v12M3.5 4.500h9v2.500h-9zM5.5 9.500h5V12h-5z",
  alignMiddle: "M2 8h12M4.5 3.500v9H7v-9zM9.5 5.500v5H12v-5z",
  spreadAcross: "M2.5 2.500v11M13.5 2.500v11M6.5 5h3v6h-3z",
  spreadDown: "M2.5 2.500h11M2.5 13.500h11M5 6.500v3h6v-3z",
  cell: "M2.5 3h11v10h-11zM4.8 6l2 2-2 2M8.200 10.200h3",
  data: "M3 4.500c0-2.5 10-2.5 10 0v7c0 2.5-10 2.5-10 0zM3 4.500c0 2.5 10 2.5 10 0M3 8c0 2.5 10 2.5 10 0",
  pin: "M6 2.500h4M8 2.500v7M4.5 9.500h7M8 9.500v4",
  layers: "M8 2.500l6 3-6 3-6-3zM2 8.500l6 3 6-3",
  edit: "M3 13l.6-2.800L11 2.800l2.2 2.2-7.4 7.400z",
} as const;

export type IconName = keyof typeof PATHS;

interface Props {
  name: IconName;
  spin?: boolean;
  className?: string;
}

export function Icon({ name, spin = false, className = "" }: Props) {
  return (
    <svg
      className={["i", spin ? "spin" : "", className].filter(Boolean).join(" ")}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
