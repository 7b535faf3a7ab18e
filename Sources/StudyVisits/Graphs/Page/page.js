// The page of a graph: search, zoom, evidence and a filter by kind over the drawing that Graphviz made.
// Texts of the graph are only ever set as text and as attributes that hold no script.
"use strict";

const graph = JSON.parse(document.getElementById("graph").textContent);
const byId = (id) => document.getElementById(id);
const drawing = byId("drawing");
const details = byId("details");
const tooltip = byId("tooltip");
const svg = drawing.querySelector("svg");
const introduction = details.firstElementChild;

/** Makes an element with children; strings become text. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// What is drawn: nodes by id, edges by their ends.

const nodes = new Map(graph.nodes.map((node) => [node.id, { ...node, links: [], shape: null }]));
const edges = new Map();
for (const link of graph.links) {
  const key = link.source + (graph.directed ? "->" : "--") + link.target;
  if (!edges.has(key)) edges.set(key, { source: nodes.get(link.source), target: nodes.get(link.target), links: [], shape: null });
  edges.get(key).links.push(link);
}
for (const edge of edges.values()) {
  edge.source.links.push(edge);
  if (edge.source !== edge.target) edge.target.links.push(edge);
}

/** Graphviz names what it draws in a title, and hangs tooltips on links, which would be stops of Tab. */
function adopt(group, things) {
  const title = group.querySelector("title");
  const thing = things.get(title?.textContent);
  for (const link of group.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  for (const wrapper of group.querySelectorAll("g")) wrapper.replaceWith(...wrapper.childNodes);
  if (!thing) return;
  thing.shape = group;
  group.dataset.name = title.textContent;
  title.remove();
}

svg.removeAttribute("width");
svg.removeAttribute("height");
for (const link of svg.querySelectorAll("g.graph > g:not(.node, .edge, .cluster) a")) link.replaceWith(...link.childNodes);
for (const group of svg.querySelectorAll("g.node")) adopt(group, nodes);
for (const group of svg.querySelectorAll("g.edge")) adopt(group, edges);
for (const group of svg.querySelectorAll("g.cluster")) adopt(group, new Map());
for (const title of svg.querySelectorAll("title")) title.remove();
const drawn = [...nodes.values()].filter((node) => node.shape);

// What there is to tell of a thing.

const kindOf = (node) => node.kind ?? "other";
const nameOf = (node) => node.label || "(no name)";
const textOf = (link) => [link.label, link.date && `(${link.date})`].filter(Boolean).join(" ");
const isWeb = (url) => /^https?:\/\//.test(url ?? "");

function passageText(number) {
  const passage = graph.graph.passages[number];
  return `[${passage.reference}] ${passage.words ?? passage.title ?? ""}`.trim();
}

function summary(thing) {
  if (thing.source) {
    const ends = `${nameOf(thing.source)} ${graph.directed ? "→" : "—"} ${nameOf(thing.target)}`;
    return [ends, ...thing.links.flatMap((link) => [textOf(link), ...(link.passages ?? []).map(passageText)])]
      .filter(Boolean).join("\n");
  }
  const facts = (thing.details ?? []).map((detail) => `${detail.name}: ${detail.value}`);
  return [nameOf(thing), thing.kind, thing.date, ...facts, ...(thing.passages ?? []).map(passageText)]
    .filter(Boolean).join("\n");
}

function webLink(url, text) {
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
}

function passageList(numbers) {
  return (numbers ?? []).map((number) => {
    const passage = graph.graph.passages[number];
    const parts = [`[${passage.reference}]`, passage.title, passage.published].filter(Boolean).join(" ");
    const quote = element("blockquote", {}, isWeb(passage.url) ? webLink(passage.url, parts) : parts);
    if (passage.words) quote.append(element("br", {}), passage.words);
    return quote;
  });
}

function relationItems(edge, from) {
  return edge.links.map((link) => {
    const isOut = edge.source === from;
    const other = isOut ? edge.target : edge.source;
    const go = element("button", { type: "button" }, nameOf(other));
    go.addEventListener("click", () => { choose(other); focus(other); });
    const arrow = graph.directed ? (isOut ? " → " : " ← ") : " — ";
    return element("li", {}, textOf(link) + arrow, go, ...passageList(link.passages));
  });
}

/** Shows all about a node or an edge beside the drawing. */
function show(thing) {
  const parts = [];
  if (thing.source) {
    parts.push(element("h2", {}, `${nameOf(thing.source)} ${graph.directed ? "→" : "—"} ${nameOf(thing.target)}`));
    parts.push(element("ul", {}, ...relationItems(thing, thing.source)));
  } else {
    parts.push(element("h2", {}, nameOf(thing)));
    const facts = [thing.kind, thing.date, ...(thing.details ?? []).map((detail) => `${detail.name}: ${detail.value}`)];
    for (const fact of facts.filter(Boolean)) parts.push(element("div", {}, fact));
    if (isWeb(thing.url)) parts.push(element("div", {}, webLink(thing.url, thing.url)));
    parts.push(...passageList(thing.passages));
    parts.push(element("ul", {}, ...thing.links.flatMap((edge) => relationItems(edge, thing))));
  }
  details.replaceChildren(...parts);
}

let chosen = null;

/** Keeps a thing beside the drawing; `null` lets go of it. */
function choose(thing) {
  chosen?.shape?.classList.remove("chosen");
  chosen?.shape?.setAttribute("aria-pressed", "false");
  chosen = thing;
  if (!thing) return details.replaceChildren(introduction);
  thing.shape?.classList.add("chosen");
  thing.shape?.setAttribute("aria-pressed", "true");
  show(thing);
}

function hint(thing, x, y) {
  tooltip.textContent = summary(thing);
  tooltip.hidden = false;
  const room = tooltip.getBoundingClientRect();
  tooltip.style.left = `${Math.max(0, Math.min(x + 14, innerWidth - room.width - 4))}px`;
  tooltip.style.top = `${Math.max(0, Math.min(y + 14, innerHeight - room.height - 4))}px`;
}

const hideHint = () => { tooltip.hidden = true; };

for (const thing of [...drawn, ...[...edges.values()].filter((edge) => edge.shape)]) {
  thing.shape.addEventListener("pointermove", (event) => hint(thing, event.clientX, event.clientY));
  thing.shape.addEventListener("pointerleave", hideHint);
  thing.shape.addEventListener("click", () => { if (!hasMoved) choose(thing); });
}

// The keyboard: one node at a time is a stop of Tab, arrow keys go to the nearest in their direction.

let current = null;

function makeStop(node) {
  current?.shape.setAttribute("tabindex", "-1");
  current = node;
  node?.shape.setAttribute("tabindex", "0");
}

function focus(node) {
  if (!node.shape || isAway(node)) return;
  makeStop(node);
  bringIntoView(node);
  node.shape.focus();
}

for (const node of drawn) {
  const shape = node.shape;
  const count = node.links.reduce((sum, edge) => sum + edge.links.length, 0);
  shape.setAttribute("role", "button");
  shape.setAttribute("tabindex", "-1");
  shape.setAttribute("aria-pressed", "false");
  shape.setAttribute("aria-label", [nameOf(node), node.kind, `${count} ${count === 1 ? "relation" : "relations"}`].filter(Boolean).join(", "));
  shape.addEventListener("focus", () => {
    makeStop(node);
    const room = shape.getBoundingClientRect();
    hint(node, room.right, room.bottom);
    if (!chosen) show(node);
  });
  shape.addEventListener("blur", () => {
    hideHint();
    if (!chosen) details.replaceChildren(introduction);
  });
}
svg.setAttribute("role", "group");
svg.setAttribute("aria-label", graph.graph.title || "Graph");
for (const edge of edges.values()) edge.shape?.setAttribute("aria-hidden", "true");

function centre(node) {
  const room = node.shape.getBoundingClientRect();
  return { x: room.x + room.width / 2, y: room.y + room.height / 2 };
}

/** The nearest node in a direction; going aside counts double. */
function neighbour(node, dx, dy) {
  const from = centre(node);
  let best = null;
  let least = Infinity;
  for (const other of drawn) {
    if (other === node || isAway(other)) continue;
    const to = centre(other);
    const along = (to.x - from.x) * dx + (to.y - from.y) * dy;
    const aside = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
    if (along <= 1 || along + 2 * aside >= least) continue;
    least = along + 2 * aside;
    best = other;
  }
  return best;
}

const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    hideHint();
    choose(null);
    if (search.value) { search.value = ""; find(); }
    return;
  }
  if (event.target.closest("input")) return;
  const arrow = arrows[event.key];
  const node = drawn.find((one) => one.shape === document.activeElement);
  if (arrow && event.shiftKey) move(arrow[0] * view.width / 8, arrow[1] * view.height / 8);
  else if (arrow && node) { const next = neighbour(node, ...arrow); if (next) focus(next); }
  else if ((event.key === "Enter" || event.key === " ") && node) choose(node);
  else if (event.key === "+" || event.key === "=") zoom(1 / 1.25);
  else if (event.key === "-") zoom(1.25);
  else if (event.key === "0") setView(whole);
  else if (event.key === "/") search.focus();
  else return;
  event.preventDefault();
});

