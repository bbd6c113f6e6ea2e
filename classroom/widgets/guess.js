// A question with choices: one click locks it. The page's own radio buttons would want a second one.
// Colours are JupyterLab's where it gives them, and suit light and dark elsewhere.

const STYLE = `
.guess-card { border: 1px solid var(--jp-border-color1, #8888); border-radius: 6px; padding: 14px 18px;
  margin: 4px 0; max-width: 46em; color: var(--jp-ui-font-color1, CanvasText);
  background: var(--jp-layout-color1, Canvas); font-family: var(--jp-content-font-family, system-ui, sans-serif);
  color-scheme: inherit; }
.guess-card p { margin: 0 0 12px; font-size: 1.3em; line-height: 1.35; }
.guess-card ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 8px; }
.guess-card button { width: 100%; text-align: left; font: inherit; font-size: 1.05em; padding: 10px 14px;
  color: inherit; background: var(--jp-layout-color2, color-mix(in srgb, currentColor 7%, transparent));
  border: 2px solid transparent; border-radius: 6px; cursor: pointer; transition: border-color 0.15s; }
.guess-card button:hover:not([aria-disabled="true"]), .guess-card button:focus-visible {
  border-color: var(--jp-brand-color1, #1976d2); outline: none; }
.guess-card button[aria-disabled="true"] { cursor: default; }
.guess-card button[aria-pressed="true"] { border-color: var(--jp-brand-color1, #1976d2); font-weight: 600; }
.guess-card kbd { font: inherit; font-weight: 600; margin-right: 0.7em; }
.guess-card [role="status"] { min-height: 1.4em; margin-top: 10px; }
@media (prefers-reduced-motion: reduce) { .guess-card button { transition: none; } }
`;

function element(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function render({ model, el }) {
  const card = element("section", { class: "guess-card", role: "group", "aria-label": model.get("question") });
  const list = element("ol");
  const status = element("div", { role: "status" });
  const buttons = model.get("choices").map((choice, index) => {
    const button = element("button", { type: "button" });
    button.append(element("kbd", {}, String.fromCharCode(65 + index)), choice);
    button.addEventListener("click", () => choose(choice));
    list.append(element("li"));
    list.lastChild.append(button);
    return [choice, button];
  });
  card.append(element("style", {}, STYLE), element("p", {}, model.get("question")), list, status);
  // JupyterLab must not take the arrow and letter keys for its own commands.
  card.addEventListener("keydown", move);

  function choose(choice) {
    if (model.get("choice")) return;
    model.set("choice", choice);
    model.save_changes();
  }

  function move(event) {
    const key = event.key.toUpperCase();
    const at = buttons.findIndex(([, button]) => button === document.activeElement);
    const letter = key.length === 1 ? key.charCodeAt(0) - 65 : -1;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
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
    const chosen = model.get("choice");
    for (const [choice, button] of buttons) {
      button.setAttribute("aria-pressed", String(choice === chosen));
      button.setAttribute("aria-disabled", String(Boolean(chosen)));
    }
    status.textContent = chosen ? `You say: ${chosen}. Now run the next cell.` : "Choose one.";
  }

  model.on("change:choice", draw);
  draw();
  el.append(card);
  return () => model.off("change:choice", draw);
}

export default { render };
