// The form in the Python core: opened once, then asked for a section with every change.

const GIVE_UP_AFTER = 20_000;

/** Open a form; gives a function that reads a section's post and promises `{html, state}`. Raises when it cannot. */
export async function openForm(coreUrl, packageUrl, answers) {
  let timer;
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not ready after ${GIVE_UP_AFTER} ms`)), GIVE_UP_AFTER);
  });
  try {
    return await Promise.race([open(coreUrl, packageUrl, answers), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

async function open(coreUrl, packageUrl, answers) {
  const [core, data] = await Promise.all([import(coreUrl).then(({ start }) => start()), textOf(packageUrl)]);
  result(await core.form_open(data, answers));
  return async (pairs, { section, lang, on }, touched) =>
    result(await core.form_update(JSON.stringify(pairs), section, lang, on, JSON.stringify(touched)));
}

async function textOf(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}

/** Read what an exported function of the core gave; raises what it reports. */
function result(text) {
  const value = JSON.parse(text);
  if (value?.error) throw new Error(value.error);
  return value;
}
