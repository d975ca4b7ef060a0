/* PostgreSQL failover between two database nodes over one record that is changed by compare-and-swap.
 * ARCHITECTURE.md says what is modelled and what is not. The steps of a node are in node.pml, mutants in mutants.pml.
 *
 *   -DM=k        a mutant (0: the protocol)            -DINV=i  one invariant only (0: all)
 *   -DR=r        a reachability question (0: none)
 *   -DDRIFT      a node's clock may stand still (a pause that no guest clock sees)
 *   -DTTL=t      ticks a candidate waits               -DW=w    client writes
 *
 * A cut link, a pause, a lost or a late message is "this step is not taken now": nothing has to happen, except the fence,
 * over which time cannot pass. A request is sent, applied and answered in separate steps. A request in a slot means
 * "the revision it compares is still the record's": a CAS that lands empties every other slot. A CAS that timed out may
 * still land; of all that are alive at one revision at most one does, so one slot (z) holds a guess at which. */
#ifndef M
#define M 0
#endif
#ifndef INV
#define INV 0
#endif
#ifndef R
#define R 0
#endif
#ifndef TTL
#define TTL 2
#endif
#ifndef W
#define W 2
#endif
#include "mutants.pml"
#define TH (PresetLocal -> TTL : TTL-1) /* the holder's right: the record's ttl minus margin, from the moment it SENT (R3) */

/* role of a server */
#define DOWN    0
#define STBY    1
#define PRIM    2
#define ORPHANS 3       /* the postmaster is dead, backends of it are not */
/* synchronous_standby_names: empty, the placeholder, the other node's incarnation */
#define NONE 0
#define HOLD 1
#define OTHR 2
/* phase of the record */
#define HELD    0
#define OFFERED 1
#define FREE    2
/* a request: sent ... */
#define RENEW 1
#define SOLO  2         /* publish, and removal: primary = me, members = [] */
#define ADD   3         /* members = [the other] */
#define OFFER 4
#define LEAVE 5         /* phase = free */
#define TAKE  6         /* claim, acceptance, take-back: epoch + 1, holder = me */
/* ... or applied, its answer on the way */
#define RENEWED 7
#define SOLOED  8
#define TAKEN   9
#define ORPHAN  7       /* late only: a claim of a process that has ended */
/* data directory */
#define SOUND  0
#define COPY   1        /* half made: the marker of R8 */
#define HOLLOW 2        /* mutants only: streams and reports, but rows are missing */
/* a promotion (R4) */
#define IDLE      0
#define CLAIMED   1     /* claim confirmed, fence armed */
#define PROMOTED  2
#define PUBLISHED 3     /* seen confirmed, clients admitted */

/* The record. Slot 0 is always the node that the record calls `primary`: when the other one publishes, the nodes change
 * slots (they are alike, so this halves the states). */
bit holder = 0;
byte ph = HELD;
bit sm = 1;                     /* the node in slot 1 is a member, with the incarnation it has now */

byte role[2], enf[2], wal[2], data[2], pc[2];   /* wal: bit i = write i */
byte lag[2];                    /* the list changed, backends still treat it as empty */
byte todo[2];                   /* an order to clear the list is with PostgreSQL and not yet carried out */
byte own[2];                    /* it was promoted since the other last followed it: equal numbers, two lineages */
byte hv[2];                     /* ticks left of its right = the guard's deadline */
byte cw[2];                     /* ticks for which this process has seen the record unchanged */
byte mine[2];                   /* the record is held by this process, in its epoch */
byte sure[2];                   /* its own confirmed CAS said members = [], and it sent no ADD since */
byte q[2], age[2];              /* its request, ticks since it was sent */
byte z;                         /* a timed-out CAS that may still land: kind, plus 16 for slot 1 */
byte acked, nw;                 /* writes a client was told of (or could read); writes made */
#ifdef TRACE
byte flip;                      /* for names only, when a counterexample is told: slot 0 is B */
#define turn flip = 1-flip
#else
#define flip 0
#define turn skip
#endif
#if R>0
byte past, before;              /* how often the primary changed, writes made before the last time */
#endif
#if M>0
byte memory[2];                 /* of mutants only */
#define x(i) memory[i]
#define keep(i,v) memory[i] = (EligibleEarlier || CompareHolder -> v : 0)
#define oldContent(i) sm = (CompareHolder && i==0 -> memory[i] : sm)
#else
#define x(i) 0
#define keep(i,v) skip
#define oldContent(i) skip
#endif

#define who(i) ('A' + ((i) ^ flip))
#define open(i) (role[i]>=PRIM && pc[i]!=IDLE)                  /* promoted by its agent, not fenced */
#define late(i) (hv[i]==0 && ((role[i]>=PRIM && !NoFence) || (pc[i]==CLAIMED && !ArmedLate)))
#define eligible(i) ((i)==0 || sm || Ineligible)
#define prefix(i,j) ((wal[i] & ~wal[j])==0)
#define streams(i,j) (role[i]==STBY && role[j]==PRIM && (data[i]==HOLLOW || (data[i]==SOUND && !own[i] && prefix(i,j))))
#define ackAlone(i) (role[i]>=PRIM && (enf[i]==NONE || lag[i]))
#define ackSync(i) (role[i]==PRIM && enf[i]==OTHR && !lag[i] && streams(1-(i),i))
#define canAck(i) (ackAlone(i) || ackSync(i))
#define says(i) (wal[i] | (data[i]==HOLLOW -> 255 : 0))         /* what a standby reports as flushed */

