import { objectName } from '../model/check-event.ts';
import { incidentReference } from '../model/incident.ts';
import { ladderPeople } from './call-back.ts';
import type { Draft } from './page-draft.ts';
import type { Fact, PageGiven } from './page-given.ts';
import { capital, plainLine } from './plain-line.ts';
import { timeText } from './time-text.ts';

/**
 * To the vendor of a service: the contract, what fails since when, and whom to call back. Nothing about customers, what was
 * tried, or what the check printed.
 */
export function vendorText(given: PageGiven): Draft {
  const { incident, policy, recipient, now, cause } = given;
  const vendor = policy.vendors[recipient.recipient.slice('vendor:'.length)];
  const service = policy.services[incident.serviceId ?? '']?.name;
  const since = timeText(incident.startedAt, recipient.timeZone, now);
  const what = cause === undefined ? 'does not work' : `is ${cause.state}`;
  const object =
    cause === undefined ? (service ?? 'The service') : capital(plainLine(objectName(cause), OBJECT_MAX));
  return {
    subject: `${incidentReference(incident)}${vendor === undefined ? '' : `, contract ${vendor.contract}`}: ${service ?? object} disturbed since ${since}`,
    sentence: `We need your help under our contract: ${object} ${what} since ${since}.`,
    facts: [
      ...(vendor === undefined ? [] : [{ label: 'Contract', value: vendor.contract }]),
      ...(vendor?.customer_number === undefined
        ? []
        : [{ label: 'Our customer number', value: vendor.customer_number }]),
      ...(service === undefined ? [] : [{ label: 'Service', value: service }]),
      { label: 'What fails', value: `${object} ${what}` },
      { label: 'Since', value: since },
      { label: 'Our reference', value: incidentReference(incident) },
      ...callBackFacts(given),
    ],
    ask: 'Please open a case, tell us its number, and call back.',
  };
}

const OBJECT_MAX = 100;

/** The colleague to ring: who has it, else the first person told who has a telephone, else our mailbox. */
function callBackFacts(given: PageGiven): readonly Fact[] {
  const [person] = ladderPeople(given);
  const { requester_email: mailbox } = given.policy.defaults;
  return [
    {
      label: 'Call back',
      value: person === undefined ? mailbox : `${person.name}, ${person.phone}, ${person.email}`,
    },
  ];
}
