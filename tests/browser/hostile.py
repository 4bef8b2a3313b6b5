"""Texts that do harm wherever they are taken for markup, code or addresses, and documents made of them."""

_RUN = "window.harmed=1"

PAYLOADS = (
    f"<script>{_RUN}</script>",
    f"</script><script>{_RUN}</script>",
    f"<img src=x onerror={_RUN}>",
    f"<img src=x onerror='{_RUN}'//",
    f"<svg onload={_RUN}>",
    f"<svg><script>{_RUN}</script></svg>",
    f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>",
    f"<math><mtext><img src=x onerror={_RUN}></mtext></math>",
    f"<body onload={_RUN}>",
    f"<iframe src=javascript:{_RUN}>",
    f'<iframe srcdoc="<script>parent.{_RUN}</script>">',
    f"<object data=javascript:{_RUN}>",
    f"<embed src=javascript:{_RUN}>",
    f"<a href=javascript:{_RUN}>press</a>",
    f"<a href=' javascript:{_RUN}'>press</a>",
    f"<a href='java\tscript:{_RUN}'>press</a>",
    f"<form action=javascript:{_RUN}><button>press</button></form>",
    f"<button formaction=javascript:{_RUN} form=f>press</button>",
    f"<input autofocus onfocus={_RUN}>",
    f"<select autofocus onfocus={_RUN}><option>1</select>",
    f"<textarea autofocus onfocus={_RUN}></textarea>",
    f"<details open ontoggle={_RUN}>",
    f"<video><source onerror={_RUN}></video>",
    f"<audio src=x onerror={_RUN}>",
    f"<marquee onstart={_RUN}>x</marquee>",
    f"<style>@keyframes x{{}}</style><b style=animation-name:x onanimationstart={_RUN}>x</b>",
    f"<link rel=stylesheet href=x onerror={_RUN}>",
    f"<meta http-equiv=refresh content='0;url=javascript:{_RUN}'>",
    "<base href=https://evil.example/>",
    f'" onmouseover="{_RUN}" x="',
    f"' onmouseover='{_RUN}' x='",
    f'" autofocus onfocus="{_RUN}',
    f"`${{{_RUN}}}`",
    f"${{{_RUN}}}",
    f"{{{{constructor.constructor('{_RUN}')()}}}}",
    f"<template><script>{_RUN}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={_RUN}>'>",
    f"<!--><img src=x onerror={_RUN}>-->",
    f"<![CDATA[><img src=x onerror={_RUN}>]]>",
    f"&lt;img src=x onerror={_RUN}&gt;",
    f"&#60;img src=x onerror={_RUN}&#62;",
    f"%3Cimg src=x onerror={_RUN}%3E",
    f"\\u003cimg src=x onerror={_RUN}\\u003e",
    f"<scr<script>ipt>{_RUN}</scr</script>ipt>",
    f"<img src=x onerror={_RUN}\u2028>",
    f"[press](javascript:{_RUN})",
    f'![x](x" onerror="{_RUN})',
    f"<javascript:{_RUN}>",
    f"</title><script>{_RUN}</script>",
    f"</textarea><img src=x onerror={_RUN}>",
    f"<p popover id=writers onbeforetoggle={_RUN}>x</p>",
    f"javascript:{_RUN}//",
)
"""Each sets `window.harmed` if it runs."""


def documents():
    """Return files of a corpus by name: harm in titles, bodies and addresses, and plain words beside it to ask about."""
    files = {}
    for number, payload in enumerate(PAYLOADS):
        title = payload.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
        files[f"odd-{number}.en.md"] = (
            f'---\ntitle: "{title}"\npublisher: "{title}"\ndate: 2024-01-02\nurl: "{title}"\nlanguage: en\nkind: blog\n---\n\n'
            f"# Lighthouse number {number}\n\nThe lighthouse number {number} carries the sign {payload} above its door.\n"
        )
    files["tower.en.md"] = (
        '---\ntitle: "The harbour tower"\npublisher: "Harbour"\ndate: 2023-05-06\nurl: "https://example.org/tower"\n'
        "language: en\nkind: policy\n---\n\n# The harbour tower\n\n"
        "The harbour tower is 48 metres tall. It was finished in 1962.\n"
    )
    return files
