// The list beside the graph, its filters, the legend, and the search with suggestions.

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  square: "M2.4 1h7.2v10H2.4z", dot: "M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1z", hexagon: "M6 .6 10.7 3.3v5.4L6 11.4 1.3 8.7V3.3z",
  diamond: "M6 0l6 6-6 6-6-6z", triangle: "M6 .8 11.6 10.8H.4z", triangleDown: "M6 11.2.4 1.2h11.2z",
};
/** The shape of a kind, as on the graph. */
function mark(kind) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of [["viewBox", "0 0 12 12"], ["class", `mark k-${kind}`], ["aria-hidden", "true"]]) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[view.kinds.find(({ key }) => key === kind).shape]);
  svg.append(path);
  return svg;
}
const wordOf = (node) => view.kinds[book.kind[node]].word;

//: Entries made at once; a list of 20,000 would be slow to make and no one reads it to the end.
const PAGE = 150;
const SORTS = {
  papers: { weight: "Concepts", newest: "Newest first", oldest: "Oldest first", title: "Title" },
  concepts: { weight: "Papers", title: "Name", kind: "Kind" },
};
let listed = [];
let made = 0;
let active = -1;
const sorts = { papers: "title", concepts: "weight" };

const compareNames = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
const ORDERS = {
  weight: (a, b) => weightOf(b) - weightOf(a) || compareNames(book.name[a], book.name[b]) || a - b,
  title: (a, b) => compareNames(book.name[a], book.name[b]) || a - b,
  newest: (a, b) => (yearOf(b) ?? -1) - (yearOf(a) ?? -1) || (book.date[b] > book.date[a] ? 1 : book.date[b] < book.date[a] ? -1 : a - b),
  oldest: (a, b) => (yearOf(a) ?? 1e5) - (yearOf(b) ?? 1e5) || (book.date[a] > book.date[b] ? 1 : book.date[a] < book.date[b] ? -1 : a - b),
  kind: (a, b) => book.kind[a] - book.kind[b] || weightOf(b) - weightOf(a) || a - b,
};

function fillList(fits) {
  const papers = state.tab === "papers";
  const counts = [0, 0];
  listed = [];
  for (let node = 0; node < book.size; node++) {
    if (!fits[node]) continue;
    counts[isPaper(node) ? 0 : 1]++;
    if (isPaper(node) === papers) listed.push(node);
  }
  listed.sort(ORDERS[sorts[state.tab]]);
  for (const [at, tab] of ["papers", "concepts"].entries()) {
    const button = el(`tab-${tab}`);
    button.lastElementChild.textContent = number(counts[at]);
    button.setAttribute("aria-selected", String(state.tab === tab));
    button.tabIndex = state.tab === tab ? 0 : -1;
  }
  el("sort").replaceChildren(...Object.entries(SORTS[state.tab]).map(([key, word]) => make("option", { value: key, selected: key === sorts[state.tab] }, word)));
  el("items").replaceChildren();
  el("items").setAttribute("aria-label", papers ? "Papers" : "Concepts");
  el("items").removeAttribute("aria-activedescendant");
  made = 0;
  active = -1;
  growList();
}

function growList() {
  const next = listed.slice(made, made + PAGE);
  el("items").querySelector(".more")?.parentElement.remove();
  el("items").append(...next.map((node, at) => entry(node, made + at)));
  made += next.length;
  if (made < listed.length) {
    const more = make("button", { type: "button", class: "more", tabindex: "-1", on: { click: growList } }, `${number(listed.length - made)} more`);
    el("items").append(make("li", { role: "presentation" }, more));
  }
  if (!listed.length) el("items").append(make("li", { class: "none", role: "presentation" }, "Nothing fits these filters."));
}

function entry(node, at) {
  const weight = weightOf(node);
  const small = isPaper(node) ? [book.date[node], plural(weight, "concept")].filter(Boolean).join(" · ") : `${wordOf(node)} · ${plural(weight, "paper")}`;
  const chosen = node === state.node;
  return make(
    "li",
    { id: `item-${node}`, class: onStage.has(node) ? "entry" : "entry aside", role: "option", "aria-selected": String(chosen), "aria-posinset": at + 1, "aria-setsize": listed.length, title: onStage.has(node) ? null : "Not drawn yet: choose it to bring it in", on: { click: () => select(node, { fly: true }) } },
    mark(kindOf(node)),
    make("div", {}, bdi(book.name[node]), make("small", {}, small)),
  );
}

/** Keep the list in step: the chosen entry is marked and in sight. */
function markChosen() {
  for (const chosen of el("items").querySelectorAll('[aria-selected="true"]')) chosen.setAttribute("aria-selected", "false");
  const at = listed.indexOf(state.node);
  if (at < 0) return;
  while (made <= at) growList();
  const item = el(`item-${state.node}`);
  item.setAttribute("aria-selected", "true");
  item.scrollIntoView({ block: "nearest" });
}

function moveActive(to) {
  if (!listed.length) return;
  active = Math.max(0, Math.min(listed.length - 1, to));
  while (made <= active) growList();
  el("items").querySelector(".active")?.classList.remove("active");
  const item = el(`item-${listed[active]}`);
  item.classList.add("active");
  item.scrollIntoView({ block: "nearest" });
  el("items").setAttribute("aria-activedescendant", item.id);
}

el("items").addEventListener("keydown", (event) => {
  const at = active < 0 ? Math.max(listed.indexOf(state.node), -1) : active;
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 10, PageUp: at - 10, Home: 0, End: listed.length - 1 };
  if (event.key in moves) moveActive(moves[event.key]);
  else if ((event.key === "Enter" || event.key === " ") && at >= 0) select(listed[at], { fly: true });
  else return;
  event.preventDefault();
});
for (const tab of ["papers", "concepts"]) el(`tab-${tab}`).addEventListener("click", () => change({ tab }, false));
document.querySelector(".tabs").addEventListener("keydown", (event) => {
  if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  change({ tab: state.tab === "papers" ? "concepts" : "papers" }, false);
  el(`tab-${state.tab}`).focus();
});
el("sort").addEventListener("change", (event) => {
  sorts[state.tab] = event.target.value;
  fillList(matching());
  markChosen();
});

