"""Sentences that are said in more than one place; what only one capability says stands at the top of its handler."""
