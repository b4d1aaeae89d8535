// The details: of a paper, a concept, a region, a road, or of the whole.

const panel = el("panel");
let showing = 0;

/** Fill the panel; what a slower, earlier request brings later is thrown away. */
async function showDetails() {
  const turn = ++showing;
  panel.scrollTop = 0;
  const parts = state.node !== null ? (isPaper(state.node) ? await paperDetails(state.node) : await conceptDetails(state.node)) : state.region !== null ? regionDetails(state.region) : wholeDetails();
  if (turn === showing) panel.replaceChildren(...parts.filter(Boolean));
  return turn === showing;
}

const heading = (content, long) => make("h2", { tabindex: "-1", dir: "auto", class: long ? "long text" : "text" }, content);
const section = (title, ...content) => (content.flat().filter(Boolean).length ? make("section", {}, make("h3", {}, title), ...content) : null);
const link = (node, text) => make("button", { type: "button", class: "textlink", "data-node": node, on: { click: () => select(node, { fly: true }) } }, bdi(text || book.name[node]));

function chip(node, note) {
  const lightUpText = (on) => () => panel.querySelectorAll(`.mention[data-node="${node}"]`).forEach((each) => each.classList.toggle("lit", on));
  return make("li", {}, make("button", { type: "button", class: "chip", "data-node": node, on: { click: () => select(node, { fly: true }), mouseenter: lightUpText(true), mouseleave: lightUpText(false), focus: lightUpText(true), blur: lightUpText(false) } }, mark(kindOf(node)), bdi(book.name[node]), note ? make("small", {}, note) : null));
}

function kindline(node, word) {
  const region = book.region[node];
  return make("div", { class: "kindline" }, mark(kindOf(node)), word, make("button", { type: "button", class: "textlink", on: { click: () => selectRegion(region) }, title: view.regions[region].label.slice(0, 300) }, "its community"));
}

function steps() {
  return make("span", { class: "steps", role: "group", "aria-label": "Show only the neighbourhood" }, make("span", {}, "Within"), [1, 2, 3].map((depth) => make("button", { type: "button", "aria-pressed": String(state.depth === depth), "aria-label": `${depth} ${depth === 1 ? "step" : "steps"}`, "data-depth": depth, on: { click: () => change({ depth: state.depth === depth ? 0 : depth }, true) } }, String(depth))));
}

/** A text with its mentions as buttons in the colour of their kind; offsets count from the beginning of title + "\n". */
function marked(text, first, marks) {
  const parts = [];
  let at = 0;
  for (const [start, end, node] of marks) {
    const [from, to] = [start - first, end - first];
    if (from < at || to > text.length) continue;
    parts.push(text.slice(at, from), mention(node, text.slice(from, to)));
    at = to;
  }
  return [...parts, text.slice(at)];
}

/** A span, not a button: buttons do not break across lines. */
function mention(node, text) {
  const go = () => select(node, { fly: true });
  const keys = (event) => ["Enter", " "].includes(event.key) && (event.preventDefault(), go());
  return make("span", { class: `mention k-${kindOf(node)}`, role: "button", tabindex: "0", "data-node": node, title: `${wordOf(node)}: ${book.name[node].slice(0, 120)}`, on: { click: go, keydown: keys } }, text);
}

const sentenceOf = (paper, texts, sentence) => {
  const whole = `${book.name[paper]}\n${texts.abstract || ""}`;
  const span = texts.sentences[sentence];
  return span ? whole.slice(...span).trim() : "";
};
/** The first sentence that is not the title, which stands above it anyway. */
const telling = (paper, texts, sentences) => sentences.map((sentence) => sentenceOf(paper, texts, sentence)).find((text) => text !== book.name[paper].trim()) || "";
const quote = (text) => (text ? make("blockquote", { dir: "auto", class: "text" }, text.slice(0, 1200)) : null);

