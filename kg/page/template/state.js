// What the reader asks to see, kept in the address, and which nodes and roads that shows.

const LARGE = view.mode !== "all";
//: Drawn at once, at most; vis-network stays quick with these.
const LIMIT = 3500;
//: Papers drawn when a region opens, and neighbours brought in with a node: the heaviest first, the rest on demand.
const REGION_PAPERS = 400;
const BROUGHT = 120;

const initial = () => ({ node: null, region: null, depth: 0, hide: [], roles: [], from: "", to: "", min: 1, only: null, open: [], add: [], tab: "papers" });
const state = initial();
const listeners = [];
const onChange = (run) => listeners.push(run);

const asked = (key) => JSON.stringify(state[key]) !== JSON.stringify(initial()[key]);
const filtering = () => ["hide", "roles", "from", "to", "min", "only"].filter(asked);

/** Change what is seen; `push` makes a step for Back, otherwise the address is only brought up to date. */
function change(next, push) {
  const before = { ...state };
  Object.assign(state, next);
  const hash = toHash();
  if (hash !== location.hash.replace(/^#/, "")) {
    try {
      history[push ? "pushState" : "replaceState"](null, "", "#" + hash);
    } catch {
      // A page inside a notebook's frame may not own its address: it then works without one.
    }
  }
  for (const run of listeners) run(before);
}

function toHash() {
  const said = new URLSearchParams();
  if (state.node !== null) said.set("node", book.id[state.node]);
  if (state.region !== null) said.set("region", state.region);
  for (const key of ["depth", "from", "to", "min", "only", "tab"]) if (asked(key)) said.set(key, state[key]);
  for (const key of ["hide", "roles", "open"]) if (asked(key)) said.set(key, state[key].join("."));
  for (const node of state.add) said.append("add", book.id[node]);
  return said.toString();
}

/** The state an address asks for; what it names and the page does not hold is left out. */
function fromHash() {
  const said = new URLSearchParams(location.hash.replace(/^#/, ""));
  const next = initial();
  const whole = (key, low, high) => {
    const value = Number(said.get(key));
    return said.has(key) && Number.isInteger(value) && value >= low && value <= high ? value : initial()[key];
  };
  const listed = (key) => (said.get(key) || "").split(".").filter(Boolean);
  if (said.has("node") && indexOf.has(said.get("node"))) next.node = indexOf.get(said.get("node"));
  next.region = whole("region", 0, view.regions.length - 1);
  next.only = whole("only", 0, view.regions.length - 1);
  next.depth = whole("depth", 0, 3);
  next.min = whole("min", 1, 1e6);
  for (const key of ["from", "to"]) if (/^\d{4}$/.test(said.get(key) || "")) next[key] = said.get(key);
  next.hide = listed("hide").filter((kind) => KINDS.includes(kind));
  next.roles = listed("roles").filter((role) => ROLES.includes(role));
  next.open = listed("open").map(Number).filter((region) => Number.isInteger(region) && region >= 0 && region < view.regions.length);
  next.add = said.getAll("add").filter((id) => indexOf.has(id)).map((id) => indexOf.get(id));
  if (said.get("tab") === "concepts" || (next.node !== null && !isPaper(next.node))) next.tab = "concepts";
  return next;
}

window.addEventListener("popstate", () => change(fromHash(), false));
window.addEventListener("hashchange", () => toHash() !== location.hash.replace(/^#/, "") && change(fromHash(), false));

/** Nodes that pass the filters, as a 0/1 array: in a small graph all of them are drawn. */
function matching() {
  const fits = new Uint8Array(book.size);
  const hidden = new Set(state.hide);
  const roles = new Set(state.roles);
  const dated = state.from || state.to;
  for (let paper = 0; paper < view.papers; paper++) {
    const year = yearOf(paper);
    const inTime = !dated || (year !== null && (!state.from || year >= Number(state.from)) && (!state.to || year <= Number(state.to)));
    const inRegion = state.only === null || book.region[paper] === state.only;
    fits[paper] = inTime && inRegion && (!roles.size || roadsOf[paper].some((road) => roles.has(predicateOf(road)))) ? 1 : 0;
  }
  const loose = !dated && state.only === null && !roles.size;
  for (let node = view.papers; node < book.size; node++) {
    if (hidden.has(kindOf(node)) || (state.min > 1 && weightOf(node) < state.min)) continue;
    fits[node] = loose || roadsOf[node].some((road) => (!roles.size || roles.has(predicateOf(road))) && isRole(road) && fits[book.from[road]]) ? 1 : 0;
  }
  if (hidden.has("paper")) fits.fill(0, 0, view.papers);
  if (state.depth && state.node !== null) keepAround(fits, state.node, state.depth);
  if (state.node !== null) fits[state.node] = 1;
  return fits;
}

function keepAround(fits, start, depth) {
  const roles = new Set(state.roles);
  const reached = new Uint8Array(book.size);
  reached[start] = 1;
  let border = [start];
  for (let step = 0; step < depth; step++) {
    const next = [];
    for (const node of border)
      for (const road of roadsOf[node]) {
        const other = otherEnd(road, node);
        if (!reached[other] && fits[other] && (!roles.size || !isRole(road) || roles.has(predicateOf(road)))) {
          reached[other] = 1;
          next.push(other);
        }
      }
    border = next;
  }
  for (let node = 0; node < book.size; node++) fits[node] &= reached[node];
}

/** What is drawn: matching nodes; of a large graph those shown at first, of open regions, and those brought in. */
function drawn(fits) {
  let nodes;
  if (!LARGE || (state.depth && state.node !== null)) nodes = all(fits);
  else {
    const wanted = new Set(book.shown);
    for (const region of state.only === null ? state.open : [...state.open, state.only]) for (const node of ofRegion(region)) wanted.add(node);
    for (const node of state.node === null ? state.add : [...state.add, state.node]) {
      wanted.add(node);
      for (const other of heaviest(neighbours(node), BROUGHT)) wanted.add(other);
    }
    nodes = [...wanted].filter((node) => fits[node]);
  }
  const kept = nodes.length > LIMIT ? heaviest(nodes.filter((node) => node !== state.node), LIMIT - 1).concat(state.node === null ? [] : [state.node]) : nodes;
  return kept.sort((a, b) => a - b);
}

const all = (fits) => {
  const nodes = [];
  for (let node = 0; node < fits.length; node++) if (fits[node]) nodes.push(node);
  return nodes;
};
const neighbours = (node) => [...new Set(roadsOf[node].map((road) => otherEnd(road, node)))];
const heaviest = (nodes, most) => (nodes.length <= most ? nodes : [...nodes].sort((a, b) => rank(b) - rank(a) || a - b).slice(0, most));
/** Papers count as much as a concept of a few papers, so that the heaviest hold both. */
const rank = (node) => (isPaper(node) ? 4 + weightOf(node) / 100 : weightOf(node));

const regionNodes = new Map();
/** The heaviest papers of a region, what they introduce, and its concepts that several papers have. */
function ofRegion(region) {
  if (!regionNodes.has(region)) {
    const papers = [];
    for (let paper = 0; paper < view.papers; paper++) if (book.region[paper] === region) papers.push(paper);
    const kept = new Set([...papers].sort((a, b) => weightOf(b) - weightOf(a) || a - b).slice(0, REGION_PAPERS));
    for (const paper of [...kept])
      for (const road of roadsOf[paper])
        if (predicateOf(road) === "introduces" || (isRole(road) && weightOf(book.to[road]) > 1 && book.region[book.to[road]] === region)) kept.add(book.to[road]);
    regionNodes.set(region, [...kept]);
  }
  return regionNodes.get(region);
}
