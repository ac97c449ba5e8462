# shellcheck shell=bash
# The help texts. Options that a program has itself are listed by the program, once it is built.

commands="demo mesh up status stop chat bot token bench sim crash faults fuzz syncs test envoy endpoints doctor config certs export import backup restore trace build help"

show_help() {
  case ${1:-} in
    '') overview ;;
    *)
      help_text "$1" || die "There is no command '$1'.$(nearest_command "$1") ./chasqui help lists them."
      own_help "$1"
      ;;
  esac
}

overview() {
  cat <<'TEXT'
Chasqui: durable chat over gRPC streams.

  ./chasqui demo      watch clients chat through a crash, and a verdict counted by the clients
  ./chasqui up        start a node in the background
  ./chasqui mesh      run every role as processes of its own, over etcd and Cassandra, behind Envoy
  ./chasqui chat      talk: ./chasqui chat --as alice --with bob
  ./chasqui bot       run the sample bot, and talk with it
  ./chasqui status    what runs, and where
  ./chasqui stop      end the node
  ./chasqui token     make a token with the development key
  ./chasqui config    show every setting, its value and where it comes from
  ./chasqui certs     make certificates for nodes on this machine
  ./chasqui doctor    what this machine has and lacks

  ./chasqui backup    copy the data of a node, which may run meanwhile
  ./chasqui restore   make data of a backup again
  ./chasqui export    write all data into one file
  ./chasqui import    read that file into an empty store

  ./chasqui envoy     render a configuration for Envoy, in front of the edges
  ./chasqui endpoints keep Envoy's list of edges as etcd says
  ./chasqui trace     what became of one message, on each device

  ./chasqui bench     measure the whole path against a bare relay
  ./chasqui sim       run the simulator over many seeds
  ./chasqui crash     kill the node again and again under load, and check the promises
  ./chasqui faults    attack a node, row by row, while honest clients chat
  ./chasqui fuzz      attack it with what a coverage-guided fuzzer thinks of
  ./chasqui syncs     trace system calls: no ack before its sync
  ./chasqui test      run every suite

./chasqui help COMMAND tells more. Whatever is missing is built first.
TEXT
}

help_text() {
  case $1 in
    demo) cat <<'TEXT'
./chasqui demo [--mesh] [--json]
Starts a node on a folder of its own, lets three users talk (one with two devices, one offline), kills
the node in the middle of a burst, restarts it, and prints the transcripts and a verdict counted by the
clients. Exit 0 only if nothing was lost, duplicated or out of order. Leaves nothing running.
  --mesh  on a mesh of processes behind Envoy: an edge and a mailbox are killed, and each hop counts what passed
TEXT
      ;;
    mesh) cat <<'TEXT'
./chasqui mesh [--edges 3] [--routers 2] [--mailboxes 2] [--registries 2] [--store cql|cql3|embedded] [--data DIR]
Runs every role as processes of its own on this machine, over etcd and a CQL server (Cassandra), with Envoy in front.
What is missing is fetched into .deps/ first. Prints who listens where, then the logs of all, each line behind its
part's name; Ctrl-C ends everything in good order, a second one at once. A node that ends by itself is started again.
  --data DIR  keeps data and logs; without it they go away
  --check     ends as soon as everything serves
TEXT
      ;;
    up) cat <<'TEXT'
./chasqui up [--foreground] [--data DIR] [--config FILE]
Starts a node, waits until it serves, prints its addresses and the next command to type.
  --foreground   stay attached to this terminal; Ctrl-C stops the node
  --data DIR     where messages, keys and the log live (default: .chasqui/data beside this launcher, or CHASQUI_DATA)
  --config FILE  settings; ./chasqui config lists them
Environment: CHASQUI_JAVA_OPTS (more JVM options), CHASQUI_UP_SECONDS (how long to wait, default 90).
TEXT
      ;;
    status) cat <<'TEXT'
./chasqui status [--data DIR]
Says whether a node runs on the folder, and asks it how it does. Exit 3 if none runs.
TEXT
      ;;
    stop) cat <<'TEXT'
