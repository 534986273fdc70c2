// Suggests names while one is typed: the combobox pattern of the ARIA Authoring Practices, over a field that works
// without it. What is typed goes in the body of a request, never in an address; what comes back is shown as text.
const AFTER_MS = 150;
const LEAST = 2;

export function suggestNames() {
  for (const place of document.querySelectorAll("[data-suggest]")) {
    const field = place.querySelector("input[type=text]");
    if (field) suggestFor(field, place.dataset.suggest);
  }
}

function made(name, properties, attributes) {
  const element = Object.assign(document.createElement(name), properties);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}

function suggestFor(field, address) {
  const list = made("ul", { id: `${field.id}-names`, className: "own-names", hidden: true }, { role: "listbox", "aria-label": "Names" });
  const told = made("div", { className: "govuk-visually-hidden" }, { role: "status" });
  const around = made("div", { className: "own-names-around" }, {});
  field.before(around);
  around.append(field, list, told);
  for (const [attribute, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    field.setAttribute(attribute, value);
  }
  let timer;
  let underWay;
  let at = -1;

  const close = () => {
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const stop = () => {
    clearTimeout(timer);
    underWay?.abort();
  };
  const take = (option) => {
    stop();
    field.value = option.dataset.value;
    told.textContent = "";
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    stop();
  };
  const mark = (to) => {
    at = to;
    [...list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    if (at < 0) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const show = (names) => {
    list.replaceChildren(
      ...names.map(({ name, year }, n) => {
        const words = year ? `${name}, ${year}` : name;
        const option = made("li", { id: `${list.id}-${n}`, className: "own-names__one", textContent: words }, { role: "option", "aria-selected": "false" });
        option.dataset.value = words;
        option.addEventListener("mousedown", (event) => event.preventDefault());
        option.addEventListener("click", () => take(option));
        return option;
      }),
    );
    at = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = names.length === 0;
    field.setAttribute("aria-expanded", String(names.length > 0));
    told.textContent = names.length === 1 ? "1 name suggested" : `${names.length} names suggested`;
  };

  async function ask() {
    const typed = field.value.trim();
    if (typed.length < LEAST) return close();
    const mine = (underWay = new AbortController());
    try {
      const body = new URLSearchParams({ csrf: field.form.elements.csrf.value, typed });
      const answer = await fetch(address, { method: "POST", body, signal: mine.signal, redirect: "manual" });
      const names = answer.ok ? await answer.json() : [];
      if (!mine.signal.aborted && document.activeElement === field) show(names);
    } catch {
      // A name can always be typed whole: nothing is said if nothing could be suggested.
      if (!mine.signal.aborted) close();
    }
  }

  field.addEventListener("input", () => {
    stop();
    timer = setTimeout(ask, AFTER_MS);
  });
  field.addEventListener("blur", () => {
    stop();
    close();
  });
  field.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(at === last ? -1 : at + 1);
    else if (event.key === "ArrowUp") mark(at < 0 ? last : at - 1);
    else if (event.key === "Enter" && at >= 0) take(list.children[at]);
    else if (event.key === "Escape") return close();
    else return;
    event.preventDefault();
  });
}
