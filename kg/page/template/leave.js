// What leaves the page: pictures and files of what is shown, and citations. Everything is made here, nothing is sent.

function save(name, type, parts) {
  const url = URL.createObjectURL(parts instanceof Blob ? parts : new Blob(parts, { type }));
  const anchor = make("a", { href: url, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

const stageNodes = () => [...onStage].sort((a, b) => a - b);
const stageRoads = () => {
  const roads = [];
  for (const node of stageNodes()) for (const road of roadsOf[node]) if (book.from[road] === node && onStage.has(book.to[road])) roads.push(road);
  return roads.sort((a, b) => a - b);
};

function savePng() {
  network.redraw();
  const source = network.canvas.frame.canvas;
  const picture = make("canvas", { width: source.width, height: source.height });
  const ctx = picture.getContext("2d");
  ctx.fillStyle = colours.ground;
  ctx.fillRect(0, 0, picture.width, picture.height);
  ctx.drawImage(source, 0, 0);
  picture.toBlob((blob) => save("papers.png", "image/png", blob), "image/png");
}

//: Characters XML 1.0 cannot carry.
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const xml = (text) => String(text).replace(UNWRITABLE, "\ufffd").replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

function svgShape(node) {
  const { x, y } = place(node);
  const r = book.radius[node];
  const paint = `fill="${colours.kinds[book.kind[node]]}"`;
  const shape = view.kinds[book.kind[node]].shape;
  if (shape === "dot") return `<circle cx="${Math.round(x)}" cy="${Math.round(y)}" r="${r}" ${paint}/>`;
  const scale = (2 * r) / 11;
  return `<path d="${PATHS[shape]}" ${paint} transform="translate(${(x - 6 * scale).toFixed(1)} ${(y - 6 * scale).toFixed(1)}) scale(${scale.toFixed(3)})"/>`;
}

function svgText() {
  const nodes = stageNodes();
  const box = nodes.length ? boxOf(nodes) : view.box;
  const [left, top, wide, high] = [box[0] - 80, box[1] - 80, box[2] - box[0] + 160, box[3] - box[1] + 160].map(Math.round);
  const outline = (corners) => corners.map((value, at) => `${at % 2 ? "" : at ? "L" : "M"}${value} `).join("") + "Z";
  const line = (road) => {
    const [from, to] = [place(book.from[road]), place(book.to[road])];
    return `<line x1="${Math.round(from.x)}" y1="${Math.round(from.y)}" x2="${Math.round(to.x)}" y2="${Math.round(to.y)}" stroke="rgb(${colours.road})" stroke-opacity="${predicateOf(road) === "introduces" ? 0.45 : 0.14}"/>`;
  };
  const label = (node) => {
    const { x, y } = place(node);
    return `<text x="${Math.round(x)}" y="${Math.round(y + book.radius[node] + 13)}" fill="${isPaper(node) ? colours.ink : colours.kinds[book.kind[node]]}">${xml(shown(book.label[node]))}<title>${xml(book.name[node])}</title></text>`;
  };
  const used = new Set(nodes.map((node) => book.region[node]));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${left} ${top} ${wide} ${high}" width="${wide}" height="${high}" font-family="sans-serif" font-size="11" text-anchor="middle">`,
    `<rect x="${left}" y="${top}" width="${wide}" height="${high}" fill="${colours.ground}"/>`,
    ...view.regions.filter((_, at) => used.has(at)).map(({ outline: corners }) => `<path d="${outline(corners)}" fill="${colours.region}" stroke="${colours.line}"/>`),
    ...stageRoads().map(line),
    ...nodes.map(svgShape),
    ...nodes.filter((node) => isPaper(node) || weightOf(node) > 1).map(label),
    "</svg>\n",
  ].join("\n");
}

/** A cell of CSV; one that a spreadsheet would run as a formula is kept a text. */
function cell(value) {
  const text = String(value ?? "").replace(UNWRITABLE, "\ufffd");
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
const csv = (rows) => rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";

const nodesCsv = () => csv([["id", "kind", "name", "date", "links", "community"], ...stageNodes().map((node) => [book.id[node], kindOf(node), book.name[node], isPaper(node) ? book.date[node] : "", weightOf(node), view.regions[book.region[node]].label])]);
const roadsCsv = () => csv([["subject", "predicate", "object", "paper"], ...stageRoads().map((road) => [book.id[book.from[road]], predicateOf(road), book.id[book.to[road]], book.id[book.paper[road]] || ""])]);

function graphml() {
  const keys = [["name", "node"], ["kind", "node"], ["date", "node"], ["community", "node"], ["predicate", "edge"], ["paper", "edge"]];
  const field = (key, value) => (value ? `<data key="${key}">${xml(value)}</data>` : "");
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...keys.map(([name, of]) => `<key id="${name}" for="${of}" attr.name="${name}" attr.type="string"/>`),
    '<graph edgedefault="directed">',
    ...stageNodes().map((node) => `<node id="${xml(book.id[node])}">${field("name", book.name[node])}${field("kind", kindOf(node))}${field("date", isPaper(node) && book.date[node])}${field("community", view.regions[book.region[node]].label)}</node>`),
    ...stageRoads().map((road) => `<edge source="${xml(book.id[book.from[road]])}" target="${xml(book.id[book.to[road]])}">${field("predicate", predicateOf(road))}${field("paper", book.id[book.paper[road]])}</edge>`),
    "</graph>",
    "</graphml>\n",
  ].join("\n");
}

const TEX = { "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "%": "\\%", "&": "\\&", "#": "\\#", $: "\\$", _: "\\_", "^": "\\^{}", "~": "\\~{}" };
const tex = (text) => String(text).replace(UNWRITABLE, "\ufffd").replace(/\s+/g, " ").replace(/[\\{}%&#$_^~]/g, (char) => TEX[char]);

function bibtex(paper, texts) {
  const key = book.id[paper].replace(/[^A-Za-z0-9.:-]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 80) || `paper-${paper}`;
  const date = /^(\d{4})(?:-(\d\d))?/.exec(book.date[paper] || "");
  const arxiv = /^arxiv:(.+)$/.exec(book.id[paper]);
  const address = (texts.links || []).map(webAddress).find(Boolean);
  const fields = [
    ["title", `{${tex(book.name[paper])}}`],
    ["author", (texts.authors || []).map(tex).join(" and ")],
    ["year", date && date[1]],
    ["month", date && date[2] && String(Number(date[2]))],
    ["eprint", arxiv && tex(arxiv[1])],
    ["archiveprefix", arxiv && "arXiv"],
    ["url", address && address.href.replace(/[{}\\]/g, encodeURIComponent)],
  ].filter(([, value]) => value);
  return `@misc{${key},\n${fields.map(([name, value]) => `  ${name} = {${value}},`).join("\n")}\n}\n`;
}

async function bibtexOfStage() {
  const papers = stageNodes().filter(isPaper);
  const texts = await Promise.all(papers.map(textsOf));
  return papers.map((paper, at) => bibtex(paper, texts[at])).join("\n");
}

function citation(paper, texts) {
  const authors = texts.authors || [];
  const who = authors.length > 3 ? `${authors[0]} et al.` : authors.join(", ");
  const year = yearOf(paper);
  const address = (texts.links || []).map(webAddress).find(Boolean);
  return [who && `${who}${year ? ` (${year})` : ""}.`, `${book.name[paper]}${/[.?!]$/.test(book.name[paper]) ? "" : "."}`, !who && year && `${year}.`, address ? address.href : book.id[paper]].filter(Boolean).join(" ");
}

async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = make("textarea", { readonly: true });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  toast(said);
}

let fading = 0;
function toast(text) {
  el("toast").textContent = text;
  el("toast").hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => (el("toast").hidden = true), 2600);
}

const EXPORTS = [
  ["png", "PNG", "the picture as you see it", savePng],
  ["svg", "SVG", "everything shown, sharp at any size", () => save("papers.svg", "image/svg+xml", [svgText()])],
  ["nodes", "CSV, nodes", "papers and concepts shown", () => save("nodes.csv", "text/csv", ["\ufeff", nodesCsv()])],
  ["edges", "CSV, edges", "who says what of what", () => save("edges.csv", "text/csv", ["\ufeff", roadsCsv()])],
  ["bibtex", "BibTeX", "the papers shown", async () => save("papers.bib", "application/x-bibtex", [await bibtexOfStage()])],
  ["graphml", "GraphML", "for Gephi, yEd, NetworkX", () => save("papers.graphml", "application/graphml+xml", [graphml()])],
];

el("exports").append(...EXPORTS.map(([key, word, note, run]) => make("button", { type: "button", role: "menuitem", tabindex: "-1", "data-export": key, on: { click: () => (openMenu(false), ready.then(run)) } }, word, make("small", {}, note))));
function openMenu(open) {
  el("exports").hidden = !open;
  el("export").setAttribute("aria-expanded", String(open));
  if (open) el("exports").firstElementChild.focus();
}
el("export").addEventListener("click", () => openMenu(el("exports").hidden));
el("exports").addEventListener("keydown", (event) => {
  const entries = [...el("exports").children];
  const at = entries.indexOf(document.activeElement);
  if (event.key === "ArrowDown") entries[(at + 1) % entries.length].focus();
  else if (event.key === "ArrowUp") entries[(at + entries.length - 1) % entries.length].focus();
  else if (event.key === "Escape") (openMenu(false), el("export").focus());
  else return;
  event.preventDefault();
  event.stopPropagation();
});
document.addEventListener("click", (event) => !event.target.closest(".menu") && openMenu(false));
