// A form marked data-once="正在提交…" is sent once: its button is disabled after the first press and says so.
// The server refuses repeats as well; this only spares the reader the doubt.

const RELEASE_AFTER_MS = 20_000; // a download leaves the page standing: do not keep its button dead

/** Disables after the current task, because a button disabled at once would be left out of what is sent. */
function hold(button, text) {
  const label = button.innerHTML;
  setTimeout(() => {
    button.disabled = true;
    button.textContent = text;
  }, 0);
  return () => {
    button.disabled = false;
    button.innerHTML = label;
  };
}

export function bindOnce(root) {
  const releases = new Set();

  const releaseAll = () => {
    for (const release of releases) release();
    releases.clear();
  };

  root.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (event.defaultPrevented || !form.dataset.once) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "true";
    const restore = button ? hold(button, form.dataset.once) : () => {};
    const release = () => {
      delete form.dataset.sent;
      restore();
    };
    releases.add(release);
    setTimeout(() => {
      if (releases.delete(release)) release();
    }, RELEASE_AFTER_MS);
  });

  // Coming back with the browser's button may show the page as it was left.
  window.addEventListener("pageshow", releaseAll);
}
