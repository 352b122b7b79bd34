import { hash } from 'node:crypto';
import type { Macros } from './opsview-envelope.ts';

const told = (value: string | undefined): string => value?.trim() ?? '';

/**
 * One text per event, the same for every contact and profile that was told about it, and another for a re-notification
 * (its number grows) and for the next event (its check time, state or kind differs).
 *
 * The contact and the time of the call (TIMET and the dates made from it) are left out, because the calls for one event
 * run in parallel and may fall into different seconds. Without the time of the last check TIMET has to stand in: then
 * a second contact may count as an event of its own, which the incident's rules cope with, whereas two events taken
 * for one would lose an alert.
 *
 * @returns 64 hexadecimal digits, or undefined when the variables cannot tell two events apart
 */
export function opsviewEventKey(macros: Macros): string | undefined {
  const kind = told(macros.NAGIOS_NOTIFICATIONTYPE);
  const host = told(macros.NAGIOS_HOSTNAME);
  if (kind === '' || host === '') return undefined;

  const check = told(macros.NAGIOS_SERVICEDESC);
  const about = check === '' ? 'HOST' : 'SERVICE';
  const checkedAt = told(macros[`NAGIOS_LAST${about}CHECK`]);
  const isChecked = checkedAt !== '' && checkedAt !== '0';
  const instant = isChecked ? ['checked', checkedAt] : ['called', told(macros.NAGIOS_TIMET)];
  if (instant[1] === '') return undefined;

  const parts = [
    kind,
    told(macros.NAGIOS_NOTIFICATIONNUMBER),
    host,
    check,
    told(macros[`NAGIOS_${about}STATE`]),
    told(macros[`NAGIOS_${about}STATETYPE`]),
    told(macros[`NAGIOS_LAST${about}STATECHANGE`]),
    ...instant,
    told(macros.NAGIOS_NOTIFICATIONAUTHOR),
    told(macros.NAGIOS_NOTIFICATIONCOMMENT),
  ];
  return hash('sha256', JSON.stringify(parts), 'hex');
}
