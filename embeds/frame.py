"""The headers of frames, by which they show inside sandboxed, strict and cross-origin-isolated pages."""

from __future__ import annotations

from django.utils.csp import CSP

THEMES = ("auto", "light", "dark")

#: No frame-ancestors: inside a sandboxed wrapper even `*` blocks the frame. The sandbox gives it an origin of its own.
POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}
HEADERS = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Robots-Tag": "noindex",
}
