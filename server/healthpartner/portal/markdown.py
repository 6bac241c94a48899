"""Markdown into HTML: headings with anchors, links between guides, highlighted code, and neighbouring code blocks
joined into tabs, so that a page without scripts, and its Markdown twin, read as well as the page.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from msgspec import Struct

from healthpartner.portal import code

GUIDE = re.compile(r"^([a-z-]+)\.md(#.*)?$")
ELSEWHERE = re.compile(r"^(?:https?:|#|/)")
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


class Heading(Struct, frozen=True):
    level: int
    id: str
    text: str


class Rendered(Struct, frozen=True):
    html: str
    headings: list[Heading]
    tokens: list[Token]


def fragment(title: str) -> str:
    """As code hosts make it: lower case, no punctuation, dashes for spaces."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def render(text: str, url_of: Callable[[str], str]) -> Rendered:
    """`url_of` answers the address of the guide with a given slug."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    markdown.core.ruler.push("join_code", join_code)
    for rule, function in RULES.items():
        markdown.add_render_rule(rule, function)
    tokens = markdown.parse(text)
    headings = list(_number_headings(tokens))
    for token in tokens:
        for child in token.children or ():
            _resolve(child, url_of)
    return Rendered(markdown.renderer.render(tokens, markdown.options, {}), headings, tokens)


def plain(token: Token) -> str:
    """What an inline token says, without marks."""
    return "".join(child.content for child in token.children or () if child.type in {"text", "code_inline"})


def join_code(state: StateCore) -> None:
    """Fences without anything between them become one token."""
    joined: list[Token] = []
    for token in state.tokens:
        if token.type != "fence":
            joined.append(token)
        elif joined and joined[-1].type == "code":
            joined[-1].meta["fences"].append(token)
        else:
            joined.append(Token("code", "", 0, meta={"fences": [token]}, block=True, map=token.map))
    state.tokens = joined


def _number_headings(tokens: Sequence[Token]) -> Any:
    taken: set[str] = set()
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        text = plain(inline)
        name = fragment(text)
        while name in taken:
            name += "-1"
        taken.add(name)
        opening.attrSet("id", name)
        yield Heading(int(opening.tag[1]), name, text)


def _resolve(token: Token, url_of: Callable[[str], str]) -> None:
    if token.type != "link_open":
        return
    target = str(token.attrGet("href") or "")
    if found := GUIDE.match(target):
        token.attrSet("href", url_of(found.group(1)) + (found.group(2) or ""))
    elif not ELSEWHERE.match(target):
        token.attrSet("href", url_of("introduction") + target)


def _code(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:  # noqa: ARG001 - the library's
    return code.block([code.Fence(fence.info, fence.content) for fence in tokens[index].meta["fences"]])


def _heading_close(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:  # noqa: ARG001 - the library's
    tag = tokens[index].tag
    name, text = tokens[index - 2].attrGet("id"), plain(tokens[index - 1])
    link = f'<a class="anchor" href="#{name}" aria-label="Link to {code.escape(text)}">#</a>' if tag != "h1" else ""
    return f"{link}</{tag}>\n"


def _code_inline(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:  # noqa: ARG001 - the library's
    text = tokens[index].content
    if text in METHODS:
        return f'<span class="method {text.lower()}">{text}</span>'
    # A long path may break after a slash, and only there.
    return f"<code>{code.escape(text).replace('/', '/<wbr>')}</code>"


def _table_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:  # noqa: ARG001 - the library's
    return '<div class="table" role="group" aria-label="Table" tabindex="0"><table>\n'


def _table_close(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:  # noqa: ARG001 - the library's
    return "</table></div>\n"


RULES: dict[str, Callable[..., str]] = {
    "code": _code,
    "heading_close": _heading_close,
    "code_inline": _code_inline,
    "table_open": _table_open,
    "table_close": _table_close,
}
