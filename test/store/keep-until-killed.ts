// Started by crash.test.ts: keeps deliveries and tells each one that was kept, until it is killed.
import { openDatabase } from '../../src/store/database.ts';
import { createKeeper } from '../../src/store/keeper.ts';

const [options = '{}', run = '0'] = process.argv.slice(2);
const database = await openDatabase(JSON.parse(options));
const { keep } = createKeeper(database);
const source = 'opsview';
const keepForEver = async (worker: number) => {
  for (let n = 0; ; n++) {
    const deliveryId = `${run}-${worker}-${n}`;
    await keep({ source, deliveryId, body: `{"padding":"${'x'.repeat(1000)}"}`, receivedAt: new Date(0) });
    process.stdout.write(`${deliveryId}\n`);
  }
};
await Promise.all(Array.from({ length: 16 }, (_, worker) => keepForEver(worker)));
