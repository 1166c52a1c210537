"""The embedded default: log, keys and read database as SQLite files in one folder."""
