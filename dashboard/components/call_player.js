// What is heard: two waveform lanes with regions, the controls and the keys; the text follows the sound.

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
const ZOOMS = [1, 4, 16];
const SKIP_S = 3;
const EDGE_S = 0.3; // what a skipped silence keeps at both ends

function fillOptions(select, values, chosen, suffix) {
  select.replaceChildren(...values.map((value) => {
    const option = el("option", "", `${value}${suffix}`);
    option.value = value;
    option.selected = value === chosen;
    return option;
  }));
}

class CallPlayer extends CallJudge {
  constructor(root, data, send) {
    super();
    this.send = send;
    this.root = root;
    this.shown = new Set(["violated", "needs_review"]);
    this.rows = [];
    this.pending = null;
    this.ready = false;
    this.current = null;
    this.order = [];
    this.controls();
    this.setUpJudging();
    this.update(data);
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
  }

  controls() {
    this.skipping = false;
    this.find(".skip").onchange = (event) => { this.skipping = event.target.checked; };
    this.find(".play").onclick = () => this.toggle();
    this.find(".back").onclick = () => this.skip(-SKIP_S);
    this.find(".ahead").onclick = () => this.skip(SKIP_S);
    this.find(".link").onclick = () => this.copyLink();
    fillOptions(this.find(".speed"), SPEEDS, 1, "×");
    fillOptions(this.find(".zoom"), ZOOMS, 1, "×");
    this.find(".speed").onchange = (event) => this.wave?.setPlaybackRate(Number(event.target.value), true);
    this.find(".zoom").onchange = (event) => this.zoom(Number(event.target.value));
  }

  update(data) {
    const before = this.data;
    this.data = data;
    const texts = data.texts;
    for (const [selector, key] of [[".back", "back"], [".ahead", "ahead"], [".speed-label", "speed"],
      [".zoom-label", "zoom"], [".skip-label", "skip"], [".legend-silence", "legend_silence"],
      [".legend-overlap", "legend_overlap"], [".link", "link"], [".hint", "keys"], [".transcript-title", "transcript"],
      [".findings-title", "findings"]]) this.find(selector).textContent = texts[key];
    this.find(".total").textContent = clock(Math.round(data.duration), false);
    this.showPlaying();
    if (before?.call_id !== data.call_id) this.lit = undefined;
    this.drawTranscript();
    this.drawFindings();
    this.drawJudging();
    if (!before || before.call_id !== data.call_id) this.load();
    else this.drawRegions();
    if (data.seek !== null && (before?.call_id !== data.call_id || before?.seek !== data.seek)) {
      this.go(data.seek, false);
    } else if (before?.call_id !== data.call_id && data.judging) this.pick();
    else if (before?.seen !== data.seen) this.moveOn();
  }

  load() {
    this.wave?.destroy();
    this.wave = null;
    this.ready = false;
    this.root.dataset.ready = "false";
    this.trouble(this.data.url ? "" : this.data.texts.no_recording);
    const playable = Boolean(this.data.url);
    for (const control of this.root.querySelectorAll(".bar button, .bar select")) control.disabled = !playable;
    this.find(".lanes").hidden = !playable;
    if (!playable) return;
    const lanes = this.data.lanes;
    const height = lanes.length > 1 ? 52 : 84;
    this.find(".lane-names").replaceChildren(...lanes.map((lane) => {
      const name = el("div", "", lane.name);
      name.style.height = `${height}px`;
      name.style.color = `var(--${lane.role})`;
      return name;
    }));
    this.regions = Regions.create();
    this.wave = WaveSurfer.create({
      container: this.find(".wave"), url: this.data.url, height, normalize: true, cursorColor: this.ink("ink"),
      cursorWidth: 2, dragToSeek: !this.data.judging, plugins: [this.regions], minPxPerSec: 0,
      peaks: lanes.map((lane) => lane.peaks), duration: this.data.duration,
      splitChannels: lanes.map((lane) => ({waveColor: this.ink(lane.role, 0.5), progressColor: this.ink(lane.role), height})),
    });
    this.wave.on("ready", () => this.becomeReady());
    this.wave.on("play", () => this.showPlaying());
    this.wave.on("pause", () => this.showPlaying());
    this.wave.on("timeupdate", (time) => this.follow(time));
    this.wave.on("seeking", (time) => this.follow(time));
    this.wave.on("error", () => this.trouble(this.data.texts.cannot_play));
    this.wanted = null;
    this.wave.getMediaElement().addEventListener("seeked", () => this.seekOn());
    this.startRange();
    this.regions.on("region-clicked", (region, event) => {
      event.stopPropagation();
      if (!region.id.includes("/")) return;
      this.light(Number(region.id.split("/")[0]));
      this.go(region.start, true);
    });
  }

  becomeReady() {
    this.ready = true;
    this.drawRegions();
    this.root.dataset.ready = "true";
    this.follow(this.wave.getCurrentTime());
    if (this.pending) {
      const {time, play} = this.pending;
      this.pending = null;
      this.go(time, play);
    }
  }

  destroy() {
    document.removeEventListener("keydown", this.onKey);
    this.wave?.destroy();
  }

  // Playing

  go(time, play) {
    if (!this.wave) { this.follow(time); return; }
    if (!this.ready) { this.pending = {time, play}; return; }
    this.seek(time);
    if (play) this.start();
  }

