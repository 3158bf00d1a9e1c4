#!/usr/bin/env bash
# Puts Debian with this machine's Node, npm and tini into a folder that outlives a clone (BASE_ROOT) as the image localhost/base, for test/real/container.real.ts:
# no registry of images is asked. As root; two minutes once, 600 MB.
set -euo pipefail
folder=$("$(dirname "$0")/kept.sh" base)
[ "$(id -u)" = 0 ] || { echo 'a chroot needs root'; exit 1; }
command -v mmdebstrap >/dev/null && command -v buildah >/dev/null ||
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq mmdebstrap buildah >/dev/null; }
mkdir -p "$folder" && cd "$folder"
folder=$PWD
build() { buildah --storage-driver vfs --root "$folder/images" --runroot "$folder/run" "$@"; }
# What a build that was broken off has left; old layers once they are many.
build rm --all >/dev/null 2>&1 || true
[ "$(du -sm "$folder" | cut -f1)" -lt 4000 ] || build rmi --prune >/dev/null 2>&1 || true
if build inspect --type image localhost/base >/dev/null 2>&1; then exit 0; fi
[ -f rootfs.tar ] || { mmdebstrap --quiet --variant=minbase --include=tini,ca-certificates,libstdc++6 bookworm part.tar && mv part.tar rootfs.tar; }
base=$(build from scratch)
build add --quiet "$base" rootfs.tar / >/dev/null
build copy --quiet "$base" "$(readlink -f "$(command -v node)")" /usr/bin/node >/dev/null
build copy --quiet "$base" "$(dirname "$(readlink -f "$(command -v npm)")")/.." /usr/lib/node_modules/npm >/dev/null
build run --isolation chroot "$base" -- sh -c 'ln -sf ../lib/node_modules/npm/bin/npm-cli.js /usr/bin/npm && ln -sf ../lib/node_modules/npm/bin/npx-cli.js /usr/bin/npx'
build commit --quiet --rm "$base" localhost/base >/dev/null
