"""The read database of the projections: its tables, one generation of them, the generations; and what questions keep of them.

Knows SQL that is common to SQLite and PostgreSQL. Must not know which of them it speaks to, nor what is asked.
"""
