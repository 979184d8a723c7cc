// Loop in a product. A page of the product loads this file once:
//   <script src="…/w/loop.js" data-survey="…" data-contact="…" data-time="…" data-signature="…" async></script>
// Who the visitor is says the product's server, which signs it. Loop is asked whether this person may be asked now; if
// so, its page is shown in a frame, in a corner or in the element that data-target names. No cookie is read or set, and
// nothing is kept. The element's data-state says what came of it: shown, quiet, refused, failed or closed.
(() => {
  const script = document.currentScript;
  const { survey, contact, time, signature, target } = script.dataset;
  const here = new URL(`./${encodeURIComponent(survey || "")}/`, script.src);
  const end = (state, text) => {
    script.dataset.state = state;
    if (text) console[state === "quiet" ? "info" : "error"](`Loop: ${text}`);
  };

  if (!survey || !contact || !time || !signature) {
    end("refused", "data-survey, data-contact, data-time and data-signature are all needed. Nothing is shown.");
    return;
  }

  const show = (answer) => {
    const frame = document.createElement("iframe");
    frame.src = `${here}?${answer.query}`;
    frame.title = answer.title;
    frame.referrerPolicy = "no-referrer";
    frame.setAttribute("sandbox", "allow-scripts allow-forms allow-same-origin");
    const place = target && document.querySelector(target);
    const style = { border: "0", width: "100%", height: "26rem", maxHeight: "90vh", colorScheme: "light dark" };
    if (!place) {
      Object.assign(style, {
        position: "fixed", right: "1rem", bottom: "1rem", width: "min(24rem, calc(100vw - 2rem))", zIndex: "2147483000",
        background: "Canvas", borderRadius: ".75rem", boxShadow: "0 .5rem 2rem rgb(0 0 0 / .25)",
      });
    }
    Object.assign(frame.style, style);
    const heed = (event) => {
      if (event.origin !== here.origin || event.source !== frame.contentWindow || !event.data) return;
      if (event.data.loop === "height" && event.data.height > 0) frame.style.height = `${Math.ceil(event.data.height)}px`;
      if (event.data.loop === "close") {
        removeEventListener("message", heed);
        frame.remove();
        end("closed");
      }
    };
    addEventListener("message", heed);
    (place || document.body).append(frame);
    end("shown");
  };

  const ask = async () => {
    const query = new URLSearchParams({ contact, time, signature });
    let reply, answer;
    try {
      reply = await fetch(`${here}eligible/?${query}`, { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" });
      answer = await reply.json();
    } catch {
      end("failed", `no answer that this page may read. Is ${location.origin} on the list of the widget?`);
      return;
    }
    if (!reply.ok) end("refused", `refused. ${answer.says || ""}`);
    else if (!answer.ask) end("quiet", answer.says);
    else show(answer);
  };

  if (document.body) ask();
  else addEventListener("DOMContentLoaded", ask);
})();
