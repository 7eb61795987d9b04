# The gateway as an image: `docker build -t sluice .`, then as docs/operations.md says.
FROM node:22-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm run build

FROM debian:bookworm-slim
# Small pictures of films in local folders need ffmpeg, another 400 MB: --build-arg PACKAGES="ca-certificates ffmpeg"
ARG PACKAGES="ca-certificates"
RUN apt-get update \
 && apt-get install -y --no-install-recommends $PACKAGES \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 1000 --home-dir /data --shell /usr/sbin/nologin sluice \
 && install -d -o sluice -g sluice /data
COPY --from=build /src/dist/sluice /usr/local/bin/sluice
ENV SLUICE_HOST=0.0.0.0 SLUICE_PORT=5244 SLUICE_DATA=/data
USER sluice
VOLUME /data
EXPOSE 5244
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["sluice", "ping"]
ENTRYPOINT ["sluice"]
CMD ["serve"]
