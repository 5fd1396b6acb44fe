#!/usr/bin/env bash
# Set up what the tests need beyond running: a real Chromium, a real PostgreSQL, Chinese fonts.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/apt.sh

command -v chromium >/dev/null || need chromium
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need postgresql
[ -n "$(find /usr/share/fonts -iname '*CJK*' -print -quit 2>/dev/null)" ] || need fonts-noto-cjk
command -v setpriv >/dev/null || need util-linux
