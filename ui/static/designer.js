// The designer: what a control stands for is in its name, so this only forwards events and shows the answer.
// The Python core in a worker answers once it is there, and the server keeps what it did; before that, and where
// a worker cannot be, the server answers. What it stands on in the page: #designer-form and its data attributes.
// data-whole: what is typed within goes as one event of that name; data-takes: see pressed; data-drag, data-drop: see design-drag.js.
import { sortable } from "@asset(design-drag.js)";
import { Keeper } from "@asset(design-keeper.js)";
import { recover } from "@asset(design-again.js)";
import { offers } from "@asset(design-offers.js)";

const TYPING = 300;
const TYPED = "input:not([type=checkbox]):not([type=radio]), textarea";

class Designer {
  constructor(form) {
    this.form = form;
    this.view = JSON.parse(form.elements._view.value || "{}");
    this.keeper = new Keeper(form, (answer) => this.kept(answer), (problem) => this.refused(problem));
    this.typed = new Map(); // what is being typed, by the control's name, until it is forwarded
    this.queued = this.keeper.queued;
    this.core = null;
    this.chain = Promise.resolve();
    this.carrying = 0;

    form.addEventListener("input", (event) => this.input(event.target, TYPING));
    form.addEventListener("change", (event) => this.input(event.target, 0));
    form.addEventListener("click", (event) => this.click(event));
    form.addEventListener("submit", (event) => this.submit(event));
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("popstate", () => this.look(new URL(location.href).searchParams, false));
    document.addEventListener("click", (event) => this.leave(event));
    window.addEventListener("beforeunload", (event) => {
      // what can be sent while the page is closed needs no question
      if (this.busy && (this.keeper.failing || !this.keeper.fits(this.unanswered()))) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => document.hidden && this.last(false));
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
    form.dataset.core = "loading";
    this.still = sortable(form, (operation) => this.send([...this.pending(), ["do", JSON.stringify(operation)]]));
    this.seekOffers = offers(this);
    this.open().catch((error) => this.giveUp(error));
  }

  async open() {
    if (await recover(this).catch((error) => console.info("nothing remembered:", error.message))) {
      await this.idle();
      sessionStorage.setItem("designer recovered", "1");
      location.reload();
      return;
    }
    if (sessionStorage.getItem("designer recovered")) this.keeper.say("recovered");
    sessionStorage.removeItem("designer recovered");
    const { start } = await import(document.querySelector("script[data-core]").dataset.core);
    const core = await start("designer");
    await this.inOrder(async () => {
      await this.keeper.idle();
      const answer = await fetch(this.form.dataset.package, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(`package: ${answer.status}`);
      const opened = JSON.parse(await core.designer_open(await answer.text(), JSON.stringify(this.view), this.form.dataset.lang));
      if (opened.error) throw new Error(opened.error);
      this.keeper.revision = opened.revision;
      this.core = core;
      this.form.dataset.core = "ready";
    });
    this.check();
    this.seekOffers();
  }

  giveUp(error) {
    console.info("the core does not run here, the server answers instead:", error.message);
    this.core = null;
    this.form.dataset.core = "server";
  }

  get busy() {
    return !this.keeper.stopped && (this.typed.size > 0 || this.carrying > 0 || this.keeper.busy);
  }

  /** Whether more was done than the answer of the server that is being taken in tells of. */
  get ahead() {
    return this.keeper.waiting.length > 0 || this.carrying > 0;
  }

  /** Wait until everything done so far is kept. */
  async idle() {
    this.flush();
    await this.chain;
    await this.keeper.idle();
  }

  /** What was done and is not known to be kept, in the order it happened. */
  unanswered() {
    this.flush();
    return this.keeper.unanswered([...this.queued].flat());
  }

  /** Send what is not known to be kept before the page is put away or closed; tells whether anything was sent. */
  last(leaving) {
    if (!this.busy) return false;
    const events = this.unanswered();
    return events.length > 0 && this.keeper.last(events, leaving);
  }

  /** Keep what is not kept yet before a link is followed. */
  async leave(event) {
    const link = event.target.closest?.("a[href]:not([data-view]):not([target])");
    if (!link || !this.busy || event.defaultPrevented || event.ctrlKey || event.metaKey || event.button) return;
    event.preventDefault();
    await this.idle();
    location.href = link.href;
  }

  /** Do one thing after another: events are carried out in the order they happened. */
  inOrder(act) {
    this.carrying += 1;
    this.chain = this.chain.then(act, act).finally(() => (this.carrying -= 1));
    return this.chain;
  }

  input(control, delay) {
    const whole = control.closest("[data-whole]");
    const name = whole?.dataset.whole ?? control.name;
    if (!name || name.startsWith("_") || control.dataset.late !== undefined) return;
    clearTimeout(this.typed.get(name)?.timer);
    const timer = setTimeout(() => this.flush(), delay);
    this.typed.set(name, { timer, control: whole ?? control });
  }

  /** Forward what is being typed, and give the events it makes. */
  pending() {
    const events = [...this.typed].map(([name, { timer, control }]) => {
      clearTimeout(timer);
      return [name, this.value(control)];
    });
    this.typed.clear();
    return events;
  }

  value(control) {
    if (control.dataset.whole) return JSON.stringify(pairs(control));
    if (control.type !== "checkbox" && control.type !== "radio") return control.value;
    const boxes = this.form.querySelectorAll(`[name="${CSS.escape(control.name)}"]`);
    return [...boxes].filter((box) => box.type === "hidden" || box.checked).map((box) => box.value);
  }

  flush() {
    const events = this.pending();
    return events.length ? this.send(events) : this.chain;
  }

  click(event) {
    const link = event.target.closest("a[data-view]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    this.look(new URL(link.href).searchParams, true);
  }

  look(parameters, moved) {
    const wanted = Object.fromEntries(parameters);
    const changed = [...new Set([...Object.keys(this.view), ...Object.keys(wanted)])]
      .filter((key) => (this.view[key] ?? "") !== (wanted[key] ?? ""))
      .map((key) => [`view:${key}`, wanted[key] ?? ""]);
    this.send([...this.pending(), ...changed], moved ? wanted.focus : null);
  }

  submit(event) {
    const button = event.submitter;
    if (this.leaving) return;
    event.preventDefault();
    if (button?.hasAttribute("formaction")) {
      this.post(button);
      return;
    }
    const late = [...this.form.querySelectorAll("[data-late]")].filter((control) => button && !button.name && control.name);
    const events = [...this.pending(), ...late.map((control) => [control.name, control.value])];
    const whole = button?.closest("[data-whole]");
    if (whole) events.push([whole.dataset.whole, JSON.stringify([...pairs(whole), [button.name, button.value]])]);
    else if (button?.name) events.push([button.name, pressed(button)]);
    if (events.length) this.send(events, button?.dataset.focus);
  }

  /** Go where a button leads, once everything is kept. */
  async post(button) {
    await this.idle();
    this.leaving = true;
    // a form cannot be submitted while it is still telling of being submitted
    setTimeout(() => this.form.requestSubmit(button));
  }

  key(event) {
    const typing = event.target.matches?.(TYPED);
    const chord = [event.ctrlKey || event.metaKey ? "Control" : "", event.altKey ? "Alt" : "", event.shiftKey ? "Shift" : "", event.key.length === 1 ? event.key.toUpperCase() : event.key]
      .filter(Boolean)
      .join("+");
    // the browser's own undo stands while text is being typed
    if (typing && !chord.includes("Alt+")) return;
    const button = this.form.querySelector(`[aria-keyshortcuts~="${CSS.escape(chord)}"]:not(:disabled)`);
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  /** Carry events out, show what they change, and have the server keep it. */
  send(events, focus = null) {
    this.keeper.number(events);
    this.queued.add(events);
    return this.inOrder(async () => {
      const had = document.activeElement?.id;
      try {
        const answer = this.core ? await this.byCore(events) : await this.keeper.now(events, this.view);
        this.settled(events);
        await this.show(answer.parts ?? answer.patches);
        focus = answer.focus ?? focus;
      } catch (error) {
        this.settled(events);
        this.form.dispatchEvent(new CustomEvent("designer:failed", { detail: error.message, bubbles: true }));
        if (this.core) location.reload();
      }
      // what had the focus keeps it where it has moved on the page
      document.getElementById(focus || (document.activeElement === document.body && had) || "")?.focus();
    });
  }

  /** What was carried out is the keeper's to keep, and what was refused nobody's. */
  settled(events) {
    this.queued.delete(events);
    this.keeper.remember();
  }

  async byCore(events) {
    const answer = JSON.parse(await this.core.designer_event(JSON.stringify(events)));
    if (answer.error) throw new Error(answer.error);
    this.seen(answer.view);
    if (answer.entries) this.keeper.later(events.filter(([name]) => !name.startsWith("view:")));
    return answer;
  }

  seen(view) {
    this.view = view;
    this.form.elements._view.value = JSON.stringify(view);
  }

  async show(parts) {
    await this.still();
    const held = document.activeElement?.id;
    const newer = this.newer();
    // what is being typed stays; what else has the focus shows what holds now
    window.Idiomorph.defaults.ignoreActiveValue = !!document.activeElement?.matches(TYPED);
    for (const { id, html } of parts) {
      const element = document.getElementById(id);
      if (element && html.includes("data-keep")) arrange(element, html);
      else if (element) window.Idiomorph.morph(element, html, { morphStyle: "outerHTML" });
    }
    for (const [control, value, checked] of newer) {
      const now = control.isConnected ? control : document.getElementById(control.id);
      if (now) Object.assign(now, { value, checked });
    }
    if (held && document.activeElement?.id !== held) document.getElementById(held)?.focus();
    this.form.dispatchEvent(new CustomEvent("designer:shown", { bubbles: true }));
  }

  /** What stands in the controls that were used after what is being shown: an answer from before does not undo it. */
  newer() {
    const names = new Set([...this.typed.keys(), ...[...this.queued].flat().map(([name]) => name)]);
    if (!names.size) return [];
    return [...this.form.querySelectorAll("input[name], select[name], textarea[name]")]
      .filter((control) => control.type !== "file" && names.has(control.closest("[data-whole]")?.dataset.whole ?? control.name))
      .map((control) => [control, control.value, control.checked]);
  }

  async kept(answer) {
    this.form.elements._revision.value = answer.revision;
    if (!this.core) {
      if (answer.view) this.seen(answer.view);
      return;
    }
    if (this.ahead) return;
    const own = JSON.parse(await this.core.designer_digest());
    // somebody else's work was merged in: what is shown must be what is kept
    if (!this.ahead && own !== answer.digest) location.reload();
    else this.check();
  }

  /** The server will not have it: say why, and go on only with what it has. */
  refused({ message, remedy, problems }) {
    const lang = this.form.dataset.lang;
    const box = document.getElementById("dz-refused");
    const list = document.createElement("ul");
    for (const problem of problems ?? []) {
      const item = document.createElement("li");
      item.textContent = `${problem.message[lang]} ${problem.remedy[lang]}`;
      list.append(item);
    }
    box.querySelector("[data-said]").replaceChildren(`${message?.[lang] ?? ""} ${remedy?.[lang] ?? ""}`, list);
    box.hidden = false;
    box.focus();
  }

  /** Have the page's own Python take up what the server found, and show it. */
  take(up) {
    return this.inOrder(async () => this.show(JSON.parse(await up(this.core)).patches ?? []));
  }

  /** Show what the server's check finds in what it has kept. */
  check() {
    clearTimeout(this.checking);
    this.checking = setTimeout(async () => {
      const answer = await fetch(this.form.dataset.findings, { headers: { accept: "application/json" } }).catch(() => null);
      if (!answer?.ok || !this.core) return;
      const { findings } = await answer.json();
      this.take((core) => core.designer_findings(JSON.stringify(findings)));
    }, 400);
  }
}

/** Put an element in place of another, of whose own parts those that stay are only named. */
function arrange(element, html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  for (const named of made.content.querySelectorAll("[data-keep]")) {
    const kept = document.getElementById(named.id);
    if (kept) named.replaceWith(kept);
  }
  element.replaceWith(made.content);
}

/** The operation of a button; with data-takes, what stands in the fields within that element goes along as `tried`. */
function pressed(button) {
  const taken = button.dataset.takes && document.getElementById(button.dataset.takes);
  return taken ? JSON.stringify({ ...JSON.parse(button.value), tried: JSON.stringify(pairs(taken)) }) : button.value;
}

/** What a form would post of the controls within an element. */
function pairs(element) {
  return [...element.querySelectorAll("input[name], select[name], textarea[name]")]
    .filter((control) => !control.disabled && control.type !== "file" && (!["checkbox", "radio"].includes(control.type) || control.checked))
    .map((control) => [control.name, control.value]);
}

const form = document.getElementById("designer-form");
if (form) form.designer = new Designer(form);
