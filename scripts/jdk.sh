# Sourced by ./vitrine and ./test: sets JAVA_HOME to a JDK of at least version 25, or ends with a line that says how to get one.
# It starts no process where that can be helped: it is part of every start.

jdk_version() { # HOME -> REPLY: the feature version, or 0
  local line
  REPLY=0
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return
  while read -r line; do
    case $line in JAVA_VERSION=*)
      line=${line#*\"}
      line=${line%%[.\"+-]*}
      case $line in '' | *[!0-9]*) ;; *) REPLY=$line ;; esac
      return
      ;;
    esac
  done <"$1/release"
}

find_jdk() {
  local java home
  for home in "${VITRINE_JAVA_HOME:-}" "${JAVA_HOME:-}" PATH \
    /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /opt/java/* /opt/jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ "$home" = PATH ]; then
      java=$(command -v java 2>/dev/null) && java=$(readlink -f "$java" 2>/dev/null) && home=${java%/bin/java}
    fi
    [ -n "$home" ] && jdk_version "$home" && [ "$REPLY" -ge 25 ] || continue
    JAVA_HOME=$home
    return
  done
  echo "vitrine: error: no JDK 25 or newer found; install one (for instance Temurin 25 from adoptium.net) or set VITRINE_JAVA_HOME" >&2
  exit 2
}

find_jdk
export JAVA_HOME
