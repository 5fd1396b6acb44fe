// What a page could not have kept by the server stays in the browser, by account, draft and page, until the next opening:
// then it is sent again, carried out where it merges, and otherwise offered change by change. What it stands on in the
// page: #dz-lost with a list and a template of one item; data-actor, data-events and data-mine of the form.

const DAYS = 14;
const MOST = 20;
// more is not remembered, and the browser asks before it closes the page
const LARGEST = 60_000;

export class Memory {
  constructor(form) {
    this.form = form;
    this.prefix = `designer ${form.dataset.actor} `;
    this.own = `${this.prefix}${form.dataset.events} `;
    this.tidy();
  }

  /** Remember what the server is not known to have of a page's events; nothing when that is none. */
  keep(page, told) {
    const key = this.own + page;
    try {
      const written = JSON.stringify({ ...told, page, at: Date.now() });
      if (told.events.length && written.length < LARGEST) localStorage.setItem(key, written);
      else localStorage.removeItem(key);
    } catch {
      // a browser that stores nothing asks before it closes the page
    }
  }

  forget(page) {
    localStorage.removeItem(this.own + page);
  }

  /** What earlier pages left of this draft, the oldest first. */
  left(but) {
    const found = this.keys().filter((key) => key.startsWith(this.own)).map((key) => JSON.parse(localStorage.getItem(key)));
    return found.filter((told) => told.page !== but).sort((one, other) => one.at - other.at);
  }

  keys() {
    return Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
  }

  /** What is too old is of no use to anybody, and there is never much of it. */
  tidy() {
    const age = (key) => Date.now() - (JSON.parse(localStorage.getItem(key)).at ?? 0);
    const known = this.keys().sort((one, other) => age(one) - age(other));
    known.filter((key, number) => number >= MOST || age(key) > DAYS * 86_400_000).forEach((key) => localStorage.removeItem(key));
  }
}

/** Have the server carry out what earlier pages left; gives whether the page has to be loaded anew to show it. */
export async function recover(designer) {
  const { keeper } = designer;
  const { memory } = keeper;
  let carried = 0;
  for (const told of memory.left(keeper.page).filter(({ lost }) => !lost)) {
    const answer = await again(keeper, told);
    if (!answer) continue;
    // what a closed page sent itself may have come after this one was made
    carried += answer.entries || Number(answer.revision > keeper.revision);
    const lost = answer.left.map((each) => ({ ...each, event: told.events[each.event] }));
    if (!lost.length) memory.forget(told.page);
    // who is kept out now may find it free the next time
    else if (lost.some(({ later }) => later)) offer(designer, told, lost);
    else memory.keep(told.page, { lost, events: lost });
  }
  if (carried) return true;
  for (const told of memory.left(keeper.page)) if (told.lost) offer(designer, told, told.lost);
  return false;
}

async function again(keeper, { revision, page, events, numbers }) {
  const request = keeper.request(events, {}, { revision, page, numbers });
  const answer = await fetch(`${keeper.form.dataset.events}/again`, request).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

/** Show what could not be carried out, each with the choice to have it all the same or to let it go. */
function offer(designer, told, lost) {
  const { form, keeper } = designer;
  const box = document.getElementById("dz-lost");
  const list = box.querySelector("ul");
  const made = lost.map((each, number) => {
    const item = box.querySelector("template").content.cloneNode(true).firstElementChild;
    const said = item.querySelector("[data-said]");
    said.textContent = each.message[form.dataset.lang];
    said.id = `dz-lost-${told.page}-${number}`;
    const [mine, theirs] = item.querySelectorAll("button");
    for (const button of [mine, theirs]) button.setAttribute("aria-describedby", said.id);
    mine.hidden = form.dataset.mine !== "1" || form.dataset.review === "in_review";
    const settle = (act) => async () => {
      const next = item.nextElementSibling ?? item.previousElementSibling;
      lost.splice(lost.indexOf(each), 1);
      keeper.memory.keep(told.page, { ...told, lost, events: lost });
      item.remove();
      if (!list.children.length) box.hidden = true;
      (next?.querySelector("button:not([hidden])") ?? document.getElementById("dz-undo"))?.focus();
      await act();
    };
    mine.addEventListener("click", settle(() => designer.send([each.event])));
    theirs.addEventListener("click", settle(() => {}));
    return item;
  });
  list.append(...made);
  box.hidden = false;
}
