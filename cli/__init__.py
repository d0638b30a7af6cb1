"""The parts of the command line that `recoup.py` puts together: what is shared by all commands, and those of the simulation."""
