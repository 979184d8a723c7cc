/* Dragging a case onto a person fills in the form beside it and sends it. Without this file the form does it alone. */

const DROP = "text/plain";
let dragged = null;

for (const piece of document.querySelectorAll("[data-case]")) {
  piece.addEventListener("dragstart", (event) => {
    dragged = piece;
    event.dataTransfer.setData(DROP, piece.dataset.case);
    event.dataTransfer.effectAllowed = "move";
    piece.classList.add("dragged");
  });
  piece.addEventListener("dragend", () => {
    dragged = null;
    piece.classList.remove("dragged");
  });
}

for (const person of document.querySelectorAll("[data-person]")) {
  person.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    person.classList.add("target");
  });
  person.addEventListener("dragleave", () => person.classList.remove("target"));
  person.addEventListener("drop", (event) => {
    event.preventDefault();
    person.classList.remove("target");
    const form = dragged?.querySelector("[data-give]");
    const choice = form?.elements.to;
    if (!choice || ![...choice.options].some((option) => option.value === person.dataset.person)) return;
    choice.value = person.dataset.person;
    form.requestSubmit();
  });
}
