-- AlterTable
ALTER TABLE "incident" ADD COLUMN     "escalation" JSONB;

-- CreateTable
CREATE TABLE "page" (
    "id" UUID NOT NULL,
    "incident_id" UUID,
    "intent" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "try_after" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "attempt_count" INTEGER NOT NULL DEFAULT 0,
    "bundle_id" UUID,
    "accepted_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),
    "failure" TEXT,
    "external_id" TEXT,

    CONSTRAINT "page_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "page_waiting" ON "page"("try_after", "id") WHERE (delivered_at IS NULL AND failed_at IS NULL);

-- CreateIndex
CREATE INDEX "page_channel_address_created_at_idx" ON "page"("channel", "address", "created_at");

-- CreateIndex
CREATE INDEX "page_bundle_id_idx" ON "page"("bundle_id");

-- CreateIndex
CREATE INDEX "page_channel_external_id_idx" ON "page"("channel", "external_id");

-- CreateIndex
CREATE INDEX "page_recipient_created_at_idx" ON "page"("recipient", "created_at");

-- CreateIndex
CREATE INDEX "page_created_at_idx" ON "page"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "page_incident_id_intent_key" ON "page"("incident_id", "intent");

-- CreateIndex
CREATE UNIQUE INDEX "page_intent_alone" ON "page"("intent") WHERE (incident_id IS NULL);
