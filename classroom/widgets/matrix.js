// The matrix of what fires when: blank, to be filled and then compared; or whole, to be searched.
//
// show({hooks, rows, blank, legend}, element) draws it. A row is {group, operation, fired, passed,
// surprise}; a cell is {hook, own, other}: how often the hook fired by the watched class, and by
// another. It asks no other machine for anything.

import { button, follow_theme, frame, make } from "./drawing.js";

const FIRED = "◆", ELSEWHERE = "◇", SILENT = "·";

const STYLE = `
${frame("matrix")}
.matrix { padding-bottom: 8px; } .matrix p { margin: 0 0 8px; }
.matrix-view { overflow: auto; max-height: min(75vh, 720px); border: 1px solid var(--line); border-radius: 6px; }
.matrix .matrix-table { border-collapse: separate; border-spacing: 0; margin: 0; width: 100%; font-size: 14px; border: 0; table-layout: auto; }
.matrix tr.matrix-row, .matrix tr { background: var(--paper); }
.matrix .matrix-table th, .matrix .matrix-table td { padding: 0; border: 0; border-bottom: 1px solid var(--line); background: var(--paper);
  color: var(--ink); text-align: center; vertical-align: middle; white-space: normal; max-width: none; }
.matrix thead th { position: sticky; top: 0; z-index: 2; font-weight: 600; font-size: 12.5px; padding: 6px 5px !important; }
.matrix thead th:first-child { left: 0; z-index: 3; }
.matrix .matrix-table tbody th { position: sticky; left: 0; z-index: 1; text-align: left; font: 13px/1.35 ui-monospace, Menlo, Consolas, monospace;
  padding: 4px 10px; min-width: 170px; max-width: 290px; overflow-wrap: break-word; }
.matrix .matrix-table th.matrix-group { font: 600 13px/1.4 system-ui, sans-serif; color: var(--soft); padding-top: 12px; }
.matrix-whole .matrix-table tbody th { padding-block: 0; }
.matrix .matrix-name { all: unset; display: block; flex: 1; cursor: pointer; font: inherit; padding: 10px 0 10px 1.3em; text-indent: -1.3em; }
.matrix .matrix-name::before { content: "▸"; display: inline-block; width: 1.3em; text-indent: 0; color: var(--soft); } .matrix .matrix-name[aria-expanded=true]::before { content: "▾"; }
 .matrix .matrix-name:hover { text-decoration: underline; }
.matrix .matrix-name:focus-visible { outline: 3px solid var(--code); outline-offset: 1px; }
.matrix .matrix-table td.matrix-at { height: 1px; }
.matrix-cell { all: unset; height: 100%; box-sizing: border-box; display: block; min-width: 38px; min-height: 34px; line-height: 34px; margin: 0 auto; width: 100%; cursor: pointer; text-align: center;
  box-shadow: inset 0 0 0 3px var(--paper), inset 0 0 0 4px var(--line); }
.matrix-cell:focus-visible { outline: 3px solid var(--code) !important; outline-offset: -3px; }
.matrix-cell:hover { background: color-mix(in srgb, var(--soft) 15%, transparent); }
.matrix-cell[aria-pressed=true], .matrix-fired { color: var(--signal); font-weight: 700; background: color-mix(in srgb, var(--signal) 14%, transparent); }
.matrix-method.matrix-cell[aria-pressed=true], .matrix-method.matrix-fired { color: var(--code); background: color-mix(in srgb, var(--code) 14%, transparent); }
.matrix-elsewhere { color: var(--soft); font-weight: 700; }
.matrix-mark { display: grid; place-content: center; height: 100%; min-width: 38px; min-height: 34px; }
.matrix-mark.matrix-wrong { box-shadow: inset 0 0 0 2px var(--attention); color: var(--attention); font-weight: 700;
  background: color-mix(in srgb, var(--attention) 16%, transparent); animation: matrix-flip .45s; }
@keyframes matrix-flip { from { transform: rotateX(90deg); } to { transform: none; } }
.matrix .matrix-table td.matrix-said { text-align: left; padding: 6px 10px 8px; font-size: 14px; line-height: 1.45; }
.matrix-said ul { margin: 0; padding: 0 0 0 1.2em; } .matrix-said p:last-child { margin: 0; }
.matrix-status { font-size: 1.05em; font-weight: 600; min-height: 1.4em; scroll-margin-top: 8px; }
.matrix-legend { font-size: .87em; color: var(--soft); margin: 8px 0 0 !important; }
.matrix-bar input[type=search] { font: inherit; flex: 1 1 150px; min-width: 120px; min-height: 40px; padding: 2px 10px; color: var(--ink);
  background: var(--paper); border: 1px solid var(--soft); border-radius: 6px; }
.matrix [hidden] { display: none !important; }
.matrix-hook { display: none; }
@container (max-width: 640px) {
  .matrix-view { max-height: none; overflow: visible; border: 0; }
  .matrix-table, .matrix-table tbody { display: block; } .matrix-table thead { display: none; }
  .matrix tr.matrix-row { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); border: 1px solid var(--line); border-radius: 6px; margin: 0 0 10px; overflow: hidden; }
  .matrix tr.matrix-heading, .matrix tr.matrix-more { display: block; } .matrix tr.matrix-more { margin: -6px 0 12px; }
  .matrix .matrix-table tr.matrix-row th { grid-column: 1 / -1; position: static; max-width: none; padding: 8px 10px; }
  .matrix-whole .matrix-table tr.matrix-row th { display: flex; align-items: center; padding-block: 0; }
  .matrix .matrix-table th.matrix-group { display: block; max-width: none; padding-left: 0; border: 0; }
  .matrix .matrix-table tr.matrix-row td { border-bottom: 0; height: auto; } .matrix .matrix-table td.matrix-said { display: block; border: 0; }
  .matrix-cell, .matrix-mark { display: flex; justify-content: space-between; padding: 0 10px; min-height: 40px; line-height: 40px; }
  .matrix-hook { display: inline; font-weight: 400; }
  .matrix-whole tr.matrix-row td:not(:has(.matrix-fired, .matrix-elsewhere, .matrix-unknown)) { display: none; }
}
@container (max-width: 300px) { .matrix tr.matrix-row { grid-template-columns: minmax(0, 1fr); } .matrix .matrix-table tbody th { min-width: 0; } }
@media (prefers-reduced-motion: reduce) { .matrix-mark.matrix-wrong { animation: none; } }
@media print { .matrix-view { max-height: none; overflow: visible; } }
`;

