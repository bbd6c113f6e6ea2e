// Step through a trace: your code, signals and receivers, and SQL, with what is stored beside it.
//
// show({steps, title, side, plain}, element) draws it. `steps` is what whatfires.steps.steps_of() returns.
// `plain` leaves out transactions: what is written is kept, and no plug can be pulled.
// `side`, if there is one, is what somebody else shows beside it after each number of steps:
// {name, note, states, at}; `states[at[n]]` is a list of boxes {name, items, plain}, which is for
// items that sit nowhere, and an item {text, state}, where the state is "kept", "pending", "leaving" or "free". It asks no other machine for
// anything.

import { SIGNS, breakable, button, follow_theme, frame, legend, make, plug_button, step_by_keys, stored } from "./drawing.js";

const LANES = [
  ["code", "Your code"],
  ["signal", "Signals and receivers"],
  ["sql", "SQL"],
  ["outside", "After commit, mail, tasks"], // only where there is any
];

const STYLE = `
${frame("wf")}
.wf { --kept: var(--seat); --pending: var(--attention);  --sql: var(--soft);  --now: color-mix(in srgb, var(--attention) 16%, var(--paper)); }
.wf { display:flex; flex-direction:column } .wf > * { min-width:0 }
.wf-title { font-size:1.05em; font-weight:600; margin:0 0 8px } .wf-head { font-size:.9em; font-weight:600; margin:0 0 4px; color:var(--soft) }
.wf-body { display:grid; grid-template-columns:minmax(0,4fr) minmax(0,3fr); gap:14px; align-items:start; margin-top:10px }
/* A lane is as wide as the longest part of a name; a row stops below the heads, and not half under them. */
.wf-steps { display:grid; grid-template-columns:min-content repeat(var(--lanes),minmax(min-content,1fr)); gap:1px 6px; max-height:320px; overflow:auto;
  margin:0; padding:0; list-style:none; position:relative; scroll-snap-type:y proximity } .wf-steps [role=listitem] { scroll-snap-align:start }
.wf-lane { position:sticky; top:0; background:var(--paper); font-weight:600; font-size:.85em; padding:4px 6px;
  border-bottom:2px solid currentColor; box-shadow:-6px 0 var(--paper); z-index:1 } .wf-lane.wf-number { border-color:var(--line) }
.wf-step { font:12px/1.35 ui-monospace,Menlo,Consolas,monospace; text-align:left; border:0; border-left:3px solid;
  background:none; padding:3px 6px; cursor:pointer; border-radius:4px; overflow-wrap:break-word; width:100%; min-height:26px }
.wf-code { color:var(--code) } .wf-signal { color:var(--signal) } .wf-sql { color:var(--sql) } .wf-outside { color:var(--outside) }
/* Grey is SQL. What is still to come has its colour, and no rail yet. */
.wf-step.wf-later { border-left-color:transparent } .wf-step[aria-current] { background:var(--now); border-color:var(--pending); color:var(--ink); font-weight:600 }
.wf-step.wf-never { text-decoration:line-through }
.wf-number:not(.wf-lane) { padding:5px 0 0 8px; font:12px/1.35 ui-monospace,Menlo,Consolas,monospace; color:var(--soft); text-align:right }
.wf-transaction { border-left:4px solid var(--pending); border-radius:4px; background:color-mix(in srgb,var(--pending) 7%,var(--paper)) }
.wf-legend { font-size:.87em; color:var(--soft); margin:8px 0 0 }
.wf-panel { border-left:1px solid var(--line); padding-left:14px; min-height:200px }
.wf-top { scroll-margin-top:8px } .wf-say { min-height:4.4em; margin:0 0 8px } .wf-say p { margin:0 } .wf-say p:first-child { font-size:1.05em } .wf-fail { color:var(--lost); font-weight:600 }
/* A shade at the edge says that there is more to scroll to. */
.wf pre { --own:color-mix(in srgb,var(--soft) 12%,var(--paper)); --shade:color-mix(in srgb,var(--ink) 30%,transparent); font:12.5px/1.45 ui-monospace,Menlo,Consolas,monospace;
  background:linear-gradient(90deg,var(--own) 50%,transparent) 0 0/2.5rem 100% no-repeat local,linear-gradient(270deg,var(--own) 50%,transparent) 100% 0/2.5rem 100% no-repeat local,
    linear-gradient(90deg,var(--shade),transparent) 0 0/.8rem 100% no-repeat,linear-gradient(270deg,var(--shade),transparent) 100% 0/.8rem 100% no-repeat var(--own);
  color:var(--ink); padding:8px; border-radius:6px; overflow:auto; margin:4px 0; max-height:260px; white-space:pre; word-break:normal; overflow-wrap:normal }
.wf pre.wf-wrap { white-space:pre-wrap; overflow-wrap:anywhere }
.wf dl { display:grid; grid-template-columns:auto minmax(0,1fr); gap:0 10px; margin:4px 0; font-size:.9em }
.wf dt { color:var(--soft); white-space:nowrap } .wf dd, .wf dd a { margin:0; overflow-wrap:anywhere }
.wf ul { list-style:none; margin:0; padding:0; font:12.5px/1.5 ui-monospace,Menlo,Consolas,monospace } .wf li { overflow-wrap:anywhere }
.wf-kept::before { content:"✓ "; color:var(--kept) } .wf-pending::before { content:"… "; color:var(--pending) }
.wf-gone { text-decoration:line-through; color:var(--lost) } .wf-gone::before { content:"✗ "; }
.wf-lit { background:var(--now); font-weight:600; display:block; margin:0 -8px; padding:0 8px; box-shadow:inset 3px 0 0 var(--pending) }
.wf-state { display:grid; gap:8px; padding:8px 10px; border:1px solid var(--line); border-radius:6px } .wf .wf-written { overflow:auto; min-height:calc(1.5em * min(var(--writes), 4)) }
.wf-boxes { display:flex; flex-wrap:wrap; gap:8px } .wf-box { flex:1 1 150px; max-width:230px } .wf-box b { font-size:.85em; color:var(--soft); white-space:nowrap } .wf-plain { flex-basis:100%; max-width:none; display:flex; gap:10px; align-items:center }
.wf .wf-seat { display:flex; gap:7px; align-items:center; min-height:24px; font:14px/1.35 system-ui,sans-serif } .wf .wf-seat::before { content:none }
.wf-mark { flex:0 0 16px; height:16px; border-radius:50%; border:2px solid var(--soft); font:700 11px/12px system-ui; text-align:center }
.wf-plain .wf-mark { display:none } .wf-at-free { color:var(--soft) } .wf-at-kept .wf-mark { background:var(--seat); border-color:var(--seat) }
.wf-at-pending { color:var(--pending); font-weight:600 } .wf-at-pending .wf-mark { border:2px dashed var(--pending); background:color-mix(in srgb,var(--pending) 30%,transparent) }
.wf-at-leaving { color:var(--pending) } .wf-at-leaving .wf-mark { border-style:dotted; border-color:var(--pending) }
.wf-at-lost { color:var(--lost); text-decoration:line-through } .wf-at-lost .wf-mark { border-color:var(--lost) }
@container (max-width:640px) { .wf-body { grid-template-columns:minmax(0,1fr) } .wf-say { min-height:5.8em } .wf-say p { display:inline }
  .wf-steps { max-height:208px } .wf-lane { display:none } .wf-step { min-height:36px }
  .wf-steps { grid-template-columns:min-content minmax(0,1fr) } .wf-steps > [role=listitem] { grid-column:2 !important } .wf-number:not(.wf-lane) { padding-top:11px } .wf-panel { border:0; padding:0; min-height:0 }
  .wf-end { display:none } .wf .wf-written { min-height:calc(1.5em * min(2 * var(--writes) - 1, 5)); max-height:7.5em }
  .wf-boxes { display:grid; grid-template-columns:repeat(auto-fill,minmax(84px,1fr)); gap:4px 8px } .wf-box { grid-column:1/-1 }
  /* A day on which nothing changes is its seats alone; the names are still read out. */
  .wf-box.wf-steady { grid-column:auto } .wf-steady ul { display:flex; gap:4px } .wf-steady .wf-name { position:absolute; clip-path:inset(50%); width:1px; height:1px; overflow:hidden } }
@media screen { .wf-long { padding-bottom:120px } } /* the last step, too, can stand at its top */
@media print { .wf-steps { max-height:none } }
`;

