import type { PolicyNote } from '../policy/policy-notes.ts';
import type { Policy } from '../policy/schema.ts';
import { holidayNotes } from './holiday-notes.ts';
import { ladderNotes, withoutAddress } from './ladder-notes.ts';
import { meantPeople } from './meant-people.ts';
import { noteAt } from './note-at.ts';
import { absenceNotes, rotationNotes } from './on-call-notes.ts';

/**
 * What is allowed but probably not meant in people, rotations and ladders, as things stand at `now`. A policy without
 * ladders escalates nothing and gets no notes but those on its rotations.
 */
export function escalationNotes(policy: Policy, now: Date): readonly PolicyNote[] {
  const ladders = Object.entries(policy.ladders);
  const notes = [...rotationNotes(policy, now), ...absenceNotes(policy, now)];
  if (ladders.length === 0) return notes;
  return [
    ...(policy.defaults.policy_owner === undefined
      ? [
          noteAt(
            ['defaults', 'policy_owner'],
            'is not given: nobody is told when a rung has nobody in it; name a person',
          ),
        ]
      : []),
    ...holdNotes(policy),
    ...usualChannelNotes(policy),
    ...notes,
    ...holidayNotes(policy, now),
    ...ladders.flatMap(([key, ladder]) => ladderNotes(policy, key, ladder)),
  ];
}

const holdNotes = ({ notify }: Policy): readonly PolicyNote[] =>
  notify.rules.flatMap((rule, index) =>
    rule.hold && (rule.when.priority ?? ['urgent']).includes('urgent')
      ? [
          noteAt(
            ['notify', 'rules', index, 'hold'],
            `${rule.name} holds back also what is Urgent until working hours; give when.priority without urgent`,
          ),
        ]
      : [],
  );

/** People whom ladders tell as `notify` says, and who have no address for that. */
function usualChannelNotes(policy: Policy): readonly PolicyNote[] {
  const ladders = Object.values(policy.ladders);
  const told = ladders.flatMap((ladder) => [
    ...ladder.rungs
      .filter(({ channels }) => channels === undefined)
      .flatMap(({ tell }) => tell.flatMap((target) => meantPeople(policy, ladder, target))),
    ...(ladder.last !== undefined && ladder.last.channels === undefined ? [ladder.last.person] : []),
  ]);
  return [
    ...withoutAddress(policy, told, policy.notify.channels, ['notify', 'channels']),
    ...policy.notify.rules.flatMap(({ channels }, index) =>
      channels === undefined
        ? []
        : withoutAddress(policy, told, channels, ['notify', 'rules', index, 'channels']),
    ),
  ];
}
