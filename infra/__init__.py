"""Everything that touches the world: files, databases, the command line. Knows the law nowhere."""
