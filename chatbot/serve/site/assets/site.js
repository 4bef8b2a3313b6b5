// What the pages of documents do beyond links: light and dark, tooltips in drawings, a sentence chosen and shared.
(() => {
  const root = document.documentElement;
  const PLACE = /^#s(\d+)-(\d+)$/;

  function themes() {
    const button = document.querySelector("button.theme");
    button.hidden = false;
    button.addEventListener("click", () => {
      const dark = !root.classList.contains("dark");
      root.classList.toggle("dark", dark);
      root.classList.toggle("light", !dark);
      try {
        localStorage.setItem("openstance-theme", dark ? "dark" : "light");
      } catch {
        // Then the choice lasts as long as the page.
      }
    });
  }

  // The browser's own tooltips come late and never for the keyboard.
  function tooltips() {
    const tip = document.createElement("div");
    tip.className = "tip";
    tip.hidden = true;
    tip.setAttribute("aria-hidden", "true");
    document.body.append(tip);
    const hide = () => (tip.hidden = true);
    const show = (link) => {
      tip.textContent = link.getAttribute("aria-label");
      tip.hidden = false;
      const at = link.getBoundingClientRect();
      const room = root.clientWidth - tip.offsetWidth - 8;
      const left = Math.max(8, Math.min(room, at.left + at.width / 2 - tip.offsetWidth / 2));
      const above = at.top - tip.offsetHeight - 6;
      tip.style.left = `${left}px`;
      tip.style.top = `${above > 4 ? above : at.bottom + 6}px`;
    };
    for (const link of document.querySelectorAll(".plot a")) {
      link.querySelector("title")?.remove();
      for (const event of ["pointerenter", "focus"]) link.addEventListener(event, () => show(link));
      for (const event of ["pointerleave", "blur"]) link.addEventListener(event, hide);
    }
    addEventListener("keydown", (event) => event.key === "Escape" && hide());
    addEventListener("scroll", hide, { passive: true });
    // The newest is what most come for.
    for (const plot of document.querySelectorAll(".plot")) plot.scrollLeft = plot.scrollWidth;
  }

  // A place in the text: the sentence of that name, else those that it overlaps.
  function named(hash) {
    const place = PLACE.exec(hash);
    if (!place) return [];
    const exact = document.getElementById(hash.slice(1));
    if (exact) return [exact];
    const [from, to] = [Number(place[1]), Number(place[2])];
    return [...document.querySelectorAll(".s")].filter((sentence) => {
      const [, start, end] = PLACE.exec(`#${sentence.id}`);
      return Number(start) < to && from < Number(end);
    });
  }

  function sentences() {
    const bar = document.querySelector(".pick");
    if (!bar) return;
    const all = [...document.querySelectorAll(".s")];
    const status = bar.querySelector("[role=status]");
    let chosen = [];

    function choose(found, scroll) {
      chosen.forEach((sentence) => sentence.classList.remove("chosen"));
      chosen = found;
      chosen.forEach((sentence) => sentence.classList.add("chosen"));
      bar.classList.toggle("some", chosen.length > 0);
      status.textContent = "";
      if (scroll && chosen.length) chosen[0].scrollIntoView({ block: "center" });
    }

    function go(sentence, scroll) {
      history.replaceState(null, "", sentence ? `#${sentence.id}` : location.pathname + location.search);
      choose(sentence ? [sentence] : [], scroll);
    }

    const seen = () => all.find((sentence) => sentence.getBoundingClientRect().bottom > 0) ?? all[0];

    document.querySelector(".document").addEventListener("click", (event) => {
      const sentence = event.target.closest(".s");
      // Who follows a link or marks text with the mouse does not choose.
      if (sentence && !event.target.closest("a") && getSelection().isCollapsed) go(sentence, false);
    });

    bar.addEventListener("click", async (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.step) {
        const last = chosen[0];
        const next = last ? all[all.indexOf(last) + Number(button.dataset.step)] : seen();
        if (next) {
          go(next, true);
          status.textContent = next.textContent;
        }
      } else if (button.dataset.copy) {
        if (!chosen.length) go(seen(), true);
        try {
          await navigator.clipboard.writeText(location.href);
          status.textContent = button.dataset.copy;
          bar.classList.add("copied");
          setTimeout(() => bar.classList.remove("copied"), 2000);
        } catch {
          // Not allowed here; the address bar has the link.
          status.textContent = location.href;
        }
      } else {
        go(null, false);
      }
    });
    bar.hidden = false;
    const arrive = () => choose(named(location.hash), true);
    addEventListener("hashchange", arrive);
    if (location.hash) arrive();
    // On a narrow screen the contents would push the text out of sight.
    if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".contents details")?.removeAttribute("open");
  }

  themes();
  tooltips();
  sentences();
})();
