"""Search by dispatch rules: the problem as flat lists, placing, rules, scores."""
