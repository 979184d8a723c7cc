/* The inbox: ticking several cases, and looking from time to time whether something new has landed. New cases are only
   told; the list changes when its reader asks for them, and what was ticked stays ticked. So does what was ticked on
   another page of the same list, until something is done with it. */

const STORED = "loop.ticks"; // in this tab of the browser: the list, and what is ticked in it
const EVERY = 20_000; // milliseconds between looks, while the page can be seen
let looked = Date.now();
let last = null; // the box that was clicked last: where a range begins
let kept = new Set();
let elsewhere = []; // what is ticked on other pages of this list, as their boxes had it

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
  const count = ticked.length + elsewhere.length;
  bar.hidden = !count;
  const others = elsewhere.length ? `, ${bar.dataset.elsewhere.replace("N", elsewhere.length)}` : "";
  bar.querySelector("[data-ticked]").textContent = count ? words(bar, count) + others : "";
  const whole = inbox().querySelector("[data-all]");
  whole.checked = ticked.length === all.length;
  whole.indeterminate = ticked.length > 0 && ticked.length < all.length;
  keep(bar, [...elsewhere, ...ticked.map((box) => box.value)]);
}

/* Send the ticks of other pages with those of this one, and remember them all for the next page. */
function keep(bar, ticks) {
  for (const input of bar.querySelectorAll("[data-elsewhere-tick]")) input.remove();
  for (const value of elsewhere) {
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: "case", value });
    input.dataset.elsewhereTick = "";
    bar.append(input);
  }
  if (ticks.length) sessionStorage.setItem(STORED, JSON.stringify({ list: inbox().dataset.list, ticks }));
  else sessionStorage.removeItem(STORED);
}

/* Tick what was ticked in this list before. Of a case that has changed since, nobody knows whether it is still meant. */
function recall() {
  const stored = JSON.parse(sessionStorage.getItem(STORED) ?? "{}");
  if (stored.list !== inbox().dataset.list) {
    sessionStorage.removeItem(STORED); // another list begins anew
    return;
  }
  const here = new Map(boxes().map((box) => [number(box), box]));
  for (const value of stored.ticks) {
    const box = here.get(value.split(".")[0]);
    if (!box) elsewhere.push(value);
    else if (box.value === value) box.checked = true;
  }
}

function prepare() {
  const label = inbox()?.querySelector("[data-all-label]");
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
    elsewhere = [];
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

if (inbox()) {
  recall();
  prepare();
} else {
  sessionStorage.removeItem(STORED); // the page that tells what was done: nothing is ticked any more
}
