# shellcheck shell=bash
# What the launcher says, and how it quotes. Everything goes to stderr: stdout belongs to the programs.

say() {
  printf '%s\n' "$*" >&2
}

die() {
  say "chasqui: $*"
  exit 1
}

# One word that a POSIX shell reads back as it was.
quoted() {
  printf "'%s'" "${1//\'/\'\\\'\'}"
}

# A line that later lines replace on a terminal; elsewhere only `say` is seen.
flash() {
  if [ -t 2 ]; then printf '\r\033[K%s' "$*" >&2; fi
}

flash_end() {
  if [ -t 2 ]; then printf '\r\033[K' >&2; fi
}

# take_lock FILE WHAT: waits until FILE is ours. The file holds the owner's pid; a dead owner's lock is taken over.
take_lock() {
  local file=$1 what=$2 owner told=
  mkdir -p "$(dirname "$file")"
  until (set -o noclobber; echo $$ >"$file") 2>/dev/null; do
    owner=$(cat "$file" 2>/dev/null || true)
    if [ -z "$owner" ]; then
      sleep 0.2
      [ -e "$file" ] && [ ! -s "$file" ] && rm -f "$file"
    elif ! kill -0 "$owner" 2>/dev/null; then
      drop_dead_lock "$file" "$owner"
    else
      [ -n "$told" ] || say "Waiting: process $owner is $what."
      told=yes
      sleep 0.5
    fi
  done
}

# Moving is atomic, so only one waiter removes a dead owner's lock; a lock that became alive meanwhile is put back.
drop_dead_lock() {
  local file=$1 owner=$2 aside=$1.$$
  mv "$file" "$aside" 2>/dev/null || return 0
  [ "$(cat "$aside")" = "$owner" ] || ln "$aside" "$file" 2>/dev/null || true
  rm -f "$aside"
}

release_lock() {
  rm -f "$1"
}
