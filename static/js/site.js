// Everything works without this file; it only saves waiting and loss. Each part binds itself by data attributes.
import { bindAutosave } from "./autosave.js";
import { bindCrop } from "./crop.js";
import { bindErrorSummary } from "./errors.js";
import { bindFind } from "./find.js";
import { bindOnce } from "./once.js";
import { bindPasskeys } from "./passkey.js";
import { bindPick } from "./pick.js";
import { bindProgress } from "./progress.js";
import { bindRows } from "./rows.js";
import { bindSubmitNow } from "./submit-now.js";
import { bindSuggest } from "./suggest.js";
import { bindUnsaved } from "./unsaved.js";
import { bindUpload } from "./upload.js";

bindAutosave(document);
bindCrop(document);
bindErrorSummary(document);
bindPasskeys(document);
bindPick(document);
bindProgress(document);
bindRows(document);
bindSuggest(document);
bindUpload(document);
bindUnsaved(document);
bindFind(document);
bindOnce(document);
bindSubmitNow(document);
