/* The keyboard: j k move through the rows of a list, a c r take steps on the selected case, g goes places, / searches,
   ? helps; an element with data-key answers to its key. Nothing fires while somebody types. Single keys can be switched
   off in the help (WCAG 2.1.4); the choice stays in this browser. */

const STORED = "loop.keys";
const STEPS = { a: "assign", c: "attempt", r: "resolve" };
const PATIENCE = 1500; // milliseconds between g and what follows

const help = document.getElementById("keys");
const box = document.getElementById("keys-on");
let went = 0;

const keysAreOn = () => localStorage.getItem(STORED) !== "off";

function isTyping(element) {
  return element.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
}

/* The case somebody is on: the row with the focus, or the page of a case. */
export function selectedRow() {
  const inside = document.activeElement?.closest(".item, a.row");
  return inside?.matches("a.row") ? inside : inside?.querySelector("a.row");
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-rows] a.row")];
  if (!rows.length) return;
  const here = rows.indexOf(selectedRow());
  const next = here < 0 ? 0 : Math.min(Math.max(here + step, 0), rows.length - 1);
  rows[next].focus();
  rows[next].scrollIntoView({ block: "nearest" });
}

function focusFirst(part) {
  part.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
}

/* Open the form of a step on the page of a case. */
export function openStep(name) {
  const form = document.querySelector(`#case form[action$="/${CSS.escape(name)}/"]`);
  if (!form) return false;
  const folded = form.closest("details");
  if (folded) folded.open = true;
  focusFirst(form);
  form.scrollIntoView({ block: "center" });
  return true;
}

/* A step on the selected row is taken on the page of its case. */
function takeStep(name) {
  const row = selectedRow();
  if (row && row.pathname.startsWith("/cases/")) {
    location.assign(`${row.pathname}#step-${name}`);
    return true;
  }
  return openStep(name);
}

function press(element) {
  if (element.matches("input, textarea, select")) {
    element.focus();
    return;
  }
  const step = element.matches("summary") ? element.parentElement : element.hash && document.querySelector(element.hash);
  if (!step) {
    element.click();
    return;
  }
  step.open = true;
  focusFirst(step);
}

function answer(key) {
  if (Date.now() - went < PATIENCE) {
    went = 0;
    const place = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    place?.click();
    return Boolean(place);
  }
  if (key === "g") went = Date.now();
  else if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (key === "x") selectedRow()?.closest(".item")?.querySelector("input[type=checkbox]")?.click();
  else if (STEPS[key] && takeStep(STEPS[key])) return true;
  else {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    press(target);
  }
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]") || isTyping(event.target)) return;
  if (event.key === "?") help.showModal();
  else if (!keysAreOn() || !answer(event.key)) return;
  event.preventDefault();
});

box.checked = keysAreOn();
box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));

// From a row of the inbox or from the menu to a step: the address names it.
const asked = /^#step-(\w+)$/.exec(location.hash);
if (asked) openStep(asked[1]);
