# syntax=docker/dockerfile:1

# The pages.
FROM node:22-bookworm-slim AS pages
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

# The Python environment, from the lock file.
FROM python:3.11-slim-bookworm AS environment
RUN pip install --no-cache-dir uv==0.13.*
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --all-extras

# What writes to many sockets at once.
FROM gcc:14-bookworm AS sendloop
WORKDIR /src
COPY mobilegpt/realtime/sendloop.c ./
RUN cc -O2 -shared -fPIC -o libsendloop.so sendloop.c

# What runs: the same image for the server, the consumer and the workers.
FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 classroom \
    && mkdir /data \
    && chown classroom /data
WORKDIR /app
COPY --from=environment /app/.venv ./.venv
COPY manage.py ./
COPY config ./config
COPY mobilegpt ./mobilegpt
COPY lessons ./lessons
COPY --from=sendloop /src/libsendloop.so ./mobilegpt/realtime/
COPY --from=pages /src/web/dist ./web/dist
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/api/health', timeout=2)"]
CMD ["python", "manage.py", "serve"]
