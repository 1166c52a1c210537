"""What was set aside until somebody mends it: dossiers that stand still, messages refused, notices not delivered.

Knows what can be asked of them and done with them. Must not know how they came there.
"""
