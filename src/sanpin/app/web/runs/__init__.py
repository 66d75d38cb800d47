"""Runs over the web: list, one with live progress, two compared, cancelled, done again.

`words` says in a language what a Run is and how it stands; `pages` shows it to people and `api`
to programs, both from the same list.
"""
