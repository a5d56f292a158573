"""Every table keeps the house rules, and every row of it is read: no row without a use."""

import re
from pathlib import Path

import pytest
from lxml.html import document_fromstring

import allegata
from allegata.capture.entry import columns_of
from allegata.capture.listing import is_tracking
from allegata.check import check
from allegata.check.naming import sound
from allegata.claim import claims, sample
from allegata.claim.attribution import cue_of, find_attributions
from allegata.claim.happening import find_happenings
from allegata.claim.page import page_of, stretch_at
from allegata.claim.scene import FIELDS as SCENE_FIELDS
from allegata.ground import lexicon
from allegata.ground.actor import parse_speaker
from allegata.ground.calendar import CALENDARS
from allegata.ground.country import country_context
from allegata.ground.currency import currency_before
from allegata.ground.gazetteer import find_toponyms, places_named, resolve
from allegata.ground.lexicon import alternation, expression, pattern, table, words
from allegata.ground.place import country_name, fold
from allegata.ground.quantity import find_quantities
from allegata.ground.syntax import is_plain_word, parse, pipeline
from allegata.ground.timex import find_times
from allegata.ground.unit import unit_of
from allegata.ledger.access import looks_of, may
from allegata.mask.naming import is_given_name
from allegata.model import DataError
from allegata.read.dated import shown_days
from allegata.read.metadata import marks_of
from allegata.read.written import written_days
from allegata.run.admission import ACTS
from allegata.silence import kinds_of

