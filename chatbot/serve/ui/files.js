// A conversation as a file, made here: Markdown for people, JSON to open it again. What is opened is shown by the server,
// which takes every quote from the documents anew.
(() => {
  const page = window.openstance;
  const LARGEST = 1_900_000;

  function offer(content, type, ending) {
    const day = new Date().toISOString().slice(0, 10);
    const address = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
    const link = page.make("a", { href: address, download: `openstance-${day}.${ending}` });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  // What would be markup is not, so that the text reads as it did on the page.
  const plain = (text) => String(text).replace(/[\\`*_<>[\]#|~]/g, "\\$&");

  const answerOf = (record) => (record.answer ? record.answer.split("\n").map(marked).join("\n\n") : page.words.stopped);

  function marked(line) {
    const item = line.startsWith("- ");
    return (item ? "- " : "") + plain(item ? line.slice(2) : line);
  }

  function sourceOf(source) {
    const title = plain(source.title || page.words.untitled);
    const url = /^https?:\/\/[^\s()<>]+$/.test(source.url || "") ? source.url : "";
    const about = [url ? `[${title}](${url})` : title, source.date].filter(Boolean).join(", ");
    return `${source.n}. ${about}\n\n   > ${plain(source.quote.replace(/\s+/g, " ").trim())}`;
  }

  function markdown(records) {
    const parts = [`# ${page.words.name}`, `${page.words.told_by} (${new Date().toISOString().slice(0, 10)})`];
    for (const record of records) {
      parts.push(`## ${plain(record.question.replace(/\s+/g, " "))}`, answerOf(record));
      if (record.sources?.length) parts.push(`### ${page.words.sources}`, ...record.sources.map(sourceOf));
    }
    return `${parts.join("\n\n")}\n`;
  }

  async function opened(file) {
    try {
      if (file.size > LARGEST) throw new RangeError("too large");
      const found = JSON.parse(await file.text());
      if (!Array.isArray(found?.talk) || !(await page.adopt(found.talk))) throw new RangeError("no conversation");
      page.at("talks").close();
      page.tell(page.words.loaded);
    } catch (error) {
      page.at("talks").close();
      if (error instanceof TypeError) page.emit("lost");
      else page.tell(page.words.not_loaded);
    }
  }

  function choose() {
    const input = page.make("input", { type: "file", accept: ".json,application/json" });
    input.hidden = true;
    input.id = "load-file";
    page.at("load-file")?.remove();
    page.at("app").append(input);
    input.addEventListener("change", () => input.files[0] && opened(input.files[0]));
    input.click();
  }

  page.on("filled", () => {
    page.at("save-markdown").addEventListener("click", () => offer(markdown(page.records()), "text/markdown", "md"));
    page.at("save-json").addEventListener("click", () => {
      const content = { openstance: 1, saved: new Date().toISOString(), talk: page.records() };
      offer(JSON.stringify(content, null, 1), "application/json", "json");
    });
    page.at("load").addEventListener("click", choose);
  });
})();
