// In the frame of the widget: tells the page around it how tall the frame is and when it may close, and that page alone.
// Nothing of what is asked or answered leaves by this way, and nothing is listened to.
const { host, done } = document.body.dataset;
const tell = (what) => { if (parent !== window && host) parent.postMessage(what, host); };

new ResizeObserver(() => tell({ loop: "height", height: Math.ceil(document.body.getBoundingClientRect().height) })).observe(document.body);
if (done !== undefined) setTimeout(() => tell({ loop: "close" }), 1000 * Number(done));
