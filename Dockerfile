# Two stages: the first generates the database client with the development tools, the second holds only what runs.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY prisma ./prisma
COPY prisma.config.ts ./
COPY scripts/generate-prisma.mjs ./scripts/
RUN node scripts/generate-prisma.mjs

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
# Without "optional" the Prisma CLI and TypeScript would come along: the database client names them as optional peers.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund
COPY prisma/migrations ./prisma/migrations
COPY policy ./policy
COPY src ./src
COPY --from=build /app/src/store/generated ./src/store/generated
RUN mkdir -p data && chown node:node data
USER node
ENV HOST=0.0.0.0 PORT=8080 DATA_DIR=/app/data
VOLUME /app/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# The bounds keep the memory flat under a flood of alerts; the heap in use is far below them.
CMD ["node", "--max-semi-space-size=4", "--max-old-space-size=384", "src/cli/watchdesk.ts", "serve"]
