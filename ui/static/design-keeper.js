// Has the server keep what the designer did: in order, one request at a time, tried again when the network fails.
import { Memory } from "@asset(design-again.js)";

const LATER = 500;
const AGAIN = 3000;
// a request that outlives its page may hold 64 KB
const LAST = 60_000;

export class Keeper {
  /** `kept` is called with each answer, `refused` when the server will not have it. */
  constructor(form, kept, refused) {
    this.form = form;
    this.onKept = kept;
    this.onRefused = refused;
    this.revision = Number(form.elements._revision.value);
    // what the page is called and how many events it has had: the server carries out once what comes twice
    this.page = [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("-");
    this.memory = new Memory(form);
    this.count = 0;
    this.numbers = new WeakMap();
    this.queued = new Set(); // the lists of events that the page is still carrying out
    this.waiting = [];
    this.flight = []; // what is under way and not answered yet
    this.failing = false; // the network did not take what was sent last
    this.running = null;
    this.stopped = false; // after a refusal nothing more is sent: the page no longer shows what is kept
    this.status = document.getElementById("dz-status");
  }

  get busy() {
    return this.waiting.length > 0 || this.running !== null;
  }

  /** Number events, in the order they happened. */
  number(events) {
    for (const event of events) if (!this.numbers.has(event)) this.numbers.set(event, ++this.count);
  }

  say(what) {
    if (this.status) this.status.textContent = this.form.dataset[what] ?? "";
  }

  /** Keep events soon, with those that come meanwhile. */
  later(events) {
    if (this.stopped) return;
    this.waiting.push(...events);
    this.remember();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), LATER);
  }

  /** Keep events at once, and promise the server's answer with the page's parts. */
  async now(events, view) {
    await this.idle();
    return this.post(events, view, false);
  }

  async idle() {
    clearTimeout(this.timer);
    await this.run();
  }

  run() {
    this.running ??= this.drain().finally(() => (this.running = null));
    return this.running;
  }

  async drain() {
    while (this.waiting.length) {
      const events = this.waiting.splice(0, 200);
      try {
        await this.post(events, {}, true);
      } catch (error) {
        if (error.final) return;
        this.waiting.unshift(...events);
        await new Promise((again) => setTimeout(again, AGAIN));
      }
    }
  }

  /** The request that has the server carry events out. */
  request(events, view, more) {
    const numbers = events.map((event) => this.numbers.get(event));
    return {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", "x-csrftoken": this.form.elements._csrf_token.value },
      body: JSON.stringify({ revision: this.revision, view, events, page: this.page, numbers, ...more }),
    };
  }

  /** What the server is not known to have, with events that are still to be forwarded. */
  unanswered(events) {
    return [...new Set([...this.flight, ...this.waiting, ...events])].filter(([name]) => !name.startsWith("view:"));
  }

  /** Have the browser remember what the server is not known to have, should the page be closed or refused. */
  remember() {
    if (this.stopped) return;
    const left = brief(this.unanswered([...this.queued].flat()));
    this.memory.keep(this.page, { revision: this.revision, events: left, numbers: left.map((event) => this.numbers.get(event)) });
  }

  /** Whether these can be sent by a page that is being closed. */
  fits(events) {
    return new Blob([this.request(events, {}, {}).body]).size < LAST;
  }

  /** Send what is not answered yet at once, for the page may never run again; tells whether that can be. */
  last(events, leaving) {
    this.remember();
    if (this.stopped || !this.fits(events)) return false;
    fetch(this.form.dataset.events, { ...this.request(events, {}, { quiet: true, leaving }), keepalive: true }).catch(() => {});
    return true;
  }

  async post(events, view, quiet) {
    this.say("saving");
    this.number(events);
    this.flight = events;
    this.remember();
    try {
      return await this.ask(events, view, quiet);
    } finally {
      this.flight = [];
      if (!this.failing) this.remember();
    }
  }

  async ask(events, view, quiet) {
    let answer;
    try {
      answer = await fetch(this.form.dataset.events, this.request(events, view, { quiet }));
      this.failing = false;
    } catch (error) {
      this.failing = true;
      this.say("failed");
      throw error;
    }
    if (!answer.ok) {
      this.say(answer.status === 409 ? "conflict" : "failed");
      const refusal = Object.assign(new Error(`events: ${answer.status}`), { final: answer.status < 500 });
      if (refusal.final) {
        this.stopped = true;
        this.waiting = [];
        this.onRefused(await answer.json().catch(() => ({})));
      }
      throw refusal;
    }
    const told = await answer.json();
    this.revision = told.revision;
    this.say("saved");
    // a published definition has a draft from its first change on
    document.getElementById("dz-to-review")?.removeAttribute("hidden");
    this.onKept(told);
    return told;
  }
}

/** Leave out what was typed over at once: of several events of one control in a row the last says it all. */
function brief(events) {
  return events.filter(([name], number) => name === "do" || events[number + 1]?.[0] !== name);
}
