/* What the person is told when a step sent by htmx gets no answer, or one that cannot be shown in place. */

const toast = document.getElementById("toast");

function tell(text) {
  toast.textContent = text;
  toast.hidden = false;
}

// Signed out meanwhile: the same, sent as a whole page, is kept beside the sign-in.
function sendAsPage({ path, formData }) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = path;
  form.hidden = true;
  for (const [name, value] of formData) {
    if (typeof value !== "string") continue; // files cannot travel
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

// Whoever signs in again on another page gets a new token there, and the one on this page would be refused.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.cookie.match(/(?:^|; )(?:__Host-csrf|csrftoken)=([^;]+)/)?.[1];
  const { parameters } = event.detail;
  if (token && "csrfmiddlewaretoken" in parameters) parameters.csrfmiddlewaretoken = token;
});

document.addEventListener("htmx:sendError", () => tell(toast.dataset.lost));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) sendAsPage(event.detail.requestConfig);
  else tell(toast.dataset.failed);
});
document.addEventListener("htmx:beforeRequest", () => {
  toast.hidden = true;
});

// A step that is not, or no longer, somebody's to take is answered with the case as it is now; other refusals have none.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if ((xhr.status === 403 || xhr.status === 404) && target.id === "case" && xhr.responseText.includes('id="case"')) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// What was swapped in says what happened first; bring it into view for those who pressed the button further down.
document.addEventListener("htmx:afterSettle", (event) => {
  const alert = event.target.querySelector?.("[data-look-here]") ?? event.target.querySelector?.("[aria-invalid=true]");
  if (alert) {
    alert.focus({ preventScroll: true });
    alert.scrollIntoView({ block: "center" });
  } else if (event.target.id === "case") {
    window.scrollTo({ top: 0 });
  }
});
