// Runs the measurement of browser.py in Pyodide: node pyodide.mjs PYODIDE_FOLDER PLATFORM_FOLDER RULES SHAPE CASES
const [pyodide, platform, rules, shape, cases] = process.argv.slice(2);
const { loadPyodide } = await import(`file://${pyodide}/pyodide.mjs`);
const python = await loadPyodide({ indexURL: `${pyodide}/` });
python.FS.mkdirTree("/platform");
python.FS.mount(python.FS.filesystems.NODEFS, { root: platform }, "/platform");
python.runPython("import sys; sys.path.insert(0, '/platform')");
const inside = python.pyimport("yijianshi.commands.bench.inside");
console.log(inside.measured(Number(rules), shape, Number(cases)));
