// The graph: vis-network holds nodes, edges and camera; shapes, labels and regions are drawn into its canvas.

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const stage = el("canvas");
const nodeSet = new vis.DataSet();
const edgeSet = new vis.DataSet();
let colours = {};
let onStage = new Set();
let order = [];
let lit = null;
let hovered = null;
let edgeLit = null;
const network = new vis.Network(stage, { nodes: nodeSet, edges: edgeSet }, {
  autoResize: true,
  physics: { enabled: view.vis.physics, solver: "forceAtlas2Based", stabilization: false, forceAtlas2Based: { gravitationalConstant: -38, springLength: 60, avoidOverlap: 0.6 } },
  layout: { improvedLayout: false, randomSeed: 1 },
  nodes: { shape: "custom", ctxRenderer: (painted) => paintNode(painted), chosen: false, borderWidth: 0 },
  edges: { smooth: view.vis.smooth, chosen: false, width: 1, selectionWidth: 0, hoverWidth: 0, arrows: { to: { enabled: false } } },
  interaction: { hover: true, keyboard: false, multiselect: false, selectConnectedEdges: false, hoverConnectedEdges: false, tooltipDelay: 1e6, zoomSpeed: 0.7 },
});

function readColours() {
  const css = getComputedStyle(document.documentElement);
  const get = (name) => css.getPropertyValue(name).trim();
  colours = { ground: get("--ground"), panel: get("--panel"), ink: get("--ink"), soft: get("--soft"), region: get("--region"), line: get("--region-line"), road: get("--road"), accent: get("--accent") };
  colours.kinds = view.kinds.map((kind) => (dark.matches ? kind.dark : kind.light));
}

/** How strongly a road shows: what a paper introduces, what runs within a region, what crosses the map. */
function roadColour(road) {
  const near = book.region[book.from[road]] === book.region[book.to[road]];
  const strength = predicateOf(road) === "introduces" ? 0.42 : near ? 0.2 : 0.055;
  return `rgba(${colours.road}, ${strength})`;
}

/** Bring the stage to the given nodes: only what changed is added or taken away. */
function setStage(nodes) {
  const next = new Set(nodes);
  const gone = [...onStage].filter((node) => !next.has(node));
  const come = nodes.filter((node) => !onStage.has(node));
  onStage = next;
  const roads = new Set();
  for (const node of nodes) for (const road of roadsOf[node]) if (next.has(otherEnd(road, node)) && book.edge.get(book.from[road] * book.size + book.to[road]) === road) roads.add(road);
  edgeSet.remove(edgeSet.getIds().filter((road) => !roads.has(road)));
  nodeSet.remove(gone);
  nodeSet.add(come.map((node) => ({ id: node, x: book.x[node], y: book.y[node] })));
  const present = new Set(edgeSet.getIds());
  edgeSet.add([...roads].filter((road) => !present.has(road)).map((road) => ({ id: road, from: book.from[road], to: book.to[road], color: { color: roadColour(road), inherit: false } })));
  order = [...nodes].sort((a, b) => labelRank(b) - labelRank(a) || a - b);
}

const labelRank = (node) => (isPaper(node) ? 4.5 : weightOf(node));
/** Where a node is now: a reader may have dragged it. */
const place = (node) => network.body.nodes[node] || { x: book.x[node], y: book.y[node] };

/** The selected node and its neighbours on the stage, or null; everything else steps back. */
function lightUp() {
  const start = state.node;
  lit = start === null ? null : new Set([start, ...neighbours(start)].filter((node) => onStage.has(node)));
  network.redraw();
}

function trace(ctx, shape, x, y, r) {
  ctx.beginPath();
  if (shape === "square") ctx.roundRect(x - r * 0.8, y - r, r * 1.6, r * 2, r * 0.25);
  else if (shape === "dot") ctx.arc(x, y, r, 0, 2 * Math.PI);
  else {
    const corners = { diamond: [4, 0, 1.25], hexagon: [6, Math.PI / 6, 1.1], triangle: [3, 0, 1.28], triangleDown: [3, Math.PI, 1.28] }[shape];
    const [count, turn, scale] = corners;
    const drop = shape === "triangle" ? r * 0.2 : shape === "triangleDown" ? -r * 0.2 : 0;
    for (let corner = 0; corner < count; corner++) {
      const angle = turn - Math.PI / 2 + (2 * Math.PI * corner) / count;
      ctx.lineTo(x + r * scale * Math.cos(angle), y + drop + r * scale * Math.sin(angle));
    }
    ctx.closePath();
  }
}

