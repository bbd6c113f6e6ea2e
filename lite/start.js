/* Starts the Python of a kernel: Pyodide's own and, fetched at the same time, what the course brings.

The kernel runs this script in the place of pyodide.js, and then calls loadPyodide(). What it would
install one by one at each start lies in course.pack, ready to import. In the worker that ahead.js
makes, Python has begun before there is a kernel, and this script runs twice.
See https://pyodide.org/en/stable/usage/api/js-api.html */

self.begin ??= async ({ indexURL, pythonURL, first, second, ...options }) => {
  const course = fetchFiles(new URL("course.pack", indexURL));
  const archives = second.map(async ([name, integrity]) => {
    const answer = await fetched(new URL(name, pythonURL), { integrity });
    return [`/course/archives/${name}`, new Uint8Array(await answer.arrayBuffer())];
  });
  importScripts(`${pythonURL}pyodide.js`); // brings a loadPyodide() of its own
  const pyodide = await self.loadPyodide({
    ...options,
    indexURL: pythonURL,
    lockFileURL: new URL("pyodide-lock.json", indexURL).href,
    packages: first,
  });
  for (const [name, content] of [...(await course), ...(await Promise.all(archives))]) {
    pyodide.FS.mkdirTree(name.slice(0, name.lastIndexOf("/")));
    pyodide.FS.writeFile(name, content, { canOwn: true });
  }
  pyodide.runPython("import sys; sys.path += ['/course', '/course/packages.zip']");
  pyodide.runPython("import pyodide_kernel");
  return pyodide;
};

async function fetched(url, options) {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${url} did not come: ${answer.status}`);
  return answer;
}

/* A pack is a line of JSON, the name and the size of each file, and then the files; all compressed. */
async function fetchFiles(url) {
  const answer = await fetched(url);
  const unpacked = answer.body.pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(unpacked).arrayBuffer());
  let at = bytes.indexOf(10) + 1;
  const files = JSON.parse(new TextDecoder().decode(bytes.subarray(0, at)));
  return files.map(([name, size]) => [name, bytes.subarray(at, (at += size))]);
}

if (self.name === "ahead" && !self.begun) {
  self.onmessage = ({ data: { options, kernel } }) => {
    if (options) self.begun = self.begin(options);
    if (!kernel) return;
    self.onmessage = null;
    importScripts(kernel);
  };
  postMessage("ready");
}

self.loadPyodide = (options) =>
  self.begun ? self.begun.catch(() => self.begin(options)) : self.begin(options);