async function paperDetails(paper) {
  const texts = await textsOf(paper);
  const title = book.name[paper];
  const authors = texts.authors || [];
  const facts = [
    book.date[paper],
    authors.length ? authors.slice(0, 8).join(", ") + (authors.length > 8 ? ` and ${authors.length - 8} more` : "") : texts.author_count ? plural(texts.author_count, "author") : null,
    texts.organisation,
    texts.comments !== undefined ? plural(texts.comments, "comment") : null,
    texts.upvotes !== undefined ? plural(texts.upvotes, "upvote") : null,
  ].filter(Boolean);
  const claims = texts.claims;
  const roles = ROLES.map((role) => [role, [...new Set(claims.filter(([from, predicate]) => from === paper && view.predicates[predicate] === role).map(([, , to]) => to))]]).filter(([, nodes]) => nodes.length);
  const relations = claims.filter(([from, predicate]) => from !== paper || !ROLES.includes(view.predicates[predicate]));
  return [
    kindline(paper, "Paper"),
    heading(marked(title, 0, texts.marks.filter(([start]) => start < title.length)), title.length > 220),
    make("p", { class: "meta" }, facts.map((fact) => make("span", {}, bdi(fact)))),
    links(paper, texts),
    make("div", { class: "buttons" }, steps(), make("button", { type: "button", on: { click: () => copy(citation(paper, texts), "Citation copied") } }, "Copy citation"), make("button", { type: "button", on: { click: () => copy(bibtex(paper, texts), "BibTeX copied") } }, "Copy BibTeX")),
    section("Abstract", texts.abstract ? make("p", { class: "abstract", dir: "auto" }, marked(texts.abstract, title.length + 1, texts.marks)) : make("p", { class: "fine" }, "The source gives no abstract.")),
    section("What it does", roles.length ? make("dl", { class: "roles" }, roles.flatMap(([role, nodes]) => [make("dt", {}, WORDS[role][0]), make("dd", {}, make("ul", { class: "chips" }, nodes.map((node) => chip(node, weightOf(node) > 1 ? number(weightOf(node)) : ""))))])) : null),
    section("Results", resultTable(paper, texts)),
    section("What it says", relations.length ? make("ul", { class: "said" }, relations.map(([from, predicate, to, , sentences]) => make("li", {}, link(from), ` ${WORDS[view.predicates[predicate]][0]} `, link(to), quote(sentenceOf(paper, texts, sentences[0]))))) : null),
    relatedSection(paper, texts),
    section("Source", make("p", { class: "fine text" }, [...(texts.ids || []), ...(texts.seen || [])].map((line) => make("div", {}, bdi(line))))),
  ];
}

function links(paper, texts) {
  const addresses = (texts.links || []).map(webAddress).filter(Boolean);
  const arxiv = /^arxiv:(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?\/\d{7})$/.exec(book.id[paper]);
  if (arxiv && !addresses.some((url) => url.hostname.endsWith("arxiv.org"))) addresses.unshift(new URL(`https://arxiv.org/abs/${arxiv[1]}`));
  if (!addresses.length) return null;
  return make("div", { class: "buttons" }, addresses.slice(0, 12).map((url) => make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, `${url.hostname} ↗`)));
}

function sharing(paper) {
  const scores = new Map();
  for (const concept of partners(paper)) {
    if (weightOf(concept) > 400) continue;
    for (const other of partners(concept)) {
      if (other === paper) continue;
      const found = scores.get(other) || { score: 0, concepts: [] };
      found.score += Math.log(view.papers / weightOf(concept));
      found.concepts.push(concept);
      scores.set(other, found);
    }
  }
  return [...scores].sort((a, b) => b[1].score - a[1].score || a[0] - b[0]).slice(0, 5).map(([other, { concepts }]) => [other, `both speak of ${concepts.sort((a, b) => weightOf(a) - weightOf(b)).slice(0, 4).map((concept) => book.name[concept]).join(", ")}`]);
}

