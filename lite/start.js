/* Starts the Python of a kernel: Pyodide's own and, fetched at the same time, what the course brings.

The kernel runs this script in the place of pyodide.js, and then calls loadPyodide(). What it would
install one by one at each start lies in packages.zip, ready to import. Nothing of that is unpacked.
See https://pyodide.org/en/stable/usage/api/js-api.html */

self.loadPyodide = ({ indexURL, pythonURL, first, ...options }) => {
  const parts = ["packages.zip", "course.zip"].map(async (name) => {
    const answer = await fetch(new URL(name, indexURL));
    if (!answer.ok) throw new Error(`${name} did not come: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  });
  importScripts(`${pythonURL}pyodide.js`); // brings a loadPyodide() of its own
  const started = self.loadPyodide({
    ...options,
    indexURL: pythonURL,
    lockFileURL: new URL("pyodide-lock.json", indexURL).href,
    packages: first,
  });
  return Promise.all([started, ...parts]).then(([pyodide, packages, course]) => {
    pyodide.FS.mkdirTree("/course");
    pyodide.FS.writeFile("/course/packages.zip", packages);
    pyodide.unpackArchive(course, "zip", { extractDir: "/" });
    pyodide.runPython("import sys; sys.path += ['/course', '/course/packages.zip']");
    return pyodide;
  });
};
