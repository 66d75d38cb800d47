"""The verbs of the factory: read, net, dispatch, improve, check, explain, simulate."""
