// What every piece draws with: one palette with one meaning each, elements, the theme, and what is
// stored after some steps. A piece says `import {...} from "./drawing.js"`; where it has to be one
// text (whatfires.drawing.module_text), this text takes the place of that line.

// The only home of the colours: on light, on dark. The Python side reads them from here.
export const PALETTE = `
  --ink: light-dark(#1f2328, #e6edf3);
  --soft: light-dark(#59636e, #9da7b3);
  --line: light-dark(#d1d9e0, #3d444d);
  --paper: light-dark(#ffffff, #0d1117);
  --seat: light-dark(#116329, #6fdd8b);
  --code: light-dark(#0550ae, #79b8ff);
  --signal: light-dark(#7a3ec8, #d2a8ff);
  --outside: light-dark(#00696e, #56d4dd);
  --attention: light-dark(#8a5a00, #e3b341);
  --lost: light-dark(#b42318, #ff9b93);
`;

// The frame of a piece, its buttons and its focus ring: `css` is the class of its outermost element.
export const frame = (css) => `
.${css} { ${PALETTE} color-scheme: light dark; color: var(--ink); background: var(--paper); border: 1px solid var(--line);
  border-radius: 8px; padding: 12px; font: 15px/1.45 system-ui, sans-serif; container-type: inline-size; }
.${css}.is-dark { color-scheme: dark; } .${css}.is-light { color-scheme: light; }
.${css} * { box-sizing: border-box; }
.${css} :focus-visible { outline: 3px solid var(--code); outline-offset: 1px; }
.${css}-bar { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin-bottom: 8px; }
.${css}-bar button { font: inherit; min-width: 40px; min-height: 40px; padding: 2px 10px; border-radius: 6px;
  border: 1px solid var(--line); background: var(--paper); color: var(--ink); cursor: pointer; }
.${css}-bar button:hover { border-color: var(--code); }
.${css}-bar button[aria-pressed=true] { border-color: var(--code); box-shadow: inset 0 0 0 1px var(--code); font-weight: 600; }
.${css}-bar .plug.is-pulled { border-color: var(--lost); box-shadow: inset 0 0 0 1px var(--lost); color: var(--lost); }
.${css}-bar input[type=range] { flex: 1 1 80px; min-width: 80px; min-height: 40px; accent-color: var(--code); }
@media print { .${css}-bar { display: none; } }
`;

export function make(tag, { text, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

// A long name breaks behind its joints, and not inside a word.
export const breakable = (name) => name.split(/(?<=[_.(])(?=\w)|(?<=[a-z])(?=[A-Z])/).flatMap((part) => [part, make("wbr")]);

export function button(label, text, act) {
  const it = make("button", { type: "button", "aria-label": label, title: label, text });
  it.addEventListener("click", act);
  return it;
}

// The button that pulls the plug at the step that is shown; `act` is told whether it is pulled.
export function plug_button(act) {
  const it = make("button", { type: "button", class: "plug" });
  const say = () => { it.textContent = it.classList.contains("is-pulled") ? "↺ Put the plug back" : "⚡ Pull the plug here"; };
  it.addEventListener("click", () => { const pulled = it.classList.toggle("is-pulled"); say(); act(pulled); });
  say();
  return it;
}

// Jupyter, VS Code, Colab and Sphinx themes say whether they are dark; elsewhere the system does.
// Returns a function that ends the watching.
export function follow_theme(root) {
  const page = document.documentElement, body = document.body;
  const look = () => {
    const jupyter = body.dataset.jpThemeLight;
    const said = jupyter ? (jupyter === "true" ? "light" : "dark")
      : body.dataset.vscodeThemeKind || page.dataset.theme || page.getAttribute("theme") || "";
    const dark = /dark|^vscode-high-contrast$/.test(said);
    root.classList.toggle("is-dark", dark);
    root.classList.toggle("is-light", !dark && /light/.test(said));
  };
  const watch = new MutationObserver(look);
  watch.observe(page, { attributeFilter: ["data-theme", "theme"] });
  watch.observe(body, { attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"] });
  look();
  return () => watch.disconnect();
}

// What the signs in front of steps mean: those of the kinds that are among them.
export const SIGNS = { method: "▸", signal: "◆", delivery: "→", sql: "▪", on_commit: "…", callback: "↳", mail: "✉", task: "⚙" };
const NAMES = { method: "a method", signal: "a signal", delivery: "a receiver", sql: "SQL" };

export function legend(steps, plain = false) {
  const signs = Object.keys(NAMES).filter((kind) => steps.some((it) => it.kind === kind)).map((kind) => `${SIGNS[kind]} ${NAMES[kind]}`);
  return `${signs.join(", ")}.${plain ? "" : " An amber bar: in a transaction. ✓ kept, … pending until COMMIT, ✗ gone."}`;
}

// Step by keys: `steps` gives the step that a key leads to, and undefined for a key that is not ours.
export function step_by_keys(root, steps, go) {
  root.addEventListener("keydown", (event) => {
    if (event.target.matches("input") || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = steps()[event.key];
    if (to === undefined) return;
    event.preventDefault(); // JupyterLab must not take the key for a command of its own
    event.stopPropagation();
    go(to);
  });
}

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
