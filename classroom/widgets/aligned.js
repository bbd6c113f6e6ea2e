// The same thing done in several ways, a column each, with equal moments in one row.
//
// show({lanes, rows}, element) draws it. A lane is {name, steps}, the steps of a trace; a row is
// {what, kind, at}: `at` gives for each lane the number of its step, or null. It steps from row to
// row, and tells below what each way has stored so far. It asks no other machine for anything.

import { SIGNS, breakable, button, follow_theme, frame, legend, make, plug_button, step_by_keys, stored } from "./drawing.js";

const STYLE = `
${frame("aligned")}
.aligned-view { overflow: auto; max-height: min(65vh, 640px); border: 1px solid var(--line); border-radius: 6px; }
.aligned .aligned-table { border-collapse: separate; border-spacing: 0; width: 100%; margin: 0; font-size: 14px; border: 0; }
.aligned .aligned-table :is(th, td) { padding: 4px 8px; border: 0; border-bottom: 1px solid var(--line); background: var(--paper); color: var(--ink); text-align: center; white-space: normal; }
.aligned thead th { position: sticky; top: 0; z-index: 2; font-weight: 600; font-size: 13px; min-width: 62px; } .aligned thead th:first-child { left: 0; z-index: 3; }
.aligned .aligned-table tbody th { position: sticky; left: 0; z-index: 1; text-align: left; font: 13px/1.35 ui-monospace, Menlo, Consolas, monospace; width: 40%; overflow-wrap: break-word; }
.aligned .aligned-method { color: var(--code); } .aligned .aligned-signal, .aligned .aligned-delivery { color: var(--signal); } .aligned .aligned-sql { color: var(--soft); }
.aligned .aligned-row { cursor: pointer; }
.aligned .aligned-table .aligned-row.aligned-now :is(th, td) { background-color: color-mix(in srgb, var(--attention) 16%, var(--paper)); font-weight: 700; box-shadow: inset 0 2px 0 var(--attention), inset 0 -2px 0 var(--attention); }
/* A bar for each transaction, beside the signs of its own column: from the middle of its BEGIN to the middle of its COMMIT. */
.aligned .aligned-table td:is(.aligned-open, .aligned-begin) { --tall: 100%; background-image: linear-gradient(var(--attention), var(--attention)); background-repeat: no-repeat;
  background-size: 4px var(--tall); background-position: calc(50% - 16px) top; }
.aligned .aligned-table td.aligned-begin { --tall: 50%; background-position-y: bottom; } .aligned .aligned-table td.aligned-end { --tall: 50%; }
.aligned-stored { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 8px; margin: 4px 0 10px; font-size: 14px; }
.aligned-stored > div { border: 1px solid var(--line); border-radius: 6px; padding: 6px 10px; min-height: var(--tall); } .aligned-stored ul { list-style: none; margin: 0; padding: 0; }
.aligned-said { margin: 0 0 8px; min-height: 2.9em; }
.aligned-head { margin: 0; font-size: .9em; font-weight: 600; color: var(--soft); }
.aligned-kept { color: var(--seat); } .aligned-pending { color: var(--attention); } .aligned-lost { color: var(--lost); text-decoration: line-through; }
.aligned-legend { font-size: .87em; color: var(--soft); margin: 8px 0 0; }
/* On a telephone a moment stands above its signs, so that the heads have room for their words. */
@container (max-width: 640px) { .aligned-said { min-height: 5.8em; } .aligned-view { max-height: 260px; } .aligned-table tbody::after { content: ""; display: block; height: 120px; } .aligned-table, .aligned-table :is(thead, tbody) { display: block; } .aligned .aligned-table tr { display: grid; grid-template-columns: repeat(var(--lanes), minmax(0, 1fr)); }
  .aligned thead { position: sticky; top: 0; z-index: 2; } .aligned .aligned-table thead th { font-size: 12px; line-height: 1.3; padding: 4px 2px; min-width: 0; } .aligned .aligned-table thead th:first-child { display: none; }
  .aligned .aligned-table tbody th { grid-column: 1 / -1; position: static; width: auto; padding: 6px 6px 0; border: 0; }
  .aligned .aligned-table .aligned-row.aligned-now th { box-shadow: inset 0 2px 0 var(--attention); } .aligned .aligned-table .aligned-row.aligned-now td { box-shadow: inset 0 -2px 0 var(--attention); } }
@media print { .aligned-view { max-height: none; overflow: visible; } }
`;

// What happens at a moment, by its kind, or by what a statement does.
const SENTENCES = {
  begin: () => "A transaction begins", commit: () => "The transaction is committed, and what was pending is kept",
  rollback: () => "The transaction is rolled back, and what was pending is gone",
  signal: (what) => `${what} is sent`, delivery: (what) => `The receiver ${what} is called`, method: (what) => `${what} is called`,
};

// The table that a statement writes: "INSERT into speedy_employees" is a row of speedy_employees.
const short = (what) => what.replace(/ where .*/, "").replace(/speedy_/, "");