./chasqui stop [--now] [--data DIR]
Asks the node to drain and end, and waits for it. Only a process that runs our node on this folder is signalled.
  --now  kill it at once; nothing that was acked is lost
TEXT
      ;;
    chat) cat <<'TEXT'
./chasqui chat --as NAME (--with NAME | --group NAME) [--data DIR] [--server HOST:PORT]
Talks as NAME with one person or a group, after showing the history. It finds the node that ./chasqui up
started on the same folder, and makes itself a token with that node's development key.
Environment: CHASQUI_SERVER, CHASQUI_TOKEN, or CHASQUI_TOKEN_COMMAND (prints a token when given `--user NAME`).
TEXT
      ;;
    bot) cat <<'TEXT'
./chasqui bot [USER] [--data DIR]
Runs the sample bot (client, chasqui.client.sample.EchoBot) as USER, `echo` if none is given: it says again what
it is told alone, and in groups what mentions it. Answers to what came while it was away are given when it is back.
Environment: CHASQUI_SERVER, CHASQUI_TOKEN.
TEXT
      ;;
    token) cat <<'TEXT'
./chasqui token --user NAME [--ttl DURATION] [--data DIR]
Prints a token for a user, signed with the development key in the data folder.
TEXT
      ;;
    certs) cat <<'TEXT'
./chasqui certs DIR [--service NAME]...
Makes an authority and a certificate for each role, for nodes on this machine: DIR/authority.pem, and ROLE.crt and
ROLE.key for edge, router, mailbox, registry and gateway; node.crt is for all roles in one process. What is there stays.
Set as internal.authority, internal.certificate and internal.key, nodes prove to each other who they are.
  --service NAME  also service-NAME.crt and .key, for an internal service
TEXT
      ;;
    envoy) cat <<'TEXT'
./chasqui envoy CONFIGURATION --into DIR NAME=VALUE...
Renders edge-l7 (TLS and HTTP/2 end at Envoy) or edge-l4 (TLS ends at the edge) into DIR, and prints how to start Envoy.
  --variables  lists the variables of the configuration
envoy/README.md tells what edges behind Envoy need.
TEXT
      ;;
    endpoints) cat <<'TEXT'
./chasqui endpoints --etcd HOST:PORT[,...] --into DIR [--edges plaintext]
Keeps DIR/edges.json, which Envoy watches, as the node records in etcd say, until it is ended. Runs beside each Envoy.
  --edges plaintext  edges on the loopback are met without TLS; all others always with it
Environment: CHASQUI_CLUSTER_ETCD, CHASQUI_CLUSTER_NAME.
TEXT
      ;;
    bench) cat <<'TEXT'
./chasqui bench direct [--json]
Measures the whole path and a bare relay, interleaved, at the same offered rate.

./chasqui bench store [--json]
Measures one CQL server, interleaved: one conditional insert per message, the journal, plain writes. Starts Cassandra, or
takes the server that CHASQUI_CQL_CONTACT_POINT names.
TEXT
      ;;
    sim) cat <<'TEXT'
./chasqui sim --seeds N [--from S] [--json]
Runs the simulator: one thread, simulated time, network and store; a seed in, a trace hash out.
TEXT
      ;;
    crash) cat <<'TEXT'
./chasqui crash [options]
Kills the node with kill -9 at random moments under many clients and checks every promise.
TEXT
      ;;
    faults) cat <<'TEXT'
./chasqui faults (ROW... | --all [--on node|mesh]) [--budget 10m] [--json]
Attacks a node of its own with bad tokens, forged ids, broken frames and clients that keep to nothing, one
row of the table after the other, while two honest clients chat; or kills, pauses and parts the processes of a
mesh while a crowd of clients talks. Each row ends as passed, failed, not measurable here, or later (what it
attacks is not built yet), with figures. Exit 0 only if none failed.
  --list  names the rows
A failed row keeps the logs of it.
TEXT
      ;;
    fuzz) cat <<'TEXT'
