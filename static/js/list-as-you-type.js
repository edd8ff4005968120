// A list that follows its search form while somebody types or chooses.
//
//   <form method="get" data-list="found" data-list-count="count">…</form>
//   <p id="count" role="status">12 organisations</p>
//   <div id="found">…</div>
//
// Asks the form's own address and takes the two parts out of the page that comes back. The count is a live region that
// stays where it is, so that it is read out; the focus never moves; the address of the page follows, so that reload, back
// and a copied link give the same list. Without this script the form's button does the same.

const PAUSE = 300; // milliseconds without a key before the server is asked

const addressOf = (form) => {
  const given = [...new FormData(form)].filter(([, value]) => value.trim());
  const query = new URLSearchParams(given).toString();
  return query ? `${form.action}?${query}` : form.action;
};

const follow = (form) => {
  const found = document.getElementById(form.dataset.list);
  const count = document.getElementById(form.dataset.listCount);
  let timer;
  let asking = new AbortController();

  const show = async () => {
    asking = new AbortController();
    const { signal } = asking;
    const address = addressOf(form);
    try {
      const answer = await fetch(address, { signal });
      if (!answer.ok || answer.redirected) return; // the button then says what is wrong
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (signal.aborted) return;
      found.replaceChildren(...page.getElementById(found.id).childNodes);
      count.replaceChildren(...page.getElementById(count.id).childNodes);
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") console.warn("The list could not follow", error);
    } finally {
      if (!signal.aborted) found.removeAttribute("aria-busy");
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    asking.abort();
    found.setAttribute("aria-busy", "true");
    timer = setTimeout(show, PAUSE);
  });
  form.addEventListener("submit", () => { clearTimeout(timer); asking.abort(); });
};

document.querySelectorAll("form[data-list]").forEach(follow);