function resultTable(paper, texts) {
  if (!texts.results.length) return null;
  const cell = (node) => (node === null ? "—" : node === paper ? "this paper" : link(node));
  return make("table", { class: "results" }, make("thead", {}, make("tr", {}, ["Value", "Metric", "On", "Method"].map((word) => make("th", { scope: "col" }, word)))), make("tbody", {}, texts.results.map((result) => make("tr", { title: sentenceOf(paper, texts, result.sentence).slice(0, 600) }, make("td", { class: "value" }, bdi((result.kind === "improvement" && !/^[+-]/.test(result.text) ? "Δ " : "") + result.text)), make("td", {}, cell(result.metric)), make("td", {}, cell(result.on)), make("td", {}, cell(result.method))))));
}

/** What to read next: as the build found it, or, in a very large graph, by the rare concepts two papers share. */
function relatedSection(paper, texts) {
  const related = texts.related || sharing(paper);
  return section("Read next", related.length ? make("ul", { class: "said" }, related.map(([paper, reason]) => make("li", {}, link(paper), make("div", { class: "why" }, bdi(reason))))) : null);
}

//: Papers shown for one role of a concept before "more".
const FEW = 6;

async function conceptDetails(node) {
  const papers = partners(node);
  const aliases = aliasesOf(node);
  const roles = ROLES.map((role) => [role, [...new Set(roadsOf[node].filter((road) => book.to[road] === node && predicateOf(road) === role).map((road) => book.from[road]))].sort(ORDERS.newest)]).filter(([, of]) => of.length);
  const narrower = roadlessNarrower(node);
  const relations = roadsOf[node].filter((road) => !isRole(road));
  const near = beside(node).slice(0, 12);
  return [
    kindline(node, `${wordOf(node)} in ${plural(papers.length, "paper")}`),
    heading(bdi(book.name[node]), book.name[node].length > 200),
    aliases.length ? make("p", { class: "meta" }, "Also ", aliases.slice(0, 20).map((alias, at) => [at ? ", " : "", bdi(alias)]), aliases.length > 20 ? ` and ${aliases.length - 20} more` : "") : null,
    make("div", { class: "buttons" }, steps(), LARGE ? make("button", { type: "button", on: { click: () => expand(node) } }, "Bring in its neighbours") : null),
    section("Broader", chipList(book.broader[conceptAt(node)])),
    section("Narrower", chipList(narrower.slice(0, 30))),
    section("Years", timeline(node, papers)),
    ...(await Promise.all(roles.map(([role, of]) => rolePapers(node, role, of)))),
    leaderboard(node),
    section("Often beside it", near.length ? make("ul", { class: "bars" }, near.map(([other, count]) => make("li", {}, make("button", { type: "button", "data-node": other, on: { click: () => select(other, { fly: true }) } }, mark(kindOf(other)), bdi(book.name[other]), make("small", {}, plural(count, "paper")))))) : null),
    section("What papers say of it", await saidOf(node, relations)),
  ];
}

const chipList = (nodes) => (nodes.length ? make("ul", { class: "chips" }, nodes.map((each) => chip(each, number(weightOf(each))))) : null);
let narrowerOf = null;
function roadlessNarrower(node) {
  if (!narrowerOf) {
    narrowerOf = new Map();
    book.broader.forEach((above, at) => above.forEach((each) => narrowerOf.set(each, [...(narrowerOf.get(each) || []), at + view.papers])));
  }
  return (narrowerOf.get(node) || []).sort(ORDERS.weight);
}

/** The papers of one role, newest first, each with the sentence that says it. */
async function rolePapers(node, role, papers) {
  const list = make("ul", { class: "said" });
  const add = async (count) => {
    const from = list.childElementCount;
    const next = papers.slice(from, from + count);
    const texts = await Promise.all(next.map(textsOf));
    list.append(...next.map((paper, at) => {
      const claim = texts[at].claims.find(([head, predicate, tail]) => head === paper && tail === node && view.predicates[predicate] === role);
      return make("li", {}, link(paper), book.date[paper] ? make("small", {}, ` ${book.date[paper]}`) : null, quote(claim ? telling(paper, texts[at], claim[4]) : ""));
    }));
    more.hidden = list.childElementCount >= papers.length;
    more.textContent = `${number(papers.length - list.childElementCount)} more`;
  };
  const more = make("button", { type: "button", on: { click: () => add(20) } }, "more");
  await add(FEW);
  return make("section", {}, make("h3", {}, `${WORDS[role][1]} `, make("span", {}, plural(papers.length, "paper"))), list, make("div", { class: "buttons" }, more));
}

