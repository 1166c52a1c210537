"""The application: its routes, and its OpenAPI document.

Knows FastAPI. Must not know what a route answers.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from importlib.metadata import version

from fastapi import Depends, FastAPI

from infra.http._addresses import well_spelt
from infra.http._commands import commands
from infra.http._guard import Guarded
from infra.http._methods import Headed
from infra.http._problems import problems_of
from infra.http._questions import questions
from infra.http._stores import Stores, nothing
from infra.http._taking import taking
from infra.http._workload import officers_and_units
from infra.http.access import (
    AccessRules,
    Askers,
    Identified,
    allowed,
    people,
    refusals_of,
    signing,
)
from infra.http.document.openapi import documented
from infra.http.pages.routes import pages
from infra.http.streams import Reader, Tails, streams
from infra.importing.jobs import ImportJobs
from infra.language import LANGUAGES
from infra.wiring import clock


def application(stores: Stores, rules: AccessRules | None = None) -> FastAPI:
    """The API over some stores, guarded by rules; the stores are closed with it.

    From any thread, `state.end_streams()` ends what would go on for ever or for long, and `state.look()` says that there is something new.
    """
    access = rules or AccessRules()
    askers = Askers(stores, access)
    jobs = ImportJobs(stores.opened, clock)
    reader = Reader(stores)
    tails = {lang: Tails(reader, clock, lang) for lang in LANGUAGES}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()

        def end() -> None:
            for tail in tails.values():
                loop.call_soon_threadsafe(tail.end)
            stores.end()

        def look() -> None:
            for tail in tails.values():
                loop.call_soon_threadsafe(tail.look)

        app.state.end_streams, app.state.look = end, look
        # Closing the stores ends what the reader asks, which it waits for.
        with closing(reader), closing(stores), closing(jobs):
            yield

    app = FastAPI(
        title="Đúng Hẹn",
        version=version("dunghen"),
        description="Which dossiers are late, since when, by which article, and who answers for it.",
        lifespan=lifespan,
        openapi_url=None,  # in the reader's language, below
        dependencies=[Depends(allowed)],
        docs_url=None,  # their pages fetch scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,  # it would lead to http://, whatever people came by
    )
    app.state.access, app.state.look, app.state.clock = access, nothing, stores.clock
    app.include_router(signing(stores, askers))
    for routes in (
        people(stores),
        questions(stores),
        officers_and_units(stores),
        taking(stores),
        commands(stores),
        streams(stores, tails),
    ):
        app.include_router(routes, dependencies=[Depends(well_spelt)])
    for page in pages(stores, jobs):
        app.include_router(page)
    problems_of(app)
    refusals_of(app)
    documented(app)

    app.add_middleware(Identified, askers=askers)
    app.add_middleware(Headed)
    app.add_middleware(
        Guarded, host=access.host, secure=access.secure
    )  # outside of every handler, and within what would raise again
    return app
