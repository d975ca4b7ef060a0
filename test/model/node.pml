	/* The steps of node N; the other is O. Included once for each. */

	/* ---- clients and streaming */
	:: d_step { role[N]==PRIM && (pc[N]==PUBLISHED || (AdmitEarly && pc[N]==PROMOTED)) && nw<W ->
		printf("%c: a client writes row %d\n", who(N), nw+1); wal[N] = wal[N] | (1<<nw); nw++; check() }
	:: d_step { streams(N,O) && data[N]==SOUND && (wal[N]!=wal[O] || own[O]) ->
		printf("%c receives WAL\n", who(N));
		if
		:: own[O] -> own[O]=0
		:: else -> wal[N] = wal[N] | ((wal[O] & ~wal[N]) & -(wal[O] & ~wal[N]))
		fi; check() }
	:: d_step { ackAlone(N) && (wal[N] & ~acked) -> printf("%c ACKNOWLEDGES alone\n", who(N)); acked = acked | wal[N]; check() }
	:: d_step { ackSync(N) && (wal[N] & says(O) & ~acked) ->
		printf("%c ACKNOWLEDGES what the standby has\n", who(N)); acked = acked | (wal[N] & says(O)); check() }
	:: d_step { lag[N] -> printf("%c: its backends adopt the list\n", who(N)); lag[N]=0; check() }

	/* ---- faults; the end of a server is also the agent's stop and the guard's kill */
	:: d_step { role[N]==PRIM -> printf("%c: the postmaster dies, backends live on\n", who(N)); role[N]=ORPHANS; todo[N]=0; check() }
	:: d_step { role[N]!=DOWN -> printf("%c: PostgreSQL is dead\n", who(N)); pgDown(N); check() }
	:: atomic { printf("%c: the host dies\n", who(N)); d_step { pgDown(N) }; agentDown(N); check() }
	:: atomic { printf("%c: the agent restarts\n", who(N)); agentDown(N); check() }
	:: d_step { role[N]==STBY && pc[N]==IDLE -> printf("%c: somebody runs pg_ctl promote\n", who(N)); role[N]=PRIM; own[N]=1; check() }

	/* ---- start, always as a standby with the placeholder; rejoin (R8) */
	:: d_step { role[N]==DOWN && (data[N]!=COPY || MarkerIgnored) -> printf("%c starts PostgreSQL\n", who(N));
		role[N]=STBY;
		if :: StartsAsPrimary && N==0 -> role[N]=PRIM; pc[N]=PUBLISHED :: else fi;
		check() }
#define source(i) (role[i]==PRIM && (AnyRejoin || (holder==i && i==0)))
	:: d_step { source(O) && role[N]<PRIM && pc[N]==IDLE && data[N]==SOUND && (own[N] || !prefix(N,O)) && !(NumbersTrusted && own[N] && own[O]) && !RewindEarly ->
		if :: own[N] -> printf("%c: another lineage, begins a base backup\n", who(N)) :: else -> printf("%c begins to rewind\n", who(N)) fi;
		data[N]=COPY; role[N]=DOWN; wal[N]=0; own[N]=0; check() }
#define newIncarnation(i) \
		sm = (i==1 -> 0 : sm); \
		if :: enf[1-i]==OTHR -> enf[1-i]=HOLD :: else fi; \
		if :: q[1-i]==ADD -> q[1-i]=0; age[1-i]=0 :: else fi; \
		if :: z==ADD+16*(1-i) -> z=0 :: else fi
	:: d_step { source(O) && data[N]==COPY && role[N]==DOWN -> printf("%c: its copy is complete, a new incarnation\n", who(N));
		data[N]=SOUND; wal[N]=wal[O]; own[O]=0;
		reached(8, wal[O]==3 && acked==3);              /* a rejoin by rewind or copy */
		if :: IncarnationKept :: else -> newIncarnation(N) fi;
		check() }
#if M>0
	:: d_step { RewindEarly && source(O) && role[N]<PRIM && pc[N]==IDLE && data[N]==SOUND && (own[N] || !prefix(N,O)) ->
		printf("%c: no rewind required, says pg_rewind\n", who(N)); data[N]=HOLLOW; own[N]=0; own[O]=0; newIncarnation(N); check() }
	:: d_step { NumbersTrusted && source(O) && role[N]<PRIM && pc[N]==IDLE && data[N]==SOUND && own[N] && own[O] ->
		printf("%c: the same timeline number, it streams\n", who(N)); data[N]=HOLLOW; own[N]=0; own[O]=0; check() }
