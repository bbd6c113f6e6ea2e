// The rota as it fills, with a scrubber: a column a day, three seats each.
//
// show({steps, days, seats, play}, element) draws it. A step is {what, day, rota: {day: [names]}};
// `day` is the first day that is not over. With `play` it begins to move by itself, unless the
// reader's machine asks for less motion. It asks no other machine for anything.

import { button, follow_theme, frame, make, step_by_keys } from "./drawing.js";

const STYLE = `
${frame("rota")}
.rota-what { font-size: 1.1em; margin: 0 0 8px; min-height: 1.4em; }
.rota-days { display: flex; gap: 8px; overflow-x: auto; padding: 4px; }
.rota-day { flex: 0 1 168px; min-width: 122px; border: 1px solid var(--line); border-radius: 6px; padding: 6px 8px; }
.rota-name { margin: 0 0 4px; font-size: .85em; font-weight: 600; color: var(--soft); }
.rota-day.rota-over { border-style: dashed; background: repeating-linear-gradient(135deg, transparent 0 7px, color-mix(in srgb, var(--soft) 9%, transparent) 7px 9px); }
.rota-day.rota-over .rota-seat { color: var(--soft); }
.rota-day.rota-none { visibility: hidden; }
.rota-seat { display: flex; align-items: center; gap: 6px; min-height: 26px; font-size: .88em; }
.rota-mark { flex: 0 0 18px; height: 18px; border-radius: 50%; border: 2px solid var(--soft); transition: background-color .25s, transform .25s; }
.rota-taken .rota-mark { background: var(--seat); border-color: var(--seat); }
.rota-new { font-weight: 600; color: var(--seat); } .rota-new .rota-mark { background: var(--seat); border-color: var(--seat); transform: scale(1.15); }
.rota-left { color: var(--lost); } .rota-left .rota-mark { border: 3px double var(--lost); }
.rota-new { animation: rota-in .45s ease-out; }
@keyframes rota-in { from { transform: translateX(-18px); } }
.rota-wiped .rota-seat { text-decoration: line-through; }
.rota-over.rota-day .rota-taken .rota-mark { background: var(--soft); border-color: var(--soft); }
@media (prefers-reduced-motion: reduce) { .rota-mark { transition: none; } .rota-new { animation: none; } }
@media print { .rota-days { flex-wrap: wrap; overflow: visible; } }
`;

const PACE = 1500; // milliseconds that a step stays while it plays

export function show({ steps, days, seats, play = false }, element) {
  let now = 0, clock = 0;
  const root = make("section", { class: "rota", "aria-label": "The rota, step by step" });
  const leave_theme = follow_theme(root);
  const go = (to) => { now = Math.max(0, Math.min(to, steps.length - 1)); draw(); };
  const player = make("button", { type: "button" });
  player.addEventListener("click", () => (clock ? stop() : start()));
  function start() {
    if (now === steps.length - 1) go(0);
    clock = setInterval(() => (now < steps.length - 1 ? go(now + 1) : stop()), PACE);
    say();
  }
  function stop() {
    clearInterval(clock);
    clock = 0;
    say();
  }
  // What moves by itself is not read out: it would talk over everything else.
  function say() {
    player.textContent = clock ? "❚❚" : "Play";
    player.setAttribute("aria-label", clock ? "Pause" : "Play");
    what.setAttribute("aria-live", clock ? "off" : "polite");
  }
  const scrubber = make("input", { type: "range", min: 0, max: steps.length - 1, value: 0, "aria-label": "Step" });
  scrubber.addEventListener("input", () => { stop(); go(Number(scrubber.value)); });
  const place = make("span");
  const what = make("p", { class: "rota-what", "aria-live": "polite" });
  const board = make("div", { class: "rota-days", tabindex: "0", role: "group", "aria-label": "Shifts" });
  root.append(make("style", { text: STYLE }), make("div", { class: "rota-bar" },
    player, button("Step back", "◀", () => { stop(); go(now - 1); }), button("Next step", "▶", () => { stop(); go(now + 1); }), scrubber, place), what, board);
  step_by_keys(root, () => ({ ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: steps.length - 1 }), (to) => { stop(); go(to); });

  const seat = (css, text) =>
    make("div", { class: `rota-seat ${css}` }, make("span", { class: "rota-mark" }), make("span", { text }));

  // Who left at this step stays as a ring in the seat; a shift that is wiped is struck through once.
  function columns(at) {
    const step = steps[at], earlier = steps[Math.max(at - 1, 0)];
    return days.map(({ key, name }) => {
      const names = step.rota[key], before = earlier.rota[key] || [];
      if (names === undefined && !steps.slice(0, at).some((it) => it.rota[key])) return make("div", { class: "rota-day rota-none" });
      const wiped = names === undefined, over = wiped || key < step.day;
      const css = `${over ? " rota-over" : ""}${wiped ? " rota-wiped" : ""}`;
      const column = make("div", { class: `rota-day${css}` },
        make("div", { class: "rota-name", text: wiped ? `${name} · wiped` : over ? `${name} · over` : name }));
      if (wiped) return column.append(...before.map((it) => seat("", it))), column;
      const came = at ? names.filter((it) => !before.includes(it)) : [];
      for (const it of [...before, ...came])
        column.append(names.includes(it) ? seat(came.includes(it) ? "rota-taken rota-new" : "rota-taken", it) : seat("rota-left", `${it} left`));
      while (column.childElementCount <= seats) column.append(seat("", "free"));
      return column;
    });
  }

  function draw() {
    scrubber.value = now;
    place.textContent = `${now} of ${steps.length - 1}`;
    what.textContent = steps[now].what;
    board.replaceChildren(...columns(now));
    const changed = board.querySelector(".rota-new, .rota-left");
    if (changed) {
      const column = changed.closest(".rota-day");
      if (column.offsetLeft + column.offsetWidth > board.scrollLeft + board.clientWidth || column.offsetLeft < board.scrollLeft)
        board.scrollLeft = column.offsetLeft - board.offsetLeft - 8;
    }
  }

  // As high as at its highest step, at each width: what stands below does not move while it plays.
  let width = 0;
  const keep_height = new ResizeObserver(() => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    const trial = root.appendChild(make("div", { inert: "", style: "height: 0; overflow: hidden" }));
    const highest = (css, fill) => Math.max(...steps.map((_, at) => {
      trial.replaceChildren(make("div", { class: css }, ...fill(at)));
      return trial.firstChild.getBoundingClientRect().height;
    }));
    board.style.minHeight = `${highest("rota-days", columns)}px`;
    what.style.minHeight = `${highest("rota-what", (at) => [steps[at].what])}px`;
    trial.remove();
  });
  draw();
  stop();
  element.replaceChildren(root);
  keep_height.observe(root);
  if (play && !matchMedia("(prefers-reduced-motion: reduce)").matches) start();
  return () => { stop(); keep_height.disconnect(); leave_theme(); };
}

export default { render: ({ model, el }) => show(JSON.parse(model.get("data")), el) };
