// The browser's own way to print. Without this file the buttons stay away; the page prints as well from the browser's menu.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
