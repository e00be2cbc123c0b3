// A form marked data-autosave="正在保存…" saves itself while somebody types, and says so beside [data-autosave-status].
// What is wrong with what was typed is shown at its field at once. Files are left for the button: half an upload is
// worth nothing. Where anything goes wrong, nothing is lost: the page stays as it is and the button still works.

const QUIET_MS = 1_500; // after the last key
const RETRY_MS = 10_000; // while the network is away

/** Everything that is typed, without files. */
function typed(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
  data.set("save", "auto");
  return data;
}

/** Shows a message at the control with this name, or takes it away again. */
function tell(form, name, text) {
  const control = form.elements.namedItem(name);
  const field = (control instanceof RadioNodeList ? control[0] : control)?.closest(".field");
  if (!field) return;
  const old = field.querySelector(":scope > .field-error, .field-error[data-autosaved]");
  if (!text) {
    if (old?.hasAttribute("data-autosaved")) {
      old.remove();
      field.classList.remove("is-invalid");
    }
    return;
  }
  const line = old ?? document.createElement("p");
  line.className = "field-error";
  line.dataset.autosaved = "";
  line.setAttribute("role", "status");
  line.textContent = text;
  if (!old) field.querySelector(".field-control, .choices")?.before(line);
  field.classList.add("is-invalid");
}

/** What the page came with is told as well: it goes when it is mended. */
function told(form) {
  const names = new Set();
  for (const line of form.querySelectorAll(".field.is-invalid .field-error")) {
    const name = line.closest(".field").querySelector("[name]")?.name;
    if (!name) continue;
    line.dataset.autosaved = "";
    names.add(name);
  }
  return names;
}

/** Shows what is wrong now, and takes away what no longer is. */
function showProblems(form, problems, shown) {
  for (const name of shown) if (!(name in problems)) tell(form, name, "");
  for (const [name, text] of Object.entries(problems)) tell(form, name, text);
  return new Set(Object.keys(problems));
}

/** Puts what has become known besides into controls that say nothing yet. */
function fillIn(form, filled) {
  for (const [name, value] of Object.entries(filled)) {
    const control = form.elements.namedItem(name);
    if (control instanceof Element && !control.value) control.value = value;
  }
  form.dispatchEvent(new CustomEvent("autosave:filled", { bubbles: true, detail: filled }));
}

/** Shows what is worth a second look under its field. */
function showNotes(form, notes) {
  for (const place of form.querySelectorAll("[data-notes]")) {
    const texts = notes[place.dataset.notes] ?? [];
    place.replaceChildren(
      ...texts.map((text) => {
        const line = document.createElement("p");
        line.className = "field-note";
        line.textContent = text;
        return line;
      }),
    );
  }
}

function bind(form, status) {
  let timer = 0;
  let busy = false;
  let again = false;
  let stopped = false;
  let pressed = null; // the button that waits for a save under way
  let shown = told(form);
  let typing = false; // something has been typed that is not on its way yet

  const say = (text, tone) => {
    status.textContent = text;
    status.classList.toggle("is-warning", tone === "warning");
  };
  const later = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  };
  const touched = () => {
    typing = true;
    later(QUIET_MS);
  };

  async function save() {
    if (stopped) return;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    typing = false;
    say(form.dataset.autosave);
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: typed(form),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        redirect: "manual",
      });
      const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
      if (answer.ok && isJson) {
        const saved = await answer.json();
        form.elements.namedItem("revision").value = saved.revision;
        fillIn(form, saved.filled);
        shown = showProblems(form, saved.problems, shown);
        showNotes(form, saved.notes);
        say(saved.message);
        form.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true }));
      } else {
        stopped = true;
        say(isJson ? (await answer.json()).message : form.dataset.autosaveFailed, "warning");
      }
    } catch {
      typing = true;
      say(form.dataset.autosaveOffline, "warning");
      later(RETRY_MS);
    } finally {
      busy = false;
      if (pressed) {
        form.requestSubmit(pressed);
      } else if (again) {
        again = false;
        later(0);
      }
    }
  }

  for (const name of ["input", "change", "rows:changed"]) form.addEventListener(name, touched);
  window.addEventListener("online", () => {
    if (typing) later(0); // Nobody's page is made an old one by a network that comes back.
  });
  form.addEventListener("submit", (event) => {
    stopped = true;
    clearTimeout(timer);
    if (busy && !pressed) {
      // The page would be told that somebody else had changed it, which was itself.
      pressed = event.submitter;
      event.preventDefault();
    }
  });
}

export function bindAutosave(root) {
  const status = root.querySelector("[data-autosave-status]");
  for (const form of root.querySelectorAll("form[data-autosave]")) if (status) bind(form, status);
}
