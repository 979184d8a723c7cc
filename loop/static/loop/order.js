/* Dragging puts the rows of a list in another order and sends it. Without this file the arrows beside them do it. */

for (const list of document.querySelectorAll("[data-order]")) {
  const form = document.getElementById(list.dataset.order);
  const before = order(list);
  let dragged = null;

  for (const row of list.children) {
    row.addEventListener("dragstart", (event) => {
      dragged = row;
      event.dataTransfer.setData("text/plain", row.dataset.id);
      event.dataTransfer.effectAllowed = "move";
      row.classList.add("dragged");
    });
    row.addEventListener("dragover", (event) => {
      if (!dragged || dragged === row) return;
      event.preventDefault();
      const { top, height } = row.getBoundingClientRect();
      list.insertBefore(dragged, event.clientY < top + height / 2 ? row : row.nextSibling);
    });
    row.addEventListener("drop", (event) => event.preventDefault());
    row.addEventListener("dragend", () => {
      row.classList.remove("dragged");
      dragged = null;
      if (order(list) === before) return;
      form.elements.order.value = order(list);
      form.requestSubmit();
    });
  }
}

function order(list) {
  return [...list.children].map((row) => row.dataset.id).join(",");
}
