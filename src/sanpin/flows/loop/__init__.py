"""The loop: orders, forecast, plan, schedule, floor, trace, scoreboard, decisions."""

from sanpin.flows.loop.params import LoopParams
from sanpin.flows.loop.running import run_job, run_loop
from sanpin.flows.loop.summary import last_summary

__all__ = ["LoopParams", "last_summary", "run_job", "run_loop"]
