"""Why a command cannot run: the world around it (a folder, a database, a file, a setting) is not as it must be.

Knows no command and no output. Refusals of an *input* are `domain.errors.Refused`; this is about the place.
"""


class CannotRun(Exception):
    """A command cannot be carried out here; nothing was changed. The command line leaves with exit code 3.

    `code` is stable (`no_data`, `database_locked`, `disk_full`, …). `message` says in plain English what is wrong and
    what to do; `values` fill the same sentence in the reader's language where the catalogue has one for the code.
    """

    def __init__(self, message: str, *, code: str = "cannot_run", **values: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.values = values