DATA = Path(allegata.__file__).parent / "data"
NAMES = sorted(str(path.relative_to(DATA)).removesuffix(".tsv") for path in DATA.rglob("*.tsv"))
CODE = "\n".join(path.read_text("utf-8") for path in sorted(DATA.parent.rglob("*.py")))
# Columns that together are one fact; elsewhere the first column is.
KEYS = {
    "columns": ("field", "order", "name"),
    "gazetteer": ("spelling", "name", "id"),
    "localities": ("spelling", "name", "id"),
    "page_days": ("kind", "language", "words"),
    "page_marks": ("field", "order", "name"),
    "spellings": ("spelling", "id"),
    "en/action_words": ("lemma", "pos", "with", "objects"),
    "en/details": ("field", "order"),
    "en/endings": ("ending", "stem"),
    "en/findings": ("kind", "case"),
    "en/furniture": ("phrase", "match"),
    "en/lemmas": ("form", "pos"),
    "en/ministries": ("field", "country"),
    "en/patterns": ("name", "pattern"),
    "en/quantifiers": ("phrase", "profile"),
    "en/time_words": ("kind", "word"),
    "en/words": ("group", "word"),
    "link_points": ("field", "level"),
    "scene_points": ("field", "level"),
    "map/outlines": ("map", "ids"),
    "roles": ("role", "act"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_table_states_its_origin_and_is_sorted_by_unique_keys(name):
    head = [line for line in (DATA / f"{name}.tsv").read_text("utf-8").splitlines() if line.startswith("#")]
    assert re.search(r"\bprovenance: \S", "\n".join(head), re.IGNORECASE)
    assert re.search(r"\blicence: \S", "\n".join(head), re.IGNORECASE)
    rows = table(name)
    for column in rows[0]:
        assert column in {"note", "example"} or re.search(rf"\b{column}\b", "\n".join(head)), column
    keys = [tuple(row[column] for column in KEYS.get(name, (next(iter(row)),))) for row in rows]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def same_name(row):
    one, two = (each.strip().lower() for each in row["example"].split(";"))
    return one != two and row["letters"] in one + two and sound(one, "en") == sound(two, "en")


def told_day(row):
    if row["kind"] == "month":
        year = 1403 if row["calendar"] == "persian" else 2024
        day = CALENDARS[row["calendar"]].day(year, int(row["month"]), 9)
        return [(each.day, each.label) for each in written_days(f"9 {row['words']} {year}")] == [(day, "")]
    if row["kind"] == "header":
        page = f"<body><article><div class='{row['words']}'>9 May 2024</div><h1>Ten held</h1><p>Ten.</p></article>"
        return [each.where for each in shown_days(document_fromstring(page))] == ["header"]
    return [each.label for each in written_days(f"{row['words']}: 2024-05-09")] == [row["kind"]]


def quantity_of(text, profile="default"):
    return next(iter(find_quantities(text, profile)), None)


def act(row):
    page = page_of(sample(row["example"]), "default")
    following = set()
    for happening in find_happenings(page):
        token = page.doc[happening.at]
        if row["lemma"] in (token.lower_, token.lemma_.lower()):
            following = {word for each in token.sent for word in (each.lower_, each.lemma_.lower())}
            return happening.action == row["action"] and following.issuperset(row["with"].split())
    return False


def cue(row):
    document = sample(row["example"])
    page = page_of(document, "default")
    found = [stretch_at(page, each.cue[0].start, each.cue[0].end) for each in find_attributions(document)]
    return any(each is not None and cue_of(each.root) == row for each in found)


def said(row, field):
    """Return whether the claim of the example has the row's class on the row's words."""
    found = [getattr(claim, field) for claim in claims(sample(row["example"])) if claim.action == "arrest"]
    return any(
        each.class_ == row["class"] and row["phrase"] in " ".join(s.text.lower() for s in each.spans) for each in found
    )


def posted(row):
    (claim,) = claims(sample(row["example"]))
    return [each.value.name for each in claim.conduits] == [f"{row['name']} (post)"]


def titled(row):
    return row["title"] in row["example"].lower() and parse_speaker(row["example"]).role == row["role"]


def modifies(row):
    """Return whether the number after the phrase has the modifier, which without the phrase it has not."""
    found = quantity_of(row["example"])
    start = row["example"].lower().index(row["phrase"])
    modifier = row["modifier"]
    leans = modifier if modifier in ("additional", "part_of") else None
    shown = "exact" if leans or modifier == "total" else modifier
    return (found.start, found.modifier, found.leans, found.total) == (start, shown, leans, modifier == "total")


def hedged(row):
    """Return whether the number before the phrase has the modifier, and the phrase is part of what was read."""
    found = quantity_of(row["example"])
    return found.modifier == {"odd": "about"}.get(row["modifier"], row["modifier"]) and found.phrase.replace(
        "-", "- "
    ).endswith(row["phrase"])


def vague(row):
    found = quantity_of(row["example"], row["profile"])
    bounds = (int(row["low"]), int(row["high"]) if row["high"] else None)
    return (found.low, found.high, found.phrase.lower(), found.profile) == (*bounds, row["phrase"], row["profile"])


def numbers(row):
    written = {
        "scale": f"two {row['word']}",
        "article": f"{row['word']} hundred",
        "suffix": f"2{row['word']}",
    }.get(row["kind"], row["word"])
    found = quantity_of(f"Police held {written} people.")
    factor = {"scale": 2, "article": 100, "suffix": 2}.get(row["kind"], 1)
    return found.low == found.high == factor * int(row["value"]) and found.phrase == written


def units(row):
    text = f"Police said that 12 {row['noun']} were seized."
    found = quantity_of(text)
    return found.low == 12 and unit_of(text[found.end :].split()[0]) == row["unit"]


YEARS = {"gregorian": 2019, "persian": 1397, "islamic": 1440}


def month(row):
    (found,) = find_times(f"It was on 4 {row['name'].title()} {YEARS[row['calendar']]}.")
    alone = find_times(f"Then {row['name'].title()} came.", "2019-12-31")
    return found.value.calendar == row["calendar"] and bool(alone) == (not row["needs"])


def feast(row):
    (found,) = find_times(f"It was on {row['name'].title()} {YEARS[row['calendar']]}.")
    day = CALENDARS[row["calendar"]].day(YEARS[row["calendar"]], int(row["month"]), int(row["day"]))
    return (found.value.start, found.rule) == (day, "feast")


def time_form(row):
    """Return whether the form reads its example; a part, whether it narrows the whole that stands after it."""
    found = find_times(row["example"], "2019-04-25", lengths=row["asked"] == "lengths")
    if row["reader"] == "part":
        (time,) = found
        whole = find_times("in " + re.search(r"(June )?2019$", row["example"])[0], "2019-04-25")[0]
        return time.spans[0].start == 0 and (time.value.start, time.value.end) != (whole.value.start, whole.value.end)
    return any(time.rule == row["reader"] for time in found)


def demonym(row):
    return country_context(f"Then {row['demonym']} police spoke.") == row["country"]


def spelled(row):
    text = f"in {row['spelling'].title()} province"
    (found,) = resolve(find_toponyms(text), text, row["id"].removeprefix("iso:")[:2])
    return row["id"] in [place.id for place in found.readings]


SPELLINGS = frozenset(row["spelling"] for row in table("gazetteer"))
UNITS = frozenset(row["unit"] for row in table("en/units")) | frozenset(row["noun"] for row in table("en/units"))
CLASSES = frozenset(row["objects"] for row in table("en/action_words"))
ACTIONS = frozenset(row["action"] for row in table("en/action_words"))

FORMS = "".join(row["pattern"] + f"{{{row['cue']}}}" for row in table("en/times"))

FIRES = {
    "acts": lambda row: row["act"] in {each["act"] for each in table("roles")},
    "actions": lambda row: row["action"] in ACTIONS or row["action"] == "other",
    "given_names": lambda row: is_given_name(row["name"].title()),
    "lookalikes": lambda row: looks_of(row["letter"]) == looks_of(row["latin"]),
    "models": lambda row: pipeline(row["language"]).lang == row["language"],
    "tracking": lambda row: is_tracking(row["begins"]) and row["note"] != "",
    "roles": lambda row: may(row["role"], row["act"]) and row["act"] in ACTS.values(),
    "page_days": told_day,
    "page_marks": lambda row: row["name"] in marks_of(row["field"], row["json_ld"]) and f'"{row["field"]}"' in CODE,
    "spellings": spelled,
    "en/action_words": act,
    "en/bodies": lambda row: (
        row["words"] in row["example"] and row["body"] in (parse_speaker(row["example"]).body or "")
    ),
    "en/cues": cue,
    "en/currencies": lambda row: currency_before(f"worth {row['lead']}40", len(f"worth {row['lead']}")) == row["unit"],
    "en/demonyms": demonym,
    "en/details": lambda row: re.search(row["pattern"], row["example"], re.IGNORECASE),
    "en/division_words": lambda row: all(
        any(place.country == code for place in places_named(country_name(code))) for code in row["countries"].split()
    ),
    "en/endings": lambda row: row["example"].endswith(row["ending"]) and is_plain_word(row["example"]),
    "en/evidence": lambda row: said(row, "evidence"),
    "en/evidence_kinds": lambda row: (
        re.search(rf"\b{row['word']}\b", row["example"], re.IGNORECASE)
        and row["kind"] in kinds_of(row["example"], "en")
    ),
    "en/feasts": feast,
    "en/findings": lambda row: (
        re.search(rf'"{row["kind"]}",\s+"{row["case"]}"|yield \(?\s*"{row["case"]}"|case = .*"{row["case"]}"', CODE)
        and re.fullmatch(re.sub(r"\\{\w+\\}", ".+", re.escape(row["sentence"])), row["example"])
    ),
    "en/hedges_after": hedged,
    "en/lemmas": lambda row: (
        (row["form"], row["lemma"], row["pos"])
        in [(token.lower_, token.lemma_, token.pos_) for token in parse(row["example"])]
    ),
    "columns": lambda row: (
        columns_of(["id", row["name"].upper()], {} if row["field"] in ("text", "html") else {"text": "id"}, "a.csv")[
            row["field"]
        ]
        == row["name"].upper()
    ),
    "en/letters": same_name,
    "en/ministries": lambda row: f"Ministry of {row['name']}" in parse_speaker(row["example"]).body,
    "en/modifiers": modifies,
    "en/months": month,
    "en/not_places": lambda row: row["spelling"] in SPELLINGS and row["spelling"] == fold(row["spelling"]),
    "en/numbers": numbers,
    "en/object_classes": lambda row: (
        row["class"] in CLASSES
        and (
            row["noun"] in UNITS
            or row["noun"] in [token.lemma_ for token in parse(f"They seized it and the {row['noun']}.")]
        )
    ),
    "en/patterns": lambda row: re.search(
        re.sub(r"\{([a-z_]+)\}", lambda found: alternation(words("en", found[1])), row["pattern"]),
        row["example"],
        re.IGNORECASE if row["case"] == "any" else 0,
    ),
    "en/platforms": posted,
    "en/quantifiers": vague,
    "en/stance": lambda row: said(row, "stance"),
    "en/time_words": lambda row: f"{{{row['kind']}}}" in FORMS or row["word"].split()[-1] in FORMS,
    "en/times": time_form,
    "en/titles": titled,
    "en/told_actions": lambda row: (
        row["action"] in {each["action"] for each in table("actions")}
        and row["example"].endswith(f" said to be {row['told']}")
    ),
    "en/units": units,
    "link_points": lambda row: all(f'"{row[name]}"' in CODE for name in ("field", "level")),
    "scene_points": lambda row: row["field"] in (*SCENE_FIELDS, "start") and float(row["points"]) is not None,
    "en/words": lambda row: (
        f'"{row["group"]}"' in CODE or any(f"{{{row['group']}}}" in each["pattern"] for each in table("en/patterns"))
    ),
}
# Whose rows have tests of their own: aliases in test_actors.py, the linter's rules in tests/check, places in test_places.py and test_localities.py, furniture in tests/read,
# outlines in tests/serve, those in degrees and what is written for PLOVER in tests/export.
ELSEWHERE = {
    "aliases",
    "alpha3",
    "check/rules",
    "demo/index",
    "en/furniture",
    "gazetteer",
    "localities",
    "map/outlines",
    "map/shapes",
    "plover",
}


def test_every_table_is_held_to_its_rows():
    assert set(NAMES) == set(FIRES) | ELSEWHERE


@pytest.mark.parametrize("name", sorted(FIRES))
def test_every_row_fires(name):
    assert [tuple(row.values())[:4] for row in table(name) if not FIRES[name](row)] == []


def test_every_pattern_and_group_the_code_names_is_there():
    for function, name in re.findall(
        r"\b(pattern|pattern_of_all|expression|_name_after|words|phrases)\((?:(?:[\w.]+|\"en\"), )?\"(\w+)\"", CODE
    ):
        assert (words if function in ("words", "phrases") else expression)("en", name), name
    for row in table("en/patterns"):
        assert f'"{row["name"]}"' in CODE, row["name"]
        assert pattern("en", row["name"])


def test_no_row_of_a_narrower_class_repeats_one_of_any():
    rows = {(row["lemma"], row["pos"], row["with"], row["objects"]): row["action"] for row in table("en/action_words")}
    assert [key for key, action in rows.items() if key[3] != "any" and rows.get((*key[:3], "any")) == action] == []


def test_the_groups_of_words_are_explained():
    head = (DATA / "en/words.tsv").read_text("utf-8").split("\ngroup\t")[0]
    explained = re.findall(r"^#   (\w+): \S", head, re.MULTILINE)
    assert explained == sorted({row["group"] for row in table("en/words")})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# only comments\n", "has no header line"),
        ("# c\nword\tkind\nten\n", "line 3: 1 cells, the header has 2"),
        ("word\tkind\nten\tunit\textra\n", "line 2: 3 cells, the header has 2"),
    ],
)
def test_a_broken_table_names_its_line(tmp_path, monkeypatch, text, message):
    (tmp_path / "broken.tsv").write_text(text, "utf-8")
    monkeypatch.setattr(lexicon, "_file", lambda name: tmp_path / name)
    with pytest.raises(DataError, match=message):
        lexicon.table.__wrapped__("broken")


def test_a_group_or_pattern_that_is_not_there_is_named():
    with pytest.raises(DataError, match="no group 'nothing'"):
        words("en", "nothing")
    with pytest.raises(DataError, match="no pattern 'nothing'"):
        expression("en", "nothing")


def test_the_demo_is_read_by_its_table():
    for row in table("demo/index"):
        assert (DATA / "demo" / row["file"]).is_file()
        assert check(sample(".", row["published"])) == ()


def test_many_alternatives_find_the_same_where_they_are_tried_at_words_only():
    names = {row["name"] for row in table("en/patterns")}
    at_words = [name for name in sorted(names) if expression("en", name).startswith(WORD_FIRST)]
    text = "\n".join(row["example"] for row in table("en/patterns"))
    for name in at_words:
        quick = pattern("en", name)
        slow = re.compile(expression("en", name).removeprefix(WORD_FIRST), quick.flags)
        assert [match.span() for match in quick.finditer(text)] == [match.span() for match in slow.finditer(text)]
    assert "denial" in at_words


WORD_FIRST = r"\b(?=\w)"
