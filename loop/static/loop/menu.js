/* The command menu, Ctrl K or Cmd K: pages of the navigation, steps on the selected case, and whatever the search finds.
   A combobox with a listbox, as the ARIA practices have it: the focus stays in the field, the arrows choose. The dialog
   gives the focus back by itself when it closes. Pages name this file alone: keys.js, named by them with its hash and
   here without, would run twice. */

import { openStep, selectedRow } from "./keys.js";

const WAIT = 180; // milliseconds after the last letter before the server is asked
const menu = document.getElementById("menu");
const field = document.getElementById("menu-words");
const list = document.getElementById("menu-list");
const told = document.getElementById("menu-told");
const names = JSON.parse(menu.dataset.steps);

let fixed = []; // what there is without the server
let timer = 0;
let asking = null;

/* What an entry is: its words, a word about it, and what happens when it is chosen. */
function entry(words, about, act) {
  return { words, about, act };
}

function pages() {
  return [...document.querySelectorAll(".side nav a")].map((link) => {
    const label = link.querySelector("span").textContent;
    return entry(label, menu.dataset.page, () => location.assign(link.href));
  });
}

function steps() {
  const row = selectedRow();
  if (row && row.pathname.startsWith("/cases/")) {
    const box = row.closest(".item")?.querySelector("input[type=checkbox]");
    const who = row.querySelector("b").textContent;
    const there = (name) => () => location.assign(`${row.pathname}#step-${name}`);
    return [
      entry(menu.dataset.open, who, () => location.assign(row.href)),
      ...(row.dataset.offers ?? "").split(" ").filter(Boolean).map((name) => entry(names[name], who, there(name))),
      ...(box ? [entry(menu.dataset.tick, who, () => box.click())] : []),
    ];
  }
  return Object.keys(names)
    .filter((name) => document.querySelector(`#case form[action$="/${name}/"]`))
    .map((name) => entry(names[name], menu.dataset.step, () => openStep(name)));
}

function show(entries) {
  list.replaceChildren(
    ...entries.map((each, place) => {
      const option = document.createElement("div");
      option.id = `menu-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const words = document.createElement("span");
      words.textContent = each.words;
      const about = document.createElement("span");
      about.className = "muted small";
      about.textContent = each.about;
      option.append(words, about);
      option.addEventListener("click", () => choose(each));
      option.act = () => choose(each);
      return option;
    }),
  );
  told.textContent = entries.length ? menu.dataset.some.replace("N", entries.length) : menu.dataset.none;
  select(0);
}

function choose(each) {
  menu.close();
  each.act();
}

function select(place) {
  const options = [...list.children];
  options.forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
  if (options[place]) {
    field.setAttribute("aria-activedescendant", options[place].id);
    options[place].scrollIntoView({ block: "nearest" });
  } else {
    field.removeAttribute("aria-activedescendant");
  }
}

function selected() {
  return [...list.children].findIndex((option) => option.getAttribute("aria-selected") === "true");
}

/* The rows of the search page, as entries. */
async function found(words) {
  asking?.abort();
  asking = new AbortController();
  const answer = await fetch(`${menu.dataset.find}?q=${encodeURIComponent(words)}`, { signal: asking.signal });
  if (!answer.ok || answer.redirected) return [];
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return [...page.querySelectorAll("#found a.row")].map((row) => {
    // Of one customer there may be many cases: the score and the state tell them apart.
    const parts = [".score", ".who .small", ".when > *"].map((part) => row.querySelector(part)?.textContent.trim());
    const about = parts.filter(Boolean).join(" · ");
    return entry(row.querySelector(".who b").textContent, about, () => location.assign(row.getAttribute("href")));
  });
}

function fitting(words) {
  const parts = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return fixed.filter((each) => parts.every((part) => each.words.toLocaleLowerCase().includes(part)));
}

function look() {
  const words = field.value.trim();
  clearTimeout(timer);
  show(fitting(words));
  if (!words) return;
  timer = setTimeout(async () => {
    try {
      const more = await found(words);
      if (field.value.trim() === words) show([...fitting(words), ...more]);
    } catch (error) {
      if (error.name !== "AbortError") show(fitting(words)); // no connection: what is here still works
    }
  }, WAIT);
}

function open() {
  fixed = [...steps(), ...pages()]; // before the dialog takes the focus away from the selected row
  field.value = "";
  menu.showModal();
  field.focus();
  look();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (menu.open) menu.close();
    else if (!document.querySelector("dialog[open]")) open();
  }
});

field.addEventListener("input", look);
field.addEventListener("keydown", (event) => {
  const last = list.children.length - 1;
  const moves = {
    ArrowDown: () => select(selected() >= last ? 0 : selected() + 1),
    ArrowUp: () => select(selected() <= 0 ? last : selected() - 1),
    Home: () => select(0),
    End: () => select(last),
    Enter: () => list.children[selected()]?.act(),
  };
  if (!moves[event.key] || event.isComposing) return;
  event.preventDefault();
  moves[event.key]();
});
menu.addEventListener("click", (event) => {
  if (event.target === menu) menu.close(); // beside it
});
for (const opener of document.querySelectorAll("[data-menu-opens]")) {
  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
}
