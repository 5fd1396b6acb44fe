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
        letGo();
        if (from === to && newDraggableIndex === oldDraggableIndex) return;
        if (to.dataset.drop) done({ ...JSON.parse(item.dataset.drag), ...JSON.parse(to.dataset.drop), before });
      },
    });
  };
  // from the press on, before it counts as a drag; what was only pressed is let go with the pointer
  form.addEventListener("pointerdown", ({ target }) => {
    if (!target.closest("[data-handle]")) return;
    still = new Promise((resolve) => (letGo = resolve));
    lists.forEach((list) => delete list.sorting._dragStartId);
  });
  document.addEventListener("pointerup", () => window.Sortable.active || letGo());
  document.addEventListener("pointercancel", () => window.Sortable.active || letGo());
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
