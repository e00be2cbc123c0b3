// Repeatable rows: adds and removes them in the page. Where this does not run, or no row is left to copy, the same
// buttons submit the form and the server does it.

/** Writes the row's place into every name, id and reference: factories-0-city becomes factories-2-city. */
function renumber(list, prefix) {
  const rows = list.querySelectorAll(":scope > [data-row]");
  rows.forEach((row, index) => {
    const pattern = new RegExp(`(^|\\s)${prefix}-\\d+(?=-|$|\\s)`, "g");
    const replacement = `$1${prefix}-${index}`;
    for (const element of row.querySelectorAll("[id], [name], [for], [aria-describedby], [value]")) {
      for (const attribute of ["id", "name", "for", "aria-describedby"]) {
        const value = element.getAttribute(attribute);
        if (value) element.setAttribute(attribute, value.replace(pattern, replacement));
      }
      if (element.hasAttribute("data-remove")) element.value = element.value.replace(pattern, replacement);
    }
    const number = row.querySelector("[data-row-number]");
    if (number) number.textContent = String(index + 1);
  });
  return rows;
}

/** Empties a copied row: nothing typed, nothing found wrong. */
function clear(row) {
  for (const control of row.querySelectorAll("input, select, textarea")) {
    if (control.type === "checkbox" || control.type === "radio") control.checked = false;
    else if (control.tagName === "SELECT") control.selectedIndex = 0;
    else control.value = "";
    control.removeAttribute("aria-invalid");
  }
  for (const error of row.querySelectorAll(".field-error")) error.remove();
  for (const field of row.querySelectorAll(".is-invalid")) field.classList.remove("is-invalid");
}

function focusFirst(row) {
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

export function bindRows(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-add], [data-remove]");
    const group = button?.closest("[data-rows]");
    if (!group) return;
    const list = group.querySelector(".rows-list");
    const rows = list.querySelectorAll(":scope > [data-row]");

    if (button.hasAttribute("data-add")) {
      const last = rows[rows.length - 1];
      if (!last) return;
      event.preventDefault();
      const row = last.cloneNode(true);
      clear(row);
      list.append(row);
      renumber(list, group.dataset.rows);
      focusFirst(row);
    } else {
      event.preventDefault();
      const row = button.closest("[data-row]");
      const next = row.nextElementSibling ?? row.previousElementSibling;
      if (next) {
        row.remove();
        renumber(list, group.dataset.rows);
        focusFirst(next);
      } else {
        clear(row);
        focusFirst(row);
      }
    }
    group.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
  });
}
