// Puts an address or a piece of text on the clipboard. Without this file the buttons stay away, and one marks the text.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = field.value ?? field.textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch { // without https there is only the old way
      const range = document.createRange();
      if (field.select) field.select();
      else {
        range.selectNodeContents(field);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
      }
      document.execCommand("copy");
    }
    button.textContent = button.dataset.done;
  });
}
