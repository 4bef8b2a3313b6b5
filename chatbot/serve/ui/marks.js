// The marks in an answer: the quote on hover and focus, the source on click; sources unfold on a narrow screen.
(() => {
  const page = window.openstance;
  // Milliseconds: a pointer that only passes by shows nothing, one on its way to the card does not lose it.
  const AFTER = 120;
  let cameFrom = null;
  let shownFor = null;
  let timer = 0;

  const sourceOf = (mark) => page.at(mark.hash.slice(1));

  function unfold(button, open) {
    button.setAttribute("aria-expanded", String(open));
  }

  function showSource(mark) {
    const source = sourceOf(mark);
    if (!source) return;
    hide();
    const fold = source.closest(".sources")?.querySelector(".fold");
    if (fold) unfold(fold, true);
    source.scrollIntoView({ block: "nearest", behavior: page.motion() });
    source.focus({ preventScroll: true });
    cameFrom = mark;
  }

  // --- the card on hover --------------------------------------------------------------------------------------------------

  function fill(tip, source) {
    const card = source.closest(".card");
    const quote = source.querySelector("mark");
    const title = card.querySelector(".title");
    const about = page.make("p", { className: "about-it", text: title.textContent });
    const lang = title.getAttribute("lang");
    if (lang) about.lang = lang;
    const date = card.querySelector("time");
    const said = page.make("p", { className: "said", text: quote.textContent, lang: quote.closest("[lang]").lang });
    tip.replaceChildren(said, about);
    if (date) about.append(" · ", page.make("time", { text: date.textContent, datetime: date.dateTime }));
  }

  function show(mark) {
    const source = sourceOf(mark);
    const tip = page.at("tip");
    if (!source || !tip) return;
    hide();
    fill(tip, source);
    tip.hidden = false;
    const at = mark.getBoundingClientRect();
    const size = tip.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left - 16, innerWidth - size.width - 8));
    const above = at.top - size.height - 6;
    tip.style.left = `${left}px`;
    tip.style.top = `${above > 8 ? above : at.bottom + 6}px`;
    mark.setAttribute("aria-describedby", "tip");
    shownFor = mark;
  }

  function hide() {
    clearTimeout(timer);
    shownFor?.removeAttribute("aria-describedby");
    shownFor = null;
    const tip = page.at("tip");
    if (tip) tip.hidden = true;
  }

  function soon(called) {
    clearTimeout(timer);
    timer = setTimeout(called, AFTER);
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const mark = event.target.closest?.("a.mark");
    if (mark) soon(() => show(mark));
    else if (event.target.closest?.("#tip")) clearTimeout(timer);
    else if (shownFor && document.activeElement !== shownFor) soon(hide);
    else if (!shownFor) clearTimeout(timer);
  });

  document.addEventListener("focusin", (event) => {
    const mark = event.target.closest?.("a.mark");
    if (mark && mark.matches(":focus-visible")) show(mark);
    else hide();
  });

  document.addEventListener("scroll", () => shownFor && hide(), true);

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest) return;
    const mark = event.target.closest("a.mark");
    const fold = event.target.closest("button.fold");
    if (mark) {
      // Not followed: the page's base address would load it anew.
      event.preventDefault();
      showSource(mark);
    } else if (fold) {
      unfold(fold, fold.getAttribute("aria-expanded") !== "true");
    }
  });

  // Before the others that listen for Escape: one press ends one thing.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") return;
      if (shownFor) {
        hide();
        event.preventDefault();
      } else if (cameFrom?.isConnected && document.activeElement?.classList.contains("quote")) {
        cameFrom.focus();
        event.preventDefault();
      }
    },
    true,
  );
})();
