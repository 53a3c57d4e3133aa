"""What a finished page may hold: nothing that runs, nothing that is fetched.

A browser is told so by the page's content security policy; `refuse_active_content` makes sure before
anybody opens it, because a policy can't stop a refresh, and a mail program may not know policies at all.
"""

import re
from html.parser import HTMLParser

from saypro_nb.agree.errors import WorkbenchError

POLICY = (
    "default-src 'none'; script-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)

# Beyond what runs or loads: elements whose content a browser reads by other rules than html.parser does,
# so that what we check would not be what is shown.
REFUSED_ELEMENTS = {
    *("script", "base", "link", "form", "iframe", "frame", "frameset", "object", "embed", "applet", "portal"),
    *("noscript", "noembed", "noframes", "plaintext", "xmp", "template", "textarea", "svg", "math"),
}
FETCHED = {
    "src",
    "srcset",
    "href",
    "xlink:href",
    "poster",
    "data",
    "background",
    "cite",
    "longdesc",
    "manifest",
}
REFUSED_ATTRIBUTES = {"srcdoc", "formaction", "action", "ping", "autofocus"}
LINKS = {"a", "area"}
LINK_SCHEMES = {"", "http", "https", "mailto"}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
_STYLE_FETCHES = re.compile(r"""url\((?!["']?(?:data:|#))|@import|<""")


def refuse_active_content(page: str) -> None:
    """Raise WorkbenchError if `page` holds a script, an event handler, a refresh or outside content."""
    reader = _PageReader()
    reader.feed(page)
    reader.close()
    if reader.refused:
        found = "; ".join(reader.refused[:5])
        raise WorkbenchError(
            f"The page is not written: a report must open safely in any mail program. Found: {found}. "
            "Show text, tables and charts through saypro_nb.show, and link instead of embedding."
        )


class _PageReader(HTMLParser):
    """Reads a page as a browser would, and notes what a report must not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if tag in REFUSED_ELEMENTS:
            self._refuse(f"<{tag}>")
        if tag == "meta":
            self._check_meta({name: value or "" for name, value in attrs})
        for name, value in attrs:
            self._check_attribute(tag, name, _squeezed(value or ""))

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if self._in_style and _STYLE_FETCHES.search(_squeezed(data)):
            self._refuse("a style that loads something")

    def handle_comment(self, data: str) -> None:
        if "<" in data or ">" in data:  # browsers disagree on where such a comment ends
            self._refuse("a comment with markup in it")

    def unknown_decl(self, data: str) -> None:
        self._refuse(f"<![{data[:20]}")

    def _check_meta(self, facts: dict[str, str]) -> None:
        directive = _squeezed(facts.get("http-equiv", ""))
        if directive not in {"", "content-security-policy"}:
            self._refuse(f'<meta http-equiv="{directive}">')

    def _check_attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or name in REFUSED_ATTRIBUTES:
            self._refuse(f"the attribute {name} of <{tag}>")
        elif name == "href" and tag in LINKS:
            if not _is_harmless_link(value):
                self._refuse(f"a link to {value[:40]}")
        elif name in FETCHED and not value.startswith(("data:", "#")):
            self._refuse(f'{name}="{value[:40]}" of <{tag}>')
        elif name == "style" and _STYLE_FETCHES.search(value):
            self._refuse(f"a style of <{tag}> that loads something")

    def _refuse(self, what: str) -> None:
        self.refused.append(f"{what} (line {self.getpos()[0]})")


def _squeezed(value: str) -> str:
    """Return `value` without blanks and control letters, in lower case: browsers read 'java\\tscript:' so."""
    return "".join(letter for letter in value if letter > " ").casefold()


def _is_harmless_link(address: str) -> bool:
    scheme = _SCHEME.match(address)
    return address.startswith("data:text/csv;") or (scheme.group(1) if scheme else "") in LINK_SCHEMES