function paintNode({ ctx, id, x, y }) {
  const r = book.radius[id];
  return {
    nodeDimensions: { width: 2 * r + 6, height: 2 * r + 6 },
    drawNode() {
      const scale = network.getScale();
      // Far away a node keeps at least a pixel or two, so that nothing vanishes.
      const radius = Math.max(r, (isPaper(id) ? 2.7 : 1.1 + r * 0.07) / scale);
      ctx.save();
      ctx.globalAlpha = lit && !lit.has(id) ? 0.24 : 1;
      trace(ctx, view.kinds[book.kind[id]].shape, x, y, radius);
      ctx.fillStyle = colours.kinds[book.kind[id]];
      ctx.fill();
      if (radius * scale > 3.5) {
        ctx.strokeStyle = colours.ground;
        ctx.lineWidth = 1.4 / scale;
        ctx.stroke();
      }
      if (id === state.node || id === hovered) {
        trace(ctx, view.kinds[book.kind[id]].shape, x, y, radius + 4.5 / scale);
        ctx.strokeStyle = id === state.node ? colours.ink : colours.soft;
        ctx.lineWidth = 2 / scale;
        ctx.stroke();
      }
      ctx.restore();
    },
  };
}

network.on("beforeDrawing", (ctx) => {
  const scale = network.getScale();
  for (const [region, { outline }] of view.regions.entries()) {
    ctx.beginPath();
    roundOutline(ctx, outline);
    ctx.fillStyle = colours.region;
    ctx.fill();
    ctx.strokeStyle = region === state.region || region === state.only ? colours.soft : colours.line;
    ctx.lineWidth = 1.2 / scale;
    ctx.stroke();
  }
  if (LARGE && book.size) paintDust(ctx, scale);
  const focus = state.node !== null ? state.node : hovered;
  if (focus !== null) paintRoads(ctx, focus, scale);
  ctx.beginPath();
  // vis-network draws its edges next and leaves the alpha alone: this is how the unlit ones step back.
  ctx.globalAlpha = lit ? 0.22 : 1;
});

/** A closed curve through the middles of an outline's sides. */
function roundOutline(ctx, outline) {
  const count = outline.length / 2;
  const at = (corner) => [outline[(2 * corner) % outline.length], outline[(2 * corner + 1) % outline.length]];
  const middle = (corner) => at(corner).map((value, axis) => (value + at(corner + 1)[axis]) / 2);
  ctx.moveTo(...middle(0));
  for (let corner = 1; corner <= count; corner++) ctx.quadraticCurveTo(...at(corner), ...middle(corner));
}

/** Papers of a large graph that are not drawn yet: a dot each. */
function paintDust(ctx, scale) {
  const side = Math.max(1.3 / scale, 5);
  ctx.fillStyle = colours.kinds[PAPER];
  ctx.globalAlpha = lit ? 0.1 : 0.3;
  for (let paper = 0; paper < view.papers; paper++) if (!onStage.has(paper)) ctx.fillRect(book.x[paper] - side / 2, book.y[paper] - side / 2, side, side);
  ctx.globalAlpha = 1;
}

function paintRoads(ctx, node, scale) {
  for (const road of roadsOf[node]) {
    const other = otherEnd(road, node);
    if (!onStage.has(other)) continue;
    const [from, to] = [place(node), place(other)];
    const strong = predicateOf(road) === "introduces";
    ctx.beginPath();
    ctx.moveTo(from.x, from.y);
    ctx.lineTo(to.x, to.y);
    ctx.globalAlpha = strong ? 0.95 : 0.6;
    ctx.strokeStyle = colours.kinds[book.kind[isPaper(other) ? node : other]];
    ctx.lineWidth = (strong ? 2.6 : road === edgeLit ? 3 : 1.3) / scale;
    ctx.setLineDash(isRole(road) ? [] : [6 / scale, 4 / scale]);
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

//: Bidirectional controls of a title would turn the drawn label and what stands beside it; the list shows them isolated.
const shown = (text) => text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "");
const fonts = { sans: "", serif: "" };
const widths = new Map();
function widthOf(ctx, text) {
  const key = ctx.font + text;
  if (!widths.has(key)) widths.set(key, ctx.measureText(text).width);
  return widths.get(key);
}

/** The names in a region's label, those that few other regions have in theirs first: the first must tell it apart. */
const regionNames = (() => {
  const parts = view.regions.map(({ label }) => shown(label).split(", "));
  const counts = new Map();
  for (const part of parts.flat()) counts.set(part, (counts.get(part) || 0) + 1);
  return parts.map((names) => names.map((name, at) => [counts.get(name), at, name]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , name]) => name).join(", "));
})();

