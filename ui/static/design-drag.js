// Dragging in the designer: what is dragged (data-drag) and where it is let go (data-drop) each hold a part of the
// operation; "before" is the data-item of what it is put before. Nothing is moved here: the core moves it.

/**
 * Let lists marked data-drop be sorted, now and as they come; `done` is called with the operation.
 * Gives a function that promises when nothing is in the hand: a repaint would take it out of it.
 */
export function sortable(form, done) {
  const lists = new Set();
  let still = Promise.resolve();
  let letGo = () => {};
  const free = () => {
    letGo();
    letGo = () => {};
  };
  const begin = (list) => {
    if (list.sorting) return;
    lists.add(list);
    const source = list.dataset.drop === "";
    list.sorting = window.Sortable.create(list, {
      group: { name: list.dataset.group, pull: source ? "clone" : true, put: source ? false : list.dataset.takes.split(" ") },
      sort: !source,
      draggable: "[data-drag]",
      handle: "[data-handle]",
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 4,
      // what is dragged stands before what the pointer is on the first half of, after it on the other half
      invertSwap: true,
      // a finger scrolls the page unless it rests on the handle
      delay: 120,
      delayOnTouchOnly: true,
      onStart: ({ item }) => (item.following = item.nextSibling),
      onEnd: ({ item, from, to, newDraggableIndex, oldDraggableIndex }) => {
        const copied = from !== to && source;
        let next = item.nextElementSibling;
        while (next && !next.matches("[data-drag]")) next = next.nextElementSibling;
        const before = next?.dataset.item ?? null;
        if (copied) item.remove();
        else from.insertBefore(item, item.following?.parentNode === from ? item.following : null);
        free();
        if (from === to && newDraggableIndex === oldDraggableIndex) return;
        if (to.dataset.drop) done({ ...JSON.parse(item.dataset.drag), ...JSON.parse(to.dataset.drop), before });
      },
    });
  };
  // from the press on, before it counts as a drag, or as a click: that is lost where what was pressed has moved on
  form.addEventListener("pointerdown", ({ target, button }) => {
    if (button || !target.closest("[data-handle], button, a, label, summary")) return;
    const before = letGo;
    still = new Promise((resolve) => (letGo = () => resolve(before())));
    if (target.closest("[data-handle]")) lists.forEach((list) => delete list.sorting._dragStartId);
  });
  // the click comes after the pointer is up
  const up = () => window.Sortable.active || setTimeout(free);
  document.addEventListener("pointerup", up);
  document.addEventListener("pointercancel", up);
  window.addEventListener("blur", up);
  // a drag begins, and what lies under the pointer is looked up, by timers, for which a busy page may have had no time
  document.addEventListener("pointerup", (event) => {
    const { Sortable } = window;
    const held = Sortable.active ? null : Sortable.dragged && Sortable.get(Sortable.dragged.parentNode);
    if (held?._dragStartId) held._dragStarted(true, event);
    Sortable.active?._onTouchMove(event);
    Sortable.active?._emulateDragOver();
  }, true);
  // a list that a repaint took off the page is empty, and would catch what is dragged anywhere
  const forget = (list) => {
    list.sorting.destroy();
    lists.delete(list);
  };
  const look = () => {
    if (!window.Sortable.active) [...lists].filter((list) => !list.isConnected).forEach(forget);
    form.querySelectorAll("[data-drop]").forEach(begin);
  };
  form.addEventListener("designer:shown", look);
  look();
  return () => still;
}
