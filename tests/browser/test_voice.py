"""Speaking to the page: Chromium hears what our own English voice has said into a file, and the page answers aloud."""

import json
import shutil
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsed import ARGUMENTS, BOOT, LOCALES, SIZES, Served, free_port
from websockets.sync.client import connect

from chatbot.assemble.voice import make_speaker
from chatbot.config import Config
from chatbot.serve.ui.mic import mic_words
from chatbot.types import Audio
from chatbot.voice.audio import silence
from chatbot.voice.rates import join
from chatbot.voice.wav import write_wav

RATE = 48_000
QUESTION, FOLLOW_UP = "When was the harbour tower finished?", "How tall is it?"
FAKE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
LOOKS = [("en", "desktop", False), ("ja", "phone", True)]
REFUSED = "void (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{}')))"
NOTED = """
window.told = [];
window.openstance.on("voice", (line) => window.told.push({ ...line, at: performance.now() }));
"""
# Sound as the browser's thread for it has it: a tone of so many hertz, at a rate, through the ears; returns its level in dB.
EARS = """
async ([address, rate, hertz]) => {
  const context = new OfflineAudioContext(1, rate, rate);
  await context.audioWorklet.addModule(address);
  const ears = new AudioWorkletNode(context, "openstance-ears", { numberOfInputs: 1, numberOfOutputs: 1 });
  const frames = [];
  ears.port.onmessage = ({ data }) => frames.push(...new Int16Array(data));
  const tone = new OscillatorNode(context, { frequency: hertz });
  tone.connect(ears).connect(context.destination);
  tone.start();
  await context.startRendering();
  await new Promise((after) => setTimeout(after, 200));
  const middle = frames.slice(2000, -2000);
  const power = middle.reduce((sum, value) => sum + value * value, 0) / middle.length;
  return [frames.length, 10 * Math.log10(power / 32768 ** 2 + 1e-12)];
}
"""


@pytest.fixture(scope="session")
def speaking(tmp_path_factory):
    """A small chatbot that one can speak to."""
    port, folder = free_port(), tmp_path_factory.mktemp("speaking")
    served = Served([sys.executable, str(Path(__file__).parent / "speaking.py"), str(port)], port, folder)
    try:
        served.start()
        # What is loaded at the first conversation is loaded before the tests, in which sound does not wait.
        with connect(f"ws://127.0.0.1:{port}/talk/voice") as socket:
            socket.send("{}")
            while json.loads(socket.recv(BOOT))["kind"] != "state":
                pass
        yield served
    finally:
        served.stop()


@pytest.fixture(scope="session")
def spoken(tmp_path_factory):
    """Return a file in which sentences are spoken and seconds are silence."""
    speaker, folder = make_speaker(Config()), tmp_path_factory.mktemp("spoken")

    def make(*parts):
        sounds = [silence(p, RATE) if isinstance(p, float) else join(list(speaker.speak(p, "en")), RATE) for p in parts]
        whole = Audio(b"".join(sound.samples for sound in sounds), RATE)
        path = folder / f"{len(list(folder.iterdir()))}.wav"
        path.write_bytes(write_wav(whole))
        return path

    return make


@pytest.fixture(scope="session")
def ears(chromium, speaking):
    """Open the page in a browser whose microphone hears a file, once, from the moment that it is opened."""

    @contextmanager
    def opened(path, language="en", size="desktop", dark=False):
        heard = f"--use-file-for-fake-audio-capture={path}%noloop"
        troubles, arguments = [], [*ARGUMENTS, *FAKE, heard]
        # The file is an argument of the whole browser.
        browser = chromium.browser_type.launch(executable_path=shutil.which("chromium"), args=arguments)
        try:
            context = browser.new_context(
                locale=LOCALES[language],
                viewport=SIZES[size],
                color_scheme="dark" if dark else "light",
                has_touch=size == "phone",
                reduced_motion="reduce",
            )
            context.set_default_timeout(30_000)
            page = context.new_page()
            page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.goto(speaking.url)
            page.wait_for_selector("#mic-button")
            page.evaluate(NOTED)
            yield page
        finally:
            browser.close()
        assert troubles == []

    return opened


