/** What the agents decided, in the words of an operator. The rules themselves are the agent's (R1–R15 of its design). */

/** What a rule did when it changed the record, and why; its subject is the host that decided. */
export const ruleWords: Readonly<Record<string, string>> = {
  'R12.found': 'founded the cluster on its new database',
  'R3.adopt': 'goes on as primary under a new agent: its server had kept running',
  'R10.offer':
    'handed the lease over: its server had ended, by itself or for a switchover, and a standby with every acknowledged commit answered',
  'R10.accept': 'took the lease that was handed to it',
  'R10.take-back': 'took the lease back that nobody had accepted',
  'R10.new-epoch': 'took a new epoch for its server, which had been promoted in the old one already and was started again',
  'R5.free': 'freed the lease: its right to accept writes had ended, and its server accepts none',
  'R4.free': 'freed the lease: its server was not open for writes in time',
  'R4.claim-free': 'took the lease, which nobody held',
  'R4.claim-expired': 'took the lease: its holder had not renewed it for its whole term',
  'R4.publish': 'opened for writes; only its data may be promoted until a standby is listed',
  'R6.add': 'listed a standby: every commit waits for it now, so it may take over',
  'R7.remove': 'took a standby off the list that no longer keeps up: commits no longer wait for it',
  'R7.list-lost': 'took standbys off the list that its server had stopped to wait for',
  'R14.remove': 'took a standby off the list that an operator asked to leave',
  'R14.pause': 'paused failover, as an operator asked',
  'R14.resume': 'ended the pause',
  'R14.failover': 'took the lease by order of an operator who accepted the loss of data',
};

/** Why a host was not the one; its subject is that host. */
export const reasonWords: Readonly<Record<string, string>> = {
  'holds-the-lease': 'held the lease',
  'could-take-over': 'holds every acknowledged commit and could take over',
  'no-record': 'nothing is recorded to judge it by',
  'no-answer': 'has not answered',
  'no-data': 'has no data',
  'other-system': 'has the data of another cluster',
  'not-listed': 'is not listed: commits were acknowledged without waiting for it',
  'other-incarnation': 'has other data than those that were listed',
  'half-made': 'its copy is not complete',
  'position-unknown': 'how far its data go is not known',
  behind: 'lacks acknowledged commits',
  'other-lineage': 'its data are of another timeline than the published one',
  'left-lineage-early': 'its data left the published timeline before the last acknowledged commit',
  'not-in-recovery': 'does not run as a standby',
  refuses: 'refuses to take over for now',
  'in-trouble': 'its server or disk is in trouble',
};
