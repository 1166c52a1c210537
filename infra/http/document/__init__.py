"""The OpenAPI document: the shapes of what goes in and comes out, in either language, with an example of each.

Knows what is promised. Must not know how it is answered.
"""
