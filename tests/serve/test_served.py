"""The real application over the real protocol: what is open, what is closed, and what is told of it."""

import json
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from apart import serving

KEY = "a-key-of-some-length"


@pytest.fixture(scope="module")
def open_to_all(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("open")) as served:
        yield served


def test_gradio_serves_no_file_from_outside_and_fetches_none(open_to_all):
    client, _ = open_to_all
    paths = ["/etc/passwd", "../../../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", __file__, "https://example.org/"]
    paths += ["C:/x", "\\\\host\\share", "/proc/self/environ"]
    for path in paths:
        for route in ("/gradio_api/file=", "/gradio_api/file/", "/static/", "/assets/", "/svelte/", "/gradio_api/proxy="):
            answer = client.get(route + path)
            assert answer.status_code in (400, 403, 404, 405), (route, path)
            assert "root:" not in answer.text


@pytest.mark.parametrize("path", ["//evil.test", "//evil.test/%2e%2e", "/\\evil.test", "/login?next=//evil.test", "/logout"])
def test_nothing_leads_to_another_site(open_to_all, path):
    client, _ = open_to_all
    answer = client.get(path)
    assert "evil.test" not in answer.headers.get("location", "")


def test_nothing_can_be_uploaded(open_to_all):
    client, _ = open_to_all
    assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 404


def test_what_goes_wrong_tells_nothing_of_the_program(open_to_all):
    client, _ = open_to_all
    broken = [
        client.post("/gradio_api/queue/join", content=b"{"),
        client.post("/gradio_api/queue/join", json={"data": ["x"], "fn_index": 9999, "session_hash": "x"}),
        client.post("/gradio_api/run/predict", json={"data": None}),
        client.get("/gradio_api/queue/data"),
    ]
    for answer in broken:
        assert "Traceback" not in answer.text
        assert "site-packages" not in answer.text


def test_the_page_is_served_under_the_headers(open_to_all):
    client, _ = open_to_all
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert answer.status_code == 200
    assert answer.text.count("<script") == answer.text.count(f'<script nonce="{nonce}"') >= 3
    assert client.get("/", headers={"host": "evil.test"}).status_code == 400
    assert len(answer.headers["x-request-id"]) == 12


def test_no_figures_are_shown_without_a_key_where_there_are_keys(tmp_path):
    with serving(tmp_path, OPENSTANCE_API_KEYS=KEY, OPENSTANCE_USERS="anna:open sesame") as (client, lines):
        assert client.get("/metrics").status_code == 401
        assert client.get("/").status_code == 401
        answer = client.get("/metrics", headers={"authorization": f"Bearer {KEY}"})
        assert "openstance_questions_total" in answer.text
        assert client.post("/login", data={"name": "anna", "password": "open sesame"}).status_code == 303
        assert "gradio" in client.get("/").text
    assert KEY not in "\n".join(lines)
    assert "sesame" not in "\n".join(lines)
    rows = [json.loads(line) for line in lines]
    told = [row["message"] for row in rows]
    assert told[-1] == "The page is closed."
    assert any("answers on" in line for line in told)
