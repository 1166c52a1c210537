"""The pages for people, made on the server: they work without a script, and ask what the command line asks.

Knows templates and addresses. Must not know tables: what a page shows comes from the query functions of `infra`.
"""

from infra.http.pages._asking import Asking, Misread, asking
from infra.http.pages._case import case_page
from infra.http.pages._import import import_pages
from infra.http.pages._overview import overview
from infra.http.pages._people import people_pages
from infra.http.pages._shell import onward_page, page, problem_page
from infra.http.pages._static import static
from infra.http.pages._violations import violations

__all__ = [
    "Asking",
    "Misread",
    "asking",
    "case_page",
    "import_pages",
    "onward_page",
    "overview",
    "page",
    "people_pages",
    "problem_page",
    "static",
    "violations",
]
