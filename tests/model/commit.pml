/* The commit protocol of copy mode, small enough for a model checker (SPIN).
 *
 * One committable, two committers that hold it at once (a job restored twice from one savepoint, or a committer that is
 * believed dead and its successor), a warehouse, and faults at any moment. What each party knows:
 *
 *   the warehouse   what is committed, and of each session its transaction. It carries out what it was sent also after
 *                   the client has gone, and learns only then, or never, that it has gone.
 *   a committer     the answers that reached it in its present session. After a lost connection it knows nothing and
 *                   begins anew in another session, just as the successor of one that died.
 *
 * Checked: the rows are loaded at most once, and a committer that calls itself done has them loaded. The number of
 * faults is limited, so every run ends; one that ends in a wait is an error too.
 *
 * Staged files are never deleted here: that a second COPY would miss its files is not what the promise rests on.
 *
 * Variants: SNAPSHOT_AT_BEGIN (the warehouse takes the snapshot at BEGIN, not at the first statement that reads),
 *           AGING (time passes, and the ledger forgets).
 * Mutations: CHECK_BEFORE_LOCK, NO_HEAD_ROW, NO_LOCK, TAG_IGNORED, LEDGER_ROW_APART, AGE_IGNORED, BLOCKER_LEFT_ALONE.
 */

#ifndef FAULTS
#define FAULTS 2
#endif
#define SESSIONS 4 /* at one time: two committers', and those that faults left behind */
#define NOBODY 255

mtype = { begin, lock, update_head, find_identity, copy, insert_ledger_row, commit };
mtype = { done, conflict, absent, present, tag_commit, tag_rollback };
mtype = { open, broken };
#define unused 0

/* The warehouse: what is committed. */
byte loaded = 0; /* how many times the committable's rows are in the target */
bool in_ledger = false;
byte head_version = 0;

/* Its sessions. A transaction sees its snapshot; what it wrote is there for others once it has committed. */
typedef SessionState {
  mtype state;
  bool client_gone; /* closed by the client, or its connection lost */
  bool client_vanished; /* with its host: nobody tells the warehouse */
  bool in_transaction;
  bool has_snapshot;
  bool snapshot_in_ledger;
  byte snapshot_head_version;
  bool aborted;
  bool wrote_head;
  bool wrote_rows;
  bool wrote_ledger_row;
  bool age_was_judged /* good, and the transaction goes on */
};
SessionState session[SESSIONS];
chan request[SESSIONS] = [1] of { mtype };
chan answer[SESSIONS] = [1] of { mtype };
byte lock_holder = NOBODY;

byte faults_left = FAULTS;
bool old = false; /* the ledger is no longer sure to remember the committable */
byte judgements = 0; /* sessions with age_was_judged */

inline TakeSnapshot(s) {
  if
  :: !session[s].has_snapshot ->
    session[s].has_snapshot = true;
    session[s].snapshot_in_ledger = in_ledger;
    session[s].snapshot_head_version = head_version
  :: else
  fi
}

inline EndTransaction(s) {
  if
  :: lock_holder == s -> lock_holder = NOBODY
  :: else
  fi;
  judgements = judgements - session[s].age_was_judged;
  session[s].age_was_judged = false;
  session[s].in_transaction = false;
  session[s].has_snapshot = false;
  session[s].snapshot_in_ledger = false;
  session[s].snapshot_head_version = 0;
  session[s].aborted = false;
  session[s].wrote_head = false;
  session[s].wrote_rows = false;
  session[s].wrote_ledger_row = false
}

inline Drain(channel) {
  if
  :: nempty(channel) -> channel?_
  :: empty(channel)
  fi
}

inline EndSession(s) {
  EndTransaction(s);
  Drain(request[s]);
  if
  :: session[s].client_gone || session[s].client_vanished ->
    Drain(answer[s]);
    session[s].client_gone = false;
    session[s].client_vanished = false;
    session[s].state = unused
  :: else -> session[s].state = broken
  fi
}

/* Whether session s may touch the ledger: LOCK keeps others from reading and writing it. */
#define LEDGER_FREE(s) (lock_holder == NOBODY || lock_holder == s)

