import type { LadderRun, RungRun } from '../model/escalation.ts';
import type { EscalationWork } from './escalation-work.ts';
import { rungText } from './ladder-texts.ts';
import { isUnreached } from './reached.ts';

/** Rungs whose last channel failed since `before`. */
export function tellUnreached(work: EscalationWork, before: readonly LadderRun[]): void {
  const known = new Set(
    before.flatMap((run) => run.rungs.filter(isUnreached).map((rung) => rungKey(run, rung))),
  );
  for (const run of work.state.ladders)
    for (const rung of run.rungs) {
      if (!isUnreached(rung) || known.has(rungKey(run, rung))) continue;
      const reasons = rung.told.flatMap(({ name, attempts }) => [
        ...(attempts.length === 0 ? [`${name}: no address is known.`] : []),
        ...attempts.map(({ channel, why }) => `${name}, ${channel}: ${why ?? 'failed'}`),
      ]);
      const sentence = `Nobody of ${rungText({ name: rung.rung }, rung.level)} of ${work.ladderName(run.ladder)} could be reached about ${work.reference}: every message failed.`;
      work.tell('rung_unreached', sentence);
      work.note(`rung_unreached:${rungKey(run, rung)}`, sentence, reasons);
    }
}

const rungKey = ({ ladder, run }: LadderRun, { rung, round }: RungRun): string =>
  `${ladder}:${run}:${rung}:${round}`;
