-- What is stored already came from alerts: it keeps its proof, and everything that people took over.
ALTER TABLE "incident"
ADD COLUMN     "category" TEXT,
ADD COLUMN     "child_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "desk" JSONB,
ADD COLUMN     "open_child_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "origin" TEXT,
ADD COLUMN     "parent_id" UUID,
ADD COLUMN     "proofs" JSONB,
ADD COLUMN     "reporter" JSONB,
ADD COLUMN     "sub_category" TEXT,
ALTER COLUMN "cause_host" DROP NOT NULL,
ALTER COLUMN "cause_check" DROP NOT NULL;

UPDATE "incident" SET "origin" = 'alert', "desk" = '{"statusTurn":0}',
  "proofs" = CASE WHEN "proof" IS NULL THEN '[]'::jsonb ELSE jsonb_build_array("proof") END;

ALTER TABLE "incident" DROP COLUMN "proof",
ALTER COLUMN "desk" SET NOT NULL,
ALTER COLUMN "origin" SET NOT NULL,
ALTER COLUMN "proofs" SET NOT NULL;

-- AlterTable
ALTER TABLE "ticket" ADD COLUMN     "gone" TEXT,
ADD COLUMN     "is_set_back" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "last_message_id" BIGINT,
ADD COLUMN     "message_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "round" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "round_written" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "rules" JSONB,
ADD COLUMN     "seen_updated_at" TIMESTAMPTZ(3),
ADD COLUMN     "status_turn" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "status_turn_written" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "ticket" RENAME COLUMN "people_own" TO "people_owned";
ALTER TABLE "ticket" ADD COLUMN     "people_own" JSONB;

UPDATE "ticket" t SET "rules" = '{}',
  "round" = i."reopen_count", "round_written" = i."reopen_count",
  "gone" = CASE WHEN 'ticket' = ANY(t."people_owned") THEN 'deleted' END,
  "people_own" = (
    SELECT coalesce(jsonb_object_agg(field, coalesce(t."seen_at", i."opened_at")), '{}')
    FROM unnest(t."people_owned") AS field WHERE field NOT IN ('status', 'ticket')
  )
FROM "incident" i WHERE i."id" = t."incident_id";

-- A status that was wanted and not written yet is still to be set, unless people had taken it over.
UPDATE "ticket" SET "status_turn" = 1
WHERE "freshdesk_id" IS NOT NULL AND "written"->>'status' <> "wanted"->>'status'
  AND NOT coalesce("people_owned" && ARRAY['status', 'ticket'], false);
UPDATE "incident" i SET "desk" = '{"statusTurn":1}'
FROM "ticket" t WHERE t."incident_id" = i."id" AND t."status_turn" = 1;

ALTER TABLE "ticket" DROP COLUMN "people_owned",
ALTER COLUMN "people_own" SET NOT NULL,
ALTER COLUMN "rules" SET NOT NULL;

-- CreateTable
CREATE TABLE "ticket_intake" (
    "freshdesk_id" BIGINT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "read_queued" BOOLEAN NOT NULL,
    "seen_updated_at" TIMESTAMPTZ(3),

    CONSTRAINT "ticket_intake_pkey" PRIMARY KEY ("freshdesk_id")
);

-- CreateTable
CREATE TABLE "ticket_link" (
    "parent_id" UUID NOT NULL,
    "child_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "reasons" TEXT[],
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "shown_as" TEXT,
    "shown_why" TEXT,

    CONSTRAINT "ticket_link_pkey" PRIMARY KEY ("parent_id","child_id")
);

-- CreateTable
CREATE TABLE "people_change" (
    "id" BIGSERIAL NOT NULL,
    "incident_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "field" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "wanted" TEXT NOT NULL,
    "chosen" TEXT NOT NULL,

    CONSTRAINT "people_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "desk_agent" (
    "id" BIGINT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "is_available" BOOLEAN NOT NULL,
    "is_deactivated" BOOLEAN NOT NULL,
    "group_ids" BIGINT[],
    "read_at" TIMESTAMPTZ(3) NOT NULL,
    "last_assigned_at" TIMESTAMPTZ(3),

    CONSTRAINT "desk_agent_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ticket_link_child_id_idx" ON "ticket_link"("child_id");

-- CreateIndex
CREATE UNIQUE INDEX "ticket_link_one_parent" ON "ticket_link"("child_id") WHERE (state = 'linked');

-- CreateIndex
CREATE INDEX "people_change_at_idx" ON "people_change"("at");

-- CreateIndex
CREATE INDEX "incident_alike_cause" ON "incident"("cause_host", "cause_check", "opened_at");

-- CreateIndex
CREATE INDEX "incident_alike_service" ON "incident"("service_id", "category", "opened_at");

-- CreateIndex
CREATE INDEX "incident_candidate" ON "incident"("opened_at") WHERE (status <> 'closed' AND type = 'Incident' AND parent_id IS NULL);

-- CreateIndex
CREATE INDEX "incident_child" ON "incident"("parent_id") WHERE (parent_id IS NOT NULL);