// One step in a sentence or two.
export function sentence(steps, step, plain = false) {
  const about = step.instance ? ` for ${step.instance}` : "";
  const at_step = (number) => (number ? ` at step ${number}` : "");
  if (step.kind === "method")
    return `${step.sender}.${step.what} is called${about}${step.override ? " (overridden)" : ""}.`;
  if (step.kind === "signal") {
    const heard = step.heard === 0 ? "Nobody listens." : step.heard === 1 ? "One receiver listens." : `${step.heard} receivers listen.`;
    return `${step.what} is sent${step.sender ? " by " + step.sender : ""}${about}. ${heard}`;
  }
  if (step.kind === "delivery") return `${step.parent ? steps[step.parent - 1].what : "A signal"} calls the receiver ${step.what}.`;
  if (step.kind === "on_commit") return `${step.what} waits for the COMMIT.`;
  if (step.kind === "callback") return `The callback ${step.what} is called${step.settled_by ? `, after the COMMIT at step ${step.settled_by}` : ""}.`;
  if (step.kind === "mail") return `A message is sent: ${step.what}.`;
  if (step.kind === "task") return `The task ${step.what} is enqueued.`;
  if (failed(step)) return "The statement fails, and changes nothing.";
  const mark = marked(steps, step);
  return {
    begin: `A transaction begins.${plain ? "" : " What is written from now on is pending."}`,
    commit: `The transaction is committed.${plain ? "" : " What was pending is kept."}`,
    rollback: "The transaction is rolled back. What was pending is gone.",
    mark: "A savepoint is set, to go back to.",
    undo: `Back to the savepoint${at_step(mark)}. What was written after it is gone.`,
    release: `The savepoint${at_step(mark)} is given up. What is pending stays pending.`,
    write: plain ? wrote(steps, step) : `${wrote(steps, step)} ${step.transaction ? "This is pending until COMMIT." : "This is kept at once: no transaction is open."}`,
  }[step.effect] || (step.what.startsWith("SELECT from ") ? `${rows_of(step)} are read.` : `A statement runs: ${step.what}.`);
}