/** Labels in screen pixels: the most telling first, each where no other stands; more of them as one comes nearer. */
function labels(scale, size) {
  const from = network.DOMtoCanvas({ x: 0, y: 0 });
  const screen = (point) => ({ x: (point.x - from.x) * scale, y: (point.y - from.y) * scale });
  const found = [];
  for (const [region, { outline, papers }] of view.regions.entries()) {
    const xs = outline.filter((_, at) => at % 2 === 0);
    const ys = outline.filter((_, at) => at % 2);
    const [left, right, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys)];
    const wide = (right - left) * scale;
    if (wide < 40 || wide > size.width * 1.6) continue;
    const { x, y } = screen({ x: (left + right) / 2, y: top });
    if (x < -wide / 2 || x > size.width + wide / 2 || y < 0 || y > size.height + 20) continue;
    found.push({ x, y: y - 9, text: regionNames[region], most: Math.max(120, wide * 1.05), region, papers, font: `600 ${wide > 240 ? 13 : 12}px ${fonts.serif}`, colour: colours.soft, faint: lit !== null });
  }
  for (const node of order) {
    const chosen = node === state.node || node === hovered;
    const near = lit && lit.has(node);
    if (!chosen && lit && !near) continue;
    const weight = weightOf(node);
    const from_ = isPaper(node) ? 0.5 : weight >= 10 ? 0.16 : weight >= 5 ? 0.4 : weight >= 2 ? 0.72 : 1.2;
    if (!chosen && scale < (near ? from_ * 0.45 : from_)) continue;
    const { x, y } = screen(place(node));
    if (x < -80 || y < -20 || x > size.width + 80 || y > size.height + 20) continue;
    const big = isPaper(node) ? 12 : Math.min(10.5 + Math.sqrt(weight) * 0.5 * Math.min(scale * 2, 1), 14.5);
    found.push({ x, y: y + book.radius[node] * scale + big * 0.5 + 5, aside: near ? book.radius[node] * scale + 7 : 0, middle: y, leftwards: near && place(node).x < place(state.node).x, text: shown(book.label[node]), most: 230, font: `${isPaper(node) || (weight > 3 && scale > 0.6) ? 600 : 500} ${big}px ${fonts.sans}`, colour: isPaper(node) ? colours.ink : colours.kinds[book.kind[node]], chosen });
  }
  return found.sort((a, b) => Boolean(b.chosen) - Boolean(a.chosen));
}


network.on("afterDrawing", (ctx) => {
  const scale = network.getScale();
  const frame = network.canvas.frame.canvas;
  const ratio = network.canvas.pixelRatio || 1;
  const size = { width: frame.width / ratio, height: frame.height / ratio };
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.globalAlpha = 1;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  const taken = lit ? [...lit].map((node) => boxOnScreen(node, scale)) : [];
  for (const label of labels(scale, size)) {
    ctx.font = label.font;
    const text = fitted(ctx, label.text, label.most);
    const half = widthOf(ctx, text) / 2 + 3;
    const spots = [[label.x, label.y]];
    // The neighbours of the chosen node stand close: their names may also go beside or above them.
    if (label.aside) {
      const away = label.leftwards ? -1 : 1;
      for (const side of [away, -away]) spots.push([label.x + side * (label.aside + half), label.middle]);
      spots.push([label.x, 2 * label.middle - label.y]);
    }
    const spot = spots.find(([x, y]) => !taken.some((other) => x - half < other[2] && x + half > other[0] && y - 8 < other[3] && y + 8 > other[1]));
    if (!spot) continue;
    const [x, y] = spot;
    taken.push([x - half, y - 8, x + half, y + 8]);
    if (taken.length > 160) break;
    ctx.globalAlpha = label.faint ? 0.55 : 1;
    ctx.strokeStyle = colours.ground;
    ctx.lineWidth = 3.5;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = label.colour;
    ctx.fillText(text, x, y);
  }
  ctx.restore();
});

