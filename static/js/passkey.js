// A form with data-passkey="get" or "create" asks the browser for a passkey when its button is pressed, puts the
// answer into its field `credential` and is then sent as usual. Without passkeys in the browser the button stays
// dead, and the sentence beside it says so.

const fromBase64Url = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));

const toBase64Url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const withBytes = (list) => (list || []).map((each) => ({ ...each, id: fromBase64Url(each.id) }));

/** What the page carries is JSON; the browser wants bytes. */
function readOptions(json) {
  const options = JSON.parse(json);
  options.challenge = fromBase64Url(options.challenge);
  if (options.user) options.user.id = fromBase64Url(options.user.id);
  if (options.excludeCredentials) options.excludeCredentials = withBytes(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = withBytes(options.allowCredentials);
  return options;
}

/** And the other way round. */
function written(credential) {
  const { response } = credential;
  const parts = { clientDataJSON: toBase64Url(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = toBase64Url(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toBase64Url(credential.rawId),
    type: credential.type,
    response: parts,
    clientExtensionResults: {},
  });
}

async function ask(part) {
  const publicKey = readOptions(part.dataset.options);
  const credential =
    part.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
  return written(credential);
}

function bind(part) {
  const form = part.closest("form");
  const button = part.querySelector("[data-passkey-button]");
  const failed = part.querySelector("[data-passkey-failed]");
  button.disabled = false;
  part.querySelector("[data-passkey-missing]").hidden = true;
  // Before all others: what is not answered yet is not sent, and its button not held.
  form.addEventListener(
    "submit",
    (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      event.stopPropagation();
      failed.hidden = true;
      button.disabled = true;
      ask(part).then(
        (answer) => {
          form.elements.credential.value = answer;
          button.disabled = false;
          form.requestSubmit(button);
        },
        () => {
          button.disabled = false;
          failed.textContent = part.dataset.failed;
          failed.hidden = false;
        },
      );
    },
    true,
  );
}

export function bindPasskeys(root) {
  if (!window.PublicKeyCredential) return;
  for (const part of root.querySelectorAll("[data-passkey]")) bind(part);
}
