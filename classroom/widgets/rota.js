// The rota as it fills, with a scrubber: a column a day, three seats each.
//
// show({steps, days, seats}, element) draws it. A step is {what, day, rota: {day: [names]}};
// `day` is the first day that is not over. It asks no other machine for anything.

import { button, follow_theme, frame, make, step_by_keys } from "./drawing.js";

const STYLE = `
${frame("rota")}
.rota-what { font-size: 1.1em; margin: 0 0 8px; min-height: 1.4em; }
.rota-days { display: flex; gap: 8px; overflow-x: auto; padding: 4px; }
.rota-day { flex: 0 0 122px; border: 1px solid var(--line); border-radius: 6px; padding: 6px 8px; }
.rota-name { margin: 0 0 4px; font-size: .85em; font-weight: 600; color: var(--soft); }
.rota-day.rota-over { border-style: dashed; } .rota-day.rota-over .rota-seat { color: var(--soft); }
.rota-day.rota-none { visibility: hidden; }
.rota-seat { display: flex; align-items: center; gap: 6px; min-height: 26px; font-size: .88em; }
.rota-mark { flex: 0 0 18px; height: 18px; border-radius: 50%; border: 2px solid var(--soft); transition: background-color .25s, transform .25s; }
.rota-taken .rota-mark { background: var(--seat); border-color: var(--seat); }
.rota-new { font-weight: 600; color: var(--seat); } .rota-new .rota-mark { background: var(--seat); border-color: var(--seat); transform: scale(1.15); }
.rota-left { color: var(--lost); } .rota-left .rota-mark { border: 2px dashed var(--lost); }
.rota-over.rota-day .rota-taken .rota-mark { background: var(--soft); border-color: var(--soft); }
@media (prefers-reduced-motion: reduce) { .rota-mark { transition: none; } }
@media print { .rota-days { flex-wrap: wrap; overflow: visible; } }
`;

export function show({ steps, days, seats }, element) {
  let now = 0;
  const root = make("section", { class: "rota", "aria-label": "The rota, step by step" });
  const leave_theme = follow_theme(root);
  const go = (to) => { now = Math.max(0, Math.min(to, steps.length - 1)); draw(); };
  const scrubber = make("input", { type: "range", min: 0, max: steps.length - 1, value: 0, "aria-label": "Step" });
  scrubber.addEventListener("input", () => go(Number(scrubber.value)));
  const place = make("span");
  const what = make("p", { class: "rota-what", "aria-live": "polite" });
  const board = make("div", { class: "rota-days", tabindex: "0", "aria-label": "Shifts" });
  root.append(make("style", { text: STYLE }), make("div", { class: "rota-bar" },
    button("Step back", "◀", () => go(now - 1)), button("Next step", "▶", () => go(now + 1)), scrubber, place), what, board);
  step_by_keys(root, () => ({ ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: steps.length - 1 }), go);

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
  return leave_theme;
}

export default { render: ({ model, el }) => show(JSON.parse(model.get("data")), el) };