  // A browser forgets where it is sent while it is on its way elsewhere: that waits its turn.
  seek(time) {
    if (this.wave.getMediaElement().seeking) this.wanted = time;
    else this.wave.setTime(time);
  }

  seekOn() {
    const time = this.wanted;
    this.wanted = null;
    if (time !== null) this.wave.setTime(time);
  }

  start() { this.wave.play().catch(() => this.trouble(this.data.texts.cannot_play)); }

  toggle() {
    if (!this.ready) return;
    if (this.wave.isPlaying()) this.wave.pause();
    else this.start();
  }

  skip(seconds) {
    if (!this.ready) return;
    const time = (this.wanted ?? this.wave.getCurrentTime()) + seconds;
    this.seek(Math.min(this.data.duration, Math.max(0, time)));
  }

  zoom(times) {
    if (this.ready) this.wave.zoom(times === 1 ? 0 : times * this.find(".wave").clientWidth / this.data.duration);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.root.isConnected) return;
    const target = event.composedPath()[0];
    if (target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]")) return;
    if (event.key === " " && target instanceof Element && target.closest("button, a, summary")) return;
    const act = {
      " ": () => this.toggle(), k: () => this.ready && this.wave.pause(),
      j: () => this.skip(-SKIP_S), l: () => this.skip(SKIP_S),
    }[event.key.toLowerCase()] ?? this.judgeKey(event);
    if (!act || this.find("dialog").open) return;
    event.preventDefault();
    act();
  }

  showPlaying() {
    const playing = Boolean(this.wave?.isPlaying());
    this.root.dataset.playing = String(playing);
    this.find(".play").textContent = playing ? this.data.texts.pause : this.data.texts.play;
  }

  follow(time) {
    this.skipSilence(time);
    this.root.dataset.time = time.toFixed(2);
    this.find(".now").textContent = clock(time, true);
    const row = this.rows.findLast((each) => each.start <= time + 0.05 && time < each.end + 0.3) ?? null;
    if (row === this.current) return;
    this.current?.node.classList.remove("now");
    this.current = row;
    if (!row) return;
    row.node.classList.add("now");
    // The pane is scrolled by hand: scrollIntoView would move the page as well.
    const pane = this.find(".transcript");
    const top = row.node.offsetTop;
    if (top < pane.scrollTop || top + row.node.offsetHeight > pane.scrollTop + pane.clientHeight) {
      pane.scrollTop = top - pane.clientHeight / 3;
    }
  }

  skipSilence(time) {
    if (!this.skipping || !this.wave?.isPlaying()) return;
    const quiet = this.data.silences.find(([start, end]) => time > start + EDGE_S && time < end - 2 * EDGE_S);
    if (quiet) this.seek(quiet[1] - EDGE_S);
  }

  async copyLink() {
    const link = new URL("/", window.location.href);
    link.searchParams.set("call", this.data.call_id);
    link.searchParams.set("t", (this.wave?.getCurrentTime() ?? 0).toFixed(1));
    const button = this.find(".link");
    try {
      await navigator.clipboard.writeText(link.href);
      button.textContent = this.data.texts.copied;
    } catch {
      window.prompt(this.data.texts.copy_by_hand, link.href);
    }
    setTimeout(() => { button.textContent = this.data.texts.link; }, 2000);
  }

  trouble(text) {
    const line = this.find(".trouble");
    line.textContent = text;
    line.hidden = !text;
  }

  // Drawing

  shade(start, end, color) {
    const region = this.regions.addRegion({id: `shade/${start}`, start, end, color, drag: false, resize: false});
    region.element.style.pointerEvents = "none";
  }

  drawRegions() {
    if (!this.ready) return;
    this.drawing = true;
    this.regions.clearRegions();
    for (const [spans, name, alpha] of [[this.data.silences, "quiet", 0.16], [this.data.overlaps, "needs_review", 0.4]]) {
      for (const [start, end] of spans) this.shade(start, end, this.ink(name, alpha));
    }
    let count = 0;
    for (const region of this.data.regions) {
      if (!this.shown.has(region.verdict)) continue;
      count += 1;
      this.regions.addRegion({
        id: `${region.finding}/${count}`, start: region.start, end: Math.max(region.end, region.start + 0.15),
        color: this.ink(region.verdict, 0.28), drag: false, resize: false,
        ...(region.lane === null ? {} : {channelIdx: region.lane}),
      });
    }
    for (const entered of this.data.manual) {
      if (entered.start !== null) this.shade(entered.start, entered.end, this.ink("violated", 0.35));
    }
    this.drawing = false;
    this.root.dataset.regions = String(count);
  }
}

// Streamlit calls this at every rerun; the player lives on its node so that sound goes on through reruns.
export default function ({data, parentElement, setTriggerValue}) {
  const root = parentElement.querySelector("#call");
  const send = (act) => setTriggerValue("act", act);
  // Streamlit may draw the next call into the same node: what is done then is the next call's.
  if (root.player) {
    root.player.send = send;
    root.player.update(data);
  } else root.player = new CallPlayer(root, data, send);
  if (data.next_url && root.dataset.fetched !== data.next_url) {
    root.dataset.fetched = data.next_url;
    fetch(data.next_url).catch(() => {}); // so that the next call sounds at once
  }
  return () => {
    root.player?.destroy();
    root.player = null;
  };
}
