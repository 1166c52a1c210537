"""What is true and what may be concluded: no I/O, no clock, no randomness; time and ids come in as arguments."""
