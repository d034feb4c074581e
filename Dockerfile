# The blog as an image: `docker build -t right-of-reply .`, or all that it needs with it: compose.yaml.
# What it keeps (SQLite's file, media, imports) is in /blog/var.

FROM python:3.13-slim-trixie AS build
WORKDIR /blog
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --requirement requirements.txt
COPY manage.py .
COPY posts posts
COPY comments comments
COPY blog_site blog_site
COPY templates templates
COPY static static
# Any key will do: nothing is signed here.
RUN SECRET_KEY=build STATIC_ROOT=/blog/collected /venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.13-slim-trixie
# For `manage.py backup` on PostgreSQL, whose version in compose.yaml is this one. Debian keeps none but the newest of it.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client-17 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --user-group --no-create-home blog && install --directory --owner=blog --group=blog /blog/var
COPY --from=build /venv /venv
COPY --from=build /blog /blog
WORKDIR /blog
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8000 STATIC_ROOT=/blog/collected
# blog, by its number: a cluster that lets no root in has to see that it is another.
USER 10001
VOLUME /blog/var
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-m", "blog_site.healthcheck"]
# The web server and the worker; compose.yaml starts each by itself.
CMD ["python", "-m", "blog_site.serve"]
