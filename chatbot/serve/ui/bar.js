// The quiet line above the question: what was done, and whether the server can be reached; the page goes on by itself.
(() => {
  const page = window.openstance;
  // Milliseconds.
  const SHOWN = 4000;
  const UNDO = 10000;
  const RETRY = 1500;
  const WATCH = 15000;
  let timer = 0;
  let lost = false;
  let waiting = [];

  function put(...children) {
    clearTimeout(timer);
    page.at("bar").replaceChildren(...children);
  }

  page.tell = (text, undo) => {
    if (lost) return;
    put(page.make("span", { text }));
    if (undo) {
      page.at("bar").append(
        page.button("plain", page.words.undo, () => {
          put();
          undo();
          page.at("ask-text").focus();
        }),
      );
    }
    timer = setTimeout(() => !lost && put(), undo ? UNDO : SHOWN);
  };

  async function alive() {
    try {
      const answer = await fetch("/talk/alive", { cache: "no-store", signal: AbortSignal.timeout(5000) });
      return answer.status < 500;
    } catch {
      return false;
    }
  }

  const why = () => (navigator.onLine ? page.words.lost : page.words.offline);

  function lose() {
    if (lost) return;
    lost = true;
    page.at("bar").classList.add("lost");
    put(page.make("span", { text: why() }));
    setTimeout(retry, RETRY);
  }

  async function retry() {
    if (!lost) return;
    if (await alive()) found();
    else setTimeout(retry, RETRY);
  }

  function found() {
    if (!lost) return;
    lost = false;
    page.at("bar").classList.remove("lost");
    page.tell(page.words.back);
    const those = waiting;
    waiting = [];
    those.forEach((go) => go());
    page.emit("found");
  }

  // Resolves when the server answers, or when nobody waits for it any more.
  page.connected = (signal) =>
    new Promise((go) => {
      if (!lost) return go();
      waiting.push(go);
      signal?.addEventListener("abort", go, { once: true });
    });

  page.on("lost", lose);
  page.on("heard", found);
  page.on("language", () => lost && put(page.make("span", { text: why() })));
  page.on("started", () => {
    addEventListener("offline", lose);
    addEventListener("online", retry);
    setInterval(async () => {
      if (!lost && !document.hidden && !page.going() && !(await alive())) lose();
    }, WATCH);
    document.addEventListener("visibilitychange", async () => {
      if (!document.hidden && !lost && !(await alive())) lose();
    });
  });
})();
