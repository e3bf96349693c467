#!/bin/sh
# In a mount namespace of its own: locked_down.sh PROJECT DATA PYTHON WHO COMMAND…
# Everything is read-only but /mnt/data (DATA) and a fresh /tmp; PROJECT is at /mnt/project. PYTHON is
# where the interpreter was installed. With WHO=nobody the command also gives up root and every capability, as in docker/compose.yaml.
set -eu
project=$1 data=$2 python=$3 who=$4
shift 4
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/project /mnt/data /mnt/python
mount --bind "$project" /mnt/project
mount -o remount,bind,ro /mnt/project
mount --bind "$data" /mnt/data
case $python in
/root/*) # which is closed to everybody else
    mount --bind "$python" /mnt/python
    mount -t tmpfs -o mode=755 tmpfs /root
    mkdir -p "$python"
    mount --bind /mnt/python "$python"
    mount -o remount,bind,ro "$python"
    mount -o remount,ro /root
    ;;
esac
mount -o remount,ro /mnt
mount -t tmpfs -o noexec,nosuid,nodev,size=64m,mode=1777 tmpfs /tmp
mount -o remount,bind,ro /
cd /mnt/project
[ "$who" = root ] && exec "$@"
exec setpriv --reuid 10001 --regid 10001 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs -- "$@"
