// The interpreter PyScript is given: Pyodide from beside this file.
//
// Before PyScript runs its own preamble, a stand-in takes the place of its `pyscript` package.
// That package reaches for the page's `Function`, which our content security policy forbids, and
// the worker's program uses nothing of it.
import { loadPyodide as load } from "./pyodide.mjs";

export const version = "314.0.7";

export async function loadPyodide(options) {
  const interpreter = await load(options);
  interpreter.runPython("import sys, types; sys.modules['pyscript'] = types.ModuleType('pyscript')");
  return interpreter;
}
