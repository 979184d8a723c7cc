// A feedback station: sends without leaving the page, begins anew for the next person, and keeps what could not be sent
// until the connection is back. What was said is nowhere but in this page's memory, and out of sight once it is sent or
// the person has gone. The page works without this file, too.
const { idle, thanks } = document.body.dataset;
const LOST = { type: "lost" };
const TOLD_BEFORE = 20; // seconds in which somebody who only reads may say so

const kept = document.getElementById("kept");
const question = () => document.querySelector("main");
const form = () => document.getElementById("answer");
const sealOf = (page) => page.querySelector("#answer input[type=hidden]");
const parsed = async (reply) => new DOMParser().parseFromString(await reply.text(), "text/html");
const name = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const waiting = []; // answers that could not be sent
let untouched; // the page as it was before anybody touched it
let presses = 0;
let opened = performance.now();
let touched = performance.now();
let sending = false;
let retrying = false;

begin();

function begin() {
  form().reset(); // a browser may have brought back what the last person wrote
  untouched = question().cloneNode(true);
  form().elements.again.value = name();
  for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, touch, { capture: true, passive: true });
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!sending) send(event.target);
  });
  addEventListener("online", retry);
  setInterval(retry, 5000);
  setInterval(look, 500);
}

function touch(event) {
  if (event.isTrusted && event.type !== "input") presses += 1;
  touched = performance.now();
  askStill(false);
}

async function send(from) {
  sending = true;
  from.elements.page.value = `${presses}:${Math.floor((performance.now() - opened) / 1000)}`;
  const body = new URLSearchParams(new FormData(from));
  from.querySelector("button").disabled = true;
  try {
    const reply = await post(body);
    if (reply.ok) thank();
    else show(await parsed(reply), body);
  } catch (problem) {
    if (problem !== LOST) throw problem;
    waiting.push(body);
    thank();
  } finally {
    sending = false;
    const button = from.querySelector("button");
    if (button) button.disabled = false;
  }
}

// A page that was open for long gets a fresh seal, and the same answer is sent once more.
async function post(body) {
  const reply = await ask({ method: "POST", body });
  if (reply.status !== 403) return reply;
  const seal = sealOf(await parsed(reply.clone()));
  if (!seal) return reply;
  reseal(seal.value);
  body.set(seal.name, seal.value);
  return ask({ method: "POST", body });
}

async function ask(options) {
  let reply;
  try {
    reply = await fetch(location.pathname, { cache: "no-store", ...options });
  } catch {
    throw LOST;
  }
  if (reply.status >= 500) throw LOST;
  return reply;
}

function reseal(value) {
  for (const page of [document, untouched]) {
    const seal = sealOf(page);
    if (seal) seal.value = value;
  }
}

// Something is missing, or no answers are taken any more: our page says which.
function show(page, body) {
  question().replaceWith(document.adoptNode(page.querySelector("main")));
  if (form() && body) form().elements.again.value = body.get("again");
  document.querySelector("[role=alert]")?.scrollIntoView({ block: "center" });
}

function thank() {
  const shown = document.getElementById("thanks").content.firstElementChild.cloneNode(true);
  question().replaceWith(shown);
  shown.focus();
  count();
  setTimeout(() => { if (question() === shown) restart(); }, 1000 * Number(thanks));
}

// The next person: the page as it was, under a name of its own, with the freshest seal there is.
async function restart() {
  const fresh = untouched.cloneNode(true);
  question().replaceWith(fresh);
  form().elements.again.value = name();
  presses = 0;
  opened = touched = performance.now();
  askStill(false);
  const page = await ask({}).then(parsed).catch(() => null);
  if (!page || question() !== fresh) return;
  if (sealOf(page)) reseal(sealOf(page).value);
  else show(page);
}

async function retry() {
  if (retrying) return;
  retrying = true;
  try {
    while (waiting.length) {
      await post(waiting[0]);
      waiting.shift();
    }
  } catch (problem) {
    if (problem !== LOST) throw problem;
  } finally {
    retrying = false;
    count();
  }
}

function count() {
  const text = waiting.length === 1 ? kept.dataset.one : kept.dataset.many.replace("{n}", waiting.length);
  kept.textContent = waiting.length ? text : "";
}

function askStill(asking) {
  document.getElementById("idle").hidden = !asking;
}

// Somebody went away in the middle: ask for a while whether they are there, then clear.
function look() {
  const quiet = (performance.now() - touched) / 1000;
  const begun = !form() || document.querySelector("#answer :checked, [role=alert]") || form().elements.comment.value !== "";
  if (!begun || question().matches(".over")) return;
  if (quiet >= Number(idle)) restart();
  else if (quiet >= Number(idle) - TOLD_BEFORE) askStill(true);
}
