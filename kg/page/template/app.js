// Puts the parts together: selection, the keys, and the order in which the page wakes up.

function select(node, { fly = false, show = false } = {}) {
  const tab = isPaper(node) ? "papers" : "concepts";
  change({ node, region: null, tab }, state.node !== node);
  if (fly) flyTo(node, true);
  if (narrow.matches && (show || document.body.dataset.view === "list" || document.body.dataset.view === "graph")) showView("panel");
}
const clearSelection = () => (state.node !== null || state.region !== null) && change({ node: null, region: null, depth: 0 }, true);

function selectRegion(region) {
  const open = LARGE && !state.open.includes(region) ? [...state.open, region] : state.open;
  change({ node: null, region, depth: 0, open }, true);
  const { outline } = view.regions[region];
  const xs = outline.filter((_, at) => at % 2 === 0);
  const ys = outline.filter((_, at) => at % 2);
  frameBox([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], 1.4, true);
}

function selectRoad(road) {
  edgeLit = road;
  network.redraw();
  roadDetails(road);
}

/** Bring the neighbours of a node onto the stage of a large graph, for good. */
function expand(node) {
  const before = onStage.size;
  change({ node, add: state.add.includes(node) ? state.add : [...state.add, node] }, true);
  flyTo(node, true);
  if (LARGE) toast(`${plural(onStage.size - before, "node")} brought in`);
}

async function loadWhole() {
  fonts.sans = getComputedStyle(document.body).fontFamily;
  fonts.serif = getComputedStyle(document.documentElement).getPropertyValue("--serif");
  readColours();
  if (LARGE) {
    // The regions stand in the overview: they are painted before the rest of the file has even been read.
    fillLegend(null);
    fitAll(false);
    network.redraw();
    el("status").textContent = `${plural(view.papers, "paper")} in ${plural(view.regions.length, "community", "communities")}; reading …`;
    await nextFrame();
  }
  if (document.readyState === "loading") await new Promise((run) => document.addEventListener("DOMContentLoaded", run, { once: true }));
  await loadIndex();
  // The graph first, the list and the details after its first frame.
  Object.assign(state, fromHash());
  const fits = matching();
  setStage(drawn(fits));
  fillLegend(kindCounts(fits)); // the map leaves room for it
  if (state.node !== null) flyTo(state.node, false);
  else fitAll(false);
  await nextFrame();
  change(fromHash(), false);
  performance.mark("ready");
  document.body.dataset.ready = "true";
}

/** Waits until the graph stands on the screen; a page opened behind others gets no frame and goes on without. */
async function nextFrame() {
  await Promise.race([new Promise((run) => requestAnimationFrame(() => setTimeout(run))), new Promise((run) => setTimeout(run, 400))]);
  if (!performance.getEntriesByName("painted").length) performance.mark("painted");
}

const DRAWS = ["node", "depth", "hide", "roles", "from", "to", "min", "only", "open", "add"];
const LISTS = ["hide", "roles", "from", "to", "min", "only", "tab", "depth"];
const differ = (before, keys) => keys.some((key) => JSON.stringify(before[key]) !== JSON.stringify(state[key]));

onChange((before) => {
  edgeLit = null;
  const first = !document.body.dataset.ready;
  const fits = matching();
  const nodeMatters = LARGE || state.depth || before.depth || (state.node !== null && !onStage.has(state.node)) || filtering().length;
  if (first || differ(before, DRAWS.slice(1)) || (nodeMatters && before.node !== state.node)) {
    setStage(drawn(fits));
    fillStatus(fits);
  }
  lightUp();
  if (first || differ(before, LISTS) || (nodeMatters && before.node !== state.node)) {
    fillList(fits);
    fillFilters();
    if (book.size) fillLegend(kindCounts(fits));
  }
  markChosen();
  if (first || before.node !== state.node || before.region !== state.region || before.depth !== state.depth || before.only !== state.only || before.open !== state.open) showDetails();
  if (!first && state.depth && before.depth !== state.depth && onStage.size) frameBox(boxOf([...onStage]), 1.3, true);
  else if (!first && differ(before, ["only"])) fitAll(true);
});

function kindCounts(fits) {
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
  for (let node = 0; node < book.size; node++) if (fits[node] || state.hide.includes(kindOf(node))) counts[kindOf(node)]++;
  return counts;
}

/** How much of the whole is drawn, and why not all. */
function fillStatus(fits) {
  let papers = 0;
  for (const node of onStage) papers += isPaper(node) ? 1 : 0;
  const concepts = onStage.size - papers;
  const fitting = all(fits).length;
  const why = onStage.size < fitting ? (view.mode === "regions" && !state.open.length && !state.add.length && state.node === null ? "choose an area to open it" : "the heaviest; search or expand for the others") : "";
  const words = `Showing ${number(papers)} of ${number(view.papers)} papers, ${number(concepts)} of ${number(view.concepts)} concepts${why ? ` · ${why}` : ""}`;
  const clear = filtering().length || state.depth ? make("button", { type: "button", id: "clear", on: { click: () => change({ ...initial(), node: state.node, region: state.region, open: state.open, add: state.add, tab: state.tab }, true) } }, "Show all") : null;
  el("status").replaceChildren(...[make("span", {}, words), clear].filter(Boolean));
}

