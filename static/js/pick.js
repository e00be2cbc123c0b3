// A long list of boxes marked data-pick can be searched: what does not match is hidden, what is ticked stays.
export function bindPick(root) {
  for (const pick of root.querySelectorAll("[data-pick]")) {
    const search = pick.querySelector("[data-pick-search]");
    if (!search) continue;
    search.hidden = false;
    search.querySelector("input").addEventListener("input", (event) => {
      event.stopPropagation(); // The words are no answer: there is nothing to save yet.
      const words = event.target.value.trim().toLowerCase().split(/\s+/);
      for (const choice of pick.querySelectorAll(".choice")) {
        const text = choice.textContent.toLowerCase();
        const ticked = choice.querySelector("input").checked;
        choice.hidden = !ticked && !words.every((word) => text.includes(word));
      }
    });
  }
}
