"""The distributed mode's database: log, keys and read database as schemas of one PostgreSQL database."""
