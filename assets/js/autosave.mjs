// Keeps a draft of a form on the school's server, never in the browser: 2 seconds after typing stops, and when the
// page is left or the phone put away. Says politely what became of it.
const AFTER_MS = 2000;
const AGAIN_MS = 15000;

const SAVED = "Draft saved on the school’s server, not on this device.";
const SIGNED_OUT = "You have been signed out. What you wrote is kept on the school’s server. Leave this page open, sign in again in a new tab, then send the report here. ";
const BESIDE = "This report was changed on another page or device since you opened it. Both versions are kept as drafts. ";
const SENT_SINCE = "This report was sent already. What you wrote since is kept as a draft. To add it to the report, send it once more.";
const SENT = "This report was sent already. To add what you wrote since, send it once more.";
const FULL = "This draft is not saved: you have too many. Keep this page open and delete another draft. ";
const NOT_SAVED = "This draft is not saved. Keep this page open: Candour tries again.";

export function autosave() {
  for (const form of document.querySelectorAll("form[data-autosave]")) keepDrafts(form);
}

function keepDrafts(form) {
  const state = form.querySelector("[data-autosave-state]");
  let changes = 0;
  let saved = 0;
  let isBeingSent = false;
  let timer;
  let underWay;

  // Words that were announced already say nothing new, and are not announced again.
  const say = (words, href, link) => {
    if (state.dataset.says === words) return;
    state.dataset.says = words;
    state.textContent = words;
    if (!href) return;
    const leads = document.createElement("a");
    Object.assign(leads, { href, textContent: link, className: "govuk-link", target: "_blank", rel: "noopener" });
    state.append(leads);
  };
  const saveAfter = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  };

  async function save() {
    clearTimeout(timer);
    if (isBeingSent || saved === changes) return;
    const upTo = changes;
    underWay?.abort();
    const mine = (underWay = new AbortController());
    let status;
    try {
      status = await post(form, mine.signal);
    } catch {
      status = 0;
    }
    if (mine.signal.aborted) return;
    if ([201, 202, 204, 208, 303, 409].includes(status)) saved = upTo;
    else saveAfter(AGAIN_MS);
    if (status === 204 || status === 303) say(SAVED);
    else if (status === 201) say(BESIDE, "/drafts", "See your drafts (opens in a new tab)");
    else if (status === 208) say(SENT_SINCE);
    else if (status === 202) say(SIGNED_OUT, "/signin?return_to=%2Fdrafts", "Sign in (opens in a new tab)");
    else if (status === 409) say(SENT);
    else if (status === 507) say(FULL, "/drafts", "See your drafts (opens in a new tab)");
    else say(NOT_SAVED);
  }

  form.addEventListener("input", () => {
    isBeingSent = false;
    changes += 1;
    saveAfter(AFTER_MS);
  });
  form.addEventListener("submit", () => {
    isBeingSent = true;
    clearTimeout(timer);
    underWay?.abort();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
}

// A page that is left may finish a small request; browsers refuse that for more than 64 KiB. The server only leads on
// (and hides where to) once it has kept the draft.
async function post(form, signal) {
  const body = new URLSearchParams(new FormData(form));
  const keepalive = body.toString().length < 60000;
  const answer = await fetch(form.dataset.autosave, { method: "POST", body, signal, keepalive, redirect: "manual" });
  return answer.type === "opaqueredirect" ? 303 : answer.status;
}
