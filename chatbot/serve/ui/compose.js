// Where questions are typed: Enter asks, Shift+Enter starts a line, nothing is sent while a word is still being composed.
(() => {
  const page = window.openstance;
  let editing = null;

  const box = () => page.at("ask-text");

  function grow() {
    if (CSS.supports("field-sizing", "content")) return;
    box().style.height = "auto";
    box().style.height = `${box().scrollHeight + 2}px`;
  }

  function send() {
    const text = box().value;
    if (!text.trim()) return;
    const replaced = editing;
    endEdit();
    box().value = "";
    grow();
    if (replaced) page.remove(replaced);
    page.ask(text);
  }

  page.edit = (entry) => {
    editing = entry;
    entry.node.classList.add("edited");
    page.at("editing").hidden = false;
    box().value = entry.record.question;
    grow();
    box().focus();
    page.say(page.words.editing);
    page.emit("editing");
  };

  function endEdit() {
    if (!editing) return false;
    editing.node.classList.remove("edited");
    editing = null;
    page.at("editing").hidden = true;
    return true;
  }

  page.on("filled", () => {
    editing = null;
    box().addEventListener("input", grow);
    box().addEventListener("keydown", (event) => {
      // 229: what Safari says of the Enter that ends a composition.
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        send();
      } else if (event.key === "ArrowUp" && !box().value) {
        const last = page.entries().at(-1);
        if (last && last.record.state !== "going") {
          event.preventDefault();
          page.edit(last);
        }
      }
    });
    page.at("ask").addEventListener("click", send);
    page.at("stop").addEventListener("click", () => {
      page.stop();
      box().focus();
    });
    page.at("edit-end").addEventListener("click", () => {
      endEdit();
      box().value = "";
      grow();
      box().focus();
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || page.at("talks")?.open) return;
    if (page.stop()) return;
    if (endEdit()) box().value = "";
  });

  // Buttons that hold a question ask it.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-ask]");
    if (button) {
      endEdit();
      page.ask(button.dataset.ask);
    }
  });

  page.on("started", (wanted) => {
    // On a touch screen this would bring up a keyboard over half of the page.
    if (matchMedia("(hover: hover)").matches) box().focus({ preventScroll: true });
    const question = (wanted.get("q") || "").slice(0, box().maxLength);
    if (wanted.has("q") || wanted.has("lang")) history.replaceState(null, "", location.pathname);
    if (question.trim()) page.ask(question);
    else page.emit("unasked");
  });
})();
