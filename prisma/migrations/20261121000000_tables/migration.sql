-- CreateTable
CREATE TABLE "delivery" (
    "seq" BIGSERIAL NOT NULL,
    "source" TEXT NOT NULL,
    "delivery_id" TEXT NOT NULL,
    "event_key" TEXT,
    "body" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'waiting',
    "try_after" TIMESTAMPTZ(3) NOT NULL,
    "attempt_count" INTEGER NOT NULL DEFAULT 0,
    "decided_at" TIMESTAMPTZ(3),
    "rule" TEXT,
    "sentence" TEXT,
    "incident_id" UUID,

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "alert" (
    "host" TEXT NOT NULL,
    "check" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "state_type" TEXT NOT NULL,
    "state_since" TIMESTAMPTZ(3) NOT NULL,
    "bad_since" TIMESTAMPTZ(3),
    "healthy_since" TIMESTAMPTZ(3),
    "last_event_at" TIMESTAMPTZ(3) NOT NULL,
    "in_downtime" BOOLEAN NOT NULL,
    "is_flapping" BOOLEAN NOT NULL,
    "is_acknowledged" BOOLEAN NOT NULL,
    "output" TEXT NOT NULL,
    "long_output" TEXT NOT NULL,
    "host_alias" TEXT,
    "host_address" TEXT,
    "host_group" TEXT,
    "hashtags" TEXT[],
    "service_id" TEXT,
    "customer_id" TEXT,
    "incident_id" UUID,
    "joined_at" TIMESTAMPTZ(3),
    "missing_since" TIMESTAMPTZ(3),

    CONSTRAINT "alert_pkey" PRIMARY KEY ("host","check")
);

-- CreateTable
CREATE TABLE "incident" (
    "id" UUID NOT NULL,
    "number" SERIAL NOT NULL,
    "version" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "cause_host" TEXT NOT NULL,
    "cause_check" TEXT NOT NULL,
    "service_id" TEXT,
    "customer_id" TEXT,
    "host_group" TEXT,
    "storm_key" TEXT,
    "impact" TEXT NOT NULL,
    "urgency" TEXT NOT NULL,
    "priority" TEXT NOT NULL,
    "priority_rule" TEXT NOT NULL,
    "priority_why" TEXT NOT NULL,
    "assignment_group" TEXT,
    "owner" TEXT,
    "bad_alert_count" INTEGER NOT NULL,
    "alert_count" INTEGER NOT NULL,
    "member_count" INTEGER NOT NULL,
    "undigested_count" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "acknowledged_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "reopen_count" INTEGER NOT NULL,
    "last_joined_at" TIMESTAMPTZ(3) NOT NULL,
    "previous_number" INTEGER,
    "proof" JSONB,
    "policy_version" TEXT NOT NULL,

    CONSTRAINT "incident_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "timeline_entry" (
    "id" BIGSERIAL NOT NULL,
    "incident_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "sentence" TEXT NOT NULL,
    "delivery_seq" BIGINT,
    "policy_version" TEXT NOT NULL,

    CONSTRAINT "timeline_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "timer" (
    "id" BIGSERIAL NOT NULL,
    "incident_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "try_after" TIMESTAMPTZ(3) NOT NULL,
    "attempt_count" INTEGER NOT NULL DEFAULT 0,
    "fired_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),

    CONSTRAINT "timer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ticket" (
    "incident_id" UUID NOT NULL,
    "freshdesk_id" BIGINT,
    "tag" TEXT NOT NULL,
    "wanted" JSONB NOT NULL,
    "description_html" TEXT NOT NULL,
    "requester_email" TEXT NOT NULL,
    "written" JSONB,
    "seen" JSONB,
    "seen_at" TIMESTAMPTZ(3),
    "people_own" TEXT[],
    "attempted" JSONB,
    "create_started_at" TIMESTAMPTZ(3),
    "sync_queued" BOOLEAN NOT NULL DEFAULT false,
    "stuck" TEXT,

    CONSTRAINT "ticket_pkey" PRIMARY KEY ("incident_id")
);

-- CreateTable
CREATE TABLE "command" (
    "id" UUID NOT NULL,
    "incident_id" UUID NOT NULL,
    "intent" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "sequence" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "done_at" TIMESTAMPTZ(3),
    "dead_at" TIMESTAMPTZ(3),
    "attempt_count" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "external_id" TEXT,

    CONSTRAINT "command_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_budget" (
    "bucket" TEXT NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "used" INTEGER NOT NULL,
    "blocked_until" TIMESTAMPTZ(3),

    CONSTRAINT "api_budget_pkey" PRIMARY KEY ("bucket")
);

-- CreateTable
CREATE TABLE "policy_version" (
    "hash" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "loaded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "policy_version_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "memo" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "memo_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "delivery_waiting" ON "delivery"("seq", "try_after") WHERE (status = 'waiting');

-- CreateIndex
CREATE INDEX "delivery_parked" ON "delivery"("seq") WHERE (status = 'parked');

-- CreateIndex
CREATE INDEX "delivery_decided" ON "delivery"("decided_at") WHERE (status = 'decided');

-- CreateIndex
CREATE UNIQUE INDEX "delivery_source_delivery_id_key" ON "delivery"("source", "delivery_id");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_source_event_key_key" ON "delivery"("source", "event_key");

-- CreateIndex
CREATE INDEX "alert_incident_id_joined_at_idx" ON "alert"("incident_id", "joined_at");

-- CreateIndex
CREATE INDEX "alert_bad" ON "alert"("bad_since") WHERE (bad_since IS NOT NULL);

-- CreateIndex
CREATE INDEX "alert_bad_host" ON "alert"("host", "bad_since") WHERE (bad_since IS NOT NULL);

-- CreateIndex
CREATE INDEX "alert_bad_service" ON "alert"("service_id", "bad_since") WHERE (bad_since IS NOT NULL);

-- CreateIndex
CREATE INDEX "alert_bad_host_group" ON "alert"("host_group", "bad_since") WHERE (bad_since IS NOT NULL);

-- CreateIndex
CREATE INDEX "alert_bad_customer" ON "alert"("customer_id", "bad_since") WHERE (bad_since IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "incident_number_key" ON "incident"("number");

-- CreateIndex
CREATE INDEX "incident_open" ON "incident"("opened_at") WHERE (status <> 'closed');

-- CreateIndex
CREATE INDEX "incident_open_host" ON "incident"("cause_host") WHERE (status <> 'closed');

-- CreateIndex
CREATE INDEX "incident_open_service" ON "incident"("service_id") WHERE (status <> 'closed');

-- CreateIndex
CREATE INDEX "incident_open_host_group" ON "incident"("host_group") WHERE (status <> 'closed');

-- CreateIndex
CREATE UNIQUE INDEX "incident_open_storm" ON "incident"("storm_key") WHERE (status <> 'closed');

-- CreateIndex
CREATE INDEX "incident_urgent" ON "incident"("opened_at") WHERE (priority = 'urgent');

-- CreateIndex
CREATE INDEX "timeline_entry_incident_id_id_idx" ON "timeline_entry"("incident_id", "id");

-- CreateIndex
CREATE INDEX "timer_pending_due" ON "timer"("try_after", "id") WHERE (fired_at IS NULL AND cancelled_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "timer_pending_name" ON "timer"("incident_id", "name") WHERE (fired_at IS NULL AND cancelled_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "ticket_freshdesk_id_key" ON "ticket"("freshdesk_id");

-- CreateIndex
CREATE UNIQUE INDEX "ticket_tag_key" ON "ticket"("tag");

-- CreateIndex
CREATE INDEX "ticket_stuck" ON "ticket"("incident_id") WHERE (stuck IS NOT NULL);

-- CreateIndex
CREATE INDEX "command_dead" ON "command"("dead_at") WHERE (dead_at IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "command_incident_id_intent_key" ON "command"("incident_id", "intent");

-- CreateIndex
CREATE UNIQUE INDEX "command_incident_id_sequence_key" ON "command"("incident_id", "sequence");

-- Rows of these tables leave their partial index soon after they entered it: clean up early, while little is to do.
ALTER TABLE "delivery" SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE "timer" SET (autovacuum_vacuum_scale_factor = 0.02);