@pytest.fixture
def listening(ears):
    """Open such a page for one test."""
    with ExitStack() as stack:
        yield lambda *given: stack.enter_context(ears(*given))


def until(page, kind, times=1, seconds=60):
    """Wait until something was told so often; returns what was told of it."""
    page.wait_for_function(
        "([kind, times]) => window.told.filter((line) => line.kind === kind).length >= times",
        arg=[kind, times],
        timeout=1000 * seconds,
    )
    return told(page, kind)


def told(page, kind):
    return [line for line in page.evaluate("window.told") if line["kind"] == kind]


def state(page, name, seconds=60):
    page.locator(f"#voice[data-state={name}]").wait_for(timeout=1000 * seconds)


def hands_free(page):
    """Let the page always listen, as its switch does."""
    page.evaluate("window.openstance.keep('openstance-hands-free', 'yes')")
    page.click("#mic-button")
    state(page, "listening", 60)


@pytest.fixture(scope="module")
def talk(ears, spoken):
    """A conversation: a question, and a second one into its answer; no button after the first."""
    with ears(spoken(2.5, QUESTION, 3.0, FOLLOW_UP, 60.0)) as page:
        hands_free(page)
        until(page, "asked", 2)
        until(page, "saying", 2)
        page.locator("#thread .exchange").nth(1).locator(".support").wait_for()
        yield page


def test_what_is_spoken_is_the_question_and_its_answer_is_cited_as_any_other(talk):
    first = talk.locator("#thread .exchange").first
    assert QUESTION.rstrip("?").lower() in first.locator(".asked").inner_text().lower()
    assert "March 1962" in first.locator(".answer").inner_text()
    source = talk.locator(first.locator("a.mark").first.get_attribute("href"))
    assert "1962" in source.locator("mark").inner_text()
    assert told(talk, "heard")[0]["text"]


def test_the_answer_is_spoken_with_its_source(talk):
    assert "nineteen sixty-two" in told(talk, "saying")[0]["text"]
    assert told(talk, "saying")[0]["text"].startswith("According to")
    assert told(talk, "sounding")


def test_speaking_into_an_answer_silences_it_and_is_a_question_too(talk):
    (interrupted,) = told(talk, "interrupted")
    assert interrupted["by"] == "speech"
    assert interrupted["played"] > 0.5
    assert interrupted["dropped"] > 0
    assert [line["generation"] for line in told(talk, "drop")] == [1]
    assert talk.locator("#thread .exchange").nth(1).locator(".asked").inner_text() == FOLLOW_UP
    assert "48 metres" in talk.locator("#thread .exchange").nth(1).locator(".answer").inner_text()


def test_what_it_does_is_told_in_order_and_needs_no_button(talk):
    names = [line["name"] for line in told(talk, "state")]
    assert names[:6] == ["listening", "thinking", "speaking", "listening", "thinking", "speaking"]
    assert talk.locator("#thread .exchange").count() == 2


def test_times_of_a_turn_reach_the_page(talk):
    for times in told(talk, "latency"):
        assert 400 <= times["endpoint_ms"] <= 600
        assert times["transcript_ms"] <= times["first_audio_ms"]


def test_what_was_said_stays_in_the_talk_and_can_be_corrected(talk):
    talk.click("#voice-correct")
    state(talk, "listening")
    assert talk.input_value("#ask-text") == FOLLOW_UP
    talk.fill("#ask-text", "How many books does the library lend?")
    talk.press("#ask-text", "Enter")
    talk.locator("#thread .exchange").nth(1).get_by_text("52,000").first.wait_for()
    assert talk.locator("#thread .exchange").count() == 2
    talk.click("#voice-end")
    talk.locator("#voice").wait_for(state="hidden")
    talk.reload()
    talk.locator("#thread .exchange").nth(1).locator(".support").wait_for()
    assert QUESTION.rstrip("?").lower() in talk.locator("#thread .asked").first.inner_text().lower()


