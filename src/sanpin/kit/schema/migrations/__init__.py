"""The kit's linear schema history, run by `sanpin.kit.migrations`."""
