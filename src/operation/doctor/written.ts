import { wrongAccounts } from '../../fund/accounts/index.ts';
import { cutLedgers } from '../../fund/ballots/index.ts';
import { carrierAccounts } from '../../fund/communities/index.ts';
import { keysRecords, openedBy } from '../../store/keys.ts';
import { secretOf } from '../../store/openStore.ts';
import { type Vault, vault } from '../../store/vault.ts';
import { forgedRecords } from '../forged.ts';
import { putBackRecords } from '../putBack.ts';
import { type Examined, type Finding, right, wrong } from './finding.ts';

/** The sums that pages show are kept beside the entries; somebody who writes into the database would change one of the two. */
export async function accounts(): Promise<Finding> {
  const [first, ...others] = await wrongAccounts();
  if (first === undefined) return right('accounts', 'each has the sums of its entries');
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return wrong(
    'accounts',
    `${first}${more}: its sums are not those of its entries, so somebody wrote into the database. Put back the last backup that is right.`,
  );
}

/** Up to where a ledger was counted last it has to reach; a running service knows its very end (`/readyz`). */
export async function ledgers(): Promise<Finding> {
  const [first, ...others] = await cutLedgers();
  if (first === undefined) return right('ledgers', 'each reaches as far as it was counted last');
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return wrong(
    'ledgers',
    `${first}${more} ends before entries that were counted: somebody deleted them in the database. Stop the service, tell the supervisors, put back the last backup, and compare it with the heads that they hold (npm run verify -- DIR --head).`,
  );
}

/** What reads the database; undefined if SECRET does not open it. */
async function itsVault(settings: Examined): Promise<Vault | undefined> {
  const kept = await keysRecords().findOne({ _id: 'secret' });
  const opened = kept && openedBy(kept, await secretOf(settings));
  return opened ? vault(() => opened.keys) : undefined;
}

/** The accounts of offices and communities. One that was written past the service is told among the records. */
export async function carriers(settings: Examined): Promise<Finding[]> {
  const ours = await itsVault(settings);
  return ours ? settings.askAccounts(await carrierAccounts({ vault: ours }).catch(() => []), ours) : [];
}

/** Records that somebody wrote past the service. */
export async function records(settings: Examined, isWhole: boolean): Promise<Finding[]> {
  const ours = await itsVault(settings);
  if (!ours) return []; // what is wrong with SECRET was said
  const { forged: written, left } = await forgedRecords(ours, isWhole);
  const forged = [...written, ...(await putBackRecords(ours))];
  const more = left.length > 0 ? ` Of ${left.join(', ')} the newest were looked at; all of it: npm run doctor -- --all` : '';
  if (forged.length === 0) return [right('records', `each bears what only the service can make.${more}`)];
  return forged.map(({ kind, community, count }) => {
    const advice = ADVICE[kind] ?? 'Put those records back from the last backup that is right.';
    return wrong('records', `${count} of ${kind}${community && ` in ${community}`}: not as the service wrote them. ${advice}${more}`);
  });
}

const WORKS =
  'Pages show them as they are. Compare them with the log, which has each step, offer, contract, paper and news, and put back the last backup that is right.';

const BACK = 'Compare them with the log, and put back the last backup that is right.';

const BATCH =
  'Those are not entered. If it was not accepted before, key its slips again in a new batch; compare what was with the paper, and put back the last backup that is right.';

/** What to do, besides finding out who can write into the database and telling the supervisors. */
const ADVICE: Readonly<Record<string, string>> = {
  'accountEntries entry': 'Compare them with the papers and the log, and put back the last backup that is right.',
  'accounts sums': 'Compare them with the papers and the log, and put back the last backup that is right.',
  'batches batch': BATCH,
  'batches keyed.slips': BATCH,
  'broadcasts text': 'They are neither sent nor shown. Remove them.',
  'communities settings': 'Until then money takes two persons and all papers. Compare community.yaml, and import it again.',
  'cycles dates': 'Nothing of that vote is sealed or told until they are right. Put back what the log says, then: npm run cycle -- sign CYCLE',
  'cycles tables': 'Pages show them. Compare the tables that are announced with the log, and announce or withdraw what is wrong in the calendar.',
  'entries secret': 'That ledger has no result. Stop the service, tell the supervisors, and put back the last backup that is right.',
  'implementers implementer': WORKS,
  'log entry': 'Compare the log with the heads that supervisors and witnesses hold, and put back the last backup that is right.',
  'marks mark': 'A slip does not count by these. Compare them with the sheets of the tables, and put back the last backup that is right.',
  'accounts older': `The log has entries, or a closing, that they lack: an older record was put back. ${BACK}`,
  'meetings minutes': `They do not say what two signed, whose hash the log has. ${BACK}`,
  'marks taken back': 'The log says that these were taken back: put the records back that the log speaks of, and compare the sheets of the tables.',
  'residents older':
    'The log says that their phone, name or office was changed after what the roster says of them was written: an older record was put back. Import the roster again.',
  'residents older card':
    'The log says that they have got another card since: the old one works again. Make new ones: npm run residents -- cards SLUG --new ID',
  'tables closed': `The log says that these are closed: an older record was put back. ${BACK}`,
  'slips compared': `The log says that comparing them with the box found something else. ${BACK}`,
  'slipLists list': `The log has the hash of another list of the slips that may be drawn. ${BACK}`,
  'assists ballots': `The log has another number of ballots that these helpers entered beside their voters. ${BACK}`,
  'works older': `The log has steps, offers, papers or news that they lack: an older record was put back. ${BACK}`,
  'ratings rating': 'They do not count. Remove them.',
  'residents card': 'These cards open nothing. Make new ones: npm run residents -- cards SLUG --new ID',
  'residents office': 'They have no office. Import the roster again.',
  'residents phone': 'Nobody votes by these. Import the roster again.',
  'cycles extended':
    'The log has put off a close that they lack: an older record was put back. Put back what the log says, then: npm run cycle -- sign CYCLE',
  'slips slip': 'They are taken in at no table. Remove them.',
  'staff taken': 'The log says that these roles were taken: an older record was put back. Take them again: npm run staff -- remove',
  'staff role': 'They get in nowhere. Remove them, and add whoever should be there: npm run staff -- add',
  'staffsessions device': 'They open nothing, and are over within a day.',
  'tables table':
    'No slip of theirs is keyed or taken in. Compare them with the log, which has each table’s numbers, and put back the last backup that is right.',
  'workDocuments paper': WORKS,
  'workNews news': WORKS,
  'works work': WORKS,
};