./chasqui fuzz [--minutes N] [--target NAME] [--seed N] [--keep DIR]
Throws inputs at a node, of its frames' check and of its tokens: each input that reaches new code is changed further
(Jazzer, in a process of its own). Begins with the tree's corpus. Exit 0 only if nothing was found.
  --keep DIR     gets what was found, and the smallest corpus that reaches all that was reached
  --repeat FILE  plays a finding again, without the fuzzer
TEXT
      ;;
    syncs) cat <<'TEXT'
./chasqui syncs [options]
Traces the node's system calls with strace and counts acks that left before their sync.
TEXT
      ;;
    test) cat <<'TEXT'
./chasqui test [SUITE...]
Runs every suite, or those named, and ends with a table and the line `N passed, N failed, N skipped`.
  --list  names the suites
Logs are in target/suites/SUITE.log. It ends after CHASQUI_TEST_SECONDS (default 1500). Suites listed in .ci/required-suites must run.
TEXT
      ;;
    doctor) cat <<'TEXT'
./chasqui doctor [--data DIR]
Checks what Chasqui needs on this machine. Exit 1 if something is missing.
  --jdk  only print the folder of the JDK that is used
TEXT
      ;;
    config) cat <<'TEXT'
./chasqui config [--data DIR] [--config FILE]
Shows every setting with its value, its default and what it means.
TEXT
      ;;
    export) cat <<'TEXT'
./chasqui export --out FILE [--data DIR]
Writes the data set of a stopped node, or of a backup (--data BACKUP), into one file: the same rows give the same bytes.
Marks whose life is over are left out. What is cut short is begun anew. The file holds everybody's messages and a
secret key: keep it so. docs/export.md tells the format.
TEXT
      ;;
    import) cat <<'TEXT'
./chasqui import --from FILE [--raise-generations] [--data DIR]
Reads an export into an empty store, as configured: a data folder, or a CQL keyspace. The whole file is checked first. What is cut short goes on where it was when
the same file is imported again; until then no node opens the data.
  --raise-generations  the export is older than what clients have seen: they forget what they have, and resync
TEXT
      ;;
    backup) cat <<'TEXT'
./chasqui backup --out DIR [--data DIR]
Copies the data of a node as it is at one moment. The node may run meanwhile; it is asked through its operators' port.
Settings, keys and tokens of the node are not in it.
TEXT
      ;;
    restore) cat <<'TEXT'
./chasqui restore --from DIR [--data DIR]
Makes data of a backup, in a folder without. Generations are raised: clients forget what was said after the backup, and
resync. What is cut short is begun anew.
TEXT
      ;;
    trace) cat <<'TEXT'
./chasqui trace CONVERSATION SEQ [--users A,B] [--json] [--data DIR]
Tells what became of one entry on its way to each device: committed, routed, written, acked, when and where, or why not. Asks the
running node on the folder, which must have the edge role; the whole mesh answers. Never tells what the entry says.
TEXT
      ;;
    build) cat <<'TEXT'
./chasqui build
Builds what is missing or stale. Every other command does that by itself.
TEXT
      ;;
    help) echo "./chasqui help [COMMAND]" ;;
    *) return 1 ;;
  esac
}

# The program's own options, only if that costs no build.
own_help() {
  local module main
  case $1 in
    demo | mesh | sim | crash | syncs | faults | fuzz) module=testkit/drills main=chasqui.drills.Main ;;
    envoy | endpoints) module=envoy main=chasqui.envoy.Main ;;
    token | config | certs | export | import | backup | restore | trace) module=node main=chasqui.node.Main ;;
    chat) module=client main=chasqui.client.cli.Main ;;
    bench) module=bench main=chasqui.bench.Main ;;
    *) return 0 ;;
  esac
  find_jdk && [ -z "$(stale_reason)" ] || return 0
  case $1 in
    chat | bench) command_line "$module" "$main" --help ;;
    *) command_line "$module" "$main" "$1" --help ;;
  esac
  echo
  "${command[@]}" </dev/null 2>/dev/null || true
}

# " Did you mean 'X'?" for a slip of at most two letters in the same beginning.
nearest_command() {
  local known
  for known in $commands; do
    case $known in "${1:0:2}"*) printf " Did you mean '%s'?" "$known"; return ;; esac
  done
}
