"""What a browser is told to refuse on our behalf: https://owasp.org/www-project-secure-headers/"""

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files

Headers = list[tuple[bytes, bytes]]

# What Streamlit's own page needs beyond itself: styles are written into elements, components come as blobs, icons and
# charts as data. Nothing comes from another host.
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' blob: 'wasm-unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' data: blob:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
FRAMED_BY = "'self'"
# The form without Streamlit's frame (`?embed=true`) is made to stand in other people's pages; there is nothing in it to
# log in to, and nothing that a stolen click could change for anyone else.
EMBEDDED_BY = "'self' https: http://localhost:*"
REST = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")
    ),
}
EMBEDDED = re.compile(rb"(?:^|&)embed=true(?:&|$)", re.IGNORECASE)


def security_headers(query: bytes) -> Headers:
    """Return the headers of an answer to a request with this query string."""
    return _headers(bool(EMBEDDED.search(query)))


@cache
def _headers(embedded: bool) -> Headers:
    policy = {**POLICY, "frame-ancestors": EMBEDDED_BY if embedded else FRAMED_BY}
    policy["script-src"] += "".join(f" '{digest}'" for digest in inline_scripts())
    written = {"Content-Security-Policy": "; ".join(f"{what} {where}" for what, where in policy.items()), **REST}
    return [(name.lower().encode(), value.encode()) for name, value in written.items()]


@cache
def inline_scripts() -> tuple[str, ...]:
    """Return the digests of the scripts that stand in Streamlit's own page, so that no other inline script may run."""
    page = (files("streamlit") / "static" / "index.html").read_text(encoding="utf-8")
    return tuple(_digest(script) for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL))


def _digest(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