/** Relations of a concept with the papers that say so; the first dozen. */
async function saidOf(node, roads) {
  const items = await Promise.all(roads.slice(0, 12).map(async (road) => {
    const paper = book.paper[road];
    const texts = await textsOf(paper);
    const claim = texts.claims.find(([from, predicate, to]) => from === book.from[road] && to === book.to[road] && predicate === book.predicate[road]);
    return make("li", {}, link(book.from[road]), ` ${WORDS[predicateOf(road)][0]} `, link(book.to[road]), quote(claim && claim[4].length ? sentenceOf(paper, texts, claim[4][0]) : ""), make("div", { class: "why" }, "in ", link(paper)));
  }));
  return items.length ? [make("ul", { class: "said" }, items), roads.length > 12 ? make("p", { class: "fine" }, `The first 12 of ${number(roads.length)}.`) : null] : null;
}

function timeline(node, papers) {
  const years = papers.map(yearOf).filter((year) => year !== null);
  if (years.length < 2) return null;
  const [first, last] = [Math.min(...years), Math.max(...years)];
  const count = last - first + 1;
  const tally = Array.from({ length: count }, (_, at) => years.filter((year) => year === first + at).length);
  const top = Math.max(...tally);
  const svg = document.createElementNS(SVG, "svg");
  const draw = (tag, attributes, text) => {
    const shape = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    if (text !== undefined) shape.textContent = text;
    svg.append(shape);
  };
  for (const [key, value] of [["viewBox", "0 0 360 74"], ["class", `timeline k-${kindOf(node)}`], ["role", "img"], ["aria-label", `Papers a year, ${first} to ${last}: ${tally.join(", ")}`]]) svg.setAttribute(key, value);
  const step = 360 / count;
  draw("line", { x1: 0, y1: 58.5, x2: 360, y2: 58.5 });
  tally.forEach((papersThen, at) => {
    const height = (papersThen / top) * 44;
    const wide = Math.min(step * 0.7, 26);
    if (papersThen) draw("rect", { x: (at + 0.5) * step - wide / 2, y: 58 - height, width: wide, height, rx: 1.5 });
    if (papersThen && step > 16) draw("text", { x: (at + 0.5) * step, y: 54 - height }, papersThen);
    if (count < 9 || at % Math.ceil(count / 6) === 0) draw("text", { x: (at + 0.5) * step, y: 71 }, first + at);
  });
  const undated = papers.length - years.length;
  return [svg, undated ? make("p", { class: "fine" }, `${plural(undated, "paper")} without a year.`) : null];
}

function leaderboard(node) {
  const boards = leaders[node];
  if (!boards) return null;
  return section("Leaderboard", boards.map(board));
}

function board({ metric, rows, more }) {
  const row = ([text, method, paper]) => make("tr", {}, make("td", { class: "value" }, bdi(text)), make("td", {}, method === paper ? "its method" : link(method)), make("td", {}, link(paper, book.label[paper])));
  const head = make("tr", {}, make("th", { scope: "col" }, bdi(metric)), make("th", { scope: "col" }, "Method"), make("th", { scope: "col" }, "Paper"));
  return [make("table", { class: "results" }, make("thead", {}, head), make("tbody", {}, rows.map(row))), more ? make("p", { class: "fine" }, `and ${plural(more, "more value", "more values")}`) : null];
}

