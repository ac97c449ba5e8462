# shellcheck shell=bash
# Builds what is missing or stale, once, however many terminals ask for it.

applications=(client node testkit/drills bench envoy)
build_stamp=$home/target/built
build_log=$home/target/build.log

# Why a build is needed, in a few words; empty if all is fresh. Needs no git.
stale_reason() {
  local module newer
  for module in "${applications[@]}"; do
    [ -d "$home/$module/target/lib" ] || { echo "$module is not built yet"; return; }
  done
  [ -e "$build_stamp" ] || { echo "the last build did not finish"; return; }
  # Folders too, so that a deleted source counts; only inside src/main, because building touches the others.
  newer=$(cd "$home" && find . \( -name target -o -name .git -o -name .deps -o -name .chasqui -o -path '*/src/test' \) -prune -o \
    \( -name pom.xml -o -path '*/src/main/*' \) \( -type f -o -type d \) -newer "$build_stamp" -print 2>/dev/null | head -n 1)
  [ -z "$newer" ] || echo "${newer#./} changed"
}

ensure_built() {
  local reason
  need_jdk
  reason=$(stale_reason)
  [ -n "$reason" ] || return 0
  need_maven
  take_lock "$home/target/build.lock" building
  trap 'release_lock "$home/target/build.lock"' EXIT
  reason=$(stale_reason)
  if [ -n "$reason" ]; then build_all "$reason"; fi
  trap - EXIT
  release_lock "$home/target/build.lock"
}

build_all() {
  local started=$SECONDS
  say "Building Chasqui: $1 (log: target/build.log)."
  forget_built
  if ! run_maven -T 1C package -Dmaven.test.skip=true 2>&1 | tee "$build_log" | show_progress; then
    explain_build_failure
    exit 1
  fi
  mark_built
  say "Built in $((SECONDS - started)) s."
}

# Old jars go first: a library that changed its version would stay on the class path, and a node that
# still runs on the old files keeps them open instead of reading half-written ones.
forget_built() {
  local module
  mkdir -p "$home/target"
  for module in "${applications[@]}"; do rm -rf "${home:?}/$module/target/lib"; done
  rm -f "$build_stamp"
  : >"$build_stamp.begun"
}

# The stamp is as old as the build's begin, so that an edit during the build counts as newer.
mark_built() {
  mv "$build_stamp.begun" "$build_stamp"
}

# Reads Maven's output; shows each module as it begins, and counts downloads.
show_progress() {
  local line downloads=0 rest
  while IFS= read -r line; do
    case $line in
      *"Downloaded from "*)
        downloads=$((downloads + 1))
        flash "  downloaded $downloads files"
        if [ ! -t 2 ] && [ $((downloads % 100)) -eq 0 ]; then say "  downloaded $downloads files"; fi
        ;;
      *"] Building "*"["*/*"]")
        rest=${line#*] Building }
        flash_end
        say "  [${rest##*[} ${rest%% *}"
        ;;
    esac
  done
  flash_end
}

explain_build_failure() {
  say "The build failed. From target/build.log:"
  grep -E '^\[ERROR\]|^Error|Unknown host|COMPILATION' "$build_log" | grep -vE '\[Help|^\[ERROR\] *$|re-run Maven|following articles|full stack trace|mvn <args>|After correcting' \
    | cut -c 1-300 | awk '!seen[$0]++' | head -n 25 >&2 || true
  if grep -qE 'Unknown host|Could not transfer|Connection refused|timed out' "$build_log"; then
    say "The first build downloads libraries: is this machine online, and is a proxy needed (settings.xml)?"
  fi
}
