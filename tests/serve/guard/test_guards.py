"""Each guard over HTTP, around a small application that stands for the real one."""

import asyncio
import json

import httpx
import pytest
from fastapi import FastAPI, Request, WebSocket
from fastapi.responses import HTMLResponse, PlainTextResponse, StreamingResponse

from chatbot.config import Config, GuardConfig
from chatbot.errors import ConfigError
from chatbot.serve.api.problem import error_json
from chatbot.serve.guard import add_guards
from chatbot.serve.guard.access import inside
from chatbot.serve.guard.headers import LOOPBACK, KnownHosts
from chatbot.serve.guard.request import address, language_of
from chatbot.serve.guard.users import Doorkeeper, doorkeeper, hashed, matches

HEAD = "<script>\nlet known = 1;\n</script>"
KEY = "a-key-of-some-length"


class Told:
    """Counts what the guards tell."""

    def __init__(self):
        self.now, self.most, self.refusals = 0, 0, 0

    def asking(self, change):
        self.now += change
        self.most = max(self.most, self.now)

    def limited(self):
        self.refusals += 1


def inner():
    app = FastAPI()

    @app.get("/", response_class=HTMLResponse)
    async def page():
        return '<html><script>a</script><script type="module" src="/x.js"></script>&lt;script&gt;</html>' + " " * 2000

    @app.post("/gradio_api/queue/join")
    async def join(request: Request):
        await request.body()
        return PlainTextResponse("busy", 503) if "full" in request.query_params else {"event_id": "x"}

    @app.post("/talk/ask")
    async def ask():
        async def lines():
            yield b'{"first": 1}\n'
            yield b"x" * 5000

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    @app.get("/fails")
    async def fails():
        raise RuntimeError("secret of the stack")

    @app.websocket("/talk/voice")
    async def voice(socket: WebSocket):
        await socket.accept()
        await socket.close()

    @app.api_route("/{path:path}", methods=["GET", "POST", "HEAD"])
    async def rest(path: str, request: Request):
        body = await request.body()
        headers = {"access-control-allow-origin": "*", "access-control-allow-credentials": "true"}
        told = {"path": path, "size": len(body), "host": request.headers.get("x-forwarded-host")}
        return PlainTextResponse(json.dumps(told), headers=headers)

    return app


@pytest.fixture
def guarded(monkeypatch):
    """Return an application with guards; settings of `guard` by name, variables of the environment in capitals."""
    for name in ("SPACE_ID", "OPENSTANCE_USERS", "OPENSTANCE_API_KEYS"):
        monkeypatch.delenv(name, raising=False)

    def build(tally=None, **given):
        for name, value in given.items():
            if name.isupper():
                monkeypatch.setenv(name, value)
        app = inner()
        config = Config(guard=GuardConfig(**{name: value for name, value in given.items() if name.islower()}))
        add_guards(app, config, HEAD, tally or Told())
        return app

    return build


def talk(app, *requests, client=("203.0.113.9", 1), **session):
    """Send requests one after the other in one session and return the answers."""

    async def sent():
        over = httpx.ASGITransport(app=app, client=client, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=over, base_url="http://stance.test", **session) as browser:
            return [await browser.request(method, path, **more) for method, path, more in requests]

    return asyncio.run(sent())


def get(path, **headers):
    return "GET", path, {"headers": {name.replace("_", "-"): value for name, value in headers.items()}}


def post(path, content=b"{}", **headers):
    return "POST", path, {"content": content, "headers": {name.replace("_", "-"): value for name, value in headers.items()}}


# --- headers ---------------------------------------------------------------------------------------------------------


def policy(answer):
    parts = (part.split() for part in answer.headers["content-security-policy"].split(";"))
    return {name: set(values) for name, *values in parts}


def test_only_scripts_of_the_page_itself_run_on_it(guarded):
    first, second = talk(guarded(), get("/"), get("/"))
    scripts = policy(first)["script-src"]
    (nonce,) = {each for each in scripts if each.startswith("'nonce-")}
    assert first.text.count(f'<script nonce="{nonce[7:-1]}"') == 2
    assert "&lt;script&gt;" in first.text
    assert "'unsafe-inline'" not in scripts
    assert len([each for each in scripts if each.startswith("'sha256-")]) == 1
    assert nonce not in policy(second)["script-src"]
    assert int(first.headers["content-length"]) > 0
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["cache-control"] == "no-store"


