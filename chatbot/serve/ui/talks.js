// Conversations kept in this browser: what was said is written down as it comes, can be opened again, and can be deleted.
(() => {
  const page = window.openstance;
  const KEY = "openstance-talks";
  const OPEN = "openstance-open";
  const MOST = 60;
  // Characters in all; browsers give a page about five million.
  const ROOM = 2_000_000;
  const TITLE = 80;
  let open = null;

  const newId = () => `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;

  // What is stored may be of another version, or somebody's: only what looks right is taken.
  function talks() {
    try {
      const found = JSON.parse(page.kept(KEY) || "[]");
      return found.filter((each) => typeof each?.id === "string" && Array.isArray(each.talk) && each.talk.length);
    } catch {
      return [];
    }
  }

  function write(list) {
    const kept = list.slice(0, MOST);
    while (kept.length && JSON.stringify(kept).length > ROOM) kept.pop();
    while (!page.keep(KEY, JSON.stringify(kept)) && kept.length) kept.pop();
  }

  function save() {
    const talk = page.records();
    if (!talk.length) return;
    open ||= newId();
    page.keep(OPEN, open, "sessionStorage");
    const title = String(talk[0].question).slice(0, TITLE);
    // Read anew each time: another tab may have written meanwhile.
    write([{ id: open, title, at: new Date().toISOString(), talk }, ...talks().filter((each) => each.id !== open)]);
  }

  function leave() {
    page.empty();
    open = null;
    page.keep(OPEN, null, "sessionStorage");
  }

  async function reopen(talk) {
    try {
      await page.show(talk.talk);
    } catch {
      page.emit("lost");
      return false;
    }
    open = talk.id;
    page.keep(OPEN, open, "sessionStorage");
    return true;
  }

  page.begin = () => {
    leave();
    page.at("ask-text").focus();
  };

  page.current = () => talks().find((each) => each.id === open);

  page.adopt = async (records) => {
    const before = open;
    open = null;
    if (!(await page.show(records))) {
      open = before;
      return false;
    }
    save();
    return true;
  };

  // --- the list -----------------------------------------------------------------------------------------------------------

  function row(talk) {
    const when = new Date(talk.at);
    const time = Number.isNaN(when.valueOf())
      ? ""
      : when.toLocaleString(page.language, { dateStyle: "medium", timeStyle: "short" });
    const title = String(talk.title || "");
    const name = page.make("span", { className: "talk-title", text: title, dir: "auto" });
    const about = page.make("span", { className: "talk-time", text: talk.id === open ? `${time} · ${page.words.talk_open}` : time });
    const button = page.button("talk-open", "", async () => {
      page.at("talks").close();
      if (talk.id !== open) await reopen(talk);
    });
    button.append(name, about);
    const away = page.button("talk-delete", "×", () => remove([talk.id]));
    away.setAttribute("aria-label", page.words.talk_delete.replace("{title}", title));
    return page.make("li", {}, button, away);
  }

  function list() {
    const kept = talks();
    page.at("talks-none").hidden = kept.length > 0;
    page.at("talks-delete").hidden = !kept.length;
    page.at("this-talk").hidden = !page.entries().length;
    page.at("talks-list").replaceChildren(...kept.map(row));
  }

  function remove(ids) {
    const before = talks();
    const here = ids.includes(open) && page.current();
    write(before.filter((each) => !ids.includes(each.id)));
    if (here) leave();
    list();
    page.at("talks-close").focus();
    const gone = before.filter((each) => ids.includes(each.id));
    undoable(page.words.talks_deleted, gone, here);
  }

  function undoable(text, gone, here) {
    page.tell(text, async () => {
      const now = talks();
      const back = gone.filter((each) => !now.some((other) => other.id === each.id));
      write([...now, ...back].sort((one, other) => String(other.at).localeCompare(String(one.at))));
      if (here && !page.entries().length) await reopen(here);
    });
    // A line behind a dialog can be neither read nor pressed.
    if (page.at("talks").open && !talks().length) page.at("talks").close();
  }

  function clear() {
    save();
    const here = page.current();
    page.at("talks").close();
    write(talks().filter((each) => each.id !== open));
    leave();
    if (here) undoable(page.words.cleared, [here], here);
    page.at("ask-text").focus();
  }

  page.on("filled", () => {
    page.at("new").addEventListener("click", page.begin);
    page.at("talks-open").addEventListener("click", () => {
      list();
      page.at("talks").showModal();
    });
    page.at("talks-close").addEventListener("click", () => page.at("talks").close());
    page.at("talks-delete").addEventListener("click", () => remove(talks().map((each) => each.id)));
    page.at("clear").addEventListener("click", clear);
  });

  for (const event of ["asked", "ended", "kept"]) page.on(event, save);

  // A page that is loaded again goes on where it was.
  page.on("unasked", async () => {
    const id = page.kept(OPEN, "sessionStorage");
    const talk = id && talks().find((each) => each.id === id);
    if (talk && !page.entries().length) await reopen(talk);
  });
})();
