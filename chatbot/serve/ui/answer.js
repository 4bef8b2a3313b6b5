// What can be done with an answer: copy it, share it, ask it again, change its question, say what one thinks of it, ask on.
(() => {
  const page = window.openstance;

  const entryOf = (element) => page.entries().find((entry) => entry.node.contains(element));

  // --- copy and share -----------------------------------------------------------------------------------------------------

  // For browsers that give pages no clipboard, as those do that got the page without encryption.
  function copiedByHand(text) {
    const area = page.make("textarea", { className: "unseen", readonly: "" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copiedByHand(text);
    }
  }

  async function copy(button, text, told) {
    const done = await copied(text);
    button.focus({ preventScroll: true });
    page.tell(done ? told : page.words.not_copied);
  }

  page.textOf = (record) => {
    const sources = (record.sources || []).map((source) => {
      const about = [source.title || page.words.untitled, source.date, source.url].filter(Boolean).join(", ");
      return `[${source.n}] ${about}\n    ${source.quote.replace(/\s+/g, " ").trim()}`;
    });
    return [record.answer || "", ...(sources.length ? ["", ...sources] : [])].join("\n");
  };

  function link(record) {
    const address = new URL(location.pathname, location.origin);
    address.searchParams.set("q", record.standalone || record.question);
    address.searchParams.set("lang", page.language);
    return address.href;
  }

  // --- thumbs -------------------------------------------------------------------------------------------------------------

  function pressed(entry) {
    const rated = entry.record.rated;
    entry.node.querySelectorAll(".thumb").forEach((thumb) => {
      thumb.setAttribute("aria-pressed", String(rated === thumb.classList.contains("up")));
    });
  }

  async function send(entry, helpful, word) {
    const { record } = entry;
    const citations = (record.sources || []).map((source) => source.document);
    const { standalone, question, answer, writer } = record;
    const given = { question: standalone || question, answer: answer || "", helpful, word, citations, writer };
    try {
      await page.json("rate", { ...given, language: page.language });
      return true;
    } catch {
      page.tell(page.words.not_rated);
      return false;
    }
  }

  async function rate(entry, helpful) {
    const before = entry.record.rated;
    entry.record.rated = helpful;
    pressed(entry);
    if (!(await send(entry, helpful, ""))) {
      entry.record.rated = before;
      pressed(entry);
      return;
    }
    page.emit("kept");
    page.say(page.words.rated);
    askWhy(entry);
  }

  function askWhy(entry) {
    const after = entry.node.querySelector(".after");
    after.querySelector(".why")?.remove();
    const input = page.make("input", { type: "text", maxlength: "300", "aria-label": page.words.word });
    input.placeholder = page.words.word;
    const sent = async () => {
      if (!input.value.trim() || !(await send(entry, entry.record.rated, input.value.trim()))) return;
      why.replaceChildren(page.make("p", { className: "label", text: page.words.word_sent }));
      page.say(page.words.word_sent);
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) sent();
    });
    const thanks = page.make("span", { className: "label", text: page.words.rated });
    const why = page.make("div", { className: "why" }, thanks, input, page.button("act", page.words.word_send, sent));
    after.querySelector(".actions").after(why);
  }

  // --- what to ask next ---------------------------------------------------------------------------------------------------

  async function more(entry) {
    const { record, node } = entry;
    if (record.state !== "answered" || !record.sources?.length) return;
    const cites = record.sources.map((source) => [source.n, source.document, source.start, source.end]);
    const asked = page.records().flatMap((each) => [each.question, each.standalone || ""]);
    try {
      const { html } = await page.json("next", { cites, asked, language: record.lang });
      if (!html || node !== page.entries().at(-1)?.node || page.going()) return;
      const list = page.make("ul", { className: "asks" });
      list.innerHTML = html;
      list.lang = record.lang;
      node.querySelector(".more")?.remove();
      const heading = page.make("h3", { className: "label", text: page.words.more_heading });
      node.querySelector(".after").append(page.make("div", { className: "more" }, heading, list));
    } catch {
      // Nobody misses what was never offered.
    }
  }

  page.on("ended", (entry) => entry === page.entries().at(-1) && more(entry));
  page.on("shown", pressed);

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".act");
    const entry = button && entryOf(button);
    if (!entry) return;
    const is = (name) => button.classList.contains(name);
    if (is("copy")) copy(button, page.textOf(entry.record), page.words.copied);
    else if (is("share")) copy(button, link(entry.record), page.words.shared);
    else if (is("again")) page.again(entry);
    else if (is("edit")) page.edit(entry);
    else if (is("thumb")) rate(entry, is("up"));
  });
})();
