// A textarea marked data-suggest="/address" with one entry on each line: while a line is typed, what the address knows
// is offered below; a press puts it in the line's place.

const QUIET_MS = 250;
const SHORTEST = 2;

/** Where the line with the cursor begins and ends. */
function lineAt(area) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const end = area.value.indexOf("\n", area.selectionStart);
  return { start, end: end < 0 ? area.value.length : end };
}

function option(entry, choose) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "suggestion";
  const number = document.createElement("strong");
  number.textContent = entry.number;
  button.append(number, ` ${entry.title} · ${entry.status}`);
  button.addEventListener("click", () => choose(entry));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function bind(area) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.setAttribute("aria-label", area.dataset.suggestLabel);
  list.hidden = true;
  area.closest(".field-control").after(list);
  let timer = 0;
  let asked = "";

  const choose = (entry) => {
    const { start, end } = lineAt(area);
    area.setRangeText(entry.number, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    list.hidden = true;
    area.focus();
  };

  async function ask() {
    const { start, end } = lineAt(area);
    const text = area.value.slice(start, end).trim();
    if (text.length < SHORTEST) {
      list.hidden = true;
      return;
    }
    asked = text;
    try {
      const answer = await fetch(`${area.dataset.suggest}?q=${encodeURIComponent(text)}`, { credentials: "same-origin" });
      const entries = answer.ok ? await answer.json() : [];
      if (asked !== text) return; // Something else was typed meanwhile.
      const others = entries.filter((entry) => entry.number !== text);
      list.replaceChildren(...others.map((entry) => option(entry, choose)));
      list.hidden = others.length === 0;
    } catch {
      list.hidden = true; // It is a help, and nothing is lost without it.
    }
  }

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, QUIET_MS);
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") list.hidden = true;
  });
  for (const part of [area, list]) {
    part.addEventListener("focusout", (event) => {
      if (event.relatedTarget !== area && !list.contains(event.relatedTarget)) list.hidden = true;
    });
  }
}

export function bindSuggest(root) {
  for (const area of root.querySelectorAll("textarea[data-suggest]")) bind(area);
}
