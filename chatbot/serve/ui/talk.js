// The conversation: questions are asked one after the other, answers shown as they grow.
(() => {
  const page = window.openstance;
  // How many turns the server takes into account.
  const REMEMBERED = 10;
  const ENDED = ["answered", "refused", "stopped", "trouble"];
  let entries = [];
  let running = null;
  let counted = 0;

  page.entries = () => entries;
  page.records = () => entries.map((entry) => entry.record);
  // An answer to a spoken question comes beside those that are asked one after the other.
  page.going = () => running !== null || entries.some((entry) => entry.spoken && entry.record.state === "going");

  // --- what is on the page ------------------------------------------------------------------------------------------------

  function nodeOf(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  }

  function blank(number, question) {
    const node = nodeOf(page.blank.replaceAll('-0"', `-${number}"`));
    node.querySelector(".asked").textContent = question;
    return node;
  }

  function state(entry, name) {
    entry.record.state = name;
    entry.node.dataset.state = name;
    if (name === "going") entry.node.setAttribute("aria-busy", "true");
    else entry.node.removeAttribute("aria-busy");
  }

  function note(entry, text, name) {
    const answer = entry.node.querySelector(".answer");
    answer.querySelector(".waiting")?.remove();
    answer.querySelectorAll(`.note.${name}`).forEach((each) => each.remove());
    if (text) answer.append(page.make("p", { className: `note ${name}`, text }));
  }

  function show(entry, line) {
    const at = (css) => entry.node.querySelector(css);
    if (line.answer !== undefined) at(".answer").innerHTML = line.answer;
    if (line.sources !== undefined) at(".sourced").innerHTML = line.sources;
    const rated = entry.record.rated;
    entry.record = { ...line.record, ...(rated === undefined ? {} : { rated }) };
    if (line.record.lang) at(".asked").lang = line.record.lang;
    if (line.own) entry.node.dataset.own = "true";
    state(entry, line.state);
  }

  function tidy() {
    const any = entries.length > 0;
    page.at("welcome").hidden = any;
    page.at("new").hidden = !any;
    page.at("stop").hidden = !page.going();
    page.at("compose").classList.toggle("busy", page.going());
  }

  function toTop(node) {
    // At once: to scroll smoothly takes the processor for as long as an answer does.
    node.scrollIntoView({ block: "start", behavior: "instant" });
    if (document.activeElement === document.body) node.focus({ preventScroll: true });
  }

  // --- asking -------------------------------------------------------------------------------------------------------------

  function put(entry) {
    entry.node = blank(entry.number, entry.record.question);
    entries.push(entry);
    page.at("thread").append(entry.node);
    tidy();
    toTop(entry.node);
    return entry;
  }

  page.ask = (question) => {
    const text = question.trim();
    if (!text) return;
    put({ number: ++counted, record: { question: text, state: "going" }, waiting: true });
    proceed();
  };

  // A question that was spoken; its answer is told to `page.grow`, line by line.
  page.spoken = (number, question, abort) => {
    const entry = put({ number, record: { question, state: "going" }, spoken: true, stopping: { abort } });
    page.emit("kept");
    return entry;
  };

  page.grow = (entry, line) => {
    if (!entries.includes(entry) || entry.record.state !== "going") return;
    show(entry, line);
    tidy();
    page.emit("line", entry, line);
    if (ENDED.includes(line.state)) page.emit("ended", entry);
  };

  page.again = (entry) => {
    if (entry.record.state === "going") return;
    const { question } = entry.record;
    const fresh = blank(entry.number, question);
    entry.node.replaceWith(fresh);
    Object.assign(entry, { node: fresh, record: { question, state: "going" }, waiting: true });
    proceed();
  };

  page.remove = (entry) => {
    stop(entry);
    entries = entries.filter((each) => each !== entry);
    entry.node.remove();
    tidy();
  };

  async function proceed() {
    if (running) return;
    const entry = entries.find((each) => each.waiting);
    if (!entry) return;
    entry.waiting = false;
    entry.stopping = new AbortController();
    running = entry;
    tidy();
    page.emit("asked", entry.record.question);
    try {
      await answered(entry);
    } finally {
      if (running === entry) running = null;
      tidy();
    }
    if (entries.includes(entry)) page.emit("ended", entry);
    proceed();
  }

  async function answered(entry) {
    const { signal } = entry.stopping;
    while (!signal.aborted) {
      try {
        if (await once(entry, signal)) return;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof TypeError)) throw error;
      }
      // The connection failed: the question waits until the server is back, and is asked anew.
      page.emit("lost");
      note(entry, page.words.kept_question, "kept");
      await page.connected(signal);
      note(entry, "", "kept");
    }
  }

  // Whether the answer came to an end.
  async function once(entry, signal) {
    const { number, record } = entry;
    const given = { question: record.question, past: past(entry), language: page.language, number, writer: page.writer || "" };
    const response = await page.post("ask", given, signal);
    if (!response.ok) {
      failed(entry, await reason(response));
      return true;
    }
    page.emit("heard");
    await page.lines(response, (line) => take(entry, line));
    return ENDED.includes(entry.record.state);
  }

  function take(entry, line) {
    show(entry, line);
    page.emit("line", entry, line);
    if (line.spoken) page.say(nodeOf(`<p>${line.spoken}</p>`).textContent);
  }

  async function reason(response) {
    if (response.status === 401 || response.status === 403) return page.words.sign_in;
    if (response.status === 429 || response.status === 503) return page.words.busy;
    return page.words.failed;
  }

  function failed(entry, text) {
    note(entry, text, "trouble");
    state(entry, "trouble");
    page.say(text);
  }

  // What a question may lean on: a new one on everything.
  function past(entry) {
    return entries
      .slice(0, entry ? entries.indexOf(entry) : undefined)
      .filter((each) => each.record.answer && each.record.state !== "trouble")
      .slice(-REMEMBERED)
      .map((each) => [each.record.question, each.record.answer]);
  }

  function stop(entry) {
    if (entry.record.state !== "going") return;
    entry.waiting = false;
    entry.stopping?.abort();
    note(entry, "", "kept");
    note(entry, page.words.stopped, "halted");
    state(entry, "stopped");
    if (running === entry) running = null;
  }

  page.past = () => past();
  page.stopped = stop;

  page.stop = () => {
    const going = entries.filter((entry) => entry.record.state === "going");
    if (!going.length) return false;
    going.forEach(stop);
    page.say(page.words.stopped);
    tidy();
    page.emit("ended", going.at(-1));
    return true;
  };

  // --- a conversation that is shown anew ---------------------------------------------------------------------------------

  page.empty = () => {
    page.stop();
    entries = [];
    page.at("thread").replaceChildren();
    page.at("talk").scrollTop = 0;
    tidy();
  };

  // Throws where the server does not answer.
  page.show = async (records) => {
    const shown = await page.json("shown", { talk: records, language: page.language });
    page.empty();
    // What a person thought of an answer is kept here alone; the server need not know it to show the answer.
    const thought = new Map(records.map((each) => [each?.question, each?.rated]));
    for (const [index, record] of shown.talk.entries()) {
      const entry = { number: index + 1, record, node: nodeOf(shown.html[index]) };
      const rated = thought.get(record.question);
      if (typeof rated === "boolean") record.rated = rated;
      if (record.state === "going") state(entry, "stopped");
      entries.push(entry);
      page.at("thread").append(entry.node);
      page.emit("shown", entry);
    }
    counted = entries.length;
    tidy();
    entries.at(-1)?.node.scrollIntoView({ block: "start" });
    return entries.length;
  };

  page.on("filled", tidy);

  page.on("language", async () => {
    if (page.going() || !entries.length) return;
    try {
      await page.show(page.records());
    } catch {
      page.emit("lost");
    }
  });
})();
