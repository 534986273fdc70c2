// A second press on "Send report" while the first is under way sends nothing. The button stays enabled, so that
// its name and value are sent and the focus is not lost. The server has its own guard (the idempotency key).
const FOR_MS = 5000;

export function guardDoubleSubmit() {
  const sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    const now = performance.now();
    if (now - (sent.get(form) ?? -FOR_MS) < FOR_MS) event.preventDefault();
    else sent.set(form, now);
  });
}
