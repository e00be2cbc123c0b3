// A picture in data-crop="own" can be cut by dragging a frame over it: the frame is written into the numbers of the form
// data-crop-form, whose choice `shape` becomes "own". Whatever is chosen or typed there shows as a frame in turn.

const ASPECTS = { square: 1, landscape: 4 / 3, portrait: 3 / 4 };
const WHOLE = { left: 0, top: 0, width: 100, height: 100 };
const SMALLEST = 2; // per cent; less is a click and no frame

const rounded = (share) => Math.round(share * 10) / 10;
const within = (share) => Math.min(Math.max(share, 0), 100);

/** The largest part in the middle with this proportion of width to height, in per cent. */
function centred(aspect, image) {
  const own = image.naturalWidth / image.naturalHeight;
  const width = own > aspect ? (aspect / own) * 100 : 100;
  const height = own > aspect ? 100 : (own / aspect) * 100;
  return { left: (100 - width) / 2, top: (100 - height) / 2, width, height };
}

function typed(form) {
  const shares = Object.keys(WHOLE).map((name) => [name, Number(form.elements[name].value)]);
  return shares.every(([, share]) => share >= 0 && share <= 100) ? Object.fromEntries(shares) : WHOLE;
}

function bind(box) {
  const form = document.getElementById(box.dataset.cropForm);
  const image = box.querySelector("img");
  const frame = document.createElement("div");
  frame.className = "crop-frame";
  frame.setAttribute("aria-hidden", "true");
  box.append(frame);
  box.classList.add("is-active");
  box.parentElement.querySelector("[data-crop-hint]").hidden = false;

  const draw = () => {
    const shape = form.elements.shape.value;
    const place = shape === box.dataset.crop ? typed(form) : ASPECTS[shape] ? centred(ASPECTS[shape], image) : WHOLE;
    for (const [name, share] of Object.entries(place)) frame.style[name] = `${share}%`;
  };

  const at = (event) => {
    const edge = image.getBoundingClientRect();
    return {
      x: within(((event.clientX - edge.left) / edge.width) * 100),
      y: within(((event.clientY - edge.top) / edge.height) * 100),
    };
  };

  const choose = (from, to) => {
    const left = rounded(Math.min(from.x, to.x));
    const top = rounded(Math.min(from.y, to.y));
    const width = Math.min(rounded(Math.abs(to.x - from.x)), rounded(100 - left));
    const height = Math.min(rounded(Math.abs(to.y - from.y)), rounded(100 - top));
    if (width < SMALLEST || height < SMALLEST) return;
    form.elements.shape.value = box.dataset.crop;
    for (const [name, share] of Object.entries({ left, top, width, height })) form.elements[name].value = String(share);
    draw();
  };

  let from = null;
  box.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    from = at(event);
  });
  box.addEventListener("pointermove", (event) => {
    if (from) choose(from, at(event));
  });
  for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => (from = null));
  form.addEventListener("input", draw);
  image.addEventListener("load", draw);
  draw();
}

export function bindCrop(root) {
  for (const box of root.querySelectorAll("[data-crop]")) bind(box);
}
