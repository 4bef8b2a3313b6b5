// Who writes: what can be chosen, choosing it, and keeping the choice for the next visit.
(() => {
  const page = window.openstance;
  const WRITER = "openstance-writer";
  page.writer = page.kept(WRITER) || "";

  // While a model is read the panel may be open: only the button changes then.
  function show(line) {
    const place = page.at("picker");
    if (line.going) place.querySelector(".picker-button").textContent = line.said;
    else place.innerHTML = line.html;
    if (line.said && !line.going) page.tell(line.said);
    page.writer = line.chosen;
  }

  async function choose(wanted) {
    page.at("writers")?.hidePopover?.();
    try {
      const answer = await page.post("writer", { wanted, before: page.writer, language: page.language });
      if (!answer.ok) throw new Error(`/talk/writer: ${answer.status}`);
      const before = page.writer;
      await page.lines(answer, show);
      if (wanted && page.writer !== before) page.keep(WRITER, page.writer);
    } catch {
      if (wanted) page.emit("lost");
    }
  }

  page.on("filled", () => choose(""));

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-writer]");
    if (button) choose(button.dataset.writer);
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.endpoint")) return;
    event.preventDefault();
    const typed = event.target.elements.writer.value.trim();
    if (typed) choose(typed);
  });
})();
