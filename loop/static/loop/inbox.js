/* The inbox: ticking several cases, and looking from time to time whether something new has landed. New cases are only
   told; the list changes when its reader asks for them, and what was ticked stays ticked. */

const EVERY = 20_000; // milliseconds between looks, while the page can be seen
let looked = Date.now();
let last = null; // the box that was clicked last: where a range begins
let kept = new Set();

const inbox = () => document.getElementById("inbox");
const boxes = () => [...inbox().querySelectorAll(".item input[type=checkbox]")];
const number = (box) => box.value.split(".")[0];

function words(element, count) {
  const pattern = count === 1 ? element.dataset.one : element.dataset.many;
  return pattern.replace("N", count);
}

/* Show how many are ticked, and the bar with what can be done to them only then. */
function tell() {
  const bar = inbox().querySelector("[data-several]");
  if (!bar) return;
  const all = boxes();
  const ticked = all.filter((box) => box.checked);
  bar.hidden = !ticked.length;
  bar.querySelector("[data-ticked]").textContent = ticked.length ? words(bar, ticked.length) : "";
  const whole = inbox().querySelector("[data-all]");
  whole.checked = ticked.length === all.length;
  whole.indeterminate = ticked.length > 0 && ticked.length < all.length;
}

function prepare() {
  const label = inbox().querySelector("[data-all-label]");
  if (!label) return;
  label.hidden = false;
  const says = label.querySelector("[data-all-words]");
  says.textContent = words(says, boxes().length);
  inbox().querySelector("[data-untick]").hidden = false;
  last = null;
  tell();
}

document.addEventListener("click", (event) => {
  const box = event.target.closest(".item input[type=checkbox]");
  if (box) {
    const all = boxes();
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const each of all.slice(from, to + 1)) each.checked = box.checked;
    }
    last = box;
    tell();
  } else if (event.target.closest("[data-all]")) {
    for (const each of boxes()) each.checked = event.target.checked;
    tell();
  } else if (event.target.closest("[data-untick]")) {
    for (const each of boxes()) each.checked = false;
    tell();
    inbox().querySelector(".item a.row")?.focus();
  }
});

// A shift-click on a box would mark text between the two.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest(".tickbox")) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "inbox") kept = new Set(boxes().filter((box) => box.checked).map(number));
});

document.addEventListener("htmx:afterSwap", () => {
  if (!inbox() || !kept.size) return prepare();
  const here = boxes().filter((box) => kept.has(number(box)));
  for (const box of here) box.checked = true;
  prepare();
  const bar = inbox().querySelector("[data-several]");
  if (bar && here.length < kept.size) {
    bar.hidden = false;
    bar.querySelector("[data-ticked]").textContent += ` ${bar.dataset.gone}`;
  }
  kept = new Set();
});

function look() {
  const news = document.getElementById("news");
  if (document.hidden || !news || !window.htmx) return;
  looked = Date.now();
  window.htmx.trigger(news, "look");
}

setInterval(look, EVERY);
document.addEventListener("visibilitychange", () => {
  if (Date.now() - looked > EVERY) look();
});
// A look is nothing the person did: it clears no message, and says nothing when it fails; the next one tells.
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:beforeRequest"]) {
  document.addEventListener(failure, (event) => {
    if (event.detail.elt?.id === "news") event.stopImmediatePropagation();
  }, { capture: true });
}

prepare();
