"""Pages about the Python names that programs and notebooks may use, made of their signatures and docstrings."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, get_args

import allegata
from allegata import model, plugin


class Part(NamedTuple):
    """A section of the page: its heading, what it is about, the module that the names are imported from, and the names."""

    heading: str
    about: str
    module: str
    names: tuple[str, ...]


PARTS = (
    Part(
        "Read",
        "From bytes to claims. `capture` gives the records and bytes of a file or address, `read` makes a document of each.",
        "allegata",
        ("claims_of_text", "read", "claims", "check"),
    ),
    Part("Capture", "Bytes in; the only code that fetches.", "allegata.capture", ("capture", "expand")),
    Part("Relate", "What several claims are to each other.", "allegata", ("link", "groups", "find", "total")),
    Part("Silence", "What was ever shown.", "allegata.silence", ("silence",)),
    Part("Brief", "One sourced page.", "allegata.brief", ("brief", "markdown", "html")),
    Part("JSON", "Every record is the same value again after JSON.", "allegata", ("to_json", "from_json")),
    Part(
        "Mask",
        "Who is an affected person, and what is shown instead. What `read` and `claims` return is as the page has it.",
        "allegata.mask",
        ("find_affected", "mask_document", "mask_claim", "mask_text", "outward"),
    ),
    Part(
        "Ledger",
        "`open_ledger(folder, outward)` with `allegata.mask.outward`, so that all that comes out is masked.",
        "allegata.ledger",
        ("open_ledger", "ClaimFilter"),
    ),
    Part(
        "Notebook",
        "How records are shown; those that a cell ends with are by themselves.",
        "allegata.notebook",
        ("show", "html_of", "masked"),
    ),
    Part(
        "Surface forms",
        "Number words, times, places and calendars, for a language and without a document.",
        "allegata.ground",
        (
            "quantity.find_quantities",
            "quantity.bounds_of",
            "quantity.profiles",
            "timex.find_times",
            "gazetteer.find_toponyms",
            "gazetteer.places_named",
            "calendar.Calendar",
        ),
    ),
    Part("Extensions", "What is registered behind an entry-point group.", "allegata.plugin", ("names", "find")),
)
RECORDS = ("mention", "document", "claim", "link", "decision", "total", "batch")
"""The modules of `allegata.model` that declare records, in the order of the page."""
LEDGER = (
    "claims",
    "selected",
    "facets",
    "days",
    "links",
    "findings",
    "documents",
    "document",
    "claim",
    "origin",
    "capture_bytes",
    "masks",
    "rulings",
    "batches",
    "head",
    "verify",
    "close",
)
GROUPS = {
    "exporters": "Written by `allegata export --format NAME`; called with claims, a stream, documents and masks (`allegata.export.exporter.Exporter`).",
    "readers": "By media type; called with the bytes and the address.",
    "attribution": "Finds who is quoted, called with a document.",
    "stores": "By the scheme of a ledger's address; called with address, whether to make it, and what masks.",
    "engines": "Reads the parts of an archive; called with parts, address, settings and number of workers.",
    "calendars": "By the name that periods have.",
}
_UNTIDY = re.compile(r"<function .*|mappingproxy.*")
WIDTH = 110


def signature_of(name: str, called: Callable[..., Any]) -> str:
    """Return how *called* is called, a line a parameter where they would not fit in one.

    >>> signature_of("f", lambda a, *, b=1: None)
    'f(a, *, b=1)'
    """
    made = inspect.signature(called)
    parts: list[str] = []
    for each in made.parameters.values():
        if each.name == "self":
            continue
        if each.kind is each.KEYWORD_ONLY and "*" not in parts:
            parts.append("*")
        parts.append(_parameter(each))
    returned = "" if made.return_annotation is made.empty else f" -> {made.return_annotation}"
    line = f"{name}({', '.join(parts)}){returned}"
    return line if len(line) <= WIDTH else f"{name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){returned}"


def _parameter(each: inspect.Parameter) -> str:
    typed = f": {each.annotation}" if each.annotation is not each.empty else ""
    if each.default is each.empty:
        return f"{each.name}{typed}"
    default = "ALL" if type(each.default).__name__ == "ClaimFilter" else _UNTIDY.sub("...", repr(each.default))
    return f"{each.name}{typed} = {default}" if typed else f"{each.name}={default}"


def prose_of(docstring: str) -> str:
    r"""Return a *docstring* of ours as Markdown: code, what is raised, and its examples as blocks.

    >>> print(prose_of("Return ``a`` of *b*, as `c` does.\n\nRaises: InputError if none."))
    Return `a` of *b*, as `c` does.
    <BLANKLINE>
    **Raises** InputError if none.
    """
    made = []
    for block in re.split(r"\n\s*\n", inspect.cleandoc(docstring)):
        if block.startswith(">>>"):
            made.append(f"```pycon\n{block}\n```")
        elif block.lstrip().startswith(("* ", "- ")):
            made.append(f"```text\n{block}\n```")
        else:
            text = re.sub(r"``([^`]+)``", r"`\1`", block)
            text = re.sub(r"^(Raises|Source): ", r"**\1** ", text, flags=re.MULTILINE)
            made.append(text.replace("<", "&lt;") if "<" in text and "`" not in text else text)
    return "\n\n".join(made)


def _function(name: str, called: Any, level: str = "###") -> str:
    shown = f"class {name}" if inspect.isclass(called) else signature_of(name.rpartition(".")[2], called)
    return (
        f"{level} `{name.rpartition('.')[2]}`\n\n```python\n{shown}\n```\n\n{prose_of(inspect.getdoc(called) or '')}\n"
    )


def _resolved(part: Part, name: str) -> tuple[str, Any]:
    """Return the module that *name* is imported from, and what it is."""
    inner, _, last = name.rpartition(".")
    where = f"{part.module}.{inner}" if inner else part.module
    return where, getattr(importlib.import_module(where), last)


def functions() -> str:
    """Return the page of functions."""
    parts = [
        "# Python: functions\n\nMade from the code by `make generate`. Every example is run by a test. Records are on [a page of their own](records.md).\n\n"
        "`from allegata import …` gives what is listed in `allegata.__all__`: the records, `" + "`, `".join(
            sorted(name for name in allegata.__all__ if inspect.isfunction(getattr(allegata, name)))
        ) + "`. What stands in other modules here is imported from there.\n"
    ]  # fmt: skip
    for part in PARTS:
        parts.append(f"## {part.heading}\n\n{part.about}\n")
        where = ""
        for name in part.names:
            module, called = _resolved(part, name)
            if module != where:
                parts.append(f"From `{module}`:\n")
                where = module
            parts.append(_function(name, called))
        if part.heading == "Ledger":
            parts += _methods()
    parts.append(
        "## What is registered\n\nAn extension is an entry point; the built-ins are registered in the same way.\n"
    )
    parts += _registered()
    return "\n".join(parts)


def _methods() -> Iterator[str]:
    kind = importlib.import_module("allegata.ledger").Ledger
    yield "An open ledger has, among others, these methods.\n"
    for name in LEDGER:
        method = getattr(kind, name)
        shown = signature_of(name, method)
        yield f"#### `Ledger.{name}`\n\n```python\n{shown}\n```\n\n{prose_of(inspect.getdoc(method) or '')}\n"


def _registered() -> Iterator[str]:
    for group, about in GROUPS.items():
        yield f"### `allegata.{group}`\n\n{about}\n\n| name | what it does |\n|---|---|"
        for name in plugin.names(group):
            found = plugin.find(group, name)
            about_it = (inspect.getdoc(found) or "").split("\n\n")[0].replace("\n", " ")
            first = prose_of(about_it if inspect.isroutine(found) else about_it.partition(". ")[0] + ".")
            yield f"| `{name}` | {first} |"
        yield ""


def _type(declared: Any) -> str:
    made = declared if isinstance(declared, str) else getattr(declared, "__name__", str(declared))
    return made.replace("|", "\\|")


def _fields(kind: type) -> Sequence[tuple[str, str]]:
    return [
        (name, annotation)
        for each in reversed(kind.__mro__)
        for name, annotation in inspect.get_annotations(each).items()
        if not name.startswith("__")
    ]


def records() -> str:
    """Return the page of records and errors."""
    parts = [
        "# Python: records\n\nMade from the code by `make generate`. All are frozen, compare by value, and are the same value again after "
        "[`to_json` and `from_json`](python.md#json); absent is `None` or an empty tuple. The JSON Schema that ships is made of the same declarations.\n"
    ]
    modules = [importlib.import_module(f"{model.__name__}.{each}") for each in RECORDS]
    declared_in = {name: value for module in modules for name, value in vars(module).items()}
    for name, kind in declared_in.items():
        if not inspect.isclass(kind) or not kind.__module__.startswith(f"{model.__name__}.") or name == "Record":
            continue
        parts.append(f"## {name}\n\n{prose_of(inspect.getdoc(kind) or '')}\n\n| field | type |\n|---|---|")
        parts += [f"| `{field.rstrip('_')}` | `{_type(annotation)}` |" for field, annotation in _fields(kind)]
        parts.append("")
    parts.append("## Closed lists\n\n| name | values |\n|---|---|")
    for name, declared in declared_in.items():
        if name[0].isupper() and get_args(declared) and all(isinstance(each, str) for each in get_args(declared)):
            parts.append(f"| `{name}` | {', '.join(f'`{each}`' for each in get_args(declared))} |")
    parts.append(f"\n## Errors\n\n{prose_of(inspect.getdoc(model.AllegataError) or '')}\n")
    return "\n".join(parts)
