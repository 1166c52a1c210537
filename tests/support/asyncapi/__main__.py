"""Prints the document."""

import sys

from tests.support.asyncapi import page

sys.stdout.write(page())
