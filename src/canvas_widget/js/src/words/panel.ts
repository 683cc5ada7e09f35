/** The words of the panel beside the canvas. */
export const panel = {
  label: "Chat and outline",
  show: "Show chat and outline",
  hide: "Hide chat and outline",
  resize: "Panel width",
  resizeHeight: "Panel height",
  tabs: "Panel",
  chat: "Chat",
  outline: "Outline",
} as const;
