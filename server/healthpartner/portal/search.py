"""The search index: an entry for each section of each page, small enough to be fetched whole."""

from typing import Any

from markdown_it.token import Token

from healthpartner.portal.contents import Place
from healthpartner.portal.markdown import Rendered, plain

LONGEST_TEXT = 600


def entries(place: Place, rendered: Rendered) -> list[dict[str, Any]]:
    headings = iter(rendered.headings)
    found: list[dict[str, Any]] = []
    inside_heading = False
    for token in rendered.tokens:
        if token.type == "heading_open":
            heading = next(headings)
            inside_heading = True
            address = place.url if heading.level == 1 else f"{place.url}#{heading.id}"
            found.append({"page": place.title, "title": heading.text, "url": address, "text": ""})
        elif token.type == "heading_close":
            inside_heading = False
        elif not inside_heading and found and (text := _text(token)):
            found[-1]["text"] = f"{found[-1]['text']} {text}".strip()[:LONGEST_TEXT]
    return found


def _text(token: Token) -> str:
    return " ".join(plain(token).split()) if token.type == "inline" else ""