const times = (number) => (number === 1 ? "once" : number === 2 ? "twice" : `${number} times`);
const is_method = (hook) => hook.endsWith("()");

// A long name breaks after a dot or a bracket that a word follows: never inside the name of a call.
const broken = (name) => name.split(/(?<=[.(])(?=\w)/).flatMap((part, at) => (at ? [make("wbr"), part] : [part]));

// What happened in a cell, as a glyph.
export const glyph = ({ own, other, unknown }) =>
  unknown ? "?" : own ? FIRED + (own > 1 ? own : "") : other ? ELSEWHERE + (other > 1 ? other : "") : SILENT;

// What happened in a cell, in words.
export function came({ hook, own, other, unknown }) {
  const verb = is_method(hook) ? "called" : "sent";
  if (unknown) return "it could not be run";
  if (own) return `${verb} ${times(own)}`;
  return other ? `${verb} for another class, so receivers of this one hear nothing` : `not ${verb}`;
}

// Which rows a filter and a search keep.
export function kept(rows, filter, words) {
  const sought = words.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const text = `${row.group} ${row.operation} ${row.passed} ${row.surprise}`.toLowerCase();
    const silent = row.cells.every((it) => !(it.own || it.unknown));
    return (filter === "all" || (filter === "silent" ? silent : row.surprise)) && sought.every((it) => text.includes(it));
  });
}

