// Counts the words of a section while it is written: <span data-words="NAME" data-most="300"> beside the boxes of a form.
// The server says the same after each save; without this script that is what is seen.

const WORD = /[\p{L}\p{N}]+(?:[’'-][\p{L}\p{N}]+)*/gu;
const count = (text) => (text.match(WORD) || []).length;
const said = (number, most) => {
  if (!most) return `${number} word${number === 1 ? "" : "s"}`;
  return number <= most ? `${number} of at most ${most} words` : `${number} words: ${number - most} too many`;
};

for (const shown of document.querySelectorAll("[data-words]")) {
  const form = shown.closest("form");
  const boxes = () => [...form.querySelectorAll("textarea")].filter(({ name }) =>
    name === shown.dataset.words || (shown.dataset.words === "recommendations" && /^rows-\d+-text$/.test(name)));
  form.addEventListener("input", (event) => {
    const mine = boxes();
    if (!mine.includes(event.target)) return;
    shown.textContent = said(mine.reduce((sum, box) => sum + count(box.value), 0), Number(shown.dataset.most));
  });
}
