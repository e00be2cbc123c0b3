// A fieldset marked data-find="/address" offers what the address finds for the words typed in [data-find-words]: the
// choices in [data-find-results], with the chosen one first. Without script the button beside the words does the same.

const QUIET_MS = 250;

function bind(field) {
  const words = field.querySelector("[data-find-words]");
  const results = field.querySelector("[data-find-results]");
  const { form } = words;
  let timer = 0;
  let asked = 0;

  async function show(chosen) {
    asked += 1;
    const turn = asked;
    const on = form.elements.namedItem(field.dataset.findOn)?.value ?? "";
    const query = new URLSearchParams({ q: words.value.trim(), chosen, on });
    try {
      const answer = await fetch(`${field.dataset.find}?${query}`, { credentials: "same-origin" });
      // Something else may have been typed meanwhile.
      if (answer.ok && turn === asked) results.innerHTML = (await answer.json()).html;
    } catch {
      // The button still finds it.
    }
  }
  const showFound = () => show(field.querySelector("input[type=radio]:checked")?.value ?? "");

  for (const name of ["input", "change"]) {
    // The words are no answer: there is nothing to save yet.
    words.addEventListener(name, (event) => event.stopPropagation());
  }
  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(showFound, QUIET_MS);
  });
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    clearTimeout(timer);
    showFound();
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === field.dataset.findOn) showFound();
  });
  form.addEventListener("autosave:filled", (event) => {
    if (field.id in event.detail) show(event.detail[field.id]);
  });
}

export function bindFind(root) {
  for (const field of root.querySelectorAll("fieldset[data-find]")) bind(field);
}