export function show({ hooks, rows: told, blank, legend }, element) {
  const nothing = { own: 0, other: 0, unknown: false };
  const rows = told.map((row) => ({ ...row, cells: hooks.map((hook) => ({ hook, ...nothing, ...row.fired[hook] })) }));
  const groups = [...new Set(rows.map((row) => row.group))].join(", ");
  const root = make("section", { class: `matrix ${blank ? "matrix-blank" : "matrix-whole"}`, "aria-label": `What fires when: ${groups}` });
  const leave_theme = follow_theme(root);
  const status = make("p", { class: "matrix-status", role: "status", tabindex: "-1" });
  const body = make("tbody");
  const heads = hooks.map((hook) => {
    const [first, last] = hook.split("_");
    return make("th", { scope: "col" }, ...(last ? [`${first}_`, make("wbr"), last] : [hook]));
  });
  const table = make("table", { class: "matrix-table" },
    make("thead", {}, make("tr", {}, make("th", { scope: "col", text: "operation" }), ...heads)), body);
  const view = make("div", { class: "matrix-view", tabindex: "0", role: "region", "aria-label": `Table: ${groups}` }, table);
  const expected = new Set();
  let ran = false;
  const key = (row, cell) => `${rows.indexOf(row)} ${cell.hook}`;

  // Cells are reached by the arrow keys, and by Tab as one stop.
  table.addEventListener("keydown", (event) => {
    const at = event.target.closest("td, th");
    const by = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (!at || !by || event.altKey || event.ctrlKey || event.metaKey) return;
    const lines = [...body.querySelectorAll(".matrix-row")];
    const line = lines[lines.indexOf(at.parentElement) + by[0]];
    const next = line && line.children[at.cellIndex + by[1]]?.querySelector("button");
    event.preventDefault();
    event.stopPropagation();
    if (next) focus(next);
  });

  function focus(cell) {
    for (const it of body.querySelectorAll("button[tabindex='0']")) it.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  }

  function guess(row, cell) {
    const it = make("button", { type: "button", tabindex: "-1", class: `matrix-cell${is_method(cell.hook) ? " matrix-method" : ""}` });
    const sign = make("span");
    const draw = () => {
      const on = expected.has(key(row, cell));
      it.setAttribute("aria-pressed", on);
      it.setAttribute("aria-label", `${row.operation}: ${cell.hook}`);
      sign.textContent = on ? FIRED : "";
    };
    it.append(make("span", { class: "matrix-hook", text: cell.hook }), sign);
    it.addEventListener("click", () => {
      expected.has(key(row, cell)) ? expected.delete(key(row, cell)) : expected.add(key(row, cell));
      draw();
      say();
    });
    draw();
    return it;
  }

  function seen(row, cell) {
    const css = cell.unknown ? "matrix-unknown" : cell.own ? "matrix-fired" : cell.other ? "matrix-elsewhere" : "";
    const wrong = ran && Boolean(cell.own) !== expected.has(key(row, cell)) && !cell.unknown;
    const sign = glyph(cell) + (wrong ? " !" : "");
    return make("span", { class: `matrix-mark ${css} ${is_method(cell.hook) ? "matrix-method" : ""} ${wrong ? "matrix-wrong" : ""}`, title: `${cell.hook}: ${came(cell)}` },
      make("span", { class: "matrix-hook", text: cell.hook }), make("span", { text: sign }));
  }

  const wrong_in = (row) => row.cells.filter((it) => !it.unknown && Boolean(it.own) !== expected.has(key(row, it)));

  // One sentence for all hooks of a row that went wrong in the same way.
  function sentences(row, wrong) {
    const ways = new Map();
    for (const cell of wrong) {
      const way = `${expected.has(key(row, cell)) ? "You expected" : "You did not expect"} HOOKS: ${came(cell)}.`;
      ways.set(way, [...(ways.get(way) || []), cell.hook]);
    }
    return [...ways].map(([way, names]) => way.replace("HOOKS", names.join(", ").replace(/, ([^,]+)$/, " and $1")));
  }

  function more(row, ...children) {
    const cell = make("td", { class: "matrix-said", colspan: hooks.length + 1 }, ...children);
    return make("tr", { class: "matrix-more" }, cell);
  }

  function line(row) {
    const open = blank ? null : button("", "", () => {
      const shut = open.getAttribute("aria-expanded") === "true";
      open.setAttribute("aria-expanded", !shut);
      if (shut) { it.nextSibling.remove(); return; }
      const words = [row.surprise && `★ ${row.surprise}`, row.passed && `Passed along: ${row.passed}.`].filter(Boolean);
      it.after(more(row, ...(words.length ? words : ["Nothing unexpected."]).map((text) => make("p", { text }))));
    });
    const name = row.operation + (row.surprise && (!blank || ran) ? "\u00a0★" : ""); // never alone on a line
    if (open) {
      open.className = "matrix-name";
      open.removeAttribute("aria-label");
      open.removeAttribute("title");
      open.setAttribute("aria-expanded", "false");
      open.replaceChildren(...broken(name));
    }
    const quiet = !blank && row.cells.every((cell) => glyph(cell) === SILENT);
    const head = make("th", { scope: "row" }, ...(open ? [open] : broken(name)), ...(quiet ? [make("span", { class: "matrix-hook", text: " · silent" })] : []));
    const it = make("tr", { class: "matrix-row" }, head,
      ...row.cells.map((cell) => make("td", { class: "matrix-at" }, blank && !ran ? guess(row, cell) : seen(row, cell))));
    return it;
  }

  function draw(shown) {
    const lines = [];
    let before = null;
    for (const row of shown) {
      if (row.group !== before) lines.push(make("tr", { class: "matrix-heading" }, make("th", { class: "matrix-group", scope: "colgroup", colspan: hooks.length + 1, text: row.group })));
      before = row.group;
      lines.push(line(row));
      if (!ran) continue;
      const wrong = wrong_in(row);
      if (wrong.length)
        lines.push(more(row, make("ul", {}, ...sentences(row, wrong).map((text) => make("li", { text }))), ...(row.surprise ? [make("p", { text: `★ ${row.surprise}` })] : [])));
    }
    body.replaceChildren(...lines);
    const first = body.querySelector(".matrix-cell");
    if (first) first.tabIndex = 0;
  }

  function say() {
    if (!ran) { status.textContent = `${expected.size} of ${rows.length * hooks.length} cells marked. Mark what you expect to fire, then run it.`; return; }
    const wrong = rows.flatMap(wrong_in).length, all = rows.flatMap((row) => row.cells).filter((it) => !it.unknown).length;
    status.textContent = wrong ? `${all - wrong} of ${all} cells are as you expected. The others are marked with !.` : `✓ All ${all} cells are as you expected.`;
  }

  const note = make("p", { class: "matrix-legend", text: legend });
  if (blank) {
    const run = button("Run the operations", "▶ Run", () => turn(true));
    const again = button("Fill it again", "Again", () => { expected.clear(); turn(false); });
    // The score stands at the top, and the button at the foot: the reader is taken along.
    const turn = (to) => {
      ran = to;
      draw(rows);
      say();
      run.hidden = ran;
      again.hidden = note.hidden = !ran;
      view.scrollTop = 0;
      status.focus();
    };
    again.hidden = note.hidden = true;
    root.append(make("style", { text: STYLE }), status, view, make("div", { class: "matrix-bar", style: "margin-top: 10px" }, run, again), note);
    draw(rows);
    say();
  } else {
    let filter = "all";
    const search = make("input", { type: "search", "aria-label": "Search operations", placeholder: "Search: bulk, m2m, raw" });
    const look = () => {
      const shown = kept(rows, filter, search.value);
      draw(shown);
      status.textContent = `${shown.length} of ${rows.length} operations`;
      for (const it of choices) it.setAttribute("aria-pressed", it.dataset.filter === filter);
    };
    const choices = [["all", "All"], ["silent", "Only silent"], ["surprises", "★ Only surprises"]].map(([name, text]) => {
      const it = button(text, text, () => { filter = name; look(); });
      it.dataset.filter = name;
      return it;
    });
    search.addEventListener("input", look);
    search.addEventListener("keydown", (event) => event.stopPropagation());
    root.append(make("style", { text: STYLE }), make("div", { class: "matrix-bar" }, ...choices, search), status, view, note);
    look();
  }
  element.replaceChildren(root);
  return leave_theme;
}

export default { render: ({ model, el }) => show(JSON.parse(model.get("data")), el) };
