"""The live streams: what changed, told in the order of commits to all who listen, from one tail.

Knows Server-Sent Events and who listens. Must not know what a change means.
"""
