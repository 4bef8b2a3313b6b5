// What the page does by itself: go to a source, unfold sources on a narrow screen, light and dark.
(() => {
  const THEME = "openstance-theme";
  const motion = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  let cameFrom = null;

  function unfold(button, open) {
    button.setAttribute("aria-expanded", String(open));
  }

  function showSource(mark) {
    const source = document.getElementById(mark.hash.slice(1));
    if (!source) return;
    const fold = source.closest(".sources")?.querySelector(".fold");
    if (fold) unfold(fold, true);
    source.scrollIntoView({ block: "nearest", behavior: motion() });
    source.focus({ preventScroll: true });
    cameFrom = mark;
  }

  function dark(on) {
    document.documentElement.classList.toggle("dark", on);
    document.body.classList.toggle("dark", on);
  }

  function remembered() {
    try {
      return localStorage.getItem(THEME);
    } catch {
      return null; // Storage may be denied, as in a private window inside a frame.
    }
  }

  function switchTheme() {
    const on = !document.body.classList.contains("dark");
    dark(on);
    try {
      localStorage.setItem(THEME, on ? "dark" : "light");
    } catch {
      // Then the choice lasts as long as the page.
    }
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest) return;
    const mark = event.target.closest("a.mark");
    const fold = event.target.closest("button.fold");
    if (mark) {
      // Not followed: the page's base address would load it anew and lose the conversation.
      event.preventDefault();
      showSource(mark);
    } else if (fold) {
      unfold(fold, fold.getAttribute("aria-expanded") !== "true");
    } else if (event.target.closest("button.theme")) {
      switchTheme();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && cameFrom?.isConnected && document.activeElement?.classList.contains("quote")) {
      cameFrom.focus();
    }
  });

  window.openstance = {
    // Buttons that hold a question ask it.
    asks(element, trigger) {
      element.addEventListener("click", (event) => {
        const button = event.target.closest("[data-ask]");
        if (button) trigger("click", { question: button.dataset.ask });
      });
    },

    // A new question comes to the top once; while its answer grows nothing moves.
    live(element, watch) {
      let shown = "";
      watch("value", () => {
        const exchange = element.querySelector(".exchange");
        const id = exchange ? exchange.id : "";
        if (id && id !== shown) {
          exchange.scrollIntoView({ block: "start", behavior: shown ? motion() : "auto" });
          if (document.activeElement === document.body) exchange.focus({ preventScroll: true });
        }
        shown = id;
      });
    },

    controls(element, trigger, watch) {
      const chosen = remembered();
      if (chosen) dark(chosen === "dark");
      const speak = () => {
        const part = element.querySelector("[lang]");
        if (part) document.documentElement.lang = part.lang;
      };
      watch("value", speak);
      speak();
      element.addEventListener("click", (event) => {
        const button = event.target.closest("[data-language]");
        if (button) trigger("select", { language: button.dataset.language });
      });
    },
  };
})();