def test_other_pages_run_scripts_from_files_alone_and_strangers_may_read_nothing(guarded):
    (answer,) = talk(guarded(), get("/corpus", origin="https://other.test"))
    assert policy(answer)["script-src"] == {"'self'"}
    assert policy(answer)["object-src"] == policy(answer)["frame-ancestors"] == {"'none'"}
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "microphone=(self)" in answer.headers["permissions-policy"]
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert "strict-transport-security" not in answer.headers


def test_a_space_may_be_shown_within_the_hub(guarded):
    (answer,) = talk(guarded(SPACE_ID="a/b"), get("/x", x_forwarded_proto="https"))
    assert "https://huggingface.co" in policy(answer)["frame-ancestors"]
    assert "x-frame-options" not in answer.headers
    assert "strict-transport-security" in answer.headers


def test_what_is_streamed_is_not_held_back_by_compression(guarded):
    (answer,) = talk(guarded(), post("/talk/ask", accept_encoding="gzip"))
    assert "content-encoding" not in answer.headers


def test_an_error_does_not_show_what_the_program_looks_like(guarded):
    (answer,) = talk(guarded(), get("/fails"))
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")


# --- what is closed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/UPLOAD",
        "/gradio_api/upload_progress",
        "/gradio_api//upload",
        "/gradio_api/proxy=https://x.hf.space/",
        "/gradio_api/runs",
        "/gradio_api/run-history/records",
        "/monitoring",
        "/monitoring/summary",
        "/gradio_api/vibe-edit",
        "/gradio_api/dev/reload",
        "/login",
        "/logout",
    ],
)
def test_what_nobody_needs_is_not_there(guarded, path):
    answers = talk(guarded(), get(path), post(path), get(path, accept="text/html"))
    assert {answer.status_code for answer in answers} == {404}
    assert "<!doctype html>" in answers[2].text


@pytest.mark.parametrize("origin", ["https://other.test", "null", "http://stance.test.other.test", "http://stance.test:81"])
def test_pages_of_other_sites_may_not_send_anything(guarded, origin):
    ours, theirs = talk(guarded(), post("/x", origin="http://stance.test"), post("/x", origin=origin))
    assert (ours.status_code, theirs.status_code) == (200, 403)


CALLER = "https://app.example.org"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,x-stainless-os"}


def test_pages_of_sites_that_were_named_may_call_with_a_key(guarded):
    app = guarded(OPENSTANCE_API_KEYS=KEY, origins=(CALLER,))
    path, key = "/v1/chat/completions", {"authorization": f"Bearer {KEY}"}
    before, answer, without = talk(
        app,
        ("OPTIONS", path, {"headers": {"origin": CALLER, **PREFLIGHT}}),
        post(path, origin=CALLER, **key),
        post(path, origin=CALLER),
    )
    assert before.status_code == answer.status_code == 200
    assert without.status_code == 401
    assert {each.headers["access-control-allow-origin"] for each in (before, answer, without)} == {CALLER}
    assert all("Origin" in each.headers["vary"] for each in (before, answer))
    assert "x-stainless-os" in before.headers["access-control-allow-headers"]
    assert not any("access-control-allow-credentials" in each.headers for each in (before, answer, without))


@pytest.mark.parametrize(
    ("path", "origin", "status"),
    [
        ("/v1/chat/completions", "https://other.example.org", 403),
        ("/v1/chat/completions", f"{CALLER}.evil.test", 403),
        ("/v1/chat/completions", "null", 403),
        ("/talk/ask", CALLER, 403),
        ("/mcp", CALLER, 403),
    ],
)
def test_nobody_else_may_and_nothing_else_is_shared(guarded, path, origin, status):
    before, answer = talk(
        guarded(origins=(CALLER,)), ("OPTIONS", path, {"headers": {"origin": origin, **PREFLIGHT}}), post(path, origin=origin)
    )
    assert answer.status_code == status
    assert not any("access-control-allow-origin" in each.headers for each in (before, answer))