const narrow = matchMedia("(max-width: 820px)");
function showView(name) {
  document.body.dataset.view = name;
  for (const button of document.querySelectorAll(".views button")) button.setAttribute("aria-current", String(button.dataset.view === name));
  if (name === "graph") network.redraw();
}
for (const button of document.querySelectorAll(".views button")) button.addEventListener("click", () => showView(button.dataset.view));

const zoom = (factor) => network.moveTo({ scale: Math.min(Math.max(network.getScale() * factor, 0.005), 6), animation: calm.matches ? false : { duration: 160, easingFunction: "easeOutQuad" } });
el("zoom-in").addEventListener("click", () => zoom(1.5));
el("zoom-out").addEventListener("click", () => zoom(1 / 1.5));
el("zoom-fit").addEventListener("click", () => fitAll(true));
el("back").addEventListener("click", () => history.back());
el("forward").addEventListener("click", () => history.forward());
el("skip-list").addEventListener("click", () => (showView("list"), el("items").focus()));
el("skip-panel").addEventListener("click", () => (showView("panel"), panel.focus()));

//: More than this many moving nodes crawl.
const MOVING = 700;
el("loosen").addEventListener("click", () => {
  const on = el("loosen").getAttribute("aria-pressed") !== "true";
  if (on && onStage.size > MOVING) return toast(`Too many nodes to move (${number(onStage.size)}); filter down to ${MOVING} first.`);
  el("loosen").setAttribute("aria-pressed", String(on));
  return network.setOptions({ physics: { enabled: on } });
});

/** The nearest node in a direction, from the chosen one or from the middle of the view. */
function step(dx, dy) {
  const from = state.node !== null && onStage.has(state.node) ? place(state.node) : network.getViewPosition();
  let best = null;
  let least = Infinity;
  for (const node of onStage) {
    if (node === state.node) continue;
    const [x, y] = [place(node).x - from.x, place(node).y - from.y];
    const along = x * dx + y * dy;
    if (along <= 0) continue;
    const cost = Math.hypot(x, y) + 2 * Math.abs(x * dy - y * dx);
    if (cost < least) [best, least] = [node, cost];
  }
  if (best === null) return;
  select(best);
  network.moveTo({ position: place(best), animation: false });
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
stage.addEventListener("keydown", (event) => {
  if (event.key in STEPS) step(...STEPS[event.key]);
  else if (event.key === "Enter" && state.node !== null) (showView("panel"), panel.querySelector("h2")?.focus());
  else if (event.key === "e" && state.node !== null) expand(state.node);
  else return;
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || el("help-dialog").open) return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const keys = { "/": () => (searchBox.focus(), searchBox.select()), "?": () => el("help-dialog").showModal(), "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: () => fitAll(true), Escape: clearSelection, 1: () => depth(1), 2: () => depth(2), 3: () => depth(3), l: () => (showView("list"), el("items").focus()), g: () => (showView("graph"), stage.focus()), d: () => (showView("panel"), panel.focus()), f: () => { el("filters").open = !el("filters").open; showView("list"); if (el("filters").open) el("filter-fields").querySelector("input,select").focus(); } };
  if (!(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});
const depth = (steps_) => state.node !== null && change({ depth: state.depth === steps_ ? 0 : steps_ }, true);

const HELP = [["/", "Search"], ["↑ ↓", "Move in the list or the suggestions"], ["Enter", "Choose; in the graph: go to the details"], ["← → ↑ ↓", "In the graph: go to the nearest node"], ["1 2 3", "Show only what lies within so many steps; again: everything"], ["+ − 0", "Zoom in, zoom out, show all"], ["l g d f", "Go to the list, graph, details, filters"], ["e", "Bring in the neighbours of the chosen node"], ["Esc", "Choose nothing"]];
el("help-dialog").append(
  make("h2", { id: "help-title" }, "Keys"),
  make("dl", {}, HELP.flatMap(([keys, what]) => [make("dt", {}, make("kbd", {}, keys)), make("dd", {}, what)])),
  make("p", { class: "fine" }, "Drag to move, scroll to zoom, double click a node to bring in its neighbours. The page is one file and asks nothing of any network."),
  make("form", { method: "dialog" }, make("button", { type: "button", on: { click: () => el("help-dialog").close() } }, "Close")),
);
el("help").addEventListener("click", () => el("help-dialog").showModal());

const ready = loadWhole();
