/* Starts Python while JupyterLab's page still loads: `ahead` stands at the head of that page.

The first kernel that asks for a worker gets the one that is made here, if it runs. Any other kernel,
and the first where something is amiss, gets one of its own. Where Python cannot run, the page says
why, in a sentence. */

const TOO_OLD = "This browser is too old to run Python: it has to be of 2023 or later.";
const A_FILE = `A browser starts no Python on a page that is opened as a file. Type "python3 -m http.server"
  in the folder of this site, then open http://localhost:8000.`;
const MISSING = `Python did not start. It comes from HOST, which this network may keep out. Reload the page
  to try again.`;

const ahead = ({ pyodideUrl, loadPyodideOptions }) => {
  const Ordinary = self.Worker;
  const root = new URL("..", location.href);
  if (location.protocol === "file:") return tell(A_FILE, root);
  if (!self.DecompressionStream) return tell(TOO_OLD, root);
  const options = { indexURL: new URL(".", new URL(pyodideUrl, root)).href };
  for (const [key, value] of Object.entries(loadPyodideOptions)) {
    options[key] = key.endsWith("URL") ? new URL(value, root).href : value;
  }
  const worker = new Ordinary(new URL(pyodideUrl, root), { name: "ahead" });
  worker.addEventListener("message", ({ data }) => {
    if (data?.missing) tell(MISSING.replace("HOST", new URL(options.pythonURL).host), root);
  });
  worker.onmessage = () => {
    worker.onmessage = null;
    self.Worker = class extends Ordinary {
      constructor(url, settings) {
        if (!String(url).includes("/@jupyterlite/pyodide-kernel-extension/")) {
          super(url, settings);
          return;
        }
        self.Worker = Ordinary;
        worker.postMessage({ kernel: String(url) });
        return worker;
      }
    };
  };
  worker.postMessage({ options });
};

/* Say why no Python runs here, at the bottom of whatever the page shows. The site lies around it. */
const tell = async (why, root) => {
  if (!document.body) await new Promise((done) => addEventListener("DOMContentLoaded", done));
  const said = document.createElement("p");
  said.setAttribute("role", "alert");
  said.style = `position: fixed; inset: auto 0 0; z-index: 9999; margin: 0; padding: 1em;
    font: 16px system-ui, sans-serif; background: #fff4d6; color: #1f2328`;
  const pages = Object.assign(document.createElement("a"), { href: new URL("../index.html", root) });
  pages.textContent = "Read the course without Python.";
  pages.style = "color: #0550ae";
  said.append(why, " ", pages);
  document.body.append(said);
};
