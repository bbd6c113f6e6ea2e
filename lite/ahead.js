/* Starts Python while JupyterLab's page still loads: `ahead` stands at the head of that page.

The first kernel that asks for a worker gets the one that is made here, if it runs. Any other kernel,
and the first where something is amiss, gets one of its own. */

const ahead = ({ pyodideUrl, loadPyodideOptions }) => {
  const Ordinary = self.Worker;
  const root = new URL("..", location.href);
  const options = { indexURL: new URL(".", new URL(pyodideUrl, root)).href };
  for (const [key, value] of Object.entries(loadPyodideOptions)) {
    options[key] = key.endsWith("URL") ? new URL(value, root).href : value;
  }
  const worker = new Ordinary(new URL(pyodideUrl, root), { name: "ahead" });
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
