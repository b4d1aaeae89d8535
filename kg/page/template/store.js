// What the page holds: the overview, the index of nodes and roads, the texts of the papers, and the search over all names.

const el = (id) => document.getElementById(id);

/** Make an element: attributes (never from papers, except checked links), then children; strings become text nodes. */
function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (key === "class") node.className = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A text of a paper, shut off from the direction and the overrides of what stands around it. */
const bdi = (text) => make("bdi", { dir: "auto" }, String(text));

const number = new Intl.NumberFormat("en").format;
const plural = (count, one, many) => `${number(count)} ${count === 1 ? one : many || one + "s"}`;

async function readBlock(id) {
  const element = document.getElementById(id);
  if (!element) return null;
  const value = JSON.parse(element.textContent);
  element.remove();
  return typeof value === "string" ? JSON.parse(await unpack(value)) : value;
}

/** gzip in base64 to text, by the browser itself. */
function unpack(packed) {
  const raw = atob(packed);
  const bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

const view = JSON.parse(el("overview").textContent);
const KINDS = view.kinds.map((kind) => kind.key);
const PAPER = 0;
const ROLES = ["introduces", "uses", "comparesWith", "evaluatesOn", "addresses", "reports", "mentions"];
const WORDS = {
  introduces: ["Introduces", "Introduced by"], uses: ["Uses", "Used by"], comparesWith: ["Compares with", "Compared with by"],
  evaluatesOn: ["Evaluates on", "Evaluated on by"], addresses: ["Addresses", "Addressed by"], reports: ["Reports", "Reported by"],
  mentions: ["Mentions", "Mentioned by"], usedFor: ["used for", "is the purpose of"], basedOn: ["based on", "is the basis of"],
  partOf: ["part of", "has the part"], outperforms: ["outperforms", "is outperformed by"],
  comparedWith: ["compared with", "compared with"], trainedOn: ["trained on", "trains"], broader: ["kind of", "covers"],
};

/** Columns of all nodes and roads; empty until `loadIndex` has run. */
const book = { size: 0, id: [], label: [], name: [], kind: [], x: [], y: [], radius: [], region: [], date: [], from: [], to: [], predicate: [], paper: [] };
let indexOf = new Map();
let roadsOf = [];
let papersOf = [];
let leaders = {};

async function loadIndex() {
  const columns = await readBlock("index");
  Object.assign(book, columns);
  book.size = columns.x.length;
  book.id = columns.names.filter((_, at) => at % 2 === 0);
  book.name = columns.names.filter((_, at) => at % 2);
  book.label = columns.label.map((label, node) => label || book.name[node]);
  indexOf = new Map(book.id.map((id, index) => [id, index]));
  roadsOf = Array.from({ length: book.size }, () => []);
  for (let road = 0; road < book.from.length; road++) {
    roadsOf[book.from[road]].push(road);
    roadsOf[book.to[road]].push(road);
  }
  // Two papers that both say A beats B draw one edge: the first road between two nodes stands for its fellows.
  book.edge = new Map();
  for (let road = 0; road < book.from.length; road++) {
    const key = book.from[road] * book.size + book.to[road];
    if (!book.edge.has(key)) book.edge.set(key, road);
  }
  leaders = columns.boards || {};
}

const isPaper = (node) => book.kind[node] === PAPER;
const kindOf = (node) => KINDS[book.kind[node]];
const conceptAt = (node) => node - view.papers;
const aliasesOf = (node) => (isPaper(node) ? [] : book.aliases[conceptAt(node)]);
const yearOf = (node) => (/^\d{4}/.test(book.date[node] || "") ? Number(book.date[node].slice(0, 4)) : null);
const predicateOf = (road) => view.predicates[book.predicate[road]];
const isRole = (road) => isPaper(book.from[road]) && ROLES.includes(predicateOf(road));
const otherEnd = (road, node) => (book.from[road] === node ? book.to[road] : book.from[road]);

/** The papers of a concept, or the concepts of a paper, once each. */
function partners(node) {
  if (!papersOf[node]) papersOf[node] = [...new Set(roadsOf[node].filter(isRole).map((road) => otherEnd(road, node)))];
  return papersOf[node];
}
const weightOf = (node) => partners(node).length;

const blocks = new Map();
/** The texts of a paper; a block is unpacked once, when the first of its papers is asked for. */
async function textsOf(paper) {
  const block = Math.floor(paper / view.block);
  if (!blocks.has(block)) blocks.set(block, readBlock(`texts-${block}`));
  const texts = (await blocks.get(block))[paper % view.block];
  // [subject, predicate, object, confidence, sentences] of each claim of the paper.
  if (!texts.claims) {
    texts.claims = roadsSaidBy(paper).map((road, at) => [book.from[road], book.predicate[road], book.to[road], texts.sure[at] / 100, texts.said[at] || []]);
    texts.marks = texts.marks.map(([start, length, claim]) => [start, start + length, texts.claims[claim][2]]);
    texts.sentences = texts.sentences.map(([start, length]) => [start, start + length]);
  }
  return texts;
}

let saidBy = null;
/** The roads a paper says, in the order of the index. */
function roadsSaidBy(paper) {
  if (!saidBy) {
    saidBy = Array.from({ length: view.papers }, () => []);
    book.paper.forEach((each, road) => saidBy[each].push(road));
  }
  return saidBy[paper];
}

/** Compared form of a text: no case, no accents. */
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

let names = null;
function searchable() {
  if (names) return names;
  names = [];
  for (let node = 0; node < book.size; node++) {
    const folded = fold(book.name[node]);
    names.push({ node, folded, name: book.name[node] });
    // A paper is called by what stands before the colon of its title, like the method it introduces: both fit wholly.
    if (isPaper(node) && folded.indexOf(":") > 1) names.push({ node, folded: folded.slice(0, folded.indexOf(":")).trim(), name: book.name[node] });
    for (const alias of aliasesOf(node)) names.push({ node, folded: fold(alias), name: alias, alias: true });
    if (isPaper(node)) names.push({ node, folded: fold(book.id[node].replace(/^\w+:/, "")), name: book.id[node], alias: true });
  }
  return names;
}

/** The best nodes for what was typed: whole name, then beginning, then beginning of a word, then any part; heavier first. */
function search(typed, most) {
  const wanted = fold(typed.trim());
  if (!wanted) return [];
  const parts = wanted.split(/\s+/);
  const best = new Map();
  for (const entry of searchable()) {
    const at = entry.folded.indexOf(wanted);
    let score;
    if (at < 0) {
      if (parts.length < 2 || !parts.every((part) => entry.folded.includes(part))) continue;
      score = 1;
    } else if (entry.folded.length === wanted.length) score = 6;
    else if (at === 0) score = /[\p{L}\p{N}]/u.test(entry.folded[wanted.length]) ? 4 : 5;
    else score = /[\p{L}\p{N}]/u.test(entry.folded[at - 1]) ? 2 : 3;
    if (entry.alias) score -= 0.5;
    const known = best.get(entry.node);
    if (!known || known.score < score) best.set(entry.node, { node: entry.node, score, name: entry.name, alias: entry.alias });
  }
  const order = (a, b) => b.score - a.score || isPaper(b.node) - isPaper(a.node) || weightOf(b.node) - weightOf(a.node) || a.node - b.node;
  return [...best.values()].sort(order).slice(0, most);
}

/** Papers with the concepts a node shares with others: for a concept what stands beside it, with the number of papers. */
function beside(node) {
  const counts = new Map();
  for (const paper of partners(node)) for (const other of partners(paper)) if (other !== node) counts.set(other, (counts.get(other) || 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || weightOf(b[0]) - weightOf(a[0]) || a[0] - b[0]);
}

/** Only web addresses are ever opened. */
function webAddress(link) {
  try {
    const url = new URL(link);
    return ["http:", "https:"].includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
}
