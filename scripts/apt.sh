# Sourced by the set-up scripts: `need PACKAGE…` installs Debian packages, or says what to install by hand.
updated=""
need() {
  local as_root=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null && as_root=sudo
  fi
  if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && [ -z "$as_root" ]; }; then
    echo "请先安装 / please install first: $*" >&2
    exit 2
  fi
  echo "安装系统软件包… / installing system packages: $*"
  if [ -z "$updated" ]; then
    $as_root apt-get update -qq
    updated=yes
  fi
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
