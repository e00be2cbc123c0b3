// Everything works without this file; it only saves waiting and loss. Each part binds itself by data attributes.
import { bindErrorSummary } from "./errors.js";
import { bindOnce } from "./once.js";
import { bindPasskeys } from "./passkey.js";
import { bindRows } from "./rows.js";
import { bindSubmitNow } from "./submit-now.js";
import { bindUnsaved } from "./unsaved.js";
import { bindUpload } from "./upload.js";

bindErrorSummary(document);
bindPasskeys(document);
bindRows(document);
bindUpload(document);
bindUnsaved(document);
bindOnce(document);
bindSubmitNow(document);
