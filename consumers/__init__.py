"""Loops that move on: they know the roles Source and Views, never SQLite or Kafka."""