function fillLegend(counts) {
  const legend = el("legend");
  if (!legend.childElementCount)
    legend.append(...view.kinds.map(({ key, word }) => make("button", { type: "button", "data-kind": key, on: { click: () => change({ hide: state.hide.includes(key) ? state.hide.filter((kind) => kind !== key) : [...state.hide, key] }, false) } }, mark(key), word, make("span", {}))));
  for (const button of legend.children) {
    const key = button.dataset.kind;
    button.setAttribute("aria-pressed", String(!state.hide.includes(key)));
    button.lastElementChild.textContent = number(counts ? counts[key] : view.kinds.find((kind) => kind.key === key).count);
  }
}

function fillFilters() {
  const years = [...new Set(book.date.map((_, paper) => yearOf(paper)).filter((year) => year !== null))].sort();
  const option = (value, word, chosen) => make("option", { value, selected: String(chosen ?? "") === String(value) }, word);
  const pick = (key, label, first) => make("select", { "aria-label": label, on: { change: (event) => change({ [key]: event.target.value }, false) } }, option("", first, state[key]), years.map((year) => option(year, String(year), state[key])));
  const undated = book.date.filter((_, paper) => yearOf(paper) === null).length;
  const roles = ROLES.map((role) =>
    make("label", {}, make("input", { type: "checkbox", value: role, checked: state.roles.includes(role), on: { change: (event) => change({ roles: event.target.checked ? [...state.roles, role] : state.roles.filter((each) => each !== role) }, false) } }), WORDS[role][0]),
  );
  el("filter-fields").replaceChildren(
    make("fieldset", {}, make("legend", {}, "What papers do with concepts"), make("div", { class: "checks" }, roles)),
    years.length
      ? make("fieldset", {}, make("legend", {}, "Years"), make("div", { class: "pair" }, pick("from", "From year", "earliest"), make("span", {}, "to"), pick("to", "To year", "latest")), undated ? make("div", { class: "fine" }, `${plural(undated, "paper")} without a year: hidden when years are chosen.`) : null)
      : null,
    make("label", { class: "field" }, make("span", {}, "Concepts with at least"), make("select", { id: "least", on: { change: (event) => change({ min: Number(event.target.value) }, false) } }, [1, 2, 3, 5, 10, 20, 50].map((least) => option(least, plural(least, "paper"), state.min)))),
    make("label", { class: "field" }, make("span", {}, "Community"), make("select", { id: "community", on: { change: (event) => change({ only: event.target.value === "" ? null : Number(event.target.value), region: null }, false) } }, option("", "all", state.only), view.regions.map((region, at) => option(at, `${region.label.slice(0, 90)} (${region.papers})`, state.only)))),
  );
  const count = filtering().filter((key) => key !== "hide").length;
  el("filter-count").textContent = count ? `${count} active` : "";
}

const searchBox = el("search");
const suggestions = el("suggestions");
let suggested = [];
let pointed = -1;

function suggest() {
  const typed = searchBox.value;
  suggested = typed.trim() ? search(typed, 14) : [];
  pointed = suggested.length ? 0 : -1;
  suggestions.replaceChildren(
    ...(suggested.length
      ? suggested.map(({ node, name, alias }, at) =>
          make("div", { class: "suggestion", role: "option", id: `suggestion-${at}`, "aria-selected": String(at === 0), on: { mousedown: (event) => event.preventDefault(), click: () => take(at) } }, mark(kindOf(node)), bdi(book.name[node]), make("small", {}, alias && !isPaper(node) ? ["also ", bdi(name.slice(0, 60))] : `${wordOf(node)}${isPaper(node) ? "" : ` · ${weightOf(node)}`}`)),
        )
      : [make("div", { class: "none" }, "No paper or concept has this in its names.")]),
  );
  openSuggestions(typed.trim() !== "");
}

function openSuggestions(open) {
  suggestions.hidden = !open;
  searchBox.setAttribute("aria-expanded", String(open));
  if (open && pointed >= 0) searchBox.setAttribute("aria-activedescendant", `suggestion-${pointed}`);
  else searchBox.removeAttribute("aria-activedescendant");
}

function take(at) {
  const chosen = suggested[at];
  if (!chosen) return;
  openSuggestions(false);
  searchBox.blur();
  select(chosen.node, { fly: true, show: true });
}

searchBox.addEventListener("input", () => ready.then(suggest));
searchBox.addEventListener("focus", () => searchBox.value.trim() && ready.then(suggest));
searchBox.addEventListener("blur", () => openSuggestions(false));
searchBox.addEventListener("keydown", (event) => {
  if (event.key === "Enter") ready.then(() => (suggested.length || suggest(), take(pointed)));
  else if (event.key === "Escape") {
    if (suggestions.hidden) searchBox.blur();
    else openSuggestions(false);
    event.stopPropagation();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && suggested.length) {
    event.preventDefault();
    if (suggestions.hidden) return openSuggestions(true);
    suggestions.children[pointed].setAttribute("aria-selected", "false");
    pointed = (pointed + (event.key === "ArrowDown" ? 1 : suggested.length - 1)) % suggested.length;
    suggestions.children[pointed].setAttribute("aria-selected", "true");
    suggestions.children[pointed].scrollIntoView({ block: "nearest" });
    openSuggestions(true);
  }
  return undefined;
});
