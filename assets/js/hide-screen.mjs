// Hide screen: another person walked in. The page goes blank at once, then the server is asked to lock the session.
// Pressing the button works without this script; pressing Escape three times needs it.
const PRESSES = 3;
const WITHIN_MS = 1500;

export function hideScreen() {
  const form = document.getElementById("hide-screen-form");
  if (!form) return;

  const blank = () => {
    document.documentElement.classList.add("is-hidden");
    document.title = form.dataset.hiddenTitle ?? "";
  };
  form.addEventListener("submit", blank);

  let presses = 0;
  let since;
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      presses = 0;
      return;
    }
    if (event.repeat) return;
    clearTimeout(since);
    since = setTimeout(() => (presses = 0), WITHIN_MS);
    presses += 1;
    if (presses < PRESSES) return;
    presses = 0;
    blank();
    form.requestSubmit();
  });

  // "Back" must not bring the words back out of the browser's memory: the server decides again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
