/* Stands at the head of JupyterLite's service worker. That hands on each file that a page asks for, which
takes half a second of a start. So it is left what it answers itself: what is below `api`. */
addEventListener("fetch", (event) => {
  if (!new URL(event.request.url).pathname.includes("/api/")) event.stopImmediatePropagation();
});
