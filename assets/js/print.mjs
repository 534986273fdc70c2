// "Print this page" buttons are in the page but hidden: without scripts they could do nothing.
export function printButtons() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}
