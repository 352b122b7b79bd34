import { type CheckEvent, type ObjectKey, objectKeyText } from '../../model/check-event.ts';
import type { OpsviewCall } from './opsview.ts';
import { hostEvents, StatusWire, serviceEvents } from './status-wire.ts';

/** In the order asked for, each object once. `missing` are those that Opsview does not know, or not for this user. */
export type ObjectStates = Readonly<{ objects: readonly CheckEvent[]; missing: readonly ObjectKey[] }>;

const KEYS_PER_CALL_MAX = 50;
/** Of the encoded query; web servers refuse lines longer than about 8 kB. */
const QUERY_CHARS_MAX = 4000;

/**
 * The present state of exactly these objects, healthy ones too. Nothing is asked when `keys` is empty: a status call
 * without a selector would list everything.
 *
 * Names are compared exactly after reading, since Opsview's own comparison may ignore case or take `_` and `%` as
 * wildcards.
 */
export async function readObjects(call: OpsviewCall, keys: readonly ObjectKey[]): Promise<ObjectStates> {
  const wanted = new Map(keys.map((key) => [objectKeyText(key), { host: key.host, check: key.check }]));
  const found = new Map<string, CheckEvent>();
  for (const chunk of chunksOf([...wanted.values()])) {
    for (const event of await readChunk(call, chunk)) {
      const name = objectKeyText(event);
      if (wanted.has(name)) found.set(name, event);
    }
  }
  return {
    objects: [...wanted.keys()].flatMap((name) => found.get(name) ?? []),
    missing: [...wanted].filter(([name]) => !found.has(name)).map(([, key]) => key),
  };
}

type Chunk = Readonly<{ kind: 'service' | 'host'; selectors: readonly (readonly [string, string])[] }>;

async function readChunk({ ask, clock }: OpsviewCall, { kind, selectors }: Chunk): Promise<CheckEvent[]> {
  const readAt = clock.now();
  const { list } = await ask({
    method: 'GET',
    path: `/status/${kind}`,
    query: kind === 'host' ? selectors : [...selectors, ['includehandleddetails', '1']],
    verb: 'read_objects',
    what: `read the state of ${selectors.length} ${kind === 'host' ? 'hosts' : 'service checks'}`,
    schema: StatusWire,
  });
  return kind === 'host' ? hostEvents(list, readAt) : serviceEvents(list, readAt);
}

/** The exact selector of one object in a status call; `::` cannot occur in a host name. */
const selectorOf = ({ host, check }: ObjectKey): readonly [string, string] =>
  check === '' ? ['host', host] : ['hs', `${host}::${check}`];

function* chunksOf(keys: readonly ObjectKey[]): Generator<Chunk> {
  for (const kind of ['service', 'host'] as const) {
    let selectors: (readonly [string, string])[] = [];
    let chars = 0;
    for (const key of keys.filter(({ check }) => (check === '') === (kind === 'host'))) {
      const selector = selectorOf(key);
      const length = selector[0].length + encodeURIComponent(selector[1]).length + 2;
      const isFull = selectors.length >= KEYS_PER_CALL_MAX || chars + length > QUERY_CHARS_MAX;
      if (selectors.length > 0 && isFull) {
        yield { kind, selectors };
        selectors = [];
        chars = 0;
      }
      selectors.push(selector);
      chars += length;
    }
    if (selectors.length > 0) yield { kind, selectors };
  }
}
