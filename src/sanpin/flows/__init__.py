"""Jobs that cross domains: the loop, the scoreboard, the cockpit."""
