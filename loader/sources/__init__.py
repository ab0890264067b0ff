"""Sources: a file → a raw text table with row numbers and facts about cells; nothing judged."""
