// The pages work without this. It lets the keyboard reach what scrolls sideways (browsers that do
// so by themselves lose nothing), and folds the list of sections away on a narrow screen.

function nameWhatScrolls() {
  for (const part of document.querySelectorAll("[data-name], .text pre")) {
    if (part.scrollWidth > part.clientWidth) {
      part.tabIndex = 0;
      part.setAttribute("role", "group");
      part.setAttribute("aria-label", `${part.dataset.name ?? "Text"}, scrolls sideways`);
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) part.removeAttribute(name);
    }
  }
}

const list = document.querySelector("details.toc");
const narrow = matchMedia("(max-width: 74.99rem)");
function fold() {
  if (list) list.open = !narrow.matches;
}

fold();
narrow.addEventListener("change", fold);
nameWhatScrolls();
addEventListener("resize", nameWhatScrolls);
