// Draws canvases one after the other with the bundle, and tells what is drawn: scenes, marks and lines of text.
import { mountStatic, sceneIn } from "/widget.js";

const host = document.getElementById("out");

const frame = () => new Promise(requestAnimationFrame);

async function until(condition) {
  while (!condition()) await frame();
}

// The characters of a text node, each with its box and its line.
function characters(node) {
  const range = document.createRange();
  return [...node.data].map((char, at, all) => {
    const from = all.slice(0, at).join("").length;
    range.setStart(node, from);
    range.setEnd(node, from + char.length);
    const boxes = range.getClientRects();
    return { char, box: boxes[boxes.length - 1] };
  });
}

// What an element that ends in an ellipsis still shows.
function shown(found, owner) {
  if (!owner || owner.scrollWidth <= owner.clientWidth) return found;
  const style = getComputedStyle(owner);
  const context = document.createElement("canvas").getContext("2d");
  context.font = style.font;
  const end = owner.getBoundingClientRect().right - Number.parseFloat(style.paddingRight);
  const room = end - context.measureText("…").width + 0.01;
  const kept = found.filter(({ box }) => box && box.right <= room);
  while (kept.at(-1)?.char === " ") kept.pop();
  return [...kept, { ...(kept.at(-1) ?? found[0]), char: "…" }];
}

const ASCENT = 0.96875;

function lines(container) {
  const { left, top, right, bottom } = container.getBoundingClientRect();
  const found = [];
  const walker = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
  const blocks = new Map();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent.closest(".vh, button")) continue;
    const block = parent.closest("header, p, li, h1, h2, h3, [role=gridcell], [role=columnheader], .el, .msg") ?? parent;
    const key = block.closest("header, [role=columnheader]") ?? block;
    if (!blocks.has(key)) blocks.set(key, []);
    const size = Number.parseFloat(getComputedStyle(parent).fontSize);
    const scroller = parent.closest(".dt, .md, header")?.getBoundingClientRect();
    for (const { char, box } of shown(characters(node), parent.closest(".el"))) {
      if (!box || (box.width === 0 && char.trim() === "")) continue;
      const middle = (box.top + box.bottom) / 2;
      if (box.left > right || middle > bottom) continue;
      if (scroller && (middle > scroller.bottom || box.left > scroller.right)) continue;
      blocks.get(key).push({ char, size, x: box.left - left, y: box.top + ASCENT * size - top });
    }
  }
  for (const all of blocks.values()) {
    let line = null;
    for (const { char, size, x, y } of all) {
      if (line === null || Math.abs(y - line.y) > 6) {
        line = { words: "", x, y, size };
        found.push(line);
      }
      line.words += char;
    }
  }
  return found.map((line) => ({ ...line, words: line.words.replace(/\s+/g, " ").trim() })).filter(({ words }) => words);
}

window.draw = async (picture) => {
  // As in a page of its own: the rules of the font stand in the page's head, and are loaded before it is drawn.
  const style = document.createElement("style");
  style.textContent = picture.faces;
  document.head.append(style);
  await Promise.all([...document.fonts].map((face) => face.load()));
  const unmount = mountStatic(host, picture);
  const { containers } = picture.document;
  const ready = () => {
    const nodes = [...host.querySelectorAll("[data-container-id]")];
    const charts = [...host.querySelectorAll("[data-kind=chart]")];
    return (
      nodes.length === containers.length &&
      charts.every((chart) => chart.querySelector("figure[data-marks], .msg, [role=alert]"))
    );
  };
  await until(ready);
  await document.fonts.ready;
  await frame();
  const zoom = new DOMMatrix(getComputedStyle(host.querySelector(".react-flow__viewport")).transform).a;
  const told = containers.map(({ id }) => {
    const node = host.querySelector(`[data-container-id="${id}"]`);
    const stage = node.querySelector("figure.chart > div");
    const rows = [...node.querySelectorAll("table.drawn tbody tr")];
    return {
      id,
      scene: stage ? sceneIn(stage) : null,
      marks: rows.map(({ dataset }) => [dataset.mark, ...dataset.box.split(" ").map(Number)]),
      lines: lines(node),
    };
  });
  unmount();
  style.remove();
  return { zoom, containers: told };
};
window.ready = true;
