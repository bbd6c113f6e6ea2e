// Answers to click: choices for each thing that is asked, or lines to be put in order. Nothing locks.
//
// show({title, asked, chosen}, element) draws choices: `asked` is [{name, choices, several}], a
// whole number where there are no choices, and `chosen` {name: answer or null}. With {title, lines,
// given, chosen} it draws lines: `chosen` are the numbers of those that are in, in their order, and
// `given` is code that stands above them. `then` says what to do afterwards. Each change is the event "chosen", with all of `chosen`.

import { button, follow_theme, frame, make } from "./drawing.js";

const STYLE = `
${frame("form")}
.form { padding: 14px 18px; margin: 4px 0; max-width: 56em; }
.form .form-title { margin: 0 0 10px; font-size: 1.2em; font-weight: 600; }
.form fieldset { display: flex; align-items: center; margin: 0 0 10px; padding: 0; border: 0; min-width: 0; }
.form legend { float: left; margin: 0; width: 13em; flex: none; padding: 0 8px 0 0; font-size: 1em; font-weight: 600; overflow-wrap: anywhere; }
/* Beside their name, also where they need a second line. */
.form .form-choices { display: flex; flex-wrap: wrap; gap: 6px; flex: 1; }
.form label { position: relative; display: flex; align-items: center; min-height: 40px; padding: 4px 12px; border: 2px solid transparent; border-radius: 6px;
  background: color-mix(in srgb, var(--ink) 8%, var(--paper)); cursor: pointer; overflow-wrap: anywhere; }
.form label:hover { border-color: var(--code); }
.form label:has(:checked) { border-color: var(--ink); font-weight: 600; }
.form label:has(:focus-visible) { outline: 3px solid var(--code); outline-offset: 1px; }
.form label input { margin: 0 8px 0 0; accent-color: var(--code); }
.form input[type=number] { font: inherit; width: 6em; min-height: 40px; padding: 4px 10px; color: inherit; background: var(--paper);
  border: 2px solid var(--soft); border-radius: 6px; }
.form ol { list-style: none; margin: 0 0 8px; padding: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: 6px; }
.form li { display: flex; align-items: center; gap: 6px; margin: 0; padding: 2px 6px; border-radius: 6px; background: color-mix(in srgb, var(--ink) 8%, var(--paper)); }
.form li button { font: inherit; min-width: 40px; min-height: 40px; padding: 0 8px; border: 2px solid transparent; border-radius: 6px; background: none; color: inherit; cursor: pointer; flex: none; }
.form li button:hover { border-color: var(--code); }
.form li button[aria-disabled=true] { color: var(--soft); cursor: default; border-color: transparent; opacity: 0.5; }
.form pre { margin: 0; padding: 0; background: none; color: inherit; border: 0; font: 0.9em/1.5 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: break-word; flex: 1 1 auto; min-width: 0; }
.form .form-given { margin: 0 0 8px; color: var(--soft); }
.form .form-out { background: none; border: 1px dashed var(--soft); } .form .form-out pre { color: var(--soft); text-decoration: line-through; }
.form [role=status] { min-height: 1.4em; margin-top: 8px; }
@container (max-width: 460px) { .form fieldset { display: block; } .form legend { float: none; width: auto; padding: 0 0 4px; } .form li { flex-wrap: wrap; } .form li pre { flex-basis: 100%; order: -1; padding: 4px 0 0 4px; } }
`;

let forms = 0; // a radio button knows its fellows by a name that no other form has

