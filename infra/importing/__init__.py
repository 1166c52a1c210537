"""An import: what files hold, taken into the log in batches, and what came of each line.

Knows what is read and what is refused. Must not know the formats: those are `infra.importers`.
"""
