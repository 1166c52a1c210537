"""What an operator sets: where the data lies, every variable of the long-running commands, and addresses in what they say.

Knows how a setting is written and which go together. Must not know what is done with them.
"""