const named = (step) => (step.kind === "method" ? `${step.sender}.` : "") + step.what;
const failed = (step) => step.outcome.startsWith("raised ");

// What a statement does to rows. How many match is not in a trace.
function wrote(steps, step) {
  const changes = step.sql.trimStart().toUpperCase().startsWith("INSERT") ? "written" : "changed";
  if (saved(steps, step)) return `A row is ${changes}: ${saved(steps, step)}.`;
  if (/^\W*delete/i.test(step.sql)) return `${rows_of(step)} that match are deleted.`;
  return changes === "written" ? `${rows_of(step)} are written.` : `${rows_of(step)} that match are changed.`;
}

// The rows that a statement is about, by the table that it names.
function rows_of({ what }) {
  const [, table] = what.match(/^(?:SELECT from|INSERT into|UPDATE|DELETE from) ([^\s:]+)/) || [];
  return table && what !== "SELECT from a subquery" ? `Rows of ${table}` : "Rows";
}

// Whose row a statement writes: a save() writes its own between its pre_save and its post_save.
export function saved(steps, { order, parent }) {
  const inside = steps.slice(parent || order, order - 1).filter((it) => it.parent === parent);
  const signal = inside.findLast((it) => it.kind === "signal");
  return signal?.what === "pre_save" ? signal.instance : "";
}

// The step of the savepoint that a statement names.
const marked = (steps, { order, sql }) =>
  steps.slice(0, order).findLast((it) => it.effect === "mark" && it.sql.split(" ").at(-1) === sql.split(" ").at(-1))?.order;

// The transactions: the steps at which each of them begins and ends, 0 where that is not in the trace.
export function transactions(steps) {
  const all = [], open = {};
  for (const step of steps.filter((it) => !failed(it) || it.kind !== "sql")) {
    const { effect, order, transaction, using } = step;
    if (effect === "begin" || (transaction && !open[using])) all.push((open[using] = { first: effect === "begin" ? order : 0, last: 0, using }));
    if ((effect === "commit" || effect === "rollback") && open[using]) {
      Object.assign(open[using], { last: order, how: effect === "commit" ? "committed" : "rolled back" });
      delete open[using];
    }
  }
  return all;
}

function spanned({ order, effect, transaction }, span) {
  if (!span) return transaction === false && effect !== "write" ? "No transaction is open. " : ""; // of a write it is said already
  const { first, last, how } = span;
  if (effect === "begin") return last ? `It is ${how} at step ${last}. ` : "";
  if (order === last) return first ? `It began at step ${first}. ` : "";
  if (first && last) return `Inside the transaction of steps ${first} to ${last}. `;
  return first ? `Inside the transaction that began at step ${first}. ` : "Inside a transaction that began before step 1. ";
}

