// Tells our side that somebody was at the page: how often a key or pointer was pressed, and for how many seconds the page
// was open. Only what comes from a device counts; a script that presses the button for somebody reports nothing. The
// page works the same without this file.
const form = document.getElementById("answer");
const opened = performance.now();
let presses = 0;

for (const kind of ["pointerdown", "keydown"]) {
  addEventListener(kind, (event) => { presses += event.isTrusted ? 1 : 0; }, { capture: true, passive: true });
}
form.addEventListener("submit", () => {
  form.elements.page.value = `${presses}:${Math.floor((performance.now() - opened) / 1000)}`;
});
