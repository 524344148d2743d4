#!/bin/sh
# A real PyTorch 2.6.0 to compare with: Debian 13 packages it. As root on a Debian machine:
#
#   sh scripts/torch-chroot.sh [FOLDER]                               # about 1.5 GB, two minutes
#   npm run peer -- --peer FOLDER/torchpy /tmp/FILE.py                # programs must lie under /tmp, which both sides see
set -e
folder=${1:-/var/tmp/backstep-torch}
mirror=http://deb.debian.org/debian
packages="python3-torch python3-numpy python3-matplotlib python3-sklearn python3-tqdm python3-graphviz python3-einops"

command -v debootstrap >/dev/null || apt-get install -y -q debootstrap
[ -e "$folder/bin" ] || debootstrap --variant=minbase --include=ca-certificates trixie "$folder" "$mirror"
for shared in proc dev tmp; do
  mountpoint -q "$folder/$shared" || mount --bind "/$shared" "$folder/$shared"
done
# shellcheck disable=SC2086 # a list of names
DEBIAN_FRONTEND=noninteractive chroot "$folder" apt-get install -y -q --no-install-recommends $packages

# One thread, as the golden data was made; in the folder of the program, so that what it writes stays there.
cat >"$folder/torchpy" <<END
#!/bin/sh
export OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1 MPLBACKEND=Agg
exec chroot "$folder" sh -c 'cd "\$(dirname "\$1")" && exec python3 "\$@"' sh "\$@"
END
chmod +x "$folder/torchpy"
chroot "$folder" python3 -c 'import torch; print("PyTorch", torch.__version__)'
