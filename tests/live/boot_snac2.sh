#!/bin/sh
# Boots snac2 (Debian trixie) under DIR on 127.0.0.1:PORT with two accounts, and prints what tests/live/test_mastodon_server.py needs.
# Usage, as root: eval "$(tests/live/boot_snac2.sh DIR PORT)"; its process id is in DIR/pid.
set -eu
dir=$1 port=$2 root=$1/root
[ -x "$root/usr/bin/snac" ] || debootstrap --variant=minbase --include=snac2,ca-certificates trixie "$root" http://deb.debian.org/debian >&2
rm -rf "$root/srv/snac"
printf '127.0.0.1\n%s\n127.0.0.1:%s\n\n\n' "$port" "$port" | chroot "$root" snac init /srv/snac >&2
sed -i 's/"protocol": *"https"/"protocol": "http"/' "$root/srv/snac/server.json"
password() { chroot "$root" snac adduser /srv/snac "$1" < /dev/null 2>&1 | sed -n 's/^User password is //p'; }
care=$(password care) ada=$(password ada)
chroot "$root" snac httpd /srv/snac > "$dir/log" 2>&1 &
echo $! > "$dir/pid"
sleep 2
token() { curl -fsS -m 10 -d "login=$1" -d "passwd=$2" "http://127.0.0.1:$port/oauth/x-snac-get-token" | grep -oE "[0-9a-f]{24,}" | head -n 1; }
echo "export CARELINE_LIVE_MASTODON=http://127.0.0.1:$port"
echo "export CARELINE_LIVE_MASTODON_CARE=$(token care "$care")"
echo "export CARELINE_LIVE_MASTODON_CUSTOMER=$(token ada "$ada")"
