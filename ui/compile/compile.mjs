// Compiles archives of Python with the interpreter that the page will run them in:
// `node compile.mjs LIBRARY.zip FROM.zip TO.zip [FROM.zip TO.zip …]`, with that standard library.
// What is done is told in compiling.py.
import { readFileSync, writeFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const [library, ...places] = process.argv.slice(2);
const python = await loadPyodide({ stdLibURL: library });
python.runPython(readFileSync(new URL("compiling.py", import.meta.url), "utf-8"));
const compiled = python.globals.get("compiled");
for (let at = 0; at < places.length; at += 2) {
  writeFileSync(places[at + 1], compiled(readFileSync(places[at]).toString("base64")), "base64");
}