#endif

	/* ---- the lease (R2, R3): renewals, by this process or by one that adopts a running primary from /run */
	:: d_step { q[N]==0 && holder==N && ph==HELD && pc[N]!=IDLE && (mine[N] && hv[N]<TH || !mine[N] && hv[N]>0) ->
		printf("%c sends a renewal\n", who(N)); q[N]=RENEW; keep(N,sm) }
	:: d_step { q[N]==RENEW -> printf("  %c's renewal lands\n", who(N)); byHolder(N); reached(10, !mine[N] && nw>0);
		q[N]=RENEWED; mine[N]=1; landed(N,RENEW); oldContent(N); check() }
	:: d_step { q[N]==RENEWED || q[N]==SOLOED -> printf("%c learns that its CAS succeeded\n", who(N));
		hv[N] = ((FromReply || TH-age[N]>hv[N]) -> (FromReply -> TH : TH-age[N]) : hv[N]);
		sure[N] = (role[N]==PRIM && holder==N && N==0 && sm==0);
		if :: q[N]==SOLOED && pc[N]==PROMOTED -> pc[N]=PUBLISHED; acked = acked | wal[N] :: else fi;
		q[N]=0; age[N]=0; check() }

	/* ---- claim, acceptance, take-back (R4, R10) */
	:: d_step { q[N]==0 && role[N]==STBY && pc[N]==IDLE && (EligibleEarlier -> x(N) : eligible(N)) &&
			(ph!=HELD || mine[N] || cw[N]==TTL || NoWait) ->
		printf("%c sends a claim\n", who(N)); q[N]=TAKE }
	:: d_step { q[N]==TAKE -> printf("  %c's claim lands\n", who(N));
		reached(4, ph==OFFERED && holder==N);           /* an offer is accepted */
		reached(5, ph==OFFERED && holder==O);           /* an offer is taken back */
		reached(6, ph==FREE);                           /* a freed record is claimed */
		reached(7, mine[N] && (wal[N] & ~wal[O]));      /* a restart in place, with rows the other lacks */
		q[N]=TAKEN; holder=N; ph=HELD; mine[N]=1; mine[O]=0; landed(N,TAKE); check() }
	:: d_step { q[N]==TAKEN -> printf("%c learns that its claim succeeded\n", who(N));
		if :: role[N]==STBY && pc[N]==IDLE && (age[N]<TH || FromReply) -> pc[N]=CLAIMED; hv[N]=(FromReply -> TH : TH-age[N]) :: else fi;
		q[N]=0; age[N]=0; check() }
	:: d_step { pc[N]==CLAIMED && role[N]==STBY && (eligible(N) || NotAskedAgain || EligibleEarlier) -> printf("%c PROMOTES\n", who(N));
		role[N]=PRIM; pc[N]=PROMOTED; own[N]=1;
		if :: data[N]==HOLLOW -> data[N]=SOUND :: else fi;
		if :: EmptyAtPromotion -> enf[N]=NONE :: ListAtPromotion -> lag[N]=1 :: AdmitEarly -> acked = acked | wal[N] :: else fi;
		reached(11, own[O]);                            /* two lineages with one timeline number */
		promotes(N); check() }

	/* ---- offer and free (R10, R4): PostgreSQL is dead, every right of its own dropped, before it is sent */
	:: d_step { q[N]==0 && mine[N] && (role[N]==DOWN || (OfferAlive && role[N]>=PRIM)) && eligible(O) -> printf("%c sends an offer\n", who(N)); q[N]=OFFER;
		if :: SameEpoch -> hv[N]=0 :: else fi }
	:: d_step { q[N]==OFFER -> printf("  %c's offer lands\n", who(N)); byHolder(N); q[N]=0; mine[N]=0; holder=O; ph=OFFERED; landed(N,OFFER); check() }
	:: d_step { q[N]==0 && mine[N] && (role[N]==DOWN || (FreeAlive && role[N]>=PRIM)) -> printf("%c frees the record\n", who(N)); q[N]=LEAVE }
	:: d_step { q[N]==LEAVE -> printf("  %c's free lands\n", who(N)); byHolder(N); q[N]=0; mine[N]=0; holder=0; ph=FREE; landed(N,LEAVE); check() }

	/* ---- the sync set (R4 publish, R6, R7) */
