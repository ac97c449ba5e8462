# shellcheck shell=bash
# Ends what a process started, once that process is gone, however it went. It says on standard input what it started
# (`+ PID`) and which folders are to go with it (`rm FOLDER`); the end of the input is its end. `now` leaves nobody time.
# A process is known by its number and the time of its start, so that nobody else's is ever ended.
trap '' HUP INT TERM

# born PID: when it started; nothing if it is gone, or ended and only not yet buried.
born() {
  local stat
  if [ -d /proc/self ]; then
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    [ "$1" = Z ] || echo "${20}"
  else
    case $(ps -o stat= -p "$1") in Z* | '') ;; *) ps -o lstart= -p "$1" | tr -d ' ' ;; esac
  fi
}

# left: those that still run.
left() {
  local ward
  for ward in $wards; do
    [ "$(born "${ward%%=*}")" != "${ward#*=}" ] || echo "${ward%%=*}"
  done
}

# tell SIGNAL: to all that still run.
tell() {
  local pid
  for pid in $(left); do kill "-$1" "$pid" 2>/dev/null; done
}

wards='' folders=() hurry=no
while read -r word rest; do
  case $word in
    +) time=$(born "$rest"); [ -z "$time" ] || wards="$wards $rest=$time" ;;
    rm) folders+=("$rest") ;;
    now) hurry=yes ;;
  esac
done

[ "$hurry" = yes ] || tell TERM
tell CONT
for ((tries = 0; tries < 100; tries++)); do
  [ "$hurry" = no ] && [ -n "$(left)" ] || break
  sleep 0.2
done
tell KILL
for folder in ${folders[@]+"${folders[@]}"}; do rm -rf "$folder"; done