@pytest.mark.parametrize(
    "origin", ["*", "example.org", "https://example.org/", "https://example.org/app", "ftp://example.org", "null"]
)
def test_only_origins_can_be_named(origin):
    with pytest.raises(ConfigError, match=r"guard\.origins"):
        GuardConfig(origins=(origin,))


def test_headers_of_proxies_are_believed_only_behind_one(guarded):
    (direct,) = talk(guarded(), get("/x", x_forwarded_host="evil.test"))
    (behind,) = talk(guarded(proxies=1), get("/x", x_forwarded_host="front.test"))
    assert (direct.json()["host"], behind.json()["host"]) == (None, "front.test")


@pytest.mark.parametrize(
    ("host", "status"), [("localhost:7860", 200), ("127.0.0.1", 200), ("[::1]:1", 200), ("evil.test", 400), ("a b", 400)]
)
def test_who_can_be_reached_from_this_machine_alone_is_called_by_its_names(guarded, host, status):
    (answer,) = talk(KnownHosts(guarded(), LOOPBACK), get("/x", host=host))
    assert answer.status_code == status


def test_any_name_that_could_be_one_is_taken_elsewhere(guarded):
    app = KnownHosts(guarded(), frozenset())
    named, broken = talk(app, get("/x", host="a-b.hf.space"), get("/x", host="a/b@c"))
    assert (named.status_code, broken.status_code) == (200, 400)


# --- size ------------------------------------------------------------------------------------------------------------


async def pieces(count, size):
    for _ in range(count):
        yield b"x" * size


@pytest.mark.parametrize(("content", "status"), [(b"x" * 2048, 200), (b"x" * 2049, 413)])
def test_what_is_larger_than_meant_is_refused(guarded, content, status):
    (answer,) = talk(guarded(body=2048), post("/x", content))
    assert answer.status_code == status


@pytest.mark.parametrize(("count", "status"), [(2, 200), (3, 413)])
def test_what_does_not_say_its_size_is_counted(guarded, count, status):
    (answer,) = talk(guarded(body=2048), post("/x", pieces(count, 1000)))
    assert answer.status_code == status
    assert status == 200 or "2048" in answer.json()["detail"]


def test_a_size_that_is_none_is_refused(guarded):
    (answer,) = talk(guarded(), post("/x", content_length="many"))
    assert answer.status_code == 413


# --- how often -------------------------------------------------------------------------------------------------------

ASKING = ["/gradio_api/queue/join", "/gradio_api/call/ask", "/v1/chat/completions", "/mcp", "/talk/ask"]


@pytest.mark.parametrize("path", ASKING)
def test_who_asks_too_often_is_told_when_to_come_back(guarded, path):
    tally = Told()
    answers = talk(guarded(tally, questions=2), *[post(path, accept_language="ja")] * 3, get("/x"))
    assert [answer.status_code for answer in answers] == [200, 200, 429, 200]
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60
    told = answers[2].json()
    assert "お尋ねください" in (told["error"]["message"] if path.startswith("/v1/") else told["detail"])
    assert (tally.refusals, tally.now, tally.most) == (1, 0, 1)


def test_openai_clients_read_why(guarded):
    (answer,) = talk(guarded(OPENSTANCE_API_KEYS=KEY), post("/v1/chat/completions"))
    message = "A key is needed here. Send it as: Authorization: Bearer KEY"
    assert answer.json() == error_json(401, message, "need_key")
    assert answer.json()["error"]["type"] == "authentication_error"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_searching_the_corpus_counts_and_a_browser_gets_a_page(guarded):
    answers = talk(guarded(questions=1), *[get("/corpus/search?q=x", accept="text/html")] * 2)
    assert [answer.status_code for answer in answers] == [200, 429]
    assert "Please wait" in answers[1].text


def test_each_client_has_its_own_count_and_any_number_may_be_allowed(guarded):
    app = guarded(questions=1)
    codes = [talk(app, post("/talk/ask"), client=(host, 1))[0].status_code for host in ("203.0.113.1", "203.0.113.2") * 2]
    assert codes == [200, 200, 429, 429]
    assert {answer.status_code for answer in talk(guarded(questions=0), *[post("/talk/ask")] * 99)} == {200}


