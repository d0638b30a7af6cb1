"""How fast Recoup is, against the plainest statement that could do the same, in one run on one machine."""
