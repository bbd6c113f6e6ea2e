// What the pages keep and cover: guesses, the quiz, and the sidebar that shows what was done.
//
// A page holds its pieces as classroom/widgets/__init__.py describes. For each of their modules it
// ends with `draw(name, show)`. COURSE is {page: [ids of its questions]}, written by conf.py.

// Opened from a folder, a page may not read another one; then the search shows titles alone.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// Each answer has an entry of its own: two pages that are open never write the same one. An entry
// named KEPT alone holds those of a visit long ago. No storage, or a damaged one: a page knows what
// is done on it, and no other.
const KEPT = "A course on Django signals";
const entries = () => Object.keys(localStorage).filter((key) => key.startsWith(KEPT)).sort();

function stored() {
  const found = {};
  try {
    for (const key of entries()) Object.assign(found, JSON.parse(localStorage.getItem(key)));
  } catch {
    // As above.
  }
  return found;
}

let done = stored(); // {id of a question: {choice, right}}, and `open` for a reader who wants no questions

function keep(change) {
  done = { ...done, ...stored(), ...change }; // another page of the course may be open
  try {
    for (const [id, value] of Object.entries(change)) localStorage.setItem(`${KEPT}: ${id}`, JSON.stringify({ [id]: value ?? null }));
  } catch {
    // As above.
  }
  showDone();
}

// Another page has kept something since this one was opened.
addEventListener("storage", () => {
  done = stored();
  showDone();
});

