// Step through a trace: your code, signals and receivers, and SQL, with what is stored beside it.
//
// show({steps, title}, element) draws it. It is one ES module without dependencies; it asks no
// other machine for anything. `steps` is what whatfires.steps.steps_of() returns.

const LANES = [
  ["code", "Your code"],
  ["signal", "Signals and receivers"],
  ["sql", "SQL"],
  ["outside", "After commit, mail, tasks"], // only where there is any
];
const SIGNS = { delivery: "→", on_commit: "…", callback: "→", mail: "✉", task: "⚙" };

const STYLE = `
.wf { --ink:#1f2328; --soft:#59636e; --line:#d1d9e0; --paper:#fff; --now:#fff3c4; --now-line:#9a6700;
  --code:#0550ae; --signal:#116329; --sql:#59636e; --outside:#8250df; --lost:#b42318; --kept:#116329;
  color:var(--ink); background:var(--paper); border:1px solid var(--line); border-radius:8px;
  padding:12px; font:15px/1.45 system-ui,sans-serif; container-type:inline-size }
@media (prefers-color-scheme:dark) { .wf:not(.wf-light) { --ink:#e6edf3; --soft:#9da7b3; --line:#3d444d;
  --paper:#0d1117; --now:#3a2f0b; --now-line:#d4a72c; --code:#79b8ff; --signal:#6fdd8b; --sql:#9da7b3; --outside:#d2a8ff;
  --lost:#ff9b93; --kept:#6fdd8b } }
.wf.wf-dark { --ink:#e6edf3; --soft:#9da7b3; --line:#3d444d; --paper:#0d1117; --now:#3a2f0b;
  --now-line:#d4a72c; --code:#79b8ff; --signal:#6fdd8b; --sql:#9da7b3; --outside:#d2a8ff; --lost:#ff9b93; --kept:#6fdd8b }
.wf * { box-sizing:border-box }
.wf-title { font-size:1.05em; font-weight:600; margin:0 0 8px } .wf-head { font-size:.9em; font-weight:600; margin:12px 0 4px; color:var(--soft) }
.wf-bar { display:flex; flex-wrap:wrap; gap:6px; align-items:center; margin-bottom:10px }
.wf-bar button { font:inherit; min-width:40px; min-height:36px; padding:2px 10px; border-radius:6px;
  border:1px solid var(--line); background:var(--paper); color:var(--ink); cursor:pointer }
.wf-bar button:hover { border-color:var(--code) }
.wf-bar button[aria-pressed=true] { border-color:var(--lost); color:var(--lost) }
.wf :focus-visible { outline:3px solid var(--code); outline-offset:1px }
.wf-bar input { flex:1 1 120px; min-width:100px; accent-color:var(--code) }
.wf-body { display:grid; grid-template-columns:minmax(0,3fr) minmax(0,2fr); gap:14px; align-items:start }
.wf-steps { display:grid; grid-template-columns:repeat(var(--lanes),minmax(0,1fr)); gap:1px 6px; max-height:480px; overflow:auto;
  margin:0; padding:0; list-style:none; position:relative }
.wf-lane { position:sticky; top:0; background:var(--paper); font-weight:600; font-size:.85em; padding:4px 6px;
  border-bottom:2px solid currentColor; z-index:1 }
.wf-step { font:13px/1.35 ui-monospace,Menlo,Consolas,monospace; text-align:left; border:0; border-left:3px solid transparent;
  background:none; padding:3px 6px; cursor:pointer; border-radius:4px; overflow-wrap:anywhere; width:100% }
.wf-code { color:var(--code) } .wf-signal { color:var(--signal) } .wf-sql { color:var(--sql) } .wf-outside { color:var(--outside) }
.wf-step.wf-later { color:var(--soft); border-left-style:dotted; border-color:var(--line) } .wf-step[aria-current] { background:var(--now); border-color:var(--now-line); border-left-style:solid; color:var(--ink); font-weight:600 }
.wf-step.wf-never { text-decoration:line-through }
.wf-badge { display:none; font-size:.75em; margin-right:4px }
.wf-panel { border-left:1px solid var(--line); padding-left:14px; min-height:200px }
.wf-say { font-size:1.05em; margin:0 0 6px } .wf-fail { color:var(--lost); font-weight:600 }
.wf pre { font:12.5px/1.45 ui-monospace,Menlo,Consolas,monospace; background:color-mix(in srgb,var(--soft) 12%,transparent);
  color:var(--ink); padding:8px; border-radius:6px; overflow:auto; margin:4px 0; max-height:260px }
.wf pre.wf-wrap { white-space:pre-wrap; overflow-wrap:anywhere }
.wf dl { display:grid; grid-template-columns:auto 1fr; gap:0 10px; margin:4px 0; font-size:.9em }
.wf dt { color:var(--soft) } .wf dd { margin:0; overflow-wrap:anywhere }
.wf ul { list-style:none; margin:0; padding:0; font:12.5px/1.5 ui-monospace,Menlo,Consolas,monospace } .wf li { overflow-wrap:anywhere }
.wf-kept::before { content:"✓ "; color:var(--kept) } .wf-pending::before { content:"… "; color:var(--now-line) }
.wf-gone { text-decoration:line-through; color:var(--lost) } .wf-gone::before { content:"✗ "; }
@container (max-width:640px) { .wf-body { grid-template-columns:minmax(0,1fr) }
  .wf-steps { grid-template-columns:minmax(0,1fr); max-height:300px } .wf-lane { display:none } .wf-badge { display:inline }
  .wf-steps > * { grid-column:1 !important; grid-row:auto !important } .wf-panel { border-left:0; border-top:1px solid var(--line); padding:10px 0 0 } }
@media print { .wf-bar { display:none } .wf-steps { max-height:none } }
`;

