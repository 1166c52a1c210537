"""The pages for people, made on the server: they work without a script, and ask what the command line asks.

Knows templates and addresses. Must not know tables: what a page shows comes from the query functions of `infra`. Here is their frame,
with which a problem is told as well; the pages themselves are in `routes`.
"""

from infra.http.pages._asking import Asking, asking
from infra.http.pages._shell import onward_page, page, problem_page

__all__ = ["Asking", "asking", "onward_page", "page", "problem_page"]
