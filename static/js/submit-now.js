// A form with a part marked data-submit-now only passes on what another site has given: it is sent at once. Whoever
// comes back to the page with the browser's button finds it as it was left, with a button to press.

export function bindSubmitNow(root) {
  const part = root.querySelector("[data-submit-now]");
  const [arrival] = performance.getEntriesByType("navigation");
  if (part && arrival?.type !== "back_forward") part.closest("form").requestSubmit();
}
