"""The page that opens first: what needs a decision today, and how the three pillars stand.

`firm` and `industry` read the two sides of the cockpit, `decisions` and `progress` what stands
there, `wording` says it in a language, and `run_out` is the arithmetic of running short.
"""
