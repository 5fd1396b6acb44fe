#!/usr/bin/env bash
# Set up what running needs: virtual environment, locked Python and npm packages, browser assets.
# Every step is skipped when its input has not changed since it last succeeded.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/apt.sh

python=""
for candidate in "${PYTHON:-}" python3.11 python3.12 python3; do
  [ -n "$candidate" ] || continue
  if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "需要 Python 3.11 或 3.12。/ Python 3.11 or 3.12 is needed." >&2
  exit 2
fi

# durable_rules has no wheels: it is compiled here
command -v gcc >/dev/null || need gcc libc6-dev
command -v npm >/dev/null || need nodejs npm
header=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include") + "/Python.h")')
[ -f "$header" ] || need python3-dev
"$python" -c 'import ensurepip' 2>/dev/null || need python3-venv

stamp=.venv/.locked
want=$(cat requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" != "$want" ]; then
  echo "安装 Python 依赖… / installing Python packages…"
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
  .venv/bin/pip install --quiet --disable-pip-version-check --no-deps -e .
  echo "$want" >"$stamp"
fi

stamp=ui/node_modules/.locked
want=$(cat ui/package.json ui/package-lock.json | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" != "$want" ]; then
  echo "安装浏览器资源… / installing browser packages…"
  (cd ui && npm ci --silent --no-audit --no-fund --ignore-scripts)
  echo "$want" >"$stamp"
fi

.venv/bin/python -m yijianshi.server.assets