export function show(data, element) {
  const { title, asked, lines, then = "run the next cell" } = data;
  let { chosen } = data;
  const root = make("section", { class: "form", role: "group", "aria-label": title });
  const leave_theme = follow_theme(root);
  const status = make("div", { role: "status" });
  const body = make("div");
  const told = () => element.dispatchEvent(new CustomEvent("chosen", { detail: chosen, bubbles: true }));
  root.append(make("style", {}, STYLE), make("p", { class: "form-title", text: title }), body, status);
  // A notebook must not take the keys for its own commands; Shift and Enter stay its own.
  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape" || (event.shiftKey && event.key === "Enter"))) event.stopPropagation();
  });
  if (lines) order(); else choices();

  function choices() {
    chosen = { ...Object.fromEntries(asked.map(({ name }) => [name, null])), ...chosen };
    const form = (forms += 1);
    const say = () => {
      const all = Object.values(chosen), made = all.filter((it) => it !== null).length;
      status.textContent = `${made} of ${all.length} answered.${made === all.length ? ` Now ${then}.` : ""}`;
    };
    const answer = (name, it) => { chosen = { ...chosen, [name]: it }; say(); told(); };
    body.replaceChildren(...asked.map(({ name, choices, several }, place) => {
      const set = make("div", { class: "form-choices" });
      if (!choices.length) {
        const input = make("input", { type: "number", min: 0, step: 1, "aria-label": `${name}: a number` });
        input.value = chosen[name] ?? "";
        input.addEventListener("input", () => answer(name, input.value === "" ? null : Number(input.value)));
        set.append(input);
      }
      const boxes = choices.map((choice) => {
        const box = make("input", { type: several ? "checkbox" : "radio", name: `form-${form}-${place}`, value: choice });
        box.checked = several ? (chosen[name] || []).includes(choice) : chosen[name] === choice;
        box.addEventListener("change", () => {
          const on = boxes.filter((it) => it.checked).map((it) => it.value);
          answer(name, several ? (on.length ? on : null) : choice);
        });
        set.append(make("label", {}, box, choice));
        return box;
      });
      return make("fieldset", {}, make("legend", { text: name }), set);
    }));
    say();
  }

  function order() {
    chosen ||= lines.map((_, at) => at + 1);
    const list = make("ol", { "aria-label": "The lines, in your order" });
    const out = make("ol", { "aria-label": "Left out" });
    body.append(...(data.given ? [make("pre", { class: "form-given", text: data.given.trim() })] : []), list, out);
    list.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key], line = event.target.closest("li");
      if (!by || !line) return;
      event.preventDefault();
      move(Number(line.dataset.number), by, event.target.dataset.does);
    });

    function move(number, by, does) {
      const at = chosen.indexOf(number), to = at + by;
      if (to < 0 || to >= chosen.length) return;
      const next = chosen.filter((it) => it !== number);
      next.splice(to, 0, number);
      take(next, number, does, `Line ${to + 1}: ${lines[number - 1].trim()}`);
    }

    function take(next, number, does, words) {
      chosen = next;
      draw();
      root.querySelector(`li[data-number="${number}"] button[data-does="${does}"]`)?.focus();
      status.textContent = words;
      told();
    }

    function line(number, ...buttons) {
      const text = lines[number - 1];
      const code = text.split(/(?<=\w[.(])/).flatMap((part) => [part, make("wbr")]);
      return make("li", { "data-number": number }, make("pre", {}, ...code), ...buttons.map(([does, sign, label, act, able = true]) => {
        const it = button(`${label}: ${text.trim()}`, sign, () => able && act());
        it.dataset.does = does;
        it.setAttribute("aria-disabled", !able);
        return it;
      }));
    }

    function draw() {
      list.replaceChildren(...chosen.map((number, at) => line(number,
        ["up", "▲", "Move up", () => move(number, -1, "up"), at > 0],
        ["down", "▼", "Move down", () => move(number, 1, "down"), at < chosen.length - 1],
        ["out", "✕", "Leave out", () => take(chosen.filter((it) => it !== number), number, "in", "Left out."), chosen.length > 1])));
      const left = lines.map((_, at) => at + 1).filter((it) => !chosen.includes(it));
      out.replaceChildren(...left.map((number) => {
        const it = line(number, ["in", "↩", "Put back", () => take([...chosen, number], number, "up", "Put back, as the last line.")]);
        it.classList.add("form-out");
        return it;
      }));
    }

    draw();
    status.textContent = `Move the lines into their order, leave out what is not needed, and ${then}.`;
  }

  element.replaceChildren(root);
  return leave_theme;
}

function render({ model, el }) {
  const kept = model.get("choice");
  const leave = show({ ...JSON.parse(model.get("data")), ...(kept && { chosen: JSON.parse(kept) }) }, el);
  el.addEventListener("chosen", (event) => {
    const choice = JSON.stringify(event.detail);
    model.set("choice", choice);
    model.send({ choice }); // at once: save_changes() waits for an earlier one, and the next cell does not
  });
  return leave;
}

export default { render };
