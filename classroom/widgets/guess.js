// A question to be answered once: choices to click, or a number. One click locks the card.
//
// show({question, number, choices, chosen, answer, told}, element) draws it. `number` asks for one,
// above the choices. `answer` is what is right, and `told` what is said to a choice, as pairs of a
// label and a text: {choice: [["Why", "..."]]}, with "" for any other choice. Both may come later:
// it returns tell(part), which takes them. A choice is the event "chosen" of `element`.

import { follow_theme, frame, make } from "./drawing.js";

const STYLE = `
${frame("guess-card")}
.guess-card { --right: color-mix(in srgb, var(--seat) 20%, var(--paper)); --wrong: color-mix(in srgb, var(--attention) 22%, var(--paper));
  padding: 14px 18px; margin: 4px 0; max-width: 46em; }
.guess-card .guess-question { margin: 0 0 12px; font-size: 1.3em; line-height: 1.35; }
.guess-card ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 8px; }
.guess-card li { margin: 0; }
.guess-card button, .guess-card input { font: inherit; font-size: 1.05em; min-height: 44px; padding: 8px 14px; color: inherit;
  border: 2px solid transparent; border-radius: 6px; }
.guess-card button { text-align: left; cursor: pointer; overflow-wrap: anywhere;
  background: color-mix(in srgb, var(--ink) 8%, var(--paper)); transition: border-color 0.15s; }
.guess-card li button { width: 100%; display: flex; gap: 0.6em; } .guess-card li span { flex: 1; }
.guess-card input { width: 7em; background: var(--paper); border-color: var(--soft); }
.guess-card form { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 0 0 8px; }
.guess-card button:hover:not([aria-disabled="true"]) { border-color: var(--code); }
.guess-card [aria-disabled="true"] { cursor: default; }
.guess-card [aria-pressed="true"] { border-color: var(--ink); font-weight: 600; }
.guess-card button.guess-true { background: var(--right); }
.guess-card button.guess-false { background: var(--wrong); }
.guess-card li button::after { content: ""; width: 1em; font-weight: 700; } .guess-card li button.guess-true::after { content: "✓"; } .guess-card li button.guess-false::after { content: "✗"; }
.guess-card kbd { font: inherit; font-size: 1em !important; font-weight: 600; width: 1em; margin: 0; padding: 0; color: inherit; background: none; border: 0; box-shadow: none; }
.guess-card code { font-size: 0.92em; color: inherit; background: none; border: 0; padding: 0; }
.guess-card [role="status"] { min-height: 1.4em; margin-top: 10px; border-radius: 6px; font-size: 1.08em; }
.guess-card .guess-right, .guess-card .guess-wrong { padding: 8px 14px; background: var(--wrong); }
.guess-card .guess-right { background: var(--right); }
@media (prefers-reduced-motion: reduce) { .guess-card button { transition: none; } }
`;

// A text, in which code stands between backticks.
const marked = (text) => text.split("`").map((part, at) => (at % 2 ? make("code", {}, part) : part));

export function show(data, element) {
  const { question, number, choices } = data;
  let { chosen = "", answer, told } = data;
  const card = make("section", { class: "guess-card", role: "group", "aria-label": question.replaceAll("`", "") });
  const status = make("div", { role: "status" });
  const list = make("ol");
  const buttons = choices.map((choice, index) => {
    const button = make("button", { type: "button" }, ...(choices.length > 1 ? [make("kbd", {}, String.fromCharCode(65 + index))] : []), make("span", {}, ...marked(choice)));
    button.addEventListener("click", () => choose(choice));
    list.append(make("li", {}, button));
    return [choice, button];
  });
  const input = make("input", { type: "number", step: "1", required: "", "aria-label": "Your number" });
  const send = make("button", {}, "That is my guess");
  const form = make("form", {}, input, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose(String(Number(input.value)));
  });
  card.append(make("style", {}, STYLE), make("p", { class: "guess-question" }, ...marked(question)), ...(number ? [form] : []), list, status);
  card.addEventListener("keydown", move);

  function choose(choice) {
    if (chosen) return;
    chosen = choice;
    draw();
    element.dispatchEvent(new CustomEvent("chosen", { detail: choice, bubbles: true }));
  }

  // A notebook must not take the arrow and letter keys for its own commands.
  function move(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === input) return event.stopPropagation();
    const key = event.key.toUpperCase();
    const at = buttons.findIndex(([, button]) => button === document.activeElement);
    const letter = key.length === 1 ? key.charCodeAt(0) - 65 : -1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      buttons[(at + step + buttons.length) % buttons.length][1].focus();
    } else if (letter >= 0 && letter < buttons.length) choose(buttons[letter][0]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // A locked button stays in reach of the keyboard, so that a screen reader can read it again.
  function draw() {
    for (const [choice, button] of buttons) {
      button.setAttribute("aria-pressed", String(choice === chosen));
      button.setAttribute("aria-disabled", String(Boolean(chosen)));
      button.classList.toggle("guess-true", Boolean(chosen && told) && choice === answer);
      button.classList.toggle("guess-false", Boolean(told) && choice === chosen && choice !== answer && choice !== choices.at(-1)); // the last is "I'm not sure"
    }
    if (chosen && !choices.includes(chosen)) input.value = chosen;
    input.readOnly = Boolean(chosen);
    send.setAttribute("aria-disabled", String(Boolean(chosen)));
    status.className = chosen && told ? (chosen === answer ? "guess-right" : "guess-wrong") : "";
    status.replaceChildren(...said());
  }

  function said() {
    if (!chosen) return [number ? "Type a number." : "Choose one."];
    const lines = told ? told[chosen] || told[""] : [["Now", "run the next cell."]];
    const mine = [told && chosen === answer ? "✓ You said" : "You said", chosen];
    return [mine, ...lines].map(([label, text]) => make("div", {}, make("b", {}, `${label}: `), ...marked(text)));
  }

  draw();
  element.replaceChildren(card);
  const tell = (part) => {
    ({ chosen = chosen, answer = answer, told = told } = part);
    draw();
  };
  tell.leave = follow_theme(card);
  return tell;
}

function render({ model, el }) {
  const tell = show({ ...JSON.parse(model.get("data")), chosen: model.get("choice") }, el);
  const news = () => tell({ ...JSON.parse(model.get("data")), chosen: model.get("choice") });
  el.addEventListener("chosen", (event) => {
    model.set("choice", event.detail);
    model.save_changes();
  });
  model.on("change:choice", news);
  model.on("change:data", news);
  return () => {
    model.off(null, news);
    tell.leave();
  };
}

export default { render };
