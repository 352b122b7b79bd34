/** What the stand-in Opsview monitors: a small provider, so that a newcomer sees names that look like their own. */
export type HostPlan = Readonly<{
  name: string;
  alias: string;
  ip: string;
  hostGroup: string;
  hashtags: readonly string[];
  checks: readonly Readonly<{ name: string; okOutput: string }>[];
}>;

const check = (name: string, okOutput: string): HostPlan['checks'][number] => ({ name, okOutput });
const load = check('Unix Load Average', 'LOAD OK - load average: 0.12, 0.20, 0.18');
const disk = check('Disk: /var/log', 'DISK OK - free space: /var/log 8123 MB (61%)');

export const INVENTORY: readonly HostPlan[] = [
  {
    name: 'web01',
    alias: 'Web server 1 (production)',
    ip: '127.0.0.11',
    hostGroup: 'Web Servers',
    hashtags: ['production'],
    checks: [
      check('HTTP', 'HTTP OK: HTTP/1.1 200 OK - 812 bytes in 0.004 second response time'),
      check('HTTPS certificate', "OK - Certificate 'www.example.com' expires in 87 day(s)"),
      disk,
      load,
    ],
  },
  {
    name: 'web02',
    alias: 'Web server 2 (production)',
    ip: '127.0.0.12',
    hostGroup: 'Web Servers',
    hashtags: ['production'],
    checks: [
      check('HTTP', 'HTTP OK: HTTP/1.1 200 OK - 812 bytes in 0.005 second response time'),
      check('HTTPS certificate', "OK - Certificate 'www.example.com' expires in 87 day(s)"),
      disk,
      load,
    ],
  },
  {
    name: 'db01',
    alias: 'Base de données n°1',
    ip: '127.0.0.13',
    hostGroup: 'Database Servers',
    hashtags: ['production', 'payroll'],
    checks: [
      check('PostgreSQL', 'OK - 42 of 200 connections in use'),
      check('Replication lag', 'OK - replica is 0.3 s behind'),
      check('Backup', 'OK - last backup 5 h ago'),
      disk,
    ],
  },
  {
    name: 'app01',
    alias: 'app01',
    ip: '127.0.0.14',
    hostGroup: 'Application Servers',
    hashtags: ['production', 'payroll'],
    checks: [
      check('Payroll API', 'OK - answered in 0.21 s'),
      check('Job queue', 'OK - 3 jobs waiting'),
      check('Java heap', 'OK - 48% used'),
      load,
    ],
  },
  {
    name: 'mail01',
    alias: 'Mail relay “Zürich”',
    ip: '127.0.0.15',
    hostGroup: 'Infrastructure',
    hashtags: ['production'],
    checks: [
      check('SMTP', 'SMTP OK - 0.012 sec. response time'),
      check('Mail queue', 'OK - 4 messages in the queue'),
      disk,
      load,
    ],
  },
  {
    name: 'gw01',
    alias: 'Gateway Zürich–Genève',
    ip: '127.0.0.16',
    hostGroup: 'Infrastructure',
    hashtags: ['network'],
    checks: [
      check('Interface: Gi0-1', 'OK - up, 112 Mbit/s in, 38 Mbit/s out'),
      check('Interface: Gi0-2', 'OK - up, 20 Mbit/s in, 11 Mbit/s out'),
      check('BGP sessions', 'OK - 2 of 2 established'),
      check('Temperature', 'OK - 38 °C'),
    ],
  },
];
