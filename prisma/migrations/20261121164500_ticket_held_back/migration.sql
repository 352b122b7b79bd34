-- CreateIndex
CREATE INDEX "ticket_held_back" ON "ticket"("seen_at") WHERE (status_turn > status_turn_written);
