"""`dunghen`: the command line. Its contract is public: commands, JSON, exit codes (CLI.md)."""

from infra.cli._main import main

__all__ = ["main"]
