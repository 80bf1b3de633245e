# The service as an image, for amd64 and arm64: see docs/self-hosting.md. The packages of the lock file decide everything but Node.

FROM node:22-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY tools tools
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build:server

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8500
COPY package.json ./
COPY migrations migrations
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist/server.js dist/server.js
COPY --from=build /app/dist/assets dist/assets
# All files belong to root, so the service can't change its own code.
USER node
EXPOSE 8500
# For an orchestrator that restarts unhealthy containers, check /health/live: a restart doesn't help while PostgreSQL is down.
HEALTHCHECK --interval=10s --timeout=5s --start-period=5m --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/server.js"]
