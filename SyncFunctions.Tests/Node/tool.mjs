// Twilio's Node SDK over an emulator that runs by itself: reads what was imported, and changes it.
// Input (environment): SYNC_URL, ACCOUNT_SID, AUTH_TOKEN. Output: {"imported": data, "changed": data}.
import { connect } from './rest/support.mjs';

const client = connect(process.env.ACCOUNT_SID, process.env.AUTH_TOKEN);
const document = client.sync.v1.services('default').documents('greeting');
const imported = await document.fetch();
const changed = await document.update({ data: { text: 'Changed' } });
console.log(JSON.stringify({ imported: imported.data, changed: changed.data }));
