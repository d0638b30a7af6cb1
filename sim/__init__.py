"""What might be: the simulated world, and the demo history. Knows queries and data, never a screen."""
