#!/usr/bin/env bash
# Puts Debian's Asterisk (sid's: bookworm has none) and PyPI's SIP client into .data/asterisk, for npm run carriers:test. As root; half a minute, 350 MB.
set -euo pipefail
root=${ASTERISK_ROOT:-$(dirname "$0")/../../.data/asterisk}
mkdir -p "$root"
[ "$(id -u)" = 0 ] || { echo 'a chroot needs root'; exit 1; }
command -v mmdebstrap >/dev/null && command -v espeak-ng >/dev/null ||
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq mmdebstrap espeak-ng >/dev/null; }
if [ ! -x "$root/debian/usr/sbin/asterisk" ]; then
  rm -rf "$root/debian"
  # sid's list may count as expired by this machine's clock; its signature is checked all the same
  mmdebstrap --quiet --variant=apt --include=asterisk --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' sid "$root/debian"
fi
[ -d "$root/python" ] || pip install --quiet --no-deps --target "$root/python" pjsua2-python==2.15.1.post1