function make(tag, { text, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

// Draw the pieces of a module. What stood there stays for paper, and for who asks for it.
function draw(name, show) {
  for (const element of document.querySelectorAll(`[data-piece="${name}"]`)) {
    const data = dataOf(element);
    const still = make("div", { class: "still" }, ...element.childNodes);
    const live = make("div", { class: "live" });
    element.append(live, still);
    if (data.question) ask(data, element);
    else if (data.id) fill(data, element);
    else live.before(swap(element));
    new MutationObserver(() => linkPlaces(live)).observe(live, { childList: true, subtree: true });
    show({ ...data, play: "play" in element.dataset }, live);
  }
}

// The card of an exercise: what was chosen on it is kept.
function fill(data, element) {
  data.chosen = done[data.id]?.choice;
  element.addEventListener("chosen", ({ detail }) => keep({ [data.id]: { choice: detail } }));
}

const dataOf = (element) => JSON.parse(element.querySelector('script[type="application/json"]').textContent);

// A module and a line lead to the page of the file. PAGES is {module: its page}, written by conf.py.
function linkPlaces(live) {
  for (const it of live.querySelectorAll("dd")) {
    const [module, line] = it.textContent.split(":");
    if (it.querySelector("a") || !Object.hasOwn(PAGES, module)) continue;
    it.replaceChildren(make("a", { href: `${PAGES[module]}#L-${line}` }, ...it.childNodes));
  }
}

function swap(element) {
  const button = make("button", { type: "button", class: "swap", text: "Show all of it as text" });
  button.addEventListener("click", () => {
    const asText = element.classList.toggle("as-text");
    button.textContent = asText ? "Show it step by step" : "Show all of it as text";
  });
  return button;
}

// Questions

function ask(data, element) {
  element.id = data.id; // a link leads to it
  const reveal = document.querySelector(`[data-reveals="${data.id}"]`);
  if (reveal) Object.assign(data, dataOf(reveal));
  const known = done[data.id];
  data.chosen = known && (data.number || data.choices.includes(known.choice)) ? known.choice : "";
  element.classList.toggle("whole", !reveal); // its card says the answer, on paper too
  const uncover = reveal && !data.chosen && !done.open ? cover(element, reveal) : () => {};
  if (reveal && data.chosen) say(data, reveal, data.chosen);
  element.addEventListener("chosen", ({ detail }) => {
    uncover();
    if (reveal) say(data, reveal, detail);
    keep({ [data.id]: { choice: detail, right: detail === data.answer } });
  });
}

// The card says it on the screen; on paper, what stands there.
function say(data, reveal, choice) {
  reveal.querySelector(":scope > div > div").textContent = `${choice === data.answer ? "✓ " : ""}You said: ${choice}`;
  reveal.classList.add("answered");
}

// Cover what gives an answer away: each output from the question to its reveal, and what is said
// about it up to the next heading. The code stays. Return a function that uncovers it.
function cover(element, reveal) {
  const cell = reveal.closest(".cell");
  const follows = (it, other) => other.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING;
  const outputs = [...document.querySelectorAll("article .cell_output > *")];
  const found = outputs.filter((it) => follows(it, element) && (cell.contains(it) || follows(cell, it)));
  for (let it = cell.nextElementSibling; it && it.tagName !== "SECTION"; it = it.nextElementSibling) found.push(it);
  const note = make("p", { class: "cover-note", text: "What happened opens when you have answered the question above." });
  cell.after(note);
  found.push(...summary());
  const count = (it, by) => { it.dataset.covers = Number(it.dataset.covers || 0) + by; }; // another question may cover it, too
  found.forEach((it) => count(it, 1));
  return () => {
    found.forEach((it) => count(it, -1));
    note.remove();
    if (summary().every((it) => it.dataset.covers === "0")) document.querySelector("#what-to-keep .cover-note")?.remove();
  };
}

// What repeats the answers at the end of a lesson, open when all of its questions are answered.
function summary() {
  const section = document.getElementById("what-to-keep");
  if (!section) return [];
  if (!section.querySelector(".cover-note"))
    section.firstElementChild.after(make("p", { class: "cover-note", text: "This opens when you have answered every question above." }));
  return [...section.children].slice(1).filter((it) => !it.matches(".cover-note") && !/Practise:|Back to/.test(it.textContent));
}

// What was done

const answered = (ids) => ids.filter((id) => done[id]);
const said = (ids) => `${answered(ids).length} of ${ids.length} answered, ${right(ids)} right`;
const right = (ids) => ids.filter((id) => done[id]?.right).length;

function showDone() {
  for (const link of document.querySelectorAll(".bd-links a.internal")) {
    const page = Object.keys(COURSE).find((it) => new URL(link.href).pathname.endsWith(`/${it}.html`));
    link.querySelector(".done")?.remove();
    const ids = COURSE[page] || [];
    const count = answered(ids).length;
    if (count === 0) continue;
    const text = `${count === ids.length ? "✓ " : ""}${count} of ${ids.length}`;
    link.append(make("span", { class: "done", text, title: said(ids) }));
  }
  const all = Object.values(COURSE).flat();
  const quiz = all.filter((id) => id.startsWith("quiz-"));
  const guesses = all.filter((id) => !id.startsWith("quiz-"));
  for (const it of document.querySelectorAll(".done-said"))
    it.replaceChildren(make("div", { text: `Guesses: ${said(guesses)}.` }), make("div", { text: `Quiz: ${said(quiz)}.` }));
  for (const it of document.querySelectorAll("[data-standing]")) it.replaceChildren(...standing(quiz));
}

// What came of the quiz: each question that was missed, and what to read again.
function standing(quiz) {
  const missed = quiz.filter((id) => done[id] && !done[id].right).map((id) => {
    const { question, told } = dataOf(document.getElementById(id));
    const where = told["I'm not sure"].at(-1)[1]; // "lesson 01", "deeper/race"
    const page = [...document.querySelectorAll(".bd-links a")].find((it) => it.pathname.includes(`/notebooks/${where.replace("lesson ", "")}`));
    const read = page ? make("a", { href: page.href, text: where }) : where;
    return make("li", {}, make("a", { href: `#${id}`, text: question.replaceAll("`", "") }), " Read again: ", read, ".");
  });
  const again = make("button", { type: "button", text: "Take the quiz again" });
  again.addEventListener("click", () => {
    keep(Object.fromEntries(quiz.map((id) => [id, undefined])));
    location.assign("#");
    location.reload();
  });
  return [make("p", { role: "status", text: `${said(quiz)}.` }), make("ul", {}, ...missed), ...(answered(quiz).length ? [again] : [])];
}

function addToSidebar() {
  const forget = make("button", { type: "button", text: "Forget it all" });
  forget.addEventListener("click", () => {
    if (!confirm("Forget your guesses and your quiz on this site?")) return;
    entries().forEach((key) => localStorage.removeItem(key));
    location.reload();
  });
  const open = make("input", { type: "checkbox" });
  open.checked = Boolean(done.open);
  open.addEventListener("change", () => {
    keep({ open: open.checked });
    location.reload();
  });
  const about = make("section", { class: "what-you-did", "aria-label": "What you did" },
    make("b", { text: "What you did" }), make("div", { class: "done-said" }),
    make("label", {}, open, " Show answers without asking"), forget,
    make("small", { text: "Kept in this browser alone." }));
  document.querySelector(".bd-links")?.before(about);
  showDone();
  // On a telephone the list opens where the reader is.
  document.querySelector(".primary-toggle")?.addEventListener("click", () =>
    setTimeout(() => document.querySelector(".bd-links .current.active > a")?.scrollIntoView({ block: "center" })));
}

document.addEventListener("DOMContentLoaded", addToSidebar);

// What is wider than its place says that it scrolls; also when it is uncovered, or the screen turns.
document.addEventListener("DOMContentLoaded", () => {
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) target.classList.toggle("scrolls", target.scrollWidth > target.clientWidth + 1);
  });
  for (const it of document.querySelectorAll("article :is(.output, .diagram, .pst-scrollable-table-container)")) watch.observe(it);
});

// Paper is white, and nothing can be opened there.
const { dataset } = document.documentElement;
let onScreen, folded;
addEventListener("beforeprint", () => {
  onScreen = dataset.theme;
  folded = [...document.querySelectorAll(".still details:not([open])")];
  dataset.theme = "light";
  for (const it of folded) it.open = true;
});
addEventListener("afterprint", () => {
  dataset.theme = onScreen;
  for (const it of folded) it.open = false;
});
