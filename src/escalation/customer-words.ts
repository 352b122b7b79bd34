import type { IncidentStatus } from '../model/incident.ts';
import type { Priority } from '../model/priority.ts';

/** What a customer's contact reads, in one language. `locale` is that of dates. */
export type CustomerWords = Readonly<{
  locale: string;
  service(name: string): string;
  report(subject: string): string;
  something: string;
  /** `what` is one of the three above. */
  sentence(what: string): string;
  ask(reference: string): string;
  priority: string;
  priorities: Readonly<Record<Priority, string>>;
  yourReport: string;
  since: string;
  state: string;
  states: Readonly<Record<IncidentStatus, string>>;
  nextUpdate: string;
  noNextUpdate: string;
  contact: string;
}>;

const en: CustomerWords = {
  locale: 'en-GB',
  service: (name) => `disturbance of ${name}`,
  report: (subject) => `your report “${subject}”`,
  something: 'a disturbance of your services',
  sentence: (what) => `For your information: ${what}. We are working on it and keep you informed.`,
  ask: (reference) => `If it becomes more urgent for you, tell your contact and name ${reference}.`,
  priority: 'Priority',
  priorities: { low: 'low', medium: 'medium', high: 'high', urgent: 'urgent' },
  yourReport: 'Your report',
  since: 'Since',
  state: 'State',
  states: {
    new: 'being looked at',
    acknowledged: 'in progress',
    resolved: 'restored, being checked',
    closed: 'closed',
  },
  nextUpdate: 'Next update',
  noNextUpdate: 'as soon as there is news',
  contact: 'Your contact',
};
const de: CustomerWords = {
  locale: 'de',
  service: (name) => `Störung von ${name}`,
  report: (subject) => `Ihre Meldung «${subject}»`,
  something: 'eine Störung Ihrer Dienste',
  sentence: (what) => `Zu Ihrer Information: ${what}. Wir arbeiten daran und halten Sie auf dem Laufenden.`,
  ask: (reference) =>
    `Sollte es für Sie dringender werden, wenden Sie sich an Ihre Ansprechperson und nennen Sie ${reference}.`,
  priority: 'Priorität',
  priorities: { low: 'niedrig', medium: 'mittel', high: 'hoch', urgent: 'dringend' },
  yourReport: 'Ihre Meldung',
  since: 'Seit',
  state: 'Stand',
  states: {
    new: 'wird angesehen',
    acknowledged: 'in Arbeit',
    resolved: 'behoben, wird geprüft',
    closed: 'abgeschlossen',
  },
  nextUpdate: 'Nächste Nachricht',
  noNextUpdate: 'sobald es Neues gibt',
  contact: 'Ihre Ansprechperson',
};
const fr: CustomerWords = {
  locale: 'fr',
  service: (name) => `perturbation de ${name}`,
  report: (subject) => `votre demande « ${subject} »`,
  something: 'une perturbation de vos services',
  sentence: (what) => `Pour votre information : ${what}. Nous y travaillons et vous tenons au courant.`,
  ask: (reference) =>
    `Si cela devient plus urgent pour vous, adressez-vous à votre interlocuteur en indiquant ${reference}.`,
  priority: 'Priorité',
  priorities: { low: 'basse', medium: 'moyenne', high: 'élevée', urgent: 'urgente' },
  yourReport: 'Votre demande',
  since: 'Depuis',
  state: 'État',
  states: {
    new: 'en cours d’examen',
    acknowledged: 'en cours de traitement',
    resolved: 'rétabli, en cours de vérification',
    closed: 'clôturé',
  },
  nextUpdate: 'Prochaine information',
  noNextUpdate: 'dès qu’il y aura du nouveau',
  contact: 'Votre interlocuteur',
};
const es: CustomerWords = {
  locale: 'es',
  service: (name) => `avería de ${name}`,
  report: (subject) => `su aviso «${subject}»`,
  something: 'una avería de sus servicios',
  sentence: (what) =>
    `Para su información: ${what}. Estamos trabajando en ello y le mantendremos al corriente.`,
  ask: (reference) =>
    `Si para usted se vuelve más urgente, diríjase a su persona de contacto e indique ${reference}.`,
  priority: 'Prioridad',
  priorities: { low: 'baja', medium: 'media', high: 'alta', urgent: 'urgente' },
  yourReport: 'Su aviso',
  since: 'Desde',
  state: 'Estado',
  states: {
    new: 'en estudio',
    acknowledged: 'en curso',
    resolved: 'restablecido, en comprobación',
    closed: 'cerrado',
  },
  nextUpdate: 'Próxima información',
  noNextUpdate: 'en cuanto haya novedades',
  contact: 'Su persona de contacto',
};
const it: CustomerWords = {
  locale: 'it',
  service: (name) => `disservizio di ${name}`,
  report: (subject) => `la Sua segnalazione «${subject}»`,
  something: 'un disservizio dei Suoi servizi',
  sentence: (what) => `Per Sua informazione: ${what}. Ci stiamo lavorando e La terremo al corrente.`,
  ask: (reference) => `Se per Lei diventa più urgente, si rivolga al Suo contatto indicando ${reference}.`,
  priority: 'Priorità',
  priorities: { low: 'bassa', medium: 'media', high: 'alta', urgent: 'urgente' },
  yourReport: 'La Sua segnalazione',
  since: 'Dal',
  state: 'Stato',
  states: {
    new: 'in esame',
    acknowledged: 'in lavorazione',
    resolved: 'ripristinato, in verifica',
    closed: 'chiuso',
  },
  nextUpdate: 'Prossimo aggiornamento',
  noNextUpdate: 'non appena ci saranno novità',
  contact: 'Il Suo contatto',
};
const nl: CustomerWords = {
  locale: 'nl',
  service: (name) => `storing van ${name}`,
  report: (subject) => `uw melding ‘${subject}’`,
  something: 'een storing van uw diensten',
  sentence: (what) => `Ter informatie: ${what}. We werken eraan en houden u op de hoogte.`,
  ask: (reference) =>
    `Wordt het dringender voor u, neem dan contact op met uw contactpersoon en vermeld ${reference}.`,
  priority: 'Prioriteit',
  priorities: { low: 'laag', medium: 'gemiddeld', high: 'hoog', urgent: 'dringend' },
  yourReport: 'Uw melding',
  since: 'Sinds',
  state: 'Stand',
  states: {
    new: 'wordt bekeken',
    acknowledged: 'in behandeling',
    resolved: 'hersteld, wordt gecontroleerd',
    closed: 'afgesloten',
  },
  nextUpdate: 'Volgend bericht',
  noNextUpdate: 'zodra er nieuws is',
  contact: 'Uw contactpersoon',
};

/** By language, two letters; English for every other. */
export const CUSTOMER_WORDS: Readonly<Record<string, CustomerWords>> & Readonly<{ en: CustomerWords }> = {
  en,
  de,
  fr,
  es,
  it,
  nl,
};
