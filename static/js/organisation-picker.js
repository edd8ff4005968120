// Turns a plain search box for organisations into suggestions while typing.
//
//   <input id="search" name="search" data-organisation-picker="/organisations/suggestions" data-chosen="picked">
//
// The address answers ?q=… with [{"id": …, "name": …, "place": …}]. Taking a suggestion puts its id into the form's
// hidden field named by data-chosen; typing again, or a radio button, empties it, and the form then searches as it does
// without this script. Needs window.accessibleAutocomplete, loaded by a script element before this one.

const SHORTEST = 2; // characters
const PAUSE = 200; // milliseconds without a key before the server is asked

const escaped = (text) => {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
};

const suggestions = (address) => {
  let timer;
  let asking = new AbortController();
  return (query, show) => {
    clearTimeout(timer);
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    timer = setTimeout(async () => {
      try {
        const found = await fetch(`${address}?${new URLSearchParams({ q: query })}`, { signal });
        show(found.ok ? await found.json() : []);
      } catch (error) {
        if (error.name !== "AbortError") show([]);
      }
    }, PAUSE);
  };
};

// The menu closes when its box loses the focus, and what is below jumps up: a press on a button would then miss it.
const keepButtonsWhereTheyAre = (box) => {
  document.addEventListener("mousedown", (press) => {
    if (!box.contains(document.activeElement) || box.contains(press.target)) return;
    if (press.target.closest("a, button, label, input[type=radio]")) press.preventDefault();
  });
};

const enhance = (input) => {
  const { form } = input;
  const chosen = form.elements.namedItem(input.dataset.chosen);
  const radios = () => form.querySelectorAll("input[type=radio]");
  const box = document.createElement("div");
  box.addEventListener("input", () => { chosen.value = ""; });
  form.addEventListener("change", ({ target }) => { if (target.type === "radio") chosen.value = ""; });
  input.replaceWith(box);
  keepButtonsWhereTheyAre(box);
  window.accessibleAutocomplete({
    element: box,
    id: input.id,
    name: input.name,
    defaultValue: input.value,
    source: suggestions(input.dataset.organisationPicker),
    minLength: SHORTEST,
    confirmOnBlur: false,
    displayMenu: "inline", // so that the menu never covers the buttons
    templates: {
      inputValue: (found) => typeof found === "string" ? found : found?.name ?? "",
      suggestion: (found) => typeof found === "string" ? escaped(found)
        : `${escaped(found.name)} <span class="app-quiet">${escaped(found.place)}</span>`,
    },
    tNoResults: () => "Nothing fits. Try fewer words, or the postcode.",
    onConfirm: (found) => {
      if (!found?.id) return;
      chosen.value = found.id;
      radios().forEach((radio) => { radio.checked = false; });
    },
  });
  const described = input.getAttribute("aria-describedby");
  const shown = box.querySelector("input");
  if (shown && described) {
    shown.setAttribute("aria-describedby", `${described} ${shown.getAttribute("aria-describedby") ?? ""}`.trim());
  }
};

if (window.accessibleAutocomplete) {
  document.querySelectorAll("input[data-organisation-picker]").forEach(enhance);
}
