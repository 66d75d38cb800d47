"""The verbs of the factory: read, net, dispatch, improve, check, explain, simulate.

Everything here is a pure function of its arguments: no store, clock, disk or unseeded chance.

`formats` reads and writes problems; `netting` and `build` make one from a firm's own data;
`search` and `cpsat` find schedules and `solve` steers them; `bounds` says how good one can be at
best; `check` measures every schedule without sharing code with the search; `explain` tells why
orders are late; `simulate` and `outbound` play what happens on the floor and at the gate.
"""