/* A session of the warehouse: carries out what it was sent, one statement after the other. */
active [SESSIONS] proctype Session() {
  byte s = _pid;
end_idle: /* a session whose client vanished may stay for ever, as long as nobody waits for it */
  do
  :: atomic { request[s]?[begin] -> request[s]?begin;
    session[s].in_transaction = true;
#ifdef SNAPSHOT_AT_BEGIN
    TakeSnapshot(s);
#endif
    answer[s]!done }
  :: atomic { request[s]?[lock] && LEDGER_FREE(s) -> request[s]?lock;
    lock_holder = s; answer[s]!done }
  :: atomic { request[s]?[update_head] && LEDGER_FREE(s) -> request[s]?update_head;
    lock_holder = s; /* a table has one writer at a time, also without LOCK */
    TakeSnapshot(s);
    if
    :: session[s].snapshot_head_version != head_version -> session[s].aborted = true; answer[s]!conflict
    :: else -> session[s].wrote_head = true; answer[s]!done
    fi }
  :: atomic { request[s]?[find_identity] && LEDGER_FREE(s) -> request[s]?find_identity;
    TakeSnapshot(s);
    if
    :: session[s].snapshot_in_ledger -> answer[s]!present
    :: else -> answer[s]!absent
    fi;
    if
    :: session[s].in_transaction
    :: else -> EndTransaction(s)
    fi }
  :: atomic { request[s]?[copy] -> request[s]?copy; session[s].wrote_rows = true; answer[s]!done }
  :: atomic { request[s]?[insert_ledger_row] && LEDGER_FREE(s) -> request[s]?insert_ledger_row;
    session[s].wrote_ledger_row = true; answer[s]!done }
  :: atomic { request[s]?[commit] -> request[s]?commit;
    if
    :: !session[s].aborted ->
      loaded = loaded + session[s].wrote_rows;
      assert(loaded <= 1);
      in_ledger = in_ledger || session[s].wrote_ledger_row;
      head_version = head_version + session[s].wrote_head;
      answer[s]!tag_commit
    :: session[s].aborted -> answer[s]!tag_rollback
    :: faults_left > 0 -> faults_left--; answer[s]!tag_rollback /* aborted, and no statement said so */
    fi;
    EndTransaction(s) }
  :: atomic { session[s].client_gone && empty(request[s]) -> EndSession(s) }
  /* a failure of the warehouse, a restart, somebody's pg_terminate_backend */
  :: atomic { faults_left > 0 && session[s].state == open && session[s].in_transaction -> faults_left--; EndSession(s) }
  od
}


/* The committer has done with its session, or cannot reach it any more. */
inline Leave(vanished) {
  Drain(answer[s]);
  if
  :: session[s].state == broken -> Drain(request[s]); session[s].state = unused
  :: else -> session[s].client_vanished = vanished; session[s].client_gone = !vanished
  fi
}

/* Sends a statement and waits for its answer. The connection may be lost on the way: the statement is carried out all
   the same, sooner or later, or the session ends before. */
inline Run(statement) {
  request[s]!statement;
  if
  :: true
  :: faults_left > 0 -> faults_left--; Leave(false); goto again
  :: faults_left > 0 -> faults_left--; Leave(true); goto again
  fi;
  do
  :: nempty(answer[s]) -> answer[s]?got; break
  :: empty(answer[s]) && session[s].state == broken -> Leave(false); goto again
#ifndef BLOCKER_LEFT_ALONE
  /* after sink.commit.lock-timeout: what is in the way is idle, and a committer's session */
  :: empty(answer[s]) && lock_holder != NOBODY && session[lock_holder].client_vanished && empty(request[lock_holder]) ->
    blocker = lock_holder;
    EndSession(blocker);
    blocker = NOBODY
#endif
  od
}

#define UNUSED_SESSION \
  (session[0].state == unused || session[1].state == unused || session[2].state == unused || session[3].state == unused)

active [2] proctype Committer() {
  byte s, blocker = NOBODY;
  mtype got;
again: atomic {
  got = 0;
  s = 0;
  do
  :: s < SESSIONS && session[s].state == unused -> break
  :: s < SESSIONS && session[s].state != unused -> s++
  :: s == SESSIONS && UNUSED_SESSION -> s = 0
  od;
  session[s].state = open;
#ifdef CHECK_BEFORE_LOCK
  Run(find_identity);
  if
  :: got == present -> goto committed
  :: else
  fi;
#endif
  Run(begin);
#ifndef NO_LOCK
  Run(lock);
#endif
#ifndef NO_HEAD_ROW
  Run(update_head);
  if
  :: got == conflict -> Leave(false); goto again
  :: else
  fi;
#endif
#ifndef CHECK_BEFORE_LOCK
  Run(find_identity);
  if
  :: got == present -> goto committed
  :: else
  fi;
#endif
#ifndef AGE_IGNORED
  if
  :: old -> goto refused /* sink.commit.expired = fail */
  :: else ->
    if
    :: session[s].state == open -> session[s].age_was_judged = true; judgements++
    :: else
    fi
  fi;
#endif
  Run(copy);
#ifndef LEDGER_ROW_APART
  Run(insert_ledger_row);
#endif
  Run(commit);
#ifndef TAG_IGNORED
  if
  :: got == tag_rollback -> Leave(false); goto again
  :: else
  fi;
#endif
#ifdef LEDGER_ROW_APART
  Run(begin);
  Run(insert_ledger_row);
  Run(commit);
#endif
committed:
  assert(loaded > 0);
refused:
  Leave(false);
  s = 0;
  got = 0
}
}

#ifdef AGING
/* Time passes, and some commit removes the committable's line, if there is one. No transaction lasts the day that lies
   between the age at which a committable is refused and the age at which its line goes. */
active proctype Time() {
  old = true;
end_waiting: /* for a session whose client vanished, and which is in nobody's way */
  atomic { judgements == 0 && lock_holder == NOBODY ->
    if
    :: in_ledger -> in_ledger = false; head_version++
    :: else
    fi }
}
#endif
