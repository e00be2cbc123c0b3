// Moves the focus to the list of errors when the page opens, where the autofocus attribute is not honoured.
export function bindErrorSummary(root) {
  const summary = root.querySelector("[data-error-summary]");
  window.addEventListener("load", () => {
    if (summary && root.activeElement !== summary) summary.focus();
  });
}