export function show(data, element) {
  const { steps, title = "", side, plain = false } = data;
  let now = Math.min(1, steps.length), plug = false;
  const root = make("section", { class: "wf", "aria-label": title || "Step through what happened" });
  const leave_theme = follow_theme(root);

  const go = (to) => { now = Math.max(Math.min(to, steps.length), Math.min(1, steps.length)); draw(true); };
  const scrubber = make("input", { type: "range", min: 1, max: Math.max(steps.length, 1), value: now, "aria-label": "Step" });
  scrubber.addEventListener("input", () => go(Number(scrubber.value)));
  const place = make("span", { class: "wf-place" });
  const pull = plain ? "" : plug_button((pulled) => { plug = pulled; draw(false); });
  const end = (...parts) => { const it = button(...parts); it.className = "wf-end"; return it; };
  const bar = make("div", { class: "wf-bar" },
    end("First step", "|◀", () => go(1)), button("Step back", "◀", () => go(now - 1)),
    button("Next step", "▶", () => go(now + 1)), end("Last step", "▶|", () => go(steps.length)),
    scrubber, place, pull);

  const list = make("div", { class: "wf-steps", role: "list", tabindex: "0", "aria-label": "All steps" });
  const lanes = LANES.filter(([lane]) => lane !== "outside" || steps.some((it) => it.lane === lane));
  list.style.setProperty("--lanes", lanes.length);
  list.classList.toggle("wf-long", steps.length > 6);
  [["number", ""], ...lanes].forEach(([lane, name], at) => // the numbers of the steps have no head
    list.append(make("div", { class: `wf-lane wf-${lane}`, style: `grid-column:${at + 1};grid-row:1`, text: name, role: "presentation" })));
  // The heads stay above the list: a row that snaps to its top stands below them, also before the first move.
  new ResizeObserver(([{ target }]) => { list.style.scrollPaddingTop = `${target.offsetHeight}px`; }).observe(list.firstChild);
  const spans = transactions(steps), bases = [...new Set(steps.map((it) => it.using))];
  const span_of = (step) => spans.find(({ first, last, using }) => using === step.using && first <= step.order && step.order <= (last || steps.length));
  for (const { first, last, using } of plain ? [] : spans)
    list.append(make("div", { class: "wf-transaction", role: "presentation", style: `grid-column:1/-1;grid-row:${Math.max(first, 1) + 1}/${(last || steps.length) + 2};margin-left:${6 * bases.indexOf(using)}px` }));
  const steady = new Set((side?.states[0] || []).map((box) => JSON.stringify(box)).filter((box) => side.states.every((state) => state.some((it) => JSON.stringify(it) === box))));
  const rows = steps.map((step, at) => {
    const lane = lanes.findIndex(([it]) => it === step.lane);
    const it = make("button", { type: "button", class: `wf-step wf-${step.lane}`, tabindex: "-1" }, ...breakable(`${SIGNS[step.kind]} ${named(step)}`));
    it.addEventListener("click", () => go(at + 1));
    list.append(make("div", { class: "wf-number", "aria-hidden": "true", style: `grid-column:1;grid-row:${at + 2}`, text: at + 1 }),
      make("div", { role: "listitem", style: `grid-column:${lane + 2};grid-row:${at + 2};padding-left:${Math.min(step.depth, 6) * 4}px` }, it));
    return it;
  });
  // What happens now and what is stored stand together above the list, also on a telephone.
  const say = make("div", { class: "wf-say", "aria-live": "polite" });
  const top = make("div", { class: "wf-top" }, bar, say);
  const beside = make("div", { role: "group", "aria-label": side?.name });
  const written = make("ul", { class: "wf-written", tabindex: "0", "aria-label": "Written so far" });
  const head = make("p", { class: "wf-head" });
  const end_of_all = stored(steps, steps.length);
  written.style.setProperty("--writes", Math.max(end_of_all.kept.length + end_of_all.gone.length, 1));
  const panel = make("div", { class: "wf-panel" });
  root.append(make("style", { text: STYLE }), ...(title ? [make("p", { class: "wf-title", text: title })] : []), top,
    make("div", { class: "wf-state" }, ...(side ? [beside] : []), make("div", {}, head, written)), make("div", { class: "wf-body" }, make("div", {}, list, make("p", { class: "wf-legend", text: legend(steps, plain) })), panel));
  step_by_keys(root, () => ({ ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 1, End: steps.length }), go);

  function draw(moved) {
    scrubber.value = now;
    place.textContent = `${now} of ${steps.length}`;
    rows.forEach((row, at) => {
      row.classList.toggle("wf-later", at >= now);
      row.classList.toggle("wf-never", plug && at >= now);
      if (at === now - 1) row.setAttribute("aria-current", "step"); else row.removeAttribute("aria-current");
    });
    if (moved && rows[now - 1]) {
      const row = rows[now - 1].parentElement, above = row.offsetTop - list.scrollTop, heads = list.firstChild.offsetHeight;
      if (above < heads + 40 || above + row.offsetHeight > list.clientHeight / 2) list.scrollTop = row.offsetTop - heads - 40; // the lower half may be below the screen
      top.scrollIntoView({ block: "nearest" });
    }
    say.replaceChildren(...said());
    panel.replaceChildren(...shown());
    write();
    if (side) beside.replaceChildren(...boxes());
  }

  // What stands beside it: what is kept, and what is pending, which goes when the plug is pulled.
  function boxes() {
    const after = plug ? { pending: "lost", leaving: "kept" } : plain ? { pending: "kept" } : {};
    const words = { pending: " (pending)", leaving: " (gone at COMMIT)", lost: " (lost)" };
    const all = side.states[side.at[now]].map(({ name, items, plain }) =>
      make("div", { class: steady.has(JSON.stringify({ name, items })) ? "wf-box wf-steady" : plain ? "wf-box wf-plain" : "wf-box" }, make("b", { text: name }), make("ul", {}, ...items.map((item) => {
        const state = after[item.state] || item.state;
        return make("li", { class: `wf-seat wf-at-${state}` }, make("span", { class: "wf-mark", "aria-hidden": "true" }), make("span", { class: "wf-name", text: item.text + (words[state] || "") }));
      }))));
    return [make("p", { class: "wf-head", text: plug ? `${side.name}, if the process ended here` : side.name }),
      all.length ? make("div", { class: "wf-boxes" }, ...all) : make("p", { text: "empty" })];
  }

  function said() {
    const step = steps[now - 1];
    if (!step) return [make("p", { text: "Nothing happened." })];
    const parts = [make("p", { text: `${sentence(steps, step, plain)} ` }), make("p", { text: plug || plain ? "" : spanned(step, span_of(step)) })];
    if (step.outcome) parts.push(make("p", { class: failed(step) ? "wf-fail" : "", text: `${step.kind === "sql" ? "" : "In the end: "}${step.outcome} ` }));
    return parts;
  }

  function write() {
    const { kept, pending, gone } = stored(steps, now);
    const lines = (items, css) => items.map((it) => make("li", { class: css, text: saved(steps, it) ? `${it.what.replace(/^INSERT into .*/, "INSERT")}: ${saved(steps, it)}` : it.what }));
    const all = [...lines(kept, "wf-kept"), ...lines(pending, plug ? "wf-gone" : plain ? "wf-kept" : "wf-pending"), ...lines(gone, "wf-gone")];
    written.replaceChildren(...(all.length ? all : [make("li", { text: "nothing" })]));
    written.scrollTop = written.scrollHeight;
    head.textContent = plug ? "Written, if the process ended here" : "Written so far";
    if (plug) say.append(make("p", { text: pending.length ? "What was pending is lost, and no later step happens."
      : kept.length ? "What is kept stays. No later step happens." : "Nothing was written, so nothing is lost. No later step happens." }));
  }

  // Where it stands in the code, and the statement.
  function shown() {
    const step = steps[now - 1], parts = [];
    if (!step) return parts;
    const facts = make("dl");
    const add = (name, value) => value && facts.append(make("dt", { text: name }), make("dd", {}, ...breakable(value)));
    add("inside", step.parent ? `step ${step.parent}, ${named(steps[step.parent - 1])}` : "");
    add("where", step.where);
    add("set off at", step.came_from);
    add("about", ["method", "signal"].includes(step.kind) ? "" : step.instance); // the sentence says it
    for (const [name, value] of plain ? [] : Object.entries(step.arguments)) if (name !== "using" || value !== "default") add(name, value);
    add("database", step.using !== "default" ? step.using : "");
    if (facts.childElementCount) parts.push(facts);
    if (step.source.length)
      parts.push(make("pre", { tabindex: "0", "aria-label": "Source" }, ...step.source.map(([number, text]) => {
        const lit = number === step.line;
        return make("span", lit ? { class: "wf-lit" } : {}, `${lit ? "▸" : " "}${String(number).padStart(3)}  ${text}\n`);
      })));
    if (step.sql) parts.push(make("pre", { class: "wf-wrap", tabindex: "0", "aria-label": "SQL", text: step.sql + (step.params.length ? `\n-- with ${step.params.join(", ")}` : "") }));
    if (side?.note) parts.push(make("small", { text: side.note }));
    return parts;
  }

  draw(false);
  element.replaceChildren(root);
  return leave_theme;
}

export default { render: ({ model, el }) => show(JSON.parse(model.get("data")), el) };