/** The screen room of a node, which no name may cover. */
function boxOnScreen(node, scale) {
  const { x, y } = network.canvasToDOM(place(node));
  const r = book.radius[node] * scale;
  return [x - r, y - r, x + r, y + r];
}

function fitted(ctx, text, most) {
  if (widthOf(ctx, text) <= most) return text;
  const parts = text.split(", ");
  while (parts.length > 1) {
    parts.pop();
    if (widthOf(ctx, parts.join(", ")) <= most) return parts.join(", ");
  }
  let cut = parts[0].slice(0, 60);
  while (cut.length > 4 && widthOf(ctx, cut + "…") > most) cut = cut.slice(0, -2);
  return cut === parts[0] ? cut : cut.trimEnd() + "…";
}

/** Move the camera so that a box of the map fills the stage. */
function frameBox([left, top, right, bottom], most, glide) {
  const [above, below] = [64, el("legend").offsetHeight + 34]; // the count of what is shown; the legend
  const room = { width: Math.max(stage.clientWidth - 70, 120), height: Math.max(stage.clientHeight - above - below, 120) };
  const scale = Math.min(room.width / Math.max(right - left, 60), room.height / Math.max(bottom - top, 60), most);
  const middle = (top + bottom) / 2 + (below - above) / 2 / scale;
  network.moveTo({ position: { x: (left + right) / 2, y: middle }, scale, animation: glide && !calm.matches ? { duration: 450, easingFunction: "easeInOutQuad" } : false });
}

function boxOf(nodes) {
  const xs = nodes.map((node) => place(node).x);
  const ys = nodes.map((node) => place(node).y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

const fitAll = (glide) => frameBox(filtering().length && onStage.size ? boxOf([...onStage]) : view.box, 1.6, glide);

/** Show a node with what lies close to it. */
function flyTo(node, glide) {
  const close = neighbours(node).filter((other) => onStage.has(other) && Math.hypot(book.x[other] - book.x[node], book.y[other] - book.y[node]) < 420);
  const [left, top, right, bottom] = boxOf([node, ...close]);
  const { x, y } = place(node);
  const [wide, high] = [Math.max(x - left, right - x, 150), Math.max(y - top, bottom - y, 120)];
  frameBox([x - wide, y - high, x + wide, y + high], 1.5, glide);
}

/** The region under a point of the map, or null. */
function regionAt({ x, y }) {
  for (const [region, { outline }] of view.regions.entries()) {
    let inside = false;
    for (let at = 0, last = outline.length - 2; at < outline.length; last = at, at += 2) {
      const [ax, ay, bx, by] = [outline[at], outline[at + 1], outline[last], outline[last + 1]];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
    if (inside) return region;
  }
  return null;
}

network.on("click", ({ nodes, edges, pointer }) => {
  if (nodes.length) return select(nodes[0]);
  if (edges.length && lit && lit.has(book.from[edges[0]]) && lit.has(book.to[edges[0]])) return selectRoad(edges[0]);
  const region = regionAt(pointer.canvas);
  return region === null ? clearSelection() : selectRegion(region);
});
network.on("doubleClick", ({ nodes }) => nodes.length && expand(nodes[0]));
network.on("hoverNode", ({ node, event }) => {
  hovered = node;
  showTip(node, event);
  network.redraw();
});
network.on("blurNode", () => {
  hovered = null;
  el("tip").hidden = true;
  network.redraw();
});
network.on("dragStart", () => (el("tip").hidden = true));
network.on("zoom", () => (el("tip").hidden = true));

function showTip(node, event) {
  const tip = el("tip");
  tip.replaceChildren(bdi(book.name[node].slice(0, 400)), make("br"), make("small", {}, view.kinds[book.kind[node]].word, isPaper(node) ? (book.date[node] ? ` · ${book.date[node]}` : "") : ` · ${plural(weightOf(node), "paper")}`));
  tip.hidden = false;
  const box = stage.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  tip.style.left = `${Math.max(6, Math.min(x + 14, box.width - tip.offsetWidth - 8))}px`;
  tip.style.top = `${y + 20 + tip.offsetHeight > box.height ? y - tip.offsetHeight - 12 : y + 20}px`;
}

function repaint() {
  readColours();
  edgeSet.update(edgeSet.getIds().map((road) => ({ id: road, color: { color: roadColour(road), inherit: false } })));
  network.redraw();
}
dark.addEventListener("change", repaint);
