// Starts the Python core in a worker, once, and gives its exported functions.
//
// PyScript's worker is started by its own API (PyWorker) rather than by a <script type="py"> element:
// so it starts when we ask, and its hook that is built with `Function` can be taken off first, because
// the content security policy of every page forbids `eval` and `Function`.
const PLACES = {
  pyscript: "@asset(pyscript/core.js)",
  interpreter: "@asset(pyodide/interpreter.mjs)",
  core: "@asset(core.zip)",
  desk: "@asset(designer.zip)",
  form: "@asset(form.py)",
  designer: "@asset(designer.py)",
};

// of PyScript's own plug-ins none is for a form: error banners have inline styles, the others are editors
const PLUGINS = ["codemirror", "deprecations-manager", "donkey", "error", "py-editor", "py-game", "py-terminal"];

// the archives of Python that a program stands on
const ARCHIVES = { form: ["core"], designer: ["core", "desk"] };

const place = (name) => new URL(PLACES[name], location.origin).href;

function settings(kind) {
  const element = document.createElement(kind);
  element.setAttribute("type", "json");
  element.textContent = JSON.stringify({ plugins: PLUGINS.map((name) => `!${name}`) });
  return element;
}

let started;

/** Start the worker with a program, if it is not, and give its functions: each takes strings and promises JSON text. */
export const start = (program = "form") => (started ??= begin(program));

async function begin(program) {
  if (!globalThis.crossOriginIsolated) throw new Error("the page is not cross-origin isolated");
  for (const kind of ["py-config", "mpy-config"]) document.head.append(settings(kind));
  const { PyWorker, hooks } = await import(place("pyscript"));
  hooks.worker.onBeforeRunAsync.clear();
  await customElements.whenDefined("py-script");
  const worker = await PyWorker(place(program), {
    version: place("interpreter"),
    config: { files: Object.fromEntries(ARCHIVES[program].map((name) => [place(name), "./*"])) },
  });
  return worker.sync;
}
