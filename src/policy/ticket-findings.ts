import { DESK_FIELDS } from '../model/desk-field.ts';
import { LEVELS } from '../model/priority.ts';
import { type Finding, type KeyPath, suggestion } from './fault.ts';
import { valueAt } from './schema-findings.ts';
import { keysAt, listAt, RULE_NAME_REMEDY, referenceFindings, sameNameFindings } from './unchecked-data.ts';

/** What the schema cannot see in `tickets` and in what it refers to; the same promises as `crossFindings`. */
export const ticketFindings = (data: unknown): Finding[] => [
  ...customerFindings(data),
  ...classificationRules(data),
  ...sameNameFindings(data, CATEGORIES, 'category', 'put the words of both into one'),
  ...questionFindings(data),
  ...assignmentRules(data),
  ...scores(data),
];

const CLASSIFICATION = ['tickets', 'classification'];
const CATEGORIES = [...CLASSIFICATION, 'categories'];
const ASSIGNMENT_RULES = ['tickets', 'assignment', 'rules'];

function customerFindings(data: unknown): Finding[] {
  const owners = new Map<unknown, string>();
  return [
    ...referenceFindings(data, ['defaults', 'technical_manager'], 'people'),
    ...keysAt(data, ['customers']).flatMap((key) => [
      ...referenceFindings(data, ['customers', key, 'calendar'], 'calendars'),
      ...referenceFindings(data, ['customers', key, 'technical_manager'], 'people'),
      ...listAt(data, ['customers', key, 'domains']).flatMap((domain, index): Finding[] => {
        const owner = owners.get(domain);
        owners.set(domain, owner ?? key);
        return owner === undefined || owner === key
          ? []
          : [
              {
                path: ['customers', key, 'domains', index],
                message: `${String(domain)} is a domain of ${owner} already`,
              },
            ];
      }),
    ]),
  ];
}

const DECIDES = ['type', 'category', 'sub_category', 'impact', 'urgency'];

function classificationRules(data: unknown): Finding[] {
  const path = [...CLASSIFICATION, 'rules'];
  const own = listAt(data, path).flatMap((rule, index): Finding[] => {
    const at = [...path, index];
    const when = [...at, 'when'];
    const given = keysAt(data, when);
    const type = valueAt(rule, ['type']);
    const levels = ['impact', 'urgency'].filter((key) => valueAt(rule, [key]) !== undefined);
    const found: Finding[] = [
      ...referenceFindings(data, [...when, 'customer'], 'customers'),
      ...referenceFindings(data, [...when, 'service'], 'services'),
      ...referenceFindings(data, [...when, 'calendar'], 'calendars'),
    ];
    if (DECIDES.every((key) => valueAt(rule, [key]) === undefined))
      found.push({ path: at, message: `must set at least one of ${DECIDES.join(', ')}` });
    if (typeof valueAt(rule, ['when']) === 'object' && given.length === 0)
      found.push({
        path: when,
        message: 'must give at least one condition',
        remedy: 'write subject: "*" to match everything',
      });
    if (given.includes('calendar') !== given.includes('hours'))
      found.push({ path: when, message: 'must give calendar and hours together, or neither' });
    if ((type === 'Question' || type === 'Feature Request') && levels.length > 0)
      found.push({
        path: [...at, levels[0] ?? ''],
        message: `has no meaning, since a ${type} is of low priority, always`,
      });
    return found;
  });
  return [...own, ...sameNameFindings(data, path, 'rule', RULE_NAME_REMEDY)];
}

function questionFindings(data: unknown): Finding[] {
  const path = [...CLASSIFICATION, 'questions'];
  const fields = listAt(data, path).map((_, index) => valueAt(data, [...path, index, 'field']));
  return fields.flatMap((field, index) => {
    const repeated: Finding[] =
      typeof field === 'string' && fields.indexOf(field) < index
        ? [{ path: [...path, index, 'field'], message: `${field} is asked above already` }]
        : [];
    const effects = [...path, index, 'effects'];
    return [
      ...repeated,
      ...listAt(data, effects).flatMap((_, effect) => effectFindings(data, [...effects, effect], field)),
    ];
  });
}

function effectFindings(data: unknown, path: KeyPath, field: unknown): Finding[] {
  const found: Finding[] = [];
  const answer = valueAt(data, [...path, 'answer']);
  const choices = choicesOf(field);
  if (typeof answer === 'string' && choices !== undefined && !choices.includes(answer.toLowerCase()))
    found.push({
      path: [...path, 'answer'],
      message: `${answer} is not a choice of ${String(field)}`,
      remedy: suggestion(answer, choicesShown(field)),
    });
  const given = keysAt(data, path);
  if (['impact', 'urgency', 'impact_at_most', 'urgency_at_most'].every((key) => !given.includes(key)))
    found.push({ path, message: 'must move impact or urgency' });
  for (const key of ['impact', 'urgency']) {
    const [least, most] = [key, `${key}_at_most`].map((one) =>
      (LEVELS as readonly unknown[]).indexOf(valueAt(data, [...path, one])),
    );
    if (least !== undefined && most !== undefined && most >= 0 && least > most)
      found.push({ path: [...path, `${key}_at_most`], message: `is below ${key}` });
  }
  return found;
}

/** What a field offers; undefined for one that takes any text, or that is unknown. */
function choicesShown(field: unknown): readonly string[] {
  const spec = Object.entries(DESK_FIELDS).find(([key]) => key === field)?.[1];
  if (spec === undefined) return [];
  if (spec.type === 'checkbox') return ['Yes', 'No'];
  return 'choices' in spec ? spec.choices : [];
}
function choicesOf(field: unknown): readonly string[] | undefined {
  const shown = choicesShown(field);
  return shown.length === 0 ? undefined : shown.map((choice) => choice.toLowerCase());
}

function assignmentRules(data: unknown): Finding[] {
  const known = [
    ...listAt(data, CATEGORIES).map((one) => valueAt(one, ['name'])),
    ...listAt(data, [...CLASSIFICATION, 'rules']).map((one) => valueAt(one, ['category'])),
  ].filter((name) => typeof name === 'string');
  const own = listAt(data, ASSIGNMENT_RULES).flatMap((rule, index) => {
    const path = [...ASSIGNMENT_RULES, index];
    const categories = [valueAt(rule, ['category'])].flat();
    return [
      ...referenceFindings(data, [...path, 'team'], 'teams'),
      ...referenceFindings(data, [...path, 'service'], 'services'),
      ...referenceFindings(data, [...path, 'customer'], 'customers'),
      ...categories.flatMap((name): Finding[] =>
        typeof name !== 'string' || known.some((one) => one.toLowerCase() === name.toLowerCase())
          ? []
          : [
              {
                path: [...path, 'category'],
                message: `${name} is not a category of tickets.classification`,
                remedy: suggestion(name, known),
              },
            ],
      ),
    ];
  });
  return [...own, ...sameNameFindings(data, ASSIGNMENT_RULES, 'rule', RULE_NAME_REMEDY)];
}

function scores(data: unknown): Finding[] {
  const [linkAt, suggestAt] = ['link_at', 'suggest_at'].map((key) =>
    valueAt(data, ['tickets', 'match', key]),
  );
  if (typeof linkAt !== 'number' || typeof suggestAt !== 'number' || suggestAt <= linkAt) return [];
  return [
    {
      path: ['tickets', 'match', 'suggest_at'],
      message: `is ${suggestAt}, but from ${linkAt} on a ticket is linked without asking`,
      remedy: 'lower it, or raise link_at',
    },
  ];
}