#define mayClear(i) (role[i]==PRIM && (\
		(pc[i]==PUBLISHED && (sure[i] || ListFirst || (ClearOnRead && i==0 && !sm))) || (ClearUnconfirmed && q[i]==SOLO)))
	:: d_step { q[N]==0 && mine[N] && role[N]==PRIM && pc[N]>=PROMOTED && !(sure[N] && pc[N]==PUBLISHED) ->
		printf("%c sends members = []\n", who(N)); q[N]=SOLO }
	:: d_step { q[N]==SOLO -> printf("  %c's members = [] lands\n", who(N)); byHolder(N); q[N]=(role[N]==PRIM -> SOLOED : 0); landed(N,SOLO); sm=0;
		if :: N==1 -> swapNodes() :: else fi; check() }
	:: d_step { mayClear(N) && enf[N]!=NONE && !todo[N] -> printf("%c orders its list cleared\n", who(N)); todo[N]=1 }
	:: d_step { todo[N] -> printf("%c: its list is cleared\n", who(N)); enf[N]=NONE; lag[N]=0; todo[N]=0; check() }
	:: d_step { todo[N] && !OldSessions -> printf("%c ends its earlier sessions\n", who(N)); todo[N]=0 }
	:: d_step { role[N]==PRIM && enf[N]==NONE -> printf("%c sets the placeholder\n", who(N)); enf[N]=HOLD; lag[N]=1; check() }
	:: d_step { role[N]==PRIM && pc[N]==PUBLISHED && enf[N]==HOLD && (!lag[N] || NoCanary) && streams(O,N) ->
		printf("%c: canary blocked, sets the real name\n", who(N)); enf[N]=OTHR; check() }
	:: d_step { q[N]==0 && mine[N] && role[N]==PRIM && pc[N]==PUBLISHED && N==0 && !sm && streams(O,N) &&
			((enf[N]==OTHR && (!lag[N] || NoCanary)) || StoreFirst) && (!todo[N] || OldSessions) &&
			((wal[N] & ~says(O))==0 || NoCatchUp) && (data[O]!=HOLLOW || LineageNotRead) ->
		printf("%c: canary back, row read; sends members = [the other]\n", who(N)); q[N]=ADD; sure[N]=(AddForgotten -> sure[N] : 0) }
	:: d_step { q[N]==ADD -> printf("  %c's members = [the other] lands\n", who(N)); byHolder(N); q[N]=RENEWED; sm=1; landed(N,ADD); check() }

	/* ---- a CAS without an answer in time, and what it may still do */
	:: atomic { q[N]!=0 -> printf("%c: its CAS times out\n", who(N));
#if M>0
		if :: TimeoutFailed && q[N]==ADD -> sure[N]=1
		   :: TimeoutWon && q[N]==TAKE && role[N]==STBY && age[N]<TH -> pc[N]=CLAIMED; hv[N]=TH-age[N]
		   :: else fi;
#endif
		giveUp(N); check() }
	:: d_step { z==SOLO+16*N -> printf("  %c's members = [] lands LATE\n", who(N)); byHolder(N); landed(N,SOLO); sm=0;
		if :: N==1 -> swapNodes() :: else fi; check() }
	:: d_step { z==ADD+16*N -> printf("  %c's members = [the other] lands LATE\n", who(N)); byHolder(N); landed(N,ADD); sm=1; check() }
	:: d_step { z==OFFER+16*N -> printf("  %c's offer lands LATE\n", who(N)); byHolder(N); landed(N,OFFER); mine[N]=0; holder=O; ph=OFFERED; check() }
	:: d_step { z==LEAVE+16*N -> printf("  %c's free lands LATE\n", who(N)); byHolder(N); landed(N,LEAVE); mine[N]=0; holder=0; ph=FREE; check() }
	:: d_step { z==TAKE+16*N || z==ORPHAN+16*N -> printf("  %c's claim lands LATE\n", who(N));
		mine[N]=(z==TAKE+16*N); mine[O]=0; landed(N,TAKE); holder=N; ph=HELD; check() }

#if M>0
	/* ---- steps that only a mutant has */
	:: d_step { EligibleEarlier && x(N)!=eligible(N) -> printf("%c reads whether it is eligible\n", who(N)); keep(N,eligible(N)) }
	:: d_step { OwnName && role[N]>=PRIM && pc[N]!=IDLE && !mine[N] && holder==N && ph==HELD && hv[N]<TH -> printf("%c reads its own name as the holder's\n", who(N)); hv[N]=TH; check() }
	:: d_step { OfferIsRight && ph==OFFERED && holder==N && role[N]==STBY && pc[N]==IDLE && eligible(N) ->
		printf("%c takes the offer for a right\n", who(N)); pc[N]=CLAIMED; hv[N]=TH; mine[N]=1 }
	:: d_step { TakeBackNoCas && (q[N]==OFFER || z==OFFER+16*N || (ph==OFFERED && holder==O)) && role[N]==STBY && pc[N]==IDLE && eligible(N) ->
		printf("%c takes its offer back unsaid\n", who(N)); pc[N]=CLAIMED; hv[N]=TH }
	:: d_step { ((SameEpoch && mine[N]) || RenewalSurvives) && hv[N]>0 && role[N]==STBY && pc[N]==IDLE && eligible(N) ->
		printf("%c still has a right\n", who(N)); pc[N]=CLAIMED }
	:: d_step { NoClaim && q[N]==0 && role[N]==STBY && pc[N]==IDLE && eligible(N) && !mine[N] && cw[N]==TTL ->
		printf("%c takes the expiry alone for a right\n", who(N)); pc[N]=CLAIMED; hv[N]=TH }
	:: d_step { z==RENEW+16*N -> printf("  %c's renewal lands LATE\n", who(N)); byHolder(N); landed(N,RENEW); oldContent(N); check() }
#endif
#undef source
#undef newIncarnation
#undef mayClear
