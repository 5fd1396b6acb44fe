// Has the server keep what the designer did: in order, one request at a time, tried again when the network fails.

const LATER = 500;
const AGAIN = 3000;

export class Keeper {
  /** `kept` is called with each answer, `refused` when the server will not have it. */
  constructor(form, kept, refused) {
    this.form = form;
    this.onKept = kept;
    this.onRefused = refused;
    this.revision = Number(form.elements._revision.value);
    this.waiting = [];
    this.running = null;
    this.stopped = false; // after a refusal nothing more is sent: the page no longer shows what is kept
    this.status = document.getElementById("dz-status");
  }

  get busy() {
    return this.waiting.length > 0 || this.running !== null;
  }

  say(what) {
    if (this.status) this.status.textContent = this.form.dataset[what] ?? "";
  }

  /** Keep events soon, with those that come meanwhile. */
  later(events) {
    if (this.stopped) return;
    this.waiting.push(...events);
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

  async post(events, view, quiet) {
    this.say("saving");
    const token = this.form.elements._csrf_token.value;
    let answer;
    try {
      answer = await fetch(this.form.dataset.events, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json", "x-csrftoken": token },
        body: JSON.stringify({ revision: this.revision, view, events, quiet }),
      });
    } catch (error) {
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