// Zoom and pan: the part of the drawing that is seen is its viewBox.

const box = svg.viewBox.baseVal;
const whole = { x: box.x, y: box.y, width: box.width, height: box.height };
let view = { ...whole };

function setView(next) {
  view = { ...next };
  svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
}

const move = (dx, dy) => setView({ ...view, x: view.x + dx, y: view.y + dy });

/** Zooms about a place of the drawing, its middle if none is given. */
function zoom(factor, x = view.x + view.width / 2, y = view.y + view.height / 2) {
  const width = Math.min(Math.max(view.width * factor, whole.width / 200), whole.width * 4);
  const scale = width / view.width;
  setView({ x: x - (x - view.x) * scale, y: y - (y - view.y) * scale, width, height: view.height * scale });
}

function place(clientX, clientY) {
  return new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
}

function bringIntoView(node) {
  const room = node.shape.getBoundingClientRect();
  const frame = drawing.getBoundingClientRect();
  const isSeen = room.left >= frame.left && room.right <= frame.right && room.top >= frame.top && room.bottom <= frame.bottom;
  if (isSeen) return;
  const middle = centre(node);
  const to = place(middle.x, middle.y);
  move(to.x - (view.x + view.width / 2), to.y - (view.y + view.height / 2));
}

let held = null;
let hasMoved = false;

