"""Search by dispatch rules: the problem as flat lists, placing, rules, scores.

`shop` compiles a problem into lists; `line` holds a growing schedule and places one operation
at a time, with `supply` for materials, tools and pools. `dispatch` decides by `rules` what is
placed next (machines in order of time), `rebuild` places in an order that is given; `score`
rates the result.
"""