def test_a_full_queue_is_told_politely_on_the_page_and_plainly_to_programs(guarded):
    path = "/gradio_api/queue/join?full=1"
    page, program = talk(guarded(), post(path, sec_fetch_mode="cors", cookie="openstance-language=ja"), post(path))
    assert (page.status_code, program.status_code) == (429, 503)
    assert "混み合って" in page.json()["detail"]


def scope(client="10.0.0.1", **headers):
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "client": (client, 1), "headers": given}


@pytest.mark.parametrize(
    ("told", "trusted", "heard"),
    [
        ("198.51.100.7", 0, "10.0.0.1"),
        ("198.51.100.7", 1, "198.51.100.7"),
        ("6.6.6.6, 198.51.100.7", 1, "198.51.100.7"),
        ("6.6.6.6, 198.51.100.7, 10.9.9.9", 2, "198.51.100.7"),
        ("198.51.100.7", 3, "198.51.100.7"),
        ("2001:db8:1:2:3::9", 1, "2001:db8:1:2::/64"),
        ("x" * 999, 1, "x" * 64),
        (" , ", 1, "10.0.0.1"),
    ],
)
def test_a_client_is_known_by_what_proxies_heard_and_not_by_what_it_says(told, trusted, heard):
    assert address(scope(x_forwarded_for=told), trusted) == heard


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({"accept_language": "ja,en;q=0.5"}, "ja"),
        ({"accept_language": "ja", "cookie": "openstance-language=en"}, "en"),
        ({"cookie": "openstance-language=ja"}, "ja"),
        ({"cookie": "openstance-language=xx"}, "en"),
        ({"cookie": "\x00;;;=,"}, "en"),
    ],
)
def test_guards_speak_the_language_of_the_page(headers, language):
    assert language_of(scope(**headers)) == language


# --- who may come in -------------------------------------------------------------------------------------------------

PROGRAMS = ["/v1/models", "/mcp", "/metrics", "/gradio_api/info", "/gradio_api/call/ask"]


@pytest.mark.parametrize("path", PROGRAMS)
def test_programs_need_a_key_where_there_are_keys(guarded, path):
    app = guarded(OPENSTANCE_API_KEYS=f"{KEY}, another-key-of-length")
    sent = [get(path), get(path, authorization="Bearer wrong"), get(path, authorization=f"Basic {KEY}")]
    codes = [answer.status_code for answer in talk(app, *sent, get(path, authorization=f"bearer {KEY}"), get("/"))]
    assert codes == [401, 401, 401, 200, 200]


def test_without_users_and_keys_all_may_come(guarded):
    assert {answer.status_code for answer in talk(guarded(), *[get(path) for path in PROGRAMS], get("/"))} == {200}


USERS = "anna:open sesame, ben:" + hashed("ひらけごま")


def form(**fields):
    return "POST", "/login", {"data": fields}


@pytest.mark.parametrize(("name", "password"), [("anna", "open sesame"), ("ben", "ひらけごま")])
def test_who_logs_in_may_see_everything_and_who_logs_out_nothing(guarded, name, password):
    app = guarded(OPENSTANCE_USERS=USERS)
    before, entered, after, gone, closed = talk(
        app,
        get("/read/a.md?x=1", accept="text/html"),
        form(name=name, password=password, next="/read/a.md?x=1"),
        get("/read/a.md"),
        get("/logout"),
        get("/read/a.md"),
    )
    assert before.headers["location"] == "/login?next=%2Fread%2Fa.md%3Fx%3D1"
    assert (entered.status_code, entered.headers["location"]) == (303, "/read/a.md?x=1")
    assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in entered.headers["set-cookie"].split(";")}
    assert (after.status_code, gone.status_code, closed.status_code) == (200, 303, 401)


@pytest.mark.parametrize("path", ["/", "/corpus", "/read/a.md", "/talk/ask", "/gradio_api/queue/join", "/config", "/v1/models"])
def test_nothing_is_shown_to_who_has_not_logged_in(guarded, path):
    answers = talk(guarded(OPENSTANCE_USERS=USERS), get(path), post(path), get(path, cookie="openstance-session=x.y"))
    assert {answer.status_code for answer in answers} == {401}


