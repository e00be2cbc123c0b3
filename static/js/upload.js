// Says which file was chosen and how large it is, and warns above data-max-bytes before a long upload is wasted.

const MEGABYTE = 1_048_576;

function readableSize(bytes) {
  return bytes >= MEGABYTE ? `${(bytes / MEGABYTE).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

function describe(box) {
  const input = box.querySelector("input[type=file]");
  const chosen = box.querySelector("[data-upload-chosen]");
  const limit = Number(box.dataset.maxBytes) || Infinity;
  const files = Array.from(input.files);
  const tooLarge = files.filter((file) => file.size > limit);
  const listed = tooLarge.length > 0 ? tooLarge : files;
  const lead = tooLarge.length > 0 ? box.dataset.tooLarge : box.dataset.chosen;
  chosen.textContent = lead + listed.map((file) => `${file.name}（${readableSize(file.size)}）`).join("、");
  chosen.classList.toggle("is-too-large", tooLarge.length > 0);
  chosen.hidden = files.length === 0;
}

export function bindUpload(root) {
  // A quick hand chooses before this runs, and the browser's back button brings chosen files along.
  for (const box of root.querySelectorAll("[data-upload]")) {
    if (box.querySelector("input[type=file]").files.length > 0) describe(box);
  }
  root.addEventListener("change", (event) => {
    const box = event.target.closest?.("[data-upload]");
    if (box && event.target.type === "file") describe(box);
  });
}
