// The application form: checked while it is filled in, by the Python core in a worker once that is there,
// by the server (htmx) before that and where a worker cannot be. Without this script the form still works.
// What it stands on in the page: #apply-form and its data attributes, #page-title, #section, [data-core-status],
// #draft-answers, and script[data-core] with the address of core.js. See docs/browser.md.
import { openForm } from "@asset(core-form.js)";
import { Draft } from "@asset(draft.js)";

const SERVER_DELAY = 400;

class ApplyForm {
  constructor(form) {
    this.form = form;
    this.section = form.querySelector("#section");
    this.status = form.querySelector("[data-core-status]");
    // what the server has already told of stays told
    this.touched = new Set([...form.querySelectorAll("[aria-invalid=true]")].map((element) => element.name));
    this.core = null; // what asks the core for the section, once it is ready
    this.buttons = []; // rows to add or remove with the next update
    this.unseen = { html: null, fields: {} }; // what the core has told and the page does not show yet
    this.draft = new Draft(form.dataset.stateUrl, () => this.body(), this.section, (what) => this.say(what));
    window.Idiomorph.defaults.ignoreActiveValue = true; // what is being typed is never overwritten

    form.addEventListener("focusin", () => this.start(), { once: true });
    form.addEventListener("input", (event) => this.changed(event.target, false));
    form.addEventListener("change", (event) => this.changed(event.target, true));
    form.addEventListener("submit", (event) => this.submitted(event));
    // the fingerprint a server's update brings must be there before anything is submitted by it
    form.addEventListener("htmx:beforeRequest", () => {
      this.serverUpdate = new Promise((done) => {
        form.addEventListener("htmx:afterRequest", () => setTimeout(done, 60), { once: true });
      }).then(() => (this.serverUpdate = null));
    });
    form.addEventListener("htmx:configRequest", ({ detail }) => {
      detail.parameters._touched = this.touchedNames();
      this.asked = String(this.body());
    });
    form.addEventListener("htmx:beforeSwap", ({ detail }) => {
      // a refusal takes nothing off the page: what he has typed stays, to be saved by the button
      if (detail.xhr.status >= 400) detail.shouldSwap = false;
      // an answer to what the form no longer says must not undo what he has typed since
      else if (this.core || this.asked !== String(this.body())) {
        detail.shouldSwap = false;
        this.draft.renew(detail.xhr.responseText);
      }
    });
    form.addEventListener("htmx:afterRequest", ({ detail }) => this.say(detail.successful ? "saved" : "failed"));
    const whenIdle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 2000));
    if (!navigator.connection?.saveData) whenIdle(() => this.start(), { timeout: 4000 });
  }

  say(what) {
    if (this.status) this.status.textContent = this.status.dataset[what] ?? "";
  }

  start() {
    this.form.dataset.core = "loading";
    this.starting ??= this.open().catch((error) => this.giveUp(error));
  }

  async open() {
    this.say("loading");
    const coreUrl = document.querySelector("script[data-core]").dataset.core;
    const answers = document.getElementById("draft-answers")?.textContent || "{}";
    this.core = await openForm(coreUrl, this.form.dataset.packageUrl, answers);
    this.form.dataset.core = "ready";
    this.say("ready");
    clearTimeout(this.serverTimer);
    if (this.serverTimer) this.draft.later();
    await this.update();
  }

  giveUp(error) {
    console.info("the core does not run here, the server checks instead:", error.message);
    const wasReady = this.core !== null;
    this.core = null;
    this.form.dataset.core = "server";
    this.say("server");
    if (wasReady) this.form.dispatchEvent(new Event("server-update"));
  }

  changed(element, left) {
    if (element.type === "file") {
      // a file is kept at once: nothing else of the page could hold it over a later update
      if (element.files.length) this.form.requestSubmit(this.form.querySelector("[name=_go][value=stay]"));
      return;
    }
    // that something is missing is only told once he has left the field
    if (left && element.name) this.touched.add(element.name);
    if (this.core) {
      this.update();
      this.draft.later();
    } else {
      clearTimeout(this.serverTimer);
      this.serverTimer = setTimeout(() => this.form.dispatchEvent(new Event("server-update")), SERVER_DELAY);
    }
  }

  touchedNames() {
    return [...this.touched].join(" ");
  }

  pairs() {
    return [...new FormData(this.form)].filter(([, value]) => typeof value === "string");
  }

  body() {
    return new URLSearchParams([...this.pairs(), ["_touched", this.touchedNames()]]);
  }

  /** Bring the section up to date; what is asked for while one update runs is done in one more. */
  update(...buttons) {
    this.buttons.push(...buttons);
    this.again = true;
    this.updating ??= this.run()
      .catch((error) => this.giveUp(error))
      .finally(() => (this.updating = null));
    return this.updating;
  }

  async run() {
    while (this.again) {
      this.again = false;
      const pressed = this.buttons.splice(0);
      const pairs = [...this.pairs(), ...pressed];
      const { html, fields, state } = await this.core(pairs, this.form.dataset, [...this.touched]);
      // what is not shown yet is shown with the next answer: the core tells a change once
      if (html !== null) this.unseen = { html, fields: {} };
      else Object.assign(this.unseen.fields, fields);
      if (this.again && !pressed.length) continue; // he has typed on: this is no longer what the form says
      this.show(this.unseen);
      this.unseen = { html: null, fields: {} };
      if (state.title) document.getElementById("page-title")?.replaceChildren(state.title);
      this.form.dispatchEvent(new CustomEvent("core:state", { detail: state, bubbles: true }));
    }
  }

  /** Morph the whole section where other fields are asked, and the fields that changed. */
  show({ html, fields }) {
    if (html !== null) {
      // the fingerprint and the summary are the server's: both stay until it answers anew
      const kept = [...this.section.querySelectorAll(":scope > [name=_base], :scope > .error-summary")];
      const head = kept.map((element) => element.outerHTML).join("");
      window.Idiomorph.morph(this.section, head + html, { morphStyle: "innerHTML" });
    }
    for (const [pointer, field] of Object.entries(fields)) {
      const which = `.field[data-pointer="${CSS.escape(pointer)}"]`;
      const shown = this.section.querySelector(`:scope > ${which}, :scope > .form-section > ${which}`);
      if (shown) window.Idiomorph.morph(shown, field, { morphStyle: "outerHTML" });
    }
  }

  async submitted(event) {
    const button = event.submitter;
    if (this.core && (button?.name === "_add" || button?.name === "_remove")) {
      event.preventDefault();
      const group = button.closest("fieldset") ?? this.section;
      await this.update([button.name, button.value]);
      const rows = group.querySelectorAll(".group-row");
      const next = button.name === "_add" ? rows[rows.length - 1]?.querySelector("input:not([type=hidden]), select, textarea") : null;
      (next ?? group.querySelector("button[name=_add]"))?.focus();
      this.draft.later();
      return;
    }
    clearTimeout(this.serverTimer);
    const saving = this.draft.stop() ?? this.serverUpdate;
    if (saving) {
      event.preventDefault();
      await saving; // the submit goes by the fingerprint that this save gives
      this.form.requestSubmit(button);
    }
  }
}

const form = document.getElementById("apply-form");
if (form) new ApplyForm(form);
