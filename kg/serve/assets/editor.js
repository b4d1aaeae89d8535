"use strict";
// Everything that comes back is set as text, never as markup.
const $ = (id) => document.getElementById(id);
const cookbook = JSON.parse($("form").dataset.cookbook);
const base = location.origin + "/";

for (const recipe of cookbook) $("recipe").append(new Option(`${recipe.name}: ${recipe.question}`, recipe.name));

function chosen() { return cookbook.find((recipe) => recipe.name === $("recipe").value); }

$("recipe").addEventListener("change", () => {
  const recipe = chosen();
  $("parameters").replaceChildren();
  if (!recipe) return;
  $("query").value = recipe.query;
  for (const name of recipe.parameters) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.name = name;
    input.dataset.parameter = name;
    label.append(name + " ", input);
    $("parameters").append(label);
  }
  const first = $("parameters").querySelector("input");
  if (first) first.focus();
});

// A changed query is one's own: its variables are free.
$("query").addEventListener("input", () => { $("recipe").value = ""; $("parameters").replaceChildren(); });
$("query").addEventListener("keydown", (event) => { if (event.ctrlKey && event.key === "Enter") $("form").requestSubmit(); });

$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const recipe = chosen();
  const values = new URLSearchParams();
  if (recipe) for (const input of $("parameters").querySelectorAll("input")) values.set(input.dataset.parameter, input.value);
  else values.set("query", $("query").value);
  const address = recipe ? `/cookbook/${recipe.name}?${values}` : `/sparql?${values}`;
  say("asking ...", false);
  $("answer").replaceChildren();
  $("csv").hidden = true;
  const start = performance.now();
  try {
    const response = await fetch(address, { headers: { Accept: "application/sparql-results+json, text/turtle;q=0.9, text/plain;q=0.8" } });
    const text = await response.text();
    if (!response.ok) { say(text, true); return; }
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    if (!response.headers.get("Content-Type").includes("json")) { graph(text, seconds); return; }
    show(JSON.parse(text), seconds);
    $("csv").href = address + "&format=csv";
    $("csv").hidden = false;
  } catch (error) { say(String(error), true); }
});

function say(text, wrong) { $("message").textContent = text; $("message").classList.toggle("wrong", wrong); }

function graph(text, seconds) {
  const pre = document.createElement("pre");
  pre.textContent = text;
  $("answer").append(pre);
  say(`${seconds} s`, false);
}

function show(answer, seconds) {
  if ("boolean" in answer) { say(`${answer.boolean} (${seconds} s)`, false); return; }
  const rows = answer.results.bindings;
  say(`${rows.length} rows in ${seconds} s`, false);
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const name of answer.head.vars) head.append(Object.assign(document.createElement("th"), { textContent: name }));
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const name of answer.head.vars) cell(line.insertCell(), row[name]);
  }
  $("answer").append(table);
}

function cell(place, term) {
  if (!term) return;
  const prefix = $("form").dataset.base;
  if (term.type !== "uri" || !term.value.startsWith(prefix)) { place.textContent = term.value; return; }
  const link = document.createElement("a");
  link.href = base + term.value.slice(prefix.length);
  link.textContent = term.value.slice(prefix.length);
  place.append(link);
}
