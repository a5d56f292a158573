"""A selection of claims as one sourced page: a footnote for every figure, in Markdown or HTML."""

from __future__ import annotations

from .content import brief
from .html import body, html
from .markdown import markdown
from .page import Page

__all__ = ["Page", "body", "brief", "html", "markdown"]