def test_whether_it_lives_is_told_to_all(guarded):
    answers = talk(guarded(OPENSTANCE_USERS=USERS, OPENSTANCE_API_KEYS=KEY), get("/healthz"), get("/readyz"))
    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize(("language", "wrong"), [("en", "do not belong together"), ("ja", "一致しません")])
def test_a_wrong_password_is_told_in_both_languages_and_guessing_ends_soon(guarded, language, wrong):
    app = guarded(OPENSTANCE_USERS="anna:open sesame")
    page, *answers = talk(app, get(f"/login?lang={language}"), *[form(name="anna", password="x", lang=language)] * 11)
    assert f'lang="{language}"' in page.text
    assert 'autocomplete="current-password"' in page.text
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert wrong in answers[0].text
    assert "set-cookie" not in answers[0].headers


@pytest.mark.parametrize("wanted", ["//evil.test", "https://evil.test", "/\\evil.test", "\\\\evil", "/a\r\nx: y", "", "evil"])
def test_logging_in_leads_nowhere_else(guarded, wanted):
    assert inside(wanted) == "/"
    (answer,) = talk(guarded(OPENSTANCE_USERS=USERS), form(name="anna", password="open sesame", next=wanted))
    assert answer.headers["location"] == "/"


def test_what_is_wanted_cannot_break_out_of_the_page(guarded):
    (answer,) = talk(guarded(OPENSTANCE_USERS=USERS), get('/login?next=/"><script>alert(1)</script>'))
    assert answer.status_code == 200
    assert "&quot;&gt;&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text


def test_on_a_space_the_cookie_works_within_the_hubs_page(guarded):
    app = guarded(OPENSTANCE_USERS=USERS, SPACE_ID="a/b")
    (answer,) = talk(app, form(name="anna", password="open sesame"))
    assert {"SameSite=None", "Secure", "Partitioned"} <= {part.strip() for part in answer.headers["set-cookie"].split(";")}


def test_a_web_socket_needs_a_login_and_the_right_origin(guarded):
    from starlette.testclient import TestClient
    from starlette.websockets import WebSocketDisconnect

    for app, origin in ((guarded(), "http://other.test"), (guarded(OPENSTANCE_USERS=USERS), "http://testserver")):
        with (
            pytest.raises(WebSocketDisconnect) as closed,
            TestClient(app).websocket_connect("/talk/voice", headers={"origin": origin}),
        ):
            pass
        assert closed.value.code == 1008


# --- users and keys --------------------------------------------------------------------------------------------------


def test_a_cookie_that_was_altered_or_is_old_or_anothers_opens_nothing():
    door = Doorkeeper({"anna": hashed("x")})
    good = door.ticket("anna", 1)
    assert door.holder(good) == "anna"
    assert not door.holder(good[:-1] + ("0" if good[-1] != "0" else "1"))
    assert not door.holder("A" + good)
    assert not door.holder(door.ticket("anna", -1))
    assert not door.holder(door.ticket("carl", 1))
    assert not Doorkeeper({"anna": hashed("x")}).holder(good)
    assert not door.holder("é.é")


def test_passwords_are_kept_hashed_and_secrets_are_not_shown():
    door = doorkeeper({"OPENSTANCE_USERS": "anna:open sesame", "OPENSTANCE_API_KEYS": KEY})
    assert "sesame" not in repr(door) + str(door.users)
    assert KEY not in repr(door) + str(door.keys)
    assert matches("open sesame", door.users["anna"])
    assert hashed("x") != hashed("x")
    assert not door.knows_user("nobody", "")


@pytest.mark.parametrize(
    "environment",
    [
        {"OPENSTANCE_USERS": "anna"},
        {"OPENSTANCE_USERS": ":secret1"},
        {"OPENSTANCE_USERS": "anna:scrypt$secret1"},
        {"OPENSTANCE_USERS": "anna:scrypt$AAAA$secret1="},
        {"OPENSTANCE_API_KEYS": "secret1"},
    ],
)
def test_users_and_keys_that_cannot_be_used_are_refused_without_being_shown(environment):
    with pytest.raises(ConfigError) as told:
        doorkeeper(environment)
    assert "secret1" not in str(told.value)
