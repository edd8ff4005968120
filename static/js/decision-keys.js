// Keys for whoever records decisions while a meeting talks: 1 to 4 choose the answer, Ctrl (or Cmd) and Enter sends the form.
//
//   <p id="keys" hidden>…</p> <form data-decision-keys="keys"> with radio buttons named "decision" </form>
//
// A digit that is typed into a box stays a digit. Without this script the form works as it stands.

const typing = (element) => element.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");

const watch = (form) => {
  const answers = [...form.querySelectorAll("input[name=decision]")];
  document.getElementById(form.dataset.decisionKeys).hidden = false;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    const chosen = answers[Number(event.key) - 1];
    if (!chosen || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    event.preventDefault();
    chosen.checked = true;
    chosen.focus();
  });
};

document.querySelectorAll("form[data-decision-keys]").forEach(watch);