drawing.addEventListener("wheel", (event) => {
  event.preventDefault();
  const at = place(event.clientX, event.clientY);
  zoom(Math.exp(event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.002)), at.x, at.y);
}, { passive: false });
drawing.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  held = { x: event.clientX, y: event.clientY };
  hasMoved = false;
});
addEventListener("pointermove", (event) => {
  if (!held) return;
  if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < 4 && !hasMoved) return;
  hasMoved = true;
  drawing.classList.add("moving");
  const from = place(held.x, held.y);
  const to = place(event.clientX, event.clientY);
  move(from.x - to.x, from.y - to.y);
  held = { x: event.clientX, y: event.clientY };
});
for (const name of ["pointerup", "pointercancel"]) {
  addEventListener(name, () => { held = null; drawing.classList.remove("moving"); });
}
byId("closer").addEventListener("click", () => zoom(1 / 1.25));
byId("wider").addEventListener("click", () => zoom(1.25));
byId("whole").addEventListener("click", () => setView(whole));

// The filter: a box for each kind.

const hiddenKinds = new Set();
const isAway = (node) => hiddenKinds.has(kindOf(node));

function filter() {
  for (const node of drawn) node.shape.classList.toggle("away", isAway(node));
  for (const edge of edges.values()) edge.shape?.classList.toggle("away", isAway(edge.source) || isAway(edge.target));
  if (!current || isAway(current)) makeStop(drawn.find((node) => !isAway(node)) ?? null);
  find();
}

for (const kind of [...new Set(graph.nodes.map(kindOf))].sort()) {
  const input = element("input", { type: "checkbox", value: kind });
  input.checked = true;
  input.addEventListener("change", () => {
    if (input.checked) hiddenKinds.delete(kind); else hiddenKinds.add(kind);
    filter();
  });
  const count = graph.nodes.filter((node) => kindOf(node) === kind).length;
  byId("kinds").append(element("label", {}, input, ` ${kind.replaceAll("_", " ")} (${count})`));
}

// Search: without regard to case and accents; Enter goes from one to the next.

const search = byId("search");
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const searched = new Map(drawn.map((node) =>
  [node, folded([node.label, node.kind, ...(node.details ?? []).map((detail) => detail.value)].filter(Boolean).join("\n"))]));
let hits = [];
let hit = -1;

function find() {
  const wanted = folded(search.value.trim());
  hits = wanted ? drawn.filter((node) => !isAway(node) && searched.get(node).includes(wanted)) : [];
  hit = -1;
  const set = new Set(hits);
  for (const node of drawn) node.shape.classList.toggle("found", set.has(node));
  svg.classList.toggle("searching", wanted !== "");
  byId("found").textContent = wanted ? `${hits.length} found` : "";
}

search.addEventListener("input", find);
byId("tools").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!hits.length) return;
  hit = (hit + 1) % hits.length;
  makeStop(hits[hit]);
  bringIntoView(hits[hit]);
  choose(hits[hit]);
  byId("found").textContent = `${hit + 1} of ${hits.length}: ${nameOf(hits[hit])}`;
});

filter();