// What is stored when the first `upTo` steps have happened: rows kept, pending, and gone.
export function stored(steps, upTo) {
  const kept = [], gone = [];
  let pending = [];
  for (const step of steps.slice(0, upTo)) {
    if (step.kind !== "sql" || step.outcome.startsWith("raised ")) continue;
    const take = (from) => gone.push(...pending.splice(from).filter((it) => it.effect === "write"));
    if (step.effect === "write") (step.transaction ? pending : kept).push(step);
    else if (step.effect === "mark") pending.push(step);
    else if (step.effect === "undo") {
      let mark = pending.length - 1;
      while (mark > 0 && pending[mark].effect !== "mark") mark -= 1;
      take(Math.max(mark, 0));
    } else if (step.effect === "release") {
      for (let at = pending.length - 1; at >= 0; at -= 1)
        if (pending[at].effect === "mark") { pending.splice(at, 1); break; }
    } else if (step.effect === "rollback") take(0);
    else if (step.effect === "commit") {
      kept.push(...pending.filter((it) => it.effect === "write"));
      pending = [];
    }
  }
  return { kept, pending: pending.filter((it) => it.effect === "write"), gone };
}

// One step in a sentence.
export function sentence(step) {
  const about = step.instance ? ` for ${step.instance}` : "";
  if (step.kind === "method")
    return `${step.sender}.${step.what} is called${about}` + (step.override ? ", the one that the model overrides." : ".");
  if (step.kind === "signal") {
    const heard = step.heard === 0 ? "Nobody listens." : step.heard === 1 ? "One receiver listens." : `${step.heard} receivers listen.`;
    return `${step.what} is sent${step.sender ? " by " + step.sender : ""}. ${heard}`;
  }
  if (step.kind === "delivery") return `The receiver ${step.what} is called.`;
  if (step.kind === "on_commit") return `${step.what} waits for the COMMIT.` + (step.outcome ? ` In the end: ${step.outcome}.` : "");
  if (step.kind === "callback") return `The callback ${step.what} is called${step.settled_by ? ", after the COMMIT" : ""}.`;
  if (step.kind === "mail") return `A message is sent: ${step.what}.`;
  if (step.kind === "task") return `The task ${step.what} is enqueued.`;
  return {
    begin: "A transaction begins. What is written from now on is pending.",
    commit: "The transaction is committed. What was pending is kept.",
    rollback: "The transaction is rolled back. What was pending is gone.",
    mark: "A savepoint is set, to go back to.",
    undo: "Back to the savepoint. What was written after it is gone.",
    release: "The savepoint is given up. What was written after it stays pending.",
    write: step.transaction ? "A row is written. It is pending until COMMIT." : "A row is written, and kept at once: no transaction is open.",
  }[step.effect] || "A statement reads.";
}