def test_holding_the_button_is_enough_and_letting_go_ends_the_question(listening, spoken):
    page = listening(spoken(1.5, QUESTION, 20.0))
    page.hover("#mic-button")
    page.mouse.down()
    until(page, "state", 2)
    page.wait_for_timeout(3600)
    assert told(page, "heard") == []
    page.mouse.up()
    (times,) = until(page, "latency")
    assert times["endpoint_ms"] < 2500
    page.locator("#thread .support").wait_for()
    page.focus("#mic-button")
    page.keyboard.down(" ")
    state(page, "listening")
    page.wait_for_timeout(500)
    page.keyboard.up(" ")
    until(page, "heard", 2)
    state(page, "speaking")
    page.keyboard.press("Escape")
    state(page, "idle")


@pytest.mark.parametrize(("language", "size", "dark"), LOOKS)
def test_listening_it_says_so_in_words_that_all_can_read(listening, spoken, language, size, dark):
    page, said = listening(spoken(60.0), language, size, dark), mic_words(language)
    assert page.locator("#mic-about").text_content().strip().endswith(said.only_en)
    (page.tap if size == "phone" else page.click)("#mic-button")
    state(page, "listening", 60)
    assert page.locator("#voice-name").inner_text() == said.listening
    # In both languages, and before a word was said.
    assert (
        page.locator("#voice-only").inner_text().split()
        == f"{said.only_en} {mic_words('ja' if language == 'en' else 'en').only_en}".split()
    )
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    page.click("#voice-mute")
    state(page, "muted")
    assert page.locator("#voice-mute").get_attribute("aria-pressed") == "true"
    page.click("#voice-end")
    assert page.locator("#mic-button").get_attribute("aria-pressed") == "false"


def test_what_stands_in_the_way_is_told_with_its_remedy(visit, speaking):
    page = visit(speaking.url, "ja")
    page.wait_for_selector("#mic-button")
    # What is looked at first comes last, as each stays in the way.
    for script, text in (
        (REFUSED.format("NotAllowedError"), "denied"),
        (REFUSED.format("NotFoundError"), "no_microphone"),
        (REFUSED.format("NotReadableError"), "taken"),
        ("delete window.AudioWorkletNode", "no_browser"),
        ("Object.defineProperty(window, 'isSecureContext', { value: false })", "insecure"),
        ("window.openstance.voice.there = false", "missing"),
    ):
        page.evaluate(script)
        page.click("#mic-button")
        page.locator("#voice-text", has_text=getattr(mic_words("ja"), text)).wait_for()
        assert page.locator("#voice-end").is_hidden()
        assert page.locator("#mic-button").get_attribute("aria-pressed") == "false"


def test_a_connection_that_is_lost_lets_go_of_the_microphone_and_says_so(listening, spoken):
    page = listening(spoken(60.0))
    page.route_web_socket("**/talk/voice", lambda socket: socket.on_message(lambda message: socket.close()))
    page.click("#mic-button")
    page.locator("#voice-text", has_text=mic_words("en").lost).wait_for()
    assert page.evaluate("window.openstance.sound.level") == 0


def test_the_microphone_is_heard_at_sixteen_thousand_samples_with_nothing_folded_back(visit, speaking):
    page = visit(speaking.url)
    page.wait_for_selector("#mic-button")
    address = page.evaluate("window.openstance.voice.worklet")
    for rate in (44_100, 48_000):
        count, level = page.evaluate(EARS, [address, rate, 1000])
        assert 15_300 <= count <= 16_000
        assert level == pytest.approx(-3, abs=0.3)
        assert page.evaluate(EARS, [address, rate, 6000])[1] == pytest.approx(-3, abs=1)
        assert page.evaluate(EARS, [address, rate, 9000])[1] < -50
