// A form marked data-unsaved asks before typing is lost. The browser words the question itself.
export function bindUnsaved(root) {
  const changed = new Set();

  const note = (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute("data-unsaved")) changed.add(form);
  };
  root.addEventListener("input", note);
  root.addEventListener("change", note);
  root.addEventListener("rows:changed", (event) => {
    const form = event.target.closest("form[data-unsaved]");
    if (form) changed.add(form);
  });

  root.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) changed.delete(event.target);
  });

  root.addEventListener("autosave:saved", (event) => changed.delete(event.target));

  window.addEventListener("beforeunload", (event) => {
    if (changed.size > 0) event.preventDefault();
  });
}