export function show({ lanes, rows }, element) {
  let now = 0, plug = false;
  const root = make("section", { class: "aligned", "aria-label": "The same hire, side by side" });
  const leave_theme = follow_theme(root);
  const go = (to) => { now = Math.max(0, Math.min(to, rows.length - 1)); draw(true); };
  const scrubber = make("input", { type: "range", min: 1, max: rows.length, value: 1, "aria-label": "Moment" });
  scrubber.addEventListener("input", () => go(Number(scrubber.value) - 1));
  const place = make("span");
  const said = make("p", { "aria-live": "polite", class: "aligned-said" });
  const pull = plug_button((pulled) => { plug = pulled; draw(false); });
  const lines = rows.map(({ what, kind, at }, number) => {
    const cells = at.map((step, lane) => {
      const open = step === null ? was_open(lane, number) : lanes[lane].steps[step].transaction;
      const { effect } = step === null ? {} : lanes[lane].steps[step];
      const end = effect === "commit" || effect === "rollback" ? " aligned-end" : "";
      return make("td", effect === "begin" ? { class: "aligned-begin" } : open ? { class: `aligned-open${end}` } : {}, ...(step === null ? [] : [make("span", { class: `aligned-${kind}`, role: "img", "aria-label": open ? "happens, in a transaction" : "happens", text: SIGNS[kind] })]));
    });
    const it = make("tr", { class: "aligned-row" }, make("th", { scope: "row" }, make("span", { class: `aligned-${kind}` }, ...breakable(what))), ...cells);
    it.addEventListener("click", () => go(number));
    return it;
  });
  const head = make("p", { class: "aligned-head" });
  // As high as at the end, or the table would move while it is stepped through.
  const writes = Math.max(...lanes.map(({ steps }) => stored(steps, steps.length).kept.length));
  const foot = make("div", { class: "aligned-stored", style: `--tall: ${1.45 * (1 + 2 * writes) + 1}em` });
  const table = make("table", { class: "aligned-table" },
    make("thead", {}, make("tr", {}, make("th", { scope: "col", text: "moment" }), ...lanes.map(({ name }) => make("th", { scope: "col" }, ...breakable(name))))),
    make("tbody", {}, ...lines));
  const view = make("div", { class: "aligned-view", tabindex: "0", role: "region", "aria-label": "Moments", style: `--lanes: ${lanes.length}` }, table);
  const bar = make("div", { class: "aligned-bar", style: "scroll-margin-top: 8px" },
    button("Moment before", "◀", () => go(now - 1)), button("Next moment", "▶", () => go(now + 1)), scrubber, place, pull);
  root.append(make("style", { text: STYLE }), bar, said, head, foot, view,
    make("p", { class: "aligned-legend", text: legend(rows) }));
  step_by_keys(root, () => ({ ArrowDown: now + 1, ArrowRight: now + 1, ArrowUp: now - 1, ArrowLeft: now - 1, Home: 0, End: rows.length - 1 }), go);

  // What happens, in which of the lanes, and whether what is written is kept at once.
  function sentence({ what, kind, at }) {
    const there = lanes.flatMap(({ name, steps }, lane) => (at[lane] === null ? [] : [{ name, ...steps[at[lane]] }]));
    const those = (some) => (some.length === lanes.length ? "in all of them" : some.map(({ name }) => name).join(", "));
    const { effect } = there[0], say = SENTENCES[effect] || SENTENCES[kind] || ((it) => it);
    if (effect !== "write" || there.some((it) => it.outcome)) return `${say(what)}: ${those(there)}.`;
    const [pending, kept] = [true, false].map((open) => those(there.filter((it) => Boolean(it.transaction) === open)));
    return [`${what}.`, pending && `Pending until COMMIT: ${pending}.`, kept && `Kept at once: ${kept}.`].filter(Boolean).join(" ");
  }

  // The step that a lane has come to when a row is reached: none yet is 0.
  function come_to(lane, row) {
    for (let at = row; at >= 0; at -= 1) if (rows[at].at[lane] !== null) return rows[at].at[lane] + 1;
    return 0;
  }
  // Between two steps of a transaction it stays open.
  function was_open(lane, row) {
    const done = come_to(lane, row);
    const effects = lanes[lane].steps.slice(0, done).map((it) => it.effect);
    return effects.lastIndexOf("begin") > Math.max(effects.lastIndexOf("commit"), effects.lastIndexOf("rollback"));
  }

  function draw(moved) {
    scrubber.value = now + 1;
    place.textContent = `${now + 1} of ${rows.length}`;
    lines.forEach((line, at) => {
      line.classList.toggle("aligned-now", at === now);
      if (at === now) line.setAttribute("aria-current", "step"); else line.removeAttribute("aria-current");
    });
    said.textContent = sentence(rows[now]);
    head.textContent = plug ? "If the process ended here" : "Stored so far";
    foot.replaceChildren(...lanes.map(({ name, steps }, lane) => {
      const { kept, pending } = stored(steps, come_to(lane, now));
      const list = (items, css, sign) => items.map((it) => make("li", { class: css }, sign, ...breakable(it.about || short(it.what))));
      const all = [...list(kept, "aligned-kept", "✓ "), ...list(pending, plug ? "aligned-lost" : "aligned-pending", plug ? "✗ " : "… ")];
      return make("div", {}, make("b", { text: name }), all.length ? make("ul", {}, ...all) : make("div", { text: "nothing" }));
    }));
    if (moved) {
      bar.scrollIntoView({ block: "nearest" });
      const line = lines[now], top = table.tHead.offsetHeight, narrow = !table.tHead.rows[0].firstChild.offsetHeight;
      const above = line.offsetTop - view.scrollTop, low = view.clientHeight / (narrow ? 2 : 1); // the lower half may be below the screen
      if (above < top || above + line.offsetHeight > low) view.scrollTop = line.offsetTop - top;
    }
  }

  draw(false);
  element.replaceChildren(root);
  return leave_theme;
}

export default { render: ({ model, el }) => show(JSON.parse(model.get("data")), el) };
