"""The flows as the house sees them: commands, pages and verbs that belong to no one domain.

The flows are no domain but describe themselves like one, so that the house has a single way to
find commands, pages and verbs.
"""

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
    verbs={
        "loop.run": Verb(N_("Run the loop"), "sanpin.flows.loop:run_job", safe=True),
        "sample.load": Verb(N_("Load the sample"), "sanpin.flows.company_jobs:load_job", safe=True),
        "sample.remove": Verb(
            N_("Remove the sample"), "sanpin.flows.company_jobs:remove_job", safe=True
        ),
    },
    commands={
        "loop": Command(N_("Forecast, plan, schedule, make, trace."), "sanpin.flows.loop.cli:app"),
        "scoreboard": Command(
            N_("How the three pillars stand."), "sanpin.flows.scoreboard.cli:scoreboard"
        ),
    },
    order=5,
)
