// Keeps the draft on the server while the form is filled in: soon after the last change, one save at a time.

const DELAY = 1_200;

export class Draft {
  /** `body` gives what is posted, `section` holds the fingerprint the server checks, `say` tells how it went. */
  constructor(url, body, section, say) {
    Object.assign(this, { url, body, section, say, timer: null, saving: null });
    addEventListener("pagehide", () => {
      if (this.timer) navigator.sendBeacon(url, body());
    });
  }

  /** Save soon. */
  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), DELAY);
  }

  /** Save no more by itself: the form is being submitted. Gives the save that is under way, or null. */
  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    return this.saving;
  }

  async save() {
    this.timer = null;
    await this.saving; // the next save goes by the fingerprint that the last one gave
    this.saving = this.post().then((done) => this.say(done ? "saved" : "failed"));
    await this.saving;
    this.saving = null;
  }

  async post() {
    try {
      const request = { method: "POST", body: this.body(), headers: { "HX-Request": "true" } };
      const response = await fetch(this.url, request);
      if (response.ok) this.renew(await response.text());
      return response.ok;
    } catch {
      return false;
    }
  }

  /** Take the fingerprint of what is now kept out of the server's answer. */
  renew(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[name=_base]")?.value;
    const base = this.section.querySelector("[name=_base]");
    if (fresh && base) base.value = fresh;
  }
}
