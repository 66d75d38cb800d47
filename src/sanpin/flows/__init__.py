"""Jobs that cross domains: the loop, the scoreboard, the cockpit.

A domain never imports another one; a flow does. `loop` runs the domains one after the other and
hands plain rows between them, `scoreboard` measures the result by three pillars, `cockpit`
reads what a pass kept and says what needs a decision, and `company` builds the sample around
real orders. `api` and `pages` are their doors.
"""
