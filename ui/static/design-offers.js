// Has the server seek test cases while the page is used: asks how far it is, shows it, and takes in what was found.
// What it stands on: the section with data-suggested (the address to ask; data-seek: it waits), in it a progress bar and
// a status; data-stop on the button that stops the search.

const AGAIN = 1000;

/** Watch a designer's page for a section that waits for suggestions. */
export function offers(designer) {
  const { form } = designer;
  let asking = null; // what is being asked for now
  let taken = null; // what the page's own Python has been given

  const section = () => form.querySelector("[data-suggested]");

  const look = () => {
    const asked = designer.view.suggest;
    const place = section();
    // the server may have shown what the page's own Python does not know of yet
    const due = place && asked && (place.dataset.seek !== undefined || (designer.core && taken !== asked));
    if (due && asking !== asked) ask(asked, place.dataset.suggested);
  };

  const ask = async (asked, address) => {
    asking = asked;
    try {
      await designer.idle();
      while (designer.view.suggest === asked) {
        const answer = await fetch(`${address}?asked=${encodeURIComponent(asked)}`, { headers: { accept: "application/json" } });
        if (!answer.ok) throw new Error(`suggestions: ${answer.status}`);
        const told = await answer.text();
        const { status, said, reached, goals } = JSON.parse(told);
        if (designer.view.suggest !== asked) break;
        if (status !== "running") {
          await take(asked, told, status);
          break;
        }
        show(said, reached, goals);
        await new Promise((again) => setTimeout(again, AGAIN));
      }
    } catch (error) {
      console.info(error.message);
      const status = section()?.querySelector("[role=status]");
      if (status) status.textContent = form.dataset.failed;
      await new Promise((again) => setTimeout(again, 3 * AGAIN));
    }
    asking = null;
    if (designer.view.suggest) look();
  };

  const show = (said, reached, goals) => {
    const bar = section()?.querySelector("progress");
    if (!bar) return;
    if (goals) [bar.max, bar.value] = [goals, reached];
    section().querySelector("[role=status]").textContent = said[form.dataset.lang];
  };

  const take = async (asked, told, status) => {
    if (status === "stopped") return designer.send([["view:suggest", ""]]);
    if (!designer.core) return designer.send([]);
    taken = asked;
    return designer.take(async (core) => core.designer_offers(told));
  };

  form.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-stop]");
    if (!button) return;
    event.preventDefault();
    designer.send([["view:suggest", ""]], "dz-suggest");
    await fetch(button.formAction, {
      method: "POST",
      headers: { "x-csrftoken": form.elements._csrf_token.value },
      redirect: "manual",
    });
  });
  form.addEventListener("designer:shown", look);
  look();
  return look;
}
