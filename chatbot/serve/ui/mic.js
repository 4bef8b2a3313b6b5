// Speaking to the page: hold or tap the microphone, or let it always listen. What is said becomes a question like any other.
(() => {
  const page = window.openstance;
  const { sound } = page;
  const OPEN = "openstance-hands-free";
  // Milliseconds: a shorter press is a tap, after which the server finds out when one has spoken.
  const TAP = 350;
  // Questions that are spoken are numbered from here on, so that none has the number of a typed one.
  const FIRST = 10_000;
  const TROUBLES = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "no_microphone" };
  let talk = null;
  let talks = 0;
  let state = "over";
  let text = "";
  let lang = "";
  let pressed = null;

  const words = () => page.voice.words;
  const hands = () => page.kept(OPEN) === "yes";

  // --- what is shown ------------------------------------------------------------------------------------------------------

  function draw() {
    const strip = page.at("voice");
    if (!strip) return;
    const shown = state === "listening" && talk?.hearing ? "hearing" : state;
    strip.dataset.state = page.at("mic-button").dataset.state = shown;
    page.at("mic-button").setAttribute("aria-pressed", String(Boolean(talk)));
    if (page.at("voice-name").textContent !== words()[shown]) page.at("voice-name").textContent = words()[shown];
    page.at("voice-text").textContent = text;
    page.at("voice-text").lang = lang || page.language;
    page.at("voice-correct").hidden = !talk?.heard;
    page.at("voice-open").setAttribute("aria-pressed", String(hands()));
    page.at("voice-mute").setAttribute("aria-pressed", String(state === "muted"));
    page.at("voice-open").hidden = !page.voice.there;
    page.at("voice-mute").hidden = page.at("voice-end").hidden = !talk;
  }

  function become(name, said, spoken = "") {
    state = name;
    if (said !== undefined) [text, lang] = [said, spoken];
    page.at("voice").hidden = false;
    draw();
  }

  function meter() {
    if (!talk) return;
    const loud = state === "muted" ? 0 : Math.min(1, Math.sqrt(sound.level) * 2.5);
    page.at("voice")?.style.setProperty("--level", loud.toFixed(2));
    requestAnimationFrame(meter);
  }

  // --- the connection -----------------------------------------------------------------------------------------------------

  function send(wish, more = {}) {
    if (talk?.ready) talk.socket.send(JSON.stringify({ do: wish, ...more }));
  }

  // What the next question may lean on stands on the page.
  const lean = () => send("talk", { past: page.past() });

  async function start() {
    const why = !page.voice.there ? "missing" : !window.isSecureContext ? "insecure" : sound.possible() ? "" : "no_browser";
    if (why) return become("over", words()[why]);
    const mine = (talk = { socket: null, ready: false, entries: new Map(), heard: "", hearing: false });
    become("connecting", "");
    meter();
    try {
      const there = await sound.open((frame) => mine.ready && mine.socket.readyState === 1 && mine.socket.send(frame));
      if (there && talk === mine) connect(mine);
    } catch (error) {
      if (talk === mine) end(words()[TROUBLES[error.name] || "taken"]);
    }
  }

  function connect(mine) {
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/talk/voice`);
    socket.binaryType = "arraybuffer";
    mine.socket = socket;
    socket.addEventListener("open", () => {
      const number = FIRST * ++talks;
      const given = { language: page.language, open: hands(), past: page.past(), writer: page.writer || "", number };
      socket.send(JSON.stringify(given));
    });
    socket.addEventListener("message", ({ data }) => {
      if (talk !== mine) return;
      if (typeof data === "string") take(JSON.parse(data));
      else sound.play(data);
    });
    socket.addEventListener("close", () => talk === mine && lost());
  }

  async function lost() {
    end(words().lost);
    try {
      const { status } = await fetch("/talk/alive", { cache: "no-store" });
      if (status === 401 || status === 403) become("over", page.words.sign_in);
    } catch {
      page.emit("lost");
    }
  }

  function end(said = "") {
    const mine = talk;
    talk = null;
    pressed = null;
    sound.close();
    mine?.socket?.close();
    mine?.entries.forEach((entry) => entry.record.state === "going" && page.stopped(entry));
    page.at("voice").hidden = !said;
    become("over", said);
    page.at("voice").hidden = !said;
  }

  // --- what the server tells ----------------------------------------------------------------------------------------------

  const told = {
    loading: () => become("loading"),
    ready: () => {
      talk.ready = true;
      // Held since before there was a connection: what is said from now on is heard.
      if (pressed) send("press");
      else if (!hands()) send("call");
    },
    state: ({ name }) => {
      talk.hearing = false;
      become(name, name === "muted" ? "" : undefined);
    },
    began: () => {
      talk.hearing = true;
      talk.heard = "";
      become(state, "");
      lean();
    },
    heard: (line) => {
      talk.heard = line.text;
      become(state, line.text ? `${words().heard} ${line.text}` : words().nothing);
    },
    asked: ({ number, question }) => {
      talk.entries.set(number, page.spoken(number, question, () => send("hush")));
    },
    line: (line) => {
      const entry = talk.entries.get(line.number);
      if (entry) page.grow(entry, line);
    },
    withdrawn: ({ number }) => {
      page.remove(talk.entries.get(number));
      lean();
    },
    saying: (line) => become(state, line.text, line.lang),
    hold: () => sound.hold(true),
    resume: () => sound.hold(false),
    drop: ({ generation }) => sound.drop(generation),
    failed: (line) => become(state, line.text),
    over: ({ why, text: said }) => end(why === "idle" ? words().closed : said || words().lost),
  };

  function take(line) {
    page.emit("voice", line);
    told[line.kind]?.(line);
  }

  // --- what people do -----------------------------------------------------------------------------------------------------

  function press() {
    if (pressed) return;
    pressed = { at: performance.now(), listening: state === "listening", amid: Boolean(talk?.hearing) };
    sound.wake();
    if (!talk) start();
    else if (state === "muted") mute();
    // In the middle of what is said nothing begins anew.
    if (pressed.amid) return;
    lean();
    send("press");
  }

  function release() {
    if (!pressed) return;
    const { at, listening, amid } = pressed;
    const tapped = performance.now() - at < TAP;
    pressed = null;
    sound.wake();
    // It listened already: a tap ends that.
    if (tapped) send(listening ? "hush" : "call");
    else if (!amid) send("release");
  }

  function mute() {
    const muted = state !== "muted";
    sound.mute(muted);
    send(muted ? "mute" : "unmute");
  }

  function handsFree() {
    page.keep(OPEN, hands() ? null : "yes");
    if (!talk) start();
    else send(hands() ? "open" : "close");
    draw();
  }

  function correct() {
    const entry = [...talk.entries.values()].at(-1);
    const asked = entry && entry.record.question === talk.heard && page.entries().at(-1) === entry;
    send("hush");
    if (asked) return page.edit(entry);
    page.at("ask-text").value = talk.heard;
    page.at("ask-text").focus();
  }

  page.on("filled", () => {
    const button = page.at("mic-button");
    page.at("mic").hidden = !button;
    if (!button) return;
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      // So that the release comes here too, wherever the finger has gone.
      button.setPointerCapture(event.pointerId);
      press();
    });
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) button.addEventListener(name, release);
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    const keyed = (event) => event.key === " " || event.key === "Enter";
    button.addEventListener("keydown", (event) => {
      if (!keyed(event)) return;
      event.preventDefault();
      if (!event.repeat) press();
    });
    button.addEventListener("keyup", (event) => {
      if (!keyed(event)) return;
      event.preventDefault();
      release();
    });
    button.addEventListener("blur", release);
    // What helps people press buttons may only click them.
    button.addEventListener("click", (event) => {
      if (event.detail || event.pointerType) return;
      press();
      release();
    });
    page.at("voice-open").addEventListener("click", handsFree);
    page.at("voice-mute").addEventListener("click", mute);
    page.at("voice-correct").addEventListener("click", correct);
    page.at("voice-end").addEventListener("click", () => {
      end();
      page.at("mic-button").focus();
    });
    page.at("voice").hidden = !talk;
    draw();
  });

  // The server tells its answers in the page's language.
  page.on("language", () => {
    if (!talk) return;
    end();
    start();
  });

  // Who types, or stops an answer, does not want to be spoken to.
  page.on("asked", () => send("hush"));
  page.on("editing", () => send("hush"));

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state === "speaking") send("hush");
  });

  addEventListener("pagehide", () => talk && end());
})();
