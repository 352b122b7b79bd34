import type { Database } from '../../src/store/database.ts';

/**
 * A past: closed incidents with a line of timeline each, the alerts that they were about, and the statistics that
 * PostgreSQL would have collected meanwhile. One in a thousand is still open.
 */
export async function fillHistory(database: Database, incidents: number): Promise<void> {
  await database.query(INCIDENTS, [incidents]);
  await database.query(
    `INSERT INTO timeline_entry (incident_id, at, kind, rule, sentence, policy_version)
     SELECT id, opened_at, 'opened', 'own_incident', 'It belongs to no open incident, so it gets its own.', 'history'
     FROM incident`,
  );
  await database.query(ALERTS);
  await database.query(`SELECT setval('incident_number_seq', $1::bigint)`, [incidents]);
  for (const table of ['incident', 'timeline_entry', 'alert', 'delivery', 'timer', 'ticket', 'command'])
    await database.query(`ANALYZE ${table}`);
}

const INCIDENTS = `
  INSERT INTO incident (id, number, version, status, type, title, cause_host, cause_check, host_group, impact, urgency,
    priority, priority_rule, priority_why, bad_alert_count, alert_count, member_count, undigested_count, started_at,
    opened_at, closed_at, reopen_count, last_joined_at, origin, desk, proofs, policy_version)
  SELECT gen_random_uuid(), n, 4, CASE WHEN n % 1000 = 0 THEN 'new' ELSE 'closed' END, 'Incident',
    'HTTP on old-' || n || ' is CRITICAL', 'old-' || n, 'HTTP', 'old group ' || n % 500, 'medium', 'high', 'high',
    'matrix', 'Impact medium and urgency high make priority high.', 0, 1, 1, 0, past.at, past.at,
    CASE WHEN n % 1000 = 0 THEN NULL ELSE past.at + interval '1 hour' END, 0, past.at, 'alert', '{"statusTurn": 0}',
    '[]', 'history'
  FROM generate_series(1, $1::int) AS n
  CROSS JOIN LATERAL (SELECT now() - interval '2 days' - n * interval '10 s' AS at) AS past`;

/** The objects of the newest incidents; a site has far fewer objects than it ever had incidents. */
const ALERTS = `
  INSERT INTO alert (host, "check", state, state_type, state_since, bad_since, healthy_since, last_event_at, in_downtime,
    is_flapping, is_acknowledged, output, long_output, host_group, hashtags, incident_id, joined_at)
  SELECT cause_host, cause_check, CASE WHEN closed_at IS NULL THEN 'CRITICAL' ELSE 'OK' END, 'HARD', opened_at,
    CASE WHEN closed_at IS NULL THEN opened_at END, closed_at, opened_at, false, false, false,
    'CRITICAL - Socket timeout after 10 seconds', '', host_group, '{}', id, opened_at
  FROM incident WHERE number <= 100000 OR closed_at IS NULL`;
