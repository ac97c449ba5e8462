# shellcheck shell=bash
# Finding a JDK 25 and Maven without asking for JAVA_HOME.

jdk=
maven=

# The feature number of the JDK in a folder, from its release file; empty if it is no JDK.
jdk_feature() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

jdk_candidates() {
  local found
  [ -z "${JAVA_HOME:-}" ] || printf '%s\n' "$JAVA_HOME"
  if found=$(command -v java); then
    while [ -L "$found" ]; do
      case $(readlink "$found") in
        /*) found=$(readlink "$found") ;;
        *) found=$(dirname "$found")/$(readlink "$found") ;;
      esac
    done
    (cd "$(dirname "$found")/.." && pwd -P)
  fi
  # CHASQUI_JDK_SEARCH: folders to look in instead of the usual ones, separated by colons.
  if [ -n "${CHASQUI_JDK_SEARCH+set}" ]; then
    tr : '\n' <<<"$CHASQUI_JDK_SEARCH"
    return
  fi
  printf '%s\n' /usr/lib/jvm/* /opt/*jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home
  [ ! -x /usr/libexec/java_home ] || /usr/libexec/java_home -v 25+ 2>/dev/null || true
}

find_jdk() {
  local candidate feature
  [ -z "$jdk" ] || return 0
  while IFS= read -r candidate; do
    feature=$(jdk_feature "$candidate")
    if [ -n "$feature" ] && [ "$feature" -ge 25 ]; then
      jdk=$candidate
      return 0
    fi
  done <<<"$(jdk_candidates)"
  return 1
}

find_maven() {
  local candidate
  [ -z "$maven" ] || return 0
  if maven=$(command -v mvn); then return 0; fi
  for candidate in "${MAVEN_HOME:-/none}" "${M2_HOME:-/none}" "$HOME/.sdkman/candidates/maven/current" \
    /usr/share/maven /opt/maven /opt/apache-maven* /opt/homebrew /usr/local; do
    [ -z "${CHASQUI_MAVEN_SEARCH:-}" ] || candidate=$CHASQUI_MAVEN_SEARCH
    if [ -x "$candidate/bin/mvn" ]; then
      maven=$candidate/bin/mvn
      return 0
    fi
  done
  maven=
  return 1
}

missing_jdk="a JDK 25 or newer is missing: install one (Debian: apt install openjdk-25-jdk-headless or temurin-25-jdk; macOS: brew install openjdk@25; anywhere: sdk install java 25-tem) or point JAVA_HOME at one."
missing_maven="Maven is missing: install it (Debian: apt install maven; macOS: brew install maven; anywhere: sdk install maven) and have mvn on the PATH."

need_jdk() {
  find_jdk || die "$missing_jdk"
}

need_maven() {
  find_maven || die "$missing_maven"
}

# run_maven ARGS...: Maven may run on an older Java; it compiles on the JDK that was found, through its toolchain.
run_maven() {
  local feature
  feature=$(jdk_feature "$jdk")
  export "JAVA${feature}_HOME=$jdk"
  if [ -z "${JAVA_HOME:-}" ] && ! command -v java >/dev/null; then export JAVA_HOME=$jdk; fi
  "$maven" -B -f "$home/pom.xml" "$@" </dev/null
}
