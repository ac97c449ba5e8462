# shellcheck shell=bash
# What this machine has and lacks, one line each; then what the node itself checks.

sick=0

check_line() {
  printf '%-8s %-12s %s\n' "$1" "$2" "$3"
  [ "$1" != missing ] || sick=$((sick + 1))
}

doctor() {
  if [ "${1:-}" = --jdk ]; then
    need_jdk
    printf '%s\n' "$jdk"
    return
  fi
  if find_jdk; then check_line ok java "$(jdk_feature "$jdk") in $jdk"; else check_line missing java "$missing_jdk"; fi
  if find_maven; then check_line ok maven "$maven"; else check_line missing maven "$missing_maven"; fi
  check_files
  check_disk
  check_build
  if node_is_running; then
    check_line ok node "runs on $data (pid $(node_pid)), clients at $(ready_value edge)"
  else
    check_line note node "none runs on $data"
  fi
  [ "$sick" -eq 0 ] || exit 1
  if [ -z "$(stale_reason)" ]; then launch node chasqui.node.Main doctor --data "$data" "$@"; fi
}

check_files() {
  local limit
  limit=$(ulimit -n)
  if [ "$limit" = unlimited ] || [ "$limit" -ge 4096 ]; then
    check_line ok files "$limit open files per process"
  else
    check_line warning files "only $limit open files per process: enough for about $((limit / 2)) clients; raise it with ulimit -n"
  fi
}

check_disk() {
  local folder=$data free
  while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
  free=$(df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1024) }')
  if [ "$free" -ge 2048 ]; then check_line ok disk "$free MiB free at $folder"; else check_line warning disk "only $free MiB free at $folder"; fi
}

check_build() {
  local reason
  reason=$(stale_reason)
  if [ -z "$reason" ]; then check_line ok build fresh; else check_line note build "$reason: the next command builds"; fi
}
