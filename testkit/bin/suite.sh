# shellcheck shell=bash
# What the suites share. A suite sources this file first; it gets `home`, the launcher's functions, and Java.

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source=../../node/launcher/say.sh
. "$home/node/launcher/say.sh"
# shellcheck source=../../node/launcher/tools.sh
. "$home/node/launcher/tools.sh"
# shellcheck source=../../node/launcher/build.sh
. "$home/node/launcher/build.sh"

# not_run REASON: ends the suite without a verdict.
not_run() {
  echo "$*"
  exit 77
}

# need_program MODULE MAIN [WORD]: builds; no verdict if the program, or its subcommand WORD, does not exist.
need_program() {
  local module=$1 main=$2 word=${3:-} jar
  ensure_built
  jar=$(echo "$home/$module/target/lib/chasqui-${module##*/}-"*.jar)
  "$jdk/bin/jar" tf "$jar" | grep -qx "$(tr . / <<<"$main").class" || not_run "$main does not exist yet"
  [ -z "$word" ] || "$home/chasqui" "$word" --help >/dev/null 2>&1 || not_run "./chasqui $word does not exist yet"
}

# expect_json FILE KEY VALUE: the first object in FILE must hold that number.
expect_json() {
  if grep -qE "\"$2\" *: *$3([^0-9.]|\$)" "$1"; then
    echo "ok      $2 is $3"
  else
    echo "FAILED  $2 is not $3 in: $(tail -n 1 "$1")"
    return 1
  fi
}

# tested_build SUITE REPORTS ARGS... : Maven with the stricter checks, as the one builder; counts the tests in REPORTS.
# It leaves the applications built, so that later suites need no build of their own.
tested_build() {
  local suite=$1 reports=$2 code=0 log=$home/target/suites/$1.maven.log
  shift 2
  need_jdk
  need_maven
  take_lock "$home/target/build.lock" building
  trap 'release_lock "$home/target/build.lock"' EXIT
  find "$home" -path "*/target/$reports/*.xml" -exec rm -f {} +
  forget_built
  run_maven -Pcheck --fail-at-end "$@" 2>&1 | tee "$log" | show_tests || code=$?
  if [ "$code" -eq 0 ]; then mark_built; else echo "The Maven log: target/suites/$suite.maven.log"; fi
  count_tests "$reports" | tee "$home/target/suites/$suite.count"
  name_not_run "$reports"
  name_failed "$reports" "$log"
  if [ "$code" -eq 0 ] && grep -qx 'tests 0' "$home/target/suites/$suite.count"; then
    echo "No test ran, which proves nothing."
    return 1
  fi
  return "$code"
}

# Of Maven's output: each module, each test class, each error.
show_tests() {
  local line downloads=0
  while IFS= read -r line; do
    case $line in
      *"Downloaded from "*)
        downloads=$((downloads + 1))
        [ $((downloads % 100)) -ne 0 ] || echo "  downloaded $downloads files"
        ;;
      *"] Building "*"["*/*"]") echo "  ${line#*] Building }" ;;
      *"Tests run:"*" -- in "*) echo "    ${line#*] }" ;;
      "[ERROR]"*"[Help"* | "[ERROR]"*" the -"?" switch"* | "[ERROR] "*"following articles"* | "[ERROR] "*"dump files"*) ;;
      "[ERROR] "*"resume the build"* | "[ERROR] "*"mvn <args>"* | "[ERROR] " | "[ERROR]") ;;
      "[ERROR]"* | "java."*Error* | *"AssertionFailedError"*) echo "    $line" ;;
    esac
  done
}

count_tests() {
  find "$home" -path "*/target/$1/TEST-*.xml" -exec grep -hoE '<testsuite [^>]*' {} + \
    | sed 's/.* tests="\([0-9]*\)".*/\1/' | awk '{ sum += $1 } END { print "tests " sum + 0 }'
}

# Each class of which something was skipped, with the reason that the test gave (`Assumptions.abort`, or a tool that
# FetchedTool could not find): the report of all suites names these lines again.
name_not_run() {
  local file reason
  find "$home" -path "*/target/$1/TEST-*.xml" | sort | while IFS= read -r file; do
    reason=$(tr '\n' ' ' <"$file" | { grep -oE '<skipped[^>]*' || true; } | sed -n 's/.*message="\([^"]*\)".*/\1/p' | sort -u | head -n 1)
    [ -z "$reason" ] || echo "not run in part: $(basename "$file" .xml | sed 's/^TEST-//; s/.*\.//'): $reason"
  done
}

# Each test that failed, with the first words of why, and the modules that Maven left out after it; the report of all
# suites names these lines again, so that the end of a log is enough to begin with.
name_failed() {
  find "$home" -path "*/target/$1/TEST-*.xml" | sort | while IFS= read -r file; do
    awk '
      function value(key,  at) {
        at = match($0, " " key "=\"[^\"]*\"")
        return at ? substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 4) : ""
      }
      /<testcase / { class = value("classname"); sub(/.*\./, "", class); test = class "." value("name") }
      /<(failure|error)[ >]/ { print "failed: " test ": " substr(value("message"), 1, 300) }
    ' "$file"
  done
  sed -n 's/^\[INFO\] \(.*[^ .]\) \.* *SKIPPED.*/failed: a module was not built or tested: \1/p' "$2"
}

# show_rows FILE: of the faults' JSON a line for each row, and all of a row that failed.
show_rows() {
  sed 's/{"row":/\n&/g' "$1" | while IFS= read -r line; do
    case $line in
      '{"row":'*'"outcome":"passed"'*) sed -E 's/^\{"row":"([^"]*)","title":"([^"]*)","outcome":"([^"]*)","seconds":([0-9.]*).*/\3 \1 in \4 s: \2/' <<<"$line" ;;
      '{"row":'*'"outcome":"not measurable here"'*) sed -E 's/^\{"row":"([^"]*)".*"notes":\["([^"]*)".*/not run in part: \1: \2/' <<<"$line" ;;
      '{"row":'*) echo "failed: ${line:0:2000}" ;;
      *) echo "$line" ;;
    esac
  done
}
