// Suggests names while one is typed: the combobox pattern of the ARIA Authoring Practices, over a field that works
// without it. What is typed goes in the body of a request, never in an address; what comes back is shown as text. Who was
// picked goes with the words in a hidden field, which is emptied as soon as they are changed by hand.
const AFTER_MS = 150;
const LEAST = 2;

export function suggestNames() {
  for (const place of document.querySelectorAll("[data-suggest]")) {
    const list = place.querySelector("textarea");
    const field = list ? addsTo(place, list) : place.querySelector("input[type=text]");
    if (!field) continue;
    suggestFor(field, place, list ? (name) => addLine(place, list, field, name) : (name) => fill(place, field, name));
    if (!list) field.addEventListener("input", () => forget(place));
  }
}

const picked = (place) => [...place.querySelectorAll(`input[name="${place.dataset.picked}"]`)];

// Answers to "Who do you mean?" and what was picked before: both belong to the words that stood there.
function forget(place) {
  for (const which of place.querySelectorAll(".own-which")) which.remove();
  for (const field of picked(place)) field.value = "";
}

function keep(place, id) {
  const empty = picked(place).find((field) => field.type === "hidden" && !field.value);
  if (empty) empty.value = id;
  else place.append(made("input", { type: "hidden", name: place.dataset.picked, value: id }, {}));
}

function fill(place, field, { id, words }) {
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (id) keep(place, id);
}

// A list of names has a field beside it that finds one and adds it as a line.
function addsTo(place, list) {
  const label = made("label", { className: "govuk-label", textContent: "Find a name to add" }, { for: `${list.id}-add` });
  const field = made("input", { id: `${list.id}-add`, className: "govuk-input", type: "text", autocomplete: "off" }, {});
  const group = made("div", { className: "govuk-form-group" }, {});
  group.append(label, field);
  list.closest(".govuk-form-group").after(group);
  // Enter takes a name; it never sends the form from here.
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  return field;
}

function addLine(place, list, field, { id, words }) {
  const before = list.value.trimEnd();
  list.value = before ? `${before}\n${words}` : words;
  field.value = "";
  list.dispatchEvent(new Event("input", { bubbles: true }));
  if (id) keep(place, id);
}

function made(name, properties, attributes) {
  const element = Object.assign(document.createElement(name), properties);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}

function suggestFor(field, place, taken) {
  const button = place.querySelector(".own-find");
  if (button) button.hidden = true;
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
    told.textContent = "";
    close();
    taken({ id: option.dataset.id, words: option.dataset.words });
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
      ...names.map(({ id, words, note }, n) => {
        const shown = note ? `${words} (${note})` : words;
        const option = made("li", { id: `${list.id}-${n}`, className: "own-names__one", textContent: shown }, { role: "option", "aria-selected": "false" });
        option.dataset.words = words;
        if (id) option.dataset.id = id;
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
      const answer = await fetch(place.dataset.suggest, { method: "POST", body, signal: mine.signal, redirect: "manual" });
      const names = answer.ok ? await answer.json() : [];
      if (!mine.signal.aborted && document.activeElement === field) show(names);
    } catch {
      // A name can always be typed whole, or found with the button: nothing is said if nothing could be suggested.
      if (mine.signal.aborted) return;
      if (button) button.hidden = false;
      close();
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
