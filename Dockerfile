# The image of Latchkey: Node.js 24, the packages it runs on, its source. No build step, no development packages.

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Optional packages stay, since prebuilt binaries are among them; the pinned runtime goes, since the image has its own.
RUN npm ci --omit=dev && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:24-bookworm-slim
# Production needs settings, TRUSTED_PROXIES among them: seen from inside, a proxy on the host is the bridge's gateway.
ENV NODE_ENV=production
# Otherwise each of some ten threads keeps freed memory of its own: 10 MB more.
ENV MALLOC_ARENA_MAX=1
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
# docker build --build-arg LATCHKEY_COMMIT=$(git rev-parse HEAD) .: what the line at start, the figures and --version say.
ARG LATCHKEY_COMMIT=unknown
RUN echo "$LATCHKEY_COMMIT" > commit
COPY package.json redis.conf LICENSE ./
COPY src ./src
COPY locales ./locales
COPY views ./views
USER node
EXPOSE 3000
# The process alone: a store that is down is no reason to restart it. A start waits for it (REDIS_WAIT_SECONDS). Load balancers ask /readyz.
HEALTHCHECK --interval=10s --timeout=3s --start-period=90s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Not through npm, which stays in memory and passes on some signals only.
# Young objects in 24 MB and not 48, and old ones looked through once they are half as many again: below 250 MB under load.
# One thread of V8's own beside that of the requests: where they share a core, four held requests up for 60 ms at a time.
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=50", "--v8-pool-size=1", "src/main.ts"]
