#!/usr/bin/env bash
# Says where `asterisk`, `whisper` or `base` is kept, which is fetched once for this machine and outlives a clone: where ASTERISK_ROOT, WHISPER_ROOT or BASE_ROOT names, else in the
# user's cache. A base of an earlier version stays where it is.
kept=${XDG_CACHE_HOME:-$HOME/.cache}/yisheng/$1
[ "$1" != base ] || [ -d "$kept" ] || [ ! -d /var/tmp/yisheng-base ] || kept=/var/tmp/yisheng-base
named=${1^^}_ROOT
echo "${!named:-$kept}"
