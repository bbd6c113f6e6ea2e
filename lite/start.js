/* Starts the Python of a kernel: Pyodide's own and, fetched at the same time, what the course brings.

The kernel runs this script in the place of pyodide.js, and then calls loadPyodide(). What it would
install one by one at each start lies in course.pack, ready to import. In the worker that ahead.js
makes, Python has begun before there is a kernel, and this script runs twice.
See https://pyodide.org/en/stable/usage/api/js-api.html */

self.begin ??= async ({ indexURL, pythonURL, first, second, ...options }) => {
  const course = fetched(new URL("course.pack", indexURL)).then(filesOfPack);
  importScripts(`${pythonURL}pyodide.js`); // brings a loadPyodide() of its own
  const pyodide = await self.loadPyodide({
    ...options,
    indexURL: pythonURL,
    lockFileURL: new URL("pyodide-lock.json", indexURL).href,
    packages: first,
  });
  write(pyodide.FS, await course);
  bringLater(pyodide, () => [
    fetched(new URL("later.pack", indexURL)),
    ...second.map(([name, integrity]) => fetched(new URL(name, pythonURL), { integrity })),
  ]);
  pyodide.runPython("import sys; sys.path += ['/course', '/course/packages.zip']");
  // In good time, and before a search for them asks JupyterLab for the files that it shows.
  pyodide.runPython("import piplite.piplite, pyodide_kernel");
  pyodide.runPython("import classroom.running.browser, django.contrib.admin");
  return pyodide;
};

/* numpy and pandas are fetched now. They are unpacked before any cell runs but the one that opens the
course: that cell is waited for, and browser.py asks for them after it. */
function bringLater(pyodide, fetchAll) {
  let answers = fetchAll();
  let coming;
  const unpackAll = async () => {
    answers ??= fetchAll();
    const [pack, ...wheels] = await Promise.all(answers);
    const files = await Promise.all([filesOfPack(pack), ...wheels.map(filesOfZip)]);
    write(pyodide.FS, files.flat());
    pyodide.runPython("import sys; sys.path.append('/course/later')");
    Object.assign(pyodide.loadedPackages, { numpy: "/course/later", pandas: "/course/later" });
  };
  pyodide.later = () => {
    coming ??= unpackAll().catch((error) => {
      answers = coming = null; // the next cell asks again
      throw error;
    });
    return coming;
  };
  for (const answer of answers) answer.catch(() => {}); // told when it is asked for
  const load = pyodide.loadPackagesFromImports;
  pyodide.loadPackagesFromImports = async (code, ...more) => {
    if (!code.trimEnd().endsWith("'classroom.running.browser')")) await pyodide.later();
    return load(code, ...more);
  };
}

/* writeFile() would search each path anew. */
function write(fs, files) {
  const folders = {};
  for (const [path, content] of files) {
    const [, folder, name] = path.match(/(.*)\/(.*)/);
    if (!folders[folder]) fs.mkdirTree(folder);
    folders[folder] ??= fs.lookupPath(folder).node;
    const file = fs.filesystems.MEMFS.createNode(folders[folder], name, 0o100644, 0);
    Object.assign(file, { contents: content, usedBytes: content.length });
  }
}

async function fetched(url, options) {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${url} did not come: ${answer.status}`);
  return answer;
}

async function unpacked({ body }, format) {
  const stream = body.pipeThrough(new DecompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/* A pack is a line of JSON, the name and the size of each file, and then the files; all compressed. */
async function filesOfPack(answer) {
  const bytes = await unpacked(answer, "gzip");
  let at = bytes.indexOf(10) + 1;
  const files = JSON.parse(new TextDecoder().decode(bytes.subarray(0, at)));
  return files.map(([name, size]) => [name, bytes.subarray(at, (at += size))]);
}

/* The browser unpacks a wheel in a tenth of the time that Python needs. The numbers are places in the
list at the end of a zip file: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
async function filesOfZip(answer) {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const [short, long] = [(at) => view.getUint16(at, true), (at) => view.getUint32(at, true)];
  const end = bytes.length - 22;
  const files = [];
  for (let at = long(end + 16); at < end; at += 46 + short(at + 28) + short(at + 30) + short(at + 32)) {
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + short(at + 28)));
    const header = long(at + 42);
    const from = header + 30 + short(header + 26) + short(header + 28);
    const packed = bytes.subarray(from, from + long(at + 20));
    const content = short(at + 10) ? unpacked(new Response(packed), "deflate-raw") : packed;
    if (!name.endsWith("/")) files.push([`/course/later/${name}`, content]);
  }
  return Promise.all(files.map(async ([name, content]) => [name, await content]));
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

self.loadPyodide = (options) => {
  const python = self.begun ? self.begun.catch(() => self.begin(options)) : self.begin(options);
  python.catch(() => postMessage({ missing: true })); // ahead.js tells the reader
  return python;
};
