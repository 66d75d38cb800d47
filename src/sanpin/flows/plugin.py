"""The flows as the house sees them: commands, pages and verbs that belong to no one domain."""

from sanpin.base import N_, Command, Domain, NavEntry, Verb

__all__ = ["DOMAIN"]

DOMAIN = Domain(
    name="flows",
    label=N_("Cockpit"),
    package="sanpin.flows",
    nav=(
        NavEntry(N_("Cockpit"), "/", "cockpit", 0),
        NavEntry(N_("Scoreboard"), "/scoreboard", "scoreboard", 60),
    ),
    api="sanpin.flows.api:router",
    pages="sanpin.flows.pages:router",
    verbs={"loop.run": Verb(N_("Run the loop"), "sanpin.flows.loop:run_job", safe=True)},
    commands={
        "loop": Command(N_("Forecast, plan, schedule, make, trace."), "sanpin.flows.loop.cli:app"),
        "scoreboard": Command(
            N_("How the three pillars stand."), "sanpin.flows.scoreboard.cli:scoreboard"
        ),
    },
    order=5,
)
