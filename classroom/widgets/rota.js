// The rota as it fills, with a scrubber: a column a day, three seats each.
//
// show({steps, days, seats}, element) draws it. A step is {what, day, rota: {day: [names]}};
// `day` is the first day that is not over. It asks no other machine for anything.

const STYLE = `
.rota { --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --paper: #fff; --taken: #116329; --new: #0550ae; --left: #b42318;
  color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 12px;
  font: 15px/1.4 system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .rota:not(.rota-light) { --ink: #e6edf3; --soft: #9da7b3; --line: #3d444d;
  --paper: #0d1117; --taken: #6fdd8b; --new: #79b8ff; --left: #ff9b93; } }
.rota.rota-dark { --ink: #e6edf3; --soft: #9da7b3; --line: #3d444d; --paper: #0d1117; --taken: #6fdd8b; --new: #79b8ff; --left: #ff9b93; }
.rota * { box-sizing: border-box; }
.rota-bar { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin-bottom: 6px; }
.rota-bar button { font: inherit; min-width: 40px; min-height: 36px; padding: 2px 10px; border-radius: 6px;
  border: 1px solid var(--line); background: var(--paper); color: var(--ink); cursor: pointer; }
.rota-bar input { flex: 1 1 140px; min-width: 100px; accent-color: var(--new); }
.rota :focus-visible { outline: 3px solid var(--new); outline-offset: 1px; }
.rota-what { font-size: 1.1em; margin: 0 0 8px; min-height: 1.4em; }
.rota-days { display: flex; gap: 8px; overflow-x: auto; padding: 4px; }
.rota-day { flex: 0 0 122px; border: 1px solid var(--line); border-radius: 6px; padding: 6px 8px; }
.rota-name { margin: 0 0 4px; font-size: .85em; font-weight: 600; color: var(--soft); }
.rota-day.rota-over { border-style: dashed; } .rota-day.rota-over .rota-seat { color: var(--soft); }
.rota-day.rota-none { visibility: hidden; }
.rota-seat { display: flex; align-items: center; gap: 6px; min-height: 26px; font-size: .88em; }
.rota-mark { flex: 0 0 18px; height: 18px; border-radius: 50%; border: 2px solid var(--soft); transition: background-color .25s, transform .25s; }
.rota-taken .rota-mark { background: var(--taken); border-color: var(--taken); }
.rota-new { font-weight: 600; color: var(--new); } .rota-new .rota-mark { background: var(--new); border-color: var(--new); transform: scale(1.15); }
.rota-left { color: var(--left); } .rota-left .rota-mark { border: 2px dashed var(--left); }
.rota-over.rota-day .rota-taken .rota-mark { background: var(--soft); border-color: var(--soft); }
@media (prefers-reduced-motion: reduce) { .rota-mark { transition: none; } }
@media print { .rota-bar { display: none; } .rota-days { flex-wrap: wrap; overflow: visible; } }
`;

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
  const said = jupyter ? (jupyter === "true" ? "light" : "dark") : document.documentElement.dataset.theme;
  root.classList.toggle("rota-dark", said === "dark");
  root.classList.toggle("rota-light", said === "light");
}

export function show({ steps, days, seats }, element) {
  let now = 0;
  const root = make("section", { class: "rota", "aria-label": "The rota, step by step" });
  theme(root);
  const watch = new MutationObserver(() => theme(root));
  watch.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  watch.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  const go = (to) => { now = Math.max(0, Math.min(to, steps.length - 1)); draw(); };
  const button = (label, text, by) => {
    const it = make("button", { type: "button", "aria-label": label, title: label, text });
    it.addEventListener("click", () => go(now + by));
    return it;
  };
  const scrubber = make("input", { type: "range", min: 0, max: steps.length - 1, value: 0, "aria-label": "Step" });
  scrubber.addEventListener("input", () => go(Number(scrubber.value)));
  const place = make("span");
  const what = make("p", { class: "rota-what", "aria-live": "polite" });
  const board = make("div", { class: "rota-days", tabindex: "0", "aria-label": "Shifts" });
  root.append(make("style", { text: STYLE }), make("div", { class: "rota-bar" },
    button("Step back", "◀", -1), button("Next step", "▶", 1), scrubber, place), what, board);
  root.addEventListener("keydown", (event) => {
    if (event.target === scrubber) return;
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: steps.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    go(to);
  });

  function seat(name, before) {
    if (name === undefined) return make("div", { class: "rota-seat" }, make("span", { class: "rota-mark" }), make("span", { text: "free" }));
    const css = before.includes(name) || now === 0 ? "rota-taken" : "rota-taken rota-new";
    return make("div", { class: `rota-seat ${css}` }, make("span", { class: "rota-mark" }), make("span", { text: name }));
  }

  function draw() {
    const step = steps[now], earlier = steps[Math.max(now - 1, 0)];
    scrubber.value = now;
    place.textContent = `${now} of ${steps.length - 1}`;
    what.textContent = step.what;
    const columns = days.map(({ key, name }) => {
      const names = step.rota[key], before = earlier.rota[key] || [];
      const over = key < step.day;
      if (names === undefined && !steps.slice(0, now).some((it) => it.rota[key])) return make("div", { class: "rota-day rota-none" });
      if (names === undefined)
        return make("div", { class: "rota-day rota-over" }, make("div", { class: "rota-name", text: `${name} · wiped` }));
      const css = over ? " rota-over" : "";
      const column = make("div", { class: `rota-day${css}` },
        make("div", { class: "rota-name", text: over ? `${name} · over` : name }));
      for (let at = 0; at < Math.max(seats, names.length); at += 1) column.append(seat(names[at], before));
      for (const gone of before.filter((it) => !names.includes(it)))
        column.append(make("div", { class: "rota-seat rota-left" }, make("span", { class: "rota-mark" }), make("span", { text: `${gone} left` })));
      return column;
    });
    board.replaceChildren(...columns);
    const changed = board.querySelector(".rota-new, .rota-left");
    if (changed) {
      const column = changed.closest(".rota-day");
      if (column.offsetLeft + column.offsetWidth > board.scrollLeft + board.clientWidth || column.offsetLeft < board.scrollLeft)
        board.scrollLeft = column.offsetLeft - board.offsetLeft - 8;
    }
  }

  draw();
  element.replaceChildren(root);
  return () => watch.disconnect();
}

export default { render: ({ model, el }) => show(JSON.parse(model.get("data")), el) };
