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
