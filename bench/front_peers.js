// Boxes by other tools in a bare page, as their own examples have it: plain React Flow, gridstack.
import { ReactFlow } from "@xyflow/react";
import flowCss from "@xyflow/react/dist/style.css";
import { createElement, useState } from "react";
import { createRoot } from "react-dom/client";

const style = (css) => {
  const sheet = document.createElement("style");
  sheet.textContent = css;
  document.head.append(sheet);
};
const place = (at, wide) => ({ x: 8 + (at % wide) * 112, y: 48 + Math.floor(at / wide) * 72 });
const host = () => {
  const element = document.createElement("div");
  element.className = "peer";
  element.style.cssText = "width:1440px;height:960px;overflow:hidden;position:relative";
  document.body.append(element);
  return element;
};

function reactFlow(count) {
  style(flowCss);
  const wide = Math.ceil(Math.sqrt(count));
  const made = Array.from({ length: count }, (_, at) => ({
    id: `n${at}`,
    position: place(at, wide),
    data: { label: `Note ${at}` },
    style: { width: 96, height: 56 },
  }));
  let set;
  function Flow() {
    const [nodes, setNodes] = useState(made);
    set = setNodes;
    const onNodesChange = (changes) => {
      const moved = new Map(changes.filter(({ type }) => type === "position").map((each) => [each.id, each]));
      if (moved.size > 0)
        setNodes((before) =>
          before.map((node) => {
            const change = moved.get(node.id);
            return change?.position ? { ...node, position: change.position } : node;
          }),
        );
    };
    return createElement(ReactFlow, { nodes, edges: [], onNodesChange, onlyRenderVisibleElements: true, panOnScroll: true });
  }
  createRoot(host()).render(createElement(Flow));
  return (moves) => {
    const moved = new Map(moves.map(({ id, x }) => [id, x]));
    set((before) =>
      before.map((node) => {
        const x = moved.get(node.id);
        return x === undefined ? node : { ...node, position: { ...node.position, x } };
      }),
    );
  };
}

async function gridstack(count) {
  const { GridStack } = await import("./gridstack.js");
  style(await (await fetch("./gridstack.css")).text());
  const element = host();
  element.style.overflow = "auto";
  const inner = document.createElement("div");
  inner.className = "grid-stack";
  element.append(inner);
  const grid = GridStack.init({ column: 32, cellHeight: 64, float: true, animate: false }, inner);
  grid.batchUpdate();
  const made = Array.from({ length: count }, (_, at) =>
    grid.addWidget({ id: `n${at}`, x: at % 32, y: Math.floor(at / 32) * 2, w: 1, h: 1, content: `Note ${at}` }),
  );
  grid.batchUpdate(false);
  // To the free row below and back: a place that is taken would move others too.
  return (moves) => {
    grid.batchUpdate();
    for (const { id, step } of moves) {
      const at = Number(id.slice(1));
      grid.update(made[at], { y: Math.floor(at / 32) * 2 + (step % 2) });
    }
    grid.batchUpdate(false);
  };
}

async function stream(perSecond, seconds) {
  const start = performance.now();
  let sent = 0;
  let now = start;
  while (now - start < seconds * 1000) {
    const due = Math.floor(((now - start) / 1000) * perSecond) - sent;
    if (due > 0)
      window.move(
        Array.from({ length: due }, (_, at) => ({
          id: `n${(sent + at) % 1000}`,
          x: 8 + ((sent + at) % 32) * 112 + (sent % 7),
          step: Math.floor((sent + at) / 1000),
        })),
      );
    sent += Math.max(0, due);
    now = await window.bench.frame();
  }
}

window.peers = { reactFlow, gridstack };
window.stream = stream;
window.ready = true;
