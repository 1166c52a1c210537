"""The long-running commands: what each needs, how its worker is put together, and a step of its work.

Knows the roles. Must not know processes and signals: those are `infra.running`.
"""
