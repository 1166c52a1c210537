"""Every page, and the files that pages load.

Knows the modules of pages. Must not know what a page is about.
"""

from collections.abc import Iterator

from fastapi import APIRouter

from infra.http._stores import Stores
from infra.http.pages._case import case_page
from infra.http.pages._codes import codes
from infra.http.pages._import import import_pages
from infra.http.pages._overview import overview
from infra.http.pages._people import people_pages
from infra.http.pages._shell import compile_all
from infra.http.pages._static import static
from infra.http.pages._violations import violations
from infra.importing.jobs import ImportJobs


def pages(stores: Stores, jobs: ImportJobs) -> Iterator[APIRouter]:
    """Their routes. Their templates are compiled first."""
    compile_all()
    yield static()
    yield overview(stores)
    yield violations(stores)
    yield case_page(stores)
    yield import_pages(stores, jobs)
    yield people_pages(stores)
    yield codes()
