# Sourced by ./vitrine and ./test: sets JAVA_HOME to a JDK of at least version 25, or ends with a line that says how to get one.

jdk_version() { # HOME -> the feature version, or 0
  local line
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || { echo 0; return; }
  line=$(grep -m1 '^JAVA_VERSION=' "$1/release")
  line=${line#*\"}
  line=${line%%[.\"+-]*}
  case $line in '' | *[!0-9]*) echo 0 ;; *) echo "$line" ;; esac
}

find_jdk() {
  local java home
  java=$(command -v java 2>/dev/null) && java=$(readlink -f "$java" 2>/dev/null) && java=${java%/bin/java}
  for home in "${VITRINE_JAVA_HOME:-}" "${JAVA_HOME:-}" "$java" \
    /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /opt/java/* /opt/jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$home" ] && [ "$(jdk_version "$home")" -ge 25 ]; then
      JAVA_HOME=$home
      return
    fi
  done
  echo "vitrine: error: no JDK 25 or newer found; install one (for instance Temurin 25 from adoptium.net) or set VITRINE_JAVA_HOME" >&2
  exit 2
}

find_jdk
export JAVA_HOME
