"""Surface form to value: lexicon, quantities, times, calendars, places, actors. Needs no other stage."""