function regionDetails(region) {
  const { label, papers, concepts } = view.regions[region];
  const within = [];
  const own = [];
  for (let node = 0; node < book.size; node++) if (book.region[node] === region) (isPaper(node) ? own : within).push(node);
  within.sort(ORDERS.weight);
  return [
    make("div", { class: "kindline" }, "Community"),
    heading(bdi(label), label.length > 200),
    make("p", { class: "meta" }, make("span", {}, plural(papers, "paper")), make("span", {}, plural(concepts, "concept"))),
    make("div", { class: "buttons" }, make("button", { type: "button", on: { click: () => change({ only: state.only === region ? null : region }, true) } }, state.only === region ? "Show the others too" : "Show only this"), LARGE && state.open.includes(region) ? make("button", { type: "button", on: { click: () => change({ open: state.open.filter((each) => each !== region) }, true) } }, "Close it") : null),
    LARGE && own.length > REGION_PAPERS ? make("p", { class: "fine" }, `Of its ${number(own.length)} papers the ${REGION_PAPERS} with the most concepts are drawn; the list and the search bring in any other.`) : null,
    section("What its papers share", chipList(within.filter((node) => weightOf(node) > 1).slice(0, 24))),
    section("Papers", paperLinks(own.sort(ORDERS.title))),
  ];
}

function paperLinks(papers) {
  const list = make("ul", { class: "said" });
  const more = make("button", { type: "button", on: { click: () => add() } }, "more");
  const add = () => {
    const from = list.childElementCount;
    list.append(...papers.slice(from, from + 40).map((paper) => make("li", {}, link(paper), book.date[paper] ? make("small", {}, ` ${book.date[paper]}`) : null)));
    more.hidden = list.childElementCount >= papers.length;
  };
  add();
  return [list, make("div", { class: "buttons" }, more)];
}

function wholeDetails() {
  const hubs = [];
  for (let node = view.papers; node < book.size; node++) if (kindOf(node) !== "metric") hubs.push(node);
  hubs.sort(ORDERS.weight);
  const [papers, concepts] = view.whole;
  const part = papers !== view.papers || concepts !== view.concepts;
  return [
    make("p", { class: "lead" }, view.focus ? ["The neighbourhood of ", bdi(view.focus), `: ${number(view.papers)} of ${number(papers)} papers, ${number(view.concepts)} of ${number(concepts)} concepts.`] : `${plural(view.papers, "paper")} and the ${number(view.concepts)} methods, datasets, benchmarks, tasks and metrics they speak of. Papers that share rare concepts lie together.`),
    make("div", { class: "facts" }, view.kinds.map(({ key, word, count }) => make("div", {}, make("b", {}, number(count)), make("span", {}, count === 1 ? word : `${word}s`)))),
    part && !view.focus ? make("p", { class: "fine" }, `Part of a graph of ${plural(papers, "paper")}.`) : null,
    section("Where papers meet", hubs.length ? make("ul", { class: "bars" }, hubs.slice(0, 12).map((node) => make("li", {}, make("button", { type: "button", "data-node": node, on: { click: () => select(node, { fly: true }) } }, mark(kindOf(node)), bdi(book.name[node]), make("small", {}, plural(weightOf(node), "paper")))))) : null),
    section("How to read it", make("ul", { class: "hints" }, ["Choose a node to see its sentences; choose a line to see who says it.", LARGE ? "Each area is a community; choose one to open its papers." : "Each area is a community of papers; its name says what they share.", "Press / to search, ? for all keys. The address keeps what you see: send it as a link."].map((hint) => make("li", {}, hint)))),
  ];
}

async function roadDetails(road) {
  const turn = ++showing;
  const same = roadsOf[book.from[road]].filter((each) => otherEnd(each, book.from[road]) === otherEnd(road, book.from[road]));
  const items = await Promise.all(same.slice(0, 30).map(async (each) => {
    const paper = book.paper[each];
    const texts = await textsOf(paper);
    const claim = texts.claims.find(([from, predicate, to]) => from === book.from[each] && to === book.to[each] && predicate === book.predicate[each]);
    const sentences = claim ? claim[4] : [];
    return make("li", {}, link(book.from[each]), ` ${WORDS[predicateOf(each)][0].toLowerCase()} `, link(book.to[each]), sentences.map((sentence) => quote(sentenceOf(paper, texts, sentence))), make("div", { class: "why" }, `confidence ${claim ? claim[3] : "unknown"}, in `, link(paper)));
  }));
  if (turn === showing) panel.replaceChildren(make("div", { class: "kindline" }, "What is said"), make("ul", { class: "said" }, items));
}
