// A button that copies the text of a box. Without scripts it stays hidden, and the box can be selected and copied.
for (const button of document.querySelectorAll("[data-copies]")) {
  const box = document.getElementById(button.dataset.copies);
  const said = document.getElementById(`${button.dataset.copies}-copied`);
  button.hidden = false;
  button.addEventListener("click", async () => {
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
      said.textContent = "Copied.";
    } catch {
      said.textContent = "Press Ctrl and C (on a Mac Command and C) to copy it.";
    }
  });
}
