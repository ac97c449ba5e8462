# shellcheck shell=bash
# One node on one data folder: up, status, stop. A pid counts only if that process runs our node on this folder.

pid_file() { printf '%s/node.pid' "$data"; }
log_file() { printf '%s/node.log' "$data"; }

# The arguments of a process, one a line.
process_arguments() {
  if [ -r "/proc/$1/cmdline" ]; then
    tr '\0' '\n' <"/proc/$1/cmdline" 2>/dev/null || true
  else
    ps -o args= -p "$1" 2>/dev/null | tr ' ' '\n' || true
  fi
}

is_our_node() {
  local seen
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  seen=$(process_arguments "$1")
  case $'\n'$seen$'\n' in *$'\nchasqui.node.Main\nrun\n'*) ;; *) return 1 ;; esac
  case $'\n'$seen$'\n' in *$'\n--data\n'"${data// /$'\n'}"$'\n'* | *$'\n--data\n'"$data"$'\n'*) ;; *) return 1 ;; esac
}

node_pid() { cat "$(pid_file)" 2>/dev/null || true; }
node_is_running() { is_our_node "$(node_pid)"; }

# ready_value edge|ops: the address from the node's line `READY edge=HOST:PORT ops=HOST:PORT`; empty before it.
ready_value() {
  sed -n "s/^READY \(.* \)\{0,1\}$1=\([^ ]*\).*/\2/p" "$(log_file)" 2>/dev/null | tail -n 1
}

up() {
  local foreground=
  if [ "${1:-}" = --foreground ]; then foreground=yes; shift; fi
  ensure_built
  (umask 077 && mkdir -p "$data") || die "The data folder $data cannot be made."
  take_lock "$data/up.lock" "starting a node on $data"
  trap 'release_lock "$data/up.lock"' EXIT
  if node_is_running; then
    say "A node already runs on $data (pid $(node_pid)), clients at $(ready_value edge)."
    return
  fi
  [ ! -e "$(log_file)" ] || mv "$(log_file)" "$(log_file).1"
  command_line node chasqui.node.Main run --data "$data" "$@"
  if [ -n "$foreground" ]; then up_attached; else up_detached; fi
}

# exec keeps the pid; tee ignores the interrupt that ends the node, so the last lines reach the log.
up_attached() {
  echo $$ >"$(pid_file)"
  trap - EXIT
  release_lock "$data/up.lock"
  exec "${command[@]}" > >(tee -i "$(log_file)") 2>&1
}

up_detached() {
  local pid
  nohup "${command[@]}" </dev/null >"$(log_file)" 2>&1 &
  pid=$!
  echo "$pid" >"$(pid_file)"
  wait_until_ready "$pid"
  say "Chasqui is up (pid $pid)."
  say "  clients    $(ready_value edge)"
  say "  operations $(ready_value ops)"
  say "  data       $data"
  say "  log        $(log_file)"
  say ""
  say "Next, in two terminals:"
  say "  ./chasqui chat --as alice --with bob$(data_option)"
  say "  ./chasqui chat --as bob --with alice$(data_option)"
  say "To end it: ./chasqui stop$(data_option)"
}

# The option that the next command needs to find this node; nothing for the default folder.
data_option() {
  [ "$data" = "$default_data" ] || printf ' --data %s' "$(quoted "$data")"
}

wait_until_ready() {
  local pid=$1 begin=$SECONDS told=
  until [ -n "$(ready_value edge)" ]; do
    if ! kill -0 "$pid" 2>/dev/null; then
      rm -f "$(pid_file)"
      explain_early_end
      exit 1
    fi
    if [ -z "$told" ] && [ $((SECONDS - begin)) -ge 5 ]; then
      say "Starting; the log is $(log_file)."
      told=yes
    fi
    if [ $((SECONDS - begin)) -ge "${CHASQUI_UP_SECONDS:-90}" ]; then
      die "The node (pid $pid) is not ready after ${CHASQUI_UP_SECONDS:-90} s; it goes on starting, see $(log_file)."
    fi
    sleep 0.2
  done
}

explain_early_end() {
  local port
  say "chasqui: the node ended before it was ready. The end of $(log_file):"
  tail -n 15 "$(log_file)" | cut -c 1-300 | sed 's/^/  /' >&2
  port=$(grep -iE 'in use' "$(log_file)" | grep -oE ':[0-9]+' | head -n 1 | tr -d : || true)
  if [ -n "$port" ]; then say "Port $port is held by: $(port_holder "$port")"; fi
}

# Who listens on a port, as far as this machine's tools can tell.
port_holder() {
  local holder=
  if command -v ss >/dev/null; then
    holder=$(ss -Hltnp "sport = :$1" 2>/dev/null | sed -n 's/.*users:((\(.*\)).*/\1/p' | head -n 1)
  fi
  if [ -z "$holder" ] && command -v lsof >/dev/null; then
    holder=$(lsof -nP -iTCP:"$1" -sTCP:LISTEN 2>/dev/null | awk 'NR == 2 { print $1 " (pid " $2 ")" }')
  fi
  printf '%s' "${holder:-a process that this user may not see}"
}

status() {
  # With options, such as --json, the answer is the node's command's alone.
  if [ $# -eq 0 ]; then
    if ! node_is_running; then
      say "No node runs on $data. Start one: ./chasqui up$(data_option)"
      exit 3
    fi
    say "A node runs on $data (pid $(node_pid)), clients at $(ready_value edge)."
  fi
  launch node chasqui.node.Main status --data "$data" "$@"
}

stop() {
  local pid begin=$SECONDS patience=${CHASQUI_STOP_SECONDS:-45}
  if ! node_is_running; then
    rm -f "$(pid_file)"
    say "No node runs on $data."
    return
  fi
  pid=$(node_pid)
  if [ "${1:-}" = --now ]; then
    kill -KILL "$pid"
  else
    [ $# -eq 0 ] || die "stop takes --data DIR and --now only."
    kill -TERM "$pid"
  fi
  while is_our_node "$pid"; do
    [ $((SECONDS - begin)) -lt "$patience" ] || die "The node (pid $pid) still runs after $patience s; ./chasqui stop --now ends it at once, and nothing acked is lost."
    sleep 0.2
  done
  rm -f "$(pid_file)"
  say "Stopped (pid $pid)."
}
