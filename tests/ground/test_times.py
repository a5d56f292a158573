from allegata.ground.timex import find_times


def shown(mention):
    """Return a mention as the cases write it: words=start..end, several readings with |, unresolved as ?TIMEX3."""
    readings = []
    for period in mention.readings:
        days = f"{period.start or ''}..{period.end or ''}" if period.start or period.end else f"?{period.timex}"
        readings.append(days + ("" if period.calendar == "gregorian" else f"@{period.calendar}"))
    return f"{mention.text}={'|'.join(readings)}"


def test_times_of_a_text(case):
    found = find_times(case["text"], case["published"] or None)
    assert [shown(each) for each in found] == [each for each in case["times"].split("; ") if each]


def test_the_day_words_were_spoken_wins_over_publication():
    (yesterday,) = find_times("ten were held yesterday", "2019-04-25", "2019-04-23")
    assert yesterday.value.start == "2019-04-22"


def values(text, published="2019-04-25", **asked):
    """Return the words and TIMEX3 values of the times of a text."""
    return [(each.text, each.readings[0].timex) for each in find_times(text, published, **asked)]


def test_values_of_times_in_news():
    assert values("He left on Friday night, it was the first week of March; the 1990s were better.") == [
        ("Friday night", "2019-04-19TNI"),
        ("the first week of March", "2019-W09"),
        ("the 1990s", "199"),
    ]
    assert values("This morning, this week, last month, in Q3 2018, in the second half of 2018, over the weekend.") == [
        ("This morning", "2019-04-25TMO"),
        ("this week", "2019-W17"),
        ("last month", "2019-03"),
        ("Q3 2018", "2018-Q3"),
        ("the second half of 2018", "2018-H2"),
        ("the weekend", "2019-W16-WE"),
    ]


def test_lengths_sets_and_hours_are_read_only_when_asked_for():
    text = "Every Monday for three hours, at 5:30 pm, a daily walk of several weeks; now it takes a 12-year plan and decades."
    assert values(text) == [("Every Monday", "XXXX-WXX-1")]
    assert values(text, lengths=True) == [
        ("Every Monday", "XXXX-WXX-1"),
        ("three hours", "PT3H"),
        ("5:30 pm", "2019-04-25T17:30"),
        ("daily", "P1D"),
        ("several weeks", "PXW"),
        ("now", "PRESENT_REF"),
        ("12-year", "P12Y"),
    ]


def test_a_date_does_not_reach_over_the_end_of_a_headline():
    assert values("Founder dies aged 26\nOctober 6, 2018\nHe was ill.") == [("October 6, 2018", "2018-10-06")]
    assert values("Nothing since September.\nAnna Verlo asked.") == [("since September", "2018-09")]
