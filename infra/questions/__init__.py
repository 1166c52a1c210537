"""What can be asked of the log and the rows: a dossier, findings, reports, lists, and what changes in them.

Knows the public shapes of the answers. Must not know who prints or sends them: the command line, the API and the pages call the same functions.
"""
