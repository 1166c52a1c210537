# The command dunghen and what it was tested with, in an environment of its own, for a user who may write nothing.

FROM python:3.13.9-slim-bookworm AS build
WORKDIR /source
RUN python -m venv /dunghen
COPY requirements/ requirements/
RUN /dunghen/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements/run.txt
# What builds the package comes from the lock too, and stays behind here.
RUN awk '/^[a-z]/ { wanted = /^setuptools==/ } wanted' requirements/dev.txt > /tmp/build.txt \
  && pip install --no-cache-dir --require-hashes --no-deps -r /tmp/build.txt
COPY pyproject.toml README.md ./
COPY domain/ domain/
COPY projections/ projections/
COPY consumers/ consumers/
COPY infra/ infra/
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /tmp/wheels . \
  && /dunghen/bin/pip install --no-cache-dir --no-deps /tmp/wheels/*.whl

FROM python:3.13.9-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home dunghen
COPY --from=build /dunghen /dunghen
ENV PATH=/dunghen/bin:$PATH PYTHONUNBUFFERED=1
USER 10001
WORKDIR /tmp
ENTRYPOINT ["dunghen"]
