// Follows work that the page waits for, and loads the page anew when the work is over or has come to its next stage.
//
//   <div data-progress="/address/of/its/progress">… <strong data-progress-words role="status"></strong> <progress></progress></div>
//
// The address answers {"stage": "reading", "at_work": true, "percent": 40 or null}. Without this script the page loads
// itself anew every few seconds.

const OFTEN = 1000; // milliseconds
const SAID = 10; // per cent: a screen reader hears every tenth

const follow = async (box) => {
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-progress-words]");
  let stage, said;
  for (;;) {
    await new Promise((done) => setTimeout(done, OFTEN));
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return location.reload();
      const now = await answer.json();
      stage ??= now.stage;
      if (!now.at_work || now.stage !== stage) return location.reload();
      if (now.percent === null) continue;
      bar.value = now.percent;
      const tenth = Math.floor(now.percent / SAID);
      if (tenth !== said) words.textContent = `${now.percent}%`;
      said = tenth;
    } catch {
      // the network is away for a moment: asked again
    }
  }
};

document.querySelectorAll("[data-progress]").forEach(follow);
