// What the parts of the page share: its texts, what it keeps, how it calls the server, and how it starts.
window.openstance = (() => {
  const THEME = "openstance-theme";
  const LANGUAGE = "openstance-language";
  const listeners = {};
  const page = { words: {}, language: "en", blank: "" };

  page.at = (id) => document.getElementById(id);

  page.on = (name, called) => (listeners[name] ||= []).push(called);

  page.emit = (name, ...given) => (listeners[name] || []).forEach((called) => called(...given));

  // Storage may be denied, as in a private window inside a frame; then what is kept lasts as long as the page.
  page.kept = (key, where = "localStorage") => {
    try {
      return window[where].getItem(key);
    } catch {
      return null;
    }
  };

  page.keep = (key, value, where = "localStorage") => {
    try {
      if (value === null) window[where].removeItem(key);
      else window[where].setItem(key, value);
      return true;
    } catch {
      return false;
    }
  };

  page.motion = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

  page.make = (tag, given = {}, ...children) => {
    const { className, text, ...rest } = given;
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    for (const [name, value] of Object.entries(rest)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  page.button = (className, text, clicked) => {
    const button = page.make("button", { type: "button", className, text });
    button.addEventListener("click", clicked);
    return button;
  };

  // For those who hear the page; emptied first, so that the same words are said again.
  page.say = (text) => {
    const status = page.at("status");
    status.textContent = "";
    setTimeout(() => (status.textContent = text), 50);
  };

  page.post = (path, given, signal) =>
    fetch(`/talk/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(given),
      signal,
    });

  // Calls `take` with each line of JSON as it comes.
  page.lines = async (answer, take) => {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      const lines = text.split("\n");
      text = lines.pop();
      for (const line of lines) if (line) take(JSON.parse(line));
    }
  };

  page.json = async (path, given) => {
    const answer = await page.post(path, given);
    if (!answer.ok) throw new Error(`/talk/${path}: ${answer.status}`);
    return answer.json();
  };

  // --- light and dark, before anything is drawn -------------------------------------------------------------------------

  const system = matchMedia("(prefers-color-scheme: dark)");

  function draw() {
    const chosen = page.kept(THEME);
    const dark = chosen ? chosen === "dark" : system.matches;
    document.documentElement.classList.toggle("dark", dark);
    document.body?.classList.toggle("dark", dark);
  }

  page.switchTheme = () => {
    const dark = document.documentElement.classList.contains("dark");
    if (!page.keep(THEME, dark ? "light" : "dark")) document.documentElement.classList.toggle("dark");
    else draw();
  };

  draw();
  system.addEventListener("change", draw);
  addEventListener("storage", (event) => event.key === THEME && draw());

  // --- texts --------------------------------------------------------------------------------------------------------------

  async function texts(language) {
    const answer = await fetch(`/talk/frame${language ? `?lang=${encodeURIComponent(language)}` : ""}`);
    if (!answer.ok) throw new Error(`/talk/frame: ${answer.status}`);
    return answer.json();
  }

  function fill(frame) {
    Object.assign(page, { words: frame.words, language: frame.language, blank: frame.blank });
    document.documentElement.lang = frame.language;
    document.title = frame.words.name;
    const app = page.at("app");
    app.lang = frame.language;
    for (const part of ["head", "welcome", "talks"]) page.at(part).innerHTML = frame[part];
    page.at("foot").innerHTML = frame.compose;
    page.emit("filled");
  }

  page.switchLanguage = async (language) => {
    if (language === page.language) return;
    let frame;
    try {
      frame = await texts(language);
    } catch {
      page.emit("lost");
      return;
    }
    page.keep(LANGUAGE, language);
    // Within a page of another site, as on a Space, a browser takes only cookies that say they are for there.
    const framed = window.parent === window ? "samesite=lax" : "samesite=none; partitioned";
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${LANGUAGE}=${language}; path=/; max-age=31536000; ${framed}${secure}`;
    const draft = page.at("ask-text").value;
    fill(frame);
    page.at("ask-text").value = draft;
    page.at("head").querySelector(`[data-language="${language}"]`)?.focus();
    page.emit("language");
  };

  // --- start --------------------------------------------------------------------------------------------------------------

  const wanted = new URLSearchParams(location.search);
  const asked = wanted.get("lang");
  const first = texts(["ja", "en"].includes(asked) ? asked : page.kept(LANGUAGE));
  first.catch(() => {}); // Told where it is waited for.

  const SKELETON = `
    <header id="head"></header>
    <main id="talk" tabindex="-1"><div id="welcome"></div><div id="thread"></div></main>
    <div id="bar" role="status"></div>
    <footer id="foot"></footer>
    <p id="status" class="unseen" role="status"></p>
    <div id="tip" role="tooltip" hidden></div>
    <dialog id="talks" aria-labelledby="talks-heading"></dialog>`;

  async function start(place) {
    const app = page.make("div", { id: "app" });
    app.innerHTML = SKELETON;
    place.append(app);
    draw();
    let frame = null;
    while (!frame) {
      try {
        frame = await (frame === null ? first : texts());
      } catch {
        await new Promise((after) => setTimeout(after, 2000));
        frame = await texts(page.kept(LANGUAGE)).catch(() => null);
      }
    }
    fill(frame);
    page.emit("started", wanted);
  }

  // Drawn at once, over what Gradio draws when it has started.
  if (document.body) start(document.body);
  else addEventListener("DOMContentLoaded", () => start(document.body));

  document.addEventListener("click", (event) => {
    const on = (css) => event.target.closest?.(css);
    if (on("button.theme")) page.switchTheme();
    else if (on("[data-language]")) page.switchLanguage(on("[data-language]").dataset.language);
    else if (on("a.skip")) {
      event.preventDefault();
      page.at("ask-text").focus();
    }
  });

  return page;
})();
