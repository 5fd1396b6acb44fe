// Who is at the draft: tells the server that this page still is, hands over when somebody asks, and looks
// again when the draft has become this person's.
const EVERY = 8_000;

const form = document.getElementById("designer-form");
const mine = form?.dataset.mine === "1" && form.dataset.review !== "in_review";

async function send(path) {
  return fetch(form.dataset.lease + path, {
    method: "POST",
    headers: { accept: "application/json", "x-csrftoken": form.elements._csrf_token.value },
  });
}

async function beat() {
  // a page that only looks takes nothing, and learns who came: a draft is taken with the first change, or by asking
  const answer = await send("").catch(() => null);
  if (!answer?.ok) return;
  const lease = await answer.json();
  const wanted = mine && lease.wanted_by;
  if (!wanted && lease.mine === mine) return;
  await form.designer?.idle();
  if (wanted) await send("/release");
  // what was refused is told until it has been read
  if (!form.designer?.keeper.stopped) location.reload();
}

if (form && form.dataset.review !== "in_review") {
  setInterval(beat, EVERY);
  beat();
  // a page that is left lets the next one in at once
  window.addEventListener("pagehide", () => {
    // what is still to be kept is sent in one with it, or the next would be in before it
    if (!mine || form.designer?.last(true)) return;
    const body = new URLSearchParams({ _csrf_token: form.elements._csrf_token.value });
    navigator.sendBeacon(`${form.dataset.lease}/release`, body);
  });
}
