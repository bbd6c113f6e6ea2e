// The rota as it fills, with a scrubber: a column a day, three seats each.
//
// show({steps, days, seats, play}, element) draws it. A step is {what, day, rota: {day: [names]}};
// `day` is the first day that is not over. With `play` it begins to move by itself, unless the
// reader's machine asks for less motion. It asks no other machine for anything.

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
.rota-bar button:first-child { min-width: 64px; }
.rota :focus-visible { outline: 3px solid var(--new); outline-offset: 1px; }
.rota-what { font-size: 1.1em; margin: 0 0 8px; min-height: 1.4em; }
.rota-days { display: flex; gap: 8px; overflow-x: auto; padding: 4px; }
.rota-day { flex: 0 0 clamp(122px, 24%, 165px); border: 1px solid var(--line); border-radius: 6px; padding: 6px 8px; }
.rota-name { margin: 0 0 4px; font-size: .85em; font-weight: 600; color: var(--soft); }
.rota-day.rota-over { border-style: dashed; background: repeating-linear-gradient(135deg, transparent 0 7px, color-mix(in srgb, var(--soft) 9%, transparent) 7px 9px); }
.rota-day.rota-over .rota-seat { color: var(--soft); }
.rota-day.rota-none { visibility: hidden; }
.rota-seat { display: flex; align-items: center; gap: 6px; min-height: 26px; font-size: .88em; }
.rota-mark { flex: 0 0 18px; height: 18px; border-radius: 50%; border: 2px solid var(--soft); transition: background-color .25s, transform .25s; }
.rota-taken .rota-mark { background: var(--taken); border-color: var(--taken); }
.rota-new { font-weight: 600; color: var(--new); } .rota-new .rota-mark { background: var(--new); border-color: var(--new); transform: scale(1.15); }
.rota-left { color: var(--left); } .rota-left .rota-mark { border: 3px double var(--left); }
.rota-new { animation: rota-in .45s ease-out; }
@keyframes rota-in { from { transform: translateX(-18px); opacity: 0; } }
.rota-wiped .rota-seat { text-decoration: line-through; }
.rota-over.rota-day .rota-taken .rota-mark { background: var(--soft); border-color: var(--soft); }
@media (prefers-reduced-motion: reduce) { .rota-mark { transition: none; } .rota-new { animation: none; } }
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

const PACE = 1500; // milliseconds that a step stays while it plays

export function show({ steps, days, seats, play = false }, element) {
  let now = 0, clock = 0;
  const root = make("section", { class: "rota", "aria-label": "The rota, step by step" });
  theme(root);
  const watch = new MutationObserver(() => theme(root));
  watch.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  watch.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  const go = (to) => { now = Math.max(0, Math.min(to, steps.length - 1)); draw(); };
  const button = (label, text, by) => {
    const it = make("button", { type: "button", "aria-label": label, title: label, text });
    it.addEventListener("click", () => { stop(); go(now + by); });
    return it;
  };
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
  const board = make("div", { class: "rota-days", tabindex: "0", "aria-label": "Shifts" });
  root.append(make("style", { text: STYLE }), make("div", { class: "rota-bar" },
    player, button("Step back", "◀", -1), button("Next step", "▶", 1), scrubber, place), what, board);
  root.addEventListener("keydown", (event) => {
    if (event.target === scrubber) return;
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: steps.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    stop();
    go(to);
  });

  const seat = (css, text) =>
    make("div", { class: `rota-seat ${css}` }, make("span", { class: "rota-mark" }), make("span", { text }));

  // Who left at this step stays as a ring in the seat; a shift that is wiped is struck through once.
  function draw() {
    const step = steps[now], earlier = steps[Math.max(now - 1, 0)];
    scrubber.value = now;
    place.textContent = `${now} of ${steps.length - 1}`;
    what.textContent = step.what;
    const columns = days.map(({ key, name }) => {
      const names = step.rota[key], before = earlier.rota[key] || [];
      if (names === undefined && !steps.slice(0, now).some((it) => it.rota[key])) return make("div", { class: "rota-day rota-none" });
      const wiped = names === undefined, over = wiped || key < step.day;
      const css = `${over ? " rota-over" : ""}${wiped ? " rota-wiped" : ""}`;
      const column = make("div", { class: `rota-day${css}` },
        make("div", { class: "rota-name", text: wiped ? `${name} · wiped` : over ? `${name} · over` : name }));
      if (wiped) return column.append(...before.map((it) => seat("", it))), column;
      const came = now ? names.filter((it) => !before.includes(it)) : [];
      for (const it of [...before, ...came])
        column.append(names.includes(it) ? seat(came.includes(it) ? "rota-taken rota-new" : "rota-taken", it) : seat("rota-left", `${it} left`));
      for (let at = column.childElementCount - 1; at < seats; at += 1) column.append(seat("", "free"));
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
  stop();
  element.replaceChildren(root);
  if (play && !matchMedia("(prefers-reduced-motion: reduce)").matches) start();
  return () => { stop(); watch.disconnect(); };
}

export default { render: ({ model, el }) => show(JSON.parse(model.get("data")), el) };
