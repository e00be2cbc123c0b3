// A part marked data-progress tells how far something has come that goes on elsewhere. It is fetched again and again from
// the address that the mark names, which says that nobody asks: a session ends in time although the page is open. Once
// there is no such part any more, the page is loaded as a whole. Without script the page reloads itself.

const WAIT_MS = 2_000;

/** The part as it is now; null where the work has ended, or the page is another one. */
async function fetched(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-progress]");
}

export function bindProgress(root) {
  const part = root.querySelector("[data-progress]");
  if (!part) return;
  const look = async () => {
    try {
      const now = await fetched(part.dataset.progress);
      if (!now) {
        location.reload();
        return;
      }
      if (now.innerHTML !== part.innerHTML) part.replaceChildren(...now.childNodes);
    } catch {
      // The network is away: the part stays as it is until the next look.
    }
    setTimeout(look, WAIT_MS);
  };
  setTimeout(look, WAIT_MS);
}
