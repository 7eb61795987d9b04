#!/usr/bin/env bash
# Makes the bundled pictures, sound, film, PDF and archive. Everything is drawn from formulas, so nothing here has another author.
#
#   packages/sandbox/src/media/make.sh [OUT]      # OUT: packages/sandbox/src/media/files unless said
#
# Needs ffmpeg with libx264, libmp3lame and freetype, the DejaVu fonts, and python3. Takes a minute or two. The same versions of
# these make the same bytes, but for the film, whose encoder decides anew each time; it looks and sounds the same. The subtitles,
# readme.md and notes.txt are written by hand.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/files}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

ff() { ffmpeg -hide_banner -loglevel error -nostdin -y -fflags +bitexact -flags +bitexact "$@"; }

# One frame drawn by a formula for each colour channel: draw SIZE RED GREEN BLUE FILE [FILTERS]
draw() {
  ff -f lavfi -i "color=black:s=$1,format=gbrp,geq=r='$2':g='$3':b='$4'${6:-}" \
    -frames:v 1 -pix_fmt yuvj420p -q:v 2 -map_metadata -1 "$5"
}

# 1 where the pixel lies under a ridge: HEIGHT (part of the picture, from above), its waves' phase and roughness.
ridge() { echo "gte(Y/H,$1+0.05*sin(X/W*6.3+($2))+0.022*sin(X/W*17*$3+($2)*2.3)+0.008*sin(X/W*53*$3+($2)*4.1))"; }

# One channel of a landscape: sky from TOP to HORIZON, a glow around SUN's place, four ridges of the given shades, nearest last.
# The variable `shift_by` moves the ridges, so that no two pictures show the same hills.
channel() {
  local top=$1 horizon=$2 glow=$3 sun=$4; shift 4
  local e="($top+($horizon-$top)*min(1,Y/H/0.62)+$glow*exp(-pow(hypot(X/W-$sun,(Y/H-0.5)*0.667)/0.16,2)))"
  local height=(0.50 0.60 0.71 0.83) phase=("0.4+$shift_by" "2.1-$shift_by" "3.7+$shift_by" "5.5-$shift_by") rough=(1.0 0.8 1.15 0.7)
  for i in 0 1 2 3; do
    e="if($(ridge "${height[i]}" "${phase[i]}" "${rough[i]}"),$1-14*(Y/H-${height[i]}),$e)"
    shift 1
  done
  echo "clip($e,0,255)"
}

photos() {
  local grain=",noise=alls=3:allf=t:all_seed=7"
  local shift_by=0
  # Dusk: violet over orange.
  draw 1600x1067 "$(channel 64 250 60 0.68 171 120 74 34)" "$(channel 48 158 70 0.68 98 66 44 22)" \
    "$(channel 110 120 20 0.68 128 106 80 46)" "$out/photo-1.jpg" "$grain"
  # Morning: pale green and gold.
  shift_by=1.7
  draw 1600x1067 "$(channel 140 248 30 0.3 158 104 56 20)" "$(channel 196 236 24 0.3 192 146 96 48)" \
    "$(channel 214 206 10 0.3 182 138 98 52)" "$out/photo-2.jpg" "$grain"
  # Night: blue, with a moon.
  shift_by=3.1
  draw 1600x1067 "$(channel 10 58 120 0.45 36 24 15 7)" "$(channel 20 84 120 0.45 56 38 24 11)" \
    "$(channel 54 128 110 0.45 96 68 44 22)" "$out/photo-3.jpg" "$grain"
  shift_by=4.6
  local text="fontcolor=white:x=(w-text_w)/2"
  draw 1000x1000 "$(channel 20 120 90 0.5 74 50 30 14)" "$(channel 66 176 60 0.5 126 92 62 34)" \
    "$(channel 96 190 40 0.5 146 116 86 54)" "$out/cover.jpg" \
    ",drawtext=font=DejaVu Sans:text=SLUICE SESSIONS:fontsize=74:$text:y=120,drawtext=font=DejaVu Sans:text=water and gates:fontsize=36:$text:y=216"
}

# A plucked note each second over a soft chord that changes every ten seconds; the note's start marks the second.
tune() {
  local note="220*pow(2,(3*mod(floor(t)*3,5)-mod(floor(t),2)*2+5*mod(floor(t/10),3))/12)"
  local root="110*pow(2,5*mod(floor(t/10),3)/12)"
  echo "aevalsrc='0.32*exp(-4*mod(t,1))*min(1,mod(t,1)*90)*(sin(2*PI*$note*t)+0.3*sin(4*PI*$note*t))+0.06*(sin(2*PI*$root*t)+sin(3*PI*$root*t)+0.6*sin(4*PI*$root*t))':s=44100:d=$1,lowpass=f=6000"
}

sound() {
  ff -f lavfi -i "$(tune 45),afade=t=in:d=1,afade=t=out:st=42:d=3" -c:a libmp3lame -b:a 64k -ac 1 -id3v2_version 3 \
    -metadata title="Slow Water" -metadata artist="Sluice" -metadata album="Sluice Sessions" -metadata date=2026 "$out/sample.mp3"
}

# 90 s at 24 frames: a timecode that tells each frame, a bar that fills up, water that moves, and a new colour every ten seconds.
film() {
  local size=1280x720 seconds=90
  local wave="if(gte(Y,46+26*sin(2*PI*X/640)+9*sin(2*PI*X/320+1)),255,0)"
  ff -f lavfi -i "color=black:s=2560x260,format=rgba,geq=r=44:g=120:b=150:a='0.65*$wave'" -frames:v 1 "$work/near.png"
  ff -f lavfi -i "color=black:s=2560x320,format=rgba,geq=r=90:g=170:b=190:a='0.5*$wave'" -frames:v 1 "$work/far.png"
  ff -f lavfi -i "gradients=s=$size:c0=0x12324a:c1=0x4f9fb0:x0=640:y0=0:x1=640:y1=720:nb_colors=2:speed=0.00001" -frames:v 1 "$work/sky.png"
  local text="font=DejaVu Sans Mono:fontcolor=white:x=(w-text_w)/2"
  ff -loop 1 -framerate 24 -t "$seconds" -i "$work/sky.png" -loop 1 -framerate 24 -t "$seconds" -i "$work/far.png" \
    -loop 1 -framerate 24 -t "$seconds" -i "$work/near.png" -f lavfi -i "$(tune "$seconds")" \
    -f lavfi -i "color=white:s=${size%x*}x10:r=24:d=$seconds" -filter_complex "
      [0][1]overlay=x='-mod(n*2,640)':y=450[a];[a][2]overlay=x='-mod(n*4,640)':y=520[b];
      [b]hue=h='30*floor(t/10)',drawtext=$text:fontsize=120:y=230:timecode='00\:00\:00\:00':rate=24,
      drawtext=$text:fontsize=34:y=150:text='Sluice sample · part %{eif\:floor(t/10)+1\:d} of 9':fontcolor=white@0.85[c];
      [c][4]overlay=x='-W+W*(n+1)/(24*$seconds)':y=H-10,format=yuv420p[v]" \
    -map '[v]' -map 3 -c:v libx264 -profile:v main -level 3.1 -preset veryslow -crf 32 -maxrate 260k -bufsize 520k \
    -g 24 -keyint_min 24 -sc_threshold 0 -threads 2 -c:a aac -b:a 40k -ac 1 -t "$seconds" \
    -metadata title="Sluice sample" -movflags +faststart "$out/sample.mp4"
}

photos
sound
film
python3 "$here/make-documents.py" "$out"