function make(tag, { text, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

// Jupyter and Sphinx themes say themselves whether they are dark; elsewhere the system does.
function theme(root) {
  const jupyter = document.body.dataset.jpThemeLight;
  const sphinx = document.documentElement.dataset.theme;
  const said = jupyter ? (jupyter === "true" ? "light" : "dark") : sphinx;
  root.classList.toggle("wf-dark", said === "dark");
  root.classList.toggle("wf-light", said === "light");
}

export function show(data, element) {
  const { steps, title = "" } = data;
  let now = Math.min(1, steps.length), plug = false;
  const root = make("section", { class: "wf", "aria-label": title || "Step through what happened" });
  theme(root);
  const watch = new MutationObserver(() => theme(root));
  watch.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  watch.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });

  const button = (label, text, act) => {
    const it = make("button", { type: "button", "aria-label": label, title: label, text });
    it.addEventListener("click", act);
    return it;
  };
  const go = (to) => { now = Math.max(Math.min(to, steps.length), Math.min(1, steps.length)); draw(true); };
  const scrubber = make("input", { type: "range", min: 1, max: Math.max(steps.length, 1), value: now, "aria-label": "Step" });
  scrubber.addEventListener("input", () => go(Number(scrubber.value)));
  const place = make("span", { class: "wf-place" });
  const pull = button("Pull the plug here: what would stay?", "⚡ Pull the plug here", () => { plug = !plug; draw(false); });
  const bar = make("div", { class: "wf-bar" },
    button("First step", "|◀", () => go(1)), button("Step back", "◀", () => go(now - 1)),
    button("Next step", "▶", () => go(now + 1)), button("Last step", "▶|", () => go(steps.length)),
    scrubber, place, pull);

  const list = make("div", { class: "wf-steps", role: "list", tabindex: "0", "aria-label": "All steps" });
  const lanes = LANES.filter(([lane]) => lane !== "outside" || steps.some((it) => it.lane === lane));
  list.style.setProperty("--lanes", lanes.length);
  lanes.forEach(([lane, name], at) =>
    list.append(make("div", { class: `wf-lane wf-${lane}`, style: `grid-column:${at + 1};grid-row:1`, text: name, role: "presentation" })));
  const rows = steps.map((step, at) => {
    const lane = lanes.findIndex(([it]) => it === step.lane);
    const name = step.kind === "method" ? `${step.sender}.${step.what}` : SIGNS[step.kind] ? `${SIGNS[step.kind]} ${step.what}` : step.what;
    const badge = make("span", { class: "wf-badge", text: step.lane });
    const it = make("button", { type: "button", class: `wf-step wf-${step.lane}`, tabindex: "-1" }, badge, name);
    it.addEventListener("click", () => go(at + 1));
    list.append(make("div", { role: "listitem", style: `grid-column:${lane + 1};grid-row:${at + 2};padding-left:${Math.min(step.depth, 6) * 6}px` }, it));
    return it;
  });
  const panel = make("div", { class: "wf-panel", "aria-live": "polite" });
  root.append(make("style", { text: STYLE }), ...(title ? [make("p", { class: "wf-title", text: title })] : []), bar, make("div", { class: "wf-body" }, list, panel));
  root.addEventListener("keydown", (event) => {
    if (event.target === scrubber) return;
    const to = { ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 1, End: steps.length }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    go(to);
  });

  function draw(moved) {
    scrubber.value = now;
    place.textContent = `${now} of ${steps.length}`;
    pull.setAttribute("aria-pressed", plug);
    rows.forEach((row, at) => {
      row.classList.toggle("wf-later", at >= now);
      row.classList.toggle("wf-never", plug && at >= now);
      if (at === now - 1) row.setAttribute("aria-current", "step"); else row.removeAttribute("aria-current");
    });
    if (moved && rows[now - 1]) {
      const row = rows[now - 1].parentElement;
      if (row.offsetTop < list.scrollTop + 32) list.scrollTop = row.offsetTop - 32;
      else if (row.offsetTop + row.offsetHeight > list.scrollTop + list.clientHeight)
        list.scrollTop = row.offsetTop + row.offsetHeight - list.clientHeight + 8;
    }
    panel.replaceChildren(...said());
  }

  function said() {
    const step = steps[now - 1];
    if (!step) return [make("p", { text: "Nothing happened." })];
    const parts = [make("p", { class: "wf-say", text: sentence(step) })];
    if (step.outcome) parts.push(make("p", { class: step.outcome.startsWith("raised ") ? "wf-fail" : "", text: step.outcome }));
    const facts = make("dl");
    const add = (name, value) => value && facts.append(make("dt", { text: name }), make("dd", { text: value }));
    add("where", step.where);
    add("from", step.came_from);
    add("about", step.kind !== "method" ? step.instance : "");
    for (const [name, value] of Object.entries(step.arguments)) add(name, value);
    add("database", step.using !== "default" ? step.using : "");
    if (facts.childElementCount) parts.push(facts);
    if (step.source.length)
      parts.push(make("pre", { tabindex: "0", "aria-label": "Source", text: step.source.map(([number, text]) => `${String(number).padStart(3)}  ${text}`).join("\n") }));
    if (step.sql) parts.push(make("pre", { class: "wf-wrap", tabindex: "0", "aria-label": "SQL", text: step.sql + (step.params.length ? `\n-- with ${step.params.join(", ")}` : "") }));
    const { kept, pending, gone } = stored(steps, now);
    const lines = (items, css) => items.map((it) => make("li", { class: css, text: it.what }));
    const all = [...lines(kept, "wf-kept"), ...lines(pending, plug ? "wf-gone" : "wf-pending"), ...lines(gone, "wf-gone")];
    parts.push(make("p", { class: "wf-head", text: plug ? "If the process ended here" : "Written so far" }),
      all.length ? make("ul", {}, ...all) : make("p", { text: "nothing" }));
    if (plug) parts.push(make("p", { text: pending.length ? "What was pending is lost, and no later step happens." : "What is kept stays. No later step happens." }));
    else if (pending.length) parts.push(make("p", { text: "✓ kept   … pending until COMMIT" }));
    return parts;
  }

  draw(false);
  element.replaceChildren(root);
  return () => watch.disconnect();
}

export default { render: ({ model, el }) => show(JSON.parse(model.get("data")), el) };