/* An assertion says first which property it checks: the runner reads the number out of the verifier's message. */
#define ON(i) (i!=0 && R==0 && (INV==0 || INV==i))
#define reached(i,c) assert(!(i!=0 && R==i && (c)))             /* an answer to a reachability question */
inline check() {
#if R==0
	assert(!ON(1) || !(open(0) && open(1)));                                /* at most one un-fenced primary */
	assert(!ON(2) || !(canAck(0) && canAck(1)));                            /* at most one that can acknowledge */
	assert(!ON(4) || (!(ackAlone(0) && sm) && !ackAlone(1)));               /* alone only as {me, []}: published is enforced */
	assert(!ON(5) || (!(canAck(0) && (acked & ~wal[0])) && !(canAck(1) && (acked & ~wal[1]))));     /* nothing acknowledged is missing */
#else
	reached(1, past==1 && nw>before && (acked>>before));            /* a failover, then a write acknowledged there */
	reached(2, past==1 && sm && acked==3);                          /* ... and protected again */
	reached(3, past==2 && sm && acked==3);                          /* ... and failed back */
	reached(9, ackAlone(0) && acked==3 && wal[1]==0 && role[1]==STBY && data[1]==SOUND);     /* alone, the standby behind */
#endif
}
#define promotes(i) \
	assert(!ON(3) || (acked & ~wal[i])==0);                     /* nothing acknowledged is missing */ \
	assert(!ON(6) || (holder==i && ph==HELD && ((i)==0 || sm)))  /* a promotion has the lease and is eligible */
#define byHolder(i) assert(!ON(7) || (holder==i && ph==HELD))   /* all but a claim is written by the holder: epochs only grow */

/* The record has a new revision: every other CAS fails, every watch starts again. */
#define ofSet(k) (k==SOLO || k==ADD)
#define dies(k,by) ((!TwoKeys || ofSet(k)==ofSet(by)) && !(OneTransaction && ofSet(by) && !ofSet(k)) && !(CompareHolder && k==RENEW))
inline drop(i,by) { if :: q[i]!=0 && q[i]<=TAKE && dies(q[i],by) -> q[i]=0; age[i]=0 :: else fi }
inline landed(i,by) {
	if :: (TwoKeys || OneTransaction) && ofSet(by) :: else -> cw[i] = 0; cw[1-i] = (FromSend -> 1 : 0) fi;
	if :: z!=0 && dies((z&15),by) -> z=0 :: else fi;
	drop(0,by); drop(1,by)
}
#define swap(v) v[0] = v[0]^v[1]; v[1] = v[0]^v[1]; v[0] = v[0]^v[1]
inline swapNodes() {
	swap(role); swap(enf); swap(wal); swap(data); swap(pc); swap(lag); swap(todo); swap(own); swap(hv); swap(cw); swap(mine);
	swap(sure); swap(q); swap(age);
	holder = 1-holder; turn; z = (z!=0 -> z^16 : 0);
#if M>0
	swap(memory);
#endif
#if R>0
	past = (past<3 -> past+1 : 3); before = nw;
#endif
}

inline pgDown(i) {
	role[i]=DOWN; enf[i]=HOLD; lag[i]=0; todo[i]=0; pc[i]=IDLE; sure[i]=0;
	if :: (SameEpoch || RenewalSurvives) && mine[i] :: else -> hv[i]=0 fi;
	if :: q[i]==RENEW || q[i]==RENEWED || q[i]==SOLOED -> q[i]=0; age[i]=0 :: else fi
}
/* A CAS whose answer is not waited for any longer. A renewal that lands late only bumps the revision: left out. */
inline giveUp(i) {
	if
	:: q[i]>(CompareHolder -> 0 : RENEW) && q[i]<=TAKE -> if :: z = q[i] + 16*(i) :: skip fi
	:: else
	fi;
	q[i]=0; age[i]=0
}
inline agentDown(i) {
	giveUp(i); sure[i]=0; mine[i]=0;
	cw[i]=0;
	if :: z==TAKE+16*(i) -> z=ORPHAN+16*(i) :: else fi;
	if :: role[i]<PRIM && pc[i]==IDLE -> hv[i]=0 :: else fi
}
inline tick(i) {
	hv[i] = (hv[i]>0 -> hv[i]-1 : 0);
	cw[i] = (mine[i] || cw[i]==TTL -> cw[i] : cw[i]+1);
	age[i] = ((q[i]==0 || q[i]==OFFER || q[i]==LEAVE || age[i]==TH) -> age[i] : age[i]+1);
}

active proctype Cluster() {
	d_step {
		role[0]=PRIM; enf[0]=OTHR; pc[0]=PUBLISHED; hv[0]=TH; mine[0]=1;
		role[1]=STBY; enf[1]=HOLD
	}
	do
	:: d_step { !late(0) && !late(1) -> printf("  tick\n"); tick(0); tick(1) }
#ifdef DRIFT
	:: d_step { !late(0) -> printf("  tick for %c only\n", who(0)); tick(0) }
	:: d_step { !late(1) -> printf("  tick for %c only\n", who(1)); tick(1) }
#endif
#define N 0
#define O 1
#include "node.pml"
#undef N
#undef O
#define N 1
#define O 0
#include "node.pml"
	od
}
