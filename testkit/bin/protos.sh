# shellcheck shell=bash
# buf on the proto folder, without its registry: imports come from the jars that the build uses.

# Sets `buf` and goes to the proto folder, with target/imports filled.
need_protos() {
  local code=0 jar
  buf=$("$home/testkit/bin/fetch" buf 2>"$home/target/fetch-buf.log") || code=$?
  [ "$code" -eq 0 ] || not_run "$(tail -n 1 "$home/target/fetch-buf.log")"
  ensure_built
  cd "$home/proto"
  rm -rf target/imports
  mkdir -p target/imports
  for jar in "$home"/node/target/lib/protovalidate-[0-9]*.jar "$home"/node/target/lib/proto-google-common-protos-*.jar; do
    (cd target/imports && "$jdk/bin/jar" tf "$jar" | grep -E '^(buf|google/rpc)/.*\.proto$' | xargs "$jdk/bin/jar" xf "$jar")
  done
}
