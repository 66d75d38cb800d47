"""The loop: orders, forecast, plan, schedule, floor, trace, scoreboard, decisions.

`params` says what is asked, `running` takes the steps, `thread` turns what the floor did into
trace events, `totals` sums the floor up for the scoreboard, `deciding` reads decisions off the
pass, and `summary` tells the answer. Every step leaves a Run of its own below that of the loop.
"""

from sanpin.flows.loop.params import LoopParams
from sanpin.flows.loop.running import run_job, run_loop
from sanpin.flows.loop.summary import last_summary

__all__ = ["LoopParams", "last_summary", "run_job", "run_loop"]
