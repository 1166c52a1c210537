"""A generation of the read database from the log: filled, compared, switched to; and the proof that one equals the log.

Knows the order of the stages. Must not know what rows mean.
"""
