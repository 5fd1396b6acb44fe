// Dragging in the designer: what is dragged (data-drag) and where it is let go (data-drop) each hold a part of the
// operation; "before" is the data-item of what it is put before. Nothing is moved here: the core moves it.

/** Let lists marked data-drop be sorted, now and as they come; `done` is called with the operation. */
export function sortable(form, done) {
  const begin = (list) => {
    if (list.sorting) return;
    const source = list.dataset.drop === "";
    list.sorting = window.Sortable.create(list, {
      group: { name: list.dataset.group, pull: source ? "clone" : true, put: source ? false : list.dataset.takes.split(" ") },
      sort: !source,
      draggable: "[data-drag]",
      handle: "[data-handle]",
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 4,
      // a finger scrolls the page unless it rests on the handle
      delay: 120,
      delayOnTouchOnly: true,
      onStart: ({ item }) => (item.following = item.nextSibling),
      onEnd: ({ item, from, to, newDraggableIndex, oldDraggableIndex }) => {
        const copied = from !== to && source;
        const others = [...to.querySelectorAll(":scope > [data-drag]")].filter((each) => each !== item);
        const before = others[newDraggableIndex]?.dataset.item ?? null;
        if (copied) item.remove();
        else from.insertBefore(item, item.following?.parentNode === from ? item.following : null);
        if (from === to && newDraggableIndex === oldDraggableIndex) return;
        if (to.dataset.drop) done({ ...JSON.parse(item.dataset.drag), ...JSON.parse(to.dataset.drop), before });
      },
    });
  };
  const look = () => form.querySelectorAll("[data-drop]").forEach(begin);
  form.addEventListener("designer:shown", look);
  look();
}
