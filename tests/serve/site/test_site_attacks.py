"""Documents, addresses and questions made to break out of the page."""

from urllib.parse import quote

import pytest

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1) 'title')",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](<javascript:alert(1)>)",
    "[x](vbscript:msgbox)",
    '[x](https://example.org/"onmouseover=alert(1))',
    '![x](x"onerror="alert(1))',
    "<javascript:alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java&#115;cript:alert(1)'>x</a>",
    "<a href='&#x6A;avascript:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a onclick=alert(1) href='https://example.org'>x</a>",
    "<b style='position:fixed' onmouseover=alert(1)>x</b>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "`<script>alert(1)</script>`",
    "```\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "</span></div></main><script>alert(1)</script>",
    "| a | <script>alert(1)</script> |\n|---|---|\n| <img src=x onerror=alert(1)> | b |",
    "# <script>alert(1)</script> heading",
    "- <img src=x onerror=alert(1)> item",
    '"><script>alert(1)</script>',
    "' onfocus='alert(1)' autofocus='",
    "{{ 7 * 7 }}{% include 'base.html' %}",
    "<!--><script>alert(1)</script>-->",
    "<math><mtext></p><script>alert(1)</script></mtext></math>",
    "<form action='https://evil.example'><button>x</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example'>",
    "<style>@import 'https://evil.example';</style>",
    "<details open ontoggle=alert(1)>x</details>",
    "<x onclick=alert(1)>x</x>",
    "\u202e<script>alert(1)</script>",
    "\x1b]8;;https://evil.example\x07x",
]
# All elements that the pages themselves have.
OWN = set(
    "html head meta title link script body header footer main nav a button span div h1 h2 h3 h4 h5 h6 p ul ol li form label"
    " input select option section article svg desc path circle rect text details summary table thead tbody tr th td"
    " blockquote pre code strong em del sub sup time mark".split()
)


def innocent(html, page_of):
    page = page_of(html)
    assert {tag for tag, _ in page.elements} <= OWN
    for tag, values in page.elements:
        assert not [
            name
            for name in values
            if name.startswith("on") or name in ("style", "srcdoc", "action", "xlink:href", "http-equiv")
        ] or (tag == "form" and values["action"] == "/corpus")
        href = (values.get("href") or "").strip().lower()
        assert href == "" or href.startswith(("/", "#", "https://")), href
        assert not href.startswith("//")
    assert all(values.get("src", "").startswith("/assets-openstance/site/") for values in page.all("script"))
    return page


@pytest.fixture
def attacked(site_of):
    files = {}
    for n, payload in enumerate(PAYLOADS):
        title = payload.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\x1b", "").replace("\x07", "")
        front = (
            f'---\ntitle: "{title}"\nkind: "{title}"\npublisher: "{title}"\nlicence: "{title}"\ndate: 2024-01-{n % 28 + 1:02}\n'
        )
        files[f"m{n}.md"] = (
            f'{front}url: "javascript:alert(1)"\n---\n# Words\n\nSome words of danger here.\n\n{payload}\n\nMore words.\n'
        )
        files[f"h{n}.html"] = f"<title>{payload}</title><p>Some words of danger.</p>{payload}<p>More words.</p>"
        files[f"t{n}.txt"] = f"Some words of danger.\n\n{payload}\n".replace("\x1b", "").replace("\x07", "")
    return site_of(files)


def test_nothing_that_documents_hold_runs_or_leads_astray(attacked, page_of):
    for n in range(len(PAYLOADS)):
        for name in (f"m{n}.md", f"h{n}.html", f"t{n}.txt"):
            answer = attacked.get(f"/read/{name}")
            assert answer.status_code == 200, name
            innocent(answer.text, page_of)
    for address in ("/corpus", "/corpus?page=2", "/corpus?q=words+of+danger", "/corpus?year=2024&lang=ja"):
        innocent(attacked.get(address).text, page_of)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_an_address_runs(payload, site, page_of):
    for name in ("q", "kind", "year", "language", "page", "lang"):
        page = innocent(site.get("/corpus", params={name: payload}).text, page_of)
        if name == "q":
            assert folded_value(page) == payload.strip()
    answer = site.get(f"/read/{quote(payload)}")
    assert answer.status_code == 404
    innocent(answer.text, page_of)


def folded_value(page):
    (field,) = [values for values in page.all("input") if values.get("name") == "q"]
    return field["value"].replace("\ufffd", "")


@pytest.mark.parametrize(
    "path",
    [
        "../pyproject.toml",
        "..%2f..%2fetc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "/etc/passwd",
        "tower.en.md/..",
        "%00",
        "",
        "TOWER.en.md",
    ],
)
def test_only_documents_can_be_read(path, site):
    answer = site.get(f"/read/{path}")
    assert answer.status_code == 404
    assert "root:" not in answer.text


@pytest.mark.parametrize("name", ["routes.py", "../routes.py", "..%2froutes.py", "nothing.css"])
def test_only_known_files_are_served(name, site):
    assert site.get(f"/assets-openstance/site/{name}").status_code == 404


def test_pages_forbid_what_they_do_not_need(site):
    policy = site.get("/corpus").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert site.get("/corpus").headers["x-content-type-options"] == "nosniff"
