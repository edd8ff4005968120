// Saves a form while its reader types: <form data-autosave> with an element [data-autosave-status] inside.
//
// The form's own address gets the same POST as the button, asking for JSON:
//   200 {"saved": "10:42am", "fields": {"reading_version": "4"}}   the hidden fields to set, so that the next save follows
//   409                                                            somebody, or another window, was first
// Nothing is taken from the page on a failure; without this script the button saves.

const PAUSE = 1500; // milliseconds without a key before saving
const AGAIN = 10000; // before another try when the server could not be reached

// Files wait for the button: sending one again after every pause would be slow.
const textsOf = (form) => {
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  return body;
};

const watch = (form) => {
  const status = form.querySelector("[data-autosave-status]");
  let timer;
  let saving = false;
  let changed = false;
  const say = (words) => { if (status) status.textContent = words; };
  const later = (delay) => { clearTimeout(timer); timer = setTimeout(save, delay); };

  const save = async () => {
    if (saving || !changed) return;
    saving = true;
    changed = false;
    say("Saving…");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: textsOf(form),
        headers: { Accept: "application/json" },
        redirect: "error",
        keepalive: document.visibilityState === "hidden",
      });
      if (answer.ok) {
        const { saved, fields } = await answer.json();
        for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
        say(`Saved ${saved}`);
      } else if (answer.status === 409) {
        say("Not saved: this was changed in another window. Press the button to see both texts.");
        return;
      } else {
        say("Not saved. Press the button to see why.");
        return;
      }
    } catch {
      changed = true;
      say("Not saved yet: no connection. Trying again.");
      later(AGAIN);
    } finally {
      saving = false;
    }
    if (changed) later(PAUSE);
  };

  form.addEventListener("input", () => { changed = true; say("Not saved yet"); later(PAUSE); });
  form.addEventListener("submit", () => { clearTimeout(timer); changed = false; });
  window.addEventListener("pagehide", () => { if (changed) save(); });
};

document.querySelectorAll("form[data-autosave]").forEach(watch);
